"""CSV that Excel, LibreOffice and a second import read alike: UTF-8 with a mark, CRLF, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata

import pandas as pd

from data.exports.meta import ExportMeta
from data.exports.table import COLUMNS

_RUNS = frozenset("=+-@")
_BREAKS = frozenset("\t\r\n")
_SKIPPED = re.compile(r"^[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*")


def write_csv(table: pd.DataFrame, meta: ExportMeta) -> bytes:
    """Write the table as CSV.

    Parameters
    ----------
    table : from ``site_table``.
    meta : its ``hxl`` asks for a row of hashtags under the header; invented data gets a last column ``notice``.

    Returns
    -------
    UTF-8 with a byte order mark and CRLF. Texts that a spreadsheet could run are neutralised, telephone numbers among
    them (see ``neutralise``); numbers are not, so that -0.5 stays a number. Dates as YYYY-MM-DD.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    marked = meta.marked(table)
    writer.writerow(marked.columns)
    if meta.hxl:
        tags = {column.name: column.hxl for column in COLUMNS} | {"notice": "#meta+notice"}
        writer.writerow([tags[name] for name in marked.columns])
    writer.writerows(zip(*(_cells(marked[name]) for name in marked.columns), strict=True))
    return out.getvalue().encode("utf-8-sig")


def neutralise(text: str) -> str:
    """Return ``text`` with an apostrophe before it if a spreadsheet could take it for a formula; ``restore`` takes it off.

    That is a text whose first sign, after blanks and invisible marks, is = + - or @, also in their full-width, small
    and raised forms, or that begins with a tab or a line break. A text with an apostrophe before such a sign gets one
    more, so that nothing is lost.

    Source: OWASP, CSV Injection.
    """
    return "'" + text if _could_run(text.lstrip("'")) else text


def restore(text: str) -> str:
    """Return the text that ``neutralise`` was given; any other text as it is."""
    return text[1:] if text.startswith("'") and _could_run(text.lstrip("'")) else text


def _could_run(text: str) -> bool:
    if not text:
        return False
    if text[0] in _BREAKS:
        return True
    first = _SKIPPED.sub("", text)[:1]
    return unicodedata.normalize("NFKC", first)[:1] in _RUNS if first else False


def _cells(column: pd.Series) -> list[object]:
    if isinstance(column.dtype, pd.api.types.CategoricalDtype) or column.dtype == object:
        return [neutralise(cell) if isinstance(cell, str) else _plain(cell) for cell in column]
    return ["" if pd.isna(cell) else cell for cell in column.tolist()]


def _plain(cell: object) -> str:
    return cell.isoformat() if isinstance(cell, dt.date) else ""
