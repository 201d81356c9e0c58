"""The history of a site: its changes, how it stood on a day, and the form that takes it back to an earlier version."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from data.history import Event
from data.site_edits import SiteView, revert
from geo.errors import AppError, InputError
from geo.model import PUBLIC, Scope
from geo.registry import Registry
from i18n import Translator
from jobs.history import back_to, event_words, moment, standing, until_day, why
from jobs.record_words import field_name, value_lines
from layers import revision_markup
from layers.revision_markup import DiffRow, Fact, TimelineItem
from pages.parts import identity, load, merge, notice
from pages.parts.notice import Done


def show(events: Sequence[Event], scope: Scope, registry: Registry, tr: Translator) -> None:
    """Draw the changes, the newest first.

    Display names are for colleagues: the public reads that somebody with an account did it.
    """
    inside = scope.role != PUBLIC.role
    ids = {event.actor for event in events}
    names = load.accounts().names_of(ids)
    if not inside:
        names = dict.fromkeys(names, tr("history.actor.somebody"))
    items = []
    for event in reversed(events):
        notes = [*why(event, tr), *_rejected(event, scope, tr)]
        first = event is events[0]
        heads = [tr(f"history.column.{name}") for name in (("field", "first") if first else ("field", "before", "after"))]
        rows = [_row(change.field, (change.after,) if first else (change.before, change.after), registry, tr) for change in event.changes]
        items.append(TimelineItem(event_words(event, names, tr), notes, heads, rows))
    st.html(revision_markup.timeline(items))


def as_it_stood(events: Sequence[Event], registry: Registry, tr: Translator) -> None:
    """Draw the site as it stood at the end of a day that the reader chooses."""
    first, last = events[0].at.date(), registry.today
    day = st.date_input(tr("site.day"), value=None, min_value=min(first, last), max_value=max(first, last), format="YYYY-MM-DD", key="site_day")
    if not day:
        return
    then = until_day(events, day)
    if not then:
        st.caption(tr("site.not_yet"))
        return
    record = standing(then)
    rows = [Fact(field_name(name, tr), value_lines(name, value, registry, tr)) for name, value in record.items() if value or name == "sensitivity"]
    st.html(revision_markup.facts(tr("site.as_it_stood"), rows))


def take_back(events: Sequence[Event], view: SiteView, registry: Registry, tr: Translator) -> None:
    """Draw the form that writes the site as it stood at an earlier version, with what would change."""
    own = f"revert_{view.site_id}"
    earlier = {event.version: event for event in reversed(events) if event.version < view.version}
    if not earlier:
        st.caption(tr("site.revert_none"))
        return
    st.write(tr("site.revert_help"))
    version = st.selectbox(
        tr("site.revert_to"), list(earlier), key=f"{own}_to",
        format_func=lambda number: f"{tr('history.version', version=number)} · {moment(earlier[number].at, tr)}",
    )  # fmt: skip
    changes = back_to(events, version)
    heads = [tr(f"history.column.{name}") for name in ("field", "now", "then")]
    rows = [_row(change.field, (change.before, change.after), registry, tr) for change in changes]
    st.html(revision_markup.diff_table(tr("site.revert_changes"), heads, rows))
    st.text_input(tr("site.reason"), key=f"{own}_reason", max_chars=500)
    st.button(tr("site.revert_do"), key=f"{own}_do", on_click=_revert, args=(view.site_id, version, view.version))


def _revert(site_id: str, to_version: int, seen_version: int) -> None:
    try:
        reason = str(st.session_state.get(f"revert_{site_id}_reason") or "")
        revert(load.store(), identity.scope(), site_id, to_version=to_version, seen_version=seen_version, reason=reason)
    except AppError as error:
        notice.keep(merge.PAGE, error)
    else:
        notice.keep(merge.PAGE, Done("site.reverted"))


def _row(field: str, values: Sequence[object], registry: Registry, tr: Translator) -> DiffRow:
    return DiffRow(field_name(field, tr), (), [value_lines(field, value, registry, tr) for value in values])


def _rejected(event: Event, scope: Scope, tr: Translator) -> list[str]:
    """Return what of the proposal behind a change was not taken over and why, for whoever sent or may review it."""
    if not event.submission_id or not scope.user_id:
        return []
    try:
        submission = load.submissions().get(scope, event.submission_id)
    except InputError:
        return []
    return [
        tr("history.not_taken", field=field_name(field, tr), reason=reason)
        for field, (verdict, reason) in submission.decisions.items()
        if verdict == "rejected"
    ]
