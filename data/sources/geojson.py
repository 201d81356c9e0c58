"""GeoJSON: a FeatureCollection read as plain JSON, so that no driver ever decides what the text really is."""

from __future__ import annotations

import json

import numpy as np
import pyproj
import shapely

from data.sources.crs import named_crs
from data.sources.positions import with_positions
from data.sources.table import RawTable, cell_text, check_size, unique_headers
from geo.errors import BadCell, InputError


def read(data: bytes) -> RawTable:
    """Return the features in the bytes of a GeoJSON file: one row each, properties as columns.

    Raises
    ------
    InputError : ``import.damaged`` (not JSON, or nested too deep), ``import.not_geojson``, ``import.empty``,
        ``import.crs_unknown`` and the limits.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError("import.damaged") from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection" or not isinstance(document.get("features"), list):
        raise InputError("import.not_geojson")
    features = document["features"]
    if not features:
        raise InputError("import.empty")
    check_size(rows=len(features))
    table = _properties_table(features)
    geometries = np.array([_geometry(feature) for feature in features], dtype=object)
    broken = tuple(
        BadCell(number, "geometry", json.dumps(feature.get("geometry"))[:120], "import.geometry_unreadable")
        for number, feature, shape in zip(table.numbers, features, geometries, strict=True)
        if isinstance(feature, dict) and feature.get("geometry") is not None and shape is None
    )
    placed = with_positions(table, geometries, _declared(document))
    return RawTable(placed.headers, placed.rows, placed.numbers, placed.lon, placed.lat, placed.crs, placed.issues + broken)


def _declared(document: dict[str, object]) -> pyproj.CRS | None:
    crs = document.get("crs")
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return named_crs(str(properties.get("name", "")) if isinstance(properties, dict) else str(crs))


def _properties_table(features: list[object]) -> RawTable:
    keys: dict[str, None] = {}
    issues = []
    records: list[dict[str, object]] = []
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(feature, dict) or not isinstance(properties or {}, dict):
            issues.append(BadCell(number, "", json.dumps(feature)[:120], "import.not_a_feature"))
            properties = {}
        record = dict(properties or {})
        if isinstance(feature, dict) and "id" in feature:
            record.setdefault("id", feature["id"])
        keys.update(dict.fromkeys(record))
        records.append(record)
        check_size(columns=len(keys))
    names = list(keys)
    rows = tuple(tuple(_text(record.get(key)) for key in names) for record in records)
    return RawTable(unique_headers(names), rows, tuple(range(1, len(rows) + 1)), issues=tuple(issues))


def _text(value: object) -> str:
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return "; ".join(cell_text(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else cell_text(value)


def _geometry(feature: object) -> object:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        return None
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point" and isinstance(coordinates, list) and len(coordinates) >= 2:
        x, y = coordinates[:2]
        # shapely keeps not-a-number and infinity apart from "no geometry"; the caller reports them.
        return shapely.Point(float(x), float(y)) if _is_number(x) and _is_number(y) else None
    shape = shapely.from_geojson(json.dumps(geometry), on_invalid="ignore")
    return shape if shape is not None and shapely.is_valid(shape) else None


def _is_number(value: object) -> bool:
    # An integer beyond any coordinate may have more digits than a float can hold.
    return isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15)
