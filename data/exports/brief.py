"""A brief as files for spreadsheets and QGIS: its figures and tables, what they were made from, and who does what where."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import shapely

from data.exports.csv import neutralise
from data.exports.gpkg import settle, write_layer
from data.exports.meta import SOURCE_COLUMNS, ExportMeta
from data.exports.table import COLUMNS as SITE_COLUMNS
from data.exports.xlsx import MOST_SIGNS, Sheets
from geo.profile import FIGURE_COLUMNS, Profile, ProfileTable, figures_table

WORK_COLUMNS = {
    "organisation_id": "#org+code", "organisation": "#org+name", "sector": "#sector+code", "service": "#activity+code", "service_label": "#activity+name",
    "country": "#country+code", "area_id": "#adm1+code", "area": "#adm1+name", "status": "#status+code", "sites": "#meta+count+sites",
    "target_groups": "#beneficiary+type+code", "newest_check": "#date+verified",
}  # fmt: skip
"""Columns of who does what, where, when and for whom, each with its hashtag: one row an organisation, service and state of its sites."""
_FORMATS = {
    "people": "#,##0",
    "count": "#,##0",
    "rank": "0",
    "minutes": "0",
    "share": "0.0%",
    "percent": '0.0"%"',
    "score": "0.0",
    "per_1000": "0.00",
    "km2": "#,##0.0",
}
_FIGURES, _METHOD = "figures", "method"
_WIDTHS = {"text": 34}
_USUAL = 16


@dataclass(frozen=True, eq=False)
class BriefFile:
    """A brief with everything that a file says of it.

    Parameters
    ----------
    profile : the figures and tables.
    fingerprint : SHA-256 of the figures and the edition, in hexadecimal digits.
    boundary : of the governorate, EPSG:4326; None where it has none.
    sites : from ``site_table``: the public sites of the governorate.
    work : columns ``WORK_COLUMNS``.
    styles : layer to its style for QGIS (QML).
    meta : words, sources, day; its ``areas`` are not read.
    """

    profile: Profile
    fingerprint: str
    boundary: shapely.Geometry | None
    sites: pd.DataFrame
    work: pd.DataFrame
    styles: Mapping[str, str]
    meta: ExportMeta

    def tables(self) -> Iterator[ProfileTable]:
        """Yield the tables in the order of the sections."""
        for section in self.profile.sections:
            yield from section.tables

    def facts(self) -> list[tuple[str, str, str]]:
        """Return (code, words, value) of what the file says of itself, its parameters included."""
        method = [(f"method_{i}", name, value) for i, (name, value) in enumerate(self.profile.method, start=1)]
        own = [("edition", self.profile.edition), ("fingerprint", self.fingerprint)]
        return [*self.meta.facts(), *((code, self.meta.words(f"brief.about.{code}"), value) for code, value in own), *method]


def write_csv(file: BriefFile) -> bytes:
    """Return who does what where as CSV with a row of HXL hashtags: UTF-8 with a byte order mark and CRLF; no cell that a spreadsheet would run."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    marked = file.meta.marked(file.work)
    writer.writerow(marked.columns)
    writer.writerow([WORK_COLUMNS.get(name, "#meta+notice") for name in marked.columns])
    for row in marked.itertuples(index=False):
        writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(file: BriefFile) -> bytes:
    """Return a workbook: the figures, a sheet for each table with its sums as formulas, and ``method``; from right to left for Arabic and Hebrew.

    Nothing that somebody wrote is a formula. A value that is not known is told in words, and no sum counts it.
    """
    out = io.BytesIO()
    sheets = Sheets(out, file.meta)
    _write_figures(sheets, file)
    for table in file.tables():
        _write_table(sheets, table, file.meta)
    _write_method(sheets, file)
    sheets.book.close()
    return out.getvalue()


