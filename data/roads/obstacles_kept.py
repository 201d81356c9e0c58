"""Obstacles kept on disk as Jiwar's own GeoJSON: what the analysis reads of them and nothing else of the file they came from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shapely.geometry

from data.roads.register import write_synced
from geo.obstacles import Obstacle, Quantiles

FORMAT = 1
"""Of the file: a change makes new files."""


def keep_obstacles(path: Path, obstacles: Sequence[Obstacle]) -> None:
    """Write obstacles so that ``data.roads.obstacles.read_obstacles`` reads the same ones."""
    document = {"type": "FeatureCollection", "features": [_feature(one) for one in obstacles]}
    write_synced(path, json.dumps(document, ensure_ascii=False).encode())


def _feature(one: Obstacle) -> dict[str, Any]:
    known = {
        "type": one.kind, "direction": one.direction, "delay_min": _delay(one.delay), "p_open": None if one.p_open is None else list(one.p_open),
        "may_pass": None if one.may_pass is None else sorted(one.may_pass), "valid_from": _day(one.valid_from), "valid_to": _day(one.valid_to),
        "source": one.source,
    }  # fmt: skip
    stated = {name: value for name, value in known.items() if value is not None}
    return {"type": "Feature", "id": one.obstacle_id, "properties": stated, "geometry": shapely.geometry.mapping(one.shape)}


def _delay(delay: Quantiles | None) -> dict[str, float] | None:
    return None if delay is None else {f"p{share * 100!r}": minutes for share, minutes in delay}


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
