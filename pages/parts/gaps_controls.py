"""What the Gaps page is asked: seven controls and the address that stands for them. Codes only; a link means the same in every language."""

from __future__ import annotations

import streamlit as st

from geo.model import COUNTRIES
from geo.obstacles import REGIMES
from geo.registry import Registry
from geo.roads_rules import MODES
from i18n import Translator
from jobs.gaps_asked import CAPACITY_RULES, FARTHEST, GapsAsked, offer_of, read_asked
from layers.gaps import MEASURES
from pages.parts import filters, load
from pages.parts.memo import kept_with_registry

_NAMES = ("country", "area", "service", "group", "limit", "mode", "regime", "capacity")
_LAST = "gaps_last_query"
_MEASURE = "gaps_measure"


def _key(name: str) -> str:
    return f"gaps_{name}"


def read_address(registry: Registry) -> None:
    """Take what is asked for from the URL where it says something else than last time: at the first run, on a link, on Back."""
    state = st.session_state
    query = {name: st.query_params.get_all(name) for name in (*_NAMES, "measure") if st.query_params.get_all(name)}
    if query == state.get(_LAST):
        for name in (*_NAMES, "measure"):  # a widget that another page does not draw would lose its value
            if _key(name) in state:
                state[_key(name)] = state[_key(name)]
        return
    if not query:  # the first visit, or back from another page, whose address says nothing of this one
        query = state.get(_LAST) or {"country": list(filters.default_filter().countries)}
    put(read_asked(query, registry))
    state[_MEASURE] = next((measure for measure in query.get("measure", ()) if measure in MEASURES), MEASURES[0])


def address(asked: GapsAsked, measure: str) -> dict[str, list[str]]:
    """Return what is asked for as values of the address, and remember that it stands there."""
    query = asked.to_query() | ({} if measure == MEASURES[0] else {"measure": [measure]})
    st.session_state[_LAST] = query
    return query


def put(asked: GapsAsked) -> None:
    """Set the widgets."""
    for name in _NAMES:
        st.session_state[_key(name)] = getattr(asked, name)


def current() -> GapsAsked:
    """Return what the widgets show."""
    return GapsAsked(**{name: st.session_state[_key(name)] for name in _NAMES})


def toggle_area(registry: Registry, area_id: str) -> None:
    """Choose a governorate, or let go of it; what is not a governorate does nothing."""
    if area_id not in registry.governorates.index:
        return
    st.session_state[_key("area")] = "" if st.session_state[_key("area")] == area_id else area_id
    st.session_state[_key("country")] = str(registry.areas.at[area_id, "country"])


def show(registry: Registry, tr: Translator) -> tuple[GapsAsked, str]:
    """Draw the controls; return what is asked for, and which measure the map shows."""
    lang, state = tr.lang, st.session_state
    countries = [country for country in COUNTRIES if country in registry.known["countries"]]
    st.toggle(tr("explore.show_filters"), key="show_filters")  # seen on narrow screens only, where the rest is folded away
    with st.container(key="filter_bar"):
        places = st.columns([1.75, 1.15, 1.3, 1.1, 0.7, 1, 0.95], vertical_alignment="bottom")
    places[0].segmented_control(
        tr("explore.country"), countries, key=_key("country"), required=True, format_func=lambda code: registry.label("area", code, lang)
    )
    areas = _areas(registry, state[_key("country")], lang)
    if state[_key("area")] not in areas:
        state[_key("area")] = ""
    places[1].selectbox(
        tr("gaps.area"), areas, key=_key("area"), format_func=lambda code: registry.label("area", code, lang) if code else tr("gaps.all_areas")
    )
    places[2].selectbox(
        tr("gaps.service"),
        _by_label(registry, "service", lang),
        key=_key("service"),
        format_func=lambda code: registry.term_label("service", code, lang),
    )
    places[3].selectbox(
        tr("gaps.group"), ["all", *(code for code in _by_label(registry, "target_group", lang) if code != "all")], key=_key("group"),
        format_func=lambda code: registry.term_label("target_group", code, lang),
    )  # fmt: skip
    places[4].number_input(tr("gaps.limit"), min_value=1, max_value=FARTHEST, step=5, key=_key("limit"))
    places[5].selectbox(tr("gaps.mode"), MODES, key=_key("mode"), format_func=lambda code: tr(f"travel.mode.{code}"))
    with places[6].popover(tr("gaps.more"), icon=":material/tune:", width="stretch"):
        measure = st.segmented_control(tr("gaps.measure"), MEASURES, key=_MEASURE, required=True, format_func=lambda code: tr(f"gaps.measure.{code}"))
        st.segmented_control(
            tr("gaps.capacity"), CAPACITY_RULES, key=_key("capacity"), required=True, format_func=lambda code: tr(f"gaps.capacity.{code}")
        )
        offer = offer_of(load.roads(), state[_key("country")])
        state[_key("regime")] = current().on_roads(offer).regime
        without = offer is None
        st.selectbox(tr("gaps.regime"), REGIMES, key=_key("regime"), disabled=without, format_func=lambda code: tr(f"travel.regime.{code}"))
        if without:
            st.caption(tr("gaps.no_roads"))
    return current(), str(measure)


@kept_with_registry
def _areas(registry: Registry, country: str, lang: str) -> list[str]:
    here = registry.governorates
    return ["", *sorted(here.index[here["country"] == country], key=lambda code: registry.label("area", code, lang))]


@kept_with_registry
def _by_label(registry: Registry, taxonomy: str, lang: str) -> list[str]:
    return sorted(registry.codes(taxonomy), key=lambda code: registry.term_label(taxonomy, code, lang))
