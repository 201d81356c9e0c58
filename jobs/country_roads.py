"""The roads of one country on one day: places on them, minutes along them, and what is told about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from data.roads.cache import keep, keep_places, kept, kept_places, key_of
from data.roads.register import Loaded
from geo.obstacles import Day, Obstacle
from geo.obstacles_place import Placed, cut_network, on_day, place_obstacles
from geo.roads import Bools, Floats, RoadGraph
from geo.roads_rules import RULES_VERSION
from geo.roads_snap import FAR_M, Snapped, snap
from geo.travel import Minutes, matrix
from geo.travel_network import Network, serving_edges


@dataclass(frozen=True, eq=False)
class CountryRoads:
    """Roads with what stands on them.

    Parameters
    ----------
    roads, barriers : of the register; barriers None where no obstacles are loaded.
    graph : the road graph. obstacles : those that stand on the day.
    data_dir : folder that keeps what was computed. date : the day.
    """

    roads: Loaded
    graph: RoadGraph
    barriers: Loaded | None
    obstacles: tuple[Obstacle, ...]
    data_dir: Path
    date: dt.date
    _usable: dict[str, Bools] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def placed(self) -> Placed:
        """The obstacles on the graph."""
        return place_obstacles(self.graph, self.obstacles)

    @property
    def _standing(self) -> list[str]:
        """What the obstacles are known by: the content they were read from, and which of them stand on the day."""
        return [] if self.barriers is None else [self.barriers.key, *(one.obstacle_id for one in self.obstacles)]

    def located(self, mode: str, lon: Floats, lat: Floats) -> Snapped:
        """Return places on the roads of a mode."""
        if mode not in self._usable:
            self._usable[mode] = serving_edges(self.graph, mode)
        return snap(self.graph, lon, lat, self._usable[mode], self.placed.walls)

    def snapped(self, mode: str, lon: Floats, lat: Floats) -> Snapped:
        """Return places on the roads of a mode, from disk where they were put there before; only for what the register holds."""
        key = key_of("places", self.roads.key, RULES_VERSION, mode, self._standing, lon, lat)
        found = kept_places(self.data_dir / "snapped", key, lon, lat)
        if found is None:
            found = self.located(mode, lon, lat)
            keep_places(self.data_dir / "snapped", key, found)
        return found

    def network(self, mode: str, day: Day, *, everybody: bool = False) -> Network:
        """Return the roads of a mode on a day, cut at the obstacles; with ``everybody`` as for people whom every permit lets through."""
        net = cut_network(self.graph, mode, day.mobility, self.placed)
        return on_day(net, replace(self.placed, obstacles=_let_all(self.obstacles)) if everybody else self.placed, day)

    def minutes(self, mode: str, day: Day, limit: float, points: Snapped, sites: Snapped, *, everybody: bool = False) -> Minutes:
        """Return the minutes from points to sites within a limit, from disk where they were computed before."""
        key = key_of("ledger", self.roads.key, RULES_VERSION, mode, limit, day, everybody, self._standing,
                     points.edge, points.fraction, points.metres, points.lon, points.lat, sites.edge, sites.fraction, sites.metres, sites.lon, sites.lat)  # fmt: skip
        found = kept(self.data_dir / "travel", key)
        if found is None:
            found = matrix(self.network(mode, day, everybody=everybody), points, sites, limit)
            keep(self.data_dir / "travel", key, found)
        return found

    def bars(self, mobility: str) -> bool:
        """Say whether an obstacle keeps people of a mobility class out for want of a permit."""
        return any(one.may_pass is not None and mobility not in one.may_pass for one in self.obstacles)

    def account(self, points: Snapped, sites: Snapped, people: Floats) -> dict[str, object]:
        """Return what is told about the roads and the places on them.

        Parameters
        ----------
        people : how many live at each point; those far from a road are told as a share of them.
        """
        told: dict[str, object] = {
            "engine": "roads", "source": self.roads.title, "year": self.roads.year, "licence": self.roads.licence, "key": self.roads.key,
            "nodes": self.graph.nodes, "edges": self.graph.edges, "points_off_network": int(points.off.sum()), "sites_off_network": int(sites.off.sum()),
            "people_off_network": _share(people, points.off), "people_snapped_over_500_m": _share(people, points.metres > FAR_M),
            "obstacles": len(self.obstacles),
        }  # fmt: skip
        if self.barriers is not None:
            told |= {
                "obstacles_off_road": len(self.placed.off), "obstacles_source": self.barriers.title, "obstacles_year": self.barriers.year,
                "obstacles_date": self.date.isoformat(),
            }  # fmt: skip
        return told


def _let_all(obstacles: tuple[Obstacle, ...]) -> tuple[Obstacle, ...]:
    return tuple(replace(one, may_pass=None) for one in obstacles)


def _share(people: Floats, which: Any) -> float:
    """Return the share of people, places without a road included: they count as far away."""
    total = float(people.sum())
    return round(float(people[np.asarray(which)].sum()) / total, 6) if total else 0.0
