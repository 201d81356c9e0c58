"""Travel time beside its peers, equal answers asserted, and its growth up to five million junctions.

Each figure comes from a fresh process pinned to one processor, processor seconds, medians of three, compiled code warm; two threads are
compared by the clock. Peers:
scipy's ``csgraph.dijkstra`` on the same arcs, scikit-image's ``MCP_Geometric`` on the same surface. Memory is the peak of the process.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from bench._roads import at_junctions, network, raw_roads

T = TypeVar("T")
LIMIT = 30.0
GOALS = {"nearest": 2.3, "matrix": 2.7, "surface": 8.0}
"""How many times faster than the peer, at 100,000 junctions and above and at 2,000 x 2,000 cells."""
MOST_MEMORY = 8_000
"""Megabytes that a country may take."""


def run(arguments: list[str]) -> int:
    """Measure, print the tables, and whether the goals are met; 1 where one is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench travel", description="Travel time beside its peers.")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, two minutes")
    parser.add_argument("--case", default="", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.case:
        name, size, side = options.case.split(":")
        print(json.dumps(CASES[name](int(size), side)))
        return 0
    sizes = [("nearest", 10_000), ("nearest", 100_000), ("matrix", 10_000), ("matrix", 100_000), ("surface", 1_000)]
    sizes += [] if options.quick else [("nearest", 1_000_000), ("surface", 2_000)]
    print(f"{'case':<12}{'size':>10}{'peer_s':>10}{'ours_s':>10}{'ratio':>8}{'peer_MB':>9}{'ours_MB':>9}  agree")
    missed = []
    for name, size in sizes:
        peer, ours = fresh(name, size, "peer"), fresh(name, size, "ours")
        ratio, agree = peer["s"] / ours["s"], peer["sum"] == ours["sum"]
        print(
            f"{name:<12}{size:>10,}{peer['s']:>10.4f}{ours['s']:>10.4f}{ratio:>8.1f}{peer['mb']:>9,.0f}{ours['mb']:>9,.0f}  {'yes' if agree else 'NO'}"
        )
        counts = size >= 100_000 or (name == "surface" and size >= 2_000)
        if not agree or (counts and ratio < GOALS[name]):
            missed.append(f"{name} {size:,}: {ratio:.1f} (goal {GOALS[name]}), agree: {agree}")
    one, two = fresh("matrix", 100_000, "ours"), fresh("matrix", 100_000, "threads", cpus=2)
    print(f"matrix of 100,000 by two threads: {one['wall'] / two['wall']:.2f} times one, equal: {one['sum'] == two['sum']}")
    print(f"\n{'junctions':>10}{'build_s':>9}{'map_s':>8}{'network_s':>11}{'snap_s':>8}{'nearest_s':>11}{'peak_MB':>9}")
    for size in (10_000, 100_000) if options.quick else (10_000, 100_000, 1_000_000, 5_000_000):
        grown = fresh("growth", size, "ours")
        print(
            f"{size:>10,}{grown['build']:>9.2f}{grown['map']:>8.3f}{grown['network']:>11.2f}{grown['snap']:>8.2f}{grown['nearest']:>11.2f}{grown['mb']:>9,.0f}"
        )
        if grown["mb"] > MOST_MEMORY:
            missed.append(f"growth {size:,}: {grown['mb']:,.0f} MB")
    for size in (50_000,) if options.quick else (50_000, 500_000, 5_000_000):
        streamed = fresh("pbf", size, "ours")
        print(
            f"pbf of {size:,} junctions, {streamed['file']:,.0f} MB: read in {streamed['s']:.1f} s, peak {streamed['mb']:,.0f} MB, reader {streamed['child']:,.0f} MB"
        )
        if max(streamed["mb"], streamed["child"]) > MOST_MEMORY:
            missed.append(f"pbf {size:,}: {streamed['mb']:,.0f} MB")
    print("\n".join(f"missed: {line}" for line in missed) or "met: all goals of these sizes")
    return 1 if missed else 0


def fresh(name: str, size: int, side: str, cpus: int = 1) -> dict[str, float]:
    """Run one case in a process of its own, pinned."""
    wanted = sorted(os.sched_getaffinity(0))[:cpus]
    command = [sys.executable, "-m", "bench", "travel", "--case", f"{name}:{size}:{side}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, wanted))
    return dict(json.loads(done.stdout))


def nearest_case(nodes: int, side: str) -> dict[str, float]:
    """Measure the nearest of 1,000 sites (100 below 100,000 junctions) for every junction."""
    from geo.travel_network import make_network
    from geo.travel_search import entries

    graph = network(nodes)
    net = make_network(graph, "car")
    seeds = entries(net, at_junctions(graph, 1_000 if nodes >= 100_000 else 100, 2), leaving=False)
    arcs, label = net.arcs(reverse=True), np.zeros(len(seeds.node), dtype=np.int64)
    limit = 600_000_000
    if side == "peer":
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        table = csr_array((arcs.cost.astype(float), arcs.head, arcs.start), shape=(net.nodes, net.nodes))
        found, spent = median(lambda: dijkstra(table, indices=np.unique(seeds.node), min_only=True))
        reach = np.where(np.isfinite(found), found, 2**31 - 1).astype(np.int64)
    else:
        from geo.travel_numba import one_tree

        (reach, _), spent = median(lambda: one_tree(arcs, seeds.node, seeds.ms, label, limit))
    return result(spent, int(reach.astype(np.int64).sum()))


def matrix_case(nodes: int, side: str) -> dict[str, float]:
    """Measure all pairs within half an hour of 1,000 sites and 10,000 places (100 and 1,000 below 100,000 junctions)."""
    from geo.travel import matrix
    from geo.travel_network import make_network

    graph = network(nodes)
    net = make_network(graph, "car")
    many = 1_000 if nodes >= 100_000 else 100
    sites, places = at_junctions(graph, many, 2), at_junctions(graph, 10 * many, 3)
    threads = 2 if side == "threads" else 1
    work = functools.partial(matrix, net, places, sites, LIMIT, engine="scipy" if side == "peer" else "numba", threads=threads)
    found, spent = median(work, 1 if side == "peer" else 3)
    wall = spent if side == "peer" else min(timed(work)[1] for _ in range(3))
    return result(spent, int(found.ms.sum()) + len(found.ms)) | {"wall": wall}


def surface_case(side_cells: int, side: str) -> dict[str, float]:
    """Measure the way to the nearest of ten sites on a surface of random friction."""
    rng = np.random.default_rng(4)
    friction = rng.uniform(0.01, 0.05, (side_cells, side_cells))
    sites = rng.integers(0, side_cells, (10, 2))
    if side == "peer":
        from skimage.graph import MCP_Geometric

        found, spent = median(lambda: MCP_Geometric(friction, fully_connected=True).find_costs(sites.tolist())[0])
    else:
        from geo.raster import raster_minutes

        answer, spent = median(lambda: raster_minutes(friction, sites, (1.0, 1.0)))
        found = answer.minutes
    return result(spent, round(float(np.sum(found)), 3))


def growth_case(nodes: int, _: str) -> dict[str, float]:
    """Measure a graph from its ways to answers, kept on disk in between."""
    from data.roads.read import keep_graph
    from geo.roads_build import build_graph
    from geo.roads_snap import snap
    from geo.travel import nearest
    from geo.travel_network import make_network, serving_edges

    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        graph = build_graph(raw_roads(nodes))
        build = time.perf_counter() - begun
        mapped, map_ = timed(functools.partial(keep_graph, graph, Path(folder) / "graph"))
        del graph
        net, made = timed(lambda: make_network(mapped, "car"))
        rng = np.random.default_rng(5)
        west, south, east, north = mapped.bounds
        lon, lat = rng.uniform(west, east, 10_000), rng.uniform(south, north, 10_000)
        usable = serving_edges(mapped, "car")
        places, snapped = timed(lambda: snap(mapped, lon, lat, usable))
        sites = at_junctions(mapped, 1_000, 2)
        nearest(net, places, sites, LIMIT)  # compiles
        _, spent = timed(lambda: nearest(net, places, sites, LIMIT))
    return {"build": build, "map": map_, "network": made, "snap": snapped, "nearest": spent, "mb": peak()}


def pbf_case(nodes: int, _: str) -> dict[str, float]:
    """Measure reading an OpenStreetMap file; the file is written by a process of its own."""
    from data.roads.read import road_graph

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roads.osm.pbf"
        subprocess.run(
            [sys.executable, "-c", f"from pathlib import Path; from bench._roads import write_pbf; write_pbf(Path({str(path)!r}), {nodes})"],
            check=True,
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        _, spent = timed(lambda: road_graph(path, Path(folder) / "kept"))
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        return {"s": spent, "mb": peak(), "child": max(child, before) / 1024, "file": path.stat().st_size / 1e6}


CASES: dict[str, Callable[[int, str], dict[str, float]]] = {
    "nearest": nearest_case, "matrix": matrix_case, "surface": surface_case, "growth": growth_case, "pbf": pbf_case,
}  # fmt: skip


def result(spent: float, total: float) -> dict[str, float]:
    """Return what a case prints: seconds, megabytes, and a sum by which answers are compared."""
    return {"s": spent, "mb": peak(), "sum": total}


def peak() -> float:
    """Return the most megabytes that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what ``work`` returns, and its seconds."""
    start = time.perf_counter()
    made = work()
    return made, time.perf_counter() - start


def median(work: Callable[[], T], times: int = 3) -> tuple[T, float]:
    """Return what ``work`` returns, and the median of its processor seconds; one more run before warms it."""
    made = work()
    spent = []
    for _ in range(times):
        start = time.process_time()
        made = work()
        spent.append(time.process_time() - start)
    return made, statistics.median(spent)
