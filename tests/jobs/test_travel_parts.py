"""Travel time in parts: the same pairs, milliseconds and bytes as in one run, whoever computes them, a worker killed on the way included."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import cli
from geo.errors import InputError
from geo.roads import RoadGraph
from geo.roads_snap import Snapped
from geo.travel import Engine, Minutes, arcs_to_sites, matrix, of_sites
from geo.travel_network import Network, make_network
from jobs.compute import Compute
from jobs.travel_parts import Part, lay_down, parted, reached, together
from tests.geo.roads_support import at, grid, on
from tests.geo.test_travel_contraction import many_sites

SIDE = 8
WAYS: tuple[Compute, ...] = ("serial", "processes", "dask")


@pytest.fixture(scope="module")
def graph() -> RoadGraph:
    return grid(SIDE, SIDE, broken=[(9, 10), (20, 28), (35, 36)])


def places(graph: RoadGraph, many: int, seed: int, *, far: bool = True) -> Snapped:
    """Return places at random, on the same roads as others, two of them at one spot, and one where no road is."""
    rng = np.random.default_rng(seed)
    spots = [at(*rng.uniform(-50, SIDE * 200 - 150, 2)) for _ in range(many)]
    return on(graph, [*spots, spots[0], *([at(0, 40_000)] if far else [])])


def same(one: Minutes, other: Minutes) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("point", "site", "ms", "points", "sites"))


@pytest.mark.parametrize("mode", ["car", "shared_taxi"])
@pytest.mark.parametrize("limit", [0.0, 1.5, 11.5, 60.0])
@pytest.mark.parametrize("parts", [1, 3, 16, 100])
def test_parts_find_what_one_run_finds(graph: RoadGraph, tmp_path: Path, mode: str, limit: float, parts: int) -> None:
    net, points, sites = make_network(graph, mode), places(graph, 60, 1), places(graph, 20, 2)
    whole = matrix(net, points, sites, limit)
    assert (len(whole.ms) > 0) == (limit >= (1.5 if mode == "car" else 11.5))
    assert same(parted(net, points, sites, limit, tmp_path, "serial", parts=parts), whole)
    assert list(tmp_path.iterdir()) == []  # what the parts shared is gone


def test_parts_go_by_a_smaller_network_that_is_made_once(tmp_path: Path) -> None:
    net, points, sites = many_sites(100, 60)
    back = arcs_to_sites(net, points, sites, 20.0, engine="numba")
    assert back.number is not None
    assert len(back.start) - 1 < net.nodes / 2
    lay_down(tmp_path, net, points, sites, back)
    whole, some = matrix(net, points, sites, 20.0, engine="scipy"), np.arange(0, 100, 3)
    wanted = np.isin(whole.site, some)
    for engine in ("scipy", "numba"):
        found = of_sites(some.astype("i4"), reached(Part(str(tmp_path), some, 20.0, engine)), 60, 100, engine=engine)
        assert np.array_equal(found.point, whole.point[wanted])
        assert np.array_equal(found.site, whole.site[wanted])
        assert np.array_equal(found.ms, whole.ms[wanted])


def test_no_engine_makes_a_difference(graph: RoadGraph, tmp_path: Path) -> None:
    net, points, sites = make_network(graph, "car"), places(graph, 30, 3), places(graph, 9, 4)
    lay_down(tmp_path, net, points, sites, net.arcs(reverse=True))
    rows = np.array([7, 1, 4])
    engines: tuple[Engine, ...] = ("scipy", "numba")
    pairs = [reached(Part(str(tmp_path), rows, 4.0, engine)) for engine in engines]
    assert {column.dtype for found in pairs for column in found} == {np.dtype(np.int32)}
    assert np.array_equal(pairs[0][0], pairs[1][0])
    one, *others = [of_sites(rows.astype("i4"), found, 30, 9, engine=engine) for found in pairs for engine in engines]
    assert len(one.ms)
    assert all(same(one, other) for other in others)


def test_sites_that_are_all_off_the_network_give_no_pairs(graph: RoadGraph, tmp_path: Path) -> None:
    net, points, off = make_network(graph, "car"), places(graph, 5, 5), on(graph, [at(0, 40_000)])
    assert same(parted(net, points, off, 60, tmp_path, "serial"), matrix(net, points, off, 60))


@pytest.mark.parametrize("compute", ["processes", "dask"])
def test_workers_find_what_one_run_finds_though_one_is_killed(graph: RoadGraph, tmp_path: Path, compute: Compute) -> None:
    if compute == "dask":
        pytest.importorskip("distributed")
    net, points, sites = make_network(graph, "car"), places(graph, 60, 6), places(graph, 20, 7)
    killed: list[int] = []

    def kill(done: int, total: int) -> None:
        if not killed and done < total:
            killed.append(min(workers_of_this_process()))
            os.kill(killed[0], signal.SIGKILL)

    found = parted(net, points, sites, 4.0, tmp_path, compute, workers=2, parts=21, on_progress=kill)
    assert killed
    assert same(found, matrix(net, points, sites, 4.0))


def workers_of_this_process() -> list[int]:
    """Return the processes started by this one in which parts are done; the helper that counts shared memory is none."""
    import multiprocessing

    return [child.pid for child in multiprocessing.active_children() if child.pid is not None]


@given(
    spots=st.lists(st.tuples(st.floats(34, 36), st.floats(31, 33)), max_size=40),
    parts=st.integers(1, 12),
    some=st.randoms(use_true_random=False),
)
def test_bins_hold_each_row_once_and_are_balanced(spots: list[tuple[float, float]], parts: int, some: Any) -> None:
    lon, lat = np.array(spots, dtype=float).reshape(-1, 2).T
    rows = np.array(sorted(some.sample(range(len(spots)), k=len(spots) // 2)), dtype=np.int64)
    bins = together(lon, lat, rows, parts)
    assert sorted(np.concatenate([*bins, rows[:0]]).tolist()) == rows.tolist()
    assert all((np.diff(one) > 0).all() for one in bins)
    assert len(bins) == min(parts, len(rows))
    assert max(map(len, bins), default=0) - min(map(len, bins), default=0) <= 2


def test_bins_are_neighbours() -> None:
    lon, lat = np.array([35.0, 36.0, 35.1, 36.1, 35.2, 36.2]), np.full(6, 32.0)
    assert [one.tolist() for one in together(lon, lat, np.arange(6), 2)] == [[0, 2, 4], [1, 3, 5]]


def test_a_worker_that_does_not_see_the_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        reached(Part(str(tmp_path / "run"), np.arange(2), 5.0, "scipy"))
    assert (caught.value.code, caught.value.params) == ("compute.no_folder", {"folder": str(tmp_path)})


def test_what_is_laid_down_is_the_network(graph: RoadGraph, tmp_path: Path) -> None:
    from jobs.travel_parts import _opened

    net: Network = make_network(graph, "car", cuts=(np.array([3, 3, 9]), np.array([0.2, 0.6, 0.5])))
    lay_down(tmp_path, net, places(graph, 3, 8), places(graph, 4, 9), net.arcs(reverse=True))
    again, points, sites = _opened(tmp_path)
    assert (len(points), len(sites), again.nodes, again.mode) == (5, 6, net.nodes, "car")
    for reverse in (False, True):
        there, here = again.arcs(reverse=reverse), net.arcs(reverse=reverse)
        assert all(np.array_equal(getattr(there, name), getattr(here, name)) for name in ("start", "head", "cost"))
        assert (there.head.dtype, there.cost.dtype) == (here.head.dtype, here.cost.dtype)


def town(side: int = 6) -> str:
    """Return a street grid as OpenStreetMap writes it, with one street that is one-way."""
    nodes = [f'<node id="{r * side + c + 1}" lat="{31.9 + r * 0.004}" lon="{35.2 + c * 0.004}"/>' for r in range(side) for c in range(side)]
    lines = [[r * side + c + 1 for c in range(side)] for r in range(side)] + [[r * side + c + 1 for r in range(side)] for c in range(side)]
    ways = []
    for i, line in enumerate(lines):
        refs = "".join(f'<nd ref="{ref}"/>' for ref in line)
        oneway = '<tag k="oneway" v="yes"/>' if i == 2 else ""
        ways.append(f'<way id="{i + 1}">{refs}<tag k="highway" v="residential"/>{oneway}</way>')
    return f'<?xml version="1.0"?><osm version="0.6">{"".join(nodes)}{"".join(ways)}</osm>'


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "town.osm").write_text(town(), encoding="utf-8")
    rng = np.random.default_rng(10)
    for name, many in (("site", 12), ("point", 40)):
        frame = pd.DataFrame(
            {f"{name}_id": [f"{name}{i}" for i in range(many)], "lon": rng.uniform(35.2, 35.22, many), "lat": rng.uniform(31.9, 31.92, many)}
        )
        frame.to_csv(tmp_path / f"{name}s.csv", index=False)
    return tmp_path


def command(files: Path, data: str, *words: str, code: int = 0) -> tuple[bytes, str]:
    out = files / f"{data}.csv"
    result = CliRunner(env={"JIWAR_DATA_DIR": str(files / data)}).invoke(
        cli.app,
        ["travel-time", "--graph", str(files / "town.osm"), "--sites", str(files / "sites.csv"), "--points", str(files / "points.csv"), "--limit", "6",
         "--out", str(out), *words],
    )  # fmt: skip
    assert result.exit_code == code, result.output
    return out.read_bytes() if code == 0 else b"", result.output


def test_the_command_writes_the_same_bytes_whoever_computes(files: Path) -> None:
    pytest.importorskip("distributed")
    whole, _ = command(files, "plain")
    assert whole.count(b"\n") > 100
    for compute in WAYS:
        found, told = command(files, compute, "--compute", compute, "--workers", "2")
        assert found == whole
        assert '"cached": false' in told


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_a_way_that_does_not_exist_and_a_scheduler_that_is_silent_are_told_in_words(files: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("jobs.compute.ANSWER_SECONDS", 1)
    assert "dask" in command(files, "odd", "--compute", "cloud", "--lang", lang, code=2)[1]
    monkeypatch.setenv("JIWAR_DASK_SCHEDULER", "tcp://127.0.0.1:9")
    told = command(files, "silent", "--compute", "dask", "--lang", lang, code=2)[1]
    assert "tcp://127.0.0.1:9" in told
    assert "compute." not in told
