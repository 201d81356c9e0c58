"""Review: what partners propose, governorate by governorate, and the decision about each: field by field, both places on a map, with a reason."""

from __future__ import annotations

import datetime as dt
import functools
from urllib.parse import urlencode

import streamlit as st

from data.submission import Comparison, Submission
from geo.duplicates import Candidate
from geo.errors import AppError, InputError
from geo.model import Scope
from geo.permissions import ALLOWED
from geo.registry import Registry
from geo.submissions import PROTECTED, urgency
from i18n import Translator
from jobs import reviewing
from jobs.duplicates import finder
from jobs.history import moment
from layers import revision_markup
from layers.markup import safe
from layers.revision_markup import QueueLine
from pages.parts import diff, errors, identity, load, merge, notice, shell, small_map

TITLE = "review.menu"
SLUG = "review"
ICON = ":material/rule:"


def shown(scope: Scope) -> bool:
    """Say whether the menu lists the page: for whoever may review somewhere."""
    return bool(scope.user_id) and "review" in ALLOWED.get(scope.role, {})


def waiting(scope: Scope) -> int:
    """Return how many proposals wait for somebody: the menu says it beside the title."""
    return _waiting(scope, load.submissions().edition()) if shown(scope) else 0


@functools.lru_cache(maxsize=256)
def _waiting(scope: Scope, _edition: str) -> int:
    return len(load.submissions().queue(scope))


def render(tr: Translator) -> None:
    """Draw the page."""
    scope = identity.scope()
    asked = str(st.query_params.get("id") or "")
    known = asked if merge.ID.fullmatch(asked) else ""
    shell.write_address(tr, {"id": [known]} if known else {})
    shell.language_switch(tr)
    st.title(tr("review.title"), anchor=False)
    if not shown(scope):
        st.info(tr("review.reviewers_only"))
        return
    _tell_what_was_done(tr)
    if asked:
        st.html(f"<p class='jw-note'><a href='/{SLUG}?{urlencode({'lang': tr.lang})}' target='_self'>{safe(tr('review.back'))}</a></p>")
        try:
            comparison = load.submissions().compare(scope, known)
        except InputError as error:
            errors.show(error, tr)
            return
        _one(comparison, scope, tr)
    else:
        _queue(load.submissions().queue(scope), scope, tr)


def _tell_what_was_done(tr: Translator) -> None:
    """Show what came of the last button."""
    st.session_state.pop(diff.ACTED, None)
    said = notice.current(diff.PAGE)
    if isinstance(said, AppError):
        errors.show(reviewing.with_names(said, tr), tr)
    elif said is not None:
        st.success(tr(said.words))
        if said.site_id:
            href = f"/site?{urlencode({'id': said.site_id, 'lang': tr.lang})}"
            st.html(f"<p class='jw-note'><a href='{safe(href)}' target='_self'>{safe(tr('review.open_site'))}</a></p>")


def _queue(proposals: list[Submission], scope: Scope, tr: Translator) -> None:
    """Draw what waits: how many, then governorate by governorate; for the ministry what was escalated stands in front."""
    now = dt.datetime.now(dt.UTC)
    levels = [urgency(one.submitted_at, now) for one in proposals]
    said = [tr.plural("review.waiting", len(proposals))]
    said += [tr.plural(f"review.{level}", levels.count(level)) for level in ("escalated", "late") if level in levels]
    st.html(f"<p class='jw-answer'>{' · '.join(safe(words) for words in said)}</p>")
    if not proposals:
        st.caption(tr("review.nothing_waits"))
        return
    registry = load.registry(scope)
    names = load.accounts().names_of({one.submitted_by for one in proposals})
    first = [one for one, level in zip(proposals, levels, strict=True) if level == "escalated"] if scope.role == "ministry" else []
    groups = {tr("review.for_the_ministry"): first} if first else {}
    groups |= reviewing.by_area([one for one in proposals if one not in first], registry, tr)

    def line(one: Submission) -> QueueLine:
        level = urgency(one.submitted_at, now)
        area = (registry.label("area", one.area_id, tr.lang),) if one in first and one.area_id else ()
        details = (tr(f"review.op.{one.op}"), *area, reviewing.organisation_words(one, registry, tr),
                   reviewing.actor_words(one.submitted_by, names, tr), reviewing.days_words(one, now, tr))  # fmt: skip
        href = f"/{SLUG}?{urlencode({'id': one.submission_id, 'lang': tr.lang})}"
        return QueueLine(href, reviewing.title_of(one, registry, tr.lang), tr(f"review.urgency.{level}") if level else "", level, details)

    st.html(revision_markup.queue([(name, [line(one) for one in some]) for name, some in groups.items()]))


