"""How unequally people have something: measures over people, not over places."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from geo.errors import InputError

POOREST, RICHEST = 0.4, 0.1
"""Parts of the people that Palma's ratio compares."""


def gini(values: pd.Series, population: pd.Series) -> float:
    """Return the Gini coefficient by the trapezoid under the Lorenz curve of people: 0 all equal, near 1 all with one.

    Parameters
    ----------
    values : n numbers >= 0: access, or a burden such as minutes.
    population : n numbers of people >= 0, the same index.

    Returns
    -------
    0-1; NaN where nobody has anything, because parts of nothing cannot be compared. On minutes it falls when everybody is
    slow alike: never show it without the mean.

    Raises
    ------
    InputError : a value or a number of people is missing, negative or not finite (so do all functions here).

    Source: Gini 1912; Lorenz curve by people.
    """
    x, p, mean = weighted(values, population)
    order = np.argsort(x, kind="stable")
    if not mean > 0:
        return math.nan
    lorenz = np.concatenate([[0.0], np.cumsum((x * p)[order])]) / mean
    return float(1 - ((lorenz[1:] + lorenz[:-1]) * p[order]).sum())


def theil(values: pd.Series, population: pd.Series) -> float:
    """Return Theil's T, sum p x/mu ln(x/mu): 0 all equal. A value of 0 adds 0 and stays in the mean.

    Parameters as ``gini``; NaN where nobody has anything. Source: Theil 1967.
    """
    x, p, mean = weighted(values, population)
    return float((p * _xlogx(x / mean)).sum()) if mean > 0 else math.nan


def theil_parts(values: pd.Series, population: pd.Series, groups: pd.Series) -> tuple[float, float]:
    """Return Theil's T between groups and within them; together they are ``theil``.

    Parameters
    ----------
    values, population : as in ``gini``.
    groups : n names of groups, the same index, for example the governorate.
    """
    x, p, mean = weighted(values, population)
    if not mean > 0:
        return math.nan, math.nan
    code, names = pd.factorize(groups.reindex(values.index), use_na_sentinel=False)
    people = np.bincount(code, weights=p, minlength=len(names))
    total = np.bincount(code, weights=p * x, minlength=len(names))
    level = np.divide(total, people, out=np.zeros_like(total), where=people > 0)
    between = float((people * _xlogx(level / mean)).sum())
    return between, float((p * _xlogx(x / mean)).sum()) - between


def hoover(values: pd.Series, population: pd.Series) -> float:
    """Return Hoover's index, the share that would have to change hands for all to have the same: sum p |x - mu| / (2 mu).

    Parameters as ``gini``; NaN where nobody has anything. Source: Hoover 1936.
    """
    x, p, mean = weighted(values, population)
    return float((p * np.abs(x - mean)).sum() / (2 * mean)) if mean > 0 else math.nan


def palma(values: pd.Series, population: pd.Series, ranking: pd.Series, *, cuts: tuple[float, float] | None = None) -> float:
    """Return the mean of the richest 10 % of people over the mean of the poorest 40 %.

    Parameters
    ----------
    values, population : as in ``gini``.
    ranking : n numbers, the same index: higher is better off. People of equal rank are taken in equal parts, and a place
        that lies across the 40 or 90 % mark counts with the part of its people on each side.
    cuts : the rank up to which people are poor and the one above which they are rich, where ``values`` are only a part of
        the people and the marks are those of all; whole places count then.

    Returns
    -------
    A ratio; above 1 the better off have more. NaN where there is nobody to compare or the poorest have nothing.

    Source: Palma 2011, over access as in Pereira & Herszenhut, R package accessibility.
    """
    x, p, _ = weighted(values, population)
    rank = _ranks(ranking, values)
    if cuts is not None:
        low, high = (_mean(x, np.where(side, p, 0.0)) for side in (rank <= cuts[0], rank > cuts[1]))
    else:
        level, code = np.unique(rank, return_inverse=True)
        people = np.bincount(code, weights=p, minlength=len(level))
        upto = np.cumsum(people)
        below = np.clip(POOREST - (upto - people), 0.0, people)
        above = np.clip(upto - (1 - RICHEST), 0.0, people)
        part = [np.divide(side, people, out=np.zeros_like(people), where=people > 0)[code] * p for side in (below, above)]
        low, high = (_mean(x, weights) for weights in part)
    return high / low if low > 0 else math.nan


