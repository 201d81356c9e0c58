"""Travel time across a surface of friction: a GeoTIFF, sites and points in, minutes of all pairs within a limit out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj

from data.rasters.read import read_grid
from data.roads.tables import Places
from geo.errors import InputError
from geo.grids import Grid
from geo.raster import raster_minutes
from geo.roads import Bools, Floats
from geo.travel import Minutes, limit_ms
from geo.travel_network import MS

MOST_CELLS = 25_000_000
MOST_WORK = 4_000_000_000
"""Cells of a surface, and cells times sites, that are computed in one run."""
TOLD = 20
"""Ids of places that are told one by one; all are counted."""
GEOD = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, eq=False)
class Standing:
    """Where places stand on a surface.

    Parameters
    ----------
    cell : k x 2, row and column. outside, barrier : k truths; a barrier is a cell whose friction is not stated, not finite or not above 0.
    """

    cell: np.ndarray
    outside: Bools
    barrier: Bools

    @property
    def good(self) -> Bools:
        """Those from which one can start."""
        return np.logical_not(np.logical_or(self.outside, self.barrier))


def surface_minutes(path: Path, points: Places, sites: Places, limit: float) -> tuple[Minutes, dict[str, object]]:
    """Return the minutes of all pairs within a limit across a surface, and the account.

    A place stands for its whole cell: two places of one cell are 0 minutes apart. Places that stand on a barrier or outside have no pair, and are told.

    Parameters
    ----------
    path : GeoTIFF of friction, minutes a metre. limit : minutes, included.

    Raises
    ------
    InputError : what ``data.rasters.read.read_grid`` says; ``grids.too_much_work``; ``grids.all_sites`` or ``grids.all_points`` where none stands on the surface.
    """
    grid = read_grid(path, most=MOST_CELLS)
    at_sites, at_points = _standing(grid, sites), _standing(grid, points)
    for code, where in (("sites", at_sites), ("points", at_points)):
        if not where.good.any():
            raise InputError(f"grids.all_{code}", outside=int(where.outside.sum()), barrier=int(where.barrier.sum()))
    cells, place = np.unique(at_sites.cell[at_sites.good], axis=0, return_inverse=True)
    if len(cells) * grid.values.size > MOST_WORK:
        raise InputError("grids.too_much_work", cells=f"{grid.values.size:,}", sites=f"{len(cells):,}")
    size, off = cell_metres(grid)
    good_points, good_sites = np.flatnonzero(at_points.good), np.flatnonzero(at_sites.good)
    rows, columns = at_points.cell[good_points].T
    friction = grid.values.astype(float)
    pairs: list[tuple[np.ndarray, np.ndarray, Floats]] = []
    for k, cell in enumerate(cells):
        minutes = raster_minutes(friction, cell[None], size, limit=limit + 1 / MS).minutes[rows, columns]
        minutes[minutes * MS >= limit_ms(limit) + 0.5] = np.inf  # rounded to the millisecond, as on roads
        within = np.flatnonzero(np.isfinite(minutes))
        here = good_sites[place.ravel() == k]
        pairs += [(good_points[within], np.full(len(within), site), minutes[within]) for site in here]
    point, site, ways = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    order = np.lexsort((site, point))
    found = Minutes(point[order], site[order], np.rint(ways[order] * MS).astype(np.int64), len(points), len(sites))
    return found, {
        "engine": "raster", "mode": "surface", "estimate": False, "rows": grid.values.shape[0], "columns": grid.values.shape[1], "crs": grid.crs,
        "cell_metres": [round(metres, 3) for metres in size], "cell_width_off": round(off, 6),
        **{f"{name}_{what}": int(which.sum()) for name, where in (("points", at_points), ("sites", at_sites))
           for what, which in (("outside", where.outside), ("on_barrier", where.barrier))},
        "without_way": {name: [places.ids[i] for i in np.flatnonzero(~where.good)[:TOLD]] for name, places, where in (("points", points, at_points), ("sites", sites, at_sites))},
    }  # fmt: skip


def cell_metres(grid: Grid) -> tuple[tuple[float, float], float]:
    """Return height and width of a cell in metres, and by what share the width of any cell differs from that at most.

    Where the units are degrees, both are those in the middle of the grid: further north a degree is narrower. Elsewhere the unit is taken as it is.
    """
    crs = pyproj.CRS.from_user_input(grid.crs)
    if not crs.is_geographic:
        factor = float(crs.axis_info[0].unit_conversion_factor)
        return (grid.height * factor, grid.width * factor), 0.0
    rows = grid.values.shape[0]
    edges = grid.north, grid.north - rows * grid.height
    middle = sum(edges) / 2
    height = GEOD.inv(0.0, middle - grid.height / 2, 0.0, middle + grid.height / 2)[2]
    width, *others = (GEOD.inv(0.0, lat, grid.width, lat)[2] for lat in (middle, *edges))
    return (float(height), float(width)), max(abs(other / width - 1) for other in others)


def _standing(grid: Grid, places: Places) -> Standing:
    cell = grid.cells(places.lon, places.lat)
    outside: Bools = np.any((cell < 0) | (cell >= np.array(grid.values.shape)), axis=1)
    friction = grid.values[tuple(np.where(outside[:, None], 0, cell).T)]
    free: Bools = np.isfinite(friction) & (friction > 0)
    return Standing(cell, outside, ~outside & ~free)
