"""The rational agent access model: what the way and the crowd cost together when nobody gains by going elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.equilibrium import crowds
from geo.errors import InputError
from geo.minutes import Minutes

MOST_CELLS = 20_000_000
"""Points x sites of PySAL's search, which keeps all of them: about a gigabyte."""
_STEP, _HALF_LIFE, _LEAST_STEP, _CYCLES, _CAUTIOUS = 0.2, 50, 0.005, 150, 20
"""Of PySAL's search: share that moves at first, cycles to half of it, least share, cycles, and cycles with a brake."""


def rational_agents(
    population: pd.Series, supply: pd.Series, minutes: Minutes, *, limit: float = np.inf, tau: float = 60.0, pysal_compat: bool = False
) -> pd.Series:
    """Return the cost of access, C_ij / tau + D_j / (rho S_j), when nobody has a cheaper site (RAAM).

    D_j are the people who go to site j and rho the people per place over all points and sites. People of one point may
    go to several sites, which then cost them the same. The costs of this equilibrium are unique: it is the minimum of
    sum_ij x_ij C_ij / tau + sum_j D_j^2 / (2 rho S_j), found here exactly (``geo.equilibrium``), so that neither the order of
    rows nor chance plays a part.

    Parameters
    ----------
    population : n values, index ``point_id``, people, >= 0.
    supply : m values, index ``site_id``, places, >= 0; a site without places is left out.
    minutes : n x m.
    limit : minutes; the limit itself is inside.
    tau : minutes that weigh as much as the mean crowd.
    pysal_compat : search as PySAL's ``access`` does, in 150 cycles that move whole people, and return the mean cost of a
        point's people: near the equilibrium only where points have many people.

    Returns
    -------
    n values, index ``point_id``; lower is better, 1 is for example a place around the corner with the mean crowd. A point
    without people has the cost that one person would meet there; ``inf`` where no site has a route.

    Raises
    ------
    InputError : a value is missing, negative or not finite, ``tau`` is not above 0, or ``access.pysal_cells``: too many points and sites for
        PySAL's search.

    Source: Saxon & Snow 2020, doi:10.1080/24694452.2019.1629870; PySAL ``access`` 1.1, raam.py.
    """
    if not (tau > 0 and np.isfinite(tau)):
        raise InputError("access.tau", value=tau)
    near = minutes.within(limit)
    people, places = near.at_points(population, "population"), near.at_sites(supply, "supply")
    if not places.sum() > 0:
        return _series(np.full(len(near.point_ids), np.inf), near)
    rho = people.sum() / places.sum()
    open_ = places[near.site] > 0
    near = Minutes(near.point_ids, near.site_ids, near.point[open_], near.site[open_], near.minutes[open_])
    way = near.minutes / tau
    room = places * rho
    crowd, told = np.zeros(len(room)), np.full(len(people), np.nan)
    if pysal_compat and rho > 0:
        crowd, told = _search_in_whole_people(people, room, near, way)
    elif rho > 0:
        crowd = crowds(people, room, near, way)
    cost = way + np.divide(crowd, room, out=np.zeros_like(room), where=room > 0)[near.site]
    best = np.full(len(people), np.inf)
    np.minimum.at(best, near.point, cost)
    return _series(np.where(np.isnan(told), best, told), near)


def _search_in_whole_people(people: np.ndarray, room: np.ndarray, near: Minutes, way: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the people at each site and the mean cost at each point after PySAL's cycles, NaN for points that it leaves out."""
    active = np.nonzero((people > 0) & (np.diff(near.starts) > 0))[0]
    used = np.nonzero(room > 0)[0]
    if len(active) * len(used) > MOST_CELLS:
        raise InputError("access.pysal_cells", cells=len(active) * len(used), most=MOST_CELLS)
    row, column = np.full(len(people), -1), np.full(len(room), -1)
    row[active], column[used] = np.arange(len(active)), np.arange(len(used))
    kept = (row[near.point] >= 0) & (column[near.site] >= 0)
    travel = np.full((len(active), len(used)), np.inf)
    travel[row[near.point[kept]], column[near.site[kept]]] = way[kept]
    space, demand = room[used], people[active]
    rows = np.arange(len(active))
    gone = np.zeros(travel.shape)
    gone[rows, travel.argmin(axis=1)] = demand
    for cycle in range(_CYCLES):
        crowd = gone.sum(axis=0)
        cost = travel + crowd / space
        worst, best = np.where(gone > 0, cost, -np.inf).argmax(axis=1), cost.argmin(axis=1)
        others_best, others_worst = crowd[best] - gone[rows, best], crowd[worst] - gone[rows, worst]
        together = gone[rows, best] + gone[rows, worst]
        both = space[best] * space[worst] / (space[best] + space[worst])
        wanted = both * (travel[rows, worst] - travel[rows, best] + (together + others_worst) / space[worst] - others_best / space[best])
        moved = np.where(best == worst, 0.0, np.minimum(wanted - gone[rows, best], gone[rows, worst]))
        moved = np.trunc(np.minimum(moved, max(_STEP * 0.5 ** (cycle / _HALF_LIFE), _LEAST_STEP) * demand))
        if cycle < _CAUTIOUS:
            arriving = np.bincount(best, weights=moved, minlength=len(space)) / space
            moved = np.round(moved / np.maximum(arriving, 1.0)[best])
        gone[rows, best] += moved
        gone[rows, worst] -= moved
    crowd, mean_cost = np.zeros(len(room)), np.full(len(people), np.nan)
    crowd[used] = gone.sum(axis=0)
    # The cost of the last cycle before its moves, over the people after them: as PySAL reports it.
    mean_cost[active] = (np.where(gone > 0, cost, 0.0) * gone).sum(axis=1) / demand
    return crowd, mean_cost


def _series(values: np.ndarray, minutes: Minutes) -> pd.Series:
    return pd.Series(values, index=minutes.point_ids.rename("point_id"), name="value")
