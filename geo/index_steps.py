"""The steps of a composite index, each a small function on arrays: outliers, common scale, aggregation."""

from __future__ import annotations

from typing import Literal

import numpy as np

from geo.errors import InputError

SKEW_FLAG, KURTOSIS_FLAG = 2.0, 3.5
MOST_WINSORISED = 5
LOG_SHIFT = 0.01
FLOOR = 0.01
"""Lowest score that a geometric mean takes, as a share of the scale: 0.1 on 0-10; one zero shall not wipe out all else."""
Normalise = Literal["minmax", "goalposts", "z", "rank"]
Aggregate = Literal["arithmetic", "geometric", "inform"]


def skewness(x: np.ndarray) -> float:
    """Return the adjusted Fisher-Pearson skewness (type 2), as Excel, SAS and COINr do; NaN with fewer than 3 values or none that differ.

    Parameters
    ----------
    x : numbers; NaN do not count.

    Source: Joanes & Gill 1998, The Statistician 47:183-189.
    """
    x = x[~np.isnan(x)]
    n = len(x)
    spread = float(np.std(x)) if n else 0.0
    if n < 3 or spread == 0:
        return float("nan")
    g1 = float(np.mean((x - x.mean()) ** 3)) / spread**3
    return g1 * float(np.sqrt(n * (n - 1))) / (n - 2)


def kurtosis(x: np.ndarray) -> float:
    """Return the sample excess kurtosis (type 2); NaN with fewer than 4 values or none that differ. Source: as ``skewness``."""
    x = x[~np.isnan(x)]
    n = len(x)
    spread = float(np.std(x)) if n else 0.0
    if n < 4 or spread == 0:
        return float("nan")
    g2 = float(np.mean((x - x.mean()) ** 4)) / spread**4 - 3
    return ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3))


def has_outliers(x: np.ndarray) -> bool:
    """Say whether an indicator needs treatment: absolute skewness above 2 and kurtosis above 3.5 (Becker et al. 2022, COINr)."""
    return bool(abs(skewness(x)) > SKEW_FLAG and kurtosis(x) > KURTOSIS_FLAG)


def treat(x: np.ndarray) -> tuple[np.ndarray, str]:
    """Draw in outliers.

    The farthest value in the direction of the skew is set to the next one, values that tie together, up to five times, until the
    indicator is not flagged any more; where that is not enough, or would make all values equal, the logarithm of the untouched values is taken.

    Parameters
    ----------
    x : values of one indicator; NaN stay.

    Returns
    -------
    The treated values, and what was done: ``none``, ``winsorised N`` or ``log``.

    Source: COINr's default treatment, Becker et al. 2022, JOSS 7(78):4567.
    """
    if not has_outliers(x):
        return x, "none"
    y = x.copy()
    for step in range(1, MOST_WINSORISED + 1):
        sign = 1.0 if skewness(y) > 0 else -1.0
        side = sign * y
        top = np.nanmax(side)
        y[side == top] = sign * np.nanmax(side[side < top])
        if np.nanmin(y) == np.nanmax(y):
            break  # nothing would be left to tell anybody apart by
        if not has_outliers(y):
            return y, f"winsorised {step}"
    low, high = np.nanmin(x), np.nanmax(x)
    return np.log(x - low + LOG_SHIFT * (high - low)), "log"


def normalise(x: np.ndarray, how: Normalise, *, direction: int, goalposts: tuple[float, float] | None, scale: tuple[float, float]) -> np.ndarray:
    """Put an indicator on a common scale on which more means a higher score.

    Parameters
    ----------
    x : values of one indicator; NaN stay.
    how : ``minmax`` from the lowest to the highest value; ``goalposts`` between fixed values, clipped; ``z`` in standard deviations
        (n - 1); ``rank`` by rank, ties on the lower one, spread over the scale.
    direction : 1 or -1; applied before anything else.
    goalposts : for ``goalposts``.
    scale : lowest and highest score; ``z`` does not use it.

    Returns
    -------
    Scores. Values that are all the same get the middle of the scale (0 for ``z``): they tell nobody apart.

    Raises
    ------
    InputError : ``goalposts`` without goalposts.
    """
    low, high = scale
    if how == "goalposts":
        if goalposts is None:
            raise InputError("index.no_goalposts", indicator="")
        share = np.clip((x - goalposts[0]) / (goalposts[1] - goalposts[0]), 0, 1)
        return np.asarray(low + (share if direction == 1 else 1 - share) * (high - low))
    y = direction * x
    there = ~np.isnan(y)
    if not there.any():
        return y
    least, most = np.nanmin(y), np.nanmax(y)
    if least == most:
        return np.where(there, 0.0 if how == "z" else (low + high) / 2, np.nan)
    if how == "minmax":
        return np.asarray(low + (y - least) / (most - least) * (high - low))
    if how == "z":
        return np.asarray((y - np.nanmean(y)) / np.nanstd(y, ddof=1))
    ranks = np.full(len(y), np.nan)
    ranks[there] = np.searchsorted(np.sort(y[there]), y[there], side="left")
    return np.asarray(low + ranks / (there.sum() - 1) * (high - low))


def aggregate(scores: np.ndarray, weights: np.ndarray, how: Aggregate, *, scale: tuple[float, float], least: float = 0.0) -> np.ndarray:
    """Bring the scores of several children together, for many sets of weights at once.

    Parameters
    ----------
    scores : (..., units, children); NaN where a unit has none.
    weights : (..., children), above or equal to 0, leading dimensions as those of ``scores`` or broadcast.
    how : ``arithmetic``; ``geometric``, of the scores themselves, on a scale that begins at 0 with scores under 1 % of it raised to that; ``inform``:
        the scaled geometric mean of the INFORM Risk Index, ``(10 - G((10 - x) / 10 * 9 + 1)) / 9 * 10`` on a scale of 0-10, which a high score
        pulls up and a zero does not break.
    scale : lowest and highest score; not below 0 for ``geometric``.
    least : share of the children with a weight that must be there; below it the result is NaN.

    Returns
    -------
    (..., units). Weights of missing children are shared among the others.

    Source: JRC/OECD Handbook on Constructing Composite Indicators 2008, step 6; INFORM Methodology 2017.
    """
    there = ~np.isnan(scores)
    whole = weights.sum(axis=-1, keepdims=True)
    total = whole if there.all() else _weighed(there.astype(float), weights)
    enough = total > 0
    if least > 0 and not there.all():
        counted = (weights > 0).astype(float)
        enough = enough & (_weighed(there.astype(float), counted) >= least * counted.sum(axis=-1, keepdims=True) - 1e-9)
    shared = np.where(total > 0, total, 1)
    low, high = scale
    if how == "arithmetic" and there.all():
        mean = _weighed(scores, weights / shared)  # the few weights are divided, not the many sums
    elif how == "arithmetic":
        mean = _weighed(np.where(there, scores, 0), weights) / shared
    elif how == "geometric":
        floored = np.maximum(np.where(there, scores, high), low if low > 0 else FLOOR * high)
        mean = np.exp(_weighed(np.log(floored) * there, weights) / shared)
    else:
        ten = np.where(there, (scores - low) / (high - low) * 10, 0)
        turned = _weighed(np.log((10 - ten) / 10 * 9 + 1) * there, weights) / shared
        mean = low + (10 - np.exp(turned)) / 9 * (high - low)
    return mean if enough.all() else np.where(enough, mean, np.nan)


def _weighed(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return sums over the children: one set of values for all sets of weights, or one for each."""
    return np.asarray(weights @ values.T if values.ndim == 2 else np.matmul(values, weights[..., None])[..., 0])
