"""Tables of places for travel time, from CSV: ids and coordinates, refused with row and column where something is wrong."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.roads import Floats

MAX_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Places:
    """Places of a table; n rows.

    Parameters
    ----------
    ids : n ids, unique. lon, lat : n places, degrees. people : n weights; 1 each where the table has no ``population``.
    """

    ids: tuple[str, ...]
    lon: Floats
    lat: Floats
    people: Floats

    def __len__(self) -> int:
        return len(self.ids)


def read_places(path: Path, id_column: str) -> Places:
    """Return the places of a CSV file with the columns ``id_column``, ``lon`` and ``lat``; others may stand beside them.

    Raises
    ------
    InputError : ``travel.no_file``, ``travel.csv_damaged``, ``travel.no_column``, ``travel.no_rows``, ``travel.bad_cell`` and
        ``travel.duplicate_id`` with the row (the header is row 1) and the column.
    """
    frame = _frame(path)
    missing = [name for name in (id_column, "lon", "lat") if name not in frame.columns]
    if missing:
        raise InputError("travel.no_column", file=path.name, column=", ".join(missing), known=", ".join(str(name) for name in frame.columns)[:200])
    if frame.empty:
        raise InputError("travel.no_rows", file=path.name)
    ids = frame[id_column].str.strip()
    _refuse(ids == "", frame, id_column, path)
    again = ids.duplicated()
    if again.any():
        at = int(again.to_numpy().argmax())
        first = int((ids == ids.iloc[at]).to_numpy().argmax())
        row, before = (_line(frame, place) for place in (at, first))
        raise InputError("travel.duplicate_id", file=path.name, row=row, column=id_column, value=str(ids.iloc[at])[:80], first=before)
    lon, lat = (_numbers(frame, name, path, most) for name, most in (("lon", 180.0), ("lat", 90.0)))
    people = _numbers(frame, "population", path, np.inf, least=0.0) if "population" in frame.columns else np.ones(len(frame))
    return Places(tuple(ids), lon, lat, people)


def _frame(path: Path) -> pd.DataFrame:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("travel.csv_damaged", file=path.name)
        data = path.read_bytes()
    except OSError as error:
        raise InputError("travel.no_file", file=str(path), reason=error.strerror or "") from error
    try:
        text = data.decode("utf-8-sig")
        frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, skip_blank_lines=False, index_col=False)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise InputError("travel.csv_damaged", file=path.name) from error
    frame.columns = [str(name).strip() for name in frame.columns]
    if frame.columns.has_duplicates:
        raise InputError("travel.csv_damaged", file=path.name)
    return frame.fillna("").loc[lambda rows: (rows != "").any(axis=1)]


def _numbers(frame: pd.DataFrame, column: str, path: Path, most: float, least: float | None = None) -> Floats:
    numbers = pd.to_numeric(frame[column].str.strip(), errors="coerce").to_numpy(dtype=float)
    good = np.isfinite(numbers) & (numbers <= most) & (numbers >= (-most if least is None else least))
    _refuse(pd.Series(~good, index=frame.index), frame, column, path)
    return numbers


def _refuse(bad: pd.Series, frame: pd.DataFrame, column: str, path: Path) -> None:
    if bad.any():
        at = int(bad.to_numpy().argmax())
        value = str(frame[column].iloc[at])[:80]
        raise InputError("travel.bad_cell", file=path.name, row=_line(frame, at), column=column, value=value, count=int(bad.sum()))


def _line(frame: pd.DataFrame, at: int) -> int:
    """Return the row as a person counts it: the header is row 1, and empty rows, which were left out, count."""
    return int(frame.index.to_numpy()[at]) + 2
