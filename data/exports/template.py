"""The workbook in which a partner corrects and adds many sites: pre-filled, with drop-downs, in the reader's language, without macros."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from data.exports.csv import neutralise
from data.ingest import template as form
from data.ingest.template import SITE_ID, Cells, Language, Lists, field_of, list_of
from geo.registry import Registry

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

EMPTY_ROWS = 1_000
"""Rows under the sites that have the drop-downs too."""
FIRST = 2
"""Rows above the first site: the codes, hidden, and the headings."""
NOTES = ("sites", "new", "choices", "services", "place", "empty", "kept", "sensitivity", "columns", "send")
_LISTS = "lists"
_WIDTHS = {"names": 28, "address": 32, "note": 40, "place": 18, "services": 26, "target_groups": 24, "capacities": 11, "accessibility": 14}
_USUAL_WIDTH = 18
_TEXT = frozenset({"names", "address", "phone", "email", "website", "hours", "note"})
_LIMITS = {"lon": (-180, 180), "lat": (-90, 90)}


def template_workbook(registry: Registry, rows: Sequence[Mapping[str, Any]], words: Language, *, rtl: bool) -> bytes:
    """Return the form as XLSX: how to fill it, the sites, and a hidden sheet with the choices.

    Parameters
    ----------
    registry : its terms, governorates and localities are offered.
    rows : records of sites (fields of ``geo.submissions.PROPOSABLE``) with ``site_id`` and ``version``; one line each. The protected
        fields of a sensitive site are not written, whatever the record holds.
    words : the language of headings and choices.
    rtl : whether the sheets read from right to left.

    Returns
    -------
    A workbook without formulas in cells and without links. A hidden first row holds the columns' codes, so that the form can be read back
    from any language; localities follow the chosen governorate.
    """
    import xlsxwriter

    cells = [form.site_cells(row) for row in rows]
    shown = form.columns(
        max([form.LEAST_SERVICES, *(len(row.get("services") or ()) for row in rows)]),
        max([form.LEAST_GROUPS, *(len(row.get("target_groups") or ()) for row in rows)]),
    )
    lists = form.read_lists(registry, words)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        notes, sites, choices = book.add_worksheet(words("bulk.notes.title")[:31]), book.add_worksheet(form.SHEET), book.add_worksheet(_LISTS)
        for sheet in (notes, sites, choices):
            if rtl:
                sheet.right_to_left()
        _write_notes(notes, words, book)
        sources = _write_lists(choices, lists)
        _write_sites(sites, shown, cells, lists, book)
        _write_headings(sites, shown, words, book)
        _offer(sites, shown, sources, len(cells), words)
        sites.activate() if cells else notes.activate()
    return out.getvalue()


def _write_notes(sheet: Worksheet, words: Language, book: Workbook) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, words("bulk.notes.title"), book.add_format({"bold": True, "font_size": 16}))
    text = book.add_format({"text_wrap": True, "valign": "top"})
    for i, name in enumerate(NOTES, start=2):
        sheet.write_string(i, 0, words(f"bulk.notes.{name}"), text)
        sheet.set_row(i, 36)


def _write_lists(sheet: Worksheet, lists: Lists) -> dict[str, str]:
    """Write the choices, a list a column, and the localities beside their governorate; return each list's place as a formula."""
    sheet.hide()
    sources = {}
    for j, (name, labels) in enumerate(lists.labels.items()):
        for i, label in enumerate(labels.values()):
            sheet.write_string(i, j, label)
        letter = chr(ord("A") + j)
        sources[name] = f"={_LISTS}!${letter}$1:${letter}${max(len(labels), 1)}"
    area, locality = chr(ord("A") + len(lists.labels)), chr(ord("A") + len(lists.labels) + 1)
    for i, (area_id, label) in enumerate(lists.localities.values()):
        sheet.write_string(i, len(lists.labels), lists.labels["area"][area_id])
        sheet.write_string(i, len(lists.labels) + 1, label)
    # The rows of one governorate stand together, so that a block of their height from the first one is its list.
    keys = f"{_LISTS}!${area}$1:${area}${max(len(lists.localities), 1)}"
    sources["locality"] = f"=OFFSET({_LISTS}!${locality}$1,MATCH({{area}},{keys},0)-1,0,COUNTIF({keys},{{area}}),1)"
    return sources


