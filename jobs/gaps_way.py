"""What stands in the way: the obstacles between the places where most people have no site and the sites that they would come to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.roads.scenarios import on_scenario
from geo.obstacles import Day, wait
from geo.obstacles_place import cut_network
from geo.registry import Registry
from geo.roads_rules import BARRIER_CODES
from geo.travel_network import BLOCKED, MS, Network
from geo.travel_path import Way, passed_obstacles, ways_to_nearest
from jobs.country_roads import CountryRoads
from jobs.gaps_asked import FARTHEST, GapsAsked
from jobs.gaps_why import Why
from jobs.ledger import Ledger
from jobs.roads import Roads
from jobs.ways import piece_of


@dataclass(frozen=True, slots=True)
class Barrier:
    """An obstacle on a way.

    Parameters
    ----------
    kind : of ``geo.obstacles.KINDS``, or a barrier of the road map.
    minutes : what it costs on the day; infinite where one does not pass.
    barred : it does not let this mobility class through.
    source : where it is known from; empty where nobody said.
    around : it stands on the way that people take on the day, not on the shortest one.
    """

    kind: str
    minutes: float
    barred: bool
    source: str
    around: bool


@dataclass(frozen=True, slots=True)
class PlaceWay:
    """The way from one place.

    Parameters
    ----------
    point_id : the place. site_id : the site that is nearest without obstacles; empty where none is within ``FARTHEST`` minutes by road.
    free, minutes : minutes to the nearest site if no obstacle stood on the roads, and on the day; infinite beyond ``FARTHEST``.
    barriers : those on the shortest way, then those on the way that people take on the day.
    """

    point_id: str
    site_id: str
    free: float
    minutes: float
    barriers: tuple[Barrier, ...]


def obstacles_on_the_way(
    registry: Registry, ledger: Ledger, why: Why, asked: GapsAsked, roads: Roads, step: Callable[[str, float], None]
) -> list[PlaceWay]:
    """Return for the places of ``why`` what stands between them and the nearest open site that admits the group.

    The shortest way is the one that people would take if no obstacle stood on it: where a gate is closed the day's own way goes round
    it and would not tell of it. Protected sites are left out: the way to a displaced point tells nothing.

    Parameters
    ----------
    registry, ledger : as for ``why``. asked : its ``area`` is the governorate.
    step : is told what is being done, and which share of it.

    Returns
    -------
    The places of ``why`` that stand on the roads, in its order; none where no roads are loaded.
    """
    here = roads.of(asked.country)
    sites = ledger.sites[ledger.sites["admits"] & (ledger.sites["state"] == "open") & ledger.sites["lon"].notna()]
    open_ = registry.sites["sensitivity"].reindex(sites.index).astype("Float64").fillna(0) == 0
    piece = piece_of(registry, asked.area)
    sites = sites[open_.to_numpy(dtype=bool) & (sites["area_id"].map(lambda area: piece_of(registry, str(area))) == piece)]
    if here is None or why.places.empty or sites.empty:
        return []
    step("way", 0.1)
    points = ledger.points.loc[why.places.index]
    at_points, at_sites = (here.located(asked.mode, *(frame[name].to_numpy(dtype=float) for name in ("lon", "lat"))) for frame in (points, sites))
    day = on_scenario(roads.data_dir, asked.ledger.day).checked(list(here.obstacles))
    cut = cut_network(here.graph, asked.mode, asked.mobility, here.placed)
    unhindered = cut.with_waits(np.zeros_like(cut.cut_wait), np.zeros_like(cut.cut_wait_back), -_barriers(here, cut))
    free = ways_to_nearest(unhindered, at_points, at_sites, FARTHEST)
    step("way", 0.5)
    today = here.network(asked.mode, day)
    taken = ways_to_nearest(today, at_points, at_sites, FARTHEST)
    found = []
    for i, point_id in enumerate(points.index):
        if at_points.off[i]:
            continue
        straight, around = (_on_way(here, cut, today, way, day) for way in (free[i], taken[i]))
        told = [Barrier(*one, around=False) for one in straight.values()]
        told += [Barrier(*one, around=True) for key, one in around.items() if key not in straight]
        site = str(sites.index[free[i].site]) if free[i].site >= 0 else ""
        found.append(PlaceWay(str(point_id), site, free[i].minutes, taken[i].minutes, tuple(told)))
    return found


def _barriers(here: CountryRoads, net: Network) -> np.ndarray:
    """Return the waits at the road map's own checkpoints and borders, milliseconds; what it bars for good, such as a bollard, stays barred."""
    return np.where((here.graph.barrier > 0) & (net.node_wait < BLOCKED), net.node_wait, 0)


def _on_way(here: CountryRoads, net: Network, today: Network, way: Way, day: Day) -> dict[tuple[str, int], tuple[str, float, bool, str]]:
    """Return what stands on a way: (of the data or the road map, number) to kind, minutes, whether it bars, and source."""
    found: dict[tuple[str, int], tuple[str, float, bool, str]] = {}
    placed, passed = here.placed, passed_obstacles(net, here.placed, way)
    for number in passed:
        one = placed.obstacles[number]
        barred = one.may_pass is not None and day.mobility not in one.may_pass and one.obstacle_id not in day.edits
        source = one.source or (here.barriers.title if here.barriers is not None else "")
        found["data", number] = (one.kind, wait(one, net.mode, day), barred, source)
    told = {*placed.cut_same[np.isin(placed.cut_obstacle, passed)].tolist(), *placed.node[np.isin(placed.node_obstacle, passed)].tolist()}
    waits = _barriers(here, net)
    for node in way.nodes:
        if node < len(waits) and waits[node] and node not in told:
            ms = int(today.node_wait[node])
            found["map", node] = (BARRIER_CODES[here.graph.barrier[node]], math.inf if ms >= BLOCKED else ms / MS, False, here.roads.title)
    return found
