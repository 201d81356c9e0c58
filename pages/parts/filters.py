"""The filter of the Explore page: widgets, the URL, and the ``Filter`` that both stand for. Codes only; a link means the same in every language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import streamlit as st

from geo.freshness import BANDS
from geo.memo import kept_with_registry
from geo.model import COUNTRIES, SITE_STATUS, Filter
from geo.registry import Registry
from i18n import Translator

ALL = "all"
DEFAULT_COUNTRY = "PS"
_KEYS = {name: f"filter_{name}" for name in Filter.__dataclass_fields__}
_LAST_QUERY = "filter_last_query"
_MANY = ("areas", "services", "target_groups", "kinds", "organisations", "statuses", "freshness")


def default_filter() -> Filter:
    """Return the filter of a first visit: the country of the browser's locale, or the first pack."""
    country = (st.context.locale or "").rpartition("-")[2].upper()
    return Filter(countries=(country if country in COUNTRIES else DEFAULT_COUNTRY,))


def read_address(registry: Registry) -> None:
    """Take the filter from the URL where it says something else than last time: at the first run, on a link, on Back."""
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    own = _own(query)
    if own == st.session_state.get(_LAST_QUERY):
        for key in _KEYS.values():  # a widget that another page does not draw would lose its value
            if key in st.session_state:
                st.session_state[key] = st.session_state[key]
        return
    if not own and _LAST_QUERY in st.session_state:  # back from another page, whose address says nothing of the filter
        query = st.session_state[_LAST_QUERY]
    put(Filter.from_query(query, registry.known) if own or _LAST_QUERY in st.session_state else default_filter())


def address(wanted: Filter) -> dict[str, list[str]]:
    """Return the filter as values of the address, and remember that it stands there."""
    query = wanted.to_query() if wanted.countries else wanted.to_query() | {"country": [ALL]}
    st.session_state[_LAST_QUERY] = query
    return query


def put(wanted: Filter) -> None:
    """Set the widgets to a filter."""
    state = st.session_state
    state[_KEYS["countries"]] = wanted.countries[0] if len(wanted.countries) == 1 else ALL
    for name in _MANY:
        state[_KEYS[name]] = list(getattr(wanted, name))
    state[_KEYS["text"]] = wanted.text
    state[_KEYS["verified_since"]] = dt.date.fromisoformat(wanted.verified_since) if wanted.verified_since else None


def current() -> Filter:
    """Return the filter that the widgets show."""
    state = st.session_state
    country = state.get(_KEYS["countries"]) or ALL
    many = {name: tuple(state.get(_KEYS[name]) or ()) for name in _MANY}
    since = state.get(_KEYS["verified_since"])
    return Filter(
        countries=() if country == ALL else (str(country),),
        verified_since=since.isoformat() if since else "",
        text=str(state.get(_KEYS["text"]) or "").strip(),
        **many,
    )


def loosest(registry: Registry, wanted: Filter) -> tuple[str, int]:
    """Return the field of the filter whose removal lets the most sites through, and how many; 0 where none helps."""
    best, most = "", 0
    for name in _KEYS:
        value = getattr(wanted, name)
        if value and name != "countries":
            found = int(registry.select(wanted.with_(**{name: "" if isinstance(value, str) else ()})).sum())
            if found > most:
                best, most = name, found
    return best, most


def toggle_area(registry: Registry, area_id: str) -> None:
    """Add a governorate to the filter, or take it out; what is not a governorate does nothing."""
    if area_id not in registry.governorates.index:
        return
    wanted = current()
    rest = tuple(code for code in wanted.areas if code != area_id)
    put(wanted.with_(areas=rest if area_id in wanted.areas else (*wanted.areas, area_id)))


def show(registry: Registry, tr: Translator) -> Filter:
    """Draw the filter's widgets and return what they say."""
    lang = tr.lang
    countries = [ALL, *(country for country in COUNTRIES if country in registry.known["countries"])]
    _keep_areas_of_country(registry)
    st.toggle(tr("explore.show_filters"), key="show_filters")  # seen on narrow screens only, where the rest is folded away
    with st.container(key="filter_bar"):
        first, second, third, fourth, fifth = st.columns([1.8, 1.1, 1.2, 1, 1.1], vertical_alignment="bottom")
    first.segmented_control(
        tr("explore.country"), countries, key=_KEYS["countries"], required=True,
        format_func=lambda code: tr("explore.all_countries") if code == ALL else registry.label("area", code, lang),
    )  # fmt: skip
    country = st.session_state[_KEYS["countries"]]
    areas = registry.governorates
    area_ids = list(areas.index if country == ALL else areas.index[areas["country"] == country])
    _many(second, tr, "areas", area_ids, lambda code: _area_label(registry, code, lang, with_country=country == ALL))
    _many(third, tr, "services", _by_label(registry, "service", lang), lambda code: registry.term_label("service", code, lang))
    _many(fourth, tr, "target_groups", registry.codes("target_group"), lambda code: registry.term_label("target_group", code, lang))
    fifth.text_input(tr("explore.text"), key=_KEYS["text"], placeholder=tr("explore.search_hint"), icon=":material/search:", max_chars=80)
    return current()


def show_more(registry: Registry, tr: Translator) -> None:
    """Draw the rarer filters."""
    lang = tr.lang
    _many(st, tr, "kinds", _by_label(registry, "kind", lang), lambda code: registry.term_label("kind", code, lang))
    _many(st, tr, "organisations", list(registry.organisations.index), lambda code: registry.label("organisation", code, lang))
    _many(st, tr, "statuses", list(SITE_STATUS), lambda code: tr(f"export.status.{code}"))
    _many(st, tr, "freshness", list(BANDS), lambda code: tr(f"freshness.band.{code}"))
    st.date_input(tr("explore.verified_since"), key=_KEYS["verified_since"], format="YYYY-MM-DD")


def _many(place: object, tr: Translator, name: str, options: list[str], label: Callable[[str], str]) -> None:
    place.multiselect(  # type: ignore[attr-defined]
        tr(f"explore.{name}"), options, key=_KEYS[name], format_func=label, placeholder=tr(f"explore.{name}_all"), select_all=False
    )


def _keep_areas_of_country(registry: Registry) -> None:
    country = st.session_state.get(_KEYS["countries"])
    if country != ALL:
        kept = [code for code in st.session_state.get(_KEYS["areas"], []) if registry.areas.at[code, "country"] == country]
        st.session_state[_KEYS["areas"]] = kept


def _area_label(registry: Registry, code: str, lang: str, *, with_country: bool) -> str:
    name = registry.label("area", code, lang)
    return f"{name} ({registry.label('area', str(registry.areas.at[code, 'country']), lang)})" if with_country else name


@kept_with_registry
def _by_label(registry: Registry, taxonomy: str, lang: str) -> list[str]:
    return sorted(registry.codes(taxonomy), key=lambda code: registry.term_label(taxonomy, code, lang))


def _own(query: dict[str, list[str]]) -> dict[str, list[str]]:
    from geo.model import QUERY_KEYS

    return {key: values for key, values in query.items() if key in QUERY_KEYS.values()}
