"""Ways to the nearest site: as long as networkx finds them, over roads that are there, and with the obstacles that stand on them."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.obstacles import Day, Obstacle
from geo.obstacles_place import cut_network, on_day, place_obstacles
from geo.roads import great_circle
from geo.travel import nearest, straight_line
from geo.travel_circle import circle, reach_metres
from geo.travel_network import MS, Network, make_network
from geo.travel_path import Way, passed_obstacles, ways_to_nearest
from geo.travel_search import connectors
from tests.geo.roads_support import at, graph_of, grid, on
from tests.geo.test_obstacles import point

ROAD = {"highway": "residential"}


def as_networkx(net: Network) -> nx.DiGraph:
    arcs = net.arcs()
    out = nx.DiGraph()
    out.add_nodes_from(range(net.nodes))
    for i in range(net.nodes):
        for k in range(arcs.start[i], arcs.start[i + 1]):
            cost = int(arcs.cost[k])
            if not out.has_edge(i, int(arcs.head[k])) or out.edges[i, int(arcs.head[k])]["ms"] > cost:
                out.add_edge(i, int(arcs.head[k]), ms=cost)
    return out


@settings(max_examples=25)
@given(st.sets(st.tuples(st.integers(0, 24), st.integers(0, 1)), max_size=12), st.lists(st.integers(0, 24), min_size=1, max_size=3, unique=True))
def test_ways_are_the_shortest_ones_of_networkx(gone: set[tuple[int, int]], sites: list[int]) -> None:
    graph = grid(5, 5, broken=[(i, i + (5 if down else 1)) for i, down in gone])
    places = [at((i % 5) * 200, (i // 5) * 200) for i in range(25)]
    net = make_network(graph, "car")
    peers = as_networkx(net)
    points, targets = on(graph, places), on(graph, [places[i] for i in sites])
    ends = [int(node) for node in np.where(targets.fraction < 0.5, graph.u[targets.edge], graph.v[targets.edge])]
    found = ways_to_nearest(net, points, targets, 60)
    numbers, minutes = nearest(net, points, targets, 60)
    assert [way.site for way in found] == numbers.tolist()
    assert [way.minutes for way in found] == minutes.tolist()
    for i, way in enumerate(found):
        start = int(graph.u[points.edge[i]] if points.fraction[i] < 0.5 else graph.v[points.edge[i]])
        reached = [(nx.dijkstra_path_length(peers, start, end, "ms"), k) for k, end in enumerate(ends) if nx.has_path(peers, start, end)]
        if not reached or points.off[i]:
            continue
        walked = int(connectors(points)[i] + connectors(targets)[way.site]) if way.minutes else 0
        assert way.minutes * MS == pytest.approx(
            min(ms + int(connectors(targets)[k]) for ms, k in reached) + int(connectors(points)[i]) if way.minutes else 0
        )
        nodes = [start, *way.nodes]
        assert nodes[-1] == ends[way.site] or not way.nodes
        assert sum(peers.edges[pair]["ms"] for pair in itertools.pairwise(nodes)) == pytest.approx(way.minutes * MS - walked)


def street(*obstacles: Obstacle, mode: str = "car", regime: str = "usual") -> tuple[Network, list[int], Way]:
    """One straight road of two kilometres, with a place near its west end and a site near its east end."""
    graph = graph_of({1: at(0, 0), 2: at(1000, 0), 3: at(2000, 0)}, [([1, 2, 3], ROAD)])
    placed = place_obstacles(graph, obstacles)
    net = on_day(cut_network(graph, mode, "resident", placed), placed, Day(regime))
    (way,) = ways_to_nearest(net, on(graph, [at(100, 0)], mode), on(graph, [at(1900, 0)], mode), 300)
    return net, passed_obstacles(net, placed, way), way


def test_obstacles_are_named_in_the_order_in_which_they_are_passed() -> None:
    net, passed, way = street(
        point("b", "checkpoint", at(1500, 0)), point("a", "road_gate_open", at(500, 0)), point("off", "checkpoint", at(500, 900))
    )
    assert passed == [1, 0]
    assert len(way.nodes) == net.nodes - len(net.node_wait) == 2
    assert way.heading in ((1, 1), (-1, -1))
    assert way.minutes == pytest.approx(1800 * 0.06 / 25 + 15, abs=0.01)


def test_an_obstacle_before_the_start_or_for_the_other_direction_is_not_passed() -> None:
    east, west = point("east", "checkpoint", at(700, 0), direction=90.0), point("west", "checkpoint", at(800, 0), direction=270.0)
    assert street(east, west, point("behind", "checkpoint", at(50, 0)), point("beyond", "checkpoint", at(1950, 0)))[1] == [0]


def test_one_at_the_door_and_one_on_a_junction_are_passed() -> None:
    assert street(point("door", "checkpoint", at(105, 0)), point("middle", "checkpoint", at(1000, 0)))[1] == [0, 1]


def test_where_all_is_closed_there_is_no_way() -> None:
    _, passed, way = street(point("a", "checkpoint", at(500, 0)), regime="closed")
    assert (passed, way.site, way.nodes) == ([], -1, ())
    assert math.isinf(way.minutes)


def test_two_places_on_one_piece_of_road_pass_nothing() -> None:
    graph = graph_of({1: at(0, 0), 2: at(2000, 0)}, [([1, 2], ROAD)])
    net = make_network(graph, "car")
    (way,) = ways_to_nearest(net, on(graph, [at(300, 0)]), on(graph, [at(900, 0)]), 60)
    assert (way.site, way.nodes) == (0, ())
    assert way.minutes == pytest.approx(600 * 0.06 / 25, abs=0.001)


def test_a_shared_taxi_is_waited_for_on_the_way_too() -> None:
    _, passed, way = street(point("a", "checkpoint", at(500, 0)), mode="shared_taxi")
    assert passed == [0]
    assert way.nodes


@given(st.sampled_from(["car", "walk", "shared_taxi", "ambulance"]), st.integers(1, 90), st.floats(0, 360), st.floats(0, 60_000))
def test_the_circle_holds_what_the_estimate_reaches_and_nothing_else(mode: str, limit: int, bearing: float, metres: float) -> None:
    ring = circle(35.2, 31.9, metres)
    if metres <= 0:
        assert ring.is_empty
        return
    lon, lat = np.array(ring.exterior.coords)[int(bearing / 360 * (len(ring.exterior.coords) - 1))]
    assert great_circle(lon, lat, 35.2, 31.9) == pytest.approx(metres, abs=0.01)
    near = len(straight_line(np.array([lon]), np.array([lat]), np.array([35.2]), np.array([31.9]), limit, mode).ms) == 1
    reach = reach_metres(limit, mode)
    assert near == (metres <= reach) or abs(metres - reach) < 1


def test_a_circle_lies_around_its_place() -> None:
    assert circle(35.2, 31.9, 5_000).contains(shapely.Point(35.2, 31.9))
    assert circle(35.2, 31.9, reach_metres(5, "shared_taxi")).is_empty  # it is waited for longer than that
    with pytest.raises(InputError):
        reach_metres(5, "ship")
