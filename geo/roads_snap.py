"""From places to the nearest road: to a point on an edge, within a kilometre, never across a wall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.roads import EARTH_M, UNITS, Bools, Floats, Ints, RoadGraph, great_circle
from geo.roads_index import TILE, Segments, along, heading_at

WITHIN_M = 1_000.0
"""How far a place may stand from a road. Source: the cap of the United Kingdom's Accession, as methods of this project cite it."""
FAR_M = 500.0
"""The share of people beyond this is reported."""
END_M = 0.1
"""A place this near to the end of an edge stands on the junction, and so on all its roads."""


@dataclass(frozen=True, slots=True)
class Snapped:
    """Places on the road graph; n places.

    Parameters
    ----------
    edge : n edges; -1 where no road is near enough.
    fraction : n shares of the edge's length, from its ``u``.
    metres : n distances from the place to the road; infinite where there is none.
    lon, lat : n places, degrees.
    """

    edge: Ints
    fraction: Floats
    metres: Floats
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def off(self) -> Bools:
        """Which places are not on the network."""
        return self.edge < 0


def snap(graph: RoadGraph, lon: Floats, lat: Floats, usable: Bools, walls: Sequence[Any] = (), within: float = WITHIN_M) -> Snapped:
    """Return the nearest point of a usable edge for each place.

    Parameters
    ----------
    lon, lat : n places, degrees. usable : which edges count, see `travel_network.serving_edges`.
    walls : lines (shapely, degrees) that the way from a place to its road may not cross; the nearest road on this side is taken.
    within : metres.
    """
    n = len(lon)
    edge, fraction, metres = np.full(n, -1, dtype=np.int64), np.zeros(n), np.full(n, np.inf)
    segments = Segments.of(graph, usable)
    column, row = np.floor(lon / TILE).astype(np.int64), np.floor(lat / TILE).astype(np.int64)
    order = np.lexsort((row, column))
    breaks = np.flatnonzero(np.diff(column[order]) | np.diff(row[order])) + 1
    for group in np.split(order, breaks) if n else []:
        west, south = column[group[0]] * TILE, row[group[0]] * TILE
        tile = _Tile.of(segments, west, south, within, walls)
        if tile is not None:
            edge[group], fraction[group], metres[group] = tile.nearest(lon[group], lat[group], within)
    return Snapped(edge, fraction, metres, lon, lat)


def roads_near(graph: RoadGraph, lon: Floats, lat: Floats, usable: Bools, within: float) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """Return every usable edge near each place: its nearest point, once for each pair of place and edge.

    Returns
    -------
    Number of the place, edge, share of the edge's length, metres, and the heading from u to v there (degrees from north).
    """
    segments = Segments.of(graph, usable)
    parts = []
    for i in range(len(lon)):
        tile = _Tile.of(segments, float(lon[i]) - TILE / 2, float(lat[i]) - TILE / 2, 0.0, (), reach=within)
        if tile is not None:
            parts.append((i, *tile.all_near(float(lon[i]), float(lat[i]), within)))
    place = np.repeat(np.array([part[0] for part in parts], dtype=np.int64), [len(part[1]) for part in parts])
    empty = np.zeros(0)
    edge, share, metres, heading = (np.concatenate([empty, *(part[k] for part in parts)]) for k in range(1, 5))
    order = np.lexsort((metres, edge, place))
    place, edge, share, metres, heading = (array[order] for array in (place, edge.astype(np.int64), share, metres, heading))
    first = np.concatenate([[True], (np.diff(place) != 0) | (np.diff(edge) != 0)]) if len(place) else np.zeros(0, dtype=bool)
    return place[first], edge[first], share[first], metres[first], heading[first]


def crossings(graph: RoadGraph, line: Any, usable: Bools) -> tuple[Ints, Floats, Floats]:
    """Return where a line (shapely, degrees) crosses usable edges: edge, share of its length, heading from u to v there."""
    segments = Segments.of(graph, usable)
    here = segments.near(line.bounds)
    k = segments.vertex[here]
    ends = [np.stack([graph.shape_lon[i] / UNITS, graph.shape_lat[i] / UNITS], axis=1) for i in (k, k + 1)]
    pieces = shapely.linestrings(np.stack(ends, axis=1))
    hit = np.flatnonzero(shapely.intersects(pieces, line))
    at = shapely.line_locate_point(pieces[hit], shapely.point_on_surface(shapely.intersection(pieces[hit], line)), normalized=True)
    edge = segments.edge[here[hit]]
    return edge, along(graph, edge, k[hit], np.where(np.isfinite(at), at, 0.0)), heading_at(graph, k[hit])


