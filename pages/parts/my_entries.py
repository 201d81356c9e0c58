"""A contributor's own list: decisions not seen yet, what is under way, the sites that can be corrected or confirmed, and what is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import streamlit as st

from data.submission import Submission
from data.submissions import Submissions
from geo.errors import InputError, StoreError
from geo.memo import kept_with_registry
from geo.model import Filter, Scope
from geo.permissions import may
from geo.registry import Registry
from geo.submissions import OPEN_STATES, urgency
from i18n import Translator
from layers.entries import entry_card, site_line
from pages.parts import errors, reminders
from pages.parts.draft import EDITABLE, REFUSALS, LockedError, verify
from pages.parts.fields import text

LISTED = 8
"""Sites in sight at once; the rest are found by name."""
_NEWS = "contribute_news"
GO = "contribute_go"
"""Where the next run is to go: values of the address."""


def show(registry: Registry, scope: Scope, submissions: Submissions, tr: Translator) -> None:
    """Draw the list.

    Parameters
    ----------
    registry : as ``scope`` may see it.
    scope : a partner, or a planner or the ministry.
    """
    own = submissions.own(scope)
    news = _news(own, scope, submissions)
    st.button(tr("contribute.add"), key="contribute_add", type="primary", icon=":material/add_location_alt:", on_click=go, args=({"do": "add"},))
    groups = (
        ("contribute.news", [one for one in own if one.submission_id in news]),
        ("contribute.under_way", [one for one in own if one.state in OPEN_STATES and one.submission_id not in news]),
    )
    for title, some in groups:
        if some:
            st.subheader(tr(title), anchor=False)
            for one in some:
                show_entry(registry, one, scope, submissions, tr, fresh=one.submission_id in news)
    reminders.show(registry, scope, tr)
    _show_sites(registry, own, scope, submissions, tr)
    over = [one for one in own if one.state not in OPEN_STATES and one.submission_id not in news]
    if over:
        with st.expander(tr.plural("contribute.over", len(over))):
            for one in over:
                show_entry(registry, one, scope, submissions, tr)


def go(where: dict[str, str]) -> None:
    """Let the next run go to an address of this page, and begin anew there."""
    st.session_state[GO] = where


def show_entry(registry: Registry, one: Submission, scope: Scope, submissions: Submissions, tr: Translator, *, fresh: bool = False) -> None:
    """Draw one submission: what became of it and why, and what its sender can do now."""
    verdicts = [(tr(f"bulk.field.{name}"), why) for name, (verdict, why) in one.decisions.items() if verdict == "rejected"]
    lines = _lines(one, submissions.clock(), tr)
    if one.state == "partly_approved":
        taken = [tr(f"bulk.field.{name}") for name, (verdict, _) in one.decisions.items() if verdict == "accepted"]
        lines.append(tr("contribute.taken", fields=tr("map.list_separator").join(taken)))
    with st.container(border=True, key=f"contribute_entry_{one.submission_id}"):
        st.html(entry_card(name=entry_name(registry, one, tr), state=one.state, lines=lines, verdicts=verdicts, fresh=fresh, tr=tr))
        if one.state not in OPEN_STATES:
            return
        with st.container(horizontal=True):
            if one.state in EDITABLE and one.op != "verify":
                st.button(
                    tr("contribute.continue"), key=f"contribute_continue_{one.submission_id}", on_click=go, args=({"draft": one.submission_id},)
                )
            st.button(tr("contribute.withdraw"), key=f"contribute_withdraw_{one.submission_id}", on_click=_withdraw, args=(one, scope, submissions))


def entry_name(registry: Registry, one: Submission, tr: Translator) -> str:
    """Return the name of the site that a submission is about, as text."""
    if one.site_id in registry.sites.index:
        return registry.label("site", one.site_id, tr.lang)
    names = one.proposed.get("names") or {}
    return str(next((names[lang] for lang in (tr.lang, *names) if names.get(lang)), "")) or tr("contribute.unnamed")


def tell(tr: Translator) -> None:
    """Draw once what the last click did, or why it did nothing."""
    done, error = st.session_state.pop("contribute_done", ""), st.session_state.pop("contribute_error", None)
    if done:
        st.success(tr(f"contribute.done_{done}"))
    if error:
        errors.show(error, tr)


def _lines(one: Submission, now: dt.datetime, tr: Translator) -> list[str]:
    lines = [tr(f"contribute.op_{one.op}")]
    if one.state == "submitted" and one.submitted_at:
        days = (now - one.submitted_at).days
        lines.append(tr.plural("contribute.waiting", days) if days else tr("contribute.sent_today"))
        late = urgency(one.submitted_at, now)
        lines += [tr(f"contribute.{late}")] if late else []
    else:
        lines.append(tr("contribute.changed_on", day=tr.date(one.updated_at.date())))
    if one.reason and one.state in ("changes_requested", "rejected"):
        lines.append(tr("contribute.reason", reason=one.reason))
    return lines


def _news(own: Sequence[Submission], scope: Scope, submissions: Submissions) -> set[str]:
    """Return the decisions that are new in this browser session, and keep that they were seen; they stay first until it ends."""
    held: dict[str, set[str]] = st.session_state.setdefault(_NEWS, {})
    news = held.setdefault(scope.user_id, set())
    for one in own:
        if not one.seen:
            news.add(one.submission_id)
            submissions.mark_seen(scope, one.submission_id)
    return news


def _withdraw(one: Submission, scope: Scope, submissions: Submissions) -> None:
    try:
        submissions.withdraw(scope, one.submission_id, version=one.version)
    except (InputError, StoreError) as error:
        st.session_state["contribute_error"] = error
    else:
        st.session_state["contribute_done"] = "withdrawn"


def confirm(site_id: str, scope: Scope, submissions: Submissions, today: dt.date) -> None:
    """Send that a site is still as it is written; what happened is told in the next run."""
    try:
        verify(submissions, scope, site_id, today)
    except (InputError, StoreError) as error:
        st.session_state["contribute_error"] = error
    else:
        st.session_state["contribute_done"] = "verified"
        st.session_state[GO] = {}


def _show_sites(registry: Registry, own: Sequence[Submission], scope: Scope, submissions: Submissions, tr: Translator) -> None:
    mask = _within_reach(registry, scope)
    st.subheader(tr("contribute.sites_own" if scope.role == "partner" else "contribute.sites_reach"), anchor=False)
    if not mask.any():
        st.write(tr("contribute.no_sites"))
        return
    if int(mask.sum()) > LISTED:
        mask = mask & registry.select(Filter(text=text("find", tr("contribute.find"), "", live="400ms", most=80)))
    names = registry.labels("site", tr.lang)
    found = sorted((str(site_id) for site_id in registry.sites.index[mask]), key=lambda site_id: str(names.get(site_id, site_id)))
    waiting = {one.site_id: one for one in own if one.state in OPEN_STATES}
    for site_id in found[:LISTED]:
        _show_site(registry, site_id, waiting.get(site_id), scope, submissions, tr)
    if len(found) > LISTED:
        st.caption(tr.plural("contribute.more_sites", len(found) - LISTED))
    elif not found:
        st.write(tr("contribute.none_found"))


def _show_site(registry: Registry, site_id: str, waiting: Submission | None, scope: Scope, submissions: Submissions, tr: Translator) -> None:
    source = registry.sources.loc[str(registry.sites.at[site_id, "source_id"])]
    locked = source["locked"] == 1
    note = (
        tr("contribute.locked", keeper=str(source["publisher"] or source["title"]))
        if locked
        else tr(f"contribute.has_{waiting.op}")
        if waiting
        else ""
    )
    with st.container(border=True, key=f"contribute_site_{site_id}"):
        st.html(site_line(registry, site_id, note, tr))
        if locked:
            return
        with st.container(horizontal=True):
            st.button(tr("contribute.correct"), key=f"contribute_correct_{site_id}", on_click=go, args=({"site": site_id},))
            if not (waiting and waiting.op == "verify"):
                st.button(
                    tr("contribute.still"), key=f"contribute_still_{site_id}", on_click=confirm, args=(site_id, scope, submissions, registry.today)
                )


@kept_with_registry
def _within_reach(registry: Registry, scope: Scope) -> np.ndarray:
    """Say for each site whether the reader may propose changes of it."""
    sites = registry.sites[["area_id", "country", "organisation_id"]].fillna("").astype(str)
    rows = zip(sites["area_id"], sites["country"], sites["organisation_id"], strict=True)
    return np.array([may(scope, "propose", area_id=area, country=country, organisation_id=run_by) for area, country, run_by in rows], dtype=bool)


def is_refusal(error: InputError) -> bool:
    """Say whether an error is told as "not there, or not yours"."""
    return error.code in REFUSALS and not isinstance(error, LockedError)
