"""Proposals on both databases: who may make, see and decide them, what is published of them, and that a kept place never gets out."""

from __future__ import annotations

import datetime as dt

import pytest

from data.engine import reading
from data.exact_views import exact_views
from data.history import timeline
from data.site_edits import exact_place, merge, read_site, revert
from data.site_records import read_records
from data.snapshot import read_registry
from data.store import Store
from data.submissions import Submissions
from geo.errors import AppError, InputError, StoreError
from geo.model import PUBLIC, Scope
from tests.data.submission_support import ADMIN, CLEARED, FAR_PLANNER, MINISTRY, NEW, PLACE, PLANNER, filled, ids, partner
from tests.data.test_store import all_text, request, row

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture
def store_with_sites(store: Store) -> Store:
    return filled(store)


@pytest.fixture
def desk(store_with_sites: Store) -> Submissions:
    return Submissions(store_with_sites, clock=lambda: NOW)


def sent(desk: Submissions, site: int = 0, **fields: object) -> str:
    """Send an edit of a site as its partner and return its id."""
    scope = partner(desk.store)
    draft = desk.save(scope, op="edit", site_id=ids(desk.store)[site], proposed=fields)
    return desk.submit(scope, draft.submission_id, version=draft.version).submission_id


def record(store: Store, site_id: str) -> dict[str, object]:
    with reading(store.engine) as connection:
        return read_records(connection, store.secret, [site_id])[site_id].record


def test_two_of_five_fields_are_approved_and_three_are_rejected_with_a_reason(desk: Submissions) -> None:
    store, site_id = desk.store, ids(desk.store)[0]
    before = record(store, site_id)
    sent_id = sent(desk, phone="+97222345679", hours="24/7", email="b@example.org", website="http://b.org", status="planned")
    held = desk.compare(PLANNER, sent_id)
    assert [diff.field for diff in held.diffs] == ["status", "hours", "phone", "email", "website"]
    done = desk.decide(
        PLANNER, sent_id, version=held.submission.version, seen_version=held.version, accept=["phone", "hours"], reason="not confirmed"
    )
    assert done.state == "partly_approved"
    after = record(store, site_id)
    assert after == before | {"phone": "+97222345679", "hours": "24/7"}
    mine = desk.get(partner(store), sent_id)
    assert mine.decisions["email"] == ("rejected", "not confirmed")
    assert desk.unseen(partner(store)) == 1
    event = timeline(store, site_id)[-1]
    assert (event.action, event.actor, event.submission_id) == ("approve", "planner", sent_id)
    assert {change.field for change in event.changes} == {"phone", "hours"}
    assert [one.move for one in desk.events(partner(store), sent_id)] == ["save", "submit", "approve_some"]


def test_a_new_site_stands_in_the_registry_only_after_its_approval(desk: Submissions) -> None:
    scope = partner(desk.store)
    draft = desk.save(scope, op="add", proposed=NEW)
    waiting = desk.submit(scope, draft.submission_id, version=draft.version)
    assert len(read_registry(desk.store).sites) == 2
    assert "New centre" not in all_text(desk.store)
    desk.decide(PLANNER, waiting.submission_id, version=waiting.version, seen_version=0, accept=list(NEW))
    sites = read_registry(desk.store).sites
    new = sites.loc[waiting.site_id]
    assert (new["lon"], new["services"], new["organisation_id"], new["source_id"]) == (
        35.11,
        ("medical_care",),
        scope.organisation_id,
        "contributions",
    )


@pytest.mark.parametrize("accept", [("names", "kind"), ("names", "place"), ("phone",)])
def test_a_new_site_needs_name_kind_and_place(desk: Submissions, accept: tuple[str, ...]) -> None:
    scope = partner(desk.store)
    draft = desk.save(scope, op="add", proposed=NEW)
    waiting = desk.submit(scope, draft.submission_id, version=draft.version)
    with pytest.raises(InputError, match=r"review\.needs"):
        desk.decide(PLANNER, waiting.submission_id, version=waiting.version, seen_version=0, accept=accept, reason="no")
    assert desk.get(scope, waiting.submission_id).state == "submitted"


