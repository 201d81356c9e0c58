"""Who goes where when every site costs more the more people come, and nobody gains by going elsewhere."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse import csgraph, linalg

from geo.errors import InputError
from geo.minutes import Minutes

TOLERANCE = 1e-10
"""The search ends at the latest when all people together could gain less than this share of their cost by going elsewhere."""
_SWEEPS, _ROUNDS = 15, 200
"""Sweeps over the points for a first answer, and at most so many programmes after it; a dozen is usual."""
_CLOSE = 1e-9
"""Costs that differ by less than this are equal, and a smaller part of a point's people is nobody."""


def crowds(people: np.ndarray, room: np.ndarray, near: Minutes, way: np.ndarray) -> np.ndarray:
    """Return the people at each site in the equilibrium, where each pays ``way + people there / room``.

    It is the minimum of sum way x + sum D^2 / (2 room). The squares are replaced by tangents, which makes a linear programme (HiGHS);
    tangents are added where its answer lies, and pairs that its prices make cheaper, until the sites that people use are those of the
    equilibrium: then their crowds follow from linear equations, exactly. The programme starts from a few sweeps over the points.

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
    InputError : ``access.solver``: the solver finds no answer.

    Source: Beckmann, McGuire & Winsten 1956; cutting planes after Kelley 1960.
    """
    size = people[np.diff(near.starts) > 0].sum() / max(len(people), 1)
    if not size > 0:
        return np.zeros(len(room))
    # Numbers about 1, as the solver likes them; a site without pairs needs no room.
    people, room = people / size, np.where(room > 0, room, size) / size
    gone = _first_answer(people, room, near, way)
    tangents = [near.over_points(gone) * factor for factor in (0.9, 1.0, 1.1)]
    columns = gone > 0
    for _ in range(_ROUNDS):
        crowd = near.over_points(gone)
        exact = _settled(people, room, near, way, gone)
        if exact is not None or _gain(people, gone, near, way + crowd[near.site] / room[near.site]) <= TOLERANCE:
            return np.asarray(size * (crowd if exact is None else exact))
        gone, cheaper = _programme(people, room, near, way, columns, np.array(tangents))
        columns |= cheaper
        tangents.append(near.over_points(gone))
    return np.asarray(size * near.over_points(gone))


def _first_answer(people: np.ndarray, room: np.ndarray, near: Minutes, way: np.ndarray) -> np.ndarray:
    """Return the people of each pair after each point in turn spread its own as is best with all others staying."""
    starts = near.starts
    active = [i for i in range(len(people)) if people[i] > 0 and starts[i] < starts[i + 1]]
    gone, crowd = np.zeros(len(near)), np.zeros(len(room))
    for _ in range(_SWEEPS):
        for i in active:
            own = slice(starts[i], starts[i + 1])
            sites = near.site[own]
            crowd[sites] -= gone[own]
            gone[own] = _spread(people[i], way[own] + crowd[sites] / room[sites], room[sites])
            crowd[sites] += gone[own]
    return gone


def _spread(people: float, cost: np.ndarray, room: np.ndarray) -> np.ndarray:
    """Return how many go to each site so that the used ones end at one level, cost + people / room, and no other is lower."""
    order = np.argsort(cost, kind="stable")
    level = (people + np.cumsum(room[order] * cost[order])) / np.cumsum(room[order])
    used = np.nonzero(level >= cost[order])[0][-1]
    return np.asarray(np.maximum(level[used] - cost, 0.0) * room)


def _gain(people: np.ndarray, gone: np.ndarray, near: Minutes, cost: np.ndarray) -> float:
    """Return what people could gain by going elsewhere with all others staying, as a share of their cost."""
    least = np.full(len(people), np.inf)
    np.minimum.at(least, near.point, cost)
    total = (gone * cost).sum()
    return float((gone * (cost - least[near.point])).sum() / total) if total > 0 else 0.0


