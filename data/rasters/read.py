"""Read a GeoTIFF, whose content nobody vouches for, in a confined process: one band, north up, in a known reference system."""

from __future__ import annotations

import json
import math
import re
from io import FileIO
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyproj
from pyproj.exceptions import ProjError

from data.confined import ask
from geo.errors import InputError
from geo.grids import Grid

MAX_BYTES = 1_000_000_000
MAX_CELLS = 80_000_000
"""Cells that are read at once: a country at 100 metres."""
WALL_SECONDS = 300.0
REFUSALS = ("grids.bands", "grids.kind", "grids.crs", "grids.turned", "grids.damaged")
_CHILD = Path(__file__).parent / "child.py"
_ENVIRONMENT = {"GDAL_NUM_THREADS": "1", "PROJ_NETWORK": "OFF",
                "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_DRIVER_PATH": "disable", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none"}  # fmt: skip
_CODE = re.compile(r"(EPSG|ESRI):[0-9]{3,6}")
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
Bounds = tuple[float, float, float, float]


def read_grid(path: Path, bounds: Bounds | None = None, most: int = MAX_CELLS) -> Grid:
    """Return the values of a GeoTIFF; NaN where it states none.

    Parameters
    ----------
    path : the file, known by its content. bounds : west, south, east, north in degrees: only what lies there is read.
    most : cells.

    Raises
    ------
    InputError : ``grids.no_file``, ``grids.not_tiff``, ``grids.too_large``, ``grids.too_many_cells``, ``grids.too_heavy``, ``grids.elsewhere`` where
        nothing of it lies within the bounds, and the child's refusals: ``grids.bands``, ``grids.kind``, ``grids.crs``, ``grids.turned``, ``grids.damaged``.
    """
    try:
        with path.open("rb", buffering=0) as stream:
            if path.stat().st_size > MAX_BYTES:
                raise InputError("grids.too_large", megabytes=MAX_BYTES // 1_000_000)
            if not stream.read(4).startswith(_TIFF):
                raise InputError("grids.not_tiff")
            about = _checked(_asked(stream)[0])
            window = _window(about, bounds)
            if window[2] * window[3] > most:
                raise InputError("grids.too_many_cells", cells=f"{window[2] * window[3]:,}", most=f"{most:,}")
            values = _asked(stream, *window)[1]
    except OSError as error:
        raise InputError("grids.no_file", file=str(path), reason=error.strerror or "") from error
    if values is None or values.shape != (window[2], window[3]) or values.dtype != np.float32:
        raise InputError("grids.damaged")
    west, north = about["west"] + window[1] * about["width"], about["north"] - window[0] * about["height"]
    return Grid(values, about["crs"], west, north, about["width"], about["height"])


def _asked(stream: FileIO, *window: int) -> tuple[Any, np.ndarray | None]:
    """Return what the child says about the grid, and the values where a window is named."""
    with ask(
        _CHILD, [str(number) for number in window], stream, part="grids", refusals=REFUSALS, seconds=WALL_SECONDS, environment=_ENVIRONMENT
    ) as answer:
        return _answer(answer, with_values=bool(window))


def _answer(answer: IO[bytes], *, with_values: bool) -> tuple[Any, np.ndarray | None]:
    try:
        about = json.loads(answer.readline(10_000))
        return about, np.lib.format.read_array(answer, allow_pickle=False) if with_values else None
    except (ValueError, EOFError, RecursionError) as error:
        raise InputError("grids.damaged") from error


def _checked(said: Any) -> dict[str, Any]:
    """Return what the child said, as far as it can be: it read a hostile file."""
    try:
        crs = str(said["crs"])
        about: dict[str, Any] = {name: float(said[name]) for name in ("west", "north", "width", "height")}
        about |= {name: int(said[name]) for name in ("rows", "columns")}
    except (KeyError, TypeError, ValueError) as error:
        raise InputError("grids.damaged") from error
    if not _CODE.fullmatch(crs):
        raise InputError("grids.crs")
    sizes = (about["width"], about["height"], about["rows"], about["columns"])
    if not all(math.isfinite(value) for value in about.values()) or min(sizes) <= 0:
        raise InputError("grids.damaged")
    return about | {"crs": crs}


def _window(about: dict[str, Any], bounds: Bounds | None) -> tuple[int, int, int, int]:
    """Return row, column, height and width of the part that lies within the bounds."""
    rows, columns = about["rows"], about["columns"]
    try:
        there = pyproj.Transformer.from_crs(4326, about["crs"], always_xy=True)
        west, south, east, north = there.transform_bounds(*bounds) if bounds else (0.0, 0.0, 0.0, 0.0)
    except ProjError as error:
        raise InputError("grids.crs") from error
    if bounds is None:
        return 0, 0, rows, columns
    if not all(map(math.isfinite, (west, south, east, north))):
        raise InputError("grids.elsewhere")
    first = math.floor((west - about["west"]) / about["width"]), math.floor((about["north"] - north) / about["height"])
    last = math.ceil((east - about["west"]) / about["width"]), math.ceil((about["north"] - south) / about["height"])
    left, top, right, bottom = max(first[0], 0), max(first[1], 0), min(last[0], columns), min(last[1], rows)
    if right <= left or bottom <= top:
        raise InputError("grids.elsewhere")
    return top, left, bottom - top, right - left
