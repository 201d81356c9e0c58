"""The child process that reads an upload: `python -I child.py KIND` takes bytes on stdin and answers JSON on stdout.

Before the first byte of the upload is read, its memory, time, and output files are capped, and after the libraries have
opened what they need it may not open another file or socket at all: its limit on open files becomes zero.
"""

from __future__ import annotations

import codecs
import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.sources.table import RawTable

MEMORY = 2 << 30
CPU_SECONDS = 20
OPEN_FILES = 64
ENCODINGS = ("ascii", "latin-1", "utf-8", "utf-8-sig", "utf-16", "cp437", "cp1252", "cp1255", "cp1256")
TOO_HEAVY = 3
"""Exit code of a child that ran out of memory."""


def main() -> int:
    """Read stdin as the kind of file named by the first argument; return the exit code."""
    _limit()
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from geo.errors import InputError

    kind = sys.argv[1]
    if kind == "drivers":
        from data.sources.gpkg import skipped_drivers

        return _answer({"drivers": skipped_drivers()})
    read = _reader(kind)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    try:
        return _answer({"table": asdict(read(sys.stdin.buffer.read()))})
    except InputError as error:
        return _answer({"error": error.code, "params": error.params})
    except MemoryError:
        return TOO_HEAVY


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def _reader(kind: str) -> Callable[[bytes], RawTable]:
    """Import everything that reading ``kind`` needs, codecs too, which load lazily; afterwards no file can be opened."""
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    if kind == "csv":
        from data.sources import csv

        return csv.read
    if kind == "xlsx":
        import python_calamine  # noqa: F401

        from data.sources import xlsx

        return xlsx.read
    from data.sources import crs

    crs.warm_up()
    if kind == "geojson":
        from data.sources import geojson

        return geojson.read
    if kind == "gpkg":
        import pyogrio.raw  # noqa: F401

        from data.sources import gpkg

        return gpkg.read
    import osmium  # noqa: F401

    from data.sources import osm

    return {"osm": osm.read_xml, "pbf": osm.read_pbf}[kind]


def _answer(reply: dict[str, object]) -> int:
    sys.stdout.buffer.write(json.dumps(reply).encode())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
