"""How sure a rank is: the index made again many times with other weights and other defensible methods, and what its ranks did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from geo.index_steps import aggregate, normalise, treat
from geo.index_tally import Tally, chunk_of
from geo.need import LEAST_OF_AGGREGATE, Index, IndexMethod, normalised, turned

CONCENTRATION = 50.0
"""Of the Dirichlet distribution around the chosen weights: a weight of 0.25 is then between 0.16 and 0.36 in nine draws of ten."""
FEW_UNITS = 30
"""Below this, skewness says nothing, and the treatment of outliers is not varied."""
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the ranks of one node did.

    Parameters
    ----------
    ranks : units x (p05, p50, p95); NaN for a unit without a score.
    top : for each unit the share of draws in which it was among the first k; ``k`` of the call.
    """

    ranks: pd.DataFrame
    top: pd.Series


def alternatives(index: Index) -> list[IndexMethod]:
    """Return the methods that are drawn from, each as likely as the others: the chosen one and those that change one of its choices or more.

    Normalisation: the chosen one, min-max and ranks; aggregation: the chosen one, arithmetic and geometric; treatment of outliers with and
    without, where there are 30 units or more. Standard deviations go with arithmetic means only, and a scale that begins below 0 with no geometric one.
    """
    chosen = index.method
    scales = dict.fromkeys([chosen.normalisation, "minmax", "rank"])
    means = dict.fromkeys([chosen.aggregation, "arithmetic", "geometric"])
    treatments = dict.fromkeys([chosen.treatment, "none", "coinr"] if len(index.prepared) >= FEW_UNITS else [chosen.treatment])
    found = []
    for scale, mean, treatment in product(scales, means, treatments):
        if mean == "arithmetic" or (scale != "z" and (mean != "geometric" or chosen.scale[0] >= 0)):
            found.append(replace(chosen, normalisation=scale, aggregation=mean, treatment=treatment))
    return found


def doubt(index: Index, *, draws: int, seed: int, top: int = 3, methods: bool = True, errors: pd.DataFrame | None = None) -> dict[str, Doubt]:
    """Make the index again with drawn weights, methods and, where they are told, errors of the data.

    Parameters
    ----------
    index : from ``make_index``.
    draws : how many, >= 1.
    seed : same seed, same result.
    top : k of the share of draws in which a unit is among the first k.
    methods : draw the method from ``alternatives``; False: only the weights.
    errors : units x indicators, the standard error of each value of ``index.prepared`` in its own unit; each draw adds one from a normal
        distribution to every value. Without it the values are taken for exact.

    Returns
    -------
    Aggregate to what its ranks did. Weights of siblings come from a Dirichlet distribution around the chosen ones.

    Source: Saisana, Saltelli & Tarantola 2005, JRSS A 168:307-323.
    """
    chance = np.random.default_rng(seed)
    options = alternatives(index) if methods else [index.method]
    drawn = chance.integers(len(options), size=draws)
    weights = {node.node_id: drawn_weights(chance, index.tree.shares(node.node_id), draws) for node in index.tree.aggregates}
    units = len(index.prepared)
    tallies = {node.node_id: Tally(units, draws) for node in index.tree.aggregates}
    for number, method in enumerate(options):
        mine = np.flatnonzero(drawn == number)
        normed = {str(name): column.to_numpy(dtype=float) for name, column in normalised(index.prepared, index.tree, method)[0].items()}
        chunk = chunk_of(units)
        for start in range(0, len(mine), chunk):
            some = mine[start : start + chunk]
            scores = normed if errors is None else scores_astray(index, method, errors, chance.standard_normal((len(some), *index.prepared.shape)))
            made = node_scores(index, method, scores, {name: w[some] for name, w in weights.items()})
            for name, tally in tallies.items():
                tally.add(np.broadcast_to(made[name], (len(some), units)))
    return {name: _summary(index, tally, top) for name, tally in tallies.items()}


def drawn_weights(chance: np.random.Generator, shares: np.ndarray, draws: int) -> np.ndarray:
    """Return draws x children around the chosen shares; a weight of 0 stays 0."""
    out = np.zeros((draws, len(shares)))
    there = shares > 0
    out[:, there] = chance.dirichlet(CONCENTRATION * shares[there], size=draws)
    return out


def scores_astray(index: Index, method: IndexMethod, errors: pd.DataFrame, noise: np.ndarray) -> dict[str, np.ndarray]:
    """Return the indicators on the common scale, draws x units, each draw with errors of its own.

    Parameters
    ----------
    index, method : what is scored, and how.
    errors : as in ``doubt``.
    noise : (draws, units, indicators), from a standard normal distribution.
    """
    out = {}
    for k, node in enumerate(index.tree.indicators):
        exact = index.prepared[node.node_id].to_numpy(dtype=float)
        spread = errors[node.node_id].reindex(index.prepared.index).fillna(0.0).to_numpy(dtype=float)
        drawn = exact + spread * noise[..., k]
        rows = (treat(row)[0] for row in drawn) if method.treatment == "coinr" else drawn
        scores = [normalise(row, method.normalisation, direction=node.direction, goalposts=node.goalposts, scale=method.scale) for row in rows]
        out[node.node_id] = np.stack(scores)
    return out


def node_scores(index: Index, method: IndexMethod, normed: dict[str, np.ndarray], weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the scores of all nodes for many sets of weights at once.

    Parameters
    ----------
    index : the tree.
    method : what brings children together.
    normed : indicator to its scores, (units,) or (draws, units).
    weights : aggregate to the weights of its children, (draws, children).

    Returns
    -------
    Node to (draws, units), an indicator as in ``normed``.
    """
    scores = dict(normed)
    least = LEAST_OF_AGGREGATE if method.missing == "keep" else 0.0
    for node in index.tree.aggregates:
        children = [turned(scores[child.node_id], child.kind, child.direction, method) for child in index.tree.children(node.node_id)]
        stacked = np.stack(np.broadcast_arrays(*children), axis=-1)
        scores[node.node_id] = aggregate(stacked, weights[node.node_id], method.aggregation, scale=method.scale, least=least)
    return scores


def _summary(index: Index, tally: Tally, top: int) -> Doubt:
    found, first = tally.summary(QUANTILES, top)
    units = index.prepared.index
    columns = {f"p{round(share * 100):02d}": ranks for share, ranks in zip(QUANTILES, found, strict=True)}
    return Doubt(pd.DataFrame(columns, index=units), pd.Series(first, index=units, name=f"top_{top}"))
