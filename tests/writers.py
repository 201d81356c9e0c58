"""Processes that write to a store and are killed: each a process of its own, forked from one that has imported everything already."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import TextIO

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["data.submissions", "jobs.bulk", "tests.data.test_store"])


class Writer:
    """A running process, and the lines that it says."""

    def __init__(self, process: ForkServerProcess, lines: TextIO) -> None:
        self._process = process
        self.lines = lines

    def kill(self) -> None:
        """Kill it at once (SIGKILL)."""
        self._process.kill()

    def wait(self) -> int | None:
        """Return how it ended."""
        self._process.join()
        return self._process.exitcode


@contextmanager
def writing_process(work: Callable[..., None], *arguments: object) -> Iterator[Writer]:
    """Run ``work(say, *arguments)`` in a process of its own; ``say`` hands over one line of text at once, as an acknowledgement."""
    reader, told = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_run, args=(told, work, arguments))
    process.start()
    told.close()
    with os.fdopen(os.dup(reader.fileno()), encoding="utf-8") as lines:
        reader.close()
        try:
            yield Writer(process, lines)
        finally:
            process.kill()
            process.join()


def _run(told: Connection, work: Callable[..., None], arguments: tuple[object, ...]) -> None:
    def say(line: str) -> None:
        os.write(told.fileno(), f"{line}\n".encode())

    work(say, *arguments)