def _one(comparison: Comparison, scope: Scope, tr: Translator) -> None:
    """Draw one proposal with all that a reviewer needs to decide about it."""
    submission, registry = comparison.submission, load.registry(scope)
    now = dt.datetime.now(dt.UTC)
    events = load.submissions().events(scope, submission.submission_id)
    names = load.accounts().names_of({submission.submitted_by, *(event.actor for event in events)})
    own, waits = submission.submitted_by == scope.user_id, submission.state == "submitted"
    parts = (tr(f"review.op.{submission.op}"), reviewing.organisation_words(submission, registry, tr),
             reviewing.actor_words(submission.submitted_by, names, tr),
             reviewing.waiting_words(submission, now, tr) if waits else tr(f"review.state.{submission.state}"))  # fmt: skip
    site = f"<p class='jw-note'><a href='/site?{safe(urlencode({'id': submission.site_id, 'lang': tr.lang}))}' target='_blank'>{safe(tr('review.open_site'))}</a></p>"
    st.html(
        f"<h2><bdi>{safe(reviewing.title_of(submission, registry, tr.lang))}</bdi></h2><p>{' · '.join(f'<bdi>{safe(part)}</bdi>' for part in parts)}</p>"
        + (site if comparison.version else "")
    )
    if submission.comment:
        st.html(f"<p>{safe(tr('review.comment'))}: <bdi>{safe(submission.comment)}</bdi></p>")
    exact = submission.sensitivity and any(name in submission.proposed for name in PROTECTED)
    notes = (("stale_note", comparison.stale and waits), ("locked_note", comparison.locked), ("own_note", own), ("logged_note", exact and not own))
    for name, said in notes:
        if said:
            st.warning(tr(f"review.{name}"))
    diff.table(comparison, registry, tr)
    _places(comparison, registry, tr)
    if waits and submission.op != "verify":
        st.subheader(tr("review.duplicates"), anchor=False)
        found = _similar(comparison, registry)
        st.html(revision_markup.similar(tr("review.duplicates"), merge.candidate_lines(found, registry, tr), empty=tr("review.no_duplicates")))
    if len(events) > 1 or not waits:
        with st.expander(tr("review.moves")):
            lines = (
                (moment(event.at, tr), tr(f"review.moved.{event.move}"), reviewing.actor_words(event.actor, names, tr), event.reason)
                for event in events
            )
            st.html("".join(f"<p>{' · '.join(f'<bdi>{safe(part)}</bdi>' for part in line if part)}</p>" for line in lines))
    if waits and not own:
        diff.decide(comparison, tr)


def _places(comparison: Comparison, registry: Registry, tr: Translator) -> None:
    """Draw where the site stands and where it would stand, and say how far apart that is."""
    submission, place = comparison.submission, comparison.present.get("place")
    spots = small_map.spot(place, "present", tr("review.place_now"))
    if not spots and comparison.version:
        spots = small_map.public_spot(registry, submission.site_id, tr("review.place_now"))
    spots += small_map.spot(submission.proposed.get("place"), "proposed", tr("review.place_proposed"))
    small_map.show(registry, spots, tr, key="review_map")
    metres = reviewing.metres_moved(comparison)
    if metres is not None:
        st.caption(tr("review.moved_by", metres=tr.number(metres)))


def _similar(comparison: Comparison, registry: Registry) -> list[Candidate]:
    """Return the three sites that are most likely the proposed one, itself left out."""
    found = finder(registry).candidates(reviewing.as_incoming(comparison, registry), top=merge.MOST + 1)
    return [one for one in found if one.site_id != comparison.submission.site_id][: merge.MOST]


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
