"""The most people that sites with capacities can serve, whatever the order, and among the ways to do so the shortest."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from geo.capacity import Served, amounts, served_of
from geo.errors import InputError
from geo.minutes import Minutes


def serve_best(population: pd.Series, capacity: pd.Series, minutes: Minutes, *, limit: float = 60.0, whole: bool = False) -> Served:
    """Serve as many people as any order of the sites could, with the fewest minutes in all.

    max sum_ij x_ij, then min sum_ij C_ij x_ij, with sum_j x_ij <= P_i, sum_i x_ij <= cap_j, x_ij = 0 where C_ij > T: two
    linear programmes, solved by HiGHS. Whole people and places give whole results.

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
    flow, open_ = _certain(people, room, near)
    pairs = np.nonzero(open_)[0]
    if len(pairs):
        spare = np.minimum(room - near.over_points(flow), people.sum())
        point, site, way = near.point[pairs], near.site[pairs], near.minutes[pairs]
        most = _most(people, spare, point, site)
        flow[pairs] = _shortest(people, spare, point, site, way, round(most) if whole else most)
    if whole:
        flow = np.round(flow)
    served = np.minimum(near.over_sites(flow), people)
    return served_of(served, np.maximum(room - near.over_points(flow), 0.0), near)


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


def _most(people: np.ndarray, spare: np.ndarray, point: np.ndarray, site: np.ndarray) -> float:
    """Return how many can be served at most. Points that reach the same sites are one: that leaves few of them."""
    same = _alike(point, site)
    crowd = np.bincount(same[point], weights=_once(people, point), minlength=int(same.max()) + 1)
    merged = np.unique(np.stack([same[point], site]), axis=1)
    flow = _solve(-np.ones(merged.shape[1]), _rows(merged[0], merged[1]), np.concatenate([_present(crowd, merged[0]), _present(spare, merged[1])]))
    return float(flow.sum())


def _shortest(people: np.ndarray, spare: np.ndarray, point: np.ndarray, site: np.ndarray, way: np.ndarray, most: float) -> np.ndarray:
    """Return the flow of each pair that serves ``most`` people with the fewest minutes."""
    rows = sparse.vstack([_rows(point, site), -np.ones((1, len(point)))], format="csr")
    return _solve(way, rows, np.concatenate([_present(people, point), _present(spare, site), [-most]]))


def _alike(point: np.ndarray, site: np.ndarray) -> np.ndarray:
    """Return for each point the number of its class; points of one class reach the same sites (pairs are sorted by point)."""
    out = np.zeros(int(point.max()) + 1, dtype=np.int64)
    classes: dict[bytes, int] = {}
    firsts = np.nonzero(np.concatenate([[True], point[1:] != point[:-1]]))[0]
    for begin, end in zip(firsts, [*firsts[1:], len(point)], strict=True):
        out[point[begin]] = classes.setdefault(site[begin:end].tobytes(), len(classes))
    return out


def _once(people: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Return each pair's people, at the first pair of a point only."""
    return np.where(np.concatenate([[True], point[1:] != point[:-1]]), people[point], 0.0)


def _present(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    return np.asarray(values[np.unique(places)])


def _rows(point: np.ndarray, site: np.ndarray) -> sparse.csr_array:
    """Return the left sides: one row a point and one a site that have pairs, one column a pair."""
    (_, row), (_, column) = np.unique(point, return_inverse=True), np.unique(site, return_inverse=True)
    pairs = np.arange(len(point))
    places = (np.concatenate([row, column + row.max() + 1]), np.concatenate([pairs, pairs]))
    return sparse.coo_array((np.ones(2 * len(point)), places)).tocsr()


def _solve(cost: np.ndarray, rows: sparse.csr_array, limits: np.ndarray) -> np.ndarray:
    result = linprog(cost, A_ub=rows, b_ub=limits, method="highs-ds")
    if result.x is None:
        raise InputError("access.solver", reason=str(result.message)[:200])
    return np.asarray(np.maximum(result.x, 0.0))
