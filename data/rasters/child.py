"""The child process that reads a GeoTIFF: `python -I child.py [ROW COLUMN HEIGHT WIDTH]` takes the file on stdin.

It answers with a line of JSON about the grid and, where a window is named, its values (npy). Memory, time and what it writes are capped before the
first byte is read, and by then no file or socket can be opened any more; of GDAL's formats only GeoTIFF is tried.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

MEMORY = 4 << 30
CPU_SECONDS = 300
ANSWER = 1 << 30


def main() -> int:
    """Read stdin; return the exit code."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from data import confined

    confined.confine(MEMORY, ANSWER, CPU_SECONDS)
    import warnings

    import numpy as np
    import numpy.ma
    import rasterio.io
    import rasterio.windows
    from rasterio.errors import RasterioError

    from geo.errors import InputError

    warnings.simplefilter("ignore")  # a place that is not told is refused below
    rasterio.crs.CRS.from_epsg(4326).to_authority()  # opens what the reference systems are looked up in
    confined.shut()
    try:
        with rasterio.io.MemoryFile(sys.stdin.buffer.read()) as held, held.open(driver="GTiff") as grid:
            sys.stdout.buffer.write(json.dumps(_about(grid)).encode() + b"\n")
            if len(sys.argv) > 1:
                row, column, height, width = (int(word) for word in sys.argv[1:])
                read = grid.read(1, window=rasterio.windows.Window(column, row, width, height), masked=True, out_dtype="float32")
                confined.write_array(read.filled(np.nan))
        sys.stdout.buffer.flush()
    except InputError as error:
        return confined.refuse(error)
    except MemoryError:
        return confined.TOO_HEAVY
    except (RasterioError, ValueError):
        return confined.refuse(InputError("grids.damaged"))
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