def test_nobody_decides_on_an_own_proposal(desk: Submissions) -> None:
    planner = Scope("planner", 0, "both", ("PS0150",))
    draft = desk.save(planner, op="edit", site_id=ids(desk.store)[0], proposed={"phone": ""})
    waiting = desk.submit(planner, draft.submission_id, version=draft.version)
    assert desk.queue(planner) == []
    with pytest.raises(InputError, match=r"review\.own"):
        desk.decide(planner, waiting.submission_id, version=waiting.version, seen_version=1, accept=["phone"])


def test_only_reviewers_of_the_governorate_see_what_waits(desk: Submissions) -> None:
    sent_id = sent(desk, phone="")
    assert [len(desk.queue(scope)) for scope in (PLANNER, MINISTRY, CLEARED)] == [1, 1, 1]
    for scope in (FAR_PLANNER, ADMIN, PUBLIC, partner(desk.store, "another partner")):
        assert desk.queue(scope) == []
        for call in (desk.get, desk.compare, desk.events):
            with pytest.raises(InputError, match=r"review\.no_submission"):
                call(scope, sent_id)
        with pytest.raises(InputError, match=r"review\.no_submission"):
            desk.decide(scope, sent_id, version=2, seen_version=1, accept=["phone"])


def test_whoever_may_not_propose_for_a_site_is_refused(desk: Submissions) -> None:
    public, displaced = ids(desk.store)
    for scope in (PUBLIC, ADMIN, FAR_PLANNER, Scope("partner", 0, "p", (), "another"), Scope("partner", 3, "p", (), "")):
        for site_id in (public, displaced):
            with pytest.raises(InputError, match=r"review\.not_allowed"):
                desk.save(scope, op="edit", site_id=site_id, proposed={"phone": ""})
    with pytest.raises(InputError, match=r"review\.not_allowed"):
        desk.save(Scope("partner", 0, "p", (), "another"), op="add", proposed=NEW)


def test_a_place_of_a_sensitive_site_goes_only_to_a_cleared_reviewer_and_is_logged(desk: Submissions) -> None:
    moved = sent(desk, 1, place={**PLACE, "lon": 35.22})
    called = sent(desk, 1, phone="")
    assert {one.submission_id for one in desk.queue(MINISTRY)} == {called}
    with pytest.raises(InputError, match=r"review\.no_submission"):
        desk.compare(MINISTRY, moved)
    assert exact_views(desk.store) == []
    diff = desk.compare(CLEARED, moved).diffs[0]
    assert (diff.present["lon"], diff.proposed["lon"]) == (35.3, 35.22)
    assert [(view.actor, view.site_id, view.purpose) for view in exact_views(desk.store)] == [("cleared", ids(desk.store)[1], "review")]
    assert desk.compare(partner(desk.store), moved).diffs[0].present is None, "a partner without clearance reads only what it wrote"
    assert desk.compare(MINISTRY, called).present["place"] is None
    text = all_text(desk.store)
    assert "35.22" not in text


def test_a_stale_base_is_told_and_nothing_is_overwritten(desk: Submissions) -> None:
    first, second = sent(desk, phone="+97222345670", hours="24/7"), sent(desk, phone="+97222345671")
    seen = desk.compare(PLANNER, second)
    desk.decide(PLANNER, first, version=2, seen_version=1, accept=["phone", "hours"])
    with pytest.raises(StoreError, match=r"review\.stale"):
        desk.decide(PLANNER, second, version=2, seen_version=seen.version, accept=["phone"])
    again = desk.compare(PLANNER, second)
    assert again.stale
    assert [(diff.base, diff.present, diff.proposed, diff.conflict) for diff in again.diffs] == [
        ("+97222345678", "+97222345670", "+97222345671", True)
    ]
    desk.decide(PLANNER, second, version=2, seen_version=again.version, accept=["phone"])
    assert record(desk.store, ids(desk.store)[0])["phone"] == "+97222345671"


