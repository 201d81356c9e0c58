"""Values of indicators as files: one row a value, empty where none is known, with the source of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

import pandas as pd

from data.exports.csv import neutralise
from data.exports.meta import ExportMeta
from data.exports.xlsx import Sheets, write_about

_WIDTH = 18


def write_csv(table: pd.DataFrame, meta: ExportMeta) -> bytes:
    """Return the table as CSV: UTF-8 with a byte order mark and CRLF; no cell that a spreadsheet would run, and an empty one for what is not known."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    marked = meta.marked(table)
    writer.writerow(marked.columns)
    for row in marked.astype(object).where(marked.notna(), "").itertuples(index=False):
        writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(table: pd.DataFrame, meta: ExportMeta) -> bytes:
    """Return a workbook with the sheets ``values`` and ``about``, without any formula or link."""
    out = io.BytesIO()
    sheets = Sheets(out, meta)
    marked = meta.marked(table)
    sheets.write_table("values", marked, [""] * len(marked.columns), [_WIDTH] * len(marked.columns))
    words = [(name, meta.words("export.column.notice" if name == "notice" else f"indicators.column.{name}")) for name in marked.columns]
    write_about(sheets, meta, meta.facts(), words)
    sheets.book.close()
    return out.getvalue()


FORMATS: Mapping[str, tuple[str, Callable[[pd.DataFrame, ExportMeta], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
}
"""Extension to media type and what writes it."""
