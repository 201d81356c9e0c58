"""The most people that sites with capacities can serve, whatever the order, and among the ways to do so the shortest."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from geo.capacity import Served, amounts, served_of
from geo.errors import InputError
from geo.minutes import Minutes

_NEAREST = 8
"""Pairs of each point, the nearest first, that the programme begins with."""
_CLOSE = 1e-7
"""The solver's tolerance: a pair that shortens the way by less does not come in."""


def serve_best(population: pd.Series, capacity: pd.Series, minutes: Minutes, *, limit: float = 60.0, whole: bool = False) -> Served:
    """Serve as many people as any order of the sites could, with the fewest minutes in all.

    max sum_ij x_ij, then min sum_ij C_ij x_ij, with sum_j x_ij <= P_i, sum_i x_ij <= cap_j, x_ij = 0 where C_ij > T: one linear
    programme, solved by HiGHS, in which serving one person more weighs more than any detour that others make for it. Whole people
    and places give whole results.

    Parameters
    ----------
    population, capacity, minutes, limit, whole : as in ``serve_in_order``.

    Returns
    -------
    Served people and unused capacity. The total and the minutes are unique; who of several people equally near gets the
    last place is decided by the order of the ids.

    Raises
    ------
    InputError : a value is missing, negative or not finite, or the programme has no solution within the solver's limits.
    """
    near = minutes.within(limit)
    people, room = amounts(population, capacity, near, whole=whole)
    flow = best_flow(people, room, near)
    if whole:
        flow = np.round(flow)
    served = np.minimum(near.over_sites(flow), people)
    return served_of(served, np.maximum(room - near.over_points(flow), 0.0), near)


def best_flow(people: np.ndarray, room: np.ndarray, near: Minutes) -> np.ndarray:
    """Return the people of each pair, in the matrix's order, that ``serve_best`` sends over it.

    Parameters
    ----------
    people : n people. room : m places; ``inf`` has no limit. near : the pairs within the limit.
    """
    flow, open_ = _certain(people, room, near)
    pairs = np.nonzero(open_)[0]
    if len(pairs):
        spare = np.minimum(room - near.over_points(flow), people.sum())
        flow[pairs] = _programme(people, spare, near.point[pairs], near.site[pairs], near.minutes[pairs])
    return flow


def _certain(people: np.ndarray, room: np.ndarray, near: Minutes) -> tuple[np.ndarray, np.ndarray]:
    """Return the flow of the pairs that need no programme, and which pairs are still open.

    A site with room for everybody who can reach it is never full. Who has such a site as the nearest goes there in some best
    solution; without these people, further sites may have room for all. A pair with nobody at one end or no room at the other is
    never open.
    """
    flow, open_ = np.zeros(len(near)), (people[near.point] > 0) & (room[near.site] > 0)
    nearest = np.zeros(len(near), dtype=bool)
    first = np.lexsort((near.site, near.minutes, near.point))
    nearest[first[np.concatenate([[True], near.point[first][1:] != near.point[first][:-1]])] if len(first) else first] = True
    while True:
        asking = near.over_points(np.where(open_, people[near.point], 0.0))
        ample = room - near.over_points(flow) >= asking
        going = open_ & nearest & ample[near.site]
        if not going.any():
            return flow, open_
        flow[going] = people[near.point[going]]
        gone = np.zeros(len(people), dtype=bool)
        gone[near.point[going]] = True
        open_ &= ~gone[near.point]


def _programme(people: np.ndarray, spare: np.ndarray, point: np.ndarray, site: np.ndarray, way: np.ndarray) -> np.ndarray:
    """Return the flow of each pair.

    One person more is served by a chain that comes to no point and no site twice: what is paid for a person is more than the longest
    way times its links. The programme begins with the nearest pairs of each point; those that its prices make cheaper come
    in until there are none: few of all pairs ever do.
    """
    links = min(len(np.unique(point)), len(np.unique(site))) + 1
    cost = way - (links * way.max() + 1.0)
    close = max(_CLOSE, -1e-12 * float(cost.min()))
    order = np.lexsort((way, point))
    rank = np.empty(len(point), dtype=np.int64)
    rank[order] = np.arange(len(point)) - np.searchsorted(point[order], point[order])
    rows, limits = _rows(point, site), np.concatenate([_present(people, point), _present(spare, site)])
    inside = rank < _NEAREST
    while True:
        result = linprog(cost[inside], A_ub=rows[:, inside], b_ub=limits, method="highs-ds")
        if result.x is None:
            raise InputError("access.solver", reason=str(result.message)[:200])
        cheaper = ~inside & (cost - rows.T @ result.ineqlin.marginals < -close)
        if not cheaper.any():
            flow = np.zeros(len(point))
            flow[inside] = np.maximum(result.x, 0.0)
            return flow
        inside |= cheaper


def _present(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    return np.asarray(values[np.unique(places)])


def _rows(point: np.ndarray, site: np.ndarray) -> sparse.csc_array:
    """Return the left sides: one row a point and one a site that have pairs, one column a pair."""
    (_, row), (_, column) = np.unique(point, return_inverse=True), np.unique(site, return_inverse=True)
    pairs = np.arange(len(point))
    places = (np.concatenate([row, column + row.max() + 1]), np.concatenate([pairs, pairs]))
    return sparse.coo_array((np.ones(2 * len(point)), places)).tocsc()
