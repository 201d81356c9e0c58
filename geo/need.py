"""The composite index of need: values and a tree in, scores and ranks of every node out, with the doubt that the choices leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.index_steps import Aggregate, Normalise, aggregate, normalise, treat
from geo.index_tree import Tree

Missing = Literal["mean", "drop", "keep"]
DIGITS = 9
"""Decimals of a score that are written and ranked by."""
LEAST_OF_AGGREGATE = 0.5
"""Share of an aggregate's children that must be there where missing values are kept (COINr's data threshold)."""


@dataclass(frozen=True, slots=True)
class IndexMethod:
    """How an index is made.

    Parameters
    ----------
    missing : ``mean`` puts in the indicator's mean over the unit's group; ``drop`` leaves out every unit that lacks a value; ``keep``
        lets the gap stand and shares its weight among the siblings. There is no default: it is a decision.
    min_available : share of indicators, 0-1, that a unit must have to be in the index at all.
    treatment : ``coinr`` draws in outliers, ``none`` does not.
    normalisation, aggregation : see ``geo.index_steps``.
    scale : lowest and highest score.
    """

    missing: Missing
    min_available: float = 0.66
    treatment: Literal["none", "coinr"] = "none"
    normalisation: Normalise = "minmax"
    aggregation: Aggregate = "arithmetic"
    scale: tuple[float, float] = (0.0, 100.0)

    def __post_init__(self) -> None:
        """Refuse choices that do not go together."""
        if not (self.scale[0] < self.scale[1] and np.isfinite(self.scale).all()):
            raise InputError("index.scale")
        if self.aggregation == "geometric" and self.scale[0] < 0:
            raise InputError("index.geometric_scale")
        if self.normalisation == "z" and self.aggregation != "arithmetic":
            raise InputError("index.z_needs_arithmetic")


@dataclass(frozen=True, eq=False)
class Index:
    """An index of one set of values.

    Parameters
    ----------
    tree, method : what it was made from and how.
    prepared : units x indicators, after denominators, screening and imputation; NaN where a value is missing still.
    scores : units x nodes; NaN where a unit has none.
    dropped : units that are not in it, with the share of indicators that they have.
    imputed : how many cells were put in.
    treated : indicator to what was done about its outliers.
    """

    tree: Tree
    method: IndexMethod
    prepared: pd.DataFrame
    scores: pd.DataFrame
    dropped: dict[str, float]
    imputed: int
    treated: dict[str, str] = field(default_factory=dict)

    def ranks(self) -> pd.DataFrame:
        """Return for every node the rank of each unit, 1 the highest score; NaN where it has no score.

        Scores that are equal to ``DIGITS`` decimals share the better rank: what is left beyond them is rounding.
        """
        return self.scores.round(DIGITS).rank(ascending=False, method="min")


def make_index(values: pd.DataFrame, tree: Tree, method: IndexMethod, *, groups: pd.Series | None = None) -> Index:
    """Make an index.

    Parameters
    ----------
    values : units x indicators, raw; NaN where unknown. Indicators that the tree does not name serve as denominators only.
    tree : from ``read_tree``.
    method : how.
    groups : group of each unit, for ``missing="mean"``; without it the mean of all units is put in.

    Raises
    ------
    InputError : no unit is left, an indicator has no value at all, goalposts are missing, a denominator is not above 0.

    Source: JRC/OECD Handbook on Constructing Composite Indicators 2008; COINr, Becker et al. 2022.
    """
    ratios = _divided(values, tree)
    available = ratios.notna().mean(axis=1)
    least = 1.0 if method.missing == "drop" else method.min_available
    inside = available >= least - 1e-12
    dropped = {str(unit): float(share) for unit, share in available[~inside].items()}
    kept = ratios[inside]
    if kept.empty:
        raise InputError("index.nothing_left")
    filled = _imputed(kept, groups) if method.missing == "mean" else kept
    empty = [str(name) for name in filled.columns if filled[name].isna().all()]
    if empty:
        raise InputError("index.no_value_of", indicator=empty[0])
    imputed = int(filled.notna().to_numpy().sum() - kept.notna().to_numpy().sum())
    normed, treated = normalised(filled, tree, method)
    scores = aggregated(normed, tree, method)
    return Index(tree, method, filled, scores, dropped, imputed, treated)


def normalised(prepared: pd.DataFrame, tree: Tree, method: IndexMethod) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the indicators on the common scale, and what was done about the outliers of each."""
    columns, treated = {}, {}
    unposted = [node.node_id for node in tree.indicators if node.goalposts is None]
    if method.normalisation == "goalposts" and unposted:
        raise InputError("index.no_goalposts", indicator=", ".join(unposted)[:200])
    for node in tree.indicators:
        x = prepared[node.node_id].to_numpy(dtype=float)
        if method.treatment == "coinr":
            x, treated[node.node_id] = treat(x)
        columns[node.node_id] = normalise(x, method.normalisation, direction=node.direction, goalposts=node.goalposts, scale=method.scale)
    return pd.DataFrame(columns, index=prepared.index), treated


def aggregated(normed: pd.DataFrame, tree: Tree, method: IndexMethod) -> pd.DataFrame:
    """Return the scores of all nodes, in the order of the tree.

    A pillar under another node enters it with its direction: -1 turns it round on the scale.
    """
    scores: dict[str, np.ndarray] = {name: normed[name].to_numpy(dtype=float) for name in normed.columns}
    for node in tree.aggregates:
        children = np.stack([turned(scores[child.node_id], child.kind, child.direction, method) for child in tree.children(node.node_id)], axis=-1)
        least = LEAST_OF_AGGREGATE if method.missing == "keep" else 0.0
        scores[node.node_id] = aggregate(children, tree.shares(node.node_id), method.aggregation, scale=method.scale, least=least)
    return pd.DataFrame({node.node_id: scores[node.node_id] for node in tree.nodes}, index=normed.index)


def turned(scores: np.ndarray, kind: str, direction: int, method: IndexMethod) -> np.ndarray:
    """Return a child's scores as they enter the node above; an indicator's direction is in them already."""
    if kind == "indicator" or direction == 1:
        return scores
    return -scores if method.normalisation == "z" else method.scale[0] + method.scale[1] - scores


def _divided(values: pd.DataFrame, tree: Tree) -> pd.DataFrame:
    """Return the indicators of the tree, divided by their denominators before anything else; rates, not counts."""
    columns = {}
    for node in tree.indicators:
        column = values[node.node_id].astype(float)
        if node.denominator:
            below = values[node.denominator].astype(float)
            if (below <= 0).any():
                raise InputError("index.denominator_zero", unit=str(below.index[below <= 0][0]), indicator=node.denominator)
            column = column / below
        columns[node.node_id] = column
    return pd.DataFrame(columns, index=values.index)


def _imputed(kept: pd.DataFrame, groups: pd.Series | None) -> pd.DataFrame:
    """Put in the mean of the unit's group; where nobody in the group has a value the gap stays."""
    if groups is None:
        return kept.fillna(kept.mean())
    own = groups.reindex(kept.index)
    return kept.fillna(kept.groupby(own).transform("mean")) if own.notna().all() else _ungrouped(own)


def _ungrouped(groups: pd.Series) -> pd.DataFrame:
    raise InputError("index.no_group", unit=str(groups.index[groups.isna()][0]))
