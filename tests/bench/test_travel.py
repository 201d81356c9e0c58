"""The invented road networks of the benchmark, and its cases on sizes that take no time."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import travel
from bench.__main__ import names
from bench._roads import network, write_pbf
from data.roads.read import road_graph


def test_the_benchmark_is_found_and_its_parts_are_not() -> None:
    assert "travel" in names()
    assert "_roads" not in names()


def test_a_network_has_its_size_and_a_junction_its_roads() -> None:
    graph = network(10_000)
    assert graph.problems() == []
    assert 9_900 <= graph.nodes <= 10_000
    assert 1.3 <= graph.edges / graph.nodes <= 1.6


def test_the_file_of_a_network_holds_the_network(tmp_path: Path) -> None:
    write_pbf(tmp_path / "roads.osm.pbf", 400)
    graph, _ = road_graph(tmp_path / "roads.osm.pbf", tmp_path / "kept")
    assert (graph.nodes, graph.edges) == (network(400).nodes, network(400).edges)


@pytest.mark.parametrize(("name", "size"), [("nearest", 400), ("matrix", 400), ("surface", 40)])
def test_both_sides_of_a_case_have_one_answer(name: str, size: int) -> None:
    peer, ours = (travel.CASES[name](size, side) for side in ("peer", "ours"))
    if name == "surface":
        pytest.importorskip("skimage")
    assert peer["sum"] == ours["sum"]


def test_growth_tells_every_step() -> None:
    assert set(travel.growth_case(400, "")) == {"build", "map", "network", "snap", "nearest", "mb"}