def _programme(
    people: np.ndarray, room: np.ndarray, near: Minutes, way: np.ndarray, columns: np.ndarray, tangents: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Solve the programme over some pairs; return the people of each pair, and the left-out pairs that its prices make cheaper."""
    pair, m = np.nonzero(columns)[0], len(room)
    k = len(pair)
    points, row = np.unique(near.point[pair], return_inverse=True)
    leaving = sparse.coo_array((np.ones(k), (row, np.arange(k))), shape=(len(points), k + m))
    below = [
        sparse.hstack([sparse.coo_array(((at / room)[near.site[pair]], (near.site[pair], np.arange(k))), shape=(m, k)), -sparse.eye_array(m)])
        for at in tangents
    ]
    result = linprog(
        np.concatenate([way[pair], np.ones(m)]), A_ub=sparse.vstack(below).tocsr(), b_ub=(tangents**2 / (2 * room)).ravel(),
        A_eq=leaving.tocsr(), b_eq=people[points], method="highs",
    )  # fmt: skip
    if result.x is None:
        raise InputError("access.solver", reason=str(result.message)[:200])
    gone = np.zeros(len(near))
    gone[pair] = np.maximum(result.x[:k], 0.0)
    price = (-result.ineqlin.marginals.reshape(len(tangents), m) * tangents / room).sum(axis=0)
    paid = np.full(len(people), np.inf)
    paid[points] = result.eqlin.marginals
    return gone, (way + price[near.site] < paid[near.point] - _CLOSE) & (people[near.point] > 0)


def _settled(people: np.ndarray, room: np.ndarray, near: Minutes, way: np.ndarray, gone: np.ndarray) -> np.ndarray | None:
    """Return the people at each site if the sites that people use now are those of the equilibrium; None if they are not yet.

    Given which pairs are used, crowds and costs solve linear equations: what goes to a site is its crowd, what leaves a point is its
    people, and a used pair costs what its point pays. Of pairs that form a circle the least used are left out. The answer is
    the equilibrium if nobody is sent away twice and no unused pair is cheaper.
    """
    used = np.nonzero(gone > _CLOSE * people[near.point])[0]
    n, m = len(people), len(room)
    graph = sparse.coo_array((1.0 + people.max() - gone[used], (near.point[used], n + near.site[used])), shape=(n + m, n + m))
    tree = csgraph.minimum_spanning_tree(graph.tocsr()).tocoo()
    point, site = tree.row, tree.col - n
    k, pair = len(point), np.arange(len(point))
    pairs = sparse.coo_array((np.arange(1, len(near) + 1), (near.point, near.site)), shape=(n, m)).tocsr()
    at = np.asarray(pairs[point, site]).ravel() - 1
    reached, crossed = np.unique(point), np.unique(site)
    of_point, of_site = np.searchsorted(reached, point), np.searchsorted(crossed, site)
    a, b, one = len(crossed), len(reached), np.ones(k)
    # Unknown: the people of each pair, the price of each site, the cost of each point.
    rows = np.concatenate([of_site, np.arange(a), a + of_point, a + b + pair, a + b + pair])
    columns = np.concatenate([pair, k + np.arange(a), pair, k + a + of_point, k + of_site])
    values = np.concatenate([one, -room[crossed], one, one, -one])
    right = np.concatenate([np.zeros(a), people[reached], way[at]])
    answer = linalg.spsolve(sparse.coo_array((values, (rows, columns))).tocsc(), right)
    flow, price, cost = answer[:k], np.zeros(m), np.full(n, np.inf)
    price[crossed], cost[reached] = answer[k : k + a], answer[k + a :]
    cheaper = (way + price[near.site] < cost[near.point] - _CLOSE) & (people[near.point] > 0)
    if (flow < -_CLOSE * people.max()).any() or cheaper.any() or not np.isfinite(answer).all():
        return None
    return np.asarray(price * room)
