"""Ledgers of the Gaps page, computed beside the page so that it stays usable, and kept as long as the registry they were made from."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

import streamlit as st

from data.capacities import read_capacities
from data.demand import services_counted
from geo.registry import Registry
from i18n import Translator
from jobs.gaps import STEPS, reach_ledger
from jobs.ledger import Ledger, LedgerAsked
from jobs.roads import Roads
from pages.parts import load

QUICK_SECONDS = 0.5
"""Until then nothing is said of the work."""
LONG_SECONDS = 10.0
"""From then on it can be stopped."""
_MOST = 64
_STOPPED = "gaps_stopped"


@dataclass
class _Work:
    """A ledger that is being made, and what is being done for it."""

    future: Future[Ledger]
    steps: list[str] = field(default_factory=list)


_workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="ledger")
_lock = Lock()
_kept: WeakKeyDictionary[Registry, dict[tuple[LedgerAsked, str], _Work]] = WeakKeyDictionary()


def ledger(registry: Registry, asked: LedgerAsked) -> Ledger:
    """Return the ledger; made once for all who ask, and nobody may change it.

    Parameters
    ----------
    registry : the public's, whoever asks (docs/decisions/0033).
    asked : what is asked for.
    """
    return _work(registry, asked).future.result()


def _work(registry: Registry, asked: LedgerAsked) -> _Work:
    roads = load.roads()
    key = (asked, roads.state)
    with _lock:
        found = _kept.setdefault(registry, {})
        work = found.get(key)
        if work is None or (work.future.done() and work.future.exception() is not None):
            if len(found) >= _MOST:
                found.clear()
            steps: list[str] = []
            work = found[key] = _Work(_workers.submit(_make, registry, asked, roads, steps.append), steps)
        return work


def _make(registry: Registry, asked: LedgerAsked, roads: Roads, step: Callable[[str], None]) -> Ledger:
    return reach_ledger(registry, read_capacities(load.store(), services_counted(asked.service)), asked, step, roads)


def watched(registry: Registry, asked: LedgerAsked, tr: Translator) -> Ledger | None:
    """Return the ledger; where it takes long, say what is being done, and after a while let the reader stop waiting for it.

    Parameters
    ----------
    registry, asked : as for ``ledger``.
    tr : words.

    Returns
    -------
    The ledger, or None where the reader stopped waiting: then the page says so. The work goes on and is kept.
    """
    work = _work(registry, asked)
    begun = time.monotonic()
    try:
        return work.future.result(QUICK_SECONDS)
    except StillWorking:
        if st.session_state.get(_STOPPED) == asked:
            st.info(tr("gaps.stopped"))
            st.button(tr("gaps.go_on"), on_click=_go_on)
            return None
    bar, stop = st.empty(), st.empty()
    offered = False
    while True:
        step = work.steps[-1] if work.steps else ""
        done = 0.1 if not step else 0.3 + 0.5 * STEPS.index(step)
        bar.progress(done, tr(f"gaps.step.{step or 'waiting'}"))
        if not offered and time.monotonic() - begun > LONG_SECONDS:
            offered = True
            stop.button(tr("gaps.stop"), on_click=_stop, args=(asked,))
        try:
            found = work.future.result(0.25)
        except StillWorking:
            continue
        bar.empty()
        stop.empty()
        return found


def _stop(asked: LedgerAsked) -> None:
    st.session_state[_STOPPED] = asked


def _go_on() -> None:
    st.session_state.pop(_STOPPED, None)
