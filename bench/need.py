"""The doubt of an index's ranks: 10,000 draws x 300 areas x 12 indicators, beside a pandas loop, R's way and the matrix idiom, equal answers asserted.

All take the same drawn weights. The pandas loop makes and ranks one draw at a time and keeps all ranks. The matrix idiom makes all scores by one product, ranks them by
sorting twice, which knows no ties, and takes quantiles. R's way is ``apply(scores, 1, rank, ties.method = "min")`` and ``quantile(type = 1)`` of each area.
Time is that of the processor, so that what else the machine does plays no part.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from geo.index_doubt import CONCENTRATION, QUANTILES, doubt
from geo.index_tree import read_tree
from geo.need import Index, IndexMethod, make_index

AREAS, INDICATORS, DRAWS = 300, 12, 10_000
GOAL_TIMES = 2.0
GOAL_SECONDS = 0.1


def invented(areas: int) -> Index:
    """Return an index of invented values."""
    names = [f"i{k}" for k in range(INDICATORS)]
    values = pd.DataFrame(np.random.default_rng(1).random((areas, INDICATORS)), columns=names, index=[f"a{k}" for k in range(areas)])
    rows = [("root", "", "aggregate", 1.0, 1.0), *((name, "root", "indicator", 1.0, 1.0) for name in names)]
    tree = read_tree(pd.DataFrame(rows, columns=["id", "parent", "kind", "direction", "weight"]), names)
    return make_index(values, tree, IndexMethod("keep"))


def drawn(index: Index, draws: int, seed: int) -> np.ndarray:
    """Return the weights that ``doubt`` draws."""
    chance = np.random.default_rng(seed)
    chance.integers(1, size=draws)
    return chance.dirichlet(CONCENTRATION * index.tree.shares("root"), size=draws)


def by_pandas(index: Index, draws: int, seed: int) -> np.ndarray:
    """Make and rank one draw after the other."""
    normed = index.scores[[node.node_id for node in index.tree.indicators]]
    ranks = [(normed * weights).sum(axis=1).rank(ascending=False, method="min") for weights in drawn(index, draws, seed)]
    return np.asarray(pd.concat(ranks, axis=1).quantile(list(QUANTILES), axis=1, interpolation="lower").T)


def by_matrix(index: Index, draws: int, seed: int) -> np.ndarray:
    """Make all draws at once, rank by sorting twice, take quantiles."""
    normed = index.scores[[node.node_id for node in index.tree.indicators]].to_numpy()
    scores = -(drawn(index, draws, seed) @ normed.T)
    ranks = scores.argsort(axis=1).argsort(axis=1) + 1
    return np.asarray(np.quantile(ranks, QUANTILES, axis=0, method="inverted_cdf").T)


def by_r(index: Index, draws: int, seed: int) -> np.ndarray:
    """Rank with ties as R's ``rank(ties.method = "min")``, one area's quantiles after the other."""
    from scipy.stats import rankdata

    normed = index.scores[[node.node_id for node in index.tree.indicators]].to_numpy()
    ranks = rankdata(-(drawn(index, draws, seed) @ normed.T), method="min", axis=1)
    return np.stack([np.quantile(own, QUANTILES, method="inverted_cdf") for own in ranks.T])


def ours(index: Index, draws: int, seed: int) -> np.ndarray:
    """Return what the index itself says."""
    return doubt(index, draws=draws, seed=seed, methods=False)["root"].ranks.to_numpy()


def median_seconds(work: Callable[[], object], times: int) -> float:
    """Return the median processor time of a few runs."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def run(arguments: list[str]) -> int:
    """Measure, print the table and whether the goal is met; 1 where it is missed or the answers differ."""
    options = argparse.ArgumentParser(
        prog="python -m bench need", description="The doubt of an index's ranks, beside a pandas loop and a matrix idiom."
    )
    options.add_argument("--quick", action="store_true", help="1,000 draws")
    draws = 1_000 if options.parse_args(arguments).quick else DRAWS
    index = invented(AREAS)
    answer = ours(index, draws, 1)
    equal = np.array_equal(answer, by_matrix(index, draws, 1)) and np.array_equal(answer, by_r(index, draws, 1))
    near = float(np.abs(answer - by_pandas(index, draws, 1)).max())  # pandas has no quantile of this type: it may lie one rank lower
    seconds = {
        "pandas loop": median_seconds(lambda: by_pandas(index, draws, 1), 1),
        "R's way": median_seconds(lambda: by_r(index, draws, 1), 3),
        "matrix idiom": median_seconds(lambda: by_matrix(index, draws, 1), 5),
        "jiwar": median_seconds(lambda: ours(index, draws, 1), 5),
    }
    for name, spent in seconds.items():
        print(f"{name:<14}{spent:>9.3f} s{spent / seconds['jiwar']:>9.1f} x")
    times = seconds["matrix idiom"] / seconds["jiwar"]
    print(f"answers equal to the matrix idiom and R's way: {equal}; farthest from pandas: {near:g} rank")
    met = equal and near <= 1 and times >= GOAL_TIMES and seconds["jiwar"] < GOAL_SECONDS
    print(f"goal: {GOAL_TIMES} times the matrix idiom and under {GOAL_SECONDS} s: {'met' if met else 'missed'}")
    return 0 if met or (draws < DRAWS and equal) else 1
