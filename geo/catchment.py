"""Floating catchment areas: measures of access in which people compete for the places."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.decay import BINARY, EXPONENTIAL, LUO_QI, WAN, Decay
from geo.minutes import Minutes

COMPILED_PAIRS = 500_000
"""From how many pairs on sums are compiled: they take half the time then; loading the code takes a tenth of a second."""
_PART = 1 << 14
"""Pairs that are weighed at once: they and what is computed of them fit into the processor's own memory."""


def two_step(population: pd.Series, supply: pd.Series, minutes: Minutes, *, limit: float = 30.0, decay: Decay = BINARY) -> pd.Series:
    """Return places within reach per person (2SFCA, and E2SFCA with a decay function).

    R_j = S_j / sum_k P_k f(C_kj) over C_kj <= T; A_i = sum_j R_j f(C_ij) over C_ij <= T.

    Parameters
    ----------
    population : n values, index ``point_id``, people, >= 0.
    supply : m values, index ``site_id``, places, >= 0.
    minutes : n x m; no entry is no route.
    limit : catchment in minutes; the limit itself is inside.
    decay : f; ``BINARY`` is the plain 2SFCA.

    Returns
    -------
    n values, index ``point_id``, places per person; 0 where nothing is in reach. A site with nobody in reach gives
    nothing to anybody. sum_i P_i A_i is the supply of the sites with people in reach.

    Raises
    ------
    InputError : a value is missing, negative or not finite.

    Source: Luo & Wang 2003, doi:10.1068/b29120; Luo & Qi 2009, doi:10.1016/j.healthplace.2009.06.002.
    """
    people, places = minutes.at_points(population, "population"), minutes.at_sites(supply, "supply")
    minutes.inside(limit, slice(0))  # a limit that is none is refused, also where there are no pairs
    weights = np.empty(len(minutes))
    for first in range(0, len(minutes), _PART):
        part = slice(first, first + _PART)
        weights[part] = decay.weights(minutes.minutes[part])
        if decay.end > limit:
            weights[part] *= minutes.inside(limit, part)  # a pair beyond the limit weighs nothing
    level = _per_person(places, _sums(minutes.site, minutes.point, weights, people, len(places)))
    return _series(_sums(minutes.point, minutes.site, weights, level, len(people)), minutes)


def enhanced_two_step(population: pd.Series, supply: pd.Series, minutes: Minutes, *, limit: float = 30.0, decay: Decay = LUO_QI) -> pd.Series:
    """Return places per person with weights by distance (E2SFCA): ``two_step`` with the steps of Luo & Qi 2009."""
    return two_step(population, supply, minutes, limit=limit, decay=decay)


def three_step(
    population: pd.Series, supply: pd.Series, minutes: Minutes, *, limit: float = 60.0, decay: Decay = WAN, pysal_compat: bool = False
) -> pd.Series:
    """Return places per person where people choose among sites by distance (3SFCA).

    G_ij = W_ij / sum_j W_ij; R_j = S_j / sum_k G_kj W_kj P_k; A_i = sum_j G_ij W_ij R_j, all over C <= T.

    Parameters
    ----------
    population, supply, minutes, limit, decay : as in ``two_step``.
    pysal_compat : sum the weights of G over all pairs, also those beyond the limit, as PySAL's ``access`` does; the paper
        does not.

    Returns
    -------
    As ``two_step``.

    Source: Wan, Zou & Sternberg 2012, doi:10.1080/13658816.2011.624987.
    """
    near, people, places = _within(population, supply, minutes, limit)
    weights = decay.weights(near.minutes)
    all_pairs = minutes if pysal_compat else near
    chosen_from = all_pairs.over_sites(decay.weights(all_pairs.minutes))[near.point]
    share = np.divide(weights, chosen_from, out=np.zeros_like(weights), where=chosen_from > 0)
    level = _per_person(places, near.over_points(people[near.point] * share * weights))
    return _series(near.over_sites(share * weights * level[near.site]), near)