def test_what_waits_longest_comes_first_and_fourteen_days_before_all(desk: Submissions) -> None:
    clock = {"now": NOW}
    desk.clock = lambda: clock["now"]
    old = sent(desk, phone="")
    clock["now"] += dt.timedelta(days=15)
    new = sent(desk, hours="")
    assert [one.submission_id for one in desk.queue(MINISTRY)] == [old, new]


def test_a_locked_list_is_corrected_elsewhere(desk: Submissions) -> None:
    site_id = ids(desk.store)[0]
    waiting = sent(desk, phone="")
    locked = request(row(2), row(3, sensitivity=1))
    object.__setattr__(locked, "source", {**locked.source, "locked": 1})
    desk.store.apply_import(locked, actor="test")
    assert read_site(desk.store, PLANNER, site_id).locked
    with pytest.raises(InputError, match=r"review\.locked"):
        desk.save(partner(desk.store), op="edit", site_id=site_id, proposed={"phone": ""})
    with pytest.raises(InputError, match=r"review\.locked"):
        desk.decide(PLANNER, waiting, version=2, seen_version=1, accept=["phone"])


def test_a_list_does_not_silently_undo_what_was_corrected_here(desk: Submissions) -> None:
    desk.decide(PLANNER, sent(desk, phone="+97222345670"), version=2, seen_version=1, accept=["phone"])
    same = desk.store.apply_import(request(row(2)), actor="list")
    assert (same.accepted, same.unchanged, same.rejected) == (0, 1, 0)
    other = desk.store.apply_import(request(row(2, hours="24/7")), actor="list")
    assert (other.accepted, other.unchanged, other.rejected, other.kept) == (0, 0, 1, (2,))
    assert record(desk.store, ids(desk.store)[0])["phone"] == "+97222345670"


def test_sending_many_twice_changes_nothing(desk: Submissions) -> None:
    scope = partner(desk.store)
    items = [{"op": "add", "proposed": NEW | {"names": {"en": f"Centre {i}"}}, "client_key": f"k{i}"} for i in range(5)]
    assert desk.send_all(scope, items) == (5, 0)
    assert desk.send_all(scope, items) == (0, 5)
    first = desk.queue(PLANNER)[0]
    desk.decide(PLANNER, first.submission_id, version=first.version, seen_version=0, accept=[], reason="twice")
    assert desk.send_all(scope, items) == (1, 4), "what was rejected may be sent again"
    assert desk.send_all(scope, items) == (0, 5)


def test_a_bad_one_among_many_leaves_none(desk: Submissions) -> None:
    good = {"op": "add", "proposed": NEW, "client_key": "good"}
    with pytest.raises(InputError, match=r"review\.needs"):
        desk.send_all(partner(desk.store), [good, {"op": "add", "proposed": {"phone": ""}, "client_key": "bad"}])
    assert desk.own(partner(desk.store)) == []


def test_a_revert_is_a_new_revision(desk: Submissions) -> None:
    site_id = ids(desk.store)[0]
    before = record(desk.store, site_id)
    desk.decide(PLANNER, sent(desk, phone="", place={**PLACE, "lon": 35.4}), version=2, seen_version=1, accept=["phone", "place"])
    revert(desk.store, PLANNER, site_id, to_version=1, seen_version=2, reason="wrong place")
    assert record(desk.store, site_id) == before
    assert [(event.action, event.version, event.reason) for event in timeline(desk.store, site_id)][1:] == [
        ("approve", 2, ""), ("revert", 3, "wrong place"),
    ]  # fmt: skip
    for scope, seen, reason, error in (
        (PLANNER, 2, "again", StoreError), (PLANNER, 3, " ", InputError), (FAR_PLANNER, 3, "no", InputError), (partner(desk.store), 3, "no", InputError),
    ):  # fmt: skip
        with pytest.raises(error):
            revert(desk.store, scope, site_id, to_version=1, seen_version=seen, reason=reason)
    with pytest.raises(InputError, match=r"history\.no_version"):
        revert(desk.store, PLANNER, site_id, to_version=9, seen_version=3, reason="no")


