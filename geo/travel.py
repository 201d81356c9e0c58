"""Travel time: minutes between places and sites within a limit, the nearest site, and the area within reach.

Engines: scipy for small work, a compiled bucket queue for big work, equal to the bit (``geo.travel_search``, ``geo.travel_numba``); a
straight line times a detour factor where no roads are loaded, which is an estimate and says so.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from geo.roads import EARTH_M, Bools, Floats, Ints, great_circle
from geo.roads_rules import CAR_KPH, MODES, TAXI_FACTOR, TAXI_WAIT_MINUTES, WALK_KPH
from geo.roads_snap import Snapped
from geo.travel_network import MAX_MINUTES, MS, Csr, Network
from geo.travel_search import Entries, Straight, Targets, by_node, connectors, entries, renumbered
from geo.travel_search import one_tree as scipy_tree
from geo.travel_search import sparse as scipy_sparse

Engine = Literal["auto", "scipy", "numba"]
Whole = npt.NDArray[np.int32]
Direction = Literal["to_sites", "from_sites"]
NUMBA_WORK = 1_000_000
"""From how many (sources x nodes) on the compiled engine is taken: it starts sooner than scipy is imported, but its code takes some seconds to make, once a machine."""
DETOUR = 1.3
"""Road over straight line. Source: measured on two road networks, median 1.19 to 1.23, 90th percentile 1.42; 1.3 is the cautious middle."""
ESTIMATE_KPH = CAR_KPH["tertiary"]
"""Speed of a straight-line estimate by car: that of an ordinary road."""
_FAR = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes between points and sites; a pair that is missing has no route within the limit.

    Parameters
    ----------
    point, site : k numbers of rows, sorted by point and then site.
    ms : k whole milliseconds.
    points, sites : how many rows there are of each.
    """

    point: npt.NDArray[np.integer[Any]]
    site: npt.NDArray[np.integer[Any]]
    ms: npt.NDArray[np.integer[Any]]
    points: int
    sites: int

    @property
    def minutes(self) -> Floats:
        """K minutes."""
        return np.asarray(self.ms, dtype=float) / MS

    def dense(self) -> Floats:
        """Return points x sites minutes, infinite where there is no route within the limit."""
        table = np.full((self.points, self.sites), np.inf)
        table[self.point, self.site] = self.minutes
        return table


def limit_ms(minutes: float) -> int:
    """Return a limit in milliseconds; InputError ``travel.bad_limit`` unless it is from 0 to ``MAX_MINUTES``."""
    if not 0 <= minutes <= MAX_MINUTES:
        raise InputError("travel.bad_limit", value=str(minutes), most=f"{MAX_MINUTES:,.0f}")
    return int(np.floor(minutes * MS + 1e-6))


def matrix(
    net: Network, points: Snapped, sites: Snapped, limit: float, *, direction: Direction = "to_sites", engine: Engine = "auto", threads: int = 0
) -> Minutes:
    """Return the minutes of all pairs within a limit, the limit included.

    Parameters
    ----------
    net : roads of one mode with the waits of the day. points, sites : on the same graph, see ``roads_snap.snap``.
    limit : minutes. direction : ``to_sites`` (people travel to a site) or ``from_sites`` (an ambulance or a team leaves from there).
    engine : which one; ``auto`` goes by the estimated work. threads : of the compiled engine; 0 = as many as there are processors.

    Notes
    -----
    Searches start at the sites, of which there are few; travel to them is searched on the reversed graph.
    """
    arcs, seeds, targets, straight, most = _asked(net, points, sites, limit, direction)
    if chosen(net, len(sites), engine) == "numba":
        from geo.travel_numba import sparse

        found = sparse(arcs, seeds, targets, straight, most, threads or os.cpu_count() or 1)
    else:
        found = scipy_sparse(arcs, *renumbered(arcs, seeds, targets), straight, most)
    return Minutes(found.place, found.source, found.ms + net.extra_ms if net.extra_ms else found.ms, len(points), len(sites))


