"""Travel time in one run, in processes and through Dask: wall seconds, on two workers, equal answers asserted."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from bench._roads import at_junctions, network
from geo.travel import Minutes, matrix
from geo.travel_network import make_network
from jobs.compute import Compute
from jobs.travel_parts import parted

LIMIT = 30.0
WORKERS = 2
CASES = ((10_000, 500, 2_000), (100_000, 1_000, 10_000), (400_000, 4_000, 40_000))
"""Junctions, sites, points."""


def run(arguments: list[str]) -> int:
    """Measure and print the table; 1 where two ways give two answers."""
    parser = argparse.ArgumentParser(prog="python -m bench compute", description="Travel time in one run, in processes and through Dask.")
    parser.add_argument("--quick", action="store_true", help="up to 100,000 junctions")
    options = parser.parse_args(arguments)
    print(f"{'junctions':>10}{'sites':>8}{'points':>8}{'pairs':>12}{'1 thread':>10}{'threads':>9}{'parts':>8}{'processes':>11}{'dask':>8}  agree")
    agreed = True
    for nodes, sites, points in CASES[:2] if options.quick else CASES:
        taken, pairs, agree = case(nodes, sites, points)
        agreed &= agree
        print(f"{nodes:>10,}{sites:>8,}{points:>8,}{pairs:>12,}" + "".join(f"{taken[name]:>{width}.1f}" for name, width in WIDTHS.items())
              + f"  {'yes' if agree else 'NO'}")  # fmt: skip
    return 0 if agreed else 1


WIDTHS = {"1 thread": 10, "threads": 9, "serial": 8, "processes": 11, "dask": 8}


def case(nodes: int, sites: int, points: int) -> tuple[dict[str, float], int, bool]:
    """Return wall seconds by way, how many pairs there are, and whether all ways give the same."""
    graph = network(nodes)
    net, places, people = make_network(graph, "car"), at_junctions(graph, sites, 2), at_junctions(graph, points, 3)
    matrix(net, people, at_junctions(graph, 2, 4), LIMIT, engine="numba")  # compiled code, read from disk once
    taken, found = {}, []
    for name, threads in (("1 thread", 1), ("threads", WORKERS)):
        begun = time.perf_counter()
        found.append(matrix(net, people, places, LIMIT, threads=threads))
        taken[name] = time.perf_counter() - begun
    ways: tuple[Compute, ...] = ("serial", "processes", "dask")
    for way in ways:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            found.append(parted(net, people, places, LIMIT, Path(folder), way, workers=WORKERS))
            taken[way] = time.perf_counter() - begun
    return taken, len(found[0].ms), all(same(found[0], other) for other in found[1:])


def same(one: Minutes, other: Minutes) -> bool:
    """Return whether two results are equal to the bit."""
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("point", "site", "ms"))