def _write_figures(sheets: Sheets, file: BriefFile) -> None:
    words = file.meta.words
    sheet = sheets.add(_FIGURES, frozen=1)
    columns = ("section", "label", "value", "low", "high", "unit", "year", "status", "sources", "note", "figure")
    for j, name in enumerate(columns):
        sheet.set_column(j, j, _WIDTHS["text"] if name in ("label", "sources", "note", "figure") else _USUAL)
        sheet.write_string(0, j, words(f"brief.column.{name}"), sheets.head)
    i = 0
    for section in file.profile.sections:
        for figure in section.figures:
            i += 1
            number = sheets.book.add_format({"num_format": _FORMATS.get(figure.unit, "0.0"), "bold": True})
            told = words("profile.not_known") if figure.value is None else figure.value
            status = words(f"need.status.{figure.status}") if figure.status else ""
            cells = (section.label, figure.label, told, figure.low, figure.high, words(f"brief.unit.{figure.unit}"), figure.year, status,
                     " ".join(figure.source_ids), figure.note, figure.key)  # fmt: skip
            for j, cell in enumerate(cells):
                if isinstance(cell, int | float) and columns[j] != "year":
                    sheet.write_number(i, j, cell, number)
                else:
                    sheets.write_cell(sheet, i, j, cell)


def _write_table(sheets: Sheets, table: ProfileTable, meta: ExportMeta) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    sheet = sheets.add(table.key[:31], frozen=1)
    bold = {"bold": True, "top": 1}
    quoted = sheets.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "quote_prefix": True})
    for j, column in enumerate(table.columns):
        sheet.set_column(j, j, _WIDTHS.get(column.unit, _USUAL))
        sheet.write_string(0, j, column.label[:MOST_SIGNS], quoted if neutralise(column.label) != column.label else sheets.head)
        number = sheets.book.add_format({"num_format": _FORMATS.get(column.unit, "General")})
        for i, row in enumerate(table.rows, start=1):
            cell = row[j]
            if isinstance(cell, int | float):
                sheet.write_number(i, j, cell, number)
            else:
                sheets.write_cell(sheet, i, j, meta.words("profile.not_known") if cell is None else cell)
        if column.key in table.sums and table.rows:
            last = len(table.rows)
            total = sum(row[j] for row in table.rows if isinstance(row[j], int | float))  # type: ignore[misc]
            formula = f"=SUM({xl_rowcol_to_cell(1, j)}:{xl_rowcol_to_cell(last, j)})"
            sheet.write_formula(last + 1, j, formula, sheets.book.add_format({**bold, "num_format": _FORMATS.get(column.unit, "General")}), total)
    if table.sums and table.rows and table.columns[0].key not in table.sums:
        sheet.write_string(len(table.rows) + 1, 0, meta.words("brief.total"), sheets.book.add_format(bold))


def _write_method(sheets: Sheets, file: BriefFile) -> None:
    sheet = sheets.add(_METHOD)
    sheet.set_column(0, 0, _WIDTHS["text"])
    sheet.set_column(1, 1, 80)
    sheet.set_column(2, len(SOURCE_COLUMNS), _USUAL)
    row = 0
    for _, label, value in file.facts():
        sheet.write_string(row, 0, label, sheets.head)
        sheet.write_string(row, 1, value[:MOST_SIGNS], sheets.quoted if neutralise(value) != value else sheets.wrapped)
        row += 1
    row += 1
    for j, column in enumerate(SOURCE_COLUMNS):
        sheet.write_string(row, j, file.meta.words(f"export.source.{column}"), sheets.head)
    for cells in file.meta.sources.itertuples(index=False):
        row += 1
        for j, cell in enumerate(cells):
            sheets.write_cell(sheet, row, j, cell)


