"""Obstacles from GeoJSON: Jiwar's own fields, or OCHA's closure layer for the West Bank as it is published."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.geometry

from geo.errors import InputError
from geo.obstacles import KINDS, Obstacle, Quantiles

MAX_BYTES = 50_000_000
OCHA_KINDS: Mapping[str, str] = {
    "1": "checkpoint", "2": "partial_checkpoint", "3": "road_gate_open", "4": "earth_mound", "5": "roadblock", "6": "road_gate_closed",
    "10": "partial_checkpoint_closed_gate", "11": "partial_checkpoint_open_gate",
    "CHK": "checkpoint", "PCP": "partial_checkpoint", "ORG": "road_gate_open", "EMD": "earth_mound", "RDB": "roadblock", "CRG": "road_gate_closed",
    "PCC": "partial_checkpoint_closed_gate", "PCO": "partial_checkpoint_open_gate",
}  # fmt: skip
"""OCHA's numbers (``closutretype``) and letters (``type_closure_abbrev``). What the numbers mean is read from the letters beside them in the layer."""
OCHA_GONE = ("dismantle", "to be deleted")
"""Remarks of the layer's editors on obstacles that are no longer there."""
OCHA_PERMIT = frozenset({"jerusalem_id", "israeli_citizen", "permit_holder", "emergency"})
"""Who passes a checkpoint that controls access to East Jerusalem or the seam zone. Source: OCHA oPt 2023, West Bank IDs need permits."""
_NAMES: Mapping[str, str] = {"roadgate": "road_gate_closed", "gate": "road_gate_closed", "closed_gate": "road_gate_closed", "open_gate": "road_gate_open",
                             "road_gate": "road_gate_closed", "mound": "earth_mound", "linear_closure": "linear", "earth_wall": "linear", "road_block": "roadblock",
                             "checkpoint_staffed": "checkpoint", "staffed_checkpoint": "checkpoint", "checkpoint_partial": "partial_checkpoint"}  # fmt: skip


