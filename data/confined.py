"""Both ends of a child process that reads a file nobody vouches for: how it is asked, and how it confines itself before the first byte."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from geo.errors import InputError

if TYPE_CHECKING:
    import numpy as np

TOO_HEAVY = 3
REFUSED = 4
"""Exit codes: out of memory; refused, with the reason as JSON on stderr."""
_SEGFAULT = -11
_OPEN_FILES = 64


@contextmanager
def ask(
    child: Path, arguments: Collection[str], stream: FileIO, *, part: str, refusals: Collection[str], seconds: float, environment: Mapping[str, str]
) -> Iterator[IO[bytes]]:
    """Run a child on an open, unbuffered file and give its answer, which is as hostile as the file.

    Parameters
    ----------
    child : the script. arguments : of it. part : first word of the codes of errors.
    refusals : the codes that a child may refuse with. seconds : by the clock.
    environment : all that it gets to see besides how to behave on a shared machine; nothing of the server's own.

    Raises
    ------
    InputError : ``PART.too_heavy``, ``PART.damaged``, or one of ``refusals``.
    """
    plain = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
    stream.seek(0)
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as reason:
        command = [sys.executable, "-I", str(child), *arguments]
        with subprocess.Popen(command, env={**plain, **environment}, cwd="/", stdin=stream, stdout=answer, stderr=reason) as running:
            timer = threading.Timer(seconds, running.kill)
            timer.start()
            code = running.wait()
            timer.cancel()
        answer.seek(0)
        reason.seek(0)
        if code == REFUSED:
            raise _refusal(reason.read(10_000), part, refusals)
        if code == TOO_HEAVY or (code < 0 and code != _SEGFAULT):
            raise InputError(f"{part}.too_heavy")
        if code != 0:
            raise InputError(f"{part}.damaged")
        yield answer


def _refusal(text: bytes, part: str, refusals: Collection[str]) -> InputError:
    try:
        said = json.loads(text)
        code, params = str(said["error"]), {str(key): int(value) for key, value in said["params"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return InputError(f"{part}.damaged")
    return InputError(code, **params) if code in refusals else InputError(f"{part}.damaged")


def confine(memory: int, answer: int, cpu_seconds: int) -> None:
    """In the child: cap its memory, what it writes (bytes) and its time; ``shut`` follows once its libraries have opened what they need."""
    for what, limit in (
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, answer), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):  # fmt: skip
        resource.setrlimit(what, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    import encodings.idna  # noqa: F401 - loads lazily, and no file can be opened later


def shut() -> None:
    """In the child: from here on no file and no socket can be opened."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def refuse(error: InputError) -> int:
    """In the child: say why, and return the exit code."""
    sys.stderr.write(json.dumps({"error": error.code, "params": error.params}))
    return REFUSED


def write_array(array: np.ndarray[Any, Any]) -> None:
    """In the child: write an array (npy) to stdout. Not numpy's ``write_array``: it opens the file a second time, which the child no longer may."""
    import numpy as np

    array = np.ascontiguousarray(array)
    np.lib.format.write_array_header_1_0(sys.stdout.buffer, np.lib.format.header_data_from_array_1_0(array))
    sys.stdout.buffer.write(array.data)
