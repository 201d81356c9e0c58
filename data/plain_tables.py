"""Tables of ids and numbers as commands take them: CSV files with a fixed header, read fast, with every bad cell listed."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Sequence
from csv import reader as csv_rows
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from geo.errors import BadCell, InputError, SchemaError

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 120
LARGEST = 1e100
"""No count, rate or minute is larger; the square of it can still be computed with."""
_HEADER_BYTES = 100_000
_EMPTY_LINES = re.compile("\ufeff?(?:[ \\t]*(?:\\r\\n|\\r|\\n))*")
_MARKS = (",", ";", "\t")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|\+?inf(inity)?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of such a table.

    Parameters
    ----------
    name : its header.
    kind : ``id`` or ``text`` stay text, without blanks around; an id must not be empty. ``number`` is 0 or more, ``any_number`` any.
    required : the file must have the column.
    infinite : ``inf`` is allowed.
    empty : code of the error of an empty cell; where it is empty, such a cell is a missing number.
    unique : no id stands twice.
    between : lowest and highest number, both allowed.
    """

    name: str
    kind: Literal["id", "text", "number", "any_number"] = "number"
    required: bool = True
    infinite: bool = False
    empty: str = "access.empty"
    unique: bool = False
    between: tuple[float, float] | None = None


def read_table(path: Path, fields: Sequence[Field]) -> pd.DataFrame:
    """Read a CSV file.

    Parameters
    ----------
    path : UTF-8 with a header row, with or without a byte order mark; empty lines are passed over. Cells are parted by commas; where the header has
        none, by semicolons or tabs, as spreadsheets write them in many languages.
    fields : the columns that are read, others are left.

    Returns
    -------
    One column a field that the file has, in the order of ``fields``: ids and texts as object, numbers as float64. Index: the
    row of the file, the header being row 1. ``attrs["ignored"]`` lists the file's other columns.

    Raises
    ------
    InputError : ``cli.cannot_read``, ``access.no_header``.
    SchemaError : a column is missing, a row has too many or too few cells, an id is missing or twice, or a number is none, below
        0, without end or not between its bounds; all of them are listed. Digits of Arabic and Persian are numbers; signs between thousands are not.
    """
    raw, bad = _cells(path)
    headers = [str(name).strip() for name in raw.columns]
    bad += [
        BadCell(1, name, name, "access.header_twice", {"file": path.name, "column": name}) for i, name in enumerate(headers) if name in headers[:i]
    ]
    wanted = [field for field in fields if field.required or field.name in headers]
    absent = [field.name for field in wanted if field.name not in headers]
    known = ", ".join(headers)[:SHOWN]
    bad += [BadCell(1, name, "", "access.column_missing", {"file": path.name, "column": name, "known": known}) for name in absent]
    if bad:
        raise SchemaError(sorted(bad, key=lambda cell: cell.row))
    raw.columns = pd.Index(headers)
    out: dict[str, pd.Series] = {}
    for field in wanted:
        values, wrong = (_numbers if field.kind in {"number", "any_number"} else _texts)(raw[field.name], field)
        bad += [BadCell(int(row), field.name, str(raw[field.name].loc[row])[:SHOWN], code, _params(field, path)) for row, code in wrong]
        out[field.name] = values
    if bad:
        raise SchemaError(sorted(bad, key=lambda cell: cell.row))
    table = pd.DataFrame(out, index=raw.index)
    table.attrs["ignored"] = [name for name in headers if name not in out]
    return table


def _cells(path: Path) -> tuple[pd.DataFrame, list[BadCell]]:
    """Return all cells as text, index the row of the file, and the rows that do not have one cell a column."""
    import pyarrow as pa
    from pyarrow import csv

    ragged: list[tuple[int, str]] = []

    def note(row: csv.InvalidRow) -> str:
        ragged.append((int(row.number), str(row.text or "")))
        return "skip"

    try:
        content = path.read_bytes()
        content.decode("utf-8")
        start, above, header, mark = _header(content, path)
        table = csv.read_csv(
            pa.BufferReader(pa.py_buffer(content if len(content) > _HEADER_BYTES else content + b"\n").slice(start)),
            read_options=csv.ReadOptions(use_threads=False),
            parse_options=csv.ParseOptions(
                delimiter=mark, newlines_in_values=b'"' in content, ignore_empty_lines=False, invalid_row_handler=note,
            ),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False),
        )  # fmt: skip
    except (OSError, UnicodeDecodeError, pa.ArrowInvalid) as error:
        raise InputError("cli.cannot_read", file=str(path)) from error
    return _numbered(table, ragged, above, path)


