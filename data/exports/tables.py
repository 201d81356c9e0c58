"""Plain tables of a page as files: CSV of the first one, a workbook of all of them, with what they were made from."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from data.exports.csv import neutralise
from data.exports.meta import ExportMeta
from data.exports.xlsx import Sheets, write_about

_WIDTH = 18


@dataclass(frozen=True, eq=False)
class TablesFile:
    """The tables of one page.

    Parameters
    ----------
    tables : name of the sheet to its table; the first is the one that a CSV holds.
    words : name of a column to what it is; each column of the tables has one.
    method : (code, words, value) of how the figures were made.
    meta : the rest; its ``areas`` and ``hxl`` are not read.
    """

    tables: Mapping[str, pd.DataFrame]
    words: Mapping[str, str]
    method: Sequence[tuple[str, str, str]]
    meta: ExportMeta


def write_csv(file: TablesFile) -> bytes:
    """Return the first table as CSV: UTF-8 with a byte order mark and CRLF; no cell that a spreadsheet would run, what is not known empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    marked = file.meta.marked(next(iter(file.tables.values())))
    writer.writerow(marked.columns)
    for row in marked.astype(object).where(marked.notna(), "").itertuples(index=False):
        writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(file: TablesFile) -> bytes:
    """Return a workbook, a sheet for each table and ``about``. It holds no formula and no link, and the same input gives the same bytes."""
    out = io.BytesIO()
    sheets = Sheets(out, file.meta)
    for name, table in file.tables.items():
        marked = file.meta.marked(table)
        sheets.write_table(name, marked, ["" for _ in marked.columns], [_WIDTH] * len(marked.columns))
    words = list(file.words.items()) + ([("notice", file.meta.words("export.column.notice"))] if file.meta.training else [])
    write_about(sheets, file.meta, [*file.meta.facts(), *file.method], words)
    sheets.book.close()
    return out.getvalue()


FORMATS: Mapping[str, tuple[str, Callable[[TablesFile], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
}
"""Extension to media type and what writes it."""
