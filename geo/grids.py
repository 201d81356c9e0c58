"""Population grids: cells of a raster turned into few points with people, governorate by governorate, with their share of each cell at the borders."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely.geometry

from geo.errors import InputError

MOST_POINTS = 200
"""Points that stand for the cells of one governorate, at most."""
APART_M = 2_000.0
"""How far a place that is no demand point takes cells away: those that no other locality is nearer to."""
_GROWTH = 1.3
_MEAN_RADIUS_M = 6_371_000.0


@dataclass(frozen=True, eq=False)
class Grid:
    """A raster.

    Parameters
    ----------
    values : rows x columns, from north to south; NaN where nothing is stated.
    crs : code of its reference system, such as EPSG:4326. west, north : of its corner. width, height : of a cell; all in the units of ``crs``.
    """

    values: npt.NDArray[np.float32]
    crs: str
    west: float
    north: float
    width: float
    height: float

    @property
    def degrees(self) -> bool:
        """Whether the units are degrees."""
        return bool(pyproj.CRS.from_user_input(self.crs).is_geographic)

    def cells(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Return row and column of places given in degrees, k x 2; beyond the raster they are negative or too large."""
        x, y = pyproj.Transformer.from_crs(4326, self.crs, always_xy=True).transform(lon, lat)
        found = np.stack([np.floor((self.north - np.asarray(y)) / self.height), np.floor((np.asarray(x) - self.west) / self.width)], axis=1)
        most = max(self.values.shape)
        whole: npt.NDArray[np.int64] = np.clip(np.nan_to_num(found, nan=-1.0, posinf=-1.0, neginf=-1.0), -1, most).astype(np.int64)
        return whole


def grid_points(grid: Grid, areas: gpd.GeoSeries, apart: pd.DataFrame, most: int = MOST_POINTS) -> pd.DataFrame:
    """Return points that stand for the people of a grid, at most ``most`` in each area.

    A cell on a border gives each area the people of the part of it that lies there (exactextract's exact fractions). Neighbouring cells, in
    squares as small as ``most`` allows, make one point: the centroid of their people.

    Parameters
    ----------
    grid : people by cell. areas : shapes by ``area_id``, degrees.
    apart : localities with lon, lat and ``out``: whether their people are no demand. A cell within ``APART_M`` of one of these, which no other
        locality is nearer to, is left out. most : points.

    Returns
    -------
    Columns area_id, lon, lat, weight (people of the grid, above 0), in the order of ``areas``; ``attrs`` tells the grid's own
    ``people`` in the areas, rounded, and how many of them are ``left_out``.

    Raises
    ------
    InputError : ``grids.negative`` for a cell with fewer than 0 people; ``grids.nobody`` where no area has anybody.
    """
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    if (grid.values < 0).any() or np.isinf(grid.values).any():
        raise InputError("grids.negative")
    rows, columns = grid.values.shape
    source = NumPyRasterSource(
        grid.values, grid.west, grid.north - rows * grid.height, grid.west + columns * grid.width, grid.north, nodata=float("nan")
    )
    shapes = areas.set_crs(4326, allow_override=True).to_crs(grid.crs)
    back = pyproj.Transformer.from_crs(grid.crs, 4326, always_xy=True)
    found, gone, everybody = [], 0.0, 0.0
    for area_id, shape in shapes.items():
        if shape is None or shape.is_empty:
            continue
        feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shape)}
        got = exact_extract(source, [feature], ["values", "coverage", "center_x", "center_y"])[0]["properties"]
        people = np.ma.filled(np.ma.asarray(got["values"], dtype=float), 0.0) * np.asarray(got["coverage"], dtype=float)
        x, y = (np.asarray(got[name], dtype=float) for name in ("center_x", "center_y"))
        lived = people > 0  # false for NaN too
        people, x, y = people[lived], x[lived], y[lived]
        lon, lat = (np.asarray(part, dtype=float) for part in back.transform(x, y))
        kept = ~_taken(lon, lat, apart)
        everybody, gone = everybody + float(people.sum()), gone + float(people[~kept].sum())
        if kept.any():
            found.append(_gathered(grid, people[kept], x[kept], y[kept], most).assign(area_id=area_id))
    if not found:
        raise InputError("grids.nobody")
    out = pd.concat(found, ignore_index=True)
    out["lon"], out["lat"] = back.transform(out.pop("x").to_numpy(), out.pop("y").to_numpy())
    out.attrs |= {"people": round(everybody), "left_out": round(gone)}
    return out[["area_id", "lon", "lat", "weight"]]


def _gathered(grid: Grid, people: npt.NDArray[np.float64], x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], most: int) -> pd.DataFrame:
    """Return the centroids of the people in squares of cells, the smallest squares of which there are no more than ``most``."""
    row, column = np.floor((grid.north - y) / grid.height).astype(np.int64), np.floor((x - grid.west) / grid.width).astype(np.int64)
    size = 1
    while True:
        square = (row // size) * (grid.values.shape[1] + 1) + column // size
        names, at = np.unique(square, return_inverse=True)
        if len(names) <= most:
            break
        size = max(size + 1, int(size * _GROWTH))
    weight = np.bincount(at, people)
    return pd.DataFrame({"x": np.bincount(at, people * x) / weight, "y": np.bincount(at, people * y) / weight, "weight": weight})


def _taken(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], apart: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Say which cells belong to a locality that is no demand point."""
    from scipy.spatial import cKDTree

    out = apart["out"].to_numpy(dtype=bool)
    if not out.any() or not len(lon):
        return np.zeros(len(lon), dtype=bool)
    scale = np.radians(1) * _MEAN_RADIUS_M
    narrow = float(np.cos(np.radians(lat.mean())))
    tree = cKDTree(np.stack([apart["lon"].to_numpy(dtype=float) * scale * narrow, apart["lat"].to_numpy(dtype=float) * scale], axis=1))
    metres, nearest = tree.query(np.stack([lon * scale * narrow, lat * scale], axis=1))
    taken: npt.NDArray[np.bool_] = out[nearest] & (metres <= APART_M)
    return taken