def palma_of_units(values: pd.Series, population: pd.Series, ranking: pd.Series) -> float:
    """Return Palma's ratio as the R package accessibility makes it: whole places up to the rank at the 40 % mark, and above the one at the 90 % mark.

    Parameters
    ----------
    values, population, ranking : as in ``palma``; the marks are weighted quantiles of the ranks, with people counted one by one and a mark between
        two of them taken in between (as Hmisc's ``wtd.quantile``).

    Returns
    -------
    A ratio; NaN where no place lies on one side, or the poorest have nothing.

    Source: Pereira & Herszenhut, R package accessibility, ``palma_ratio``.
    """
    x, p, _ = weighted(values, population)
    rank = _ranks(ranking, values)
    order = np.argsort(rank, kind="stable")
    people = population.reindex(values.index).to_numpy(dtype=np.float64)[order]
    upto, total = np.cumsum(people), float(people.sum())
    cuts = []
    for share in (POOREST, 1 - RICHEST):
        place = 1 + (total - 1) * share
        below = max(math.floor(place), 1)
        low, high = (rank[order][min(int(np.searchsorted(upto, at)), len(rank) - 1)] for at in (below, min(below + 1, total)))
        cuts.append(low + place % 1 * (high - low))
    low, high = (_mean(x, np.where(side, p, 0.0)) for side in (rank <= cuts[0], rank > cuts[1]))
    return high / low if low > 0 else math.nan


def concentration_index(values: pd.Series, population: pd.Series, ranking: pd.Series) -> float:
    """Return the concentration index, 2 sum p (r - 1/2) (x - mu) / mu with r the middle of a person's rank, 0-1.

    Parameters
    ----------
    values, population : as in ``gini``.
    ranking : n numbers, the same index: higher is better off. Equal ones share a rank.

    Returns
    -------
    -1 to 1. Positive: the better off have more of a good; of a burden such as minutes the sign says the reverse.

    Source: Wagstaff, Paci & van Doorslaer 1991; rank by van Doorslaer & Koolman 2004, doi:10.1002/hec.918.
    """
    x, p, mean = weighted(values, population)
    level, code = np.unique(_ranks(ranking, values), return_inverse=True)
    people = np.bincount(code, weights=p, minlength=len(level))
    middle = (np.cumsum(people) - people / 2)[code]
    return float(2 * (p * (middle - 0.5) * (x - mean)).sum() / mean) if mean > 0 else math.nan


def erreygers(values: pd.Series, population: pd.Series, ranking: pd.Series, *, bounds: tuple[float, float] | None = None) -> float:
    """Return Erreygers' corrected concentration index, 4 mu / (b - a) times the concentration index.

    Parameters
    ----------
    values, population, ranking : as in ``concentration_index``.
    bounds : the lowest and the highest value that there can be; (0, 1) for a share. The least and the greatest of the
        values where None, as the R package accessibility does: not comparable between data sets.

    Source: Erreygers 2009, doi:10.1016/j.jhealeco.2008.02.003.
    """
    x, p, mean = weighted(values, population)
    low, high = (float(x[p > 0].min()), float(x[p > 0].max())) if bounds is None and (p > 0).any() else bounds or (0.0, 0.0)
    if bounds is not None and not (low < high and low <= x.min() and x.max() <= high):
        raise InputError("access.bounds", low=low, high=high)
    return 4 * mean / (high - low) * concentration_index(values, population, ranking) if high > low else math.nan


def weighted(values: pd.Series, population: pd.Series) -> tuple[np.ndarray, np.ndarray, float]:
    """Return values, shares of people and mean; without people the shares are 0 and the mean is NaN."""
    x, p = values.to_numpy(dtype=np.float64), population.reindex(values.index).to_numpy(dtype=np.float64)
    for name, numbers in (("value", x), ("population", p)):
        wrong = ~(np.isfinite(numbers) & (numbers >= 0))
        if wrong.any():
            raise InputError("access.value", name=name, id=str(values.index[wrong][0])[:120], value=str(numbers[wrong][0]))
    total = p.sum()
    share = p / total if total > 0 else np.zeros_like(p)
    return x, share, float((share * x).sum()) if total > 0 else math.nan


def _xlogx(x: np.ndarray) -> np.ndarray:
    return np.asarray(x * np.log(np.where(x > 0, x, 1.0)))


def _ranks(ranking: pd.Series, values: pd.Series) -> np.ndarray:
    rank = ranking.reindex(values.index).to_numpy(dtype=np.float64)
    if np.isnan(rank).any():
        raise InputError("access.value", name="ranking", id=str(values.index[np.isnan(rank)][0])[:120], value="")
    return np.asarray(rank)


def _mean(x: np.ndarray, weights: np.ndarray) -> float:
    total = weights.sum()
    return float((x * weights).sum() / total) if total > 0 else math.nan
