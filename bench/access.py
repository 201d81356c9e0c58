"""Measures of access and capacity beside plain pandas, equal answers asserted, and their growth with the pairs.

Each figure comes from a fresh process pinned to one processor, medians of three. The peer is what one writes with frames: pairs merged with
people and places, a function applied to each row's minutes, sums by groups; for capacity a loop over sites and zones. ``score`` starts from the
matrix that travel time gives (the peer from its merged frame); ``file`` starts from the frame of a CSV file with text ids. Memory is the
peak of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from geo.minutes import Minutes

GOALS = {"score": 7.0, "file": 1.0, "capacity": 1.5}
"""How many times faster than the peer, at a million pairs and above."""
PAIRS_A_POINT = 100
STEPS = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))


def run(arguments: list[str]) -> int:
    """Measure, print the tables, and whether the goals are met; 1 where one is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench access", description="Access and capacity beside plain pandas.")
    parser.add_argument("--quick", action="store_true", help="up to a million pairs")
    parser.add_argument("--case", default="", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.case:
        name, size, side = options.case.split(":")
        print(json.dumps(measured(name, int(size), side)))
        return 0
    print(f"{'case':<10}{'pairs':>12}{'peer_s':>10}{'ours_s':>10}{'ratio':>8}{'peer_MB':>9}{'ours_MB':>9}  agree")
    missed = []
    for name, size in [(name, size) for size in (100_000, 1_000_000) for name in GOALS] + ([] if options.quick else [("score", 10_000_000)]):
        peer, ours = fresh(name, size, "peer"), fresh(name, size, "ours")
        ratio, agree = peer["s"] / ours["s"], abs(peer["sum"] - ours["sum"]) <= 1e-9 * abs(peer["sum"])
        print(
            f"{name:<10}{size:>12,}{peer['s']:>10.3f}{ours['s']:>10.4f}{ratio:>8.1f}{peer['mb']:>9,.0f}{ours['mb']:>9,.0f}  {'yes' if agree else 'NO'}"
        )
        if not agree or (size >= 1_000_000 and ratio < GOALS[name]):
            missed.append(f"{name} {size:,}: {ratio:.1f} (goal {GOALS[name]:g}), agree: {agree}")
    print(f"\n{'alone':<22}{'pairs':>12}{'seconds':>10}{'MB':>9}")
    for name, size in [("best", 10_000), ("best", 100_000), ("agents", 10_000), ("agents", 100_000)] + (
        [] if options.quick else [("best", 300_000), ("agents", 1_000_000)]
    ):
        alone = fresh(name, size, "ours")
        print(f"{ALONE[name]:<22}{size:>12,}{alone['s']:>10.3f}{alone['mb']:>9,.0f}")
    print("\n".join([f"missed: {line}" for line in missed] or ["met: all goals"]))
    return 1 if missed else 0


def fresh(name: str, size: int, side: str) -> dict[str, float]:
    """Return what a case measures in a process of its own on one processor."""
    done = subprocess.run([sys.executable, "-m", "bench", "access", "--case", f"{name}:{size}:{side}"], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measured(name: str, size: int, side: str) -> dict[str, float]:
    """Run a case and return its seconds, the sum of its answers and the peak of memory."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    work = CASES[name, side](*invented(size))
    taken, total = [], 0.0
    for _ in range(3 if size <= 1_000_000 else 1):
        begun = time.process_time()
        total = float(work())
        taken.append(time.process_time() - begun)
    return {"s": statistics.median(taken), "sum": total, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def invented(size: int, seed: int = 1) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return pairs, people and places: each point has ``PAIRS_A_POINT`` sites within an hour."""
    rng = np.random.default_rng(seed)
    points, sites = max(size // PAIRS_A_POINT, 1), max(size // 1_000, PAIRS_A_POINT)
    people = pd.Series(rng.integers(0, 5_000, points).astype(float), index=[f"p{i:07d}" for i in range(points)])
    places = pd.Series(rng.integers(10, 4_000, sites).astype(float), index=[f"s{j:06d}" for j in range(sites)])
    first = rng.integers(0, sites, points)
    site = (first[:, None] + np.arange(PAIRS_A_POINT)[None, :]) % sites
    minutes = np.round(rng.uniform(0, 60, site.size), 2)
    pairs = pd.DataFrame({"point": np.repeat(np.arange(points), PAIRS_A_POINT), "site": site.ravel(), "minutes": minutes})
    return pairs, people, places


def matrix(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> Minutes:
    """Return the pairs as the project's matrix."""
    from geo.minutes import Minutes

    return Minutes.from_rows(pairs["point"].to_numpy(), pairs["site"].to_numpy(), pairs["minutes"].to_numpy(), people.index, places.index)


def with_ids(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> pd.DataFrame:
    """Return the pairs as they come from a file."""
    return pd.DataFrame({
        "point_id": people.index.to_numpy(dtype=object)[pairs["point"]], "site_id": places.index.to_numpy(dtype=object)[pairs["site"]],
        "minutes": pairs["minutes"].to_numpy(),
    })  # fmt: skip


def weight(minutes: float) -> float:
    """Return the weight of one pair: what a plain pandas user applies to a column."""
    for bound, value in STEPS:
        if minutes <= bound:
            return value
    return 0.0


def pandas_scores(frame: pd.DataFrame, people: pd.Series, places: pd.Series, point: str, site: str) -> pd.Series:
    """Return E2SFCA by merging and grouping frames."""
    near = frame[frame["minutes"] <= 30].copy()
    near["weight"] = near["minutes"].apply(weight)
    near = near.merge(people.rename("people"), left_on=point, right_index=True).merge(places.rename("places"), left_on=site, right_index=True)
    near["asked"] = near["people"] * near["weight"]
    level = places / near.groupby(site)["asked"].sum()
    near = near.merge(level.rename("level"), left_on=site, right_index=True)
    near["part"] = near["level"] * near["weight"]
    return near.groupby(point)["part"].sum()


def score_peer(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> Callable[[], float]:
    people, places = people.reset_index(drop=True), places.reset_index(drop=True)

    def work() -> float:
        return float((pandas_scores(pairs, people, places, "point", "site") * people).sum())

    return work


def score_ours(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> Callable[[], float]:
    from geo.catchment import enhanced_two_step

    made = matrix(pairs, people, places)

    def work() -> float:
        return float((enhanced_two_step(people, places, made, limit=30) * people).sum())

    return work


def file_peer(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> Callable[[], float]:
    frame = with_ids(pairs, people, places)

    def work() -> float:
        return float((pandas_scores(frame, people, places, "point_id", "site_id") * people).sum())

    return work


def file_ours(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> Callable[[], float]:
    from geo.catchment import enhanced_two_step
    from geo.minutes import Minutes

    frame = with_ids(pairs, people, places)

    def work() -> float:
        return float((enhanced_two_step(people, places, Minutes.from_frame(frame, people.index, places.index), limit=30) * people).sum())

    return work


def capacity_peer(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> Callable[[], float]:
    """Serve in order with frames: one group a site, one a zone of a minute."""
    near = pairs[pairs["minutes"] <= 60].assign(zone=np.ceil(pairs["minutes"]))

    def work() -> float:
        rest = people.to_numpy().copy()
        for site, own in near.groupby("site"):
            room = float(places.to_numpy()[site])
            for _, zone in own.sort_values("zone").groupby("zone"):
                asked = rest[zone["point"]].sum()
                part = min(1.0, room / asked) if asked else 0.0
                room -= asked * part
                rest[zone["point"]] *= 1 - part
                if part < 1 and asked:
                    break
        return float(people.sum() - rest.sum())

    return work


def capacity_ours(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> Callable[[], float]:
    from geo.capacity import serve_in_order

    made = matrix(pairs, people, places)
    return lambda: serve_in_order(people, places, made, limit=60).total


def best_ours(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> Callable[[], float]:
    from geo.allocation import serve_best

    made = matrix(pairs, people, places)
    return lambda: serve_best(people, places * 20, made, limit=30).total


def agents_ours(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> Callable[[], float]:
    from geo.raam import rational_agents

    made = matrix(pairs, people, places)
    return lambda: float(rational_agents(people, places, made).sum())


CASES = {
    ("score", "peer"): score_peer, ("score", "ours"): score_ours, ("file", "peer"): file_peer, ("file", "ours"): file_ours,
    ("capacity", "peer"): capacity_peer, ("capacity", "ours"): capacity_ours, ("best", "ours"): best_ours, ("agents", "ours"): agents_ours,
}  # fmt: skip
ALONE = {"best": "capacity --optimal", "agents": "raam"}