def _write_sites(sheet: Worksheet, shown: Sequence[str], cells: Sequence[Cells], lists: Lists, book: Workbook) -> None:
    formats = {
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "quoted": book.add_format({"quote_prefix": True, "num_format": "@"}),
        "text": book.add_format({"num_format": "@"}),
        "kept": book.add_format({"italic": True, "font_color": "#6B7280"}),
        "id": book.add_format({"font_color": "#6B7280", "num_format": "@"}),
    }
    for j, column in enumerate(shown):
        field = field_of(column)
        usual = formats["id"] if column == SITE_ID else formats["day"] if column == "verified_on" else formats["text"] if field in _TEXT else None
        sheet.set_column(j, j, _WIDTHS.get(field, _USUAL_WIDTH), usual, {"hidden": True} if column == form.SITE_VERSION else {})
        for i, own in enumerate(cells, start=FIRST):
            if column in own:
                kept = formats["kept"] if own[column] == form.KEPT else None
                _write_cell(sheet, (i, j), lists.word(column, own[column]), kept or usual, formats)


def _write_cell(sheet: Worksheet, at: tuple[int, int], cell: str | float | dt.date, usual: Format | None, formats: Mapping[str, Format]) -> None:
    if isinstance(cell, str):
        # A text that could be run keeps its quote mark, so that editing the cell does not turn it into a formula.
        sheet.write_string(*at, cell, formats["quoted"] if neutralise(cell) != cell else usual)
    elif isinstance(cell, dt.date):
        sheet.write_datetime(*at, dt.datetime.combine(cell, dt.time()), usual)
    else:
        sheet.write_number(*at, cell, usual)


def _write_headings(sheet: Worksheet, shown: Sequence[str], words: Language, book: Workbook) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4"})
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_row(1, 32)
    for j, column in enumerate(shown):
        sheet.write_string(0, j, column)
        sheet.write_string(1, j, form.heading(column, words), head)
    sheet.freeze_panes(FIRST, 1 + sum(field_of(column) == "names" for column in shown))


def _offer(sheet: Worksheet, shown: Sequence[str], sources: Mapping[str, str], count: int, words: Language) -> None:
    """Put a drop-down, or a check of numbers and days, on every column that has one, for the sites and the empty rows under them."""
    last = FIRST + count + EMPTY_ROWS - 1
    told = {"error_title": words("bulk.choose.title")[:32], "error_message": words("bulk.choose.message")[:255]}
    number = told | {"error_message": words("bulk.number.message")[:255]}
    for j, column in enumerate(shown):
        rule: dict[str, Any] = {}
        if list_of(column):
            # Several services or groups may be written into one cell, so that a word that is not listed only asks again.
            strict = "stop" if field_of(column) not in ("services", "target_groups") else "warning"
            rule = {"validate": "list", "source": sources[list_of(column)], "error_type": strict, **told}
        elif column == "locality":
            area = chr(ord("A") + shown.index("area"))
            # A place that is not listed may be written: the point or the governorate places the site then.
            rule = {"validate": "list", "source": sources["locality"].format(area=f"${area}{FIRST + 1}"), "error_type": "information", **told}
        elif column in _LIMITS:
            rule = {"validate": "decimal", "criteria": "between", "minimum": _LIMITS[column][0], "maximum": _LIMITS[column][1], **number}
        elif field_of(column) == "capacities":
            rule = {"validate": "decimal", "criteria": ">=", "value": 0, **number}
        if rule:
            sheet.data_validation(FIRST, j, last, j, rule)