def modified_two_step(population: pd.Series, supply: pd.Series, minutes: Minutes, *, limit: float = 30.0, decay: Decay = LUO_QI) -> pd.Series:
    """Return places per person, less where sites lie badly for everybody (M2SFCA).

    A_i = sum_j S_j f(C_ij)^2 / sum_k P_k f(C_kj). Places that are hard to get to are lost: on purpose the sum over the
    people is less than the supply.

    Parameters and result as ``two_step``.

    Source: Delamater 2013, doi:10.1016/j.healthplace.2013.07.012.
    """
    near, people, places = _within(population, supply, minutes, limit)
    weights = decay.weights(near.minutes)
    level = _per_person(places, near.over_points(people[near.point] * weights))
    return _series(near.over_sites(level[near.site] * weights**2), near)


def balanced(population: pd.Series, supply: pd.Series, minutes: Minutes, *, limit: float = 30.0, decay: Decay = BINARY) -> pd.Series:
    """Return a level of service that counts nobody twice (BFCA).

    With w = f(C) over C <= T, shared out by rows (people) u_ij = w_ij / sum_j w_ij and by columns (service)
    v_ij = w_ij / sum_i w_ij: D_j = sum_i P_i u_ij, A_i = sum_j v_ij S_j / D_j.

    Parameters
    ----------
    population, supply, minutes, limit, decay : as in ``two_step``.

    Returns
    -------
    n values, index ``point_id``: a level of service, not to be multiplied by people. sum_j D_j is the people in reach of
    a site, and sum_i A_i = sum_j S_j / D_j.

    Source: Paez, Higgins & Vivona 2019, doi:10.1371/journal.pone.0218773.
    """
    near, people, places = _within(population, supply, minutes, limit)
    weights = decay.weights(near.minutes)
    by_row, by_column = near.over_sites(weights)[near.point], near.over_points(weights)[near.site]
    row_share = np.divide(weights, by_row, out=np.zeros_like(weights), where=by_row > 0)
    column_share = np.divide(weights, by_column, out=np.zeros_like(weights), where=by_column > 0)
    level = _per_person(places, near.over_points(people[near.point] * row_share))
    return _series(near.over_sites(level[near.site] * column_share), near)


def availability(population: pd.Series, supply: pd.Series, minutes: Minutes, *, limit: float = np.inf, decay: Decay = EXPONENTIAL) -> pd.Series:
    """Return the places that are available to all people of a point together (spatial availability).

    F^p_i = P_i / sum_k P_k, F^c_ij = f(C_ij) / sum_k f(C_kj), F_ij = F^p_i F^c_ij / sum_k F^p_k F^c_kj, V_i = sum_j S_j F_ij.

    Parameters
    ----------
    population, supply, minutes, limit, decay : as in ``two_step``.

    Returns
    -------
    n values, index ``point_id``, places; 0 without people. They sum to the supply of the sites with people in reach.

    Source: Soukhov, Paez, Higgins & Mohamed 2023, doi:10.1371/journal.pone.0278468.
    """
    near, people, places = _within(population, supply, minutes, limit)
    # The denominators of F^p and F^c are the same for all points of a site and cancel in F.
    pull = people[near.point] * decay.weights(near.minutes)
    level = _per_person(places, near.over_points(pull))
    return _series(near.over_sites(level[near.site] * pull), near)


def _sums(at: np.ndarray, of: np.ndarray, weights: np.ndarray, values: np.ndarray, many: int) -> np.ndarray:
    """Return for each place the sum of weight x value over its pairs."""
    if len(weights) < COMPILED_PAIRS:
        return np.bincount(at, values.take(of) * weights, many)
    from geo.catchment_numba import add

    sums = np.zeros(many)
    if not add(at, of, weights, values, sums):
        raise IndexError("a pair names a place that is not there")
    return sums


def _within(population: pd.Series, supply: pd.Series, minutes: Minutes, limit: float) -> tuple[Minutes, np.ndarray, np.ndarray]:
    near = minutes.within(limit)
    return near, near.at_points(population, "population"), near.at_sites(supply, "supply")


def _per_person(places: np.ndarray, demand: np.ndarray) -> np.ndarray:
    """Return places for each person who asks; 0 where nobody does, because nobody then uses them."""
    return np.asarray(np.divide(places, demand, out=np.zeros_like(places), where=demand > 0))


def _series(values: np.ndarray, minutes: Minutes) -> pd.Series:
    return pd.Series(values, index=minutes.point_ids.rename("point_id"), name="value")
