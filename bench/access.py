"""Travel time, matrices, catchments, surfaces, points in areas and the whole pipeline beside their peers, equal answers asserted, and their growth.

Each figure comes from a fresh process pinned to one processor: processor seconds, medians of three where a run is short, compiled code warm.
Memory is the peak of the process. A time with * is of a part of the work, multiplied up. Two threads and Dask are compared by the clock, on two processors.
Peers come from requirements-bench.txt; one that is not installed, or has no answer in ``PATIENCE`` seconds, is told as such, and its goals are open. The goals are those of the
project's performance notes: how many times faster than the peer, and at most which share of its memory.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench._run import PATIENCE, Spent, Told, agreement, fresh, left

OSRM = "OSRM table"
OSRM_PYTHON = "JIWAR_BENCH_OSRM"
"""Names an interpreter in which osrm-bindings is installed: there are wheels for Python 3.12 and newer only."""
WORLDS = {10_000: (100, 1_000), 100_000: (1_000, 10_000), 400_000: (4_000, 40_000), 1_000_000: (10_000, 100_000)}
"""Junctions: sites and points."""
MOST_MEMORY = 8_000
"""Megabytes that a country may take."""


@dataclass(frozen=True)
class Row:
    """A case beside a peer.

    Parameters
    ----------
    name : what is told. case, size : of ``bench._case``, or ``pipeline``. peer : its side, and the package that must be there.
    goal : times faster; 0 where none is set. memory : share of the peer's memory at most; 0 where none is set.
    close : largest relative difference of the answers. part : only a part of the peer's work is done. own : it answers by rules of its own (turns).
    ours : the side that is compared. cpus : more than one compares by the clock.
    """

    name: str
    case: str
    size: int
    peer: str
    module: str = ""
    goal: float = 0.0
    memory: float = 0.0
    close: float = 0.0
    part: bool = False
    own: bool = False
    ours: str = "ours"
    cpus: int = 1


FULL = (
    Row("1 nearest, 100,000 junctions", "nearest", 100_000, "scipy", "scipy", 2.3),
    Row("1 nearest, 1,000,000 junctions", "nearest", 1_000_000, "scipy", "scipy", 2.3),
    Row("1 nearest, 100,000 junctions", "nearest", 100_000, "networkx", "networkx", 40),
    Row("1 nearest, 100,000 junctions", "nearest", 100_000, "ego_graph", "networkx", 5_000, part=True),
    Row("2 pairs, 1,000 x 10,000, 30 min", "matrix", 100_000, "scipy", "scipy", 2.7, 0.9),
    Row("2 pairs, 1,000 x 10,000, 30 min", "matrix", 100_000, "scipy, lean", "scipy", 2.7),
    Row("2 pairs, 1,000 x 10,000, 30 min", "matrix", 100_000, "pandana", "pandana", 15, part=True),
    Row("2 pairs, 1,000 x 10,000, 30 min", "matrix", 100_000, OSRM, "osrm", 10, own=True),
    Row("2 pairs, 1,000 x 10,000, 60 min", "matrix60", 100_000, "scipy", "scipy", 2.7, 0.9),
    Row("2b pairs, 10,000 x 100,000, 30 min", "matrix", 1_000_000, "scipy", "scipy", 4.5, 0.7),
    Row("2b pairs, 10,000 x 100,000, 30 min", "matrix", 1_000_000, "scipy, lean", "scipy", 4.5),
    Row("3 E2SFCA, 1,000,000 pairs", "e2sfca", 1_000_000, "access", "access", 30, close=1e-12),
    Row("3 E2SFCA, 1,000,000 pairs", "e2sfca", 1_000_000, "polars", "polars", 1.8, close=1e-12),
    Row("3 E2SFCA, 1,000,000 pairs", "e2sfca", 1_000_000, "duckdb", "duckdb", 1.8, close=1e-12),
    Row("3 E2SFCA, 10,000,000 pairs", "e2sfca", 10_000_000, "access", "access", 30, 0.6, 1e-12),
    Row("  the same from text ids", "file", 1_000_000, "pandas", "pandas", 1, close=1e-9),
    Row("  capacity in order, 1,000,000 pairs", "capacity", 1_000_000, "pandas", "pandas", 1.5, close=1e-6),
    Row("6 surface, 2,000 x 2,000", "surface", 2_000, "skimage", "skimage", 8, close=1e-6),
    Row("6 surface, 10,000 x 10,000", "surface", 10_000, "skimage", "skimage", 6, 0.35, 1e-6),
    Row("7 points in 300 areas, 1,000,000", "areas", 1_000_000, "geopandas", "geopandas", 3.5),
    Row("9 two threads, 400,000 junctions", "workers", 400_000, "one", "", 1.7, ours="two", cpus=2),
    Row("9 Dask beside two threads", "workers", 400_000, "two", "distributed", 1 / 1.6, ours="dask", cpus=2),
    Row("10 pipeline, 100,000 junctions", "pipeline", 100_000, "scipy + access", "access", 2.7, 0.6, 1e-9),
    Row("10 pipeline, 100,000 junctions", "pipeline", 100_000, "pandana + access", "pandana", 10, 0.1, 1e-9),
    Row("10 pipeline, 10,000 junctions", "pipeline", 10_000, "scipy + access", "access", 1, close=1e-9),
)
SMALL = {"nearest": 10_000, "matrix": 10_000, "matrix60": 10_000, "e2sfca": 100_000, "file": 100_000, "capacity": 100_000, "surface": 1_000, "areas": 100_000,
         "workers": 10_000, "pipeline": 10_000}  # fmt: skip
"""Sizes of ``--quick``: peers and answers are the same, and no goal is set."""
ON_ROADS = frozenset({"nearest", "matrix", "matrix60", "workers", "pipeline"})
ALONE = (("optimal", 100_000), ("optimal", 1_000_000), ("raam", 100_000), ("raam", 1_000_000), ("raam", 10_000_000))
GROWTH = (10_000, 100_000, 1_000_000, 5_000_000)
HEAD = f"{'case':<38}{'peer':<18}{'peer_s':>10}{'ours_s':>10}{'ratio':>9}  {'memory MB':<16}{'agree':<9}{'goal':<14}met"


def run(arguments: list[str]) -> int:
    """Measure, print the tables, and whether the goals are met; 1 where one is missed or an answer differs."""
    parser = argparse.ArgumentParser(prog="python -m bench access", description="Travel time, access and the whole pipeline beside their peers.")
    parser.add_argument("--quick", action="store_true", help="small sizes, in two minutes: equal answers, no goals")
    parser.add_argument("--only", default="", help="parts of names or cases, by comma: surface,pipeline,growth,pbf,alone")
    parser.add_argument("--folder", default="", help="keep what is prepared (roads, and what OSRM makes of them) here for the next run")
    options = parser.parse_args(arguments)
    wanted = [text.strip() for text in options.only.split(",") if text.strip()]
    with tempfile.TemporaryDirectory(prefix="jiwar-bench-") as short_lived:
        folder = options.folder or short_lived
        Path(folder).mkdir(parents=True, exist_ok=True)
        missed = compare(Path(folder), _rows(wanted, quick=options.quick))
        if not wanted or "alone" in wanted:
            alone(Path(folder), quick=options.quick)
        if not wanted or "growth" in wanted:
            missed += grow(Path(folder), quick=options.quick)
        if "pbf" in wanted or not wanted:
            missed += read_files(Path(folder), quick=options.quick)
    print("\n".join(f"missed: {line}" for line in missed) or "met: all goals of what was measured")
    return 1 if missed else 0


def _rows(wanted: list[str], *, quick: bool) -> list[Row]:
    rows = [row for row in FULL if not wanted or any(text in (row.name + " " + row.case) for text in wanted)]
    if not quick:
        return rows
    small = [replace(row, name=f"{row.name.partition(',')[0]}, {SMALL[row.case]:,}", size=SMALL[row.case], goal=0.0, memory=0.0) for row in rows]
    return list({(row.case, row.peer, row.ours): row for row in reversed(small)}.values())[::-1]


def compare(folder: Path, rows: list[Row]) -> list[str]:
    """Print the table; return what was missed."""
    print(HEAD, flush=True)
    missed = []
    measure = functools.cache(functools.partial(_measured, folder))
    if any(row.case in ON_ROADS for row in rows):
        _world(folder, 10_000)
        fresh("matrix", "ours", 10_000, folder)  # compiled code is on disk from here on
    for row in rows:
        if not (OSRM_PYTHON in os.environ if row.peer == OSRM else not row.module or importlib.util.find_spec(row.module)):
            print(f"{row.name:<38}{row.peer:<18}{'not installed':>20}{'':>19}{'':<25}{_goal(row):<14}{'open' if row.goal else ''}", flush=True)
            continue
        ours = measure(row.case, row.ours, row.size, row.cpus)
        try:
            peer = measure(row.case, row.peer, row.size, row.cpus)
        except subprocess.TimeoutExpired:
            print(
                f"{row.name:<38}{row.peer:<18}{f'> {PATIENCE}':>10}{ours.spent.seconds:>10.4g}{'':>9}  {'no answer so far':<25}{_goal(row):<14}{'open' if row.goal else ''}",
                flush=True,
            )
            continue
        ratio = peer.spent.wall / ours.spent.wall if row.cpus > 1 else peer.spent.seconds / ours.spent.seconds
        apart = agreement(peer.answer, ours.answer) if not (row.part or row.own) else 0.0
        share = ours.spent.mb / peer.spent.mb
        met = apart <= row.close and ratio >= row.goal and (not row.memory or share <= row.memory)
        agree = "part" if row.part else "own" if row.own else "equal" if apart == 0 else f"{apart:.0e}" if apart <= row.close else "NO"
        spent = [side.spent.wall if row.cpus > 1 else side.spent.seconds for side in (peer, ours)]
        print(f"{row.name:<38}{row.peer:<18}{spent[0]:>9.4g}{'*' if row.part else ' '}{spent[1]:>10.4g}{ratio:>9.3g}  {f'{ours.spent.mb:,.0f}/{peer.spent.mb:,.0f} {share:.2f}':<16}"
              f"{agree:<9}{_goal(row):<14}{('yes' if met else 'NO') if row.goal or not met else ''}", flush=True)  # fmt: skip
        if not met:
            missed.append(f"{row.name.strip()} beside {row.peer}: {ratio:.3g} times, memory {share:.2f}, difference {apart:.0e} (goal {_goal(row)})")
    return missed


def _goal(row: Row) -> str:
    return (f">= {row.goal:.3g}" if row.goal else "") + (f", <= {row.memory:g}" if row.memory else "")


def _measured(folder: Path, case: str, side: str, size: int, cpus: int) -> Told:
    if case in ON_ROADS:
        _world(folder, size)
    if case in {"e2sfca", "file", "capacity"}:
        _prepared(f"from bench._measures import build_pairs; build_pairs(Path({str(folder)!r}), {size})")
    if side == OSRM:
        return _osrm(folder, size)
    return pipeline(side, size, folder) if case == "pipeline" else fresh(case, side, size, folder, cpus)


def _world(folder: Path, nodes: int) -> None:
    sites, points = WORLDS[nodes]
    _prepared(f"from bench._roads import build_world; build_world(Path({str(folder)!r}), {nodes}, {sites}, {points})")


def _osrm(folder: Path, nodes: int) -> Told:
    """Ask OSRM in its own interpreter; it takes minutes to prepare, once."""
    roads = folder / f"osrm-{nodes}" / "roads.osm.pbf"
    if not roads.exists():
        roads.parent.mkdir()
        _prepared(f"from bench._roads import write_pbf; write_pbf(Path({str(roads)!r}), {nodes})")
    subprocess.run([os.environ[OSRM_PYTHON], str(Path(__file__).parent / "_osrm.py"), str(folder), str(nodes)], check=True, stdout=subprocess.DEVNULL)
    return left(folder)


def _prepared(code: str) -> None:
    """Make inputs in a process of their own, so that none inherits its memory."""
    subprocess.run([sys.executable, "-c", f"from pathlib import Path; {code}"], check=True)


def pipeline(side: str, size: int, folder: Path) -> Told:
    """Run the whole process of one side: its own seconds from start to end, and its memory; median of three where it is short."""
    out = folder / f"{side.replace(' ', '')}-{size}.csv"
    command = [sys.executable, "-m", "bench._pipeline", side, str(size), str(folder / f"world-{size}"), str(out)]
    spent: list[tuple[float, float, float]] = []
    for _ in range(1 if side.startswith("pandana") else 3):
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE)
        wall = time.perf_counter() - begun
        seconds, mb = (float(text) for text in Path(f"{out}.used").read_text(encoding="utf-8").split())
        spent.append((seconds, wall, mb))
    seconds, wall, mb = (float(value) for value in np.median(spent, axis=0))
    return Told(Spent(seconds, wall, mb), {"value": np.loadtxt(out, delimiter=",", skiprows=1, usecols=1)})


def alone(folder: Path, *, quick: bool) -> None:
    """Print what has no peer to be compared with."""
    print(f"\n{'alone':<22}{'pairs':>12}{'seconds':>10}{'MB':>9}")
    for name, size in ALONE[::2] if quick else ALONE:
        told = fresh(name, "ours", min(size, 1_000_000) if quick else size, folder)
        print(
            f"{'capacity --optimal' if name == 'optimal' else name:<22}{size if not quick else min(size, 1_000_000):>12,}{told.spent.seconds:>10.2f}{told.spent.mb:>9,.0f}",
            flush=True,
        )


def grow(folder: Path, *, quick: bool) -> list[str]:
    """Print how time and memory grow with the junctions; return what takes too much."""
    print(f"\n{'junctions':>10}{'build_s':>9}{'map_s':>8}{'network_s':>11}{'snap_s':>8}{'nearest_s':>11}{'peak_MB':>9}")
    missed = []
    for size in GROWTH[:2] if quick else GROWTH:
        told = fresh("growth", "ours", size, folder)
        step = told.more
        print(
            f"{size:>10,}{step['build']:>9.2f}{step['map']:>8.3f}{step['network']:>11.2f}{step['snap']:>8.2f}{step['nearest']:>11.2f}{told.spent.mb:>9,.0f}",
            flush=True,
        )
        missed += [f"growth {size:,}: {told.spent.mb:,.0f} MB"] if told.spent.mb > MOST_MEMORY else []
    return missed


def read_files(folder: Path, *, quick: bool) -> list[str]:
    """Print how long OpenStreetMap files take; return what takes too much."""
    missed = []
    for size in (50_000,) if quick else (50_000, 500_000, 5_000_000):
        told = fresh("pbf", "ours", size, folder)
        print(
            f"pbf of {size:,} junctions, {told.more['file']:,.0f} MB: {told.spent.seconds:.1f} s, peak {told.spent.mb:,.0f} MB, reader {told.more['reader']:,.0f} MB",
            flush=True,
        )
        missed += [f"pbf {size:,}: {told.spent.mb:,.0f} MB"] if max(told.spent.mb, told.more["reader"]) > MOST_MEMORY else []
    return missed
