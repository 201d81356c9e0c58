"""What every source yields: headers, rows of text, the row numbers that a person sees, and positions from geometry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geo.errors import BadCell, InputError

FORMATS = ("csv", "xlsx", "geojson", "gpkg", "osm")

MAX_BYTES = 50_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 300
MAX_CELL = 10_000
_HEADER_LENGTH = 100
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file as it was written, before anybody has said what its columns mean.

    Parameters
    ----------
    headers : names of the columns; unique, none empty.
    rows : text cells, each row as long as ``headers``; an empty cell is an empty text.
    numbers : the number of each row as a person sees it: its line in a table file whose header is row 1, its place
        (from 1) among the features of a map file.
    lon, lat : degrees, WGS 84, from geometry; None for a row without; both None where the format has no geometry.
    crs : coordinate system that the file declares and that was converted from; empty where it declares none.
    issues : rows that could not be read as rows; they are in ``rows`` too and must be refused.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    lon: tuple[float | None, ...] | None = None
    lat: tuple[float | None, ...] | None = None
    crs: str = ""
    issues: tuple[BadCell, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, header: str) -> list[str]:
        """Return the cells under ``header``; KeyError if there is no such header."""
        if header not in self.headers:
            raise KeyError(header)
        at = self.headers.index(header)
        return [row[at] for row in self.rows]


def cell_text(value: object) -> str:
    """Return a cell's value as text: whole numbers without a point, truth as ``yes`` and ``no``, nothing as empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)[:MAX_CELL]


def unique_headers(cells: Iterable[object]) -> tuple[str, ...]:
    """Return cells as headers: control characters gone, empty ones numbered, repeated ones marked ``(2)``."""
    seen: dict[str, int] = {}
    out = []
    for position, cell in enumerate(cells, start=1):
        name = " ".join(_UNSEEN.sub(" ", cell_text(cell)).split())[:_HEADER_LENGTH] or f"column {position}"
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(out)


def grid_table(lines: Iterator[tuple[int, Sequence[object]]]) -> RawTable:
    """Return the table in a grid of cells, as spreadsheets and CSV files have it.

    Parameters
    ----------
    lines : number (from 1) and cells of each line. The header is the first line with two filled cells; a line of HXL
        hashtags directly under it is no row. Lines without any cell are no rows either.

    Raises
    ------
    InputError : no header, no row under it, or more rows or columns than the limits.
    """
    headers: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    issues: list[BadCell] = []
    for number, cells in lines:
        texts = [cell_text(cell) for cell in cells]
        filled = [text for text in texts if text.strip()]
        if not headers:
            if len(filled) > 1:
                while not texts[-1].strip():
                    texts.pop()
                check_size(columns=len(texts))
                headers = unique_headers(texts)
            continue
        if not texts or (not rows and filled and all(text.lstrip().startswith("#") for text in filled)):
            continue
        extra = [text for text in texts[len(headers) :] if text.strip()]
        if extra:
            issues.append(BadCell(number, "", extra[0][:120], "import.long_row", {"expected": len(headers), "found": len(texts)}))
        rows.append(tuple((texts + [""] * len(headers))[: len(headers)]))
        numbers.append(number)
        check_size(rows=len(rows))
    if not rows:
        raise InputError("import.empty")
    return RawTable(headers, tuple(rows), tuple(numbers), issues=tuple(issues))


def check_size(*, rows: int = 0, columns: int = 0) -> None:
    """Raise InputError where a table is larger than the importer takes."""
    if rows > MAX_ROWS:
        raise InputError("import.too_many_rows", limit=MAX_ROWS)
    if columns > MAX_COLUMNS:
        raise InputError("import.too_many_columns", limit=MAX_COLUMNS)
