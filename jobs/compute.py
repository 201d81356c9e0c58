"""The same work on many parts: one after the other, in processes of this machine, or on several machines through Dask.

Whichever way is chosen, the answers come back in the order of the parts, so that what is made of them is the same to the bit. A part that was lost with
its worker is done again.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Generic, Literal, TypeVar, get_args

from geo.errors import AppError, InputError, SetupError

P = TypeVar("P")
R = TypeVar("R")
Compute = Literal["serial", "processes", "dask"]
COMPUTE: tuple[str, ...] = get_args(Compute)
Progress = Callable[[int, int], None]
LOSSES = 3
"""How often a part may lose its worker: the default of Dask."""
ANSWER_SECONDS = 10
"""How long a scheduler may take to answer."""
WORKER_SECONDS = 60
"""How long a scheduler may be without any worker."""


def run_parts(
    work: Callable[[P], R], parts: Sequence[P], compute: Compute, *, scheduler: str = "", workers: int = 0, on_progress: Progress | None = None,
    prepare: Callable[[], None] | None = None,
) -> list[R]:  # fmt: skip
    """Return the answer of ``work`` for each part, in the order of the parts.

    Parameters
    ----------
    work : a function of a module (not a lambda, nor one made inside another function) whose answer follows from its part alone.
    parts : small: numbers, arrays, paths of files that every worker can open.
    compute : ``serial`` (here, one after the other), ``processes`` (of this machine) or ``dask``.
    scheduler : address of a Dask scheduler; without one ``dask`` starts workers of its own on this machine.
    workers : how many processes; 0 = as many as there are processors. A named scheduler has its own.
    prepare : what must be done once before the first part; workers are started meanwhile.
    on_progress : told how many parts are done and how many there are; what it raises ends the run.

    Raises
    ------
    AppError : what ``work`` raised, as it is; that of the first such part in their order.
    InputError : ``compute.unknown``. SetupError : ``compute.no_dask``, ``compute.no_scheduler``, ``compute.no_workers``,
        ``compute.worker_without_jiwar``, and ``compute.lost`` where a part loses its worker again and again.
    """
    tell = on_progress or _silent
    if compute not in COMPUTE:
        raise InputError("compute.unknown", value=str(compute)[:40], known=", ".join(COMPUTE))
    if compute != "dask" or not parts:
        (prepare or _nothing)()
    if compute == "serial":
        done: list[R] = []
        for part in parts:
            done.append(work(part))
            tell(len(done), len(parts))
        return done
    gathering = _Gathering(work, parts, tell, {})
    if parts:
        many = min(workers or os.cpu_count() or 1, len(parts))
        if compute == "processes":
            _by_processes(gathering, many)
        else:
            _by_dask(gathering, many, scheduler, prepare or _nothing)
    return gathering.answers()


@dataclass(frozen=True, slots=True)
class _Refused:
    """An error for people as an answer."""

    error: AppError


def _guarded(work: Callable[[P], R], part: P) -> R | _Refused:
    """Do one part on a worker; bad input is an answer, which no retry would change."""
    try:
        return work(part)
    except AppError as error:
        return _Refused(error)


@dataclass(frozen=True, slots=True)
class _Gathering(Generic[P, R]):
    """The parts, and the answers so far by the number of their part."""

    work: Callable[[P], R]
    parts: Sequence[P]
    tell: Progress
    found: dict[int, R | _Refused]

    def through(self, executor: Executor, watch: Callable[[], None]) -> None:
        """Do the parts that have no answer yet; ``watch`` is called when nothing has come for a while."""
        futures = {executor.submit(_guarded, self.work, part): i for i, part in enumerate(self.parts) if i not in self.found}
        try:
            waiting = set(futures)
            while waiting:
                done, waiting = wait(waiting, timeout=WORKER_SECONDS, return_when=FIRST_COMPLETED)
                for future in done:
                    self.found[futures[future]] = future.result()
                    self.tell(len(self.found), len(self.parts))
                if not done:
                    watch()
        finally:
            for future in futures:
                future.cancel()

    def answers(self) -> list[R]:
        """Return the answers in the order of the parts, or raise what the first part that was refused says."""
        answers = []
        for i in range(len(self.parts)):
            answer = self.found[i]
            if isinstance(answer, _Refused):
                raise answer.error
            answers.append(answer)
        return answers


def _by_processes(gathering: _Gathering[P, R], many: int) -> None:
    """Do the parts in fresh processes (nothing of this one is forked); when one of them dies, others take its place."""
    for _ in range(1 + LOSSES):
        with ProcessPoolExecutor(many, mp_context=multiprocessing.get_context("spawn")) as pool:
            try:
                gathering.through(pool, _nothing)
            except BrokenProcessPool:
                continue
            return
    raise SetupError("compute.lost", times=1 + LOSSES)


def _by_dask(gathering: _Gathering[P, R], many: int, scheduler: str, prepare: Callable[[], None]) -> None:
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise SetupError("compute.no_dask") from error
    with ThreadPoolExecutor(1) as beside:
        prepared = beside.submit(prepare)
        _with_client(gathering, many, scheduler, prepared)


def _with_client(gathering: _Gathering[P, R], many: int, scheduler: str, prepared: Future[None]) -> None:
    from distributed import KilledWorker

    with _client(many, scheduler) as client:
        prepared.result()
        try:
            gathering.through(client.get_executor(pure=False, retries=LOSSES), lambda: _await_worker(client, scheduler))
        except (KilledWorker, CancelledError) as error:
            raise SetupError("compute.lost", times=1 + LOSSES) from error
        except (ModuleNotFoundError, RuntimeError) as error:
            # A worker says so itself; a scheduler, which reads what is sent too, in the cause of its error.
            missing = error if isinstance(error, ModuleNotFoundError) else error.__cause__
            if not isinstance(missing, ModuleNotFoundError):
                raise
            raise SetupError("compute.worker_without_jiwar", module=missing.name or "") from error


@contextmanager
def _client(many: int, scheduler: str) -> Iterator[Any]:
    """Open a connection to the named scheduler, or to workers of our own that listen on this machine alone."""
    import logging

    import distributed

    dask: Any = distributed  # its classes carry no types
    if not scheduler:
        # The mapped files of a part count as a worker's memory, so that Dask's own watch would end workers that are well.
        with (
            dask.LocalCluster(n_workers=many, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0", memory_limit=0,
                         silence_logs=logging.CRITICAL) as cluster,
            dask.Client(cluster, set_as_default=False, direct_to_workers=True) as client,
        ):  # fmt: skip
            yield client
        return
    try:
        client = dask.Client(scheduler, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SetupError("compute.no_scheduler", address=scheduler[:120]) from error
    with client:
        _await_worker(client, scheduler)
        # A worker that cannot read what it is sent would leave without a word. Asked with a function that every Python has.
        if not all(client.run(find_spec, __name__.partition(".")[0]).values()):
            raise SetupError("compute.worker_without_jiwar", module=__name__)
        yield client


def _await_worker(client: Any, scheduler: str) -> None:
    """Return once there is a worker, at once where there is one."""
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError as error:
        raise SetupError("compute.no_workers", address=scheduler[:120]) from error


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


def _nothing() -> None:
    """Do nothing: there is nothing to prepare, and a pool of processes says itself that one has died."""
