"""Reading the form back: words of any language to codes, and which fields of a site its row changes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from data.ingest.clean import clean_text, read_day, read_number
from data.ingest.template import ANSWERS, KEPT, SITE_VERSION, Lists, field_of, list_of, site_cells
from data.sources.table import MAX_CELL, RawTable, unique_headers
from geo.model import ACCESSIBILITY

STAYS = ("status", "sensitivity", "verified_on")
"""Fields that an empty cell leaves as they are: nobody unsays a check or a protection by leaving a cell out."""


@dataclass(frozen=True, eq=False)
class Form:
    """A filled-in form.

    Parameters
    ----------
    shown : its rows as the person sees them, under the headings that the person sees.
    table : the same rows under the columns' codes, with codes for words; what is no word of a list stands as it was written.
    """

    shown: RawTable
    table: RawTable


def read_form(table: RawTable, lists: Sequence[Lists]) -> Form:
    """Return a table whose first row is the hidden row of codes as a form; rows without any text are left out.

    Parameters
    ----------
    table : ``template.is_template`` of its headers is true.
    lists : the choices of every language: a form may come back in another one than the reader's.
    """
    kept = [j for j, header in enumerate(table.headers) if field_of(header) or header in ("site_id", SITE_VERSION)]
    codes = [table.headers[j] for j in kept]
    rows = [(number, [row[j] for j in kept]) for number, row in zip(table.numbers, table.rows, strict=True)]
    headings = codes
    if rows and _is_heading(rows[0][1][codes.index(SITE_VERSION)]):
        headings = [text or code for text, code in zip(rows.pop(0)[1], codes, strict=True)]
    filled = [(number, tuple(row)) for number, row in rows if any(clean_text(text) for text in row)]
    numbers = tuple(number for number, _ in filled)
    shown = RawTable(unique_headers(headings), tuple(row for _, row in filled), numbers, issues=table.issues)
    words = _Words(lists)
    return Form(shown, replace(shown, headers=tuple(codes), rows=tuple(words.translate(codes, row) for row in shown.rows)))


def touched(row: Mapping[str, str], present: Mapping[str, Any]) -> set[str]:
    """Return the fields of a site that its row in the form changes.

    Parameters
    ----------
    row : column to text, codes for words.
    present : the site's record with ``site_id`` and ``version``.

    Returns
    -------
    Fields of ``geo.submissions.PROPOSABLE``: those with a cell that is not as it was written into the form. A field that is kept on file
    is changed only by a cell with something else in it.
    """
    before = site_cells(present)
    changed = {field_of(column) for column, text in row.items() if not _is_same(text, before.get(column))} - {""}
    return changed - {field for field in STAYS if not clean_text(row.get(field, ""))}


def without_kept(row: Sequence[str]) -> tuple[str, ...]:
    """Return the cells of a row with nothing in those that only say that something is kept on file."""
    return tuple("" if text == KEPT else text for text in row)


def _is_heading(text: str) -> bool:
    return bool(clean_text(text)) and math.isnan(read_number(clean_text(text)))


def _is_same(text: str, before: str | float | dt.date | None) -> bool:
    plain = clean_text(text)
    if before is None or before == KEPT:
        return plain in ("", before)
    if isinstance(before, str):
        return plain == clean_text(before[:MAX_CELL])
    if isinstance(before, dt.date):
        return read_day(plain) == before
    # Spreadsheets keep fifteen digits.
    return math.isclose(read_number(plain), before, rel_tol=1e-12, abs_tol=1e-9)


class _Words:
    """The words of the lists in every language, as codes."""

    def __init__(self, lists: Sequence[Lists]) -> None:
        self._codes: dict[tuple[str, str], str] = {}
        for each in lists:
            for name, labels in each.labels.items():
                for code, label in labels.items():
                    self._codes.setdefault((name, clean_text(label)), code)
            for locality_id, (area, label) in each.localities.items():
                self._codes.setdefault((area, clean_text(label)), locality_id)
        self._kept: Collection[str] = {clean_text(each.kept) for each in lists}

    def translate(self, columns: Sequence[str], row: Sequence[str]) -> tuple[str, ...]:
        """Return the cells of a row as codes."""
        out = {column: self._code(list_of(column), text, column) for column, text in zip(columns, row, strict=True)}
        if "locality" in out:
            out["locality"] = self._code(out.get("area", ""), out["locality"], "locality")
        return tuple(out[column] for column in columns)

    def _code(self, name: str, text: str, column: str) -> str:
        plain = clean_text(text)
        if plain in self._kept:
            return KEPT
        code = self._codes.get((name, plain), plain if name == "answer" and plain in ANSWERS else text)
        if column in ACCESSIBILITY and code in ANSWERS:
            return column if code == ANSWERS[0] else ""
        return code
