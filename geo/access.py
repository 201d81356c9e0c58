"""Measures of access without competition: nearest, coverage, cumulative opportunities and gravity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.decay import EXPONENTIAL, Decay
from geo.errors import InputError
from geo.minutes import Minutes


def nearest(minutes: Minutes) -> pd.Series:
    """Return the minutes to the nearest site, t_i = min_j C_ij.

    Parameters
    ----------
    minutes : n points x m sites; every site counts, whatever its supply.

    Returns
    -------
    n values, index ``point_id``, minutes; ``inf`` where no site has a route.
    """
    out = np.full(len(minutes.point_ids), np.inf)
    np.minimum.at(out, minutes.point, minutes.minutes)
    return _series(out, minutes)


def covered(minutes: Minutes, *, limit: float = 30.0) -> pd.Series:
    """Say for each point whether a site is within the limit, which is inside: 1.0 or 0.0, index ``point_id``."""
    return _series((minutes.within(limit).over_sites(np.ones(len(minutes.within(limit)))) > 0).astype(np.float64), minutes)


def coverage_share(population: pd.Series, minutes: Minutes, *, limit: float = 30.0) -> float:
    """Return the share of people with a site within the limit, sum_i P_i [t_i <= T] / sum_i P_i; NaN without people.

    Parameters
    ----------
    population : people at each point, index ``point_id``, >= 0.
    minutes : points x sites.
    limit : minutes; the limit itself is inside.
    """
    return float(coverage_curve(population, minutes, [limit]).iloc[0])


def coverage_curve(population: pd.Series, minutes: Minutes, limits: Sequence[float]) -> pd.Series:
    """Return the share of people with a site within each of the limits.

    Parameters
    ----------
    population : people at each point, index ``point_id``, >= 0.
    minutes : points x sites.
    limits : minutes; a limit itself is inside.

    Returns
    -------
    One share a limit, index the limits as given; it never falls from a limit to a longer one. NaN without people.
    """
    if not all(limit >= 0 for limit in limits):
        raise InputError("access.limit", value=min(limits))
    people = minutes.at_points(population, "population")
    times = nearest(minutes).to_numpy()
    order = np.argsort(times, kind="stable")[: int(np.isfinite(times).sum())]  # without a route is beyond every limit
    reached = np.concatenate([[0.0], np.cumsum(people[order])])
    total = people.sum()
    inside = reached[np.searchsorted(times[order], np.asarray(limits, dtype=np.float64), side="right")]
    return pd.Series(inside / total if total > 0 else np.full(len(limits), np.nan), index=list(limits), dtype=float)


def cumulative(supply: pd.Series, minutes: Minutes, *, limit: float = 30.0) -> pd.Series:
    """Return the supply within the limit, A_i = sum_j S_j [C_ij <= T].

    Parameters
    ----------
    supply : at each site, index ``site_id``, >= 0.
    minutes : n points x m sites; sites beyond a border must be among them, or its surroundings look poor.
    limit : minutes; the limit itself is inside.

    Returns
    -------
    n values, index ``point_id``, in units of supply; 0 where nothing is in reach.

    Source: Wachs & Kumagai 1973.
    """
    near = minutes.within(limit)
    return _series(near.over_sites(near.at_sites(supply, "supply")[near.site]), minutes)


def gravity(supply: pd.Series, minutes: Minutes, *, limit: float = np.inf, decay: Decay = EXPONENTIAL) -> pd.Series:
    """Return the supply weighted by its distance, A_i = sum_j S_j f(C_ij) over C_ij <= T.

    Parameters and result as ``cumulative``, with the decay function f.

    Source: Hansen 1959.
    """
    near = minutes.within(limit)
    return _series(near.over_sites(near.at_sites(supply, "supply")[near.site] * decay.weights(near.minutes)), minutes)


def _series(values: np.ndarray, minutes: Minutes) -> pd.Series:
    return pd.Series(values, index=minutes.point_ids.rename("point_id"), name="value")