def pairs_of_sites(net: Network, points: Snapped, sites: Snapped, limit: float, *, engine: Engine) -> tuple[Whole, Whole, Whole]:
    """Return how many points reach each site within a limit, and these and their milliseconds, site after site, the points of one in any order.

    Parameters
    ----------
    As of ``matrix``; with those of other sites, ``of_sites`` makes the same of them.
    """
    arcs, seeds, targets, straight, most = _asked(net, points, sites, limit, "to_sites")
    if engine == "numba":
        from geo.travel_numba import by_source

        many, point, ms = by_source(arcs, seeds, targets, straight, most)
    else:
        found = scipy_sparse(arcs, *renumbered(arcs, seeds, targets), straight, most)
        rising = np.argsort(found.source, kind="stable")
        many, point, ms = (
            np.asarray(column, dtype=np.int32) for column in (np.bincount(found.source, minlength=len(sites)), found.place[rising], found.ms[rising])
        )
    return many, point, ms + np.int32(net.extra_ms)


def of_sites(site: Whole, pairs: tuple[Whole, Whole, Whole], points: int, sites: int, *, engine: Engine) -> Minutes:
    """Return the minutes of all pairs from those of the sites, as ``pairs_of_sites`` gives them, in any order of the sites."""
    many, point, ms = pairs
    if engine == "numba":
        from geo.travel_numba import in_order

        found = in_order(site, many, point, ms, points, os.cpu_count() or 1)
        return Minutes(found.place, found.source, found.ms, points, sites)
    whose = np.repeat(site, many)
    order = np.lexsort((whose, point))
    return Minutes(point[order], whose[order], ms[order], points, sites)


def _asked(net: Network, points: Snapped, sites: Snapped, limit: float, direction: Direction) -> tuple[Csr, Entries, Targets, Straight, int]:
    """Return what is searched: arcs, where searches start and end, pairs on one piece of road, and the limit in milliseconds."""
    most = limit_ms(limit) - net.extra_ms
    leave, arrive = (points, sites) if direction == "to_sites" else (sites, points)
    arcs = net.arcs(reverse=direction == "to_sites")
    seeds = entries(net, sites, leaving=direction == "from_sites")
    targets = by_node(entries(net, points, leaving=direction == "to_sites"), net.nodes)
    left, right, direct = _same_piece(net, leave, arrive, most)
    place, site = (left, right) if direction == "to_sites" else (right, left)
    return arcs, seeds, targets, Straight.of(site, place, direct, len(sites)), most


def arcs_to_sites(net: Network, points: Snapped, sites: Snapped, limit: float, *, engine: Engine = "auto") -> Csr:
    """Return the arcs of the reversed network, or of a smaller one with the same ways, for several calls of ``matrix`` with some of the sites each."""
    arcs = net.arcs(reverse=True)
    if chosen(net, len(sites), engine) != "numba":
        return arcs
    from geo.travel_numba import smaller

    targets = by_node(entries(net, points, leaving=True), net.nodes)
    return smaller(arcs, entries(net, sites, leaving=False), targets, limit_ms(limit) - net.extra_ms)


def nearest(net: Network, points: Snapped, sites: Snapped, limit: float, *, engine: Engine = "auto") -> tuple[Ints, Floats]:
    """Return the nearest site of each point and the minutes to it; -1 and infinite where none is within the limit.

    At a tie the site that stands first in ``sites`` counts.
    """
    most = limit_ms(limit) - net.extra_ms
    arcs = net.arcs(reverse=True)
    seeds = entries(net, sites, leaving=False)
    label = np.repeat(np.arange(len(sites)), np.diff(seeds.start))
    reach, owner = _tree(arcs, seeds, label, most, chosen(net, 8, engine))
    out = entries(net, points, leaving=True)
    whose = np.repeat(np.arange(len(points)), np.diff(out.start))
    reached = reach[out.node] <= most
    straight = _same_piece(net, points, sites, most)
    point = np.concatenate([whose[reached], straight[0]])
    site = np.concatenate([owner[out.node[reached]], straight[1]]).astype(np.int64)
    ms = np.concatenate([reach[out.node[reached]] + out.ms[reached], straight[2]]).astype(np.int64)
    order = np.lexsort((site, ms, point))
    order = order[ms[order] <= most]
    best = order[np.concatenate([[True], point[order][1:] != point[order][:-1]])] if len(order) else order
    found, minutes = np.full(len(points), -1, dtype=np.int64), np.full(len(points), np.inf)
    found[point[best]], minutes[point[best]] = site[best], (ms[best] + net.extra_ms) / MS
    return found, minutes


