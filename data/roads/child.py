"""The child process that reads a road file: `python -I child.py KIND` takes the file on stdin and writes arrays (npy, one after another) to stdout.

Memory, time and what it writes are capped before the first byte is read, and by then no file or socket can be opened any more.
"""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path

MEMORY = 6 << 30
CPU_SECONDS = 3600
ANSWER = 8 << 30


def main() -> int:
    """Read stdin as the kind of file named by the first argument; return the exit code."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from data import confined

    confined.confine(MEMORY, ANSWER, CPU_SECONDS)
    import defusedxml.ElementTree  # noqa: F401
    import osmium.filter
    import osmium.io  # noqa: F401

    from data.roads import graphml, osm
    from geo.errors import InputError

    kind = sys.argv[1]
    confined.shut()
    try:
        raw = graphml.read(sys.stdin.buffer) if kind == "graphml" else osm.read(kind)
        for one in fields(raw):
            confined.write_array(getattr(raw, one.name))
        sys.stdout.buffer.flush()
    except InputError as error:
        return confined.refuse(error)
    except MemoryError:
        return confined.TOO_HEAVY
    return 0


if __name__ == "__main__":
    sys.exit(main())
