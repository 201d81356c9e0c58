"""What the Profile page is asked: a governorate, and up to three others beside it. Codes only; a link means the same in every language."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from geo.memo import kept_with_registry
from geo.model import COUNTRIES
from geo.registry import Registry
from i18n import Translator
from pages.parts import filters

MOST_BESIDE = 3
_COUNTRY, _AREA, _BESIDE = "profile_country", "profile_area", "profile_beside"
_LAST = "profile_last_query"


@dataclass(frozen=True, slots=True)
class ProfileAsked:
    """What a reader asks for: a governorate of a country, and others of it beside it."""

    country: str
    area: str
    beside: tuple[str, ...] = ()

    def to_query(self) -> dict[str, list[str]]:
        """Return the values of the address."""
        return {"area": [self.area]} | ({"beside": list(self.beside)} if self.beside else {})


def read_address(registry: Registry) -> None:
    """Take what is asked for from the URL where it says something else than last time: at the first run, on a link, on Back."""
    state = st.session_state
    query = {name: st.query_params.get_all(name) for name in ("area", "beside") if st.query_params.get_all(name)}
    if query == state.get(_LAST):
        for key in (_COUNTRY, _AREA, _BESIDE):  # a widget that another page does not draw would lose its value
            if key in state:
                state[key] = state[key]
        return
    query = query or state.get(_LAST) or {}
    known = registry.governorates
    area = next((code for code in query.get("area", ()) if code in known.index), "") or _first(registry, filters.default_filter().countries)
    country = str(known["country"][area])
    state[_COUNTRY], state[_AREA] = country, area
    fitting = [code for code in dict.fromkeys(query.get("beside", ())) if code != area and code in known.index and known["country"][code] == country]
    state[_BESIDE] = fitting[:MOST_BESIDE]


def _first(registry: Registry, countries: tuple[str, ...]) -> str:
    here = registry.governorates
    some = here[here["country"].isin(list(countries))] if countries else here
    return str((some if len(some) else here).index[0])


def show(registry: Registry, tr: Translator) -> ProfileAsked:
    """Draw the controls; return what is asked for."""
    state, lang = st.session_state, tr.lang
    countries = [country for country in COUNTRIES if country in registry.known["countries"]]
    places = st.columns([1.4, 1.4, 2.4], vertical_alignment="bottom")
    places[0].segmented_control(
        tr("explore.country"), countries, key=_COUNTRY, required=True, format_func=lambda code: registry.label("area", code, lang)
    )
    areas = _areas(registry, state[_COUNTRY], lang)
    if state[_AREA] not in areas:
        state[_AREA] = areas[0]
    places[1].selectbox(tr("gaps.area"), areas, key=_AREA, format_func=lambda code: registry.label("area", code, lang))
    others = [code for code in areas if code != state[_AREA]]
    state[_BESIDE] = [code for code in state.get(_BESIDE, []) if code in others]
    places[2].multiselect(
        tr("profile.beside"), others, key=_BESIDE, max_selections=MOST_BESIDE, placeholder=tr("profile.beside_hint"),
        format_func=lambda code: registry.label("area", code, lang),
    )  # fmt: skip
    asked = ProfileAsked(str(state[_COUNTRY]), str(state[_AREA]), tuple(state[_BESIDE]))
    state[_LAST] = asked.to_query()
    return asked


@kept_with_registry
def _areas(registry: Registry, country: str, lang: str) -> list[str]:
    here = registry.governorates
    return sorted(here.index[here["country"] == country], key=lambda code: registry.label("area", code, lang))
