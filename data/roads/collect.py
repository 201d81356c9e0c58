"""Ways collected one by one into flat arrays, with as little memory as a country allows."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from geo.errors import InputError
from geo.roads_build import RAW_DTYPES, RawRoads
from geo.roads_rules import WayRule

MAX_VERTICES = 60_000_000
_CODES = {"way": "q", "ref": "q", "ref_lon": "i", "ref_lat": "i", "car": "f", "ambulance": "f", "walk": "f", "oneway": "b", "minutes": "f", "length": "d",
          "node": "q", "barrier": "B", "signal": "b"}  # fmt: skip


class Collector:
    """The ways and nodes found so far."""

    def __init__(self) -> None:
        self._columns: dict[str, Any] = {name: array(code) for name, code in _CODES.items()}
        self._columns["way"].append(0)

    def way(self, rule: WayRule, refs: list[int], lons: list[int], lats: list[int], length: float = 0.0) -> None:
        """Add a way of at least two vertices; InputError ``travel.too_many_roads`` beyond ``MAX_VERTICES``."""
        columns = self._columns
        columns["ref"].extend(refs)
        columns["ref_lon"].extend(lons)
        columns["ref_lat"].extend(lats)
        columns["way"].append(len(columns["ref"]))
        for name, value in (("car", rule.car), ("ambulance", rule.ambulance), ("walk", rule.walk), ("minutes", rule.minutes), ("length", length)):
            columns[name].append(value)
        columns["oneway"].append(rule.oneway)
        if len(columns["ref"]) > MAX_VERTICES:
            raise InputError("travel.too_many_roads", limit=MAX_VERTICES)

    def node(self, number: int, barrier: int, *, signal: bool) -> None:
        """Add a node that has a barrier or a traffic light."""
        self._columns["node"].append(number)
        self._columns["barrier"].append(barrier)
        self._columns["signal"].append(signal)

    def raw(self) -> RawRoads:
        """Return what was found."""
        return RawRoads(
            **{name: np.frombuffer(column, dtype=column.typecode).astype(RAW_DTYPES[name], copy=False) for name, column in self._columns.items()}
        )
