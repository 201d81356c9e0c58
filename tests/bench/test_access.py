"""The benchmark of access: its inputs are the same each time, and both sides of every case have one answer on sizes that take no time."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench import _growth, _measures, _pipeline, _travel
from bench import access as bench_access
from bench.__main__ import main, names
from bench._measures import areas_and_points, invented, read_pairs
from bench._roads import World, build_world, network, read_world, write_pbf
from bench._run import Spent, Told, agreement, clock
from bench.access import FULL, ON_ROADS, SMALL, WORLDS, Row, compare
from data.roads.read import road_graph

CASES = _travel.CASES | _measures.CASES | _growth.CASES
NODES = 900


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("bench")
    build_world(here, NODES, 20, 60)
    return here


def installed(row: Row) -> bool:
    return not row.module or importlib.util.find_spec(row.module) is not None


def test_the_benchmark_is_found_and_its_parts_are_not() -> None:
    assert "access" in names()
    assert not {"travel", "compute", "_roads", "_case"} & set(names())


def test_every_row_names_a_case_and_a_size_that_there_are() -> None:
    known = {(row.case, row.peer) for row in FULL if row.case != "pipeline" and row.module != "osrm"}
    assert known <= set(CASES)
    assert {row.peer for row in FULL if row.case == "pipeline"} | {"ours"} == set(_pipeline.SIDES)
    assert {row.case for row in FULL} == set(SMALL)
    assert {row.size for row in FULL if row.case in ON_ROADS} <= set(WORLDS)
    assert {row.name.split()[0] for row in FULL if row.name[0] != " "} == {"1", "2", "2b", "3", "6", "7", "9", "10"}


def test_a_network_has_its_size_and_a_junction_its_roads() -> None:
    graph = network(10_000)
    assert graph.problems() == []
    assert 9_900 <= graph.nodes <= 10_000
    assert 1.3 <= graph.edges / graph.nodes <= 1.6


def test_the_file_of_a_network_holds_the_network(tmp_path: Path) -> None:
    write_pbf(tmp_path / "roads.osm.pbf", 400)
    graph, _ = road_graph(tmp_path / "roads.osm.pbf", tmp_path / "kept")
    assert (graph.nodes, graph.edges) == (network(400).nodes, network(400).edges)


def test_the_invented_pairs_are_the_same_each_time_and_none_is_there_twice(tmp_path: Path) -> None:
    pairs, people, places = invented(2_000)
    pd.testing.assert_frame_equal(pairs, invented(2_000)[0])
    assert not pairs.duplicated(["point", "site"]).any()
    assert (pairs["point"].max(), pairs["site"].max()) < (len(people), len(places))
    kept = read_pairs(tmp_path, 2_000)
    pd.testing.assert_frame_equal(kept[0], pairs)
    pd.testing.assert_series_equal(kept[1], people)


def test_a_world_is_written_once_and_every_road_goes_both_ways(folder: Path) -> None:
    here = read_world(folder, NODES)
    build_world(folder, NODES, 5, 5)
    assert isinstance(here, World)
    assert len(read_world(folder, NODES).sites) == len(here.sites) == 20
    tail = np.repeat(np.arange(len(here.lon)), np.diff(here.start))
    forth, back = set(zip(tail, here.head, here.cost, strict=True)), set(zip(here.head, tail, here.cost, strict=True))
    assert forth == back


@pytest.mark.parametrize(
    "row", [row for row in FULL if row.case not in {"pipeline", "workers"} and not row.part and not row.own], ids=lambda row: f"{row.case} {row.peer}"
)
def test_both_sides_of_a_case_have_one_answer(row: Row, folder: Path) -> None:
    if not installed(row):
        pytest.skip(f"{row.module} is not installed")
    size = NODES if row.case in ON_ROADS else {"surface": 40}.get(row.case, 2_000)
    peer, ours = (CASES[row.case, side](size, folder) for side in (row.peer, row.ours))
    assert set(peer.answer) & set(ours.answer)
    assert agreement(peer.answer, ours.answer) <= row.close


def test_a_peer_that_does_a_part_runs(folder: Path) -> None:
    assert CASES["nearest", "ego_graph"](NODES, folder).spent.seconds > 0


def test_the_points_are_in_areas_and_at_sea() -> None:
    shapes, lon, lat = areas_and_points(500)
    found = CASES["areas", "ours"](500, Path()).answer["area"]
    assert len(shapes) > 200
    assert len(lon) == len(lat) == len(found) == 500
    assert -1 in found
    assert len(set(found)) > 50


@pytest.mark.parametrize("name", ["optimal", "raam"])
def test_what_has_no_peer_runs(name: str, folder: Path) -> None:
    assert next(iter(CASES[name, "ours"](1_000, folder).answer.values())).sum() > 0


def test_growth_tells_every_step(folder: Path) -> None:
    assert set(CASES["growth", "ours"](400, folder).more) == {"build", "map", "network", "snap", "nearest"}


def test_the_pipeline_of_jiwar_runs_from_its_start_to_its_file(folder: Path) -> None:
    out = folder / "out.csv"
    subprocess.run([sys.executable, "-m", "bench._pipeline", "ours", str(NODES), str(folder / f"world-{NODES}"), str(out)], check=True)
    assert len(pd.read_csv(out)) == 60
    seconds, mb = (float(text) for text in Path(f"{out}.used").read_text(encoding="utf-8").split())
    assert seconds > 0
    assert mb > 10


def test_answers_are_compared_value_by_value() -> None:
    one = {"value": np.array([1.0, 2.0, np.inf, np.nan])}
    assert agreement(one, {"value": one["value"].copy()}) == 0
    assert agreement(one, {"value": np.array([1.0, 2.0 + 2e-12, np.inf, np.nan])}) == pytest.approx(1e-12, rel=1e-3)
    assert agreement(one, {"value": np.array([1.0])}) == np.inf
    assert agreement(one, {"value": np.array([1.0, 2.0, 3.0, np.nan])}) > 0.5


def test_a_part_of_the_work_is_multiplied_up() -> None:
    _, spent = clock(lambda: sum(range(200_000)), 1, warm=False, part=0.1)
    _, whole = clock(lambda: sum(range(200_000)), 1, warm=False)
    assert spent.wall > 2 * whole.wall or spent.seconds > 2 * whole.seconds


def test_the_table_tells_goals_missing_peers_and_answers_that_differ(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"fast": 1.0, "slow": 10.0, "wrong": 10.0}
    answer = {"fast": 1.0, "slow": 1.0, "wrong": 2.0}
    monkeypatch.setattr(
        bench_access, "fresh",
        lambda _case, side, *_: Told(Spent(told[side], told[side], 100.0), {"value": np.array([answer[side]])}),
    )  # fmt: skip
    rows = [
        Row("met", "surface", 1, "slow", goal=5, ours="fast"), Row("missed", "surface", 1, "slow", goal=20, ours="fast"),
        Row("differs", "surface", 1, "wrong", goal=5, ours="fast"), Row("absent", "surface", 1, "slow", "no_such_package", goal=5),
    ]  # fmt: skip
    assert [line.split(" beside")[0] for line in compare(folder, rows)] == ["missed", "differs"]
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines] == ["met", "yes", "NO", "NO", "open"]
    assert "not installed" in lines[-1]


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["access", "--no-such"])
