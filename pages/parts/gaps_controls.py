"""What the Gaps page is asked: its controls and the address that stands for them. Codes only; a link means the same in every language."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
import streamlit as st

from data.demand import services_counted
from geo.memo import kept_with_registry
from geo.model import COUNTRIES
from geo.registry import Registry
from geo.roads_rules import MODES
from i18n import Translator
from jobs.gaps_asked import BANDS, CAPACITY_RULES, FARTHEST, MOST_SITES, GapsAsked, Offer, can_be_drawn, offer_of, read_asked, sites_to_draw
from jobs.gaps_words import class_label, day_label
from layers.gaps import MEASURES
from pages.parts import filters, gaps_work, load

CHANCE = "chance"
"""What the map can show besides ``MEASURES`` where obstacles are loaded."""
_NAMES = tuple(one.name for one in fields(GapsAsked))
_ON_ROADS = ("regime", "mobility", "hour", "compare_regime", "compare_mobility")
_LAST = "gaps_last_query"
_MEASURE = "gaps_measure"
_LOST = "gaps_lost"


def _key(name: str) -> str:
    return f"gaps_{name}"


def read_address(registry: Registry) -> None:
    """Take what is asked for from the URL where it says something else than last time: at the first run, on a link, on Back."""
    state = st.session_state
    query = {name: st.query_params.get_all(name) for name in (*_NAMES, "measure") if st.query_params.get_all(name)}
    if query == state.get(_LAST):
        for name in (*_NAMES, "measure"):  # a widget that is not drawn, here or on another page, would lose its value
            if _key(name) in state:
                state[_key(name)] = state[_key(name)]
        return
    if not query:  # the first visit, or back from another page, whose address says nothing of this one
        query = state.get(_LAST) or {"country": list(filters.default_filter().countries)}
    put(read_asked(query, registry))
    state[_MEASURE] = next((measure for measure in query.get("measure", ()) if measure in (*MEASURES, CHANCE)), MEASURES[0])


def address(asked: GapsAsked, measure: str) -> dict[str, list[str]]:
    """Return what is asked for as values of the address, and remember that it stands there."""
    query = asked.to_query() | ({} if measure == MEASURES[0] else {"measure": [measure]})
    st.session_state[_LAST] = query
    return query


def put(asked: GapsAsked) -> None:
    """Set the widgets."""
    for name in _NAMES:
        value = getattr(asked, name)
        st.session_state[_key(name)] = list(value) if isinstance(value, tuple) else value


def current() -> GapsAsked:
    """Return what the widgets show."""
    values = {name: st.session_state[_key(name)] for name in _NAMES}
    return GapsAsked(**values | {"sites": tuple(values["sites"])})


def toggle_area(registry: Registry, area_id: str) -> None:
    """Choose a governorate, or let go of it; what is not a governorate does nothing."""
    if area_id not in registry.governorates.index:
        return
    st.session_state[_key("area")] = "" if st.session_state[_key("area")] == area_id else area_id
    st.session_state[_key("country")] = str(registry.areas["country"][area_id])


def show(registry: Registry, roads: str, tr: Translator) -> tuple[GapsAsked, str]:
    """Draw the controls; return what is asked for, and which measure the map shows. ``roads`` is the state of the roads."""
    lang, state = tr.lang, st.session_state
    countries = [country for country in COUNTRIES if country in registry.known["countries"]]
    country = state[_key("country")]
    offer = gaps_work.kept(registry, ("offer", roads, country), lambda: offer_of(load.roads(), country))
    possible = current().on_roads(offer)
    lost = tuple(day for day in current().days_named if day not in possible.days_named)
    for name in _ON_ROADS:
        state[_key(name)] = getattr(possible, name)
    if lost:
        state[_LOST] = (lost, current())
    state[_key("sites")] = list(sites_to_draw(state[_key("sites")], registry, state[_key("country")]))
    measures = (*MEASURES, CHANCE) if offer is not None and offer.obstacles else MEASURES
    if state[_MEASURE] not in measures:
        state[_MEASURE] = MEASURES[0]
    st.toggle(tr("explore.show_filters"), key="show_filters")  # seen on narrow screens only, where the rest is folded away
    bar = st.container(key="filter_bar")
    with bar:
        places = st.columns([1.8, 1.3, 1.3, 1.05, 0.65, 0.95, 0.95], vertical_alignment="bottom")
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
        measure = st.segmented_control(tr("gaps.measure"), measures, key=_MEASURE, required=True, format_func=lambda code: tr(f"gaps.measure.{code}"))
        st.segmented_control(
            tr("gaps.capacity"), CAPACITY_RULES, key=_key("capacity"), required=True, format_func=lambda code: tr(f"gaps.capacity.{code}")
        )
    with bar, st.expander(tr("gaps.roads"), icon=":material/route:", expanded=_in_use(current())):
        _show_movement(offer, tr)
        _show_sites(registry, tr)
    return current(), str(measure)


def _in_use(asked: GapsAsked) -> bool:
    """Say whether something is set that stands in the fold."""
    plain = GapsAsked()
    return any(getattr(asked, name) != getattr(plain, name) for name in (*_ON_ROADS, "sites"))


def _show_movement(offer: Offer | None, tr: Translator) -> None:
    """Draw what needs roads: the kind of day, who travels and when, and what to compare with."""
    if offer is None:
        st.caption(tr("gaps.no_roads"))
        return
    day, who, hour, other_day, other_who = st.columns([1, 1.2, 0.8, 1, 1.2], vertical_alignment="bottom")
    day.selectbox(tr("gaps.regime"), offer.days, key=_key("regime"), format_func=lambda code: day_label(code, tr))
    who.selectbox(tr("gaps.mobility"), offer.classes, key=_key("mobility"), format_func=lambda code: class_label(code, tr))
    hour.selectbox(tr("gaps.hour"), range(24), key=_key("hour"), format_func=clock)
    other_day.selectbox(
        tr("gaps.compare_regime"), ("", *offer.days), key=_key("compare_regime"),
        format_func=lambda code: day_label(code, tr) if code else tr("gaps.compare_same_day"),
    )  # fmt: skip
    other_who.selectbox(
        tr("gaps.compare_mobility"), ("", *offer.classes), key=_key("compare_mobility"),
        format_func=lambda code: class_label(code, tr) if code else tr("gaps.compare_same_people"),
    )  # fmt: skip
    if not offer.obstacles:
        st.caption(tr("gaps.minutes_no_obstacles"))


def _show_sites(registry: Registry, tr: Translator) -> None:
    """Draw which sites' areas of reach are shown, and for which minutes."""
    asked = current()
    labels = _site_labels(registry, asked.country, asked.area, asked.service, tr.lang)
    labels = {site: registry.label("site", site, tr.lang) for site in asked.sites} | labels
    left, right = st.columns([2.2, 1], vertical_alignment="bottom")
    left.multiselect(
        tr("gaps.sites"), list(labels), key=_key("sites"), max_selections=MOST_SITES, placeholder=tr("gaps.sites_choose"),
        format_func=lambda site: labels.get(site, site),
    )  # fmt: skip
    if asked.sites:
        right.segmented_control(
            tr("gaps.bands"), BANDS, key=_key("bands"), required=True,
            format_func=lambda code: tr.plural("gaps.minutes", asked.limit) if code == BANDS[0] else tr("gaps.bands_quarters"),
        )  # fmt: skip


