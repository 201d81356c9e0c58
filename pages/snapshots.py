"""Snapshots: what was kept under a name, as it was, and what has changed since."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.kept import Kept
from geo.errors import AppError
from geo.memo import kept_with_registry
from geo.model import COUNTRIES, Scope
from geo.registry import Registry
from i18n import Translator
from jobs.snapshots import figures_now, open_snapshot, snapshots
from pages.parts import errors, filters, identity, load, notice, profile_work, shell, snapshots_show
from pages.parts.snapshots_show import Compared

TITLE = "snapshots.menu"
SLUG = "snapshots"
ICON = ":material/history:"
NOW = 0
_COUNTRY, _OPEN, _WITH, _AREA, _FIGURE = "snapshots_country", "snapshots_open", "snapshots_with", "snapshots_area", "snapshots_figure"
_LAST = "snapshots_last_query"


def shown(_scope: Scope) -> bool:
    """Everybody finds it in the menu."""
    return True


def render(tr: Translator) -> None:
    """Draw the page. Snapshots hold what the public may see, whoever reads them."""
    registry = load.registry()
    _read_address(registry)
    shell.language_switch(tr)
    st.title(tr("snapshots.title"), anchor=False)
    answer = st.empty()
    _tell_what_was_done(tr)
    state, lang = st.session_state, tr.lang
    countries = [country for country in COUNTRIES if country in registry.known["countries"]]
    st.segmented_control(tr("explore.country"), countries, key=_COUNTRY, required=True, format_func=lambda code: registry.label("area", code, lang))
    country = str(state[_COUNTRY])
    scope = identity.scope()
    found = snapshots(profile_work.records(), country)
    if profile_work.inputs(registry, country, tr) is None:
        return
    if found:
        _show(registry, country, found, answer, tr)
        st.html(snapshots_show.listed(registry, tuple(found), tr))
    else:
        shell.write_address(tr, {"country": [country]})
        state[_LAST] = {"country": [country]}
        st.info(tr("snapshots.none"))
    st.subheader(tr("snapshots.keep_title"), anchor=False)
    snapshots_show.keep(registry, country, scope, tr)


def _read_address(registry: Registry) -> None:
    state, names = st.session_state, {"country": _COUNTRY, "open": _OPEN, "with": _WITH, "area": _AREA, "figure": _FIGURE}
    query = {name: st.query_params.get_all(name) for name in names if st.query_params.get_all(name)}
    if query == state.get(_LAST):
        for key in names.values():  # a widget that another page does not draw would lose its value
            if key in state:
                state[key] = state[key]
        return
    query = query or state.get(_LAST) or {}
    known = [country for country in COUNTRIES if country in registry.known["countries"]]
    default = next((code for code in filters.default_filter().countries if code in known), known[0])
    state[_COUNTRY] = next((code for code in query.get("country", ()) if code in known), default)
    for name, key in (("open", _OPEN), ("with", _WITH)):
        text = next(iter(query.get(name, ())), "")
        state[key] = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else NOW
    for name, key in (("area", _AREA), ("figure", _FIGURE)):
        state[key] = next(iter(query.get(name, ())), "")


def _show(registry: Registry, country: str, found: Sequence[Kept], answer: DeltaGenerator, tr: Translator) -> None:
    state, lang = st.session_state, tr.lang
    kept = {one.record_id: one for one in found}

    def label(record_id: int) -> str:
        return tr("snapshots.now") if record_id == NOW else _choice(registry, kept[record_id], tr)

    if state.get(_OPEN) not in kept:
        state[_OPEN] = next(iter(kept))
    others = [NOW, *(record_id for record_id in kept if record_id != state[_OPEN])]
    if state.get(_WITH) not in others:
        state[_WITH] = NOW
    places = st.columns([1.4, 1.4, 1.2, 1.4], vertical_alignment="bottom")
    places[0].selectbox(tr("snapshots.open"), list(kept), key=_OPEN, format_func=label)
    places[1].selectbox(tr("snapshots.with"), others, key=_WITH, format_func=label)
    try:
        chosen = (int(state[_OPEN]), int(state[_WITH]), label(int(state[_WITH])))
        compared = _compared(registry, country, load.roads().state, profile_work.newest(country), *chosen)
    except AppError as error:
        errors.show(error, tr)
        return
    before = compared.snapshot
    answer.html(snapshots_show.answer(registry, compared, tr))
    areas = [code for code in compared.areas if code in registry.governorates.index]
    if state.get(_AREA) not in areas:
        state[_AREA] = areas[0]
    places[2].selectbox(tr("gaps.area"), areas, key=_AREA, format_func=lambda code: registry.label("area", code, lang))
    words = snapshots_show.labels(registry, country, str(state[_AREA]), tr)
    figures = compared.figures
    if state.get(_FIGURE) not in figures:
        state[_FIGURE] = figures[0]
    places[3].selectbox(tr("snapshots.figure"), figures, key=_FIGURE, format_func=words)
    query = {
        "country": [country],
        "open": [str(state[_OPEN])],
        "with": [str(state[_WITH])],
        "area": [str(state[_AREA])],
        "figure": [str(state[_FIGURE])],
    }
    shell.write_address(tr, query)
    state[_LAST] = query
    snapshots_show.compared(registry, compared, str(state[_FIGURE]), str(state[_AREA]), words, tr)
    with st.expander(tr("snapshots.opened", name=before.kept.name, place=registry.label("area", str(state[_AREA]), lang))):
        st.html(snapshots_show.opened(registry, before, str(state[_AREA]), tr))


@kept_with_registry
def _choice(registry: Registry, one: Kept, tr: Translator) -> str:
    """Return a snapshot as one line of a list: name, version, day, and the place where it is not the country."""
    place = "" if one.area_id == one.country else f" · {registry.label('area', one.area_id, tr.lang)}"
    return tr("snapshots.choice", name=f"\u2068{one.name}\u2069", version=one.version, day=tr.date(one.created_at.date())) + place


@kept_with_registry
def _compared(registry: Registry, country: str, _roads: str, _newest: profile_work.Newest, opened: int, beside: int, name: str) -> Compared:
    """Return a snapshot compared with another one, or with the present figures of its place."""
    before = open_snapshot(profile_work.records(), opened)
    if beside != NOW:
        return Compared.of(before, open_snapshot(profile_work.records(), beside).figures, name)
    place = "" if before.kept.area_id == country else before.kept.area_id
    return Compared.of(before, figures_now(registry, profile_work.ready(registry, country), place), name)


def _tell_what_was_done(tr: Translator) -> None:
    said = notice.current("snapshots")
    if isinstance(said, notice.Done):
        st.success(tr(said.words))
    elif said is not None:
        errors.show(said, tr)


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
