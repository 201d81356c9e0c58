"""The table under the map: a plain HTML table that every screen reader knows, sorted and paged on the server, a row a button."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from i18n import Translator

ROWS_PER_PAGE = 20
_FOLDER = Path(__file__).parent
_table = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: its name in the frame and its heading."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class TableView:
    """How the table is sorted and which page of it is shown."""

    sort: str = ""
    descending: bool = False
    page: int = 0


def show(
    rows: Sequence[Sequence[str]],
    ids: Sequence[str],
    columns: Sequence[Column],
    view: TableView,
    total: int,
    tr: Translator,
    *,
    key: str,
    links: Sequence[Sequence[tuple[str, str]]] = (),
) -> None:
    """Draw one page of a table; what a reader asks for arrives in the session state under ``key`` at the next run.

    Parameters
    ----------
    rows : texts of the page's cells, in the order of ``columns``.
    ids : id of each row.
    columns : headings.
    view : sort and page that these rows are of.
    total : rows of all pages.
    tr : words.
    links : words and path of the links of each row, in a last column of their own; none where empty.
    key : of the component; its state holds ``open`` (a row's id), ``sort`` (a column's name) or ``page`` once.
    """
    global _table  # noqa: PLW0603 - a component is registered once a process, after the runtime is up
    if _table is None:
        _table = st.components.v2.component(
            "jiwar_table",
            html='<div class="jw-table"></div>',
            js=(_FOLDER / "table.js").read_text(encoding="utf-8"),
            css=(_FOLDER / "table.css").read_text(encoding="utf-8"),
            isolate_styles=False,
        )
    pages = max(1, -(-total // ROWS_PER_PAGE))
    data = {
        "rows": [list(row) for row in rows], "ids": list(ids), "columns": [{"name": c.name, "title": c.title} for c in columns],
        "sort": view.sort, "descending": view.descending, "page": view.page, "pages": pages, "total": total, "dir": tr.direction,
        "links": [[{"text": text, "href": href} for text, href in row] for row in links],
        "words": {
            "caption": tr("table.caption"), "empty": tr("table.empty"), "show": tr("table.show"), "previous": tr("table.previous"), "next": tr("table.next"), "links": tr("table.links"),
            "place": tr("table.place", first=tr.number(view.page * ROWS_PER_PAGE + 1 if total else 0),
                        last=tr.number(min(total, (view.page + 1) * ROWS_PER_PAGE)), total=tr.number(total)),
        },
    }  # fmt: skip
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()  # as bytes: Arabic letters would be escaped to thrice the size
    _table(data=packed, key=key, on_open_change=_nothing, on_sort_change=_nothing, on_page_change=_nothing)


def asked(key: str, what: str) -> str | None:
    """Return what the reader asked of the table in the last click: ``open``, ``sort`` or ``page``."""
    state = st.session_state.get(key)
    value = state.get(what) if state is not None else None
    return None if value is None else str(value)


def turned(view: TableView, key: str) -> TableView:
    """Return the view after the last click on a heading or a page."""
    column, page = asked(key, "sort"), asked(key, "page")
    if column is not None:
        return TableView(column, view.sort == column and not view.descending)
    if page is not None and page.isdecimal():
        return TableView(view.sort, view.descending, int(page))
    return view


def _nothing() -> None:
    """A trigger needs a callback to be sent at all."""
