"""Straight pieces of road, found by place: what snapping and obstacles look roads up in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.roads import UNITS, Bools, Floats, Ints, RoadGraph, great_circle, spans

TILE = 0.25
"""Degrees: places are looked up tile by tile, so that a country's roads are never indexed at once."""
_LONG = 0.05
"""Degrees: longer straight pieces of road are kept apart."""
_NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Segments:
    """Straight pieces of the usable edges: first vertex of each, and its edge."""

    graph: RoadGraph
    vertex: Ints
    edge: Ints
    boxes: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]
    tile: Ints

    @classmethod
    def of(cls, graph: RoadGraph, usable: Bools) -> Segments:
        """Return the pieces of the usable edges."""
        edges = np.flatnonzero(usable)
        pieces = np.diff(graph.shape)[edges] - 1
        k = spans(pieces, graph.shape[:-1][edges])
        ends = [(array[k], array[k + 1]) for array in (graph.shape_lon, graph.shape_lat)]
        west, south, east, north = (pick(*pair) for pick in (np.minimum, np.maximum) for pair in ends)
        # Sorted by the tile of their corner; the few long ones stand in a tile of their own, which is always looked at.
        tile = _tile_number(west / UNITS, south / UNITS)
        tile[np.maximum(east.astype(np.int64) - west, north.astype(np.int64) - south) > _LONG * UNITS] = _NOWHERE
        order = np.argsort(tile, kind="stable")
        return cls(graph, k[order], np.repeat(edges, pieces)[order], (west[order], south[order], east[order], north[order]), tile[order])

    def near(self, box: tuple[float, float, float, float]) -> Ints:
        """Return the segments whose boxes touch a box given in degrees."""
        west, south, east, north = (round(value * UNITS) for value in box)
        columns, rows = (np.arange(np.floor((low - _LONG) / TILE), np.floor(high / TILE) + 1) for low, high in ((box[0], box[2]), (box[1], box[3])))
        tiles = np.append(_tile_number(np.repeat(columns, len(rows)) * TILE + TILE / 2, np.tile(rows, len(columns)) * TILE + TILE / 2), _NOWHERE)
        first, last = (np.searchsorted(self.tile, tiles, side=side) for side in ("left", "right"))
        near = np.sort(spans(last - first, first))
        at_west, at_south, at_east, at_north = (array[near] for array in self.boxes)
        return near[(at_east >= west) & (at_west <= east) & (at_north >= south) & (at_south <= north)]


def along(graph: RoadGraph, edge: Ints, vertex: Ints, share: Floats) -> Floats:
    """Return the share of an edge's length at which a point on one of its straight pieces lies.

    Parameters
    ----------
    edge : edges. vertex : first vertex of the piece. share : how far along the piece, 0 to 1.
    """
    if not len(edge):
        return np.zeros(0)
    first, many = graph.shape[edge], graph.shape[edge + 1] - graph.shape[edge] - 1
    pieces = spans(many, first)
    lons, lats = graph.shape_lon, graph.shape_lat
    lengths = great_circle(lons[pieces] / UNITS, lats[pieces] / UNITS, lons[pieces + 1] / UNITS, lats[pieces + 1] / UNITS)
    starts = np.concatenate([[0], np.cumsum(many)[:-1]])
    total = np.add.reduceat(lengths, starts)
    passed = np.where(pieces < np.repeat(vertex, many), lengths, 0.0)
    passed[starts + vertex - first] = lengths[starts + vertex - first] * share
    return np.clip(np.divide(np.add.reduceat(passed, starts), total, out=np.zeros(len(edge)), where=total > 0), 0.0, 1.0)


def heading_at(graph: RoadGraph, vertex: Ints) -> Floats:
    """Return the heading of the straight pieces that begin at some vertices, degrees from north."""
    lons, lats = graph.shape_lon, graph.shape_lat
    east = (lons[vertex + 1].astype(float) - lons[vertex]) * np.cos(np.radians(lats[vertex] / UNITS))
    north = lats[vertex + 1].astype(float) - lats[vertex]
    heading: Floats = np.degrees(np.arctan2(east, north)) % 360.0
    return heading


def _tile_number(lon: Floats, lat: Floats) -> Ints:
    """Return a number for the tile that a place is in."""
    number: Ints = (np.floor(lon / TILE).astype(np.int64) + 1_000) * 10_000 + np.floor(lat / TILE).astype(np.int64) + 1_000
    return number
