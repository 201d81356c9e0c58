"""Reading of a pack's text tables: CSV into typed frames of ``geo.model``, with every fault in a file listed at once."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd

from geo.errors import BadCell, SchemaError
from geo.model import LANGUAGES, Column, Table

NAMES = ("entity", "entity_id", "lang", "text")
"""Columns of the long frame of names."""


def read_text(path: Path) -> pd.DataFrame:
    """Read a CSV file as text; what is empty stays an empty text.

    Parameters
    ----------
    path : a UTF-8 file with a header row.

    Returns
    -------
    Columns as in the header, index the row of the file as a person counts it: the header is row 1.

    Raises
    ------
    SchemaError : the header names a column twice, or a row has more or fewer cells than the header.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    header = rows[0] if rows else []
    bad = [BadCell(1, name, name, "packs.twice", {"file": path.name}) for i, name in enumerate(header) if name in header[:i]]
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            bad.append(BadCell(number, "", "", "packs.cells", {"file": path.name, "count": len(row), "wanted": len(header)}))
    if bad:
        raise SchemaError(bad)
    return pd.DataFrame(rows[1:], columns=header, index=range(2, len(rows) + 1), dtype=object)


def typed(raw: pd.DataFrame, table: Table, *, file: str = "") -> pd.DataFrame:
    """Return text as a frame of ``table``.

    Parameters
    ----------
    raw : columns of text, index the row in the file. Columns that the table does not have are left out; a column that
        it does not require may be missing.
    table : its text, int and float columns are read.
    file : name of the file, for the errors.

    Returns
    -------
    Index and columns of ``table``. An empty text stays empty, an empty number is missing: whole numbers are ``int64``,
    or ``Int64`` where one is missing.

    Raises
    ------
    SchemaError : columns are missing, or cells are empty, unreadable, not among the choices, out of range or twice;
        all of them are listed.
    """
    wanted = (Column(table.index, "text", "what identifies a row", required=True), *table.columns)
    absent = [column.name for column in wanted if column.required and column.name not in raw.columns]
    if absent:
        raise SchemaError([BadCell(1, name, "", "packs.column", {"file": file}) for name in absent])
    bad: list[BadCell] = []
    out = pd.DataFrame(index=raw.index)
    for column in wanted:
        cells = raw[column.name] if column.name in raw.columns else pd.Series("", index=raw.index, dtype=object)
        values = []
        for row, text in cells.items():
            value, code, params = _read_cell(str(text).strip(), column)
            values.append(value)
            if code:
                bad.append(BadCell(int(str(row)), column.name, str(text)[:120], code, {"file": file, **params}))
        out[column.name] = _as_series(values, column, raw.index)
    again = out[table.index].duplicated()
    bad += [BadCell(int(str(row)), table.index, str(text)[:120], "packs.twice", {"file": file}) for row, text in out.loc[again, table.index].items()]
    if bad:
        raise SchemaError(bad)
    return out.set_index(table.index)


def names_of(raw: pd.DataFrame, entity: str, ids: pd.Series) -> pd.DataFrame:
    """Return the names in the columns ``name_ar``, ``name_he`` and ``name_en`` as rows.

    Parameters
    ----------
    raw : text, as from ``read_text``.
    entity : what is named, e.g. ``area``.
    ids : id of each row of ``raw``.

    Returns
    -------
    Columns entity, entity_id, lang, text; no row where a name is empty.
    """
    parts = []
    for lang in LANGUAGES:
        given = raw[raw[f"name_{lang}"] != ""]
        parts.append(pd.DataFrame({"entity": entity, "entity_id": ids.loc[given.index], "lang": lang, "text": given[f"name_{lang}"]}, dtype=object))
    return pd.concat(parts, ignore_index=True)[list(NAMES)]


def _read_cell(text: str, column: Column) -> tuple[object, str, dict[str, object]]:
    """Return the value of a cell with the code and parameters of what is wrong with it, or an empty code."""
    if not text:
        return None, "packs.empty" if column.required else "", {}
    if column.choices and text not in column.choices:
        return None, "packs.choice", {"choices": ", ".join(choice for choice in column.choices if choice)}
    if column.dtype == "text":
        return text, "", {}
    try:
        number = int(text) if column.dtype == "int" else float(text)
    except ValueError:
        return None, "packs.number", {}
    low, high = column.minimum, column.maximum
    if not math.isfinite(number) or (low is not None and number < low) or (high is not None and number > high):
        return None, "packs.range", {"minimum": "" if low is None else f"{low:g}", "maximum": "" if high is None else f"{high:g}"}
    return number, "", {}


def _as_series(values: list[object], column: Column, index: pd.Index) -> pd.Series:
    if column.dtype == "float":
        return pd.Series(values, index=index, dtype=float)
    if column.dtype == "int":
        return pd.Series(values, index=index, dtype="Int64" if None in values else "int64")
    return pd.Series(["" if value is None else value for value in values], index=index, dtype=object)
