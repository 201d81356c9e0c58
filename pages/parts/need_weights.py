"""The weights of the indicators on the Need page: by sliders, by how much the indicators differ, or by the members' votes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from data.packs.index_tree import default_index
from geo.errors import InputError
from geo.registry import Registry
from geo.weights import component_weights, components_refused, entropy_weights, voted_weights
from i18n import Translator
from jobs.need import Need
from layers import markup

HALF = 50
"""Points of each indicator where all weigh the same."""
VOTES = "needs_votes"
_VOTERS = 5


def key(name: str) -> str:
    """Return the key of a widget of the page."""
    return f"needs_{name}"


def show(registry: Registry, need: Need, tr: Translator) -> None:
    """Draw the weights of an index."""
    names = indicators(need.country)
    st.markdown(f"**{tr('needs.weights')}**")
    if len(names) == 1:
        note(tr("needs.one_indicator"))
        return
    note(tr("needs.weights_note"))
    for column, name in zip(st.columns(len(names)), names, strict=True):
        st.session_state.setdefault(key(f"weight_{name}"), HALF)
        column.slider(registry.label("indicator", name, tr.lang), 0, 100, key=key(f"weight_{name}"), step=1)
    if not any(st.session_state[key(f"weight_{name}")] for name in names):
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
    note(tr("needs.vote_note"))
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


def note(words: str) -> None:
    """Write a line under a control; Streamlit's own captions do not turn with the language."""
    st.html(f"<p class='jw-note'>{markup.safe(words)}</p>")


def votes_in(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the votes of the lines in which anything was written, each under its number."""
    filled = table.dropna(how="all").fillna(0.0)
    return {str(number): {str(name): float(value) for name, value in row.items()} for number, (_, row) in enumerate(filled.iterrows(), start=1)}


def _put_weights(shares: Mapping[str, float]) -> None:
    for name, share in shares.items():
        st.session_state[key(f"weight_{name}")] = round(100 * share)


def _put_entropy(scores: pd.DataFrame) -> None:
    _put_weights({str(name): float(share) for name, share in entropy_weights(scores).items()})


def _put_components(scores: pd.DataFrame) -> None:
    _put_weights({str(name): float(share) for name, share in component_weights(scores).items()})


def indicators(country: str) -> list[str]:
    """Return the indicators of a country's default index."""
    return [node.node_id for node in default_index(country).tree.indicators]
