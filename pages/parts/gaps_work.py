"""What the Gaps page computes, beside the page so that it stays usable, and kept as long as the registry it was made from."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

import streamlit as st

from data.capacities import read_capacities
from data.demand import services_counted
from geo.registry import Registry
from i18n import Translator
from jobs.gaps import STEPS, reach_ledger
from jobs.gaps_asked import GapsAsked
from jobs.gaps_chance import Chance, ChanceAsked, country_chance
from jobs.gaps_reach import Reach, ReachAsked, reach_of
from jobs.gaps_way import PlaceWay, obstacles_on_the_way
from jobs.gaps_why import Why, why_here
from jobs.ledger import Ledger, LedgerAsked
from jobs.roads import Roads
from pages.parts import load

QUICK_SECONDS = 0.5
"""Until then nothing is said of the work."""
LONG_SECONDS = 10.0
"""From then on it can be stopped."""
PATIENCE = 2.0
"""Seconds that work goes on for nobody: a reader who turns the page around is back by then."""
_MOST = 64
_MOST_DRAWN = 512
_STOPPED = "gaps_stopped"
Told = Callable[[str, float], None]
"""Is told what is being done, and which share of it; it raises ``AbandonedError`` where nobody waits for the result any more."""
R = TypeVar("R")


class AbandonedError(Exception):
    """Ends work between two of its parts: nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Job(Generic[R]):
    """Something to compute.

    Parameters
    ----------
    key : what is asked for; with the registry and the roads it settles the result.
    make : computes it from the registry and the roads, and tells between its parts what it does; it writes nothing but whole results.
    long : it may take minutes, and must not keep the others waiting.
    """

    key: Hashable
    make: Callable[[Registry, Roads, Told], R]
    long: bool = False


@dataclass
class _Work:
    """A job that is being done, what is being done for it, how many wait for it, and since when nobody does."""

    future: Future[Any]
    steps: list[tuple[str, float]] = field(default_factory=list)
    waiting: int = 0
    left: float = 0.0


_workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="ledger")
_long_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chance")
_lock = Lock()
_kept: WeakKeyDictionary[Registry, dict[tuple[Hashable, str], _Work]] = WeakKeyDictionary()
_drawn: WeakKeyDictionary[Registry, dict[Hashable, Any]] = WeakKeyDictionary()


def ledger_job(asked: LedgerAsked) -> Job[Ledger]:
    """Return the job that makes a ledger."""

    def make(registry: Registry, roads: Roads, told: Told) -> Ledger:
        capacity = read_capacities(load.store(), services_counted(asked.service))
        return reach_ledger(registry, capacity, asked, lambda step: told(step, 0.3 + 0.5 * STEPS.index(step)), roads)

    return Job(asked, make)


def reach_job(asked: ReachAsked) -> Job[Reach]:
    """Return the job that makes areas of reach."""
    return Job(asked, lambda registry, roads, told: reach_of(registry, asked, roads, told))


def chance_job(asked: ChanceAsked, ledger: Ledger) -> Job[Chance | None]:
    """Return the job that makes chances; ``ledger`` is of the same service and group."""
    return Job(asked, lambda registry, roads, told: country_chance(registry, ledger, asked, roads, told), long=True)


def why_job(asked: GapsAsked, ledger: Ledger) -> Job[tuple[Why, list[PlaceWay]]]:
    """Return the job that tells why a governorate has its gaps, and what stands in the way; ``ledger`` is that of ``asked``."""

    def make(registry: Registry, roads: Roads, told: Told) -> tuple[Why, list[PlaceWay]]:
        found = why_here(registry, ledger, asked, roads)
        return found, obstacles_on_the_way(registry, ledger, found, asked, roads, told)

    plain = GapsAsked()
    key = replace(asked, compare_regime="", compare_mobility="", sites=(), bands=plain.bands)
    return Job(key, make)


def result(registry: Registry, job: Job[R]) -> R:
    """Return what a job makes; made once for all who ask, and nobody may change it.

    Parameters
    ----------
    registry : the public's, whoever asks (docs/decisions/0033).
    """
    with _joined(registry, job, load.roads().state) as work:
        return cast("R", work.future.result())