@dataclass(frozen=True, slots=True)
class _Tile:
    """The segments around one tile on a flat map in metres, indexed."""

    graph: RoadGraph
    vertex: Ints
    edge: Ints
    tree: shapely.STRtree
    scale: tuple[float, float, float, float]
    walls: Any

    @classmethod
    def of(cls, segments: Segments, west: float, south: float, within: float, walls: Sequence[Any], reach: float = 0.0) -> _Tile | None:
        """Return the tile whose south-western corner is given; with ``reach``, only what is that near to its middle (metres)."""
        middle = np.radians(np.clip(south + TILE / 2, -89.0, 89.0))
        high = 1.1 * max(within, reach) / (np.radians(1) * EARTH_M)
        wide = high / np.cos(middle) * 1.1
        half = TILE / 2 if reach else 0.0
        here = segments.near((west + half - wide, south + half - high, west + TILE - half + wide, south + TILE - half + high))
        if not len(here):
            return None
        scale = (west, south, float(np.radians(1) * EARTH_M * np.cos(middle)), float(np.radians(1) * EARTH_M))
        vertex = segments.vertex[here]
        first, second = _flat(segments.graph.shape_lon, segments.graph.shape_lat, vertex, scale)
        lines = shapely.linestrings(np.stack([first, second], axis=1))
        fences = None
        if len(walls):
            fences = shapely.STRtree([shapely.transform(wall, lambda at: (at - scale[:2]) * scale[2:]) for wall in walls])
        return cls(segments.graph, vertex, segments.edge[here], shapely.STRtree(lines), scale, fences)

    def nearest(self, lon: Floats, lat: Floats, within: float) -> tuple[Ints, Floats, Floats]:
        x0, y0, kx, ky = self.scale
        places = shapely.points((lon - x0) * kx, (lat - y0) * ky)
        pairs = self.tree.query_nearest(places, max_distance=within * 1.05, all_matches=True)
        # Of several at the same distance the first one counts, so that the order of places changes nothing.
        whose, at = np.unique(pairs[0], return_index=True)
        best = np.full(len(lon), -1, dtype=np.int64)
        best[whose] = np.minimum.reduceat(pairs[1], at) if len(at) else at
        if self.walls is not None:
            self._this_side(places, best, within * 1.05)
        return self._placed(lon, lat, places, best, within)

    def all_near(self, lon: float, lat: float, within: float) -> tuple[Ints, Floats, Floats, Floats]:
        """Return edge, share, metres and heading of every segment within reach of one place."""
        x0, y0, kx, ky = self.scale
        place = shapely.Point((lon - x0) * kx, (lat - y0) * ky)
        near = np.sort(self.tree.query(place, predicate="dwithin", distance=within * 1.05))
        n = len(near)
        lons, lats = np.full(n, lon), np.full(n, lat)
        edge, share, metres = self._placed(lons, lats, np.full(n, place, dtype=object), near, within)
        on = edge >= 0
        return edge[on], share[on], metres[on], heading_at(self.graph, self.vertex[near])[on]

    def _this_side(self, places: Any, best: Ints, within: float) -> None:
        """Put the nearest segment that is reached without crossing a wall where the nearest of all is behind one."""
        found = np.flatnonzero(best >= 0)
        links = shapely.shortest_line(places[found], self.tree.geometries[best[found]])
        crossed = np.unique(self.walls.query(links, predicate="intersects")[0])
        for i in found[crossed]:
            near = np.sort(self.tree.query(places[i], predicate="dwithin", distance=within))
            reach = shapely.distance(places[i], self.tree.geometries[near])
            ranked = near[np.argsort(reach, kind="stable")]
            free = np.ones(len(ranked), dtype=bool)
            free[self.walls.query(shapely.shortest_line(places[i], self.tree.geometries[ranked]), predicate="intersects")[0]] = False
            best[i] = ranked[np.argmax(free)] if free.any() else -1

    def _placed(self, lon: Floats, lat: Floats, places: Any, best: Ints, within: float) -> tuple[Ints, Floats, Floats]:
        """Return edge, share of its length and metres for the segments found."""
        n = len(lon)
        edge, fraction, metres = np.full(n, -1, dtype=np.int64), np.zeros(n), np.full(n, np.inf)
        on = np.flatnonzero(best >= 0)
        segment = best[on]
        lines = self.tree.geometries[segment]
        share = shapely.line_locate_point(lines, places[on], normalized=True)
        share = np.where(np.isfinite(share), share, 0.0)
        k = self.vertex[segment]
        lons, lats = self.graph.shape_lon, self.graph.shape_lat
        x = (lons[k] + share * (lons[k + 1].astype(float) - lons[k])) / UNITS
        y = (lats[k] + share * (lats[k + 1].astype(float) - lats[k])) / UNITS
        distance = great_circle(lon[on], lat[on], x, y)
        near = distance <= within
        edge[on[near]] = self.edge[segment[near]]
        metres[on[near]] = distance[near]
        fraction[on[near]] = along(self.graph, edge[on[near]], k[near], share[near])
        end = END_M / np.maximum(self.graph.length[edge], END_M)
        fraction[fraction < end], fraction[fraction > 1 - end] = 0.0, 1.0
        return edge, fraction, metres


def _flat(lons: npt.NDArray[Any], lats: npt.NDArray[Any], vertex: Ints, scale: tuple[float, float, float, float]) -> tuple[Floats, Floats]:
    x0, y0, kx, ky = scale
    ends = [np.stack([(lons[k] / UNITS - x0) * kx, (lats[k] / UNITS - y0) * ky], axis=1) for k in (vertex, vertex + 1)]
    return ends[0], ends[1]
