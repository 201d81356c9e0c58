"""What is done to one site outside of imports and proposals, on both databases: read, opened exactly, taken back, merged, and what a reviewer sees."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from data import models
from data.engine import writing
from data.exact_views import exact_views
from data.history import WITHHELD, timeline
from data.site_edits import exact_place, merge, read_site, revert
from data.snapshot import read_registry
from data.store import Store
from data.submissions import Submissions
from geo.errors import AppError
from geo.model import PUBLIC, Scope
from tests.data.review_support import Clock, every_site, fresh, organisation_of, people, sent

Ids = dict[str, str]


@pytest.fixture
def ids(store: Store) -> Ids:
    """Four sites; see ``fill``."""
    return fresh(store)


@pytest.fixture
def who(store: Store, ids: Ids) -> dict[str, Scope]:
    """One person of each sort."""
    return people(organisation_of(store, ids["open"]), organisation_of(store, ids["other"]))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def submissions(store: Store, clock: Clock) -> Submissions:
    return Submissions(store, clock)


def approve(submissions: Submissions, who: dict[str, Scope], site_id: str, proposed: dict[str, Any]) -> None:
    """Let the partner propose and the ministry approve."""
    one = sent(submissions, who["partner"], site_id, proposed)
    seen = submissions.compare(who["ministry"], one.submission_id)
    submissions.decide(who["ministry"], one.submission_id, version=one.version, seen_version=seen.version, accept=list(proposed), reason="Asked them")


def refused(code: str, act: Any, *args: Any, **named: Any) -> None:
    """See an act refused with ``code``."""
    with pytest.raises(AppError) as error:
        act(*args, **named)
    assert error.value.code == code


def test_taking_a_site_back_is_a_new_revision_with_its_reason(store: Store, ids: Ids, who: dict[str, Scope], submissions: Submissions) -> None:
    first = every_site(store)[ids["open"]]
    approve(submissions, who, ids["open"], {"phone": "", "hours": "24/7"})
    approve(submissions, who, ids["open"], {"status": "damaged"})
    revert(store, who["planner"], ids["open"], to_version=first.version, seen_version=first.version + 2, reason=" Hoax ")
    now = every_site(store)[ids["open"]]
    assert (now.record, now.version) == (first.record, first.version + 3)
    events = timeline(store, ids["open"])
    assert [event.action for event in events] == ["insert", "approve", "approve", "revert"]
    assert (events[-1].reason, events[-1].actor) == ("Hoax", "u-planner")
    assert events[1].submission_id
    assert events[1].submission_id != events[2].submission_id
    assert {change.field for change in events[-1].changes} == {"phone", "hours", "status"}
    assert read_registry(store).sites.at[ids["open"], "phone"] == first.record["phone"]


@pytest.mark.parametrize(
    ("person", "change", "code"),
    [
        ("partner", {}, "review.not_allowed"),
        ("elsewhere", {}, "review.not_allowed"),
        ("admin", {}, "review.not_allowed"),
        ("public", {}, "review.not_allowed"),
        ("planner", {"reason": "  "}, "review.reason_missing"),
        ("planner", {"seen_version": 7}, "review.stale"),
        ("planner", {"to_version": 9}, "history.no_version"),
        ("planner", {"site_id": "nowhere"}, "history.no_site"),
        ("planner", {"site_id": "a\0b"}, "history.no_site"),
    ],
)
def test_a_refused_taking_back_changes_nothing(store: Store, ids: Ids, who: dict[str, Scope], person: str, change: dict[str, Any], code: str) -> None:
    before = every_site(store)
    version = before[ids["open"]].version
    wanted = {"site_id": ids["open"], "to_version": version, "seen_version": version, "reason": "Because"} | change
    refused(code, revert, store, who[person], wanted.pop("site_id"), **wanted)
    assert every_site(store) == before
    assert len(timeline(store, ids["open"])) == 1


def test_one_site_stands_for_another_and_a_revert_undoes_it(store: Store, ids: Ids, who: dict[str, Scope]) -> None:
    loser, winner = ids["other"], ids["open"]
    before = every_site(store)
    version = read_registry(store).version
    merge(store, who["planner"], loser, winner, reason="Same house")
    registry = read_registry(store)
    assert registry.version != version
    assert registry.redirects == {loser: winner}
    assert loser not in registry.sites.index
    assert winner in registry.sites.index
    assert read_site(store, PUBLIC, loser).merged_into == winner
    assert [event.action for event in timeline(store, loser)] == ["insert", "merge"]
    assert len(timeline(store, winner)) == 1
    assert every_site(store)[winner] == before[winner]
    gone = read_site(store, PUBLIC, loser)
    revert(store, who["planner"], loser, to_version=1, seen_version=gone.version, reason="Two doors")
    registry = read_registry(store)
    assert registry.redirects == {}
    assert loser in registry.sites.index
    assert every_site(store)[loser].record == before[loser].record


def test_a_chain_of_merges_leads_to_the_last(store: Store, ids: Ids, who: dict[str, Scope]) -> None:
    merge(store, who["planner"], ids["other"], ids["open"], reason="Same")
    merge(store, who["ministry"], ids["open"], ids["away"], reason="Same too")
    assert read_registry(store).redirects == {ids["other"]: ids["away"], ids["open"]: ids["away"]}


@pytest.mark.parametrize(
    ("person", "loser", "winner", "reason", "code"),
    [
        ("planner", "open", "open", "Same", "review.cannot_merge"),
        ("planner", "open", "away", "Same", "review.not_allowed"),
        ("partner", "open", "other", "Same", "review.not_allowed"),
        ("public", "open", "other", "Same", "review.not_allowed"),
        ("planner", "open", "other", " ", "review.reason_missing"),
        ("planner", "open", "safe", "Same", "review.not_allowed"),
        ("ministry", "nowhere", "open", "Same", "history.no_site"),
        ("ministry", "open", "nowhere", "Same", "history.no_site"),
    ],
)
def test_a_refused_merge_changes_nothing(
    store: Store, ids: Ids, who: dict[str, Scope], person: str, loser: str, winner: str, reason: str, code: str
) -> None:
    before = every_site(store)
    refused(code, merge, store, who[person], ids.get(loser, loser), ids.get(winner, winner), reason=reason)
    assert every_site(store) == before
    assert read_registry(store).redirects == {}


def test_what_was_merged_is_neither_merged_again_nor_proposed_for(store: Store, ids: Ids, who: dict[str, Scope], submissions: Submissions) -> None:
    merge(store, who["planner"], ids["other"], ids["open"], reason="Same")
    refused("review.cannot_merge", merge, store, who["ministry"], ids["other"], ids["away"], reason="Again")
    refused("review.cannot_merge", merge, store, who["ministry"], ids["away"], ids["other"], reason="Round")
    refused("history.no_site", submissions.save, who["stranger"], op="edit", site_id=ids["other"], proposed={"phone": ""})


def test_a_sensitive_site_is_read_without_what_is_kept_of_it(store: Store, ids: Ids, who: dict[str, Scope]) -> None:
    for person in who.values():
        view = read_site(store, person, ids["safe"])
        assert view.withheld == ("place", "address", "note")
        assert [view.record[name] for name in view.withheld] == [None, None, None]
        assert (view.area_id, view.country, view.sensitivity) == ("PS0150", "PS", 2)
    assert {name for name, person in who.items() if read_site(store, person, ids["safe"]).may_open} == {"cleared", "ministry"}
    assert exact_views(store) == []


def test_opening_an_exact_place_is_logged_without_its_value(store: Store, ids: Ids, who: dict[str, Scope]) -> None:
    found = exact_place(store, who["cleared"], ids["safe"], purpose="Ambulance")
    assert (found["place"]["lon"], found["address"], found["note"]) == (35.1234567, "1 Main St", "Secret door")
    (view,) = exact_views(store)
    assert (view.actor, view.site_id, view.purpose) == ("u-cleared", ids["safe"], "Ambulance")
    assert "35.1234" not in str(view)


@pytest.mark.parametrize("person", ["partner", "stranger", "planner", "elsewhere", "admin", "public"])
def test_who_may_not_open_a_place_gets_nothing_and_nothing_is_logged_as_opened(store: Store, ids: Ids, who: dict[str, Scope], person: str) -> None:
    refused("review.not_allowed", exact_place, store, who[person], ids["safe"], purpose="Curious")
    assert exact_views(store) == []


def test_a_hidden_site_and_one_that_is_not_there_answer_alike(store: Store, ids: Ids, who: dict[str, Scope], submissions: Submissions) -> None:
    approve(submissions, who, ids["open"], {"sensitivity": 3})
    for act in (read_site, lambda *asked: timeline(asked[0], asked[2], asked[1])):
        for person in ("public", "partner", "planner", "cleared", "elsewhere"):
            refused("history.no_site", act, store, who[person], ids["open"])
    assert read_site(store, who["ministry"], ids["open"]).may_open
    assert ids["open"] not in read_registry(store).sites.index
    assert all(
        change.before == change.after == WITHHELD for change in timeline(store, ids["open"], who["ministry"])[-1].changes if change.field == "place"
    )


def test_a_site_that_changed_meanwhile_is_shown_three_way_and_the_old_sight_of_it_decides_nothing(
    store: Store, ids: Ids, who: dict[str, Scope], submissions: Submissions
) -> None:
    one = sent(submissions, who["partner"], ids["open"], {"phone": "+97022000000", "hours": "24/7", "status": "damaged"})
    seen = submissions.compare(who["planner"], one.submission_id)
    assert (seen.stale, [diff.conflict for diff in seen.diffs]) == (False, [False, False, False])
    approve(submissions, who, ids["open"], {"phone": "+97022111111", "hours": "24/7"})
    before = every_site(store)
    refused(
        "review.stale",
        submissions.decide,
        who["planner"],
        one.submission_id,
        version=one.version,
        seen_version=seen.version,
        accept=list(one.proposed),
    )
    assert every_site(store) == before
    again = submissions.compare(who["planner"], one.submission_id)
    diffs = {diff.field: diff for diff in again.diffs}
    assert (again.stale, again.version) == (True, seen.version + 1)
    phone = diffs["phone"]
    assert (phone.base, phone.present, phone.proposed, phone.conflict) == ("+97222345678", "+97022111111", "+97022000000", True)
    assert not diffs["hours"].conflict
    assert not diffs["status"].conflict
    done = submissions.decide(
        who["planner"], one.submission_id, version=one.version, seen_version=again.version, accept=["status"], reason="The newer number holds"
    )
    now = every_site(store)[ids["open"]].record
    assert (done.state, now["status"], now["phone"]) == ("partly_approved", "damaged", "+97022111111")
    assert timeline(store, ids["open"])[-1].reason == "The newer number holds"


def test_a_protected_proposal_is_for_the_cleared_and_seeing_it_is_logged(
    store: Store, ids: Ids, who: dict[str, Scope], submissions: Submissions
) -> None:
    one = sent(submissions, who["partner"], ids["safe"], {"note": "Blue door", "phone": ""})
    assert {name for name, person in who.items() if submissions.queue(person)} == {"cleared", "ministry"}
    refused("review.no_submission", submissions.compare, who["planner"], one.submission_id)
    assert exact_views(store) == []
    seen = submissions.compare(who["cleared"], one.submission_id)
    assert {diff.field: diff.present for diff in seen.diffs} == {"note": "Secret door", "phone": "+97222345678"}
    assert [(view.actor, view.site_id) for view in exact_views(store)] == [("u-cleared", ids["safe"])]
    own = submissions.compare(who["partner"], one.submission_id)
    assert {diff.field: (diff.present, diff.withheld) for diff in own.diffs} == {"note": (None, True), "phone": ("+97222345678", False)}
    harmless = sent(submissions, who["partner"], ids["safe"], {"hours": "24/7"})
    assert harmless.submission_id in {waiting.submission_id for waiting in submissions.queue(who["planner"])}


def test_nobody_decides_about_their_own(store: Store, ids: Ids, who: dict[str, Scope], submissions: Submissions) -> None:
    one = sent(submissions, who["planner"], ids["open"], {"phone": ""})
    assert submissions.queue(who["planner"]) == []
    decision = {"version": one.version, "seen_version": 1}
    refused("review.own", submissions.decide, who["planner"], one.submission_id, **decision, accept=["phone"])
    refused("review.own", submissions.request_changes, who["planner"], one.submission_id, version=one.version, reason="Why?")
    assert submissions.decide(who["cleared"], one.submission_id, **decision, accept=["phone"]).state == "approved"


def test_the_queue_is_sorted_by_urgency_and_age(store: Store, ids: Ids, who: dict[str, Scope], submissions: Submissions, clock: Clock) -> None:
    order = []
    for days in (10, 6, 1):
        order.append(sent(submissions, who["partner"], ids["open"], {"phone": f"+9702200000{days % 10}"}).submission_id)
        clock.pass_days(days)
    assert [one.submission_id for one in submissions.queue(who["planner"])] == order
    assert clock.now - submissions.queue(who["ministry"])[0].submitted_at == dt.timedelta(days=17)  # type: ignore[operator]


def test_a_locked_list_takes_no_approval_and_no_taking_back_but_a_merge(
    store: Store, ids: Ids, who: dict[str, Scope], submissions: Submissions
) -> None:
    approve(submissions, who, ids["open"], {"phone": ""})
    one = sent(submissions, who["partner"], ids["open"], {"hours": "24/7"})
    with writing(store.engine) as connection:
        connection.execute(sa.update(models.Source).where(models.Source.source_id == "list").values(locked=1))
    assert submissions.compare(who["planner"], one.submission_id).locked
    before = every_site(store)
    refused("review.locked", submissions.decide, who["planner"], one.submission_id, version=one.version, seen_version=2, accept=["hours"])
    refused("review.locked", submissions.save, who["partner"], op="edit", site_id=ids["open"], proposed={"phone": ""})
    refused("review.locked", revert, store, who["planner"], ids["open"], to_version=1, seen_version=2, reason="Why not")
    assert every_site(store) == before
    merge(store, who["planner"], ids["other"], ids["open"], reason="Same house")
    revert(store, who["planner"], ids["other"], to_version=1, seen_version=2, reason="Two doors")
    assert read_registry(store).redirects == {}


def test_moving_a_site_to_another_governorate_takes_who_reviews_in_both(
    store: Store, ids: Ids, who: dict[str, Scope], submissions: Submissions
) -> None:
    place = {"country": "PS", "area_id": "PS0101", "locality_id": "", "lon": 35.1, "lat": 32.1, "position_kind": "exact"}
    one = sent(submissions, who["partner"], ids["open"], {"place": place})
    assert {name for name, person in who.items() if submissions.queue(person)} == {"cleared", "ministry"}
    refused("review.no_submission", submissions.get, who["planner"], one.submission_id)


@pytest.mark.parametrize("hostile", ["", "a\0b", "x" * 400, "'; DROP TABLE site; --", "<img src=x onerror=window.hit=1>", "\ud800"])
def test_hostile_ids_are_ids_that_are_not_there(store: Store, who: dict[str, Scope], submissions: Submissions, hostile: str) -> None:
    refused("review.no_submission", submissions.get, who["ministry"], hostile)
    refused("review.no_submission", submissions.compare, who["ministry"], hostile)
    refused("history.no_site", read_site, store, who["ministry"], hostile)
    refused("history.no_site", timeline, store, hostile)
