"""Who goes where when every site costs more the more people come, and nobody gains by going elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse import csgraph, linalg

from geo.errors import InputError
from geo.minutes import Minutes

CLOSE = 1e-9
"""Costs that differ by less than this are equal, and a smaller part of a point's people is nobody."""
_FIRST, _LAST, _ROUGH = 1 / 30, 1e-13, 1e-3
"""Vagueness at first and at last, as shares of the mean cost, and from which on the answer may be settled. It halves each time."""
_WIDE, _FAR = 200.0, 40.0
"""Times the vagueness: dearer pairs are left out of a round; nobody goes to one that is dearer than that by the second."""
_STEPS = 60
"""Newton steps in a round at most; two to five are usual."""
_ENTRIES_A_SITE = 30
"""Up to so many, the equations of a step are solved directly."""


@dataclass(frozen=True, slots=True)
class _Vague:
    """Who goes where at some prices if people hardly see a difference smaller than the vagueness.

    Parameters
    ----------
    point, site, people : of the pairs that people use. crowd : people at each site.
    """

    point: np.ndarray
    site: np.ndarray
    people: np.ndarray
    crowd: np.ndarray


def crowds(people: np.ndarray, room: np.ndarray, near: Minutes, way: np.ndarray) -> np.ndarray:
    """Return the people at each site in the equilibrium, where each pays ``way + people there / room``.

    It is the minimum of sum way x + sum D^2 / (2 room). Its dual has one unknown a site, the price of its crowd: the greatest
    sum_i P_i min_j (way_ij + p_j) - sum_j room_j p_j^2 / 2. The min is made smooth, as if people chose vaguely (logit), and Newton's
    method finds the prices; the vagueness is halved, starting from where the prices were heading, until the pairs that people use
    are those of the equilibrium: then their crowds follow from linear equations, exactly.

    Parameters
    ----------
    people : n people, >= 0.
    room : m numbers; above 0 where a site has pairs.
    near : k pairs. way : k costs of the pairs, without the crowd.

    Returns
    -------
    m people. They are unique; who of them comes from where need not be.

    Raises
    ------
    InputError : ``access.equilibrium``: the numbers are too far apart for an answer.

    Source: Beckmann, McGuire & Winsten 1956; smoothing after Nesterov 2005, doi:10.1007/s10107-004-0552-5.
    """
    size = people[np.diff(near.starts) > 0].sum() / max(len(people), 1)
    if not size > 0:
        return np.zeros(len(room))
    # Numbers about 1; a site without pairs needs no room.
    people, room = people / size, np.where(room > 0, room, size) / size
    mean = people.sum() / room.sum()
    scale = mean + float(np.average(way, weights=people[near.point]))
    vagueness, price, before = _FIRST * scale, np.full(len(room), mean), None
    while vagueness > _LAST * scale:
        found, choice = _prices(people, room, near, way, price, vagueness)
        exact = _settled(people, room, near, way, choice) if vagueness < _ROUGH * scale else None
        if exact is not None:
            return np.asarray(size * exact)
        # While the same pairs are used, prices move in a straight line with the vagueness: half of the last move is still to come.
        price, before = found + (0.0 if before is None or vagueness > _ROUGH * scale else (found - before) / 2), found
        vagueness /= 2
    raise InputError("access.equilibrium")


def _prices(people: np.ndarray, room: np.ndarray, near: Minutes, way: np.ndarray, price: np.ndarray, vagueness: float) -> tuple[np.ndarray, _Vague]:
    """Return the prices at which as many come to each site as its price says, and who they are; ``price`` is where to begin."""
    enough = 1e-4 if vagueness < _ROUGH else 1e-3
    pairs, costs, at = _cheap(near, way, price, _WIDE * vagueness)
    choice = _choose(people, pairs, costs, price, vagueness)
    for _ in range(_STEPS):
        wrong = room * price - choice.crowd
        if np.abs(wrong).sum() <= enough * people.sum():
            break
        step = _newton(people, room, choice, wrong, vagueness)
        slope, length = abs(float(wrong @ step)), 1.0
        while True:
            moved = price + length * step
            if np.abs(moved - at).max() > (_WIDE - _FAR) / 2 * vagueness:  # a pair that was left out may be used now
                pairs, costs, at = _cheap(near, way, moved, _WIDE * vagueness)
            choice = _choose(people, pairs, costs, moved, vagueness)
            if (room * moved - choice.crowd) @ step <= 0.1 * slope or length < 1e-6:
                break
            length /= 2
        price = moved
    return price, choice


def _cheap(near: Minutes, way: np.ndarray, price: np.ndarray, width: float) -> tuple[Minutes, np.ndarray, np.ndarray]:
    """Return the pairs that cost at most ``width`` more than the cheapest of their point, their costs without price, and the prices."""
    cost = way + price[near.site]
    kept = np.flatnonzero(cost <= _least(near, cost)[near.point] + width)
    return Minutes(near.point_ids, near.site_ids, near.point[kept], near.site[kept], near.minutes[kept]), way[kept], price


def _least(near: Minutes, cost: np.ndarray) -> np.ndarray:
    """Return each point's least cost; infinity where it has no pair."""
    found, reaching = np.full(len(near.point_ids), np.inf), np.diff(near.starts) > 0
    if len(cost):
        found[reaching] = np.minimum.reduceat(cost, near.starts[:-1][reaching])
    return found


