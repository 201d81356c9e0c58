"""The child process that reads a road file: `python -I child.py KIND` takes the file on stdin and writes arrays (npy, one after another) to stdout.

Memory, time and what it writes are capped before the first byte is read, and by then no file or socket can be opened any more.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import fields
from pathlib import Path

MEMORY = 6 << 30
CPU_SECONDS = 3600
ANSWER = 8 << 30
OPEN_FILES = 64
TOO_HEAVY = 3
REFUSED = 4
"""Exit codes: out of memory; refused, with the reason as JSON on stderr."""


def main() -> int:
    """Read stdin as the kind of file named by the first argument; return the exit code."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, ANSWER),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(what, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    sys.path.insert(0, str(Path(__file__).parents[2]))
    import encodings.idna  # noqa: F401 - loads lazily, and no file can be opened later

    import defusedxml.ElementTree  # noqa: F401
    import numpy as np
    import osmium.filter
    import osmium.io  # noqa: F401

    from data.roads import graphml, osm
    from geo.errors import InputError

    kind = sys.argv[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    try:
        raw = graphml.read(sys.stdin.buffer) if kind == "graphml" else osm.read(kind)
        for one in fields(raw):
            array = np.ascontiguousarray(getattr(raw, one.name))
            # Not write_array: it opens the file a second time, which this process no longer may.
            np.lib.format.write_array_header_1_0(sys.stdout.buffer, np.lib.format.header_data_from_array_1_0(array))
            sys.stdout.buffer.write(array.data)
        sys.stdout.buffer.flush()
    except InputError as error:
        sys.stderr.write(json.dumps({"error": error.code, "params": error.params}))
        return REFUSED
    except MemoryError:
        return TOO_HEAVY
    return 0


if __name__ == "__main__":
    sys.exit(main())
