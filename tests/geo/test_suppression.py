"""Suppression of small counts, with a linear program as the attacker."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.suppression import TOTAL, Suppressed, suppress
from tests.geo.suppression_audit import feasible_intervals

COUNTS = st.one_of(st.just(0), st.integers(1, 6), st.integers(0, 60))
TABLES = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(lambda shape: arrays(np.int64, shape, elements=COUNTS)).map(pd.DataFrame)
LISTS = st.lists(COUNTS, min_size=1, max_size=9).map(lambda values: pd.Series(values, name="sites", dtype="int64"))
THRESHOLDS = st.integers(2, 8)


def with_totals(counts: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """The table with its totals, made another way than the product's."""
    if isinstance(counts, pd.Series):
        return pd.DataFrame({counts.name: [*counts, counts.sum()]}, index=[*counts.index, TOTAL])
    body = np.block(
        [[counts.to_numpy(), counts.to_numpy().sum(1, keepdims=True)], [counts.to_numpy().sum(0, keepdims=True), counts.to_numpy().sum()]]
    )
    return pd.DataFrame(body, index=[*counts.index, TOTAL], columns=[*counts.columns, TOTAL])


def exposed(result: Suppressed, *, two_ways: bool) -> list[tuple[int, int]]:
    intervals = feasible_intervals(result.shown, two_ways=two_ways)
    return [place for place, (low, high) in intervals.items() if high - low < 1 - 1e-6]


@settings(max_examples=100)
@given(st.one_of(TABLES, LISTS), THRESHOLDS)
def test_the_attacker_never_works_out_a_count_that_is_held_back(counts: pd.DataFrame | pd.Series, k: int) -> None:
    result = suppress(counts, k=k)
    assert exposed(result, two_ways=isinstance(counts, pd.DataFrame)) == []


@given(st.one_of(TABLES, LISTS), THRESHOLDS)
def test_what_is_shown_is_true_and_small_counts_are_not_shown(counts: pd.DataFrame | pd.Series, k: int) -> None:
    result, true = suppress(counts, k=k), with_totals(counts)
    shown = result.shown.to_numpy(dtype=float, na_value=np.nan)
    assert ((shown == true) | np.isnan(shown)).all(axis=None)
    assert ((true > 0) & (true < k)).to_numpy().tolist() == result.primary.to_numpy().tolist()
    assert (np.isnan(shown) == (result.primary | result.secondary)).all(axis=None)
    assert not (result.primary & result.secondary).any(axis=None)


@given(st.one_of(TABLES, LISTS), THRESHOLDS)
def test_zeros_stay_zeros_and_nothing_is_held_back_without_need(counts: pd.DataFrame | pd.Series, k: int) -> None:
    result, true = suppress(counts, k=k), with_totals(counts)
    assert (result.shown.to_numpy(dtype=float, na_value=np.nan)[true == 0] == 0).all()
    if not ((true > 0) & (true < k)).any(axis=None):
        assert not result.shown.isna().any(axis=None)


@given(st.one_of(TABLES, LISTS), THRESHOLDS)
def test_no_further_count_could_be_shown_again(counts: pd.DataFrame | pd.Series, k: int) -> None:
    result, true = suppress(counts, k=k), with_totals(counts)
    for i, j in np.argwhere(result.secondary.to_numpy()):
        again = result.shown.copy()
        again.iloc[i, j] = int(true.iloc[i, j])
        intervals = feasible_intervals(again, two_ways=isinstance(counts, pd.DataFrame))
        assert any(high - low < 1 - 1e-6 for low, high in intervals.values())


def test_a_single_small_count_takes_the_next_smallest_with_it() -> None:
    result = suppress(pd.Series({"a": 3, "b": 40, "c": 7, "d": 0}, name="sites"))
    assert result.shown["sites"].isna().tolist() == [True, False, True, False, False]
    assert result.secondary["sites"].tolist() == [False, False, True, False, False]


def test_a_textbook_table_of_two_ways_closes_a_rectangle() -> None:
    table = pd.DataFrame({"x": [3, 20, 30], "y": [10, 9, 40], "z": [50, 60, 70]}, index=list("abc"))
    hidden = suppress(table).shown.isna()
    assert hidden.sum().sum() == 4
    assert hidden.loc[["a", "b"], ["x", "y"]].all(axis=None)


def test_five_ones_with_their_total_would_all_be_told() -> None:
    result = suppress(pd.Series([1, 1, 1, 1, 1], name="sites"), k=5)
    assert result.shown["sites"].isna().all()
    assert result.secondary.loc[TOTAL, "sites"]


def test_the_attacker_finds_what_only_the_small_counts_being_held_back_leaves_open() -> None:
    shown = pd.DataFrame({"sites": pd.array([None, 40, 7, 50], dtype="Int64")}, index=["a", "b", "c", TOTAL])
    assert feasible_intervals(shown, two_ways=False) == {(0, 0): (3.0, 3.0)}


@pytest.mark.parametrize("values", [[-1], [1.5], [float("nan")]])
def test_what_is_not_a_count_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="whole"):
        suppress(pd.Series(values, name="sites"))


def test_a_label_that_is_taken_and_a_threshold_that_holds_nothing_back_are_refused() -> None:
    with pytest.raises(ValueError, match="total"):
        suppress(pd.Series({TOTAL: 9}, name="sites"))
    with pytest.raises(ValueError, match="k must"):
        suppress(pd.Series([9], name="sites"), k=1)


def test_the_table_that_was_given_is_not_changed() -> None:
    table = pd.DataFrame({"x": [1, 20], "y": [10, 9]})
    before = table.copy()
    suppress(table)
    pd.testing.assert_frame_equal(table, before)
