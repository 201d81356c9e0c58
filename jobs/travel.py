"""Travel time from files: roads, sites, points and obstacles in, a table of minutes out, with an account of what was done."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data.roads.cache import keep, kept, key_of
from data.roads.obstacles import read_obstacles
from data.roads.read import road_graph
from data.roads.tables import Places, read_places
from geo.errors import InputError
from geo.obstacles import Day, Obstacle
from geo.obstacles_place import Placed, cut_network, on_day, place_obstacles
from geo.roads import RoadGraph
from geo.roads_rules import MODES, RULES_VERSION
from geo.roads_snap import FAR_M, Snapped, snap
from geo.travel import Minutes, chosen, limit_ms, matrix, nearest, straight_line
from geo.travel_network import MAX_MINUTES, Network, serving_edges
from jobs.compute import COMPUTE, Compute
from jobs.scenarios import told_of
from jobs.surface import surface_minutes
from jobs.travel_parts import parted

TOLD = 20
"""Ids of places off the network that are told one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Parameters
    ----------
    sites, points : CSV files. mode : one of ``MODES``. limit : minutes, included.
    graph : road file; None for an estimate by straight line. obstacles : GeoJSON file or None. day : for whom and when.
    date : the day on which obstacles must be valid.
    friction : GeoTIFF of minutes a metre, to travel across instead of by road; None otherwise.
    compute, scheduler, workers : see ``jobs.compute.run_parts``; ``serial`` is one run over everything in threads. The minutes are the same.
    """

    sites: Path
    points: Path
    mode: str
    limit: float
    graph: Path | None
    obstacles: Path | None
    day: Day
    date: dt.date
    compute: Compute = "serial"
    scheduler: str = ""
    workers: int = 0
    friction: Path | None = None


def travel_time(asked: Asked, data_dir: Path) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return the table ``point_id, site_id, minutes`` of all pairs within the limit, and the account.

    Parameters
    ----------
    data_dir : folder that keeps graphs (``roads``) and results (``travel``).

    Raises
    ------
    InputError : what the files' readers say; ``travel.unknown_mode``, ``travel.bad_limit``; ``travel.estimate_obstacles`` where closures are asked
        for without roads; ``travel.all_off_network`` where no site or no point lies near a road of the mode;
        ``grids.friction_alone`` where a surface is asked for together with roads, obstacles, another day or several processes;
        ``compute.unknown`` and what ``jobs.travel_parts.parted`` raises.
    """
    begun = time.perf_counter()
    limit_ms(asked.limit)
    if asked.mode not in MODES:
        raise InputError("travel.unknown_mode", mode=asked.mode, known=", ".join(MODES))
    if asked.compute not in COMPUTE:
        raise InputError("compute.unknown", value=asked.compute[:40], known=", ".join(COMPUTE))
    if asked.friction is not None and (asked.graph is not None or asked.obstacles is not None or not asked.day.plain or asked.compute != COMPUTE[0]):
        raise InputError("grids.friction_alone")
    if asked.graph is None and (asked.obstacles is not None or not asked.day.plain):
        raise InputError("travel.estimate_obstacles")
    sites, points = read_places(asked.sites, "site_id"), read_places(asked.points, "point_id")
    account: dict[str, object]
    if asked.friction is not None:
        minutes, account = surface_minutes(asked.friction, points, sites, asked.limit)
    elif asked.graph is None:
        asked.day.checked([])
        minutes = straight_line(points.lon, points.lat, sites.lon, sites.lat, asked.limit, asked.mode)
        account = {"engine": "straight_line", "estimate": True}
    else:
        minutes, account = _by_road(asked, asked.graph, points, sites, data_dir)
    frame = pd.DataFrame({
        "point_id": np.array(points.ids, dtype=object)[minutes.point], "site_id": np.array(sites.ids, dtype=object)[minutes.site], "minutes": minutes.minutes,
    })  # fmt: skip
    counts: dict[str, object] = {
        "points": len(points), "sites": len(sites), "pairs": len(frame), "points_without_site": len(points) - len(np.unique(minutes.point)),
        "mode": asked.mode, "limit": asked.limit,
    }  # fmt: skip
    return frame, counts | account | {"seconds": round(time.perf_counter() - begun, 3)}


