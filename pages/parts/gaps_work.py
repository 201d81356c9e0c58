"""What the Gaps page computes, beside the page so that it stays usable, and kept as long as the registry it was made from."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
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
_MOST = 64
_MOST_DRAWN = 512
_STOPPED = "gaps_stopped"
Told = Callable[[str, float], None]
"""Is told what is being done, and which share of it."""
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Job(Generic[R]):
    """Something to compute.

    Parameters
    ----------
    key : what is asked for; with the registry and the roads it settles the result.
    make : computes it from the registry and the roads.
    long : it may take minutes, and must not keep the others waiting.
    """

    key: Hashable
    make: Callable[[Registry, Roads, Told], R]
    long: bool = False


@dataclass
class _Work:
    """A job that is being done, and what is being done for it."""

    future: Future[Any]
    steps: list[tuple[str, float]] = field(default_factory=list)


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
    return cast("R", _work(registry, job).future.result())


def ledger(registry: Registry, asked: LedgerAsked) -> Ledger:
    """Return a ledger of the public's registry."""
    return result(registry, ledger_job(asked))


def reach(registry: Registry, asked: ReachAsked) -> Reach:
    """Return areas of reach of the public's registry."""
    return result(registry, reach_job(asked))


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


def _work(registry: Registry, job: Job[Any]) -> _Work:
    roads = load.roads()
    key = (job.key, roads.state)
    with _lock:
        found = _kept.setdefault(registry, {})
        work = found.get(key)
        if work is None or (work.future.done() and work.future.exception() is not None):
            if len(found) >= _MOST:
                found.clear()
            steps: list[tuple[str, float]] = []
            pool = _long_worker if job.long else _workers
            work = found[key] = _Work(pool.submit(job.make, registry, roads, lambda step, share: steps.append((step, share))), steps)
        return work


def watched(registry: Registry, job: Job[R], tr: Translator) -> R | None:
    """Return what a job makes; where it takes long, say what is being done, and after a while let the reader stop waiting for it.

    Parameters
    ----------
    registry, job : as for ``result``.
    tr : words.

    Returns
    -------
    The result, or None where the reader stopped waiting: then the page says so. The work goes on and is kept.
    """
    work = _work(registry, job)
    begun = time.monotonic()
    try:
        return cast("R", work.future.result(QUICK_SECONDS))
    except StillWorking:
        if st.session_state.get(_STOPPED) == job.key:
            st.info(tr("gaps.stopped"))
            st.button(tr("gaps.go_on"), on_click=_go_on)
            return None
    bar, stop = st.empty(), st.empty()
    offered = False
    while True:
        step, share = work.steps[-1] if work.steps else ("waiting", 0.1)
        bar.progress(min(max(share, 0.05), 1.0), tr(f"gaps.step.{step}"))
        if not offered and time.monotonic() - begun > LONG_SECONDS:
            offered = True
            stop.button(tr("gaps.stop"), on_click=_stop, args=(job.key,))
        try:
            found = cast("R", work.future.result(0.25))
        except StillWorking:
            continue
        bar.empty()
        stop.empty()
        return found


def _stop(key: Hashable) -> None:
    st.session_state[_STOPPED] = key


def _go_on() -> None:
    st.session_state.pop(_STOPPED, None)
