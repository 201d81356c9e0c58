"""How a graph grows: from its ways to answers, and from an OpenStreetMap file."""

from __future__ import annotations

import functools
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from bench._roads import at_junctions, kept_streets, raw_roads
from bench._run import Spent, Told, peak

T = TypeVar("T")
LIMIT = 30.0


def growth(nodes: int, folder: Path) -> Told:
    """Measure a graph from its ways to answers, kept on disk in between; wall seconds by step."""
    from data.roads.read import keep_graph
    from geo.roads_build import build_graph
    from geo.roads_snap import snap
    from geo.travel import nearest
    from geo.travel_network import make_network, serving_edges

    kept_streets(folder, nodes)  # invents them
    with tempfile.TemporaryDirectory(dir=folder) as here:
        graph, build = timed(lambda: build_graph(raw_roads(*kept_streets(folder, nodes))))
        mapped, map_ = timed(functools.partial(keep_graph, graph, Path(here) / "graph"))
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
    steps = {"build": build, "map": map_, "network": made, "snap": snapped, "nearest": spent}
    return Told(Spent(sum(steps.values()), sum(steps.values()), peak()), more=steps)


def pbf(nodes: int, folder: Path) -> Told:
    """Measure reading an OpenStreetMap file; the file is written by a process of its own, and read by one."""
    from data.roads.read import road_graph

    path = folder / f"roads-{nodes}.osm.pbf"
    write = f"from pathlib import Path; from bench._roads import write_pbf; write_pbf(Path({str(path)!r}), {nodes})"
    subprocess.run([sys.executable, "-c", write], check=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    _, spent = timed(lambda: road_graph(path, folder / f"kept-{nodes}"))
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    told = Told(Spent(spent, spent, peak()), more={"file": path.stat().st_size / 1e6, "reader": child, "writer": before})
    path.unlink()
    return told


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what ``work`` returns, and its seconds by the clock."""
    begun = time.perf_counter()
    made = work()
    return made, time.perf_counter() - begun


CASES: dict[tuple[str, str], Callable[[int, Path], Told]] = {("growth", "ours"): growth, ("pbf", "ours"): pbf}
