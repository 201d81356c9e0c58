"""Travel time across a surface without roads: eight neighbours, the same costs as MCP_Geometric; walking with slopes, which has a direction.

Isotropic: a step costs its length times the mean of both cells' friction (minutes a metre). Walking: the friction is that of flat ground and the
step is slowed by its slope, v = v_flat x exp(-3.5 |slope + 0.05|) / exp(-0.175) (Tobler's function as AccessMod's r.walk has it).
A cell that is not finite or is 0 or less is a barrier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from geo.errors import InputError

Surface = npt.NDArray[np.floating[Any]]
Direction = Literal["from_sites", "to_sites"]
SLOPE_RATE = 3.5
SLOPE_BEST = 0.05
"""Of Tobler's function: walkers are fastest on a slope of 5 % downwards."""
_WIDTH = 0.5
"""Width of a bucket as a share of the median step."""
_MOST_BUCKETS = 500_000
_MOST_CELLS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class RasterTime:
    """Result of a search.

    Parameters
    ----------
    minutes : rows x columns; infinite where nothing is reached within the limit.
    blocked : numbers of the sites that stand on a barrier or beyond the surface; they count for nothing and are to be reported.
    """

    minutes: npt.NDArray[np.float64]
    blocked: tuple[int, ...]


def friction_of_speed(kph: Surface) -> npt.NDArray[np.float64]:
    """Return minutes a metre for km/h; infinite (a barrier) where the speed is 0 or unknown."""
    speed = np.asarray(kph, dtype=float)
    minutes: npt.NDArray[np.float64] = np.divide(0.06, speed, out=np.full(speed.shape, np.inf), where=np.isfinite(speed) & (speed > 0))
    return minutes


def raster_minutes(
    friction: Surface,
    sites: npt.NDArray[np.integer[Any]],
    cell: tuple[float, float],
    *,
    elevation: Surface | None = None,
    limit: float = np.inf,
    direction: Direction = "from_sites",
) -> RasterTime:
    """Return the minutes between each cell and the nearest site.

    Parameters
    ----------
    friction : rows x columns, minutes a metre. sites : k x 2 row and column. cell : height and width of a cell, metres.
    elevation : rows x columns, metres; walking with slopes where it is given. A cell without one is a barrier.
    limit : minutes, included. direction : which way people go; it matters only with slopes.

    Raises
    ------
    InputError : ``travel.raster_shape`` where the tables differ in shape or a cell has no size, ``travel.raster_no_site`` where every site is on a barrier.
    """
    cost = np.asarray(friction, dtype=float)
    flat = elevation is None
    heights = np.zeros((1, 1)) if elevation is None else np.asarray(elevation, dtype=float)
    if (
        cost.ndim != 2
        or not 0 < cost.size < _MOST_CELLS // 2
        or (not flat and heights.shape != cost.shape)
        or not (0 < cell[0] < np.inf and 0 < cell[1] < np.inf)
    ):
        raise InputError("travel.raster_shape")
    free = np.logical_and(cost > 0, cost < np.inf)
    if not flat:
        free = np.logical_and(free, np.isfinite(heights))
    places = np.asarray(sites, dtype=np.int64).reshape(-1, 2)
    inside = np.asarray(np.logical_and(places >= 0, places < np.array(cost.shape)).all(axis=1))
    good = inside & free[tuple(np.where(inside[:, None], places, 0).T)]
    if not good.any():
        raise InputError("travel.raster_no_site")
    padded = np.empty((cost.shape[0] + 2, cost.shape[1] + 2))
    padded[[0, -1]] = padded[:, [0, -1]] = np.inf
    padded[1:-1, 1:-1] = cost
    if free.all():
        dearest = float(cost.max())
    else:
        padded[1:-1, 1:-1][~free] = np.inf
        dearest = float(np.max(cost, where=free, initial=0.0))
    ground = None if flat else np.pad(np.where(free, heights, 0.0), 1)
    steepest = 1.0 if flat else _steepest(heights[free], min(cell))
    del free  # a tenth of a gigabyte on a surface of 10,000 x 10,000 cells
    return RasterTime(_search(padded, dearest, ground, places[good] + 1, cell, limit, direction, steepest), tuple(np.flatnonzero(~good).tolist()))


def _search(
    cost: npt.NDArray[np.float64], dearest: float, heights: npt.NDArray[np.float64] | None, seeds: npt.NDArray[np.int64], cell: tuple[float, float], limit: float,
    direction: Direction, steepest: float,
) -> npt.NDArray[np.float64]:  # fmt: skip
    """Return the minutes of a surface from those of the same with a border of barriers around it."""
    from geo.raster_numba import search

    wide = cost.shape[1]
    steps = np.array([(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if r or c])
    lengths = np.hypot(steps[:, 0] * cell[0], steps[:, 1] * cell[1])
    sample = cost.ravel()[:: max(1, cost.size // 10_000)]
    sample = sample[sample < np.inf]
    longest = dearest * float(lengths.max()) * steepest
    width = max(_WIDTH * float(np.median(sample)) * float(lengths.min()) if len(sample) else 0.0, longest / _MOST_BUCKETS)
    buckets = 1 << int(np.ceil(np.log2(longest / width + 3)))
    begin = np.unique(seeds[:, 0] * wide + seeds[:, 1])
    sign = 1.0 if direction == "from_sites" else -1.0
    size = cost.size // 2 + 4096
    while True:
        reach = np.full(cost.size, np.nextafter(limit, np.inf))
        first = np.full(buckets, -1, dtype=np.int32)
        following, queued = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
        ground = np.zeros(0) if heights is None else heights.ravel()
        if search(cost.ravel(), wide, ground, heights is None, sign, SLOPE_RATE, SLOPE_BEST, begin, steps @ np.array([wide, 1]), lengths * 0.5, lengths, 1.0 / width,
                  reach, first, following, queued):  # fmt: skip
            np.abs(reach, out=reach)
            if limit < np.inf:
                reach[reach > limit] = np.inf
            return reach.reshape(cost.shape)[1:-1, 1:-1]
        size *= 2


def _steepest(heights: npt.NDArray[np.float64], step: float) -> float:
    """Return the most that a slope between any two cells can slow a step."""
    return float(np.exp(min(SLOPE_RATE * (np.ptp(heights) / step + SLOPE_BEST) - SLOPE_RATE * SLOPE_BEST, 700.0)))
