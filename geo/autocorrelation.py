"""Whether places near each other are alike, in one thing or in two: Moran's I over all, and the clusters that are no chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.errors import InputError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FEWEST_UNITS = 30
"""With fewer units no cluster can be told from chance."""
NEIGHBOURS = 6
PERMUTATIONS = 999
FALSE_SHARE = 0.05
"""Of the clusters that are shown, this share at most is chance (Benjamini and Hochberg 1995)."""
KINDS = ("high_high", "low_low", "high_low", "low_high")
"""A place and those around it: much among much, little among little, and the places that stand out."""


@dataclass(frozen=True, eq=False)
class Moran:
    """Moran's I of all units, and of each.

    Parameters
    ----------
    value : I; expected where nothing clusters: ``expected``, -1 / (n - 1), of two things 0.
    p : share of permutations, folded, that are as far out; 1 / (permutations + 1) at the least.
    local : index the units: ``value``, ``p`` and ``kind``, one of ``KINDS``, empty where it may be chance.
    """

    value: float
    expected: float
    p: float
    local: pd.DataFrame


def nearest_weights(lon: np.ndarray, lat: np.ndarray, groups: np.ndarray, *, neighbours: int = NEIGHBOURS) -> csr_array:
    """Return for each unit its nearest ones, in equal parts; units of another group are never neighbours.

    Parameters
    ----------
    lon, lat : n degrees.
    groups : n names; between groups nobody moves, such as Gaza and the West Bank.
    neighbours : how many, >= 1; fewer where the group is small, none for a unit that is alone in it.

    Returns
    -------
    n x n, rows sum to 1, or to 0 for a unit alone. Distances are those of the sphere; of equal ones the earlier unit comes first.
    """
    from scipy.sparse import csr_array
    from scipy.spatial import cKDTree

    east, north = np.radians(lon), np.radians(lat)
    place = np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
    rows, columns, parts = [], [], []
    for group in np.unique(groups):
        mine = np.flatnonzero(groups == group)
        count = min(neighbours, len(mine) - 1)
        if count < 1:
            continue
        _, found = cKDTree(place[mine]).query(place[mine], k=count + 1)
        for at, near in enumerate(found):
            others = [other for other in near if other != at][:count]
            rows += [mine[at]] * count
            columns += list(mine[others])
            parts += [1 / count] * count
    return csr_array((parts, (rows, columns)), shape=(len(lon), len(lon)))


def moran(
    values: pd.Series,
    weights: csr_array,
    *,
    seed: int,
    permutations: int = PERMUTATIONS,
    other: pd.Series | None = None,
    false_share: float = FALSE_SHARE,
) -> Moran:
    """Return Moran's I, global and local, with their chance by permutation.

    Parameters
    ----------
    values : n numbers.
    weights : n x n, rows that sum to 1, or to 0 for a unit without neighbours, which then has no local value.
    seed : same seed, same result.
    permutations : how often values are dealt out again; for a local one the unit keeps its own.
    other : n numbers, the same index: what the neighbours have, where it is another thing than the unit's own (bivariate: need here, minutes around).
        It is what is dealt out then.
    false_share : of the clusters that are shown, the share that may be chance.

    Raises
    ------
    InputError : ``needs.few_units`` under ``FEWEST_UNITS``; ``needs.no_spread`` where all values are the same.

    Source: Moran 1950, Biometrika 37:17-23; Anselin 1995, Geographical Analysis 27:93-115; of two things Anselin, Syabri & Smirnov 2002; p as esda (PySAL)
    folds it.
    """
    n = len(values)
    if n < FEWEST_UNITS:
        raise InputError("needs.few_units", count=n, fewest=FEWEST_UNITS)
    z = _standard(values)
    around = z if other is None else _standard(other.reindex(values.index))
    lone = np.asarray(weights.sum(axis=1)).ravel() == 0
    total = float(weights.sum())
    lag = weights @ around
    value, chance = n / total * float(z @ lag) / float(z @ z), np.random.default_rng(seed)
    dealt = np.stack([chance.permutation(around) for _ in range(permutations)], axis=1)
    simulated = n / total * ((dealt if other is None else z[:, None]) * (weights @ dealt)).sum(axis=0) / float(z @ z)
    own = z * lag
    most = int(np.diff(weights.indptr).max(initial=1))
    lots = chance.random((permutations, n - 1))
    drawn = lots.argpartition(most - 1, axis=1)[:, :most]
    drawn = np.take_along_axis(drawn, np.take_along_axis(lots, drawn, axis=1).argsort(axis=1), axis=1)
    p = np.array([np.nan if lone[i] else _folded(own[i], z[i] * _around(around, i, weights, drawn)) for i in range(n)])
    label = np.where(z > 0, np.where(lag > 0, "high_high", "high_low"), np.where(lag > 0, "low_high", "low_low"))
    kind = np.where(significant(p, false_share), label, "")
    local = pd.DataFrame({"value": np.where(lone, np.nan, own), "p": p, "kind": kind}, index=values.index)
    return Moran(value, -1 / (n - 1) if other is None else 0.0, _folded(value, simulated), local)


def _standard(values: pd.Series) -> np.ndarray:
    x = values.to_numpy(dtype=float)
    if not np.ptp(x) > 0:
        raise InputError("needs.no_spread")
    z = x - x.mean()
    return np.asarray(z / z.std())


def significant(p: np.ndarray, share: float = FALSE_SHARE) -> np.ndarray:
    """Say which of several tests hold when at most this share of those that are taken to hold may be chance; NaN never does.

    Source: Benjamini & Hochberg 1995, JRSS B 57:289-300.
    """
    there = ~np.isnan(p)
    ordered = np.sort(p[there])
    fits = np.flatnonzero(ordered <= share * np.arange(1, len(ordered) + 1) / max(len(ordered), 1))
    limit = ordered[fits[-1]] if len(fits) else -1.0
    return np.asarray(there & (np.where(there, p, 2.0) <= limit))


def _around(z: np.ndarray, i: int, weights: csr_array, drawn: np.ndarray) -> np.ndarray:
    """Return what the neighbours of a unit would come to if the values of all others were dealt out again; the same deals for all units, as in esda."""
    parts = weights.data[weights.indptr[i] : weights.indptr[i + 1]]
    return np.asarray(np.delete(z, i)[drawn[:, : len(parts)]] @ parts)


def _folded(value: float, simulated: np.ndarray) -> float:
    above = int((simulated >= value).sum())
    return (min(above, len(simulated) - above) + 1) / (len(simulated) + 1)
