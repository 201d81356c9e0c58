"""The road graph: junctions and the pieces of road between them, as arrays that scale to a country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.roads_rules import BARRIER_CODES

EARTH_M = 6_371_009.0
"""Radius of the sphere on which lengths are measured, metres: the one that osmnx uses."""
UNITS = 1e7
"""Places are whole numbers of 1e-7 degrees, as OpenStreetMap keeps them."""
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
DTYPES: Mapping[str, str] = {
    "lon": "i4", "lat": "i4", "barrier": "u1", "signal": "?", "start": "i8", "u": "i4", "v": "i4", "length": "f8", "car": "f4", "ambulance": "f4",
    "walk": "f4", "minutes": "f4", "oneway": "i1", "shape": "i8", "shape_lon": "i4", "shape_lat": "i4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """A road network; n nodes, m edges sorted by ``u``, each with its own speed along all of it.

    Parameters
    ----------
    lon, lat : n places in ``UNITS`` of a degree, WGS 84; nodes stand in Morton order, so that neighbours are near in memory.
    barrier : n codes, positions in ``roads_rules.BARRIER_CODES``.
    signal : whether a node has a traffic light.
    start : n + 1 offsets; edges ``start[i]`` to ``start[i + 1]`` leave node i (``u``) and end at ``v``.
    u, v : m nodes.
    length : m metres.
    car, ambulance, walk : m speeds, km/h; 0 = not allowed.
    minutes : m crossing times of ferries; 0 = the speed decides.
    oneway : m values: 1 only from u to v, -1 only from v to u, 0 both; walkers go both ways on roads.
    shape : m + 1 offsets into ``shape_lon`` and ``shape_lat``, the vertices of each edge from u to v, in ``UNITS``.
    """

    lon: npt.NDArray[Any]
    lat: npt.NDArray[Any]
    barrier: npt.NDArray[Any]
    signal: npt.NDArray[Any]
    start: npt.NDArray[Any]
    u: npt.NDArray[Any]
    v: npt.NDArray[Any]
    length: npt.NDArray[Any]
    car: npt.NDArray[Any]
    ambulance: npt.NDArray[Any]
    walk: npt.NDArray[Any]
    minutes: npt.NDArray[Any]
    oneway: npt.NDArray[Any]
    shape: npt.NDArray[Any]
    shape_lon: npt.NDArray[Any]
    shape_lat: npt.NDArray[Any]

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return len(self.lon)

    @property
    def edges(self) -> int:
        """How many edges."""
        return len(self.u)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, degrees."""
        return (
            float(self.shape_lon.min()) / UNITS, float(self.shape_lat.min()) / UNITS,
            float(self.shape_lon.max()) / UNITS, float(self.shape_lat.max()) / UNITS,
        )  # fmt: skip

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays by name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def problems(self) -> list[str]:
        """Return what is wrong with the arrays, as words for a log; a graph from disk is checked before it is used."""
        n, m = self.nodes, self.edges
        sizes = {"lat": n, "barrier": n, "signal": n, "start": n + 1, "v": m, "length": m, "car": m, "ambulance": m, "walk": m, "minutes": m,
                 "oneway": m, "shape": m + 1, "shape_lat": len(self.shape_lon)}  # fmt: skip
        found = [f"{name} has {len(getattr(self, name))} entries" for name, size in sizes.items() if len(getattr(self, name)) != size]
        found += [f"{name} is {array.dtype}" for name, array in self.arrays().items() if array.dtype != np.dtype(DTYPES[name])]
        if found or m == 0:
            return found or ["no edges"]
        inside = min(self.u.min(), self.v.min()) >= 0 and max(self.u.max(), self.v.max()) < n
        shapes = self.shape[0] == 0 and self.shape[-1] == len(self.shape_lon) and (np.diff(self.shape) >= 2).all()
        speeds = all(np.isfinite(array).all() and (array >= 0).all() for array in (self.car, self.ambulance, self.walk, self.minutes, self.length))
        starts = self.start[0] == 0 and self.start[-1] == m and (np.diff(self.start) >= 0).all()
        checks = {"edges leave the nodes": inside, "shapes": shapes, "speeds or lengths": speeds, "barriers": self.barrier.max() < len(BARRIER_CODES),
                  "starts": starts}  # fmt: skip
        return [name for name, good in checks.items() if not good]


def great_circle(lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike) -> Floats:
    """Return metres between places given in degrees, by the haversine formula on a sphere of ``EARTH_M``."""
    x1, y1, x2, y2 = (np.radians(np.asarray(value, dtype=float)) for value in (lon1, lat1, lon2, lat2))
    h = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    distance: Floats = 2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(h, 1.0)))
    return distance


def spans(counts: npt.NDArray[Any], first: npt.NDArray[Any]) -> Ints:
    """Return ``first[0], first[0]+1, ...`` for ``counts[0]`` numbers, then those of ``first[1]``, and so on."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    numbers: Ints = np.arange(total, dtype=np.int64) + np.repeat(np.asarray(first, dtype=np.int64) - (ends - counts), counts)
    return numbers
