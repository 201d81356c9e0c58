"""The child process that reads a GeoTIFF: `python -I child.py [ROW COLUMN HEIGHT WIDTH]` takes the file on stdin.

It answers with a line of JSON about the grid and, where a window is named, its values (npy). Memory, time and what it writes are capped before the
first byte is read, and by then no file or socket can be opened any more; of GDAL's formats only GeoTIFF is tried.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY = 4 << 30
CPU_SECONDS = 300
ANSWER = 1 << 30
OPEN_FILES = 64
TOO_HEAVY = 3
REFUSED = 4
"""Exit codes: out of memory; refused, with the reason as JSON on stderr."""


def main() -> int:
    """Read stdin; return the exit code."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, ANSWER), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):  # fmt: skip
        resource.setrlimit(what, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    sys.path.insert(0, str(Path(__file__).parents[2]))
    import encodings.idna  # noqa: F401 - loads lazily, and no file can be opened later
    import warnings

    import numpy as np
    import numpy.ma
    import rasterio.io
    import rasterio.windows
    from rasterio.errors import RasterioError

    from geo.errors import InputError

    warnings.simplefilter("ignore")  # a place that is not told is refused below
    rasterio.crs.CRS.from_epsg(4326).to_authority()  # opens what the reference systems are looked up in
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    try:
        with rasterio.io.MemoryFile(sys.stdin.buffer.read()) as held, held.open(driver="GTiff") as grid:
            sys.stdout.buffer.write(json.dumps(_about(grid)).encode() + b"\n")
            if len(sys.argv) > 1:
                row, column, height, width = (int(word) for word in sys.argv[1:])
                read = grid.read(1, window=rasterio.windows.Window(column, row, width, height), masked=True, out_dtype="float32")
                values = np.ascontiguousarray(read.filled(np.nan))
                # Not write_array: it opens the file a second time, which this process no longer may.
                np.lib.format.write_array_header_1_0(sys.stdout.buffer, np.lib.format.header_data_from_array_1_0(values))
                sys.stdout.buffer.write(values.data)
        sys.stdout.buffer.flush()
    except InputError as error:
        sys.stderr.write(json.dumps({"error": error.code, "params": error.params}))
        return REFUSED
    except MemoryError:
        return TOO_HEAVY
    except (RasterioError, ValueError):
        sys.stderr.write(json.dumps({"error": "grids.damaged", "params": {}}))
        return REFUSED
    return 0


def _about(grid: Any) -> dict[str, Any]:
    """Return where a grid lies; InputError ``grids.bands``, ``grids.kind``, ``grids.crs`` or ``grids.turned``."""
    from geo.errors import InputError

    if grid.count != 1:
        raise InputError("grids.bands", bands=grid.count)
    if "complex" in grid.dtypes[0]:
        raise InputError("grids.kind")
    authority = grid.crs.to_authority() if grid.crs else None
    if authority is None:
        raise InputError("grids.crs")
    place = grid.transform
    if place.b or place.d or not place.a > 0 or not place.e < 0:
        raise InputError("grids.turned")
    return {
        "crs": ":".join(authority),
        "west": place.c,
        "north": place.f,
        "width": place.a,
        "height": -place.e,
        "rows": grid.height,
        "columns": grid.width,
    }


if __name__ == "__main__":
    sys.exit(main())