def ledger(registry: Registry, asked: LedgerAsked) -> Ledger:
    """Return a ledger of the public's registry."""
    return result(registry, ledger_job(asked))


def reach(registry: Registry, asked: ReachAsked) -> Reach:
    """Return areas of reach of the public's registry."""
    return result(registry, reach_job(asked))


def chance(registry: Registry, asked: ChanceAsked, of: Ledger) -> Chance | None:
    """Return chances of the public's registry; None where no roads are loaded for the country. ``of`` as for ``chance_job``."""
    return result(registry, chance_job(asked, of))


def kept(registry: Registry, key: Hashable, make: Callable[[], R]) -> R:
    """Return what is drawn from results; made once as long as the registry stays, and nobody may change it.

    Parameters
    ----------
    registry : the public's.
    key : all that it depends on besides, the state of the roads included.
    """
    with _lock:
        found = _drawn.setdefault(registry, {})
        if key in found:
            return cast("R", found[key])
    made = make()
    with _lock:
        if len(found) >= _MOST_DRAWN:
            found.clear()
        found[key] = made
    return made


@contextlib.contextmanager
def _joined(registry: Registry, job: Job[Any], state: str) -> Iterator[_Work]:
    """Wait for a job with all others who do; begin it where it is not done or being done."""
    key = (job.key, state)
    with _lock:
        found = _kept.setdefault(registry, {})
        work = found.get(key)
        if work is None or (work.future.done() and work.future.exception() is not None):
            if len(found) >= _MOST:
                found.clear()
            work = found[key] = _begin(registry, job, found, key)
        work.waiting += 1
    try:
        yield work
    finally:
        with _lock:
            work.waiting -= 1
            work.left = time.monotonic()
            if not work.waiting and work.future.cancel() and found.get(key) is work:  # it had not begun
                del found[key]


def _begin(registry: Registry, job: Job[Any], found: dict[tuple[Hashable, str], _Work], key: tuple[Hashable, str]) -> _Work:
    def told(step: str, share: float) -> None:
        with _lock:  # held by who begins the work until it is there
            work.steps.append((step, share))
            if work.waiting or time.monotonic() - work.left < PATIENCE:
                return
            if found.get(key) is work:
                del found[key]
        raise AbandonedError

    work = _Work((_long_worker if job.long else _workers).submit(job.make, registry, load.roads(), told))
    return work


def watched(registry: Registry, job: Job[R], tr: Translator, state: str | None = None) -> R | None:
    """Return what a job makes; where it takes long, say what is being done, and after a while let the reader stop it.

    Parameters
    ----------
    registry, job : as for ``result``.
    tr : words.
    state : of the roads, where the caller has just read it.

    Returns
    -------
    The result, or None where the reader stopped it: then the page says so. Work that nobody else waits for ends before its next part.
    """
    state = load.roads().state if state is None else state
    stopped: set[Hashable] = st.session_state.setdefault(_STOPPED, set())
    if job.key in stopped:
        work = _kept.get(registry, {}).get((job.key, state))
        if work is not None and work.future.done() and not work.future.cancelled() and work.future.exception() is None:  # somebody else waited for it
            return cast("R", work.future.result())
        st.info(tr("gaps.stopped"))
        st.button(tr("gaps.go_on"), on_click=stopped.discard, args=(job.key,), key=f"gaps_go_on_{type(job.key).__name__}")
        return None
    with _joined(registry, job, state) as work:
        try:
            return cast("R", work.future.result(QUICK_SECONDS))
        except StillWorking:
            return _waited(work, job, stopped, tr)


def _waited(work: _Work, job: Job[R], stopped: set[Hashable], tr: Translator) -> R:
    begun = time.monotonic()
    bar, stop = st.empty(), st.empty()
    offered = False
    while True:
        step, share = work.steps[-1] if work.steps else ("waiting", 0.1)
        bar.progress(min(max(share, 0.05), 1.0), tr(f"gaps.step.{step}"))
        if not offered and time.monotonic() - begun > LONG_SECONDS:
            offered = True
            stop.button(tr("gaps.stop"), on_click=stopped.add, args=(job.key,))
        try:
            found = cast("R", work.future.result(0.25))
        except StillWorking:
            continue
        bar.empty()
        stop.empty()
        return found
