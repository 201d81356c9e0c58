"""Travel time against analytic answers, networkx, and itself: two engines, equal to the bit."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.roads.read import road_graph
from geo.errors import InputError
from geo.roads import UNITS, RoadGraph, great_circle
from geo.roads_snap import Snapped, snap
from geo.travel import Minutes, chosen, matrix, nearest, node_minutes, straight_line
from geo.travel_network import Network, make_network, serving_edges
from tests.geo.roads_support import Place, at, graph_of, grid, metres_north, on

ROADS = Path(__file__).parents[2] / ".." / "shared" / "data" / "roads"
ROAD = {"highway": "residential"}
MINUTES_PER_M = 0.06 / 25


def minutes(graph: RoadGraph, points: list[Place], sites: list[Place], limit: float = 60, mode: str = "car", **more: str) -> np.ndarray:
    net = make_network(graph, mode)
    return matrix(net, on(graph, points, mode), on(graph, sites, mode), limit, **more).dense()  # type: ignore[arg-type]


def test_a_street_grid_is_as_far_as_its_blocks() -> None:
    graph = grid(5, 6)
    places = [at(200 * c, 200 * r) for r in range(5) for c in range(6)]
    found = minutes(graph, places, places)
    for (i, (x1, y1)), (j, (x2, y2)) in itertools.product(enumerate(itertools.product(range(5), range(6))), repeat=2):
        assert found[i, j] == pytest.approx(200 * (abs(x1 - x2) + abs(y1 - y2)) * MINUTES_PER_M, abs=1e-3)


def test_places_in_the_middle_of_a_street_and_beside_it() -> None:
    graph = grid(2, 2, step=1000)
    on_street, beside = at(300, 0), at(300, 100)
    found = minutes(graph, [on_street, beside], [at(700, 0), at(1000, 1000)])
    assert found[0] == pytest.approx([400 * MINUTES_PER_M, 1700 * MINUTES_PER_M], abs=1e-3)
    assert found[1] == pytest.approx(found[0] + 100 * 0.06 / 5, abs=2e-3)  # the connector is walked at 5 km/h


def test_a_one_way_street_is_a_long_way_round() -> None:
    nodes = {1: at(0, 0), 2: at(1000, 0), 3: at(1000, 500), 4: at(0, 500)}
    graph = graph_of(nodes, [((1, 2), {**ROAD, "oneway": "yes"}), ((2, 3, 4, 1), ROAD)])
    there, back = at(200, 0), at(600, 0)
    found = minutes(graph, [there, back], [there, back])
    assert found[0, 1] == pytest.approx(400 * MINUTES_PER_M, abs=1e-3)
    assert found[1, 0] == pytest.approx((400 + 500 + 1000 + 500 + 200) * MINUTES_PER_M, abs=2e-3)
    assert (found == minutes(graph, [there, back], [there, back], direction="from_sites").T).all()
    assert minutes(graph, [back], [there], mode="walk")[0, 0] == pytest.approx(400 * 0.06 / 5, abs=1e-3)


def test_the_limit_is_within_the_limit() -> None:
    graph = grid(1, 3, step=1000)
    net = make_network(graph, "car")
    places, site = on(graph, [at(0, 0)]), on(graph, [at(2000, 0)])
    exact = matrix(net, places, site, 60).ms[0]
    for engine in ("scipy", "numba"):
        assert len(matrix(net, places, site, exact / 60_000, engine=engine).ms) == 1
        assert len(matrix(net, places, site, (exact - 1) / 60_000, engine=engine).ms) == 0
        assert nearest(net, places, site, (exact - 1) / 60_000, engine=engine)[0][0] == -1
    assert minutes(graph, [at(1000, 0)], [at(1000, 0)], limit=0)[0, 0] == 0


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf, 10_001.0])
def test_a_limit_that_is_none_is_refused(bad: float) -> None:
    graph = grid(1, 2)
    with pytest.raises(InputError, match="bad_limit"):
        minutes(graph, [at(0, 0)], [at(0, 0)], limit=bad)


def test_what_is_far_from_a_road_is_off_the_network() -> None:
    graph = grid(2, 2)
    snapped = on(graph, [at(0, 0), at(-990, 0), at(-1010, 0), at(0, -50_000)])
    assert snapped.off.tolist() == [False, False, True, True]
    assert snapped.metres[1] == pytest.approx(990, abs=1)


def test_a_fragment_takes_no_places_but_an_island_does() -> None:
    main = {i: at(200 * i, 0) for i in range(20)}
    fragment = {100: at(0, 300), 101: at(20, 300)}
    graph = graph_of(main | fragment, [(list(main), ROAD), (list(fragment), ROAD)])
    assert on(graph, [at(10, 290)]).metres[0] == pytest.approx(290, abs=1)
    island = {100: at(0, 50_000), 101: at(3000, 50_000)}
    graph = graph_of(main | island, [(list(main), ROAD), (list(island), ROAD)])
    found = minutes(graph, [at(0, 0), at(0, 50_000)], [at(1000, 0), at(1000, 50_000)])
    assert (np.isfinite(found) == np.eye(2, dtype=bool)).all()


def test_a_walker_does_not_snap_to_a_motorway() -> None:
    graph = graph_of({1: at(0, 0), 2: at(900, 0), 3: at(0, 200), 4: at(900, 200)}, [((1, 2), {"highway": "motorway"}), ((3, 4), ROAD)])
    assert on(graph, [at(450, 10)], "walk").metres[0] == pytest.approx(190, abs=1)


def test_a_shared_taxi_waits_ten_minutes_and_drives_slower() -> None:
    graph = grid(1, 2, step=1000)
    car, taxi = (minutes(graph, [at(0, 0)], [at(1000, 0)], mode=mode)[0, 0] for mode in ("car", "shared_taxi"))
    assert taxi == pytest.approx(10 + 1.3 * car, abs=1e-3)
    assert np.isinf(minutes(graph, [at(0, 0)], [at(1000, 0)], limit=9, mode="shared_taxi")).all()


def test_a_gate_that_is_closed_to_cars_is_open_to_ambulances_as_such_a_road_is() -> None:
    nodes = {1: at(0, 0), 2: at(1000, 0), 3: at(2000, 0)}

    def way(gate: dict[str, str], mode: str) -> bool:
        graph = graph_of(nodes, [((1, 2, 3), ROAD)], {2: {"barrier": "gate", **gate}})
        return bool(np.isfinite(minutes(graph, [at(100, 0)], [at(1900, 0)], mode=mode)[0, 0]))

    private, nobody = {"motor_vehicle": "private"}, {"access": "no"}
    assert [way(private, mode) for mode in ("car", "ambulance", "walk")] == [False, True, True]
    assert [way(nobody, mode) for mode in ("car", "ambulance", "walk")] == [False, True, False]
    assert way({}, "car")


def test_a_straight_line_is_an_estimate_of_thirteen_tenths() -> None:
    found = straight_line(np.array([35.0, 35.0]), np.array([32.0, 33.0]), np.array([35.0]), np.array([32.1]), 60, "car")
    metres = float(great_circle(35, 32, 35, 32.1))
    assert (found.point.tolist(), found.minutes[0]) == ([0], pytest.approx(metres * 1.3 * 0.06 / 40, abs=1e-4))
    with pytest.raises(InputError):
        straight_line(np.zeros(1), np.zeros(1), np.zeros(1), np.zeros(1), 60, "boat")


def test_small_work_needs_no_compiler() -> None:
    net = make_network(grid(3, 3), "car")
    assert (chosen(net, 5, "auto"), chosen(net, 10_000_000, "auto")) == ("scipy", "numba")


# ---- invariants, on random networks ----


@st.composite
def worlds(draw: st.DrawFn, *, oneway: bool = True) -> tuple[RoadGraph, list[Place]]:
    """Return a random street grid with gaps, one-way streets and lights, and places near it."""
    rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    nodes = {
        r * columns + c: at(c * 300 + draw(st.integers(-90, 90)), r * 300 + draw(st.integers(-90, 90))) for r in range(rows) for c in range(columns)
    }
    pairs = [(i, i + 1) for i in nodes if (i + 1) % columns] + [(i, i + columns) for i in nodes if i + columns < len(nodes)]
    kinds = st.sampled_from(["residential", "tertiary", "service", "primary", "footway"])
    directions = st.sampled_from(["no", "no", "yes", "-1"] if oneway else ["no"])
    ways = [(pair, {"highway": draw(kinds), "oneway": draw(directions)}) for pair in pairs if draw(st.integers(0, 7))]
    ways.append(((0, len(nodes) - 1), {"highway": "secondary"}))
    tagged = {i: {"highway": "traffic_signals"} for i in nodes if oneway and draw(st.booleans())}
    spots = draw(st.lists(st.tuples(st.integers(-200, 1200), st.integers(-200, 1200)), min_size=3, max_size=8))
    return graph_of(nodes, ways, tagged), [*(at(*spot) for spot in spots), nodes[0], nodes[0]]


def ready(graph: RoadGraph, places: list[Place]) -> tuple[Network, Snapped]:
    return make_network(graph, "car"), on(graph, places)


@given(worlds(), st.sampled_from([0.3, 1.0, 4.0, 60.0]), st.sampled_from(["to_sites", "from_sites"]))
def test_both_engines_agree_to_the_bit(world: tuple[RoadGraph, list[Place]], limit: float, direction: str) -> None:
    net, places = ready(*world)
    one, other = (matrix(net, places, places, limit, direction=direction, engine=engine, threads=2) for engine in ("scipy", "numba"))  # type: ignore[arg-type]
    for name in ("point", "site", "ms"):
        assert (getattr(one, name) == getattr(other, name)).all()
    assert all((a == b).all() for a, b in zip(*(nearest(net, places, places, limit, engine=engine) for engine in ("scipy", "numba")), strict=True))  # type: ignore[arg-type]
    assert (node_minutes(net, places, limit, engine="scipy") == node_minutes(net, places, limit, engine="numba")).all()


@given(worlds(), st.floats(0.1, 6))
def test_the_nearest_is_the_least_of_the_matrix_and_the_first_at_a_tie(world: tuple[RoadGraph, list[Place]], limit: float) -> None:
    net, places = ready(*world)
    table = matrix(net, places, places, limit).dense()
    site, took = nearest(net, places, places, limit)
    assert (took == table.min(axis=1)).all()
    assert (site == np.where(np.isinf(took), -1, table.argmin(axis=1))).all()


@given(worlds())
def test_a_larger_limit_only_adds_pairs(world: tuple[RoadGraph, list[Place]]) -> None:
    net, places = ready(*world)
    small, large = (matrix(net, places, places, limit).dense() for limit in (1.5, 60))
    assert (small == np.where(large <= 1.5, large, np.inf)).all()


@given(worlds(oneway=False))
def test_both_directions_cost_the_same_where_nothing_is_one_way(world: tuple[RoadGraph, list[Place]]) -> None:
    net, places = ready(*world)
    table = matrix(net, places, places, 600).dense()
    assert (table == table.T).all()


@given(worlds())
def test_a_stop_on_the_way_never_shortens(world: tuple[RoadGraph, list[Place]]) -> None:
    net, places = ready(*world)
    table = matrix(net, places, places, 600).dense()
    via = (table[:, :, None] + table[None, :, :]).min(axis=1)
    assert (table <= via + 1e-9).all()


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(world: tuple[RoadGraph, list[Place]], random: object) -> None:
    graph, places = world
    order = list(range(len(places)))
    random.shuffle(order)  # type: ignore[attr-defined]
    table = minutes(graph, places, places)
    assert (minutes(graph, [places[i] for i in order], [places[i] for i in order]) == table[np.ix_(order, order)]).all()


@settings(max_examples=30)
@given(worlds())
def test_networkx_finds_the_same_between_nodes(world: tuple[RoadGraph, list[Place]]) -> None:
    graph, _ = world
    net = make_network(graph, "car")
    oracle, arcs = nx.MultiDiGraph(), net.arcs()
    for node in range(net.nodes):
        for k in range(arcs.start[node], arcs.start[node + 1]):
            oracle.add_edge(node, int(arcs.head[k]), weight=int(arcs.cost[k]))
    site = on(graph, [(graph.lon[0] / UNITS, graph.lat[0] / UNITS)])
    start = int(graph.u[site.edge[0]] if site.fraction[0] < 0.5 else graph.v[site.edge[0]])
    reach = nx.single_source_dijkstra_path_length(oracle, start) if start in oracle else {start: 0}
    found = node_minutes(net, site, 600, direction="from_sites")
    if site.metres[0] < 0.01:
        assert {i: round(found[i] * 60_000) for i in range(net.nodes) if math.isfinite(found[i])} == reach


# ---- An-Nabk, a real town ----


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RoadGraph]:
    files = {"osm": "an_nabk_syria.osm", "pbf": "an_nabk_syria.osm.pbf", "graphml": "an_nabk_syria_drive.graphml"}
    if not ROADS.exists():
        pytest.skip("the shared road files are not here")
    return {kind: road_graph(ROADS / name, tmp_path_factory.mktemp("graphs"))[0] for kind, name in files.items()}


@pytest.mark.parametrize("kind", ["osm", "graphml"])
def test_a_town_is_as_far_as_networkx_says_to_the_decisecond(town: dict[str, RoadGraph], kind: str) -> None:
    graph = town[kind]
    usable = serving_edges(graph, "car")
    oracle = nx.MultiDiGraph()
    _, forward, backward = make_network(graph, "car").edge_ms, *(np.array(one) for one in _directions(graph))
    for i in np.flatnonzero(graph.car > 0).tolist():
        took = float(graph.length[i]) / float(graph.car[i]) * 0.06
        oracle.add_edges_from([(int(graph.u[i]), int(graph.v[i]), {"weight": took})] * bool(forward[i]))
        oracle.add_edges_from([(int(graph.v[i]), int(graph.u[i]), {"weight": took})] * bool(backward[i]))
    nodes = np.random.default_rng(1).choice(np.unique(graph.u[usable]), 60, replace=False)
    places = snap(graph, graph.lon[nodes] / UNITS, graph.lat[nodes] / UNITS, usable)
    found = matrix(make_network(graph, "car"), places, places, 300).dense()
    for i, node in enumerate(nodes.tolist()):
        reach = nx.single_source_dijkstra_path_length(oracle, node)
        expected = np.array([reach.get(other, math.inf) for other in nodes.tolist()])
        assert (np.isfinite(expected) == np.isfinite(found[i])).all()
        assert np.abs(expected - found[i])[np.isfinite(expected)].max() * 60 < 0.1


def _directions(graph: RoadGraph) -> tuple[np.ndarray, np.ndarray]:
    return graph.oneway >= 0, graph.oneway <= 0


def _matrix(graph: RoadGraph, lon: np.ndarray, lat: np.ndarray) -> Minutes:
    places = snap(graph, lon, lat, serving_edges(graph, "car"))
    return matrix(make_network(graph, "car"), places, places, 120)


def test_a_town_read_from_xml_and_from_pbf_is_one_town(town: dict[str, RoadGraph]) -> None:
    for name, array in town["osm"].arrays().items():
        assert (array == getattr(town["pbf"], name)).all()


def test_the_graphml_of_the_same_extract_gives_the_same_minutes_to_a_second(town: dict[str, RoadGraph], tmp_path: Path) -> None:
    osmnx = pytest.importorskip("osmnx")
    raw = osmnx.graph_from_xml(ROADS / "an_nabk_syria.osm", simplify=False, retain_all=True)
    osmnx.save_graphml(raw, tmp_path / "all.graphml")
    same = osmnx.simplify_graph(raw, edge_attrs_differ=["highway", "maxspeed", "junction", "access"])
    osmnx.save_graphml(same, tmp_path / "simple.graphml")
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(36.716, 36.747, 80), rng.uniform(34.011, 34.036, 80)
    expected = _matrix(town["osm"], lon, lat).dense()
    for name in ("all", "simple"):
        found = _matrix(road_graph(tmp_path / f"{name}.graphml", tmp_path / "graphs")[0], lon, lat).dense()
        assert (np.isfinite(found) == np.isfinite(expected)).all()
        assert np.abs(found - expected)[np.isfinite(expected)].max() * 60 < 1.0


def test_the_town_of_another_download_agrees_between_most_junctions(town: dict[str, RoadGraph]) -> None:
    """The shared GraphML is a later download of another box without service roads and tracks, so that equality cannot be had everywhere."""
    ends = [set(zip(graph.lon.tolist(), graph.lat.tolist(), strict=True)) for graph in (town["osm"], town["graphml"])]
    lon, lat = np.array(sorted(ends[0] & ends[1])).T / UNITS
    inside = (lon > 36.716) & (lon < 36.747) & (lat > 34.0105) & (lat < 34.0365)
    one, other = (_matrix(town[kind], lon[inside], lat[inside]).dense() for kind in ("osm", "graphml"))
    both = np.isfinite(one) & np.isfinite(other)
    assert (np.abs(one - other)[both] * 60 <= 1).mean() > 0.95


def test_the_toy_detour_of_the_methods() -> None:
    """A-B 10, B-C 10, A-D 25, D-C 15 minutes: 20 from A to C; with B-C 30 minutes longer 40, by D; with both closed no way."""
    half = 25 / 0.06 * 10  # metres of ten minutes at 25 km/h
    height = math.sqrt((2.5 * half) ** 2 - half**2)
    nodes = {1: at(0, 0), 2: at(half, 0), 3: at(2 * half, 0), 4: at(half, height)}
    lengths = [((1, 2), 25), ((2, 3), 25), ((1, 4), 25), ((4, 3), 25 * 2.5 / 1.5)]
    graph = graph_of(nodes, [(pair, {"highway": "residential", "maxspeed": str(kph / 0.8)}) for pair, kph in lengths])
    assert minutes(graph, [nodes[1]], [nodes[3]], limit=100)[0, 0] == pytest.approx(20, abs=0.1)
    without = graph_of(nodes, [(pair, {"highway": "residential", "maxspeed": str(kph / 0.8)}) for pair, kph in lengths if pair != (2, 3)])
    assert minutes(without, [nodes[1]], [nodes[3]], limit=100)[0, 0] == pytest.approx(40, abs=0.2)
    assert metres_north(1) > 0
