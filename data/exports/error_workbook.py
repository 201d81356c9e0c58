"""The workbook of an import's faults: the file's own rows with the bad cells coloured and explained, and a sheet that lists them."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from data.exports.csv import neutralise
from data.ingest.report import Words, fix_text, reason_text
from data.sources.table import RawTable
from geo.errors import BadCell

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

REJECT_COLOUR = "#F4B6B0"
FLAG_COLOUR = "#FBE7A1"
MOST_COMMENTS = 5_000
"""A spreadsheet grows slow with more; the colours and the list go on."""

_SIZES = {"x_scale": 2.5, "y_scale": 1.2}
_WIDTH = 20


class Judged(Protocol):
    """A file whose rows were checked."""

    @property
    def raw(self) -> RawTable:
        """The file as it was written."""

    @property
    def cells(self) -> Sequence[BadCell]:
        """The refused and flagged cells in the order of rows."""


def error_workbook(plan: Judged, tr: Words, *, rtl: bool = False, codes: Sequence[str] = ()) -> bytes:
    """Return the rows of the imported file as XLSX with every refused and flagged cell marked.

    Parameters
    ----------
    plan : the import.
    tr : key and parameters to words.
    rtl : whether the sheets read from right to left.
    codes : stable codes of the columns, put into a hidden first row so that the corrected workbook can be read in any language.

    Returns
    -------
    Bytes of a workbook with two sheets: the rows as they were (the row number first; refused cells red, flagged ones
    yellow, with the reason and the fix as a comment; a fault of a whole row colours the row), and the list of all faults.
    Nothing in it is a formula or a link.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        rows, issues = book.add_worksheet(tr("import.workbook.rows")[:31]), book.add_worksheet(tr("import.workbook.issues")[:31])
        for sheet in (rows, issues):
            if rtl:
                sheet.right_to_left()
            sheet.freeze_panes(1 + (sheet is rows and bool(codes)), 0)
        head = book.add_format({"bold": True, "bottom": 1})
        _write_rows(rows, plan, tr, head, _colours(book), codes)
        _write_issues(issues, plan, tr, head)
    return out.getvalue()


def _colours(book: Workbook) -> dict[str, Format]:
    return {"reject": book.add_format({"bg_color": REJECT_COLOUR}), "flag": book.add_format({"bg_color": FLAG_COLOUR})}


def _write_rows(sheet: Worksheet, plan: Judged, tr: Words, head: Format, colours: dict[str, Format], codes: Sequence[str]) -> None:
    raw = plan.raw
    first = int(bool(codes))
    if codes:
        sheet.set_row(0, None, None, {"hidden": True})
        for j, code in enumerate(("row", *codes)):
            sheet.write_string(0, j, code)
    for j, title in enumerate((tr("import.workbook.row"), *raw.headers)):
        sheet.write_string(first, j, neutralise(title), head)
    sheet.set_column(1, len(raw.headers), _WIDTH)
    bad: dict[int, dict[int, list[BadCell]]] = defaultdict(lambda: defaultdict(list))
    for cell in plan.cells:
        # What belongs to no column of the file (the whole row, a geometry) is told beside the row's number.
        at = raw.headers.index(cell.column) + 1 if cell.column in raw.headers else 0
        bad[cell.row][at].append(cell)
    comments = 0
    for i, (number, texts) in enumerate(zip(raw.numbers, raw.rows, strict=True), start=first + 1):
        own = bad.get(number, {})
        whole = colours[_worst(own[0])] if 0 in own else None
        for j, text in enumerate((str(number), *texts)):
            colour = colours[_worst(own[j])] if j in own else whole
            if j == 0:
                sheet.write_number(i, j, number, colour)
            elif text or colour is not None:
                sheet.write_string(i, j, neutralise(text), colour)
            if j in own and comments < MOST_COMMENTS:
                sheet.write_comment(i, j, "\n".join(f"{reason_text(cell, tr)} {fix_text(cell, tr)}" for cell in own[j]), _SIZES)
                comments += 1


def _write_issues(sheet: Worksheet, plan: Judged, tr: Words, head: Format) -> None:
    for j, title in enumerate(("row", "severity", "column", "value", "reason", "fix")):
        sheet.write_string(0, j, tr(f"import.workbook.{title}"), head)
    sheet.set_column(2, 3, _WIDTH)
    sheet.set_column(4, 5, 3 * _WIDTH)
    for i, cell in enumerate(plan.cells, start=1):
        sheet.write_number(i, 0, cell.row)
        words = (tr(f"import.severity.{cell.severity}"), cell.column, cell.value, reason_text(cell, tr), fix_text(cell, tr))
        for j, text in enumerate(words, start=1):
            sheet.write_string(i, j, neutralise(text))


def _worst(cells: list[BadCell]) -> str:
    return "reject" if any(cell.severity == "reject" for cell in cells) else "flag"