def node_minutes(net: Network, sites: Snapped, limit: float, *, direction: Direction = "to_sites", engine: Engine = "auto") -> Floats:
    """Return for each node of the network the minutes to (or from) the nearest site; infinite beyond the limit."""
    most = limit_ms(limit) - net.extra_ms
    seeds = entries(net, sites, leaving=direction == "from_sites")
    reach, _ = _tree(net.arcs(reverse=direction == "to_sites"), seeds, np.zeros(len(seeds.node), dtype=np.int64), most, chosen(net, 8, engine))
    return np.where(reach <= most, (reach + net.extra_ms) / MS, np.inf)


def chosen(net: Network, sources: int, engine: Engine) -> Literal["scipy", "numba"]:
    """Return the engine for this much work."""
    if engine != "auto":
        return engine
    return "numba" if sources * net.nodes >= NUMBA_WORK else "scipy"


def straight_line(lon: Floats, lat: Floats, site_lon: Floats, site_lat: Floats, limit: float, mode: str, *, kph: float | None = None) -> Minutes:
    """Return an estimate without roads: straight line x ``DETOUR`` at one speed; to be labelled as an estimate wherever it is shown.

    Raises
    ------
    InputError : ``travel.unknown_mode``, ``travel.bad_limit``.
    """
    if mode not in MODES:
        raise InputError("travel.unknown_mode", mode=mode, known=", ".join(MODES))
    most = limit_ms(limit)
    speed = kph or (WALK_KPH if mode == "walk" else ESTIMATE_KPH / (TAXI_FACTOR if mode == "shared_taxi" else 1.0))
    wait = TAXI_WAIT_MINUTES * MS if mode == "shared_taxi" else 0.0
    per_metre = DETOUR * 3600.0 / speed
    points, sites, costs = [], [], []
    for j in range(len(site_lon)):
        reach = (most - wait) / per_metre + 1.0
        here = np.flatnonzero(np.abs(lat - site_lat[j]) <= np.degrees(reach / EARTH_M))
        ms = np.rint(great_circle(lon[here], lat[here], site_lon[j], site_lat[j]) * per_metre + wait).astype(np.int64)
        near = ms <= most
        points.append(here[near])
        sites.append(np.full(int(near.sum()), j, dtype=np.int64))
        costs.append(ms[near])
    empty = np.zeros(0, dtype=np.int64)
    point, site, cost = (np.concatenate([empty, *parts]) for parts in (points, sites, costs))
    order = np.lexsort((site, point))
    return Minutes(point[order], site[order], cost[order], len(lon), len(site_lon))


def _tree(arcs: Csr, seeds: Entries, label: Ints, most: int, engine: str) -> tuple[Ints, Ints]:
    if engine == "numba":
        from geo.travel_numba import one_tree

        reach, owner = one_tree(arcs, seeds.node, seeds.ms, label, most)
        return reach.astype(np.int64), owner.astype(np.int64)
    return scipy_tree(arcs, seeds.node, seeds.ms, label, most)


def _same_piece(net: Network, leave: Snapped, arrive: Snapped, most: int) -> tuple[Ints, Ints, Ints]:
    """Return the pairs that stand on one piece of road and the way between them along it."""
    (from_piece, from_at), (to_piece, to_at) = net.locate(leave), net.locate(arrive)
    order = np.argsort(to_piece, kind="stable")
    low, high = (np.searchsorted(to_piece[order], from_piece, side=side) for side in ("left", "right"))
    many = np.where(from_piece >= 0, high - low, 0)
    left = np.repeat(np.arange(len(leave)), many)
    right = order[np.repeat(low - (np.cumsum(many) - many), many) + np.arange(int(many.sum()))]
    ahead = to_at[right] - from_at[left]
    piece = from_piece[left]
    may: Bools = (ahead == 0) | (net.forward[piece] & (ahead > 0)) | (net.backward[piece] & (ahead < 0))
    may &= (ahead == 0) | ((to_at[right] != net.low[piece]) & (to_at[right] != net.high[piece]))  # those at its ends are reached through nodes
    ms = np.abs(ahead) + connectors(leave)[left] + connectors(arrive)[right]
    ms[(leave.lon[left] == arrive.lon[right]) & (leave.lat[left] == arrive.lat[right])] = 0  # nobody walks to the road and back to where they are
    may &= ms <= most
    return left[may], right[may], ms[may]
