"""A workbook: the sites, the counts per governorate, and a sheet that says what was asked for and where it comes from."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.exports.csv import neutralise
from data.exports.meta import AREA_COLUMNS, SOURCE_COLUMNS, ExportMeta
from data.exports.table import COLUMNS
from geo.errors import InputError

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
MOST_SIGNS = 32_767
_CUT = "…"
_NAME_WIDTH = 24
_VALUE_WIDTH = 80


class Sheets:
    """The workbook being written, with its few formats."""

    def __init__(self, out: io.BytesIO, meta: ExportMeta) -> None:
        import xlsxwriter

        self.meta = meta
        self.book: Workbook = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                                        "strings_to_numbers": False, "nan_inf_to_errors": False})  # fmt: skip
        created = dt.datetime.combine(meta.created, dt.time())
        self.book.set_properties({"title": meta.title, "comments": meta.watermark, "created": created})
        self.head = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.quoted = self.book.add_format({"quote_prefix": True})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})

    def add(self, name: str, frozen: int = 0) -> Worksheet:
        """Add a sheet, marked and ready to print."""
        sheet = self.book.add_worksheet(name)
        if self.meta.rtl:
            sheet.right_to_left()
        mark = self.meta.watermark.replace("&", "&&")
        sheet.set_header(f"&L{self.meta.title.replace('&', '&&')}&C&B{mark}")
        sheet.set_footer(f"&L{self.meta.data_version}&C{mark}&R&P / &N")
        sheet.set_landscape()
        sheet.set_paper(9)
        if frozen:
            sheet.freeze_panes(frozen, 0)
            sheet.repeat_rows(0)
        return sheet

    def write_table(self, name: str, frame: pd.DataFrame, tags: Sequence[str], widths: Sequence[int]) -> None:
        """Write a frame with its header, filter and, where asked for, hashtags."""
        first = 2 if self.meta.hxl else 1
        if len(frame) + first > MOST_ROWS:
            raise InputError("export.too_many_rows", count=len(frame), most=MOST_ROWS - first)
        sheet = self.add(name, frozen=first)
        for j, column in enumerate(frame.columns):
            sheet.set_column(j, j, widths[j])
            sheet.write_string(0, j, column, self.head)
            if self.meta.hxl:
                sheet.write_string(1, j, tags[j])
            for i, cell in enumerate(frame[column].tolist(), start=first):
                self.write_cell(sheet, i, j, cell)
        sheet.autofilter(0, 0, max(len(frame) + first - 1, first), len(frame.columns) - 1)

    def write_cell(self, sheet: Worksheet, i: int, j: int, cell: Any) -> None:
        """Write a cell as what it is; a missing or empty one is left out."""
        if isinstance(cell, str):
            if cell:
                text = cell if len(cell) <= MOST_SIGNS else cell[: MOST_SIGNS - 1] + _CUT
                # A text that could be run keeps its quote mark, so that editing the cell does not turn it into a formula.
                sheet.write_string(i, j, text, self.quoted if neutralise(text) != text else None)
        elif isinstance(cell, bool):
            sheet.write_boolean(i, j, cell)
        elif isinstance(cell, dt.date):
            sheet.write_datetime(i, j, dt.datetime.combine(cell, dt.time()), self.day)
        elif not pd.isna(cell):
            sheet.write_number(i, j, cell)


def write_xlsx(table: pd.DataFrame, meta: ExportMeta) -> bytes:
    """Write a workbook with the sheets ``sites``, ``areas`` and ``about``.

    Parameters
    ----------
    table : from ``site_table``.
    meta : the counts for ``areas`` and all that ``about`` says. Invented data is marked in header and footer of every
        sheet, in ``about`` and in a last column ``notice``.

    Returns
    -------
    A workbook without any formula or link; from right to left for Arabic and Hebrew. The same input gives the same
    bytes. A text longer than a cell can hold (32,767 signs) ends in an ellipsis.

    Raises
    ------
    InputError : ``export.too_many_rows``: more sites than a sheet can hold.
    """
    out = io.BytesIO()
    sheets = Sheets(out, meta)
    marked = meta.marked(table)
    sheets.write_table("sites", marked, [column.hxl for column in COLUMNS] + ["#meta+notice"], [column.width for column in COLUMNS] + [_NAME_WIDTH])
    areas = meta.marked(pd.DataFrame(meta.areas.drop(columns="geometry")))
    sheets.write_table("areas", areas, [tag for _, tag in AREA_COLUMNS.values()] + ["#meta+notice"], [_NAME_WIDTH] * len(areas.columns))
    columns = list(marked.columns)
    described = (*columns, *(name for name in AREA_COLUMNS if name not in columns))
    write_about(sheets, meta, meta.facts(), [(name, meta.words(f"export.column.{name}")) for name in described])
    sheets.book.close()
    return out.getvalue()


def write_about(sheets: Sheets, meta: ExportMeta, facts: Sequence[tuple[str, str, str]], columns: Sequence[tuple[str, str]]) -> None:
    """Write the sheet ``about``: what the file says about itself, its sources, and what each column is.

    Parameters
    ----------
    sheets : the workbook.
    meta : words and sources.
    facts : (code, words, value).
    columns : (name, words).
    """
    sheet = sheets.add("about")
    sheet.set_column(0, 0, _NAME_WIDTH)
    sheet.set_column(1, 1, _VALUE_WIDTH)
    sheet.set_column(2, len(SOURCE_COLUMNS), _NAME_WIDTH)
    row = 0
    for _, label, value in facts:
        sheet.write_string(row, 0, label, sheets.head)
        sheet.write_string(row, 1, value[:MOST_SIGNS], sheets.wrapped)
        row += 1
    row += 1
    for j, column in enumerate(SOURCE_COLUMNS):
        sheet.write_string(row, j, meta.words(f"export.source.{column}"), sheets.head)
    for cells in meta.sources.itertuples(index=False):
        row += 1
        for j, cell in enumerate(cells):
            sheets.write_cell(sheet, row, j, cell)
    row += 2
    for name, words in columns:
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, words)
        row += 1