def _header(content: bytes, path: Path) -> tuple[int, int, list[str], str]:
    """Return the byte at which the header begins, the number of empty lines above it, its names, and what parts its cells."""
    text = content[:_HEADER_BYTES].decode("utf-8", errors="ignore")
    empty = _EMPTY_LINES.match(text)
    above = empty.group() if empty else ""
    lines = io.StringIO(text[len(above) :], newline=None)
    first = lines.readline()
    if not first.strip():
        raise InputError("access.no_header", file=path.name)
    lines.seek(0)
    mark = next((sign for sign in _MARKS if sign in first), ",")
    return len(above.encode()), len(re.findall(r"\r\n|\r|\n", above)), next(csv_rows(lines, delimiter=mark)), mark


def _numbered(table: pa.Table, ragged: list[tuple[int, str]], above: int, path: Path) -> tuple[pd.DataFrame, list[BadCell]]:
    """Return the cells with the numbers of their rows: the rows that were passed over keep theirs."""
    skipped = np.array(sorted(number for number, _ in ragged), dtype=np.int64)
    rows = np.setdiff1d(np.arange(2, 2 + table.num_rows + len(skipped)), skipped, assume_unique=True)
    raw = table.to_pandas()
    raw.index = pd.Index(rows + above)
    blank = raw.iloc[:, 0] == ""
    blank[blank] = (raw[blank] == "").all(axis=1)
    return raw[~blank], [BadCell(number + above, "", text[:SHOWN], "access.cells", {"file": path.name}) for number, text in ragged if text.strip()]


def _params(field: Field, path: Path) -> dict[str, object]:
    low, high = field.between or (-math.inf, math.inf)
    return {"file": path.name, "low": f"{low:g}", "high": f"{high:g}"}


def _texts(cells: pd.Series, field: Field) -> tuple[pd.Series, list[tuple[int, str]]]:
    texts = cells.str.strip().astype(object)
    if field.kind == "text":
        return texts, []
    empty = (texts == "").to_numpy(dtype=bool)
    twice = texts.duplicated().to_numpy(dtype=bool) & ~empty if field.unique else np.zeros(len(texts), dtype=bool)
    return texts, [*((row, field.empty) for row in texts.index[empty]), *((row, "access.id_again") for row in texts.index[twice])]


def _numbers(cells: pd.Series, field: Field) -> tuple[pd.Series, list[tuple[int, str]]]:
    values = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    unread = np.isnan(values)
    values[unread] = [read_plain_number(str(text)) for text in cells[unread]]
    empty = np.isnan(values)
    empty[empty] = (cells[empty].str.strip() == "").to_numpy(dtype=bool)
    faults = [(np.isnan(values) & ~empty, "access.number")]
    faults += [(empty, field.empty)] if field.empty else []
    faults += [(values < 0, "access.negative")] if field.kind == "number" else []
    faults += [(np.isposinf(values), "access.finite")] if not field.infinite else []
    faults += [(np.isneginf(values), "access.finite")] if field.kind == "any_number" else []
    if field.between:
        low, high = field.between
        faults.append((np.isfinite(values) & ((values < low) | (values > high)), "access.between"))
    else:
        faults.append((np.isfinite(values) & (np.abs(values) > LARGEST), "access.too_large"))
    return pd.Series(values, index=cells.index), [(int(row), code) for mask, code in faults for row in cells.index[mask]]


def read_plain_number(text: str) -> float:
    """Return the number that a text writes with the digits of any script; NaN where it writes none.

    The Arabic decimal sign is read, and its sign between thousands is passed over. A comma is neither: it parts thousands in
    some languages and decimals in others. Marks of direction, which copying from right-to-left text leaves behind, are passed over.
    """
    digits = "".join(str(unicodedata.decimal(char, char)) for char in text.strip() if unicodedata.category(char) != "Cf").strip()
    plain = digits.replace("٫", ".").replace("٬", "").replace("−", "-")
    return float(plain) if _NUMBER.fullmatch(plain) else math.nan


def write_table(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV in UTF-8, numbers as short as they can be read back exactly, a missing one as an empty cell."""
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