def _by_road(asked: Asked, path: Path, points: Places, sites: Places, data_dir: Path) -> tuple[Minutes, dict[str, object]]:
    obstacles = [one for one in read_obstacles(asked.obstacles) if one.valid(asked.date)] if asked.obstacles is not None else []
    day = asked.day.checked(obstacles)
    scenario = told_of(day, obstacles)
    graph, graph_key = road_graph(path, data_dir / "roads")
    placed = place_obstacles(graph, obstacles)
    usable = serving_edges(graph, asked.mode)
    at_points, at_sites = (snap(graph, one.lon, one.lat, usable, placed.walls) for one in (points, sites))
    for name, where in (("points", at_points), ("sites", at_sites)):
        if where.off.all():
            raise InputError(f"travel.{name}_off_network", bounds=", ".join(f"{value:.3f}" for value in graph.bounds))
    net = on_day(cut_network(graph, asked.mode, day.mobility, placed), placed, day)
    key = key_of(
        graph_key, RULES_VERSION, asked.mode, asked.limit, day, [_told(one) for one in obstacles], points.lon, points.lat, sites.lon, sites.lat
    )
    minutes = kept(data_dir / "travel", key)
    cached = minutes is not None
    if minutes is None:
        if asked.compute == "serial":
            minutes = matrix(net, at_points, at_sites, asked.limit)
        else:
            minutes = parted(
                net, at_points, at_sites, asked.limit, data_dir / "travel", asked.compute, scheduler=asked.scheduler, workers=asked.workers
            )
        keep(data_dir / "travel", key, minutes)
    return minutes, _account(graph, placed, points, (at_points, at_sites)) | {
        "off_network": {name: _off(here, where) for name, here, where in (("points", points, at_points), ("sites", sites, at_sites))},
        "points_cut_off": _cut_off(net, at_points, at_sites, minutes), "engine": chosen(net, len(sites), "auto"), "estimate": False, "cached": cached, "regime": day.name, **scenario, "mobility": day.mobility,
    }  # fmt: skip


def _account(graph: RoadGraph, placed: Placed, points: Places, places: tuple[Snapped, Snapped]) -> dict[str, object]:
    at_points, at_sites = places
    people = points.people.sum()
    far = points.people[at_points.metres > FAR_M]  # places without a road count as far too
    return {
        "nodes": graph.nodes, "edges": graph.edges, "points_off_network": int(at_points.off.sum()), "sites_off_network": int(at_sites.off.sum()),
        "snapped_over_500_m": round(float(far.sum() / people), 6) if people else 0.0, "obstacles": len(placed.obstacles), "obstacles_off_road": len(placed.off),
    }  # fmt: skip


def _off(places: Places, where: Snapped) -> list[str]:
    """Return the first ids of places that stand off the network, so that they can be looked up."""
    return [places.ids[i] for i in np.flatnonzero(where.off)[:TOLD]]


def _cut_off(net: Network, points: Snapped, sites: Snapped, minutes: Minutes) -> int:
    """Return how many points on the network have no way to any site, however long they travel: an island, or all roads closed."""
    without = np.setdiff1d(np.flatnonzero(~points.off), minutes.point)
    if not len(without):
        return 0
    there, _ = nearest(net, points, sites, MAX_MINUTES)
    return int((there[without] < 0).sum())


def _told(one: Obstacle) -> tuple[object, ...]:
    passers = None if one.may_pass is None else sorted(one.may_pass)
    return one.obstacle_id, one.kind, one.shape.wkb_hex, one.direction, one.delay, one.p_open, passers
