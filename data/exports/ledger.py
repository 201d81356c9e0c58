"""The gap ledger as files: a table of whole people, its totals, chances where they were drawn, and how every figure was made."""

from __future__ import annotations

import csv
import io
import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import shapely

from data.exports.csv import neutralise
from data.exports.gpkg import settle, write_layer
from data.exports.meta import SOURCE_COLUMNS, ExportMeta
from data.exports.xlsx import Sheets, write_about
from geo.ledger import PARTS

COLUMNS = {
    "area_id": "#adm1+code", "area": "#adm1+name", "country": "#country+code", "service": "#service+code", "group": "#beneficiary+code",
    "limit_minutes": "#meta+limit", "mode": "#meta+mode", "regime": "#meta+regime",
    "mobility": "#meta+mobility", "hour": "#meta+hour", "minutes_status": "#meta+status", "need": "#inneed", "served": "#reached",
    "full": "#inneed+full", "out_of_reach": "#inneed+out_of_reach", "excluded": "#inneed+excluded", "unknown": "#inneed+unknown",
}  # fmt: skip
"""Columns of the ledger, each with its hashtag."""
COMPARED = {"compare_regime": "#meta+regime+compared", "compare_mobility": "#meta+mobility+compared"} | {
    f"{part}_change": f"{COLUMNS[part]}+change" for part in PARTS
}
"""Further columns where two days or two mobility classes are compared: what with, and how many people more each part has there."""
CHANCES = {
    "level": "#meta+level", "area_id": "#adm1+code", "area": "#adm1+name", "point_id": "#loc+code", "point": "#loc+name", "lon": "#geo+lon",
    "lat": "#geo+lat", "country": "#country+code", "service": "#service+code", "group": "#beneficiary+code", "limit_minutes": "#meta+limit",
    "mode": "#meta+mode", "scenario": "#meta+scenario", "mobility": "#meta+mobility", "hour": "#meta+hour", "need": "#inneed",
    "off_roads": "#inneed+unknown", "probability": "#indicator+probability+num", "p10": "#indicator+minutes+p10+num",
    "p50": "#indicator+minutes+p50+num", "p90": "#indicator+minutes+p90+num", "draws": "#meta+draws", "seed": "#meta+seed",
}  # fmt: skip
"""Columns of chances, each with its hashtag: governorates first, then places."""
_DECIMAL = ("lon", "lat", "probability", "p10", "p50", "p90")
NUMBERS = ("limit_minutes", "hour", "need", "off_roads", "draws", "seed", *PARTS, *(f"{part}_change" for part in PARTS))
_WIDTH = 18


@dataclass(frozen=True, eq=False)
class LedgerFile:
    """A ledger with everything that a file says about it.

    Parameters
    ----------
    table : columns ``COLUMNS``, after them ``COMPARED`` where something is compared; one row a governorate; need, parts and changes are
        Int64, NA where the need is not known.
    shapes : the governorates' shapes, in the order of the rows.
    totals : columns country, need and parts, and changes where something is compared: one row a country; countries are never added up.
    method : (code, words, value) of how the figures were made.
    meta : the rest; its ``areas`` is not read.
    chances : columns ``CHANCES``; None where none were drawn. Minutes are NaN beyond what the draws look ahead, and with the probability where it is not known.
    """

    table: pd.DataFrame
    shapes: Sequence[shapely.Geometry | None]
    totals: pd.DataFrame
    method: Sequence[tuple[str, str, str]]
    meta: ExportMeta
    chances: pd.DataFrame | None = None

    @property
    def facts(self) -> list[tuple[str, str, str]]:
        """What the file says about itself, how the figures were made included."""
        return [*self.meta.facts(), *self.method]


def write_csv(file: LedgerFile) -> bytes:
    """Return the ledger as CSV: UTF-8 with a byte order mark and CRLF; no cell that a spreadsheet would run, and empty cells where the need is not known."""
    return table_csv(file.table, file.meta)


def table_csv(table: pd.DataFrame, meta: ExportMeta) -> bytes:
    """Return a table, such as the chances, as such a CSV."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    marked = meta.marked(table)
    writer.writerow(marked.columns)
    for row in marked.astype(object).where(marked.notna(), "").itertuples(index=False):
        writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(file: LedgerFile) -> bytes:
    """Return a workbook with the sheets ``ledger``, ``totals``, ``chances`` where there are some, and ``about``: how the figures were made, sources and columns. It holds no formula and no link."""
    out = io.BytesIO()
    sheets = Sheets(out, file.meta)
    marked, totals, tags = file.meta.marked(file.table), file.meta.marked(file.totals), COLUMNS | COMPARED
    sheets.write_table("ledger", marked, [*(tags[name] for name in file.table.columns), "#meta+notice"], [_WIDTH] * len(marked.columns))
    sheets.write_table("totals", totals, [*(tags[name] for name in file.totals.columns), "#meta+notice"], [_WIDTH] * len(totals.columns))
    told = list(marked.columns)
    if file.chances is not None:
        drawn = file.meta.marked(file.chances)
        sheets.write_table("chances", drawn, [*CHANCES.values(), "#meta+notice"], [_WIDTH] * len(drawn.columns))
        told += [name for name in drawn.columns if name not in told]
    words = [(name, file.meta.words("export.column.notice" if name == "notice" else f"gaps.column.{name}")) for name in told]
    write_about(sheets, file.meta, file.facts, words)
    sheets.book.close()
    return out.getvalue()


def write_gpkg(file: LedgerFile) -> bytes:
    """Return a GeoPackage (EPSG:4326) with the layer ``ledger`` of multipolygons, ``chances`` (points; governorates without a geometry) where there are some, and the tables ``totals``, ``about`` and ``sources``."""
    types = dict.fromkeys(NUMBERS, "int") | dict.fromkeys(_DECIMAL, "float")
    rings = [None if shape is None else shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape for shape in file.shapes]
    with tempfile.TemporaryDirectory(prefix="jiwar-") as folder:
        path = Path(folder) / "ledger.gpkg"
        write_layer(path, "ledger", file.meta.marked(file.table), types, shapes=("MultiPolygon", rings))
        write_layer(path, "totals", file.meta.marked(file.totals), types)
        if file.chances is not None:
            places = [None if math.isnan(lon) else shapely.Point(lon, lat) for lon, lat in zip(file.chances["lon"], file.chances["lat"], strict=True)]
            write_layer(path, "chances", file.meta.marked(file.chances), types, shapes=("Point", places))
        write_layer(path, "about", pd.DataFrame(file.facts, columns=["code", "label", "value"]), {})
        write_layer(path, "sources", file.meta.sources, {name: "int" if name == "year" else "text" for name in SOURCE_COLUMNS})
        return settle(path, file.meta, "ledger")


FORMATS: Mapping[str, tuple[str, Callable[[LedgerFile], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "gpkg": ("application/geopackage+sqlite3", write_gpkg),
}
"""Extension to media type and what writes it."""