def read_obstacles(path: Path) -> list[Obstacle]:
    """Return the obstacles of a GeoJSON file (WGS 84).

    Fields of a feature: ``type`` (a key of ``geo.obstacles.KINDS``), and if they are known ``id`` (else its number in the file), ``direction`` (``both`` or degrees),
    ``delay_min`` (minutes, or shares of days such as ``{"p10": 0, "p50": 15, "p90": 60}``), ``p_open`` (a probability, 24 of them by hour, or hours
    such as ``{"6-18": 0.9, "else": 0.2}``), ``may_pass`` (list of mobility classes), ``valid_from``, ``valid_to`` (days) and ``source``.

    Raises
    ------
    InputError : ``travel.no_file``, ``travel.obstacles_damaged``, or ``travel.bad_obstacle`` with the number of the feature and the field.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("travel.obstacles_damaged", file=path.name)
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InputError("travel.no_file", file=str(path), reason=error.strerror or "") from error
    except (ValueError, RecursionError) as error:
        raise InputError("travel.obstacles_damaged", file=path.name) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise InputError("travel.obstacles_damaged", file=path.name)
    found = [(number, one) for number, feature in enumerate(features, start=1) if (one := _obstacle(feature, number)) is not None]
    named: set[str] = set()
    for number, one in found:
        if one.obstacle_id in named:
            raise _bad(number, "id", one.obstacle_id)
        named |= {one.obstacle_id} - {""}
    return [one if one.obstacle_id else replace(one, obstacle_id=_free(str(number), named)) for number, one in found]


def _free(number: str, named: set[str]) -> str:
    """Return the id of an obstacle that has none: its number, unless another one is called so."""
    return number if number not in named else _free(f"#{number}", named)


def _obstacle(feature: Any, number: int) -> Obstacle | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise _bad(number, "properties", "")
    shape = _shape(feature.get("geometry"), number)
    if "closutretype" in properties or "type_closure_abbrev" in properties:
        return _ocha(properties, shape, number)
    text = str(properties.get("type") or "").strip().lower().replace(" ", "_").replace("-", "_")
    kind = _NAMES.get(text, text)
    if kind not in KINDS:
        raise _bad(number, "type", text)
    passers = properties.get("may_pass", properties.get("who_may_pass"))
    if passers is not None and not (isinstance(passers, list) and all(isinstance(one, str) for one in passers)):
        raise _bad(number, "may_pass", passers)
    return Obstacle(
        next((str(one) for one in (feature.get("id"), properties.get("id")) if one is not None and one != ""), ""), kind, shape, _direction(properties.get("direction"), number),
        _delay(properties.get("delay_min", properties.get("delay")), number), _p_open(properties.get("p_open"), number),
        None if passers is None else frozenset(passers), _day(properties, "valid_from", number), _day(properties, "valid_to", number),
        str(properties.get("source") or "")[:300],
    )  # fmt: skip


def _ocha(properties: Mapping[str, Any], shape: Any, number: int) -> Obstacle | None:
    code = str(properties.get("closutretype") or "").strip().removesuffix(".0")
    letters = str(properties.get("type_closure_abbrev") or "").strip().upper()
    kind = OCHA_KINDS.get(code) or OCHA_KINDS.get(letters)
    if kind is None:
        raise _bad(number, "closutretype", code or letters)
    if any(word in str(properties.get("othernames") or "").lower() for word in OCHA_GONE):
        return None
    controls = str(properties.get("cp_types_text") or "")
    permit = kind == "checkpoint" and ("EJ" in controls or "seamzone" in controls)
    since = _month(str(properties.get("monthyear") or ""))
    return Obstacle(f"ocha-{number}", kind, shape, may_pass=OCHA_PERMIT if permit else None, source=f"UN OCHA oPt {since}".strip())


def _shape(geometry: Any, number: int) -> Any:
    try:
        with np.errstate(invalid="ignore"):
            shape = shapely.geometry.shape(geometry)
    except (TypeError, ValueError, AttributeError, KeyError, IndexError, shapely.errors.ShapelyError) as error:
        raise _bad(number, "geometry", geometry) from error
    known = shape.geom_type in {"Point", "LineString", "MultiLineString"} and not shape.is_empty and np.isfinite(shapely.get_coordinates(shape)).all()
    bounds = shape.bounds if known else (math.nan,) * 4
    if not (-180 <= bounds[0] <= bounds[2] <= 180 and -90 <= bounds[1] <= bounds[3] <= 90):
        raise _bad(number, "geometry", geometry)
    return shapely.force_2d(shape)


def _direction(value: Any, number: int) -> float | None:
    if value in (None, "both", ""):  # a tuple: what has no hash has no place in a set
        return None
    return _number(value, number, "direction", 360.0)


def _delay(value: Any, number: int) -> Quantiles | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        minutes = _number(value, number, "delay_min", 1440.0)
        return ((0.0, minutes), (1.0, minutes))
    points = []
    for key, minutes in value.items():
        share = {"min": "p0", "max": "p100", "median": "p50"}.get(str(key), str(key))
        points.append((_number(share.removeprefix("p"), number, "delay_min", 100.0) / 100, _number(minutes, number, "delay_min", 1440.0)))
    points.sort()
    if not points or any(later[1] < earlier[1] for earlier, later in itertools.pairwise(points)):
        raise _bad(number, "delay_min", value)
    return tuple(points)


def _p_open(value: Any, number: int) -> tuple[float, ...] | None:
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 24:
        return tuple(_number(one, number, "p_open", 1.0) for one in value)
    if not isinstance(value, dict):
        return (_number(value, number, "p_open", 1.0),) * 24
    hours = [_number(value.get("else", 0.0), number, "p_open", 1.0)] * 24
    for key, chance in value.items():
        if key == "else":
            continue
        first, _, last = str(key).partition("-")
        low, high = (int(_number(text, number, "p_open", 24.0)) for text in (first, last or str(_number(first, number, "p_open", 23.0) + 1)))
        for hour in range(low, high if high > low else high + 24):
            hours[hour % 24] = _number(chance, number, "p_open", 1.0)
    return tuple(hours)


def _day(properties: Mapping[str, Any], field: str, number: int) -> dt.date | None:
    value = properties.get(field)
    if value is None or value == "":
        return None
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise _bad(number, field, value) from error


def _month(text: str) -> str:
    return text if len(text) < 12 else ""


def _number(value: Any, number: int, field: str, most: float) -> float:
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise _bad(number, field, value) from error
    if not 0 <= found <= most:
        raise _bad(number, field, value)
    return found


def _bad(number: int, field: str, value: Any) -> InputError:
    return InputError("travel.bad_obstacle", number=number, field=field, value=str(value)[:80])
