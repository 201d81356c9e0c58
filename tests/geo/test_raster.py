"""The surface engine against scikit-image, brute force and analytic answers."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.raster import friction_of_speed, raster_minutes


def test_an_even_surface_is_as_far_as_kings_move() -> None:
    found = raster_minutes(friction_of_speed(np.full((40, 50), 5.0)), np.array([[0, 0]]), (100.0, 100.0)).minutes
    r, c = np.mgrid[:40, :50]
    metres = 100 * (np.abs(r - c) + math.sqrt(2) * np.minimum(r, c))
    assert found == pytest.approx(metres * 0.06 / 5)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 30), st.integers(0, 60))
def test_random_surfaces_cost_what_scikit_image_says(seed: int, rows: int, columns: int, blocked: int) -> None:
    graph = pytest.importorskip("skimage.graph")
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0.01, 2.0, (rows, columns))
    cost[rng.integers(0, 100, cost.shape) < blocked] = -1.0
    sites = np.stack([rng.integers(0, rows, 3), rng.integers(0, columns, 3)], axis=1)
    open_sites = [tuple(site) for site in sites.tolist() if cost[tuple(site)] > 0]
    if not open_sites:
        with pytest.raises(InputError, match="no_site"):
            raster_minutes(cost, sites, (1, 1))
        return
    expected = graph.MCP_Geometric(cost, fully_connected=True).find_costs(open_sites)[0]
    found = raster_minutes(cost, sites, (1, 1))
    assert (np.isfinite(found.minutes) == np.isfinite(expected)).all()
    assert found.minutes[np.isfinite(expected)] == pytest.approx(expected[np.isfinite(expected)], rel=1e-12)
    assert found.blocked == tuple(i for i, site in enumerate(sites.tolist()) if cost[tuple(site)] < 0)


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_walking_with_slopes_costs_what_networkx_says_both_ways(seed: int) -> None:
    rng = np.random.default_rng(seed)
    heights, cost = rng.uniform(0, 60, (7, 8)), rng.uniform(0.01, 0.03, (7, 8))
    oracle = nx.DiGraph()
    for r, c in np.ndindex(7, 8):
        for dr, dc in [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a or b) and 0 <= r + a < 7 and 0 <= c + b < 8]:
            metres = math.hypot(30 * dr, 20 * dc)
            slope = (heights[r + dr, c + dc] - heights[r, c]) / metres
            slower = math.exp(-0.175) / math.exp(-3.5 * abs(slope + 0.05))
            oracle.add_edge((r, c), (r + dr, c + dc), weight=metres * (cost[r, c] + cost[r + dr, c + dc]) / 2 * slower)
    for direction, graph in (("from_sites", oracle), ("to_sites", oracle.reverse())):
        found = raster_minutes(cost, np.array([[3, 4]]), (30, 20), elevation=heights, direction=direction).minutes  # type: ignore[arg-type]
        for cell, minutes in nx.single_source_dijkstra_path_length(graph, (3, 4)).items():
            assert found[cell] == pytest.approx(minutes, rel=1e-9)


def test_a_gentle_way_down_is_the_fastest() -> None:
    heights = np.array([[5.0, 0.0]])
    down, up = (raster_minutes(np.full((1, 2), 0.012), np.array([[0, start]]), (100, 100), elevation=heights).minutes.max() for start in (0, 1))
    assert down == pytest.approx(1.2 * math.exp(-0.175))
    assert up > down


def test_the_limit_counts_as_within() -> None:
    friction = np.full((1, 5), 1.0)
    found = raster_minutes(friction, np.array([[0, 0]]), (1, 1), limit=2.0).minutes
    assert found.tolist() == [[0.0, 1.0, 2.0, math.inf, math.inf]]


def test_a_wall_is_walked_around_and_a_site_on_it_is_reported() -> None:
    speed = np.full((5, 5), 5.0)
    speed[:4, 2] = 0
    found = raster_minutes(friction_of_speed(speed), np.array([[0, 0], [1, 2], [9, 9]]), (100, 100))
    assert found.blocked == (1, 2)
    assert np.isinf(found.minutes[1, 2])
    assert found.minutes[0, 4] > 8 * 100 * 0.06 / 5


@pytest.mark.parametrize(("shape", "cell"), [((0, 3), (1.0, 1.0)), ((3, 3), (0.0, 1.0)), ((3, 3), (1.0, math.nan))])
def test_a_surface_that_is_none_is_refused(shape: tuple[int, int], cell: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="raster_shape"):
        raster_minutes(np.ones(shape), np.array([[0, 0]]), cell)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.floats(1.0, 5.0))
def test_a_slower_cell_never_shortens(seed: int, slower: float) -> None:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0.1, 1.0, (9, 9))
    before = raster_minutes(cost, np.array([[4, 4]]), (1, 1)).minutes
    cost[tuple(rng.integers(0, 9, 2))] *= slower
    assert (raster_minutes(cost, np.array([[4, 4]]), (1, 1)).minutes >= before).all()
