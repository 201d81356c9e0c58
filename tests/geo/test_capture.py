"""Capture and recapture against a golden number, and what must hold for all lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.capture import chapman


def test_the_golden_number() -> None:
    found = chapman(24, 30, 12)
    assert found.total == pytest.approx(58.615, abs=5e-4)
    assert found.error == pytest.approx(8.411, abs=5e-4)
    assert (found.low, found.high) == (pytest.approx(44.78, abs=0.01), pytest.approx(72.45, abs=0.01))


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_there_are_at_least_as_many_as_are_listed(first: int, second: int, shared: int) -> None:
    both = min(first, second, shared)
    found = chapman(first, second, both)
    assert found.total >= first + second - both - 1e-9
    assert first + second - both <= found.low <= found.high
    assert chapman(second, first, both) == found


def test_equal_lists_leave_no_doubt() -> None:
    found = chapman(9, 9, 9)
    assert (found.total, found.error, found.low, found.high) == (9, 0, 9, 9)


@pytest.mark.parametrize("numbers", [(3, 4, 5), (3, 4, -1), (5, 2, 3)])
def test_lists_that_cannot_be_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="on both"):
        chapman(*numbers)
