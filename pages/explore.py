"""Explore: what is near, for whom, and where need is: filters, map, counts and the table that proves them."""

from __future__ import annotations

from urllib.parse import urlencode

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.exports.table import all_sites
from geo.counts import counts_by_area
from geo.memo import kept_with_registry
from geo.model import SENSITIVITY, Filter, Scope
from geo.registry import Registry
from i18n import Translator
from layers import cards, markup
from layers.explore import MARKS, Marks
from layers.freshness import last_check, site_links
from layers.need import NEED_METHODS, need_indicators
from pages.parts import filters, identity, load, shell, show_map, table
from pages.parts.table import Column, TableView

TITLE = "explore.menu"
SLUG = "explore"
ICON = ":material/map:"
TABLE_COLUMNS = (
    "name",
    "kind_label",
    "area",
    "locality",
    "services_label",
    "target_groups_label",
    "organisation",
    "status_label",
)
LAST_CHECK = "last_check"
FORMATS = ("csv", "xlsx", "geojson", "gpkg", "html")


def shown(_scope: Scope) -> bool:
    """Everybody finds it in the menu."""
    return True


def render(tr: Translator) -> None:
    """Draw the page."""
    scope = identity.scope()
    registry = load.registry(scope)
    filters.read_address(registry)
    picked = show_map.clicked()
    if picked is not None and picked.event == "area":
        filters.toggle_area(registry, picked.id)
    shell.language_switch(tr)
    head, need_place, more_place = st.columns([2, 1.2, 0.8], vertical_alignment="bottom")
    head.title(tr("explore.title"), anchor=False)
    answer = head.empty()
    wanted = filters.show(registry, tr)
    indicator, method, marks = _choose_look(registry, wanted, need_place, more_place, tr)
    look = {"need": [indicator] if indicator else [], "marks": [] if marks == MARKS[0] else [str(marks)]}
    shell.write_address(tr, {**filters.address(wanted), **look})
    mask = _chosen(registry, wanted)
    answer.html(_answer(registry, wanted, tr))
    if not mask.any():
        _show_way_out(registry, wanted, tr)
    opened = table.asked("table", "open")
    left, right = st.columns([2, 1])
    with left:
        _say_where(registry, opened, tr)
        show_map.show(registry, wanted, mask, tr, scope=scope, indicator=indicator, method=method, marks=marks, opened=opened)
    with right:
        st.html(_beside(registry, wanted, tr, scope.clearance >= SENSITIVITY["area_only"]))
    _show_table(registry, wanted, mask, scope, tr)
    _show_downloads(wanted, indicator, method, marks, tr)


@kept_with_registry
def _chosen(registry: Registry, wanted: Filter) -> np.ndarray:
    """Run the filter once for map, answer, counts and table."""
    return registry.select(wanted)


@kept_with_registry
def _answer(registry: Registry, wanted: Filter, tr: Translator) -> str:
    return cards.answer(registry, _chosen(registry, wanted), _counts(registry, wanted, False), wanted, tr)


@kept_with_registry
def _beside(registry: Registry, wanted: Filter, tr: Translator, cleared: bool) -> str:
    counts = _counts(registry, wanted, cleared)
    facts = cards.area_facts(registry, wanted.areas[0], counts, tr) if len(wanted.areas) == 1 else ""
    return facts + cards.area_bars(registry, _chosen(registry, wanted), counts, wanted, tr)


@kept_with_registry
def _counts(registry: Registry, wanted: Filter, cleared: bool) -> pd.DataFrame:
    """Count in every governorate of the countries, also those outside the choice: they are what it is compared with."""
    everywhere = wanted.with_(areas=())
    return counts_by_area(registry, _chosen(registry, everywhere), countries=wanted.countries, services=wanted.services, cleared=cleared)


@kept_with_registry
def _need_options(registry: Registry, countries: tuple[str, ...]) -> list[str]:
    return ["", *need_indicators(registry, countries)]


