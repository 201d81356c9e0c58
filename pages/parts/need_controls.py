"""What the Need page is asked: its controls and the address that stands for them. Codes only; a link means the same in every language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from geo.memo import kept_with_registry
from geo.model import COUNTRIES
from geo.registry import Registry
from i18n import Translator
from jobs.gaps_asked import FARTHEST
from jobs.need import Need
from jobs.need_asked import AGGREGATE, KEYS, MISSING, MOST_GROUPS, MOST_SERVICES, NORMALISE, VIEWS, NeedPage, read_need
from pages.parts import filters, need_weights
from pages.parts.need_weights import HALF, indicators, key, note

_LAST = "needs_last_query"
_SINGLE = ("country", "view", "missing", "normalisation", "aggregation", "service", "group", "limit", "beta")

_KEPT = tuple(key(name) for name in (*_SINGLE, "weight_", "services", "groups"))
"""What the keys of the widgets begin with that keep what was chosen; buttons, the map and the table of votes do not."""


def read_address(registry: Registry) -> None:
    """Take what is asked for from the URL where it says something else than last time: at the first run, on a link, on Back."""
    state = st.session_state
    query = {name: st.query_params.get_all(name) for name in KEYS if st.query_params.get_all(name)}
    if query == state.get(_LAST) and all(key(name) in state for name in _SINGLE):
        for name in [str(name) for name in state if str(name).startswith(_KEPT)]:
            state[name] = state[name]  # a widget that is not drawn this time would lose its value
        return
    if not query:  # the first visit, or back from another page, whose address says nothing of this one
        query = state.get(_LAST) or {"country": list(filters.default_filter().countries)}
    put(read_need(query, registry))


def address(asked: NeedPage) -> dict[str, list[str]]:
    """Return what is asked for as values of the address, and remember that it stands there."""
    query = asked.to_query()
    st.session_state[_LAST] = query
    return query


def put(asked: NeedPage) -> None:
    """Set the widgets."""
    state = st.session_state
    for name in _SINGLE:
        state[key(name)] = getattr(asked, name)
    given = dict(asked.weights)
    for indicator in indicators(asked.country):
        state[key(f"weight_{indicator}")] = round(given.get(indicator, 1.0)) if given else HALF
    for name in ("services", "groups"):
        state[key(name)] = [code for code, _ in getattr(asked, name)]
        for code, weight in getattr(asked, name):
            state[key(f"{name}_{code}")] = float(weight)


def current(country: str) -> NeedPage:
    """Return what the widgets show."""
    state = st.session_state
    found = NeedPage(**{name: state[key(name)] for name in _SINGLE})
    points = {indicator: int(state.get(key(f"weight_{indicator}"), HALF)) for indicator in indicators(country)}
    same = len(set(points.values())) == 1
    chosen, groups = (tuple((code, float(state.get(key(f"{name}_{code}"), 1.0))) for code in state[key(name)]) for name in ("services", "groups"))
    return replace(found, weights=() if same else tuple((name, float(value)) for name, value in points.items()), services=chosen, groups=groups)


def show(registry: Registry, tr: Translator) -> NeedPage:
    """Draw the controls over the answer; return what is asked for."""
    lang, state = tr.lang, st.session_state
    countries = [country for country in COUNTRIES if country in registry.known["countries"]]
    st.toggle(tr("explore.show_filters"), key="show_filters")  # seen on narrow screens only, where the rest is folded away
    with st.container(key="filter_bar"):
        places = st.columns([1.7, 2.7, 1.2, 1, 0.8], vertical_alignment="bottom")
    with places[0]:
        st.segmented_control(
            tr("explore.country"), countries, key=key("country"), required=True, format_func=lambda code: registry.label("area", code, lang)
        )
    with places[1]:
        st.segmented_control(tr("needs.view"), VIEWS, key=key("view"), required=True, format_func=lambda code: tr(f"needs.view.{code}"))
    view = state[key("view")]
    if view == "access":
        places[2].selectbox(
            tr("gaps.service"), services(registry, lang), key=key("service"), format_func=lambda code: registry.term_label("service", code, lang)
        )
        places[3].selectbox(
            tr("gaps.group"),
            registry.codes("target_group"),
            key=key("group"),
            format_func=lambda code: registry.term_label("target_group", code, lang),
        )
    if view != "rank":
        places[4].number_input(tr("gaps.limit"), min_value=1, max_value=FARTHEST, step=5, key=key("limit"))
    return current(state[key("country")])


def choose_missing(tr: Translator) -> None:
    """Ask what becomes of missing values; nothing is chosen beforehand."""
    st.radio(
        tr("needs.missing"), MISSING, key=key("missing"), index=None, format_func=lambda code: tr(f"needs.missing.{code}"),
        captions=[tr(f"needs.missing_why.{code}") for code in MISSING],
    )  # fmt: skip


def method(registry: Registry, need: Need | None, tr: Translator) -> None:
    """Draw the choices of the method under one heading that can be opened; open as long as nobody chose about missing values."""
    state = st.session_state
    with st.expander(tr("needs.method"), expanded=state[key("missing")] is None, icon=":material/tune:"):
        choose_missing(tr)
        if need is None:
            return
        left, right = st.columns(2)
        with left:
            st.radio(tr("needs.scale"), NORMALISE, key=key("normalisation"), format_func=lambda code: tr(f"needs.scale.{code}"))
        with right:
            st.radio(tr("needs.mean"), AGGREGATE, key=key("aggregation"), format_func=lambda code: tr(f"needs.mean.{code}"))
        need_weights.show(registry, need, tr)


def decide(registry: Registry, asked: NeedPage, tr: Translator) -> None:
    """Draw the weights of the priority list: what the group decides."""
    lang = tr.lang
    with st.expander(tr("needs.decide"), expanded=False, icon=":material/how_to_vote:"):
        st.multiselect(
            tr("needs.services"), services(registry, lang), key=key("services"), max_selections=MOST_SERVICES,
            format_func=lambda code: registry.term_label("service", code, lang),
        )  # fmt: skip
        _numbers("services", lambda code: registry.term_label("service", code, lang))
        st.multiselect(
            tr("needs.groups"), registry.codes("target_group"), key=key("groups"), max_selections=MOST_GROUPS,
            format_func=lambda code: registry.term_label("target_group", code, lang),
        )  # fmt: skip
        _numbers("groups", lambda code: registry.term_label("target_group", code, lang))
        if len(asked.groups) > 1:
            note(tr("needs.groups_overlap"))
        st.slider(tr("needs.beta"), 0.0, 2.0, key=key("beta"), step=0.1, help=tr("needs.beta_why"))


def _numbers(name: str, label: Callable[[str], str]) -> None:
    chosen = st.session_state[key(name)]
    if not chosen:
        return
    for column, code in zip(st.columns(max(len(chosen), 3))[: len(chosen)], chosen, strict=True):
        st.session_state.setdefault(key(f"{name}_{code}"), 1.0)
        column.number_input(label(code), min_value=0.0, max_value=100.0, step=0.5, key=key(f"{name}_{code}"))


@kept_with_registry
def services(registry: Registry, lang: str) -> list[str]:
    """Return the services by their names."""
    return sorted(registry.codes("service"), key=lambda code: registry.term_label("service", code, lang))
