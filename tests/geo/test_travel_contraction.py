"""The smaller network: the same ways between the nodes that stay, whatever the arcs; and worth its time only where many search."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.roads_snap import Snapped
from geo.travel import matrix
from geo.travel_contraction import core
from geo.travel_network import Csr, Network, csr, make_network
from geo.travel_numba import smaller
from geo.travel_search import by_node, entries
from tests.geo.roads_support import grid

NODES = 14


def distances(arcs: Csr, nodes: np.ndarray) -> np.ndarray:
    """Between all of ``nodes``, by scipy; a millionth is added to each arc so that scipy does not lose those that cost nothing."""
    table = np.full((len(arcs.start) - 1,) * 2, np.inf)
    np.minimum.at(table, (np.repeat(np.arange(len(table)), np.diff(arcs.start)), arcs.head), arcs.cost + 1e-6)
    tail, head = np.nonzero(np.isfinite(table))
    graph = csr_array((table[tail, head], (tail, head)), shape=table.shape)
    return np.floor(dijkstra(graph, indices=nodes)[:, nodes])


@settings(max_examples=60)
@given(
    arcs=st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.integers(0, 9)), min_size=1, max_size=60),
    kept=st.sets(st.integers(0, NODES - 1), min_size=1, max_size=8),
    limit=st.integers(0, 40),
)
def test_ways_between_the_nodes_that_stay_are_as_long_as_before(arcs: list[tuple[int, int, int]], kept: set[int], limit: int) -> None:
    tail, head, cost = (np.array(column) for column in zip(*arcs, strict=True))
    whole = csr(NODES, tail, head, cost)
    stays = np.isin(np.arange(NODES), list(kept))
    less = core(whole, stays, limit)
    number, nodes = less.number, np.flatnonzero(stays)
    assert number is not None
    assert (number[nodes] >= 0).all()
    assert sorted(number[number >= 0]) == list(range(len(less.start) - 1))
    before, after = distances(whole, nodes), distances(less, number[nodes])
    assert np.array_equal(np.where(before <= limit, before, np.inf), np.where(after <= limit, after, np.inf))
    assert len(less.head) <= len(whole.head)


def many_sites(sites: int, points: int) -> tuple[Network, Snapped, Snapped]:
    rng = np.random.default_rng(3)
    streets = [(i, i + step) for i in range(1600) for step in (1, 40)]
    graph = grid(40, 40, broken=[pair for pair in streets if rng.random() < 0.35])

    def places(many: int, seed: int) -> Snapped:
        edge = np.random.default_rng(seed).choice(graph.edges, many)
        share = rng.uniform(0, 1, many)
        return Snapped(edge, share, rng.uniform(0, 50, many), 35 + share, 31 + share * share)

    return make_network(graph, "car"), places(points, 1), places(sites, 2)


@pytest.mark.parametrize("limit", [2.0, 20.0])
@pytest.mark.parametrize("direction", ["to_sites", "from_sites"])
def test_both_engines_agree_where_the_network_is_made_smaller(limit: float, direction: str) -> None:
    net, points, sites = many_sites(100, 60)
    one, two, more = (
        matrix(net, points, sites, limit, direction=direction, engine=engine, threads=threads)  # type: ignore[arg-type]
        for engine, threads in (("scipy", 1), ("numba", 1), ("numba", 3))
    )
    for name in ("point", "site", "ms"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
        assert np.array_equal(getattr(one, name), getattr(more, name))
    assert len(one.ms) > 20


def test_the_network_is_made_smaller_only_where_many_search_much_of_it() -> None:
    def nodes(sites: int, points: int, limit: int) -> tuple[int, int]:
        net, where, at = many_sites(sites, points)
        targets = by_node(entries(net, where, leaving=True), net.nodes)
        arcs = smaller(net.arcs(reverse=True), entries(net, at, leaving=False), targets, limit)
        return len(arcs.start) - 1, net.nodes

    less, whole = nodes(100, 60, 1_200_000)
    assert less < whole / 2
    assert nodes(10, 60, 1_200_000) == (whole, whole)  # few sites
    assert nodes(100, 60, 1_000) == (whole, whole)  # a short limit: a search sees little
    assert nodes(100, 2_000, 1_200_000) == (whole, whole)  # places nearly everywhere
