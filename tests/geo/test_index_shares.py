"""What moves the ranks, and what single change would alter the top."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from geo.index_doubt import doubt
from geo.index_shares import CHOICES, single_changes, sobol_shares
from geo.index_tree import read_tree
from geo.need import Index, IndexMethod, make_index
from tests.geo.test_need import tree_frame


def index_of(values: dict[str, list[float]], weights: dict[str, float] | None = None) -> Index:
    names = list(values)
    rows = [(name, "root", "indicator", 1, (weights or {}).get(name, 1.0), 0.0, 10.0) for name in names]
    tree = read_tree(tree_frame(("root", "", "aggregate", 1, 1.0), *rows), names)
    frame = pd.DataFrame(values, index=[f"u{k}" for k in range(len(values[names[0]]))])
    return make_index(frame, tree, IndexMethod("keep", 0.5, normalisation="goalposts", scale=(0, 10)))


def test_with_one_indicator_only_errors_move_ranks() -> None:
    index = index_of({"a": [1.0, 3, 5, 7, 9]})
    none = sobol_shares(index, None, seed=1)
    assert list(none.index) == list(CHOICES)
    assert none.isna().all()
    errors = pd.DataFrame(2.0, index=index.prepared.index, columns=["a"])
    shares = sobol_shares(index, errors, seed=1)
    assert shares["errors"] > 0.8
    assert shares["weights"] == pytest.approx(0, abs=1e-12)


def test_shares_are_those_of_what_moves_and_repeat_with_the_seed() -> None:
    index = index_of({"a": [1.0, 9, 5, 2, 6], "b": [8.0, 2, 5.2, 7, 4]})
    shares = sobol_shares(index, None, seed=3)
    assert (shares >= 0).all()
    assert shares["errors"] == 0
    assert shares.sum() >= 0.9
    pd.testing.assert_series_equal(shares, sobol_shares(index, None, seed=3))


def test_a_unit_that_has_too_little_in_some_draws_does_not_hide_the_rest() -> None:
    index = index_of({"a": [1.0, 9, 5, 2, 6], "b": [8.0, math.nan, 5.2, 7, 4]})
    assert sobol_shares(index, None, seed=3).notna().all()


def test_errors_of_the_data_widen_the_interval_and_none_leave_it() -> None:
    index = index_of({"a": [1.0, 3, 5, 7, 9], "b": [1.0, 3, 5, 7, 9]})
    exact = doubt(index, draws=200, seed=1)["root"].ranks
    none = doubt(index, draws=200, seed=1, errors=pd.DataFrame(0.0, index=index.prepared.index, columns=["a", "b"]))["root"].ranks
    wide = doubt(index, draws=200, seed=1, errors=pd.DataFrame(4.0, index=index.prepared.index, columns=["a", "b"]))["root"].ranks
    pd.testing.assert_frame_equal(exact, none)
    assert (exact["p05"] == exact["p95"]).all()
    assert (wide["p95"] - wide["p05"]).min() >= 1


def test_the_share_that_would_change_the_top_is_found() -> None:
    # with share s of a: u0 10 s, u1 10 (1 - s), u2 4.05; below 0.405 u0 falls behind u2, above 0.595 u1 does
    index = index_of({"a": [10.0, 0.0, 4.05, 0.0], "b": [0.0, 10.0, 4.05, 0.0]})
    changes = {one.indicator: one for one in single_changes(index, top=2)}
    assert changes["a"].share == 0.5
    assert changes["a"].lower == pytest.approx(0.40)
    assert changes["a"].higher == pytest.approx(0.60)
    assert changes["a"].alters
    assert changes["a"].without == frozenset({"u1", "u2"})


def test_one_indicator_alone_has_no_weight_to_change() -> None:
    (only,) = single_changes(index_of({"a": [1.0, math.nan, 3.0, 2.0]}))
    assert (only.lower, only.higher, only.without, only.alters) == (None, None, None, False)


def test_a_weight_that_alters_nothing_says_so() -> None:
    changes = single_changes(index_of({"a": [1.0, 2, 3, 4], "b": [1.0, 2, 3, 4]}), top=2)
    assert all((one.lower, one.higher, one.alters) == (None, None, False) for one in changes)
    assert np.isclose(sum(one.share for one in changes), 1)
