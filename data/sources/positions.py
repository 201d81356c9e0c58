"""From geometry to one position a row: the point itself, or a point inside a line or a shape."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pyproj
import shapely

from data.sources.crs import is_degrees, to_degrees
from data.sources.table import RawTable
from geo.errors import BadCell


def with_positions(table: RawTable, geometries: np.ndarray, crs: pyproj.CRS | None) -> RawTable:
    """Return ``table`` with longitude and latitude taken from geometries.

    Parameters
    ----------
    table : n rows.
    geometries : n geometries of shapely; None for a row without.
    crs : what the file declares; None where it declares nothing, and the numbers are taken as they are.

    Returns
    -------
    The table; a row whose coordinates are not finite carries an issue and no position.
    """
    shapes = np.asarray(geometries, dtype=object)
    points = np.where(shapely.get_type_id(shapes) == shapely.GeometryType.POINT, shapes, shapely.point_on_surface(shapes))
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    x, y = shapely.get_x(points), shapely.get_y(points)
    converted = crs is not None and not is_degrees(crs)
    if crs is not None and converted:
        x, y = to_degrees(x, y, crs)
    finite = np.isfinite(x) & np.isfinite(y)
    issues = tuple(
        BadCell(table.numbers[i], "geometry", shapely.to_wkt(shapes[i])[:120], "import.coordinates_unreadable")
        for i in np.flatnonzero(present & ~finite)
    )
    return replace(
        table,
        lon=tuple(_number(value, good) for value, good in zip(x, finite, strict=True)),
        lat=tuple(_number(value, good) for value, good in zip(y, finite, strict=True)),
        crs=crs.to_string()[:120] if crs is not None and converted else "",
        issues=table.issues + issues,
    )


def _number(value: float, good: bool) -> float | None:
    return float(value) if good and math.isfinite(value) else None
