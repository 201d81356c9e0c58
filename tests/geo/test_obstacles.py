"""Obstacles: what they cost, where they stand, and that closing or delaying never shortens a way."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.roads.obstacles import read_obstacles
from geo.errors import InputError
from geo.obstacles import KINDS, REGIMES, Day, Obstacle, drawn_wait, quantile, wait
from geo.obstacles_place import chances, cut_network, on_day, place_obstacles
from geo.roads import RoadGraph
from geo.travel import matrix, nearest
from geo.travel_network import make_network
from tests.geo.roads_support import Place, at, graph_of, grid, on
from tests.geo.test_travel import worlds

CLOSURES = Path(__file__).parents[2] / ".." / "shared" / "data" / "closures" / "ocha_wb_closure_points_2025.geojson"
ROAD = {"highway": "residential"}


def point(name: str, kind: str, place: Place, **more: object) -> Obstacle:
    return Obstacle(name, kind, shapely.Point(place), **more)  # type: ignore[arg-type]


def minutes(graph: RoadGraph, obstacles: list[Obstacle], places: list[Place], day: Day, mode: str = "car", limit: float = 600) -> np.ndarray:
    placed = place_obstacles(graph, obstacles)
    net = on_day(cut_network(graph, mode, day.mobility, placed), placed, day)
    here = on(graph, places, mode, placed.walls)
    return matrix(net, here, here, limit).dense()


def test_the_middle_day_of_a_staffed_checkpoint_takes_a_quarter_of_an_hour() -> None:
    checkpoint = point("c", "checkpoint", at(0, 0))
    assert wait(checkpoint, "car", Day("usual")) == 15
    assert 15 < wait(checkpoint, "car", Day("bad")) < 180
    assert math.isinf(wait(checkpoint, "car", Day("closed")))
    assert quantile(((0.0, 0.0), (1.0, 10.0)), 0.25) == 2.5


@given(
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(["car", "walk", "ambulance"]),
    st.floats(0, 1),
    st.lists(st.floats(0, 300), min_size=3, max_size=3),
)
def test_for_any_obstacle_usual_is_at_most_bad_and_bad_at_most_closed(kind: str, mode: str, p_open: float, delays: list[float]) -> None:
    spread = tuple(zip((0.1, 0.5, 0.9), sorted(delays), strict=True))
    obstacle = point("x", kind, at(0, 0), delay=spread, p_open=(p_open,) * 24)
    usual, bad, closed = (wait(obstacle, mode, Day(regime)) for regime in REGIMES)
    assert usual <= bad <= closed


def test_who_may_pass_when_and_what_a_scenario_changes() -> None:
    gate = point("g", "checkpoint", at(0, 0), may_pass=frozenset({"permit_holder"}), p_open=(0.0,) * 12 + (1.0,) * 12, delay=((0.0, 5.0), (1.0, 5.0)))
    assert wait(gate, "car", Day(mobility="permit_holder", hour=13)) == 5
    assert math.isinf(wait(gate, "car", Day(mobility="permit_holder", hour=3)))
    assert math.isinf(wait(gate, "walk", Day(mobility="resident", hour=13)))
    assert wait(gate, "car", Day(edits={"g": 3.0})) == 3
    assert wait(point("m", "earth_mound", at(0, 0)), "walk", Day("closed")) == 5
    assert math.isinf(wait(point("m", "earth_mound", at(0, 0)), "car", Day()))
    assert drawn_wait(gate, "car", Day(mobility="permit_holder", hour=13), 0.5, 0.9) == 5


def test_an_obstacle_stands_from_its_first_day_to_its_last() -> None:
    one = point("x", "checkpoint", at(0, 0), valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2025, 1, 31))
    assert [one.valid(dt.date(2025, month, 1)) for month in (1, 2)] == [True, False]
    assert one.valid(dt.date(2025, 1, 31))
    assert not one.valid(dt.date(2024, 12, 31))


@pytest.mark.parametrize("day", [Day("odd"), Day(mobility="nobody"), Day(hour=24)])
def test_a_day_that_is_none_is_refused(day: Day) -> None:
    with pytest.raises(InputError):
        day.checked([])
    assert Day(mobility="guest").checked([point("x", "checkpoint", at(0, 0), may_pass=frozenset({"guest"}))])


def detour() -> tuple[RoadGraph, dict[int, Place]]:
    """A-B 10, B-C 10, A-D 25 and D-C 15 minutes, as in the methods."""
    half = 25 / 0.06 * 10
    nodes = {1: at(0, 0), 2: at(half, 0), 3: at(2 * half, 0), 4: at(half, math.sqrt(5.25) * half)}
    ways = [((1, 2), 25.0), ((2, 3), 25.0), ((1, 4), 25.0), ((4, 3), 25 * 2.5 / 1.5)]
    return graph_of(nodes, [(pair, {**ROAD, "maxspeed": str(kph / 0.8)}) for pair, kph in ways]), nodes


def test_the_toy_detour_of_the_methods_with_obstacles() -> None:
    graph, nodes = detour()
    between = at((25 / 0.06 * 10) * 1.5, 20)
    slow = point("bc", "checkpoint", between, delay=((0.0, 30.0), (1.0, 30.0)))
    ends = [nodes[1], nodes[3]]
    assert minutes(graph, [], ends, Day())[0, 1] == pytest.approx(20, abs=0.05)
    assert minutes(graph, [slow], ends, Day())[0, 1] == pytest.approx(40, abs=0.15)  # the detour beats 50
    other = point("dc", "checkpoint", ((nodes[4][0] + nodes[3][0]) / 2, (nodes[4][1] + nodes[3][1]) / 2))
    assert math.isinf(minutes(graph, [slow, other], ends, Day("closed"))[0, 1])


def test_a_delay_is_paid_once_and_only_by_those_who_pass() -> None:
    graph = grid(1, 4, step=1000)
    checkpoint = point("x", "checkpoint", at(1500, 10))
    places = [at(0, 0), at(1400, 0), at(1600, 0), at(3000, 0)]
    free, held = (minutes(graph, some, places, Day()) for some in ([], [checkpoint]))
    crossing = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]])
    assert held - free == pytest.approx(15.0 * crossing, abs=1e-9)


def test_an_obstacle_on_a_junction_holds_up_all_who_come_to_it() -> None:
    graph = grid(3, 3, step=1000)
    held = minutes(graph, [point("x", "checkpoint", at(1000, 1000), delay=((0, 1), (1, 1)))], [at(0, 1000), at(2000, 1000), at(1000, 0)], Day())
    free = minutes(graph, [], [at(0, 1000), at(2000, 1000), at(1000, 0)], Day())
    assert (held - free)[0, 1] == pytest.approx(1.0, abs=1e-3)


def test_a_direction_holds_up_one_way_only() -> None:
    graph = grid(1, 3, step=1000)
    eastward = point("x", "checkpoint", at(500, 0), direction=90.0)
    places = [at(0, 0), at(2000, 0)]
    found = minutes(graph, [eastward], places, Day()) - minutes(graph, [], places, Day())
    assert found.tolist() == [[0, pytest.approx(15)], [0, 0]]


def test_both_carriageways_are_held_up_but_not_the_street_beside() -> None:
    nodes = {1: at(0, 0), 2: at(2000, 0), 3: at(2000, 20), 4: at(0, 20), 5: at(0, -60), 6: at(2000, -60)}
    oneway = {**ROAD, "oneway": "yes"}
    graph = graph_of(
        nodes,
        [((1, 2), oneway), ((3, 4), oneway), ((2, 3), ROAD), ((4, 1), ROAD), ((5, 6), {"highway": "living_street"}), ((5, 1), ROAD), ((6, 2), ROAD)],
    )
    placed = place_obstacles(graph, [point("x", "checkpoint", at(1000, 5))])
    assert len(placed.cut_edge) == 2
    assert (graph.oneway[placed.cut_edge] != 0).all()


def test_an_obstacle_far_from_roads_is_told() -> None:
    placed = place_obstacles(grid(2, 2), [point("x", "checkpoint", at(5000, 5000)), point("y", "checkpoint", at(100, 0))])
    assert placed.off == (0,)


def test_a_line_closes_what_it_crosses_and_nobody_is_led_across_it() -> None:
    graph = grid(2, 5, step=500)
    wall = Obstacle("w", "wall", shapely.LineString([at(750, -2000), at(750, 2000)]))
    places = [at(0, 0), at(600, 0), at(900, 0), at(2000, 500)]
    found = minutes(graph, [wall], places, Day())
    side = np.array([0, 0, 1, 1])
    assert (np.isfinite(found) == (side[:, None] == side[None, :])).all()
    behind = Obstacle("b", "wall", shapely.LineString([at(-2000, 100), at(4000, 100)]))
    placed = place_obstacles(graph, [behind])
    snapped = on(graph, [at(250, 150)], walls=placed.walls)
    assert snapped.metres[0] == pytest.approx(250, abs=1)  # the street ahead or beside, not the one behind the wall
    assert on(graph, [at(250, 150)]).metres[0] == pytest.approx(150, abs=1)


def test_a_mound_stops_cars_and_delays_walkers() -> None:
    graph = grid(1, 2, step=1000)
    mound = [point("m", "earth_mound", at(500, 0))]
    places = [at(0, 0), at(1000, 0)]
    assert math.isinf(minutes(graph, mound, places, Day())[0, 1])
    assert minutes(graph, mound, places, Day("closed"), "walk")[0, 1] == pytest.approx(12 + 5, abs=1e-2)


def test_a_checkpoint_known_twice_counts_once() -> None:
    nodes = {1: at(0, 0), 2: at(1000, 0), 3: at(2000, 0)}
    graph = graph_of(nodes, [((1, 2, 3), ROAD)], {2: {"barrier": "checkpoint"}})
    places = [nodes[1], nodes[3]]
    road_only = minutes(graph, [], places, Day())[0, 1]
    again = minutes(graph, [point("x", "checkpoint", at(1030, 0))], places, Day())[0, 1]
    longer = minutes(graph, [point("x", "checkpoint", at(1030, 0), delay=((0, 40), (1, 40)))], places, Day())[0, 1]
    assert again == pytest.approx(road_only, abs=1e-3)
    assert longer == pytest.approx(road_only + 25, abs=1e-3)
    at_the_junction = [
        minutes(graph, [point("x", "checkpoint", nodes[2], delay=((0, much), (1, much)))], places, Day())[0, 1] for much in (5, 15, 40)
    ]
    assert at_the_junction == pytest.approx([road_only, road_only, road_only + 25], abs=1e-3)


@pytest.mark.parametrize("kind", ["checkpoint", "border_control"])
def test_a_checkpoint_that_only_the_map_knows_goes_by_the_day(kind: str) -> None:
    nodes = {1: at(0, 0), 2: at(1000, 0), 3: at(2000, 0)}
    graph, bare = (graph_of(nodes, [((1, 2, 3), ROAD)], tagged) for tagged in ({2: {"barrier": kind}}, None))
    places, checkpoint = [nodes[1], nodes[3]], point("x", "checkpoint", nodes[2])
    for mode in ("car", "walk", "ambulance"):
        for regime in REGIMES:
            assert minutes(graph, [], places, Day(regime), mode)[0, 1] == pytest.approx(
                minutes(bare, [checkpoint], places, Day(regime), mode)[0, 1], abs=1e-3
            )
    edited = Day("closed", edits={"x": 3.0})
    assert math.isinf(minutes(graph, [point("x", "checkpoint", at(500, 0))], places, edited)[0, 1])  # another one, as nobody said that it opens


def test_a_chance_is_drawn_for_a_checkpoint_that_only_the_map_knows() -> None:
    nodes = {1: at(0, 0), 2: at(1000, 0), 3: at(2000, 0)}
    graph = graph_of(nodes, [((1, 2, 3), ROAD)], {2: {"barrier": "checkpoint"}})
    placed = place_obstacles(graph, [])
    net = cut_network(graph, "car", "resident", placed)
    probability, spread = chances(net, placed, Day(), on(graph, [nodes[1]]), on(graph, [nodes[3]]), 360, draws=1000, seed=3)
    assert probability[0] == pytest.approx(0.95, abs=0.03)
    delays = KINDS["checkpoint"].delay
    assert spread[0] == pytest.approx([4.8 + quantile(delays, share / 0.95) for share in (0.1, 0.5, 0.9)], abs=10)


@st.composite
def hindrances(draw: st.DrawFn) -> list[Obstacle]:
    kinds = st.sampled_from(sorted(set(KINDS) - {"wall", "linear"}))
    spots = draw(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=6))
    delays = st.integers(0, 40)
    return [
        point(
            str(i),
            draw(kinds),
            at(*spot),
            delay=((0.0, 0.0), (0.5, float(draw(delays))), (1.0, 60.0)),
            p_open=(draw(st.sampled_from([0.1, 0.6, 1.0])),) * 24,
        )
        for i, spot in enumerate(spots)
    ]


@given(worlds(), hindrances(), st.sampled_from(["car", "walk", "ambulance"]))
def test_closing_or_delaying_never_shortens(world: tuple[RoadGraph, list[Place]], obstacles: list[Obstacle], mode: str) -> None:
    graph, places = world
    free = matrix(make_network(graph, mode), on(graph, places, mode), on(graph, places, mode), 600).dense()
    usual, bad, closed = (minutes(graph, obstacles, places, Day(regime), mode) for regime in REGIMES)
    assert (free <= usual).all()
    assert (usual <= bad).all()
    assert (bad <= closed).all()
    fewer = minutes(graph, obstacles[1:], places, Day("bad"), mode)
    assert (fewer <= bad).all()


@settings(max_examples=10)
@given(worlds(), hindrances(), st.integers(0, 100))
def test_chance_is_seeded_and_lies_between_the_free_road_and_the_closed_one(
    world: tuple[RoadGraph, list[Place]], obstacles: list[Obstacle], seed: int
) -> None:
    graph, places = world
    placed = place_obstacles(graph, obstacles)
    net = cut_network(graph, "car", "resident", placed)
    points, sites = on(graph, places), on(graph, places[:2])
    one, other = (chances(net, placed, Day(), points, sites, 5.0, draws=20, seed=seed) for _ in range(2))
    assert (one[0] == other[0]).all()
    assert (one[1] == other[1]).all()
    assert (one[1][:, 0] <= one[1][:, 1]).all()
    assert (one[1][:, 1] <= one[1][:, 2]).all()
    sure = nearest(on_day(net, placed, Day("closed")), points, sites, 5.0)[1]
    never = nearest(net, points, sites, 5.0)[1]
    assert (one[0][np.isfinite(sure)] == 1).all()
    assert (one[0][np.isinf(never)] == 0).all()
    assert (one[1][:, 0] >= nearest(net, points, sites, 360.0)[1]).all()


def test_a_gate_open_on_six_days_of_ten_lets_through_six_of_ten() -> None:
    graph = grid(1, 2, step=1000)
    gate = point("g", "road_gate_open", at(500, 0), p_open=(0.6,) * 24)
    placed = place_obstacles(graph, [gate])
    net = cut_network(graph, "car", "resident", placed)
    probability, spread = chances(net, placed, Day(), on(graph, [at(0, 0)]), on(graph, [at(1000, 0)]), 60, draws=2000, seed=5)
    assert probability[0] == pytest.approx(0.6, abs=0.05)
    assert spread[0, 0] == pytest.approx(2.4, abs=0.01)
    assert math.isinf(spread[0, 2])


# ---- the West Bank's closure points on a street grid of its size ----


@pytest.fixture(scope="module")
def west_bank() -> tuple[RoadGraph, list[Obstacle]]:
    if not CLOSURES.exists():
        pytest.skip("the shared closure points are not here")
    lons, lats = np.arange(34.88, 35.58, 0.0032), np.arange(31.33, 32.56, 0.0027)  # about 300 m, near a hundred thousand junctions
    nodes = {i: (float(lons[i % len(lons)]), float(lats[i // len(lons)])) for i in range(len(lons) * len(lats))}
    rows = [(tuple(range(r * len(lons), (r + 1) * len(lons))), {"highway": "tertiary"}) for r in range(len(lats))]
    columns = [(tuple(range(c, len(nodes), len(lons))), {"highway": "secondary" if c % 10 == 0 else "unclassified"}) for c in range(len(lons))]
    return graph_of(nodes, rows + columns), read_obstacles(CLOSURES)


def test_the_closures_of_the_west_bank_lengthen_every_way(west_bank: tuple[RoadGraph, list[Obstacle]]) -> None:
    graph, obstacles = west_bank
    placed = place_obstacles(graph, obstacles)
    assert len(placed.off) < 0.2 * len(obstacles)
    net = cut_network(graph, "car", "west_bank_id", placed)
    rng = np.random.default_rng(0)
    places = on(graph, list(zip(rng.uniform(34.95, 35.5, 450).tolist(), rng.uniform(31.4, 32.5, 450).tolist(), strict=True)))
    sites = on(graph, [(35.2, 31.9), (35.26, 32.22), (35.1, 31.53)])
    free, usual, bad, closed = (
        nearest(some, places, sites, 600)[1] for some in (net, *(on_day(net, placed, Day(regime, "west_bank_id")) for regime in REGIMES))
    )
    assert (free <= usual).all()
    assert (usual <= bad).all()
    assert (bad <= closed).all()
    assert (usual > free).any()
    assert (closed > usual).any()
    matrix_minutes = matrix(on_day(net, placed, Day("bad", "west_bank_id")), places, sites, 600, engine="numba").dense().min(axis=1)
    assert (matrix_minutes == bad).all()
