"""Isochrones: what is reached along the roads, and the area around it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.roads import RoadGraph, great_circle
from geo.travel_area import isochrone, reached_roads
from geo.travel_network import make_network
from tests.geo.roads_support import Place, at, graph_of, grid, on
from tests.geo.test_travel import MINUTES_PER_M, worlds

ROAD = {"highway": "residential"}


def metres(lines: shapely.MultiLineString) -> float:
    return sum(float(great_circle(*np.array(line.coords)[:-1].T, *np.array(line.coords)[1:].T).sum()) for line in lines.geoms)


def test_a_straight_road_is_reached_on_both_sides_and_in_part() -> None:
    graph = grid(1, 5, step=1000)
    net = make_network(graph, "car")
    reached = reached_roads(graph, net, on(graph, [at(2000, 0)]), 1500 * MINUTES_PER_M)
    assert metres(reached) == pytest.approx(3000, abs=3)
    west, _, east, _ = reached.bounds
    assert (west, east) == pytest.approx((at(500, 0)[0], at(3500, 0)[0]), abs=2e-5)


def test_a_one_way_road_is_reached_only_by_its_direction() -> None:
    nodes = {1: at(0, 0), 2: at(1000, 0), 3: at(2000, 0)}
    graph = graph_of(nodes, [((1, 2, 3), {**ROAD, "oneway": "yes"}), ((2, 1), {"highway": "footway"})])
    net = make_network(graph, "car")
    site = on(graph, [at(1000, 0)])
    away, towards = (reached_roads(graph, net, site, 1.0, direction=direction) for direction in ("from_sites", "to_sites"))  # type: ignore[arg-type]
    assert away.bounds[0] >= nodes[2][0] - 1e-6
    assert towards.bounds[2] <= nodes[2][0] + 1e-6


def test_the_area_holds_the_roads_with_their_band() -> None:
    graph = grid(4, 4, step=500)
    reached = reached_roads(graph, make_network(graph, "car"), on(graph, [at(700, 510)]), 3.0)
    area = isochrone(reached, 100)
    assert area.is_valid
    assert area.contains(shapely.Point(at(700, 560)))
    assert not area.contains(shapely.Point(at(700, 5000)))


def test_a_site_in_the_middle_of_a_long_road_reaches_around_itself() -> None:
    graph = grid(1, 2, step=5000)
    reached = reached_roads(graph, make_network(graph, "car"), on(graph, [at(2000, 0)]), 1000 * MINUTES_PER_M)
    assert metres(reached) == pytest.approx(2000, abs=3)


def test_nothing_reached_is_an_empty_area() -> None:
    graph = grid(2, 2)
    nowhere = on(graph, [at(0, 50_000)])
    assert isochrone(reached_roads(graph, make_network(graph, "car"), nowhere, 5)).is_empty


@settings(max_examples=30)
@given(worlds(), st.floats(0.2, 3.0))
def test_more_minutes_reach_more_road(world: tuple[RoadGraph, list[Place]], minutes: float) -> None:
    graph, places = world
    net, site = make_network(graph, "car"), on(graph, places[:1])
    less, more = (metres(reached_roads(graph, net, site, limit)) for limit in (minutes, minutes * 1.5))
    assert less <= more + 1e-6
