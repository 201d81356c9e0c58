"""Check of a frame against a table of the domain: a typed frame comes back, or one error with every bad cell."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import BadCell, SchemaError
from geo.model import LANGUAGES, Column, Table

SHOWN = 120
"""Characters of a bad value that a report repeats."""


def check(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return ``frame`` with exactly the columns of ``table``, each of its kind.

    Parameters
    ----------
    frame : its index identifies a row (where it is whole numbers, reports name rows by it, else by position from 1).
        Other columns than the table's are dropped, a ``geometry`` column stays.
    table : from ``geo.model``.

    Returns
    -------
    A new frame: text as text with nothing missing, numbers as float64 (missing is NaN) or int64, codes as tuples, names as
    dicts without empty names, amounts as dicts of float64, days as ``datetime.date`` or None; a GeoDataFrame in EPSG:4326 where one was given.

    Raises
    ------
    SchemaError : a column is missing, or a value is missing, of another kind, not among the choices or out of range;
        every such cell is listed.
    """
    bad = [BadCell(0, column.name, "", "import.column_missing") for column in table.columns if column.name not in frame.columns]
    if bad:
        raise SchemaError(bad)
    rows = _row_numbers(frame)
    out: dict[str, pd.Series] = {}
    for column in table.columns:
        values, cells = _column(frame[column.name].tolist(), column, rows)
        bad += cells
        dtype = {"float": "float64", "int": "int64", "bool": "bool"}.get(column.dtype, "object")
        out[column.name] = pd.Series(values, index=frame.index, dtype="object" if cells else dtype)
    if bad:
        raise SchemaError(sorted(bad, key=lambda cell: cell.row))
    typed = pd.DataFrame(out, index=frame.index).rename_axis(table.index)
    if isinstance(frame, gpd.GeoDataFrame):
        typed = gpd.GeoDataFrame(typed, geometry=frame.geometry.to_crs(4326))
    return typed


def _row_numbers(frame: pd.DataFrame) -> list[int]:
    if pd.api.types.is_integer_dtype(frame.index.dtype):
        return [int(number) for number in frame.index]
    return list(range(1, len(frame) + 1))


def _column(values: list[Any], column: Column, rows: list[int]) -> tuple[list[Any], list[BadCell]]:
    typed, bad = [], []
    for value, row in zip(values, rows, strict=True):
        good: Any = None
        try:
            good = _READERS[column.dtype](value)
            code, params = _fault(good, column)
        except (TypeError, ValueError, OverflowError):
            code, params = "import.type", {"kind": column.dtype}
        if code:
            bad.append(BadCell(row, column.name, str(value)[:SHOWN], code, params))
        typed.append(good)
    return typed, bad


def _fault(value: Any, column: Column) -> tuple[str, dict[str, object]]:
    """Return the code and parameters of what is wrong with a value of the right kind; an empty code where nothing is."""
    missing = value is None or value in ("", (), {}) or (isinstance(value, float) and math.isnan(value))
    if missing:
        return ("import.required", {}) if column.required else ("", {})
    if column.choices and any(one not in column.choices for one in (value if isinstance(value, tuple) else (value,))):
        return "import.choice", {"choices": ", ".join(choice for choice in column.choices if choice)}
    low, high = column.minimum, column.maximum
    numbers = value.values() if isinstance(value, dict) else (value,)
    if any((low is not None and number < low) or (high is not None and number > high) for number in numbers):
        return "import.range", {"low": "-" if low is None else f"{low:g}", "high": "-" if high is None else f"{high:g}"}
    return "", {}


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def _text(value: object) -> str:
    if _is_missing(value):
        return ""
    if isinstance(value, str):
        return value
    raise TypeError


def _float(value: Any) -> float:
    if _is_missing(value) or value == "":
        return math.nan
    if isinstance(value, bool):
        raise TypeError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _int(value: Any) -> int:
    number = 0.0 if _is_missing(value) else _float(value)
    if number != int(number):
        raise ValueError
    return int(number)


def _bool(value: object) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise TypeError


def _date(value: object) -> dt.date | None:
    if _is_missing(value) or value == "":
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    return dt.date.fromisoformat(str(value))


def _codes(value: object) -> tuple[str, ...]:
    if _is_missing(value):
        return ()
    if isinstance(value, list | tuple) and all(isinstance(code, str) for code in value):
        return tuple(value)
    raise TypeError


def _names(value: object) -> dict[str, str]:
    if _is_missing(value):
        return {}
    if isinstance(value, dict) and set(value) <= set(LANGUAGES) and all(isinstance(name, str) for name in value.values()):
        return {lang: value[lang] for lang in LANGUAGES if value.get(lang)}
    raise TypeError


def _amounts(value: object) -> dict[str, float]:
    if _is_missing(value):
        return {}
    if isinstance(value, dict) and all(isinstance(code, str) and not _is_missing(number) for code, number in value.items()):
        return {code: _float(number) for code, number in value.items()}
    raise TypeError


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "float": _float,
    "int": _int,
    "bool": _bool,
    "date": _date,
    "codes": _codes,
    "names": _names,
    "amounts": _amounts,
}
