"""The gate of every upload: its size and first bytes are checked, then a child process with hard limits reads it."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

from data.sources.table import MAX_BYTES, RawTable
from data.sources.xlsx import check_zip
from geo.errors import AppError, BadCell, InputError, SetupError

WALL_SECONDS = 20.0
MAX_ANSWER = 400_000_000
_CHILD = Path(__file__).parent / "sources" / "child.py"
_XML_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_XML_ROOT = re.compile(rb"<(?![?!])(?:\w+:)?(\w+)")
_TOO_HEAVY_EXIT = 3
_SEGFAULT = -11


def parse(data: bytes, *, wanted: str | None = None) -> tuple[str, RawTable]:
    """Read an upload in the sandbox.

    Parameters
    ----------
    data : the file's bytes; nothing in them is trusted, and its name plays no part.
    wanted : format that the person named, one of ``FORMATS``; None to go by the content alone.

    Returns
    -------
    The format, and the table as it was written.

    Raises
    ------
    InputError : one clear reason (``import.empty_file``, ``import.too_large``, ``import.unknown_format``,
        ``import.format_mismatch``, ``import.too_heavy``, ``import.damaged`` and what the formats raise).
    """
    if not data.strip():
        raise InputError("import.empty_file")
    if len(data) > MAX_BYTES:
        raise InputError("import.too_large", megabytes=round(len(data) / 1e6), limit=MAX_BYTES // 1_000_000)
    kind = sniff(data)
    found = "osm" if kind == "pbf" else kind
    if wanted is not None and wanted != found:
        raise InputError("import.format_mismatch", wanted=wanted, found=found)
    return found, read_table(kind, data)


def sniff(data: bytes) -> str:
    """Return what the content of a file says that it is: csv, xlsx, geojson, gpkg, osm or pbf.

    Raises
    ------
    InputError : ``import.unknown_format``, ``import.unknown_xml``, ``import.old_excel``, ``import.broken_zip``, ``import.zip_bomb``.
    """
    if data.startswith(b"PK"):
        if "xl/workbook.xml" in check_zip(data):
            return "xlsx"
        raise InputError("import.unknown_format")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError("import.old_excel")
    if data.startswith(b"SQLite format 3\0"):
        if data[68:72] in (b"GPKG", b"GP10", b"GP11"):
            return "gpkg"
        raise InputError("import.unknown_format")
    if b"OSMHeader" in data[:32]:
        return "pbf"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "csv"
    start = data.removeprefix(b"\xef\xbb\xbf")[:4096].lstrip()
    if start.startswith(b"<"):
        root = _XML_ROOT.search(_XML_COMMENT.sub(b"", start))
        if root is not None and root[1] == b"osm":
            return "osm"
        raise InputError("import.unknown_xml", root=root[1].decode("ascii", "replace")[:40] if root else "?")
    if start.startswith((b"{", b"[")):
        return "geojson"
    if b"\0" in start or start.startswith(b"%PDF") or sum(byte < 9 or 13 < byte < 32 for byte in start) * 20 > len(start):
        raise InputError("import.unknown_format")
    return "csv"


def read_table(kind: str, data: bytes) -> RawTable:
    """Read ``data`` as ``kind`` in the child process, whatever its first bytes say; see `parse` for the errors."""
    reply = _run(kind, data)
    if "error" in reply:
        raise _error(str(reply["error"]), reply.get("params"))
    try:
        return _table(reply["table"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError("import.damaged") from error


def _error(code: str, params: object) -> AppError:
    plain = {str(key): value for key, value in params.items()} if isinstance(params, dict) else {}
    return (SetupError if code == "import.sandbox" else InputError)(code, **plain)


@functools.cache
def _skipped_drivers() -> str:
    return str(_run("drivers", b"")["drivers"])


def _environment(kind: str) -> dict[str, str]:
    """Nothing of the server's own environment: its secrets stay out, and GDAL loses its drivers and its web access."""
    settings = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OSMIUM_POOL_THREADS": "1", "LC_ALL": "C.UTF-8", "PROJ_NETWORK": "OFF"}
    if kind == "gpkg":
        skip = _skipped_drivers()
        settings |= {"OGR_SKIP": skip, "GDAL_SKIP": skip, "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
                     "GDAL_HTTP_TIMEOUT": "1", "GDAL_DRIVER_PATH": "disable", "OGR_SQLITE_LOAD_EXTENSIONS": ""}  # fmt: skip
    return settings


def _run(kind: str, data: bytes) -> dict[str, object]:
    command = [sys.executable, "-I", str(_CHILD), kind]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=_environment(kind), cwd="/", **pipes) as child:  # type: ignore[call-overload]
        timer = threading.Timer(WALL_SECONDS, child.kill)
        feeder = threading.Thread(target=_feed, args=(child.stdin, data), daemon=True)
        timer.start()
        feeder.start()
        answer = child.stdout.read(MAX_ANSWER + 1)
        if len(answer) > MAX_ANSWER:
            child.kill()
        code = child.wait()
        feeder.join()
        timer.cancel()
    if code in (0, None) and len(answer) <= MAX_ANSWER:
        return _json(answer)
    if code == _TOO_HEAVY_EXIT or (code < 0 and code != _SEGFAULT) or len(answer) > MAX_ANSWER:
        raise InputError("import.too_heavy", seconds=int(WALL_SECONDS))
    raise InputError("import.damaged")


def _feed(pipe: object, data: bytes) -> None:
    try:
        pipe.write(data)  # type: ignore[attr-defined]
        pipe.close()  # type: ignore[attr-defined]
    except BrokenPipeError:
        return  # the child ended first; its exit code says why


def _json(answer: bytes) -> dict[str, object]:
    try:
        reply = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise InputError("import.damaged") from error
    if not isinstance(reply, dict):
        raise InputError("import.damaged")
    return reply


def _table(reply: object) -> RawTable:
    """Build the table from the child's answer, checked like any other input: the child read a hostile file."""
    if not isinstance(reply, dict):
        raise TypeError
    headers = tuple(str(header) for header in reply["headers"])
    rows = tuple(tuple(str(cell) for cell in row) for row in reply["rows"])
    numbers = tuple(int(number) for number in reply["numbers"])
    positions = [None if reply[axis] is None else tuple(None if v is None else float(v) for v in reply[axis]) for axis in ("lon", "lat")]
    issues = tuple(BadCell(**issue) for issue in reply["issues"])
    sizes = {len(rows), len(numbers), *(len(axis) for axis in positions if axis is not None)}
    if len(sizes) != 1 or any(len(row) != len(headers) for row in rows):
        raise ValueError
    return RawTable(headers, rows, numbers, positions[0], positions[1], str(reply["crs"]), issues)
