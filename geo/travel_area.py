"""Isochrones: the area that is reached within some minutes, as a band around the roads that are driven in that time."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
import shapely.ops

from geo.roads import EARTH_M, UNITS, Floats, Ints, RoadGraph, spans
from geo.roads_snap import Snapped
from geo.travel import Direction, Engine, node_minutes
from geo.travel_network import MS, Network
from geo.travel_search import connectors

BAND_M = 250.0
"""Half the width of the band: what is walked in three minutes at 5 km/h (own choice)."""
_WIDE = float(1 << 31)


def reached_roads(
    graph: RoadGraph, net: Network, sites: Snapped, minutes: float, *, direction: Direction = "to_sites", engine: Engine = "auto"
) -> Any:
    """Return the stretches of road (shapely MultiLineString, degrees) that are within some minutes of a site, the last ones in part.

    A piece of road belongs to the area as far as one gets along it from either end, or from a site that stands on it; a one-way piece only in
    its direction.
    """
    at_node = node_minutes(net, sites, minutes, direction=direction, engine=engine)
    edge = np.repeat(np.arange(graph.edges), np.diff(net.first))
    from_a, from_b = (net.forward, net.backward) if direction == "from_sites" else (net.backward, net.forward)
    spare_a, spare_b = (
        np.where(may, np.maximum((minutes - at_node[ends]) * MS - wait, 0.0), 0.0)
        for may, ends, wait in zip((from_a, from_b), (net.a, net.b), _arrivals(net, direction), strict=True)
    )
    a, b = np.flatnonzero(spare_a > 0), np.flatnonzero(spare_b > 0)
    own, low, high = _around(net, sites, minutes, direction)
    edges = np.concatenate([edge[a], edge[b], own])
    lows = np.concatenate([net.low[a], np.maximum(net.high[b] - spare_b[b], net.low[b]), low])
    highs = np.concatenate([np.minimum(net.low[a] + spare_a[a], net.high[a]), net.high[b], high])
    edges, lows, highs = _merged(edges, lows, highs)
    total = net.edge_ms[edges]
    return shapely.multilinestrings(_stretches(graph, edges, lows / total, highs / total))


def isochrone(roads: Any, band: float = BAND_M) -> Any:
    """Return the area within ``band`` metres of stretches of road (shapely polygon, degrees); holes smaller than the band are filled."""
    if shapely.is_empty(roads):
        return shapely.MultiPolygon()
    west, south, _, north = roads.bounds
    scale = np.array([np.cos(np.radians((south + north) / 2)), 1.0]) * np.radians(1) * EARTH_M
    corner = np.array([west, south])
    flat = shapely.transform(roads, lambda at: (at - corner) * scale)
    area = shapely.buffer(shapely.simplify(flat, band / 20), 2 * band, quad_segs=4)
    return shapely.transform(shapely.buffer(area, -band, quad_segs=4), lambda at: at / scale + corner)


def _arrivals(net: Network, direction: Direction) -> tuple[Floats, Floats]:
    """Return what those on a piece pay on arrival at its ends a and b; who comes from a site has paid there before the piece begins."""
    if direction == "from_sites":
        return np.zeros(len(net.a)), np.zeros(len(net.b))
    at_a, at_b = np.concatenate([net.node_wait, net.cut_wait_back])[net.a], np.concatenate([net.node_wait, net.cut_wait])[net.b]
    return at_a.astype(float), at_b.astype(float)


def _around(net: Network, sites: Snapped, minutes: float, direction: Direction) -> tuple[Ints, Floats, Floats]:
    """Return what is reached on the very pieces of road that the sites stand on: edge, and from where to where (milliseconds)."""
    piece, at = net.locate(sites)
    spare = np.floor(minutes * MS) - net.extra_ms - connectors(sites)
    on = (piece >= 0) & (spare > 0)
    p, at, spare = piece[on], at[on], spare[on]
    ahead, behind = (net.forward[p], net.backward[p]) if direction == "from_sites" else (net.backward[p], net.forward[p])
    return sites.edge[on], np.maximum(at - np.where(behind, spare, 0), net.low[p]), np.minimum(at + np.where(ahead, spare, 0), net.high[p])


def _merged(edge: Ints, low: Floats, high: Floats) -> tuple[Ints, Floats, Floats]:
    """Return intervals of edges without overlaps, those that touch joined, those of no length left out."""
    keep = high > low
    edge, low, high = edge[keep], low[keep], high[keep]
    order = np.lexsort((low, edge))
    edge, low, high = edge[order], low[order], high[order]
    ends = np.maximum.accumulate(edge * _WIDE + high) if len(edge) else high
    first = np.concatenate([[True], (edge * _WIDE + low)[1:] > ends[:-1] + 1e-3]) if len(edge) else np.zeros(0, dtype=bool)
    last = np.concatenate([first[1:], [True]]) if len(edge) else first
    return edge[first], low[first], ends[last] - edge[first] * _WIDE


def _stretches(graph: RoadGraph, edge: Any, low: Floats, high: Floats) -> Any:
    if not len(edge):
        return np.zeros(0, dtype=object)
    many = graph.shape[edge + 1] - graph.shape[edge]
    vertices = spans(many, graph.shape[edge])
    xy = np.stack([graph.shape_lon[vertices] / UNITS, graph.shape_lat[vertices] / UNITS], axis=1)
    lines = shapely.linestrings(xy, indices=np.repeat(np.arange(len(edge)), many))
    cut = np.flatnonzero((low > 0) | (high < 1))
    for i in cut:
        lines[i] = shapely.ops.substring(lines[i], float(np.clip(low[i], 0, 1)), float(np.clip(high[i], 0, 1)), normalized=True)
    return lines[shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING]
