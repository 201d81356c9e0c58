"""The index of need: published numbers, an oracle in plain Python, and what holds for any values."""

from __future__ import annotations

import json
import math
import statistics
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.errors import InputError, SchemaError
from geo.index_doubt import alternatives, doubt
from geo.index_steps import aggregate, kurtosis, normalise, skewness, treat
from geo.index_tally import Tally
from geo.index_tree import Tree, read_tree
from geo.need import IndexMethod, make_index

GOLDENS = Path(__file__).parents[3] / "shared" / "goldens" / "goldens.json"


def tree_frame(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Return rows of id, parent, kind, direction, weight[, low, high, denominator] as a table whose data begin in row 2."""
    names = ["id", "parent", "kind", "direction", "weight", "goalpost_min", "goalpost_max", "denominator"]
    full = [[*row, *[math.nan, math.nan, ""][len(row) - 5 :]] for row in rows]
    return pd.DataFrame(full, columns=names, index=range(2, 2 + len(rows)))


def flat(count: int, weights: list[float] | None = None, directions: list[int] | None = None) -> Tree:
    names = [f"i{k}" for k in range(count)]
    rows = [(name, "root", "indicator", (directions or [1] * count)[k], (weights or [1.0] * count)[k]) for k, name in enumerate(names)]
    return read_tree(tree_frame(("root", "", "aggregate", 1, 1.0), *rows), names)


def frame(values: list[list[float]]) -> pd.DataFrame:
    return pd.DataFrame(values, columns=[f"i{k}" for k in range(len(values[0]))], index=[f"u{n}" for n in range(len(values))])


KEEP = IndexMethod("keep", min_available=0.0)


@pytest.mark.skipif(not GOLDENS.exists(), reason="the shared folder is not here")
def test_published_numbers() -> None:
    goldens = json.loads(GOLDENS.read_text(encoding="utf-8"))
    x = np.array(goldens["coinr_skewkurt"]["x"], dtype=float)
    assert skewness(x) == pytest.approx(goldens["coinr_skewkurt"]["skew"], abs=1e-6)
    assert kurtosis(x) == pytest.approx(goldens["coinr_skewkurt"]["kurt"], abs=1e-6)
    for pair, expected in goldens["inform_scaled_geomean"].items():
        scores = np.array([[float(part) for part in pair.split(",")]])
        assert aggregate(scores, np.array([0.5, 0.5]), "inform", scale=(0, 10))[0] == pytest.approx(expected, abs=1e-9)


def test_one_far_value_is_drawn_in_and_ties_go_together() -> None:
    assert treat(np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100.0]))[1] == "winsorised 1"
    low = -np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100.0])
    assert treat(low)[0].min() == -30
    tied = np.concatenate([np.arange(40.0), [500.0, 500.0]])
    treated, how = treat(tied)
    assert how == "winsorised 1"
    assert treated.max() == 39
    assert treat(np.arange(20.0))[1] == "none"


def test_where_five_are_not_enough_the_logarithm_of_the_untouched_values_is_taken() -> None:
    x = np.exp(np.concatenate([np.linspace(0, 1, 60), np.arange(3, 13.0)]))
    treated, how = treat(x)
    assert how == "log"
    assert treated == pytest.approx(np.log(x - x.min() + 0.01 * (x.max() - x.min())))


def test_the_only_value_that_differs_is_not_drawn_in() -> None:
    x = np.array([0.0] * 20 + [7.0])
    treated, how = treat(x)
    assert how == "log"
    assert treated[-1] > treated[0]


@pytest.mark.parametrize(
    ("how", "expected"),
    [("minmax", [0, 50, 100]), ("z", [-1, 0, 1]), ("rank", [0, 50, 100]), ("goalposts", [20, 40, 60])],
)
def test_scales(how: str, expected: list[float]) -> None:
    x = np.array([1.0, 2.0, 3.0, np.nan])
    assert normalise(x, how, direction=1, goalposts=(0, 5), scale=(0, 100))[:3] == pytest.approx(expected)  # type: ignore[arg-type]
    back = normalise(x, how, direction=-1, goalposts=(0, 5), scale=(0, 100))  # type: ignore[arg-type]
    assert back[:3] == pytest.approx([100 - 20 * n for n in (1, 2, 3)] if how == "goalposts" else expected[::-1])
    assert math.isnan(back[3])


def test_rates_are_made_before_anything_else() -> None:
    tree = read_tree(
        tree_frame(("root", "", "aggregate", 1, 1.0), ("cases", "root", "indicator", 1, 1.0, math.nan, math.nan, "people")), ["cases", "people"]
    )
    values = pd.DataFrame({"cases": [10.0, 10.0, 30.0], "people": [100.0, 50.0, 300.0]}, index=list("abc"))
    assert make_index(values, tree, KEEP).scores["root"].tolist() == [0, 100, 0]
    with pytest.raises(InputError, match="denominator_zero"):
        make_index(values.replace(50.0, 0.0), tree, KEEP)


def test_a_blank_is_never_a_zero() -> None:
    values = frame([[1, math.nan], [2, 5], [3, 6]])
    tree = flat(2)
    kept = make_index(values, tree, KEEP)
    assert kept.scores.loc["u0", "root"] == kept.scores.loc["u0", "i0"]
    assert math.isnan(kept.scores.loc["u0", "i1"])
    filled = make_index(values, tree, IndexMethod("mean", min_available=0.0))
    assert filled.prepared.loc["u0", "i1"] == 5.5
    assert filled.imputed == 1
    dropped = make_index(values, tree, IndexMethod("drop"))
    assert dropped.dropped == {"u0": 0.5}
    assert "u0" not in dropped.scores.index
    by_group = make_index(values, tree, IndexMethod("mean", min_available=0.0), groups=pd.Series({"u0": "a", "u1": "a", "u2": "b"}))
    assert by_group.prepared.loc["u0", "i1"] == 5
    with pytest.raises(InputError, match="no_group"):
        make_index(values, tree, IndexMethod("mean", min_available=0.0), groups=pd.Series({"u0": "a"}))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("root", "", "aggregate", 1, 1.0), ("x", "root", "indicator", 2, 1.0)], "index.direction"),
        ([("root", "", "aggregate", 1, 1.0), ("x", "root", "thing", 1, 1.0)], "index.kind"),
        ([("root", "", "aggregate", 1, 1.0), ("x", "nowhere", "indicator", 1, 1.0)], "index.parent"),
        ([("root", "", "aggregate", 1, 1.0), ("q", "root", "indicator", 1, 1.0)], "index.no_values"),
        ([("root", "", "aggregate", 1, 1.0), ("x", "root", "indicator", 1, -1.0)], "index.weight"),
        ([("root", "", "aggregate", 1, 1.0), ("x", "root", "indicator", 1, 1.0, 5.0, 5.0)], "index.goalposts"),
        ([("root", "", "aggregate", 1, 1.0), ("x", "root", "indicator", 1, 1.0), ("x", "root", "indicator", 1, 1.0)], "index.id"),
    ],
)
def test_a_bad_cell_of_the_tree_is_named(rows: list[tuple[object, ...]], code: str) -> None:
    with pytest.raises(SchemaError) as caught:
        read_tree(tree_frame(*rows), ["x"])
    assert {cell.code for cell in caught.value.cells} == {code}
    assert min(cell.row for cell in caught.value.cells) >= 2


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("a", "b", "aggregate", 1, 1.0), ("b", "a", "aggregate", 1, 1.0), ("x", "a", "indicator", 1, 1.0)], "one_root"),
        (
            [("r", "", "aggregate", 1, 1.0), ("a", "b", "aggregate", 1, 1.0), ("b", "a", "aggregate", 1, 1.0), ("x", "r", "indicator", 1, 1.0)],
            "circle",
        ),
        ([("r", "", "aggregate", 1, 1.0), ("x", "r", "indicator", 1, 0.0)], "no_weight"),
        ([("r", "", "aggregate", 1, 1.0), ("p", "r", "aggregate", 1, 1.0), ("x", "r", "indicator", 1, 1.0)], "no_children"),
        ([("r", "", "aggregate", 1, 1.0), ("x", "r", "indicator", 1, 1.0), ("y", "x", "indicator", 1, 1.0)], "under_indicator"),
    ],
)
def test_a_tree_that_is_none_is_refused(rows: list[tuple[object, ...]], code: str) -> None:
    with pytest.raises(InputError, match=code):
        read_tree(tree_frame(*rows), ["x", "y"])


def plain_index(values: list[list[float]], weights: list[float], directions: list[int], how: str) -> list[float]:
    """Make a flat index without gaps the slow way."""
    columns = []
    for column, direction in zip(zip(*values, strict=True), directions, strict=True):
        turned = [direction * value for value in column]
        low, high = min(turned), max(turned)
        columns.append([50.0 if low == high else 100 * (value - low) / (high - low) for value in turned])
    out = []
    for scores in zip(*columns, strict=True):
        shares = [weight / sum(weights) for weight in weights]
        if how == "arithmetic":
            out.append(sum(score * share for score, share in zip(scores, shares, strict=True)))
        elif how == "geometric":
            out.append(math.prod(max(score, 1.0) ** share for score, share in zip(scores, shares, strict=True)))
        else:
            mean = math.prod(((10 - score / 10) / 10 * 9 + 1) ** share for score, share in zip(scores, shares, strict=True))
            out.append((10 - mean) / 9 * 100)
    return out


numbers = st.floats(-1000, 1000).map(lambda x: round(x, 3))
tables = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=2, max_size=9))


@given(tables, st.lists(st.integers(1, 9), min_size=4, max_size=4), st.lists(st.sampled_from([1, -1]), min_size=4, max_size=4),
       st.sampled_from(["arithmetic", "geometric", "inform"]))  # fmt: skip
def test_equal_to_the_plain_oracle(values: list[list[float]], weights: list[int], directions: list[int], how: str) -> None:
    width = len(values[0])
    own = [float(weight) for weight in weights[:width]]
    made = make_index(frame(values), flat(width, own, directions[:width]), IndexMethod("keep", aggregation=how))  # type: ignore[arg-type]
    assert made.scores["root"].tolist() == pytest.approx(plain_index(values, own, directions[:width], how), abs=1e-7)


@given(tables, st.floats(0.01, 100), st.floats(-50, 50))
def test_other_units_of_an_indicator_change_nothing(values: list[list[float]], factor: float, shift: float) -> None:
    spread = [max(column) - min(column) for column in zip(*values, strict=True)]
    assume(all(width == 0 or width > 0.01 for width in spread))
    tree = flat(len(values[0]))
    here = make_index(frame(values), tree, KEEP).scores["root"]
    there = make_index(frame(values) * factor + shift, tree, KEEP).scores["root"]
    assert here.tolist() == pytest.approx(there.tolist(), abs=1e-6)


@given(tables, st.randoms(use_true_random=False), st.sampled_from(["minmax", "z", "rank"]))
def test_the_order_of_units_does_not_matter_and_what_is_first_stays_first_when_it_rises(values: list[list[float]], chance: object, how: str) -> None:
    tree = flat(len(values[0]))
    method = IndexMethod("keep", normalisation=how)  # type: ignore[arg-type]
    made = make_index(frame(values), tree, method)
    order = list(frame(values).index)
    chance.shuffle(order)  # type: ignore[attr-defined]
    assert make_index(frame(values).loc[order], tree, method).scores["root"][made.scores.index].tolist() == pytest.approx(
        made.scores["root"].tolist()
    )
    first = str(made.ranks()["root"].idxmin())
    better = frame(values)
    better.loc[first, "i0"] += 100
    assert make_index(better, tree, method).ranks().loc[first, "root"] == 1


def test_the_doubt_of_a_rank() -> None:
    chance = np.random.default_rng(3)
    values = frame(chance.normal(size=(16, 8)).tolist())
    index = make_index(values, flat(8), KEEP)
    few, many, again = (doubt(index, draws=draws, seed=seed)["root"] for draws, seed in ((1_000, 1), (20_000, 2), (1_000, 1)))
    pd.testing.assert_frame_equal(few.ranks, again.ranks)
    assert (few.ranks - many.ranks).abs().max().max() <= 1
    assert (many.ranks["p05"] <= many.ranks["p50"]).all()
    assert (many.ranks["p50"] <= many.ranks["p95"]).all()
    assert many.top.sum() == pytest.approx(3, abs=0.2)
    sure = doubt(make_index(frame([[k, k] for k in range(5)]), flat(2), KEEP), draws=200, seed=1)["root"]
    assert sure.ranks["p05"].tolist() == sure.ranks["p95"].tolist() == [5, 4, 3, 2, 1]


def test_ranks_of_draws_are_those_of_the_drawn_indices() -> None:
    values = frame([[1, 9, 3], [2, 2, 2], [9, 1, math.nan], [4, 4, 4]])
    index = make_index(values, flat(3), IndexMethod("keep", min_available=0.0))
    found = doubt(index, draws=400, seed=5, methods=False)["root"]
    weights = _drawn(5, 400, 3)
    ranks: list[list[float]] = []
    for own in weights:
        scores = [aggregate(index.scores.loc[[unit], ["i0", "i1", "i2"]].to_numpy(), own, "arithmetic", scale=(0, 100))[0] for unit in values.index]
        ranks.append([1 + sum(other > score for other in scores) for score in scores])
    for position, unit in enumerate(values.index):
        own_ranks = sorted(rank[position] for rank in ranks)
        assert found.ranks.loc[unit, "p50"] == statistics.median_low(own_ranks)


def _drawn(seed: int, draws: int, children: int) -> np.ndarray:
    chance = np.random.default_rng(seed)
    chance.integers(1, size=draws)
    return chance.dirichlet(50.0 * np.full(children, 1 / children), size=draws)


def test_the_geometric_mean_is_that_of_the_scores() -> None:
    """On 1-100 it is x^w y^(1-w) itself, as COINr's a_gmean; a scale below 0 has none."""
    scores = np.array([[1.0, 100.0], [4.0, 25.0]])
    assert aggregate(scores, np.array([0.5, 0.5]), "geometric", scale=(1, 100)) == pytest.approx([10, 10])
    assert aggregate(np.array([[0.0, 10.0]]), np.array([0.5, 0.5]), "geometric", scale=(0, 10)) == pytest.approx([1])
    for scale, code in (((-1.0, 1.0), "geometric_scale"), ((0.0, math.inf), "index.scale")):
        with pytest.raises(InputError, match=code):
            IndexMethod("keep", aggregation="geometric", scale=scale)
    index = make_index(frame([[1, 2], [2, 1], [3, 3]]), flat(2), IndexMethod("keep", scale=(-1, 1)))
    assert {method.aggregation for method in alternatives(index)} == {"arithmetic"}


def test_half_of_the_children_make_an_aggregate_whatever_they_weigh() -> None:
    """COINr's data threshold counts children."""
    values = frame([[math.nan, 5, 7], [2, 5, 1], [3, math.nan, math.nan]])
    found = make_index(values[["i0", "i1"]], flat(2, [9.0, 1.0]), KEEP).scores["root"]
    assert found["u0"] == 50
    assert math.isnan(make_index(values, flat(3), KEEP).scores.loc["u2", "root"])
    assert make_index(values, flat(3, [1.0, 1.0, 0.0]), KEEP).scores.loc["u2", "root"] == 100


def test_scores_that_differ_by_rounding_alone_share_a_rank() -> None:
    index = make_index(frame([[0.1, 0.2, 0.7], [0.7, 0.1, 0.2], [0.2, 0.7, 0.1], [0, 0, 0], [1, 1, 1]]), flat(3), KEEP)
    assert index.ranks()["root"].tolist() == [2, 2, 2, 5, 1]


@pytest.mark.parametrize(("units", "draws"), [(1, 5), (2, 40), (7, 300), (40, 60), (60, 40), (1100, 4), (1100, 1200)])
@pytest.mark.parametrize("kind", ["any", "tied", "blank", "equal"])
def test_ranks_are_counted_as_they_are(units: int, draws: int, kind: str) -> None:
    """Against pandas' ranks, draw by draw: ties, blanks, draws fewer or more than units, and more units than last bits hold."""
    chance = np.random.default_rng(units + draws)
    scores = chance.normal(size=(draws, units))
    if kind == "tied":
        scores = chance.integers(-3, 4, (draws, units)) / 3 + scores * 1e-16
    if kind == "blank":
        scores[chance.random(scores.shape) < 0.3] = np.nan
        scores[:, 0] = np.nan
    if kind == "equal":
        scores[:] = 0.1
    tally = Tally(units, draws)
    for start in range(0, draws, 50):
        tally.add(scores[start : start + 50])
    found, first = tally.summary((0.05, 0.5, 0.95), 3)
    ranks = pd.DataFrame(scores.round(12)).rank(axis=1, ascending=False, method="min")
    for share, got in zip((0.05, 0.5, 0.95), found, strict=True):
        expected = [np.quantile(column.dropna(), share, method="inverted_cdf") if column.notna().any() else np.nan for _, column in ranks.items()]
        np.testing.assert_array_equal(got, expected)
    np.testing.assert_allclose(first, (ranks <= 3).sum() / ranks.notna().sum().replace(0, np.nan))


def test_methods_that_do_not_go_together_are_not_drawn() -> None:
    index = make_index(frame([[1, 2], [2, 1], [3, 3]]), flat(2), IndexMethod("keep", normalisation="z"))
    assert all(method.aggregation == "arithmetic" for method in alternatives(index) if method.normalisation == "z")
    with pytest.raises(InputError, match="z_needs"):
        IndexMethod("keep", normalisation="z", aggregation="geometric")