def write_gpkg(file: BriefFile) -> bytes:
    """Return a GeoPackage (EPSG:4326): ``governorate`` with its figures, ``sites``, all tables as tables without geometry, and styles for QGIS."""
    with tempfile.TemporaryDirectory(prefix="jiwar-") as folder:
        path = Path(folder) / "brief.gpkg"
        row, types = _figure_row(file.profile)
        shape = None if file.boundary is None else shapely.multipolygons([file.boundary]) if file.boundary.geom_type == "Polygon" else file.boundary
        row |= {"fingerprint": file.fingerprint}
        write_layer(path, "governorate", file.meta.marked(pd.DataFrame([row])), types, shapes=("MultiPolygon", [shape]))
        placed = shapely.points(file.sites["lon"].to_numpy(dtype=float), file.sites["lat"].to_numpy(dtype=float))
        placed[file.sites["lon"].isna() | file.sites["lat"].isna()] = None
        write_layer(path, "sites", file.meta.marked(file.sites), {column.name: column.dtype for column in SITE_COLUMNS}, shapes=("Point", placed))
        numbers = {"value": "float", "low": "float", "high": "float", "year": "int"}
        write_layer(path, _FIGURES, figures_table([file.profile])[list(FIGURE_COLUMNS)], numbers)
        for table in file.tables():
            frame, types = _plain_table(table)
            write_layer(path, f"table_{table.key}", frame, types)
        write_layer(path, "work", file.work, {"sites": "int"})
        write_layer(path, "about", pd.DataFrame(file.facts(), columns=["code", "label", "value"]), {})
        write_layer(path, "sources", file.meta.sources, {name: "int" if name == "year" else "text" for name in SOURCE_COLUMNS})
        _write_styles(path, file)
        return settle(path, file.meta, "governorate")


def _figure_row(profile: Profile) -> tuple[dict[str, object], dict[str, str]]:
    row: dict[str, object] = {"area_id": profile.area_id, "name": profile.name, "country": profile.country, "edition": profile.edition}
    types: dict[str, str] = {}
    for section in profile.sections:
        for figure in section.figures:
            for part, value in (("", figure.value), ("_low", figure.low), ("_high", figure.high)):
                if part == "" or value is not None:
                    name = _plain(figure.key) + part
                    row[name], types[name] = value, "float"
    return row, types


def _plain_table(table: ProfileTable) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return a table with plain column names and the types of its columns; words in a column of numbers stand in a column of their own beside it."""
    columns: dict[str, list[object]] = {}
    types: dict[str, str] = {}
    for j, (name, column) in enumerate(zip(_column_names(table), table.columns, strict=True)):
        cells = [row[j] for row in table.rows]
        if column.unit == "text":
            columns[name], types[name] = [None if cell is None else str(cell) for cell in cells], "text"
            continue
        columns[name], types[name] = [None if isinstance(cell, str) else cell for cell in cells], "float"
        if any(isinstance(cell, str) for cell in cells):
            columns[f"{name}_told"], types[f"{name}_told"] = [cell if isinstance(cell, str) else None for cell in cells], "text"
    return pd.DataFrame(columns, dtype=object), types


def _column_names(table: ProfileTable) -> list[str]:
    """Return the keys of the columns as plain names, equal ones told apart by a number."""
    out: list[str] = []
    for column in table.columns:
        name = _plain(column.key)
        out.append(name if name not in out else f"{name}_{len(out)}")
    return out


def _plain(key: str) -> str:
    return re.sub(r"[^0-9A-Za-z]+", "_", key).strip("_").lower() or "column"


def _write_styles(path: Path, file: BriefFile) -> None:
    """Write the table that QGIS reads styles from; the layers open in the colours of the map."""
    stamp = f"{file.meta.created.isoformat()}T00:00:00.000Z"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), "
            "f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, "
            "description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)"
        )
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
            (stamp,),
        )
        connection.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, "
            "description, owner, ui, update_time) VALUES ('', '', ?, 'geom', 'jiwar', ?, '', 1, '', '', '', ?)",
            [(layer, qml, stamp) for layer, qml in file.styles.items()],
        )


WRITERS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "gpkg": ("application/geopackage+sqlite3", write_gpkg),
    "csv": ("text/csv; charset=utf-8", write_csv),
}
"""Extension to media type and what writes it."""
