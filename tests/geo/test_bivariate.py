"""Classes of need and minutes on fixed cut points, and the minutes within which a share of people live."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.bivariate import bivariate_classes, weighted_quantile


@pytest.mark.parametrize(
    ("need", "minutes", "expected"),
    [(0, 0, 0), (10 / 3, 15, 0), (3.34, 15, 3), (5, 15.01, 4), (6.7, 30, 7), (10, math.inf, 8), (0, 31, 2), (math.nan, 5, None), (5, math.nan, None)],
)
def test_classes(need: float, minutes: float, expected: int | None) -> None:
    found = bivariate_classes(pd.Series({"x": need}), pd.Series({"x": minutes}))["x"]
    assert pd.isna(found) if expected is None else found == expected


def test_half_of_the_people() -> None:
    values, people = pd.Series([10.0, 20, math.inf]), pd.Series([1, 1, 2])
    assert weighted_quantile(values, people, 0.5) == 20
    assert weighted_quantile(values, people, 0.51) == math.inf
    assert weighted_quantile(values, people, 0.25) == 10
    assert math.isnan(weighted_quantile(values, people * 0, 0.5))


@given(
    st.lists(st.tuples(st.floats(0, 200), st.integers(0, 50)), min_size=1, max_size=20).filter(lambda rows: any(p for _, p in rows)),
    st.floats(0.01, 0.99),
    st.integers(2, 9),
)
def test_quantiles_know_neither_order_nor_scale_and_equal_counting_heads(rows: list[tuple[float, int]], share: float, factor: int) -> None:
    values, people = (pd.Series(column) for column in zip(*rows, strict=True))
    found = weighted_quantile(values, people, share)
    heads = np.sort(np.repeat(values.to_numpy(), people.to_numpy()))
    assert found == heads[math.ceil(round(share * len(heads), 9)) - 1]
    assert weighted_quantile(values[::-1], people, share) == found
    assert weighted_quantile(values, people * factor, share) == found
