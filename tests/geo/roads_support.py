"""Small road networks for tests: given as nodes and ways, or as a street grid with known answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from data.roads.collect import Collector
from geo.roads import EARTH_M, UNITS, RoadGraph
from geo.roads_build import build_graph
from geo.roads_rules import barrier_code, way_rule
from geo.roads_snap import Snapped, snap
from geo.travel_network import serving_edges

WEST, SOUTH = 35.2, 31.9
Place = tuple[float, float]


def metres_east(metres: float) -> float:
    return metres / (np.radians(1) * EARTH_M * np.cos(np.radians(SOUTH)))


def metres_north(metres: float) -> float:
    return metres / (np.radians(1) * EARTH_M)


def at(east: float, north: float) -> Place:
    """Return degrees of a place given in metres from the corner."""
    return WEST + metres_east(east), SOUTH + metres_north(north)


def graph_of(
    nodes: Mapping[int, Place], ways: Sequence[tuple[Sequence[int], Mapping[str, str]]], tagged: Mapping[int, Mapping[str, str]] | None = None
) -> RoadGraph:
    """Return the graph of ways with their tags; ``tagged`` are the tags of nodes."""
    found = Collector()
    for refs, tags in ways:
        rule = way_rule(tags)
        if rule is not None:
            found.way(rule, list(refs), [round(nodes[ref][0] * UNITS) for ref in refs], [round(nodes[ref][1] * UNITS) for ref in refs])
    for number, tags in (tagged or {}).items():
        found.node(number, barrier_code(tags), signal=tags.get("highway") == "traffic_signals")
    return build_graph(found.raw())


def grid(rows: int, columns: int, step: float = 200.0, tags: Mapping[str, str] | None = None, broken: Sequence[tuple[int, int]] = ()) -> RoadGraph:
    """Return a street grid: node r*columns+c stands ``step`` metres apart; ``broken`` pairs of nodes have no street between them."""
    nodes = {r * columns + c: at(c * step, r * step) for r in range(rows) for c in range(columns)}
    pairs = [(i, i + 1) for i in nodes if (i + 1) % columns] + [(i, i + columns) for i in nodes if i + columns < len(nodes)]
    gone = {frozenset(pair) for pair in broken}
    return graph_of(nodes, [(pair, tags or {"highway": "residential"}) for pair in pairs if frozenset(pair) not in gone])


def on(graph: RoadGraph, places: Sequence[Place], mode: str = "car", walls: Sequence[object] = ()) -> Snapped:
    """Return places snapped to the roads of a mode."""
    table = np.array(places, dtype=float).reshape(-1, 2)
    return snap(graph, table[:, 0], table[:, 1], serving_edges(graph, mode), walls)