def _choose(people: np.ndarray, near: Minutes, way: np.ndarray, price: np.ndarray, vagueness: float) -> _Vague:
    """Share the people of each point out over its pairs by exp(-cost / vagueness)."""
    cost = way + price[near.site]
    cost -= _least(near, cost)[near.point]
    used = np.flatnonzero(cost <= _FAR * vagueness)
    point, site, weight = near.point[used], near.site[used], np.exp(-cost[used] / vagueness)
    total = np.bincount(point, weights=weight, minlength=len(people))
    gone = weight * (people / np.where(total > 0, total, 1.0))[point]
    return _Vague(point, site, gone, np.bincount(site, weights=gone, minlength=len(price)))


def _newton(people: np.ndarray, room: np.ndarray, choice: _Vague, wrong: np.ndarray, vagueness: float) -> np.ndarray:
    """Return Newton's step for the prices: directly where few points are in doubt, else nearly, by conjugate gradients."""
    some = choice.people > 1e-12 * people[choice.point]
    point, site, gone = choice.point[some], choice.site[some], choice.people[some]
    doubting = np.bincount(point, minlength=len(people))[point] > 1
    point, site, gone = point[doubting], site[doubting], gone[doubting]
    m = len(room)
    spread = sparse.coo_array((gone / np.sqrt(people[point]), (point, site)), shape=(len(people), m)).tocsr()
    own = room + np.bincount(site, weights=gone, minlength=m) / vagueness
    if (np.bincount(point).astype(float) ** 2).sum() <= _ENTRIES_A_SITE * m:
        equations = sparse.diags_array(own) - (spread.T @ spread) / vagueness
        return np.asarray(linalg.spsolve(equations.tocsc(), -wrong))
    diagonal = np.maximum(own - spread.multiply(spread).sum(axis=0) / vagueness, room)
    equations = linalg.LinearOperator((m, m), matvec=lambda v: own * v - spread.T @ (spread @ v) / vagueness, dtype=np.float64)
    nearly = linalg.LinearOperator((m, m), matvec=lambda v: v / diagonal, dtype=np.float64)
    step, _ = linalg.cg(equations, -wrong, rtol=0.05, maxiter=60, M=nearly)
    return np.asarray(step)


def _settled(people: np.ndarray, room: np.ndarray, near: Minutes, way: np.ndarray, choice: _Vague) -> np.ndarray | None:
    """Return the people at each site if the pairs that people use now are those of the equilibrium; None if they are not yet.

    Given which pairs are used, crowds and costs solve linear equations: what goes to a site is its crowd, what leaves a point is its
    people, and a used pair costs what its point pays. Of pairs that form a circle the least used are left out. The answer is
    the equilibrium if no pair is cheaper and nobody is sent away twice; where circles of equal costs leave it open who goes
    where, if there is a way to go.
    """
    n, m = len(people), len(room)
    used = choice.people > CLOSE * people[choice.point]
    graph = sparse.coo_array((1.0 + people.max() - choice.people[used], (choice.point[used], n + choice.site[used])), shape=(n + m, n + m))
    tree = csgraph.minimum_spanning_tree(graph.tocsr()).tocoo()
    point, site = tree.row, tree.col - n
    at = np.searchsorted(near.point.astype(np.int64) * m + near.site, point.astype(np.int64) * m + site)
    k, pair = len(point), np.arange(len(point))
    reached, crossed = np.unique(point), np.unique(site)
    of_point, of_site = np.searchsorted(reached, point), np.searchsorted(crossed, site)
    a, b, one = len(crossed), len(reached), np.ones(k)
    # Unknown: the people of each pair, the price of each site, the cost of each point.
    rows = np.concatenate([of_site, np.arange(a), a + of_point, a + b + pair, a + b + pair])
    columns = np.concatenate([pair, k + np.arange(a), pair, k + a + of_point, k + of_site])
    values = np.concatenate([one, -room[crossed], one, one, -one])
    right = np.concatenate([np.zeros(a), people[reached], way[at]])
    answer = linalg.spsolve(sparse.coo_array((values, (rows, columns))).tocsc(), right)
    if not np.isfinite(answer).all():
        return None
    flow, price, cost = answer[:k], np.zeros(m), np.full(n, np.inf)
    price[crossed], cost[reached] = answer[k : k + a], answer[k + a :]
    dearer = way + price[near.site] - np.where(people > 0, cost, -np.inf)[near.point]
    close = CLOSE + 1e-13 * float(way.max() + price.max())
    if dearer.min() < -close:
        return None
    if (flow < -CLOSE * people.max()).any():
        equal = np.flatnonzero(dearer <= close)
        if not _can_go(people, price * room, near.point[equal], near.site[equal]):
            return None
    return np.asarray(price * room)


def _can_go(people: np.ndarray, crowd: np.ndarray, point: np.ndarray, site: np.ndarray) -> bool:
    """Return whether all people of the points can go to the sites over these pairs so that each site has its crowd."""
    (points, row), (sites, column) = np.unique(point, return_inverse=True), np.unique(site, return_inverse=True)
    pair = np.arange(len(point))
    places = (np.concatenate([row, len(points) + column]), np.concatenate([pair, pair]))
    sums = sparse.coo_array((np.ones(2 * len(point)), places)).tocsr()
    return bool(linprog(np.zeros(len(point)), A_eq=sums, b_eq=np.concatenate([people[points], crowd[sites]]), method="highs").status == 0)
