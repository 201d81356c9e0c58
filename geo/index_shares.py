"""Which choice makes the ranks of an index unsure: Sobol's total share of each choice, and the single change that would alter the top."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.index_doubt import alternatives, drawn_weights, node_scores, scores_astray
from geo.need import Index, normalised

CHOICES = ("weights", "normalisation", "aggregation", "errors")
SAMPLES = 256
"""Of Saltelli's design: this many times (number of choices + 2) indexes are made."""
STEP = 0.01
"""By which a weight is moved when the change that alters the top is looked for."""


def sobol_shares(index: Index, errors: pd.DataFrame | None, *, seed: int, samples: int = SAMPLES) -> pd.Series:
    """Return for each of ``CHOICES`` the part of the ranks' movement that goes away when it alone is fixed.

    Parameters
    ----------
    index : from ``make_index``.
    errors : as in ``geo.index_doubt.doubt``.
    seed : same seed, same result.
    samples : N of the N (d + 2) indexes.

    Returns
    -------
    Total shares, 0 or more; they sum to 1 or more, since choices work together. What moves is the mean shift of all units' ranks from
    those of ``index``. NaN everywhere where nothing moves.

    Source: Saisana, Saltelli & Tarantola 2005, JRSS A 168:307-323; estimator of Jansen 1999, as in Saltelli et al. 2010.
    """
    chance = np.random.default_rng(seed)
    one, two = (_draw(index, errors, chance, samples) for _ in range(2))
    base = _shift(index, errors, one)
    total = np.var(np.concatenate([base, _shift(index, errors, two)]))
    if total <= 1e-12:
        return pd.Series(np.nan, index=list(CHOICES), name="share")
    shares = [float(np.mean((base - _shift(index, errors, one | {choice: two[choice]})) ** 2) / (2 * total)) for choice in CHOICES]
    return pd.Series(shares, index=list(CHOICES), name="share")


def _draw(index: Index, errors: pd.DataFrame | None, chance: np.random.Generator, samples: int) -> dict[str, list[object]]:
    """Return for each choice what was drawn, one entry a sample."""
    options = alternatives(index)
    weights = {node.node_id: drawn_weights(chance, index.tree.shares(node.node_id), samples) for node in index.tree.aggregates}
    scales, means = (list(dict.fromkeys(getattr(option, name) for option in options)) for name in ("normalisation", "aggregation"))
    noise = chance.standard_normal((samples, *index.prepared.shape)) * (0.0 if errors is None else 1.0)
    return {
        "weights": [{name: rows[k] for name, rows in weights.items()} for k in range(samples)],
        "normalisation": [scales[k] for k in chance.integers(len(scales), size=samples)],
        "aggregation": [means[k] for k in chance.integers(len(means), size=samples)],
        "errors": list(noise),
    }


def _shift(index: Index, errors: pd.DataFrame | None, drawn: dict[str, list[object]]) -> np.ndarray:
    """Return for each sample the mean distance of the ranks from those of the index itself."""
    root = index.tree.root.node_id
    known = index.scores[root].notna().to_numpy(dtype=bool)
    own = index.ranks()[root].to_numpy(dtype=float)[known]
    exact = pd.DataFrame(0.0, index=index.prepared.index, columns=index.prepared.columns) if errors is None else errors
    out = np.zeros(len(drawn["weights"]))
    pairs = list(zip(drawn["normalisation"], drawn["aggregation"], strict=True))
    for pair in dict.fromkeys(pairs):
        if pair[0] == "z" and pair[1] != "arithmetic":
            continue  # standard scores have no other mean: such a sample stays where the index is
        mine = [k for k, each in enumerate(pairs) if each == pair]
        method = replace(index.method, normalisation=pair[0], aggregation=pair[1])  # type: ignore[arg-type]
        normed = scores_astray(index, method, exact, np.stack([drawn["errors"][k] for k in mine]))  # type: ignore[misc]
        names = [node.node_id for node in index.tree.aggregates]
        weights = {name: np.stack([drawn["weights"][k][name] for k in mine]) for name in names}  # type: ignore[index]
        scores = pd.DataFrame(node_scores(index, method, normed, weights)[root][:, known])
        ranks = scores.rank(axis=1, ascending=False, method="min").to_numpy(dtype=float)
        out[mine] = np.nanmean(np.abs(ranks - own), axis=1)  # where a drawn weight leaves too little, a unit has no score in that draw
    return out


@dataclass(frozen=True, slots=True)
class Change:
    """What it takes to alter the units at the top by one indicator alone.

    Parameters
    ----------
    indicator : which.
    share : its share of the weight beside its siblings.
    lower, higher : the nearest share below and above at which the top is another; None where no share does that.
    without : the units at the top without it; None where nothing else is left.
    alters : leaving it out alters the top.
    """

    indicator: str
    share: float
    lower: float | None
    higher: float | None
    without: frozenset[str] | None
    alters: bool


def single_changes(index: Index, *, top: int = 3) -> list[Change]:
    """Return for each indicator which share of the weight, and whether leaving it out, would change who is among the first ``top``.

    The shares of its siblings stay in proportion. Shares are tried in steps of ``STEP``.
    """
    root = index.tree.root.node_id
    normed = {str(name): column.to_numpy(dtype=float) for name, column in normalised(index.prepared, index.tree, index.method)[0].items()}
    plain = {node.node_id: index.tree.shares(node.node_id)[None] for node in index.tree.aggregates}
    now = _top(index.scores[root].to_numpy(dtype=float), index, top)
    out = []
    for node in index.tree.indicators:
        siblings = [child.node_id for child in index.tree.children(node.parent)]
        at, shares = siblings.index(node.node_id), plain[node.parent][0]
        rest = 1 - shares[at]
        tried = np.round(np.arange(0, 1 + STEP / 2, STEP), 6)
        if len(siblings) == 1 or rest <= 1e-12:
            out.append(Change(node.node_id, float(shares[at]), None, None, None, alters=False))
            continue
        rows = np.outer(1 - tried, shares / rest)
        rows[:, at] = tried
        weights = {name: np.repeat(w, len(tried), axis=0) for name, w in plain.items()} | {node.parent: rows}
        scores = node_scores(index, index.method, normed, weights)[root]
        tops = [_top(row, index, top) for row in scores]
        differs = np.array([each != now for each in tops])
        below = tried[differs & (tried < shares[at])]
        above = tried[differs & (tried > shares[at])]
        out.append(
            Change(
                node.node_id, float(shares[at]), float(below.max()) if len(below) else None, float(above.min()) if len(above) else None,
                tops[0], alters=bool(differs[0]),
            )
        )  # fmt: skip
    return out


def _top(scores: np.ndarray, index: Index, top: int) -> frozenset[str]:
    ranks = pd.Series(scores, index=index.prepared.index).rank(ascending=False, method="min")
    return frozenset(str(unit) for unit in ranks.index[ranks <= top])
