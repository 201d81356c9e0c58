"""Moran's I: by hand, against plain double sums, and seeded."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from geo.autocorrelation import FEWEST_UNITS, moran, nearest_weights, significant
from geo.errors import InputError

SIDE = 8


def rook(side: int) -> csr_array:
    """Row-standardised neighbours over the edges of a square grid."""
    table = np.zeros((side * side, side * side))
    for row in range(side):
        for column in range(side):
            for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                if 0 <= row + down < side and 0 <= column + right < side:
                    table[row * side + column, (row + down) * side + column + right] = 1
    return csr_array(table / table.sum(axis=1, keepdims=True))


def test_a_chessboard_is_minus_one_and_two_halves_are_known() -> None:
    board = np.indices((SIDE, SIDE)).sum(axis=0).ravel() % 2
    found = moran(pd.Series(board), rook(SIDE), seed=1)
    assert found.value == pytest.approx(-1)
    assert found.expected == -1 / 63
    assert found.p == 1 / 1000
    halves = np.repeat([0.0, 1.0], SIDE * SIDE // 2)
    # all neighbours are alike, but for one of three (two corners a side) or of four (six) across the border
    expected = (64 - 2 * (2 * 2 / 3 + 6 * 2 / 4)) / 64
    assert moran(pd.Series(halves), rook(SIDE), seed=1).value == pytest.approx(expected)


def test_it_equals_the_plain_double_sum_and_local_values_average_to_it() -> None:
    chance = np.random.default_rng(2)
    x, w = chance.gamma(2, size=64), rook(SIDE)
    dense, z = w.toarray(), x - x.mean()
    plain = 64 / dense.sum() * sum(dense[i, j] * z[i] * z[j] for i in range(64) for j in range(64)) / (z**2).sum()
    found = moran(pd.Series(x), w, seed=1)
    assert found.value == pytest.approx(plain)
    assert found.local["value"].mean() == pytest.approx(found.value)
    local = [z[i] * (dense[i] @ z) / ((z**2).sum() / 64) for i in range(64)]
    assert found.local["value"].tolist() == pytest.approx(local)


def test_a_cluster_is_found_where_it_is_and_chance_is_not() -> None:
    x = np.random.default_rng(5).normal(size=(SIDE, SIDE))
    x[:3, :3] += 8
    found = moran(pd.Series(x.ravel()), rook(SIDE), seed=1)
    high = np.flatnonzero(found.local["kind"] == "high_high")
    assert SIDE + 1 in high  # the middle of the block; a corner of the grid has two neighbours only, which is too little to tell
    assert {int(at) for at in high} <= {row * SIDE + column for row in range(3) for column in range(3)}
    again = moran(pd.Series(x.ravel()), rook(SIDE), seed=1)
    pd.testing.assert_frame_equal(found.local, again.local)
    noise = moran(pd.Series(np.random.default_rng(7).normal(size=64)), rook(SIDE), seed=1)
    assert (noise.local["kind"] != "").sum() == 0
    assert noise.p > 0.05


def test_scale_and_shift_do_not_matter_and_few_or_equal_units_are_refused() -> None:
    x = pd.Series(np.random.default_rng(2).gamma(2, size=64))
    assert moran(x * 7 + 3, rook(SIDE), seed=1).value == pytest.approx(moran(x, rook(SIDE), seed=1).value)
    with pytest.raises(InputError, match=r"needs\.few_units"):
        moran(pd.Series(range(FEWEST_UNITS - 1)), csr_array((29, 29)), seed=1)
    with pytest.raises(InputError, match=r"needs\.no_spread"):
        moran(pd.Series(1.0, index=range(64)), rook(SIDE), seed=1)


def test_neighbours_are_the_nearest_of_the_same_group() -> None:
    lon, lat = np.array([35.0, 35.1, 35.3, 34.4, 34.41, 36.0]), np.full(6, 31.5)
    groups = np.array(["west", "west", "west", "gaza", "gaza", "alone"])
    found = nearest_weights(lon, lat, groups, neighbours=1).toarray()
    assert [int(row.argmax()) for row in found[:5]] == [1, 0, 1, 4, 3]
    assert found.sum(axis=1).tolist() == [1, 1, 1, 1, 1, 0]
    pair = nearest_weights(lon, lat, groups, neighbours=2).toarray()
    assert pair[0].tolist() == [0, 0.5, 0.5, 0, 0, 0]
    assert pair[3].tolist() == [0, 0, 0, 0, 1, 0]


def test_a_unit_without_neighbours_has_no_local_value() -> None:
    dense = rook(SIDE).toarray()
    dense[0] = 0
    found = moran(pd.Series(np.arange(64.0)), csr_array(dense), seed=1)
    assert math.isnan(found.local["value"][0])
    assert found.local["kind"][0] == ""


def test_the_false_share_by_hand() -> None:
    # Benjamini and Hochberg: of ten, the third is under 3/10 of 5 %, the fourth is not under 4/10
    p = np.array([0.2, 0.001, 0.014, 0.3, 0.008, 0.021, 0.5, 0.6, 0.7, math.nan, 0.9])
    assert significant(p).tolist() == [False, True, True, False, True, False, False, False, False, False, False]
    assert not significant(np.array([math.nan, 0.06])).any()


def test_two_things_at_once_are_sums_over_single_pairs() -> None:
    """Bivariate, against loops; the unit's own value of the other thing plays no part, and with itself it is the ordinary one."""
    chance = np.random.default_rng(8)
    need, minutes, w = pd.Series(chance.gamma(2, size=64)), pd.Series(chance.normal(size=64)), rook(SIDE)
    found, dense = moran(need, w, seed=3, other=minutes), rook(SIDE).toarray()
    z, y = ((column - column.mean()) / column.std(ddof=0) for column in (need, minutes))
    local = [z[i] * sum(dense[i, j] * y[j] for j in range(64)) for i in range(64)]
    assert found.local["value"].tolist() == pytest.approx(local)
    assert found.value == pytest.approx(sum(local) / 64)
    assert found.expected == 0
    itself = moran(need, w, seed=3, other=need)
    alone = moran(need, w, seed=3)
    pd.testing.assert_frame_equal(itself.local, alone.local)
    assert itself.value == alone.value


def test_much_need_amid_long_ways_is_found_and_its_chance_is_that_of_dealing_out() -> None:
    chance = np.random.default_rng(9)
    need, minutes = chance.normal(size=(SIDE, SIDE)), chance.normal(size=(SIDE, SIDE))
    need[4, 4] += 9
    minutes[3:6, 3:6] += 9
    minutes[4, 4] -= 9  # its own way is short: only those around count
    found = moran(pd.Series(need.ravel()), rook(SIDE), seed=1, other=pd.Series(minutes.ravel()), false_share=1.0)
    at = 4 * SIDE + 4
    assert found.local["kind"][at] == "high_high"
    y, z = (column.ravel() - column.mean() for column in (minutes, need))
    others = np.delete(y / y.std(), at)
    dealt = np.array([chance.permutation(others)[:4].mean() for _ in range(20_000)]) * z[at] / z.std()
    share = min((dealt >= found.local["value"][at]).mean(), (dealt < found.local["value"][at]).mean())
    assert found.local["p"][at] == pytest.approx(share, abs=0.01)
    with pytest.raises(InputError, match="no_spread"):
        moran(pd.Series(need.ravel()), rook(SIDE), seed=1, other=pd.Series(1.0, index=range(64)))
