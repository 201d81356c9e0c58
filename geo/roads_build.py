"""From ways as they were read to the road graph: cut at junctions, measured, put in order; all on whole arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from geo.roads import DTYPES, UNITS, Ints, RoadGraph, great_circle, spans

RAW_DTYPES = {
    "way": "i8", "ref": "i8", "ref_lon": "i4", "ref_lat": "i4", "car": "f4", "ambulance": "f4", "walk": "f4", "oneway": "i1", "minutes": "f4",
    "length": "f8", "node": "i8", "barrier": "u1", "signal": "?",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RawRoads:
    """Ways in the order of their file: w ways, r vertices, k nodes that carry something.

    Parameters
    ----------
    way : w + 1 offsets into the vertices.
    ref : r numbers; equal numbers are one node.
    ref_lon, ref_lat : r places, 1e-7 degrees.
    car, ambulance, walk : w speeds, km/h; 0 = not allowed.
    oneway : w values, 1, -1 or 0.
    minutes : w crossing times of ferries, 0 = none.
    length : w metres; 0 where the vertices are to be measured.
    node : k numbers of nodes that have a barrier or a traffic light.
    barrier : k codes. signal : k truths.
    """

    way: npt.NDArray[Any]
    ref: npt.NDArray[Any]
    ref_lon: npt.NDArray[Any]
    ref_lat: npt.NDArray[Any]
    car: npt.NDArray[Any]
    ambulance: npt.NDArray[Any]
    walk: npt.NDArray[Any]
    oneway: npt.NDArray[Any]
    minutes: npt.NDArray[Any]
    length: npt.NDArray[Any]
    node: npt.NDArray[Any]
    barrier: npt.NDArray[Any]
    signal: npt.NDArray[Any]

    def sound(self) -> bool:
        """Say whether the arrays fit each other: they come from a process that read a file nobody vouches for."""
        w, r = len(self.car), len(self.ref)
        if any(getattr(self, one.name).dtype != np.dtype(RAW_DTYPES[one.name]) or getattr(self, one.name).ndim != 1 for one in fields(self)):
            return False
        sizes = all(len(array) == w for array in (self.ambulance, self.walk, self.oneway, self.minutes, self.length))
        sizes = sizes and len(self.way) == w + 1 and len(self.ref_lon) == len(self.ref_lat) == r
        sizes = sizes and len(self.node) == len(self.barrier) == len(self.signal)
        if not sizes or self.way[0] != 0 or self.way[-1] != r or (np.diff(self.way) < 2).any():
            return False
        numbers = (self.car, self.ambulance, self.walk, self.minutes, self.length)
        placed = r == 0 or (np.abs(self.ref_lon).max() <= 180 * UNITS and np.abs(self.ref_lat).max() <= 90 * UNITS)
        return bool(placed and all(np.isfinite(array).all() and (array >= 0).all() for array in numbers))


def build_graph(raw: RawRoads) -> RoadGraph:
    """Return the graph of some ways.

    A way is cut where another way (or itself) passes through one of its vertices, and at vertices with a barrier or a light.

    Raises
    ------
    InputError : ``travel.no_roads`` where no way leads anywhere.
    """
    if not len(raw.car):
        raise InputError("travel.no_roads")
    numbers, first, number, count = np.unique(raw.ref, return_index=True, return_inverse=True, return_counts=True)
    key = count > 1
    key[number[raw.way[:-1]]] = True
    key[number[raw.way[1:] - 1]] = True
    carried = np.searchsorted(numbers, raw.node)
    carried_here = (carried < len(numbers)) & (numbers[np.minimum(carried, len(numbers) - 1)] == raw.node)
    key[carried[carried_here]] = True

    cut = key[number]
    at = np.flatnonzero(cut)
    whose = np.searchsorted(raw.way, at, side="right") - 1
    same = whose[:-1] == whose[1:]
    left, right, way = at[:-1][same], at[1:][same], whose[:-1][same]

    places = np.flatnonzero(key)
    order = np.argsort(_morton(raw.ref_lon[first[places]], raw.ref_lat[first[places]]), kind="stable")
    places = places[order]
    node_of = np.full(len(numbers), -1, dtype=np.int64)
    node_of[places] = np.arange(len(places))

    length = _lengths(raw, left, right)
    given = raw.length[way] > 0
    length[given] = raw.length[way[given]]
    u, v = node_of[number[left]], node_of[number[right]]
    good = (u != v) | (length > 0)
    left, right, way, length, u, v = (array[good] for array in (left, right, way, length, u, v))
    if not len(u):
        raise InputError("travel.no_roads")
    by_start = np.lexsort((v, u))
    left, right, way, length, u, v = (array[by_start] for array in (left, right, way, length, u, v))

    points = right - left + 1
    vertices = spans(points, left)
    barrier, signal = np.zeros(len(places), dtype=np.uint8), np.zeros(len(places), dtype=bool)
    barrier[node_of[carried[carried_here]]] = raw.barrier[carried_here]
    signal[node_of[carried[carried_here]]] = raw.signal[carried_here]
    arrays = {
        "lon": raw.ref_lon[first[places]], "lat": raw.ref_lat[first[places]], "barrier": barrier, "signal": signal,
        "start": np.concatenate([[0], np.cumsum(np.bincount(u, minlength=len(places)))]), "u": u, "v": v, "length": length,
        "car": raw.car[way], "ambulance": raw.ambulance[way], "walk": raw.walk[way], "minutes": _shared_minutes(raw, way, length), "oneway": raw.oneway[way],
        "shape": np.concatenate([[0], np.cumsum(points)]), "shape_lon": raw.ref_lon[vertices], "shape_lat": raw.ref_lat[vertices],
    }  # fmt: skip
    return RoadGraph(**{name: np.ascontiguousarray(array, dtype=DTYPES[name]) for name, array in arrays.items()})


def _lengths(raw: RawRoads, left: Ints, right: Ints) -> npt.NDArray[np.float64]:
    """Return metres along the vertices from ``left`` to ``right``, measured in pieces so that a country fits."""
    along = np.zeros(len(raw.ref))
    for low in range(0, len(raw.ref) - 1, 1_000_000):
        here = slice(low, min(low + 1_000_000, len(raw.ref) - 1))
        lon, lat = raw.ref_lon[here.start : here.stop + 1] / UNITS, raw.ref_lat[here.start : here.stop + 1] / UNITS
        along[here.start + 1 : here.stop + 1] = great_circle(lon[:-1], lat[:-1], lon[1:], lat[1:])
    # Summed edge by edge, not as a difference of running totals, which would lose digits over a country.
    total = np.add.reduceat(along, np.stack([left + 1, right + 1], axis=1).ravel()[:-1])[::2] if len(left) else np.zeros(0)
    return np.asarray(total, dtype=float)


def _shared_minutes(raw: RawRoads, way: Ints, length: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Share a ferry's crossing time among the edges that it was cut into, by their length."""
    whole = np.bincount(way, weights=length, minlength=len(raw.car))[way]
    return raw.minutes[way] * np.divide(length, whole, out=np.zeros_like(length), where=whole > 0)


def _morton(lon: npt.NDArray[Any], lat: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
    """Return the place on a Z-shaped curve through the plane: near numbers are mostly near places."""
    return _spread(lon) | (_spread(lat) << np.uint64(1))


def _spread(values: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
    bits = (values.astype(np.int64) + 2**31).astype(np.uint64)
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333), (1, 0x5555555555555555)):
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits
