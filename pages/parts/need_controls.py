"""What the Need page is asked: its controls and the address that stands for them. Codes only; a link means the same in every language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from data.packs.index_tree import default_index
from geo.errors import InputError
from geo.model import COUNTRIES
from geo.registry import Registry
from geo.weights import component_weights, components_refused, entropy_weights, voted_weights
from i18n import Translator
from jobs.gaps_asked import FARTHEST
from jobs.need import Need
from jobs.need_asked import AGGREGATE, KEYS, MISSING, MOST_GROUPS, MOST_SERVICES, NORMALISE, VIEWS, NeedPage, read_need
from layers import markup
from pages.parts import filters
from pages.parts.memo import kept_with_registry

_LAST = "needs_last_query"
_SINGLE = ("country", "view", "missing", "normalisation", "aggregation", "service", "group", "limit", "beta")
HALF = 50
"""Points of each indicator where all weigh the same."""
VOTES = "needs_votes"
_VOTERS = 5


def _key(name: str) -> str:
    return f"needs_{name}"


_KEPT = tuple(_key(name) for name in (*_SINGLE, "weight_", "services", "groups"))
"""What the keys of the widgets begin with that keep what was chosen; buttons, the map and the table of votes do not."""


def read_address(registry: Registry) -> None:
    """Take what is asked for from the URL where it says something else than last time: at the first run, on a link, on Back."""
    state = st.session_state
    query = {name: st.query_params.get_all(name) for name in KEYS if st.query_params.get_all(name)}
    if query == state.get(_LAST) and all(_key(name) in state for name in _SINGLE):
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
        state[_key(name)] = getattr(asked, name)
    given = dict(asked.weights)
    for indicator in _indicators(asked.country):
        state[_key(f"weight_{indicator}")] = round(given.get(indicator, 1.0)) if given else HALF
    for name in ("services", "groups"):
        state[_key(name)] = [code for code, _ in getattr(asked, name)]
        for code, weight in getattr(asked, name):
            state[_key(f"{name}_{code}")] = float(weight)


def current(country: str) -> NeedPage:
    """Return what the widgets show."""
    state = st.session_state
    found = NeedPage(**{name: state[_key(name)] for name in _SINGLE})
    points = {indicator: int(state.get(_key(f"weight_{indicator}"), HALF)) for indicator in _indicators(country)}
    same = len(set(points.values())) == 1
    chosen, groups = (tuple((code, float(state.get(_key(f"{name}_{code}"), 1.0))) for code in state[_key(name)]) for name in ("services", "groups"))
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
            tr("explore.country"), countries, key=_key("country"), required=True, format_func=lambda code: registry.label("area", code, lang)
        )
    with places[1]:
        st.segmented_control(tr("needs.view"), VIEWS, key=_key("view"), required=True, format_func=lambda code: tr(f"needs.view.{code}"))
    view = state[_key("view")]
    if view == "access":
        places[2].selectbox(
            tr("gaps.service"), services(registry, lang), key=_key("service"), format_func=lambda code: registry.term_label("service", code, lang)
        )
        places[3].selectbox(
            tr("gaps.group"),
            registry.codes("target_group"),
            key=_key("group"),
            format_func=lambda code: registry.term_label("target_group", code, lang),
        )
    if view != "rank":
        places[4].number_input(tr("gaps.limit"), min_value=1, max_value=FARTHEST, step=5, key=_key("limit"))
    return current(state[_key("country")])


def choose_missing(tr: Translator) -> None:
    """Ask what becomes of missing values; nothing is chosen beforehand."""
    st.radio(
        tr("needs.missing"), MISSING, key=_key("missing"), index=None, format_func=lambda code: tr(f"needs.missing.{code}"),
        captions=[tr(f"needs.missing_why.{code}") for code in MISSING],
    )  # fmt: skip


def method(registry: Registry, need: Need | None, tr: Translator) -> None:
    """Draw the choices of the method under one heading that can be opened; open as long as nobody chose about missing values."""
    state = st.session_state
    with st.expander(tr("needs.method"), expanded=state[_key("missing")] is None, icon=":material/tune:"):
        choose_missing(tr)
        if need is None:
            return
        left, right = st.columns(2)
        with left:
            st.radio(tr("needs.scale"), NORMALISE, key=_key("normalisation"), format_func=lambda code: tr(f"needs.scale.{code}"))
        with right:
            st.radio(tr("needs.mean"), AGGREGATE, key=_key("aggregation"), format_func=lambda code: tr(f"needs.mean.{code}"))
        _weights(registry, need, tr)


def _weights(registry: Registry, need: Need, tr: Translator) -> None:
    names = _indicators(need.country)
    st.markdown(f"**{tr('needs.weights')}**")
    if len(names) == 1:
        _note(tr("needs.one_indicator"))
        return
    _note(tr("needs.weights_note"))
    for column, name in zip(st.columns(len(names)), names, strict=True):
        st.session_state.setdefault(_key(f"weight_{name}"), HALF)
        column.slider(registry.label("indicator", name, tr.lang), 0, 100, key=_key(f"weight_{name}"), step=1)
    if not any(st.session_state[_key(f"weight_{name}")] for name in names):
        st.warning(tr("needs.all_zero"))
    scores = need.index.scores[names]
    buttons = st.columns([1, 1.4, 3], vertical_alignment="center")
    buttons[0].button(tr("needs.equal"), on_click=_put_weights, args=({name: 1 / len(names) for name in names},), key="needs_do_equal")
    buttons[1].button(tr("needs.entropy"), on_click=_put_entropy, args=(scores,), key="needs_do_entropy", help=tr("needs.entropy_why"))
    refused = components_refused(scores)
    if refused:
        buttons[2].html(f"<p class='jw-note'>{markup.safe(tr(f'needs.components.{refused}', n=len(scores.dropna())))}</p>")
    else:
        buttons[2].button(tr("needs.components_do"), on_click=_put_components, args=(scores,), key="needs_do_components")
    _votes(registry, names, tr)


def _votes(registry: Registry, names: list[str], tr: Translator) -> None:
    """Let the members of a group split 100 points each, under numbers and without names."""
    if not st.toggle(tr("needs.vote"), key="needs_do_vote"):
        return
    _note(tr("needs.vote_note"))
    labels = {name: registry.label("indicator", name, tr.lang) for name in names}
    empty = pd.DataFrame(
        {name: pd.Series([None] * _VOTERS, dtype="float") for name in names}, index=pd.RangeIndex(1, _VOTERS + 1, name=tr("needs.member"))
    )
    columns = {name: st.column_config.NumberColumn(label, min_value=0, max_value=100) for name, label in labels.items()}
    table = st.data_editor(empty, column_config=columns, num_rows="dynamic", placeholder="", key=f"{VOTES}_{'_'.join(names)}", width="stretch")
    votes = votes_in(table)
    st.session_state[VOTES] = {}
    if not votes:
        return
    try:
        found = voted_weights(votes, names)
    except InputError as error:
        st.warning(tr(f"error.{error.code}", **error.params))
        return
    st.session_state[VOTES] = votes
    for name, row in found.iterrows():
        spread = (
            ""
            if pd.isna(row["spread"])
            else tr("needs.spread", sd=f"{100 * row['spread']:.0f}", least=f"{100 * row['least']:.0f}", most=f"{100 * row['most']:.0f}")
        )
        st.markdown(f"- {labels[str(name)]}: {100 * row['mean']:.0f} {spread}")
    st.button(
        tr("needs.use_votes"),
        on_click=_put_weights,
        args=({name: float(found["mean"][name]) for name in names},),
        key="needs_do_votes",
        type="primary",
    )


def _note(words: str) -> None:
    """Write a line under a control; Streamlit's own captions do not turn with the language."""
    st.html(f"<p class='jw-note'>{markup.safe(words)}</p>")


def votes_in(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the votes of the lines in which anything was written, each under its number."""
    filled = table.dropna(how="all").fillna(0.0)
    return {str(number): {str(name): float(value) for name, value in row.items()} for number, (_, row) in enumerate(filled.iterrows(), start=1)}


def _put_weights(shares: Mapping[str, float]) -> None:
    for name, share in shares.items():
        st.session_state[_key(f"weight_{name}")] = round(100 * share)


def _put_entropy(scores: pd.DataFrame) -> None:
    _put_weights({str(name): float(share) for name, share in entropy_weights(scores).items()})


def _put_components(scores: pd.DataFrame) -> None:
    _put_weights({str(name): float(share) for name, share in component_weights(scores).items()})


def decide(registry: Registry, asked: NeedPage, tr: Translator) -> None:
    """Draw the weights of the priority list: what the group decides."""
    lang = tr.lang
    with st.expander(tr("needs.decide"), expanded=True, icon=":material/how_to_vote:"):
        st.multiselect(
            tr("needs.services"), services(registry, lang), key=_key("services"), max_selections=MOST_SERVICES,
            format_func=lambda code: registry.term_label("service", code, lang),
        )  # fmt: skip
        _numbers("services", lambda code: registry.term_label("service", code, lang))
        st.multiselect(
            tr("needs.groups"), registry.codes("target_group"), key=_key("groups"), max_selections=MOST_GROUPS,
            format_func=lambda code: registry.term_label("target_group", code, lang),
        )  # fmt: skip
        _numbers("groups", lambda code: registry.term_label("target_group", code, lang))
        if len(asked.groups) > 1:
            _note(tr("needs.groups_overlap"))
        st.slider(tr("needs.beta"), 0.0, 2.0, key=_key("beta"), step=0.1, help=tr("needs.beta_why"))


def _numbers(name: str, label: Callable[[str], str]) -> None:
    chosen = st.session_state[_key(name)]
    if not chosen:
        return
    for column, code in zip(st.columns(max(len(chosen), 3))[: len(chosen)], chosen, strict=True):
        st.session_state.setdefault(_key(f"{name}_{code}"), 1.0)
        column.number_input(label(code), min_value=0.0, max_value=100.0, step=0.5, key=_key(f"{name}_{code}"))


@kept_with_registry
def services(registry: Registry, lang: str) -> list[str]:
    """Return the services by their names."""
    return sorted(registry.codes("service"), key=lambda code: registry.term_label("service", code, lang))


def _indicators(country: str) -> list[str]:
    return [node.node_id for node in default_index(country).tree.indicators]