def lost_days(asked: GapsAsked) -> tuple[str, ...]:
    """Return the names of days in the address that are not known here and were let go of, until something else is asked for: hostile text."""
    names, then = st.session_state.get(_LOST, ((), None))
    return names if then == asked else ()


def clock(hour: int) -> str:
    """Write an hour of the day."""
    return f"{hour:02d}:00"


@kept_with_registry
def _site_labels(registry: Registry, country: str, area: str, service: str, lang: str) -> dict[str, str]:
    """Return the sites of a governorate or country that give a service and can be drawn, by name."""
    gives = registry.service_counts(tuple(services_counted(service))) > 0
    here = registry.in_country(country) & gives & can_be_drawn(registry).to_numpy()
    if area:
        here &= (registry.sites["area_id"] == area).to_numpy(dtype=bool)
    found = pd.Series({str(site): registry.label("site", str(site), lang) for site in registry.sites.index[here]}, dtype=object)
    return {str(site): str(name) for site, name in found.sort_values(kind="stable").items()}


@kept_with_registry
def _areas(registry: Registry, country: str, lang: str) -> list[str]:
    here = registry.governorates
    return ["", *sorted(here.index[here["country"] == country], key=lambda code: registry.label("area", code, lang))]


@kept_with_registry
def _by_label(registry: Registry, taxonomy: str, lang: str) -> list[str]:
    return sorted(registry.codes(taxonomy), key=lambda code: registry.term_label(taxonomy, code, lang))
