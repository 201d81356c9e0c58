"""Weights of indicators that do not come from one head: entropy, principal components where they are allowed, and the members' votes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from geo.errors import InputError

FEWEST_UNITS = 50
LEAST_KMO = 0.6
POINTS = 100.0
_SUM = 0.5
"""A vote may miss ``POINTS`` by this much, for those who split it into thirds."""
Refused = Literal["", "few_units", "few_indicators", "kmo"]


def entropy_weights(scores: pd.DataFrame) -> pd.Series:
    """Return weights by how much an indicator tells units apart: (1 - E) / sum (1 - E), E = -1/ln n sum p ln p.

    Parameters
    ----------
    scores : units x indicators, on a common scale, 0 or more; units that lack a value do not count for that indicator.

    Returns
    -------
    Index the indicators; they sum to 1. An indicator that is the same everywhere gets 0; where all are, all get the same.

    Raises
    ------
    InputError : ``needs.negative``: a score is below 0.

    Source: Shannon 1948; Zeleny 1982, Multiple Criteria Decision Making.
    """
    if (scores < 0).any(axis=None):
        raise InputError("needs.negative")
    told = {}
    for name, column in scores.items():
        x = column.dropna().to_numpy(dtype=float)
        total = x.sum()
        if len(x) < 2 or total == 0 or np.ptp(x) == 0:
            told[str(name)] = 0.0
            continue
        p = x / total
        p = p[p > 0]
        told[str(name)] = float(1 + (p * np.log(p)).sum() / np.log(len(x)))
    out = pd.Series(told, dtype=float)
    return out / out.sum() if out.sum() > 0 else pd.Series(1 / len(out), index=out.index)


def kmo(values: pd.DataFrame) -> float:
    """Return the measure of Kaiser, Meyer and Olkin, 0-1: how far correlations can be laid to something common; NaN where it is not defined.

    Parameters
    ----------
    values : units x indicators; units that lack a value are left out.

    Source: Kaiser 1974, Psychometrika 39:31-36.
    """
    full = values.dropna()
    if values.shape[1] < 2 or len(full) <= values.shape[1] or (full.nunique() < 2).any():
        return float("nan")
    correlations = full.corr().to_numpy()
    if np.linalg.matrix_rank(correlations) < len(correlations):
        return float("nan")
    inverse = np.linalg.inv(correlations)
    scale = np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    partial = -inverse / scale
    off = ~np.eye(len(correlations), dtype=bool)
    common, own = (correlations[off] ** 2).sum(), (partial[off] ** 2).sum()
    return float(common / (common + own)) if common + own > 0 else float("nan")


def components_refused(values: pd.DataFrame) -> Refused:
    """Say why principal components may not give the weights of these values; empty where they may."""
    full = values.dropna()
    if values.shape[1] < 2:
        return "few_indicators"
    if len(full) < FEWEST_UNITS:
        return "few_units"
    return "" if kmo(full) > LEAST_KMO else "kmo"


def component_weights(values: pd.DataFrame) -> pd.Series:
    """Return weights by principal components: squared loadings, each component by its share of the variance.

    Parameters
    ----------
    values : units x indicators; units that lack a value are left out. Components count whose eigenvalue is above 1, or else the first.

    Raises
    ------
    InputError : ``needs.components`` with the reason of ``components_refused``.

    Source: Nicoletti, Scarpetta & Boylaud 2000; JRC/OECD Handbook 2008, step 6.
    """
    refused = components_refused(values)
    if refused:
        raise InputError("needs.components", reason=refused)
    eigenvalues, vectors = np.linalg.eigh(values.dropna().corr().to_numpy())
    kept = eigenvalues > 1 if (eigenvalues > 1).any() else eigenvalues == eigenvalues.max()
    weights = (vectors[:, kept] ** 2) @ eigenvalues[kept]
    return pd.Series(weights / weights.sum(), index=values.columns)


def voted_weights(votes: Mapping[str, Mapping[str, float]], indicators: list[str]) -> pd.DataFrame:
    """Return the weights that members gave by splitting 100 points.

    Parameters
    ----------
    votes : member, by any mark that is no name, to indicator to points; an indicator that is not named got none.
    indicators : all of them.

    Returns
    -------
    Index the indicators; columns mean (0-1, they sum to 1), spread (standard deviation, n - 1, 0-1; NaN with one vote), least and most (0-1).

    Raises
    ------
    InputError : ``needs.no_votes``; ``needs.vote`` (member, total): points below 0, or not 100 together.
    """
    if not votes:
        raise InputError("needs.no_votes")
    for member, points in votes.items():
        total = float(sum(points.values()))
        if abs(total - POINTS) > _SUM or min(points.values(), default=0.0) < 0 or set(points) - set(indicators):
            raise InputError("needs.vote", member=member, total=f"{total:g}")
    table = pd.DataFrame.from_dict(
        {member: {name: float(points.get(name, 0.0)) for name in indicators} for member, points in votes.items()}, orient="index"
    )
    shares = table.div(table.sum(axis=1), axis=0)[indicators]
    return pd.DataFrame({"mean": shares.mean(), "spread": shares.std(ddof=1), "least": shares.min(), "most": shares.max()})


def effective_weights(scores: pd.DataFrame, total: pd.Series) -> pd.Series:
    """Return how closely each indicator goes with the index, from -1 to 1: a weight is not an importance.

    Parameters
    ----------
    scores : units x indicators, as they enter the index.
    total : the index of each unit.

    Returns
    -------
    Pearson's correlation; NaN where fewer than three units have both, or one of them does not vary.
    """
    out = {}
    for name, column in scores.items():
        both = pd.concat([column, total], axis=1).dropna().to_numpy(dtype=float)
        varies = len(both) > 2 and (np.ptp(both, axis=0) > 0).all()
        out[str(name)] = float(np.corrcoef(both.T)[0, 1]) if varies else float("nan")
    return pd.Series(out, dtype=float)
