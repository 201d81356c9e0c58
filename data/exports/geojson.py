"""GeoJSON as RFC 7946 has it: longitude first, WGS 84, no geometry where no place is known."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd

from data.exports.meta import ExportMeta


def write_geojson(table: pd.DataFrame, meta: ExportMeta) -> bytes:
    """Write the table as a GeoJSON feature collection.

    Parameters
    ----------
    table : from ``site_table``.
    meta : becomes the foreign members ``title``, ``metadata`` and ``sources``.

    Returns
    -------
    UTF-8. One feature a row, its ``id`` the site's, all columns as properties: dates as YYYY-MM-DD, missing numbers and
    dates null. A site without a position is a feature whose geometry is null.

    Source: RFC 7946.
    """
    marked = meta.marked(table)
    columns = {name: _values(marked[name]) for name in marked.columns}
    features = [
        {"type": "Feature", "id": row["site_id"], "geometry": _point(row["lon"], row["lat"]), "properties": row}
        for row in (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))
    ]
    sources = [
        dict(zip(meta.sources.columns, cells, strict=True)) for cells in zip(*(_values(meta.sources[n]) for n in meta.sources.columns), strict=True)
    ]
    collection = {
        "type": "FeatureCollection",
        "title": meta.title,
        "metadata": {code: value for code, _, value in meta.facts()} | {"training": meta.training},
        "sources": sources,
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _point(lon: object, lat: object) -> dict[str, object] | None:
    return None if lon is None or lat is None else {"type": "Point", "coordinates": [lon, lat]}


def _values(column: pd.Series) -> list[object]:
    cells = column.astype(object).where(column.notna(), None).tolist()
    return [cell.isoformat() if isinstance(cell, dt.date) else cell for cell in cells]
