"""What tags mean, and how ways become a graph."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.roads import UNITS, great_circle, spans
from geo.roads_rules import BARRIER_CODES, BARRIERS, CAR_KPH, WayRule, barrier_code, maxspeed_kph, mean_kph, way_rule
from geo.travel_network import BLOCKED, edge_times, make_network, node_waits
from tests.geo.roads_support import at, graph_of

ROAD = {"highway": "residential"}


@pytest.mark.parametrize(
    ("tags", "car", "walk", "oneway"),
    [
        ({"highway": "motorway"}, 90, 0, 1),
        ({"highway": "motorway", "oneway": "no"}, 90, 0, 0),
        ({"highway": "primary", "maxspeed": "50"}, 40, 5, 0),
        ({"highway": "primary", "surface": "gravel"}, 40, 5, 0),
        ({"highway": "secondary", "surface": "mud", "tracktype": "grade1"}, 10, 5, 0),
        ({"highway": "track", "tracktype": "grade5"}, 10, 5, 0),
        ({"highway": "residential", "oneway": "-1"}, 25, 5, -1),
        ({"highway": "tertiary", "junction": "roundabout"}, 40, 5, 1),
        ({"highway": "residential", "access": "private"}, 0, 0, 0),
        ({"highway": "residential", "access": "no", "motor_vehicle": "yes", "foot": "yes"}, 25, 5, 0),
        ({"highway": "steps"}, 0, 5, 0),
        ({"highway": "footway", "foot": "no"}, 0, 0, 0),
        ({"highway": "trunk", "foot": "yes"}, 85, 5, 0),
        ({"route": "ferry", "motor_vehicle": "yes"}, 5, 5, 0),
    ],
)
def test_tags_say_who_travels_how_fast_and_which_way(tags: dict[str, str], car: float, walk: float, oneway: int) -> None:
    rule = way_rule(tags) or WayRule(0, 0, 0, oneway)
    assert (rule.car, rule.walk, rule.oneway) == (car, walk, oneway)


def test_what_is_no_road_is_none() -> None:
    assert way_rule({"highway": "construction"}) is None
    assert way_rule({"building": "yes"}) is None


def test_an_ambulance_may_enter_what_is_private() -> None:
    rule = way_rule({"highway": "service", "access": "private"})
    assert rule is not None
    assert (rule.car, rule.ambulance) == (0, 15)


@pytest.mark.parametrize(
    ("text", "kph"), [("50", 50), ("30 mph", 48.28032), ("walk", 5), ("signals", 0), ("nan", 0), ("1e99", 0), ("80;60", 60), ("", 0)]
)
def test_a_maxspeed_is_read_or_left(text: str, kph: float) -> None:
    assert maxspeed_kph(text) == pytest.approx(kph)


def test_several_classes_share_an_edge_evenly() -> None:
    assert mean_kph(["unclassified", "tertiary"]) == pytest.approx(2 / (1 / 25 + 1 / 40))
    assert mean_kph(["nothing"]) == 0


def test_barriers_have_a_rule_and_a_checkpoint_lets_cars_through_with_a_delay() -> None:
    assert BARRIER_CODES[barrier_code({"barrier": "checkpoint"})] == "checkpoint"
    assert BARRIERS["checkpoint"].car
    assert BARRIER_CODES[barrier_code({"barrier": "unheard_of"})] == "other"
    assert BARRIER_CODES[barrier_code({"barrier": "bollard", "access": "yes"})] == "gate"
    assert BARRIER_CODES[barrier_code({"barrier": "gate", "access": "no"})] == "restricted_to_all"
    assert BARRIER_CODES[barrier_code({"barrier": "gate", "motor_vehicle": "private"})] == "restricted"
    assert barrier_code({}) == 0


def test_a_way_is_cut_where_another_passes_and_measured_along_its_bends() -> None:
    nodes = {1: at(0, 0), 2: at(300, 0), 3: at(300, 400), 4: at(600, 400), 5: at(300, 800)}
    graph = graph_of(nodes, [((1, 2, 3, 4), ROAD), ((3, 5), ROAD)])
    assert (graph.nodes, graph.edges) == (4, 3)  # node 2 is only a bend
    assert sorted(graph.length.round(1)) == pytest.approx([300, 400, 700], abs=0.3)
    assert graph.problems() == []
    assert (np.diff(graph.start).sum(), graph.start[-1]) == (3, 3)


def test_edges_end_where_their_shapes_end() -> None:
    graph = graph_of({i: at(100 * i, 50 * (i % 3)) for i in range(6)}, [((0, 1, 2, 3), ROAD), ((5, 4, 2), ROAD)])
    first, last = graph.shape[:-1], graph.shape[1:] - 1
    assert (graph.lon[graph.u] == graph.shape_lon[first]).all()
    assert (graph.lat[graph.v] == graph.shape_lat[last]).all()


def test_a_damaged_graph_is_found_out() -> None:
    graph = graph_of({1: at(0, 0), 2: at(300, 0)}, [((1, 2), ROAD)])
    assert dataclasses.replace(graph, v=graph.v + 7).problems()
    assert dataclasses.replace(graph, car=graph.car[:0]).problems()
    assert dataclasses.replace(graph, car=graph.car * np.float32(np.nan)).problems()


def test_no_ways_are_refused() -> None:
    with pytest.raises(InputError, match="no_roads"):
        graph_of({1: at(0, 0), 2: at(1, 0)}, [((1, 2), {"building": "yes"})])


def test_modes_take_their_own_time() -> None:
    graph = graph_of({1: at(0, 0), 2: at(1000, 0)}, [((1, 2), {"highway": "residential", "oneway": "yes"})])
    metres = float(graph.length[0])
    for mode, kph in (("car", 25), ("walk", 5), ("shared_taxi", 25 / 1.3), ("ambulance", 25)):
        times, forward, backward = edge_times(graph, mode)
        assert times[0] == round(metres * 3600 / kph)
        assert (forward[0], backward[0]) == (True, mode == "walk")
    assert make_network(graph, "shared_taxi").extra_ms == 600_000
    with pytest.raises(InputError, match="unknown_mode"):
        edge_times(graph, "boat")


def test_a_ferry_takes_its_duration_however_it_is_cut() -> None:
    graph = graph_of(
        {1: at(0, 0), 2: at(500, 0), 3: at(2000, 0), 4: at(500, 90)},
        [((1, 2, 3), {"route": "ferry", "motor_vehicle": "yes", "duration": "00:40"}), ((2, 4), ROAD)],
    )
    assert edge_times(graph, "car")[0][graph.minutes > 0].sum() == pytest.approx(40 * 60_000, abs=2)


def test_barriers_and_lights_cost_what_their_table_says() -> None:
    tagged = {2: {"barrier": "checkpoint"}, 3: {"highway": "traffic_signals"}, 4: {"barrier": "bollard"}}
    graph = graph_of({i: at(100 * i, 0) for i in range(1, 6)}, [((1, 2, 3, 4, 5), ROAD)], tagged)
    by_place = dict(zip(graph.lon.tolist(), node_waits(graph, "car", "resident").tolist(), strict=True))
    assert [by_place[round(at(100 * i, 0)[0] * UNITS)] for i in range(1, 6)] == [0, 900_000, 2_000, BLOCKED, 0]
    assert node_waits(graph, "ambulance", "resident").sum() == 900_000 + BLOCKED
    assert node_waits(graph, "car", "israeli_citizen").sum() == 2_000 + BLOCKED
    assert node_waits(graph, "walk", "resident").sum() == 900_000


def test_lengths_are_those_of_the_sphere() -> None:
    assert great_circle(0, 0, 180, 0) == pytest.approx(np.pi * 6_371_009)
    assert great_circle(35, 32, 35, 32) == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100)), max_size=20))
def test_spans_count_from_each_first(parts: list[tuple[int, int]]) -> None:
    counts, first = (np.array([part[k] for part in parts], dtype=np.int64) for k in (0, 1))
    assert spans(counts, first).tolist() == [start + i for many, start in parts for i in range(many)]


def test_every_class_of_road_has_a_speed_in_a_sensible_order() -> None:
    assert CAR_KPH["motorway"] > CAR_KPH["trunk"] > CAR_KPH["primary"] > CAR_KPH["secondary"] > CAR_KPH["tertiary"] > CAR_KPH["track"]
