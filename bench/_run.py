"""What the cases of a benchmark share: a process of its own for each figure, its clock and its memory, and answers that are compared."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

T = TypeVar("T")
Arrays = dict[str, np.ndarray]
PATIENCE = 400
"""Seconds that a side is waited for."""


class Spent(NamedTuple):
    """Processor seconds (the median of the runs), the least seconds by the clock, and the most megabytes that the process had until then."""

    seconds: float
    wall: float
    mb: float


@dataclass(frozen=True)
class Told:
    """What a case tells of one side.

    Parameters
    ----------
    spent : of the whole where only a part was run.
    answer : arrays by name, compared with those of the other side. more : further figures.
    """

    spent: Spent
    answer: Arrays = field(default_factory=dict)
    more: dict[str, float] = field(default_factory=dict)


def clock(work: Callable[[], T], times: int = 3, *, warm: bool = True, part: float = 1.0) -> tuple[T, Spent]:
    """Return what ``work`` returns, and what it took; ``part`` is the share of the whole that it does, ``warm`` runs it once before."""
    spent, wall, made = [], [], [work()] if warm else []
    for _ in range(times):
        made.clear()
        begun, at = time.process_time(), time.perf_counter()
        made.append(work())
        spent.append(time.process_time() - begun)
        wall.append(time.perf_counter() - at)
    return made[0], Spent(statistics.median(spent) / part, min(wall) / part, peak())


def peak() -> float:
    """Return the most megabytes that this process has had; ``ru_maxrss`` would tell its parent's too."""
    (line,) = [line for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def fresh(case: str, side: str, size: int, folder: Path, cpus: int = 1) -> Told:
    """Run one side of a case in a process of its own, pinned to so many processors; ``subprocess.TimeoutExpired`` after ``PATIENCE``."""
    command = [sys.executable, "-m", "bench._case", case, side, str(size), str(folder), str(cpus)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE)
    return left(folder)


def left(folder: Path) -> Told:
    """Return what a process has left in a folder."""
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    with np.load(folder / "answer.npz") as kept:
        return Told(Spent(*told["spent"]), dict(kept), told["more"])


def tell(told: Told, folder: Path) -> None:
    """Leave what a case tells, for ``left``."""
    (folder / "told.json").write_text(json.dumps({"spent": told.spent, "more": told.more}), encoding="utf-8")
    np.savez(folder / "answer.npz", **told.answer)  # type: ignore[arg-type]


def pin(cpus: int) -> None:
    """Keep this process on so many processors."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cpus])


def agreement(one: Arrays, other: Arrays) -> float:
    """Return the largest relative difference between two answers, 0 where they are equal; infinity where they are of another size."""
    worst = 0.0
    for name in one.keys() & other.keys():
        a, b = one[name], other[name]
        if a.shape != b.shape:
            return float("inf")
        if not np.array_equal(a, b):
            a, b = a.astype(float), b.astype(float)
            unequal = ~((a == b) | (np.isnan(a) & np.isnan(b)))
            a, b = a[unequal], b[unequal]
            if not (np.isfinite(a) & np.isfinite(b)).all():
                return float("inf")
            worst = max(worst, float((np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))).max(initial=0.0)))
    return worst