def test_a_merged_site_leads_to_the_other_and_keeps_its_history(desk: Submissions) -> None:
    store = desk.store
    store.apply_import(request(row(4)), actor="test")
    sites = read_registry(store).sites
    public, loser = sites.index[sites["sensitivity"] == 0]
    merge(store, PLANNER, loser, public, reason="the same house")
    registry = read_registry(store)
    assert loser not in registry.sites.index
    assert registry.redirects == {loser: public}
    assert timeline(store, loser)[-1].action == "merge"
    with pytest.raises(InputError, match=r"review\.cannot_merge"):
        merge(store, PLANNER, public, loser, reason="in a circle")
    with pytest.raises(AppError):
        desk.save(partner(store), op="edit", site_id=loser, proposed={"phone": ""})
    revert(store, PLANNER, loser, to_version=1, seen_version=2, reason="two houses after all")
    assert loser in read_registry(store).sites.index


def test_an_exact_place_is_opened_only_with_clearance_and_every_time_it_is_logged(desk: Submissions) -> None:
    store, site_id = desk.store, ids(desk.store)[1]
    for scope in (PUBLIC, MINISTRY, PLANNER, FAR_PLANNER, ADMIN, partner(store), Scope("admin", 3, "a")):
        with pytest.raises(InputError, match=r"review\.not_allowed"):
            exact_place(store, scope, site_id, purpose="visit")
    assert exact_views(store) == []
    opened = exact_place(store, CLEARED, site_id, purpose="visit")
    assert (opened["place"]["lon"], opened["address"], opened["note"]) == (35.3, "77 Hidden Lane", "behind the bakery")
    assert [(view.actor, view.site_id, view.purpose) for view in exact_views(store)] == [("cleared", site_id, "visit")]
    view = read_site(store, CLEARED, site_id)
    assert view.record["place"] is None
    assert view.may_open
    assert not read_site(store, MINISTRY, site_id).may_open


def test_a_hidden_site_is_nowhere_for_whoever_is_not_cleared(desk: Submissions) -> None:
    store = desk.store
    scope = partner(store)
    secret = NEW | {"names": {"en": "House of Quiet"}, "sensitivity": 3}
    draft = desk.save(scope, op="add", proposed=secret)
    waiting = desk.submit(scope, draft.submission_id, version=draft.version)
    assert desk.queue(MINISTRY) == []
    desk.decide(CLEARED, waiting.submission_id, version=waiting.version, seen_version=0, accept=list(secret))
    assert waiting.site_id not in read_registry(store, MINISTRY).sites.index
    shown = read_registry(store, CLEARED)
    assert shown.label("site", waiting.site_id, "en") == "House of Quiet"
    assert shown.sites.loc[waiting.site_id, ["lon", "address"]].isna().tolist()[0]
    assert "Quiet" not in all_text(store)
    for call in (lambda: read_site(store, MINISTRY, waiting.site_id), lambda: timeline(store, waiting.site_id)):
        with pytest.raises(InputError, match=r"history\.no_site"):
            call()
    assert timeline(store, waiting.site_id, CLEARED)[0].action == "approve"


def test_a_service_that_needs_protection_protects_even_if_the_sensitivity_was_not_accepted(desk: Submissions) -> None:
    site_id = ids(desk.store)[0]
    sent_id = sent(desk, services=["women_girls_safe_space"], sensitivity=2)
    desk.decide(CLEARED, sent_id, version=2, seen_version=1, accept=["services"], reason="no")
    assert record(desk.store, site_id)["sensitivity"] == 2