def _choose_look(registry: Registry, wanted: Filter, place: DeltaGenerator, more: DeltaGenerator, tr: Translator) -> tuple[str, str, Marks]:
    """Draw the choice of the need indicator and of the rarer filters; return the indicator, how its classes are made, and what colours the marks."""
    options = _need_options(registry, wanted.countries)
    asked = st.query_params.get("need")
    if "need" not in st.session_state:
        st.session_state["need"] = asked if asked in options else options[1] if len(options) > 1 else ""
    elif st.session_state["need"] not in options:
        st.session_state["need"] = options[1] if len(options) > 1 else ""
    st.session_state["need"] = st.session_state["need"]  # said again, so that the browser shows it in the present language
    indicator = place.selectbox(
        tr("explore.need"), options, key="need",
        format_func=lambda code: registry.label("indicator", code, tr.lang) if code else tr("explore.need_none"),
    )  # fmt: skip
    with more.container(key="filter_more").popover(tr("explore.more"), icon=":material/tune:", width="stretch"):
        filters.show_more(registry, tr)
        method = st.segmented_control(
            tr("explore.classes"), NEED_METHODS, key="classes", default=NEED_METHODS[0], required=True,
            format_func=lambda code: tr(f"explore.classes_{code}"),
        )  # fmt: skip
        if "marks" not in st.session_state:
            st.session_state["marks"] = st.query_params.get("marks") if st.query_params.get("marks") in MARKS else MARKS[0]
        st.session_state["marks"] = st.session_state["marks"]  # another page does not draw the choice, which would lose it
        marks = st.segmented_control(tr("explore.marks"), MARKS, key="marks", required=True, format_func=lambda code: tr(f"explore.marks_{code}"))
    return str(indicator or ""), str(method), marks or MARKS[0]


def _show_way_out(registry: Registry, wanted: Filter, tr: Translator) -> None:
    """Say that nothing matches, and offer the single filter whose removal brings the most sites back."""
    st.info(tr("explore.empty"))
    best, found = filters.loosest(registry, wanted)
    if found:
        words = tr("explore.empty_without", filter=tr(f"explore.{best}"), sites=tr.plural("explore.sites", found))
        st.button(words, on_click=filters.put, args=(wanted.with_(**{best: "" if isinstance(getattr(wanted, best), str) else ()}),), key="way_out")
    else:
        st.button(tr("explore.clear"), on_click=filters.put, args=(Filter(countries=wanted.countries),), key="way_out")


def _say_where(registry: Registry, opened: str | None, tr: Translator) -> None:
    """Say what is known of the place of a site that was asked for and has no point on the map."""
    if opened is None or opened not in registry.sites.index or registry.placed[registry.sites.index.get_loc(opened)]:
        return
    site = registry.sites.loc[opened]
    kind = "area_centroid" if site["sensitivity"] else "none"
    area = registry.label("area", str(site["area_id"]), tr.lang) if site["area_id"] else ""
    st.info(" · ".join(part for part in (registry.label("site", opened, tr.lang), area, tr(f"map.position.{kind}")) if part))


def _show_table(registry: Registry, wanted: Filter, mask: np.ndarray, scope: Scope, tr: Translator) -> None:
    """Draw the page of the table that the reader is on; another filter goes back to its first page."""
    view: TableView = table.turned(st.session_state.get("table_view", TableView()), "table")
    if st.session_state.get("table_filter") != wanted:
        view = TableView(view.sort, view.descending)
    st.session_state["table_filter"], st.session_state["table_view"] = wanted, view
    positions = np.flatnonzero(mask)
    if view.sort in (*TABLE_COLUMNS, LAST_CHECK):
        ranks = _ranks(registry, tr, view.sort)[positions]
        positions = positions[np.argsort(-ranks if view.descending else ranks, kind="stable")]
    start = view.page * table.ROWS_PER_PAGE
    some = all_sites(registry, lang=tr.lang, words=tr).iloc[positions[start : start + table.ROWS_PER_PAGE]]
    ids = some["site_id"].tolist()
    texts = some[list(TABLE_COLUMNS)].itertuples(index=False)
    cells = [
        [*("" if pd.isna(cell) else str(cell) for cell in row), last_check(registry, site_id, tr)] for site_id, row in zip(ids, texts, strict=True)
    ]
    columns = [Column(name, tr(f"table.{name}")) for name in (*TABLE_COLUMNS, LAST_CHECK)]
    links = [site_links(registry, site_id, scope, tr) for site_id in ids]
    st.subheader(tr("table.caption"), anchor=False)
    table.show(cells, ids, columns, view, len(positions), tr, key="table", links=links)


@kept_with_registry
def _ranks(registry: Registry, tr: Translator, column: str) -> np.ndarray:
    """Return the rank of each site when the table is sorted by a column; empty cells come last."""
    if column == LAST_CHECK:
        return np.where(registry.checked_days > 0, registry.checked_days, np.iinfo(np.int64).max)
    cells = all_sites(registry, lang=tr.lang, words=tr)[column].fillna("").astype(str).str.casefold()
    return cells.where(cells != "", "\uffff").rank(method="dense").to_numpy()


def _show_downloads(wanted: Filter, indicator: str, method: str, marks: Marks, tr: Translator) -> None:
    """Draw a link for each format; the address carries the same filter, so that the file holds the table's rows."""
    query = urlencode(wanted.to_query() | {"lang": tr.lang, "need": indicator, "classes": method, "marks": marks}, doseq=True)
    links = [(tr(f"explore.format_{name}"), f"/data/export.{name}?{query}") for name in FORMATS]
    st.html(markup.downloads(tr("explore.download"), links))


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
