"""A proposal beside its site, and the form in which a reviewer decides about it field by field."""

from __future__ import annotations

import streamlit as st

from data.submission import Comparison
from geo.errors import AppError
from geo.registry import Registry
from i18n import Translator
from jobs.record_words import field_name, value_lines
from jobs.reviewing import diff_words
from layers import revision_markup
from layers.revision_markup import DiffRow
from pages.parts import identity, load, notice
from pages.parts.notice import Done

ACTED = "review_acted"
PAGE = "review"
LONGEST_REASON = 500


def table(comparison: Comparison, registry: Registry, tr: Translator) -> None:
    """Draw the fields side by side: now and proposed, and what the proposer saw where the site changed since; after a decision, what became of each."""
    waits = comparison.submission.state == "submitted"
    base = comparison.stale or not waits
    columns = [*(["base"] if base else []), *(["present"] if waits else []), "proposed", *([] if waits else ["decision"])]
    heads = [tr("review.column.field"), *(tr(f"review.column.{name}") for name in columns)]
    rows = []
    for diff in comparison.diffs:
        values = {name: value_lines(diff.field, getattr(diff, name), registry, tr) for name in ("base", "present", "proposed")}
        if diff.withheld:
            values["base"] = values["present"] = (tr("history.withheld"),)
        verdict, reason = comparison.submission.decisions.get(diff.field, ("", ""))
        values["decision"] = (tr(f"review.verdict.{verdict}"), *([reason] if reason else [])) if verdict else (tr("history.none"),)
        rows.append(DiffRow(field_name(diff.field, tr), diff_words(diff, tr) if waits else (), [values[name] for name in columns]))
    st.html(revision_markup.diff_table(tr("review.changes"), heads, rows))


@st.fragment
def decide(comparison: Comparison, tr: Translator) -> None:
    """Draw a tick for each field, the reasons and the buttons; runs alone, so that a tick opens no protected place anew.

    Parameters
    ----------
    comparison : as the reviewer sees it: a decision carries the versions of it.
    tr : words.
    """
    if st.session_state.pop(ACTED, False):
        st.rerun()
    own = f"review_{comparison.submission.submission_id}"
    fields = [diff.field for diff in comparison.diffs]
    st.subheader(tr("review.decide"), anchor=False)
    st.caption(tr("review.decide_help"))
    ticked = []
    for field in fields:
        if st.checkbox(field_name(field, tr), value=True, key=f"{own}_{field}"):
            ticked.append(field)
        else:
            st.text_input(tr("review.reason_for", field=field_name(field, tr)), key=f"{own}_{field}_reason", max_chars=LONGEST_REASON)
    st.text_area(tr("review.reason"), key=f"{own}_reason", max_chars=LONGEST_REASON, help=tr("review.reason_help"), height=80)
    with st.container(horizontal=True):
        for move in ("approve", "approve_some", "request_changes", "reject"):
            st.button(
                tr(f"review.move.{move}"), key=f"{own}_{move}", on_click=_act, args=(comparison, move),
                type="primary" if move == "approve" else "secondary",
                disabled=(move.startswith("approve") and comparison.locked) or (move == "approve_some" and not ticked),
            )  # fmt: skip


def _act(comparison: Comparison, move: str) -> None:
    """Decide as the reviewer who pressed the button, about the versions that stood there; the page tells what came of it."""
    state, submission = st.session_state, comparison.submission
    own = f"review_{submission.submission_id}"
    reason = str(state.get(f"{own}_reason") or "")
    fields = [diff.field for diff in comparison.diffs]
    ticked = [field for field in fields if state.get(f"{own}_{field}")]
    accept = {"approve": fields, "approve_some": ticked}.get(move, [])
    reasons = {field: str(state.get(f"{own}_{field}_reason") or "") for field in fields}
    state[ACTED] = True
    try:
        if move == "request_changes":
            done = load.submissions().request_changes(identity.scope(), submission.submission_id, version=submission.version, reason=reason)
        else:
            done = load.submissions().decide(
                identity.scope(), submission.submission_id, version=submission.version, seen_version=comparison.version, accept=accept,
                reasons=reasons, reason=reason,
            )  # fmt: skip
    except AppError as error:
        notice.keep(PAGE, error)
        return
    notice.keep(PAGE, Done(f"review.done.{done.state}", done.site_id if accept else ""))
    st.query_params.pop("id", None)
