"""Tiers hold together what overlaps, and what is old or missing is relied on less."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.index_rank import HALF_LIFE_YEARS, reliability, tiers

INTERVALS = st.lists(st.tuples(st.integers(1, 20), st.integers(0, 5)).map(lambda pair: (pair[0], pair[0] + pair[1])), min_size=1, max_size=15)


def test_overlapping_intervals_share_a_tier_and_a_blank_has_none() -> None:
    low, high = pd.Series([4, 1, 2, np.nan, 6]), pd.Series([5, 2, 3, np.nan, 9])
    assert tiers(low, high).tolist()[:3] == [2, 1, 1]
    assert pd.isna(tiers(low, high)[3])
    assert tiers(low, high)[4] == 3


@given(INTERVALS)
def test_no_two_that_overlap_are_told_apart_and_a_tier_ends_where_nothing_overlaps(intervals: list[tuple[int, int]]) -> None:
    low, high = (pd.Series(ends, dtype=float) for ends in zip(*intervals, strict=True))
    found = tiers(low, high)
    for a in range(len(intervals)):
        for b in range(len(intervals)):
            if low[a] <= high[b] and low[b] <= high[a]:
                assert found[a] == found[b]
            elif found[a] < found[b]:
                assert high[a] < low[b]
    assert sorted(found.unique()) == list(range(1, found.nunique() + 1))


def test_reliability_halves_with_age_and_falls_with_what_is_missing() -> None:
    years = pd.DataFrame({"a": [2026.0, 2026 - HALF_LIFE_YEARS, np.nan, np.nan, 2030.0], "b": [2026.0, 2026.0, 2026.0, np.nan, 2026.0]})
    found = reliability(years, pd.Series({"a": 0.25, "b": 0.75}), 2026)
    assert found.tolist() == pytest.approx([1.0, 0.875, 0.75, 0.0, 1.0])
