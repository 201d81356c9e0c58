"""What the Indicators page is asked: four controls and the address that stands for them. Codes only; a link means the same in every language."""

from __future__ import annotations

import streamlit as st

from geo.memo import kept_with_registry
from geo.model import COUNTRIES
from geo.registry import Registry
from i18n import Translator
from jobs.indicators import IndicatorsAsked, read_asked
from pages.parts import filters, indicators_work

_NAMES = ("country", "indicator", "year", "area")
_LAST = "indicators_last_query"


def _key(name: str) -> str:
    return f"indicators_{name}"


def read_address(registry: Registry) -> None:
    """Take what is asked for from the URL where it says something else than last time: at the first run, on a link, on Back."""
    state = st.session_state
    query = {name: st.query_params.get_all(name) for name in _NAMES if st.query_params.get_all(name)}
    if query == state.get(_LAST) and all(_key(name) in state for name in _NAMES):
        for name in _NAMES:  # a widget that another page does not draw would lose its value
            state[_key(name)] = state[_key(name)]
        return
    if not query:  # the first visit, or back from another page, whose address says nothing of this one
        query = state.get(_LAST) or {"country": list(filters.default_filter().countries)}
    _put(read_asked(query, registry, indicators_work.held(registry)))


def address(asked: IndicatorsAsked) -> dict[str, list[str]]:
    """Return what is asked for as values of the address, and remember that it stands there."""
    st.session_state[_LAST] = asked.to_query()
    return asked.to_query()


def toggle_area(registry: Registry, area_id: str) -> None:
    """Choose a governorate of the country, or let go of it; what is not one does nothing."""
    state = st.session_state
    if area_id in registry.governorates.index and registry.governorates["country"][area_id] == state[_key("country")]:
        state[_key("area")] = "" if state[_key("area")] == area_id else area_id


def _put(asked: IndicatorsAsked) -> None:
    for name in _NAMES:
        st.session_state[_key(name)] = getattr(asked, name)


def show(registry: Registry, tr: Translator) -> IndicatorsAsked:
    """Draw the controls; return what is asked for."""
    lang, state = tr.lang, st.session_state
    countries = [country for country in COUNTRIES if country in registry.known["countries"]]
    st.toggle(tr("explore.show_filters"), key="show_filters")  # seen on narrow screens only, where the rest is folded away
    with st.container(key="filter_bar"):
        places = st.columns([1.5, 1.8, 0.8, 1.2], vertical_alignment="bottom")
    places[0].segmented_control(
        tr("explore.country"), countries, key=_key("country"), required=True, format_func=lambda code: registry.label("area", code, lang)
    )
    country = state[_key("country")]
    codes = indicators_work.codes(registry, country)
    if state[_key("indicator")] not in codes:
        state[_key("indicator")] = codes[0] if codes else ""
    places[1].selectbox(
        tr("indicators.indicator"), codes or [""], key=_key("indicator"),
        format_func=lambda code: registry.label("indicator", code, lang) if code else tr("indicators.none"),
    )  # fmt: skip
    years = indicators_work.years(registry, country, state[_key("indicator")])
    if state[_key("year")] not in years:
        state[_key("year")] = years[-1] if years else 0
    places[2].selectbox(tr("indicators.year"), [*reversed(years)] or [0], key=_key("year"), format_func=lambda year: str(year or "-"))
    areas = _areas(registry, country, lang)
    if state[_key("area")] not in areas:
        state[_key("area")] = ""
    places[3].selectbox(
        tr("indicators.mark"),
        areas,
        key=_key("area"),
        format_func=lambda code: registry.label("area", code, lang) if code else tr("indicators.no_mark"),
    )
    return IndicatorsAsked(**{name: state[_key(name)] for name in _NAMES})


@kept_with_registry
def _areas(registry: Registry, country: str, lang: str) -> list[str]:
    here = registry.governorates
    return ["", *sorted(here.index[here["country"] == country], key=lambda code: registry.label("area", code, lang))]
