"""What is kept of sensitive sites, on both databases: who may make it public, and what versions, histories and displaced points tell of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from data import models
from data.engine import reading
from data.history import WITHHELD, Event, timeline
from data.row_security import SERVER, seeing
from data.site_edits import exact_place, read_site, revert
from data.site_records import read_records
from data.snapshot import RegistryCache, read_registry
from data.store import ImportRequest, Store
from data.submissions import Submissions
from geo.errors import AppError, InputError
from geo.masking import FARTHEST_M, NEAREST_M
from geo.model import PUBLIC, Scope
from tests.data.submission_support import CLEARED, MINISTRY, NEW, PLACE, PLANNER, filled, ids, partner
from tests.data.test_store import request, row

CHIEF = Scope("planner", 3, "chief", ("PS0150",))
FAR_CHIEF = Scope("planner", 3, "far-chief", ("PS0101",))
EVERYBODY = (PUBLIC, PLANNER, MINISTRY, Scope("admin", 3, "admin"))


@pytest.fixture
def desk(store: Store) -> Submissions:
    return Submissions(filled(store))


def sent(desk: Submissions, site_id: str, scope: Scope | None = None, **fields: object) -> str:
    who = scope or partner(desk.store)
    draft = desk.save(who, op="edit", site_id=site_id, proposed=fields)
    return desk.submit(who, draft.submission_id, version=draft.version).submission_id


def cleared_partner(desk: Submissions) -> Scope:
    one = partner(desk.store)
    return Scope("partner", 3, "cleared-partner", (), one.organisation_id)


def decided(desk: Submissions, submission_id: str, *, reason: str = "", refuse: tuple[str, ...] = ()) -> None:
    held = desk.compare(CLEARED, submission_id)
    accept = [diff.field for diff in held.diffs if diff.field not in refuse]
    desk.decide(CLEARED, submission_id, version=held.submission.version, seen_version=held.version, accept=accept, reason=reason)


def point(store: Store, site_id: str) -> tuple[float, float]:
    site = read_registry(store).sites.loc[site_id]
    return float(site["lon"]), float(site["lat"])


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    return 111_320 * math.hypot((one[0] - other[0]) * math.cos(math.radians(one[1])), one[1] - other[1])


def at(lon: float, lat: float) -> Mapping[str, Any]:
    return {**PLACE, "lon": lon, "lat": lat, "locality_id": ""}


def test_only_the_cleared_decide_that_a_place_may_be_published(desk: Submissions) -> None:
    _, displaced = ids(desk.store)
    waiting = sent(desk, displaced, sensitivity=0)
    for scope in (PLANNER, MINISTRY):
        assert desk.queue(scope) == []
        with pytest.raises(InputError, match=r"review\.no_submission"):
            desk.decide(scope, waiting, version=2, seen_version=1, accept=["sensitivity"])
    assert read_registry(desk.store).sites.loc[displaced, "position_kind"] == "masked"
    decided(desk, waiting)
    assert point(desk.store, displaced) == (35.3, 31.3)


def test_whoever_reviews_a_move_reviews_in_both_governorates(desk: Submissions) -> None:
    _, displaced = ids(desk.store)
    waiting = sent(desk, displaced, place={**PLACE, "country": "PS", "area_id": "PS0101", "lon": 35.1, "lat": 32.1, "locality_id": ""})
    for scope in (CHIEF, FAR_CHIEF):
        assert desk.queue(scope) == []
        with pytest.raises(InputError, match=r"review\.no_submission"):
            desk.compare(scope, waiting)
    assert [one.submission_id for one in desk.queue(Scope("planner", 3, "both", ("PS",)))] == [waiting]


def test_a_site_that_moved_away_is_opened_to_nobody_where_it_was(desk: Submissions) -> None:
    _, displaced = ids(desk.store)
    early = sent(desk, displaced, address="1 New Road")
    assert [one.submission_id for one in desk.queue(CHIEF)] == [early]
    decided(desk, sent(desk, displaced, place={**PLACE, "area_id": "PS0101", "lon": 35.1, "lat": 32.1, "locality_id": ""}))
    assert desk.queue(CHIEF) == []
    with pytest.raises(InputError, match=r"review\.no_submission"):
        desk.compare(CHIEF, early)


def test_a_hidden_site_is_not_there_for_its_own_partner_either(desk: Submissions) -> None:
    public, _ = ids(desk.store)
    scope = partner(desk.store)
    mine = sent(desk, public, phone="+97222345670")
    decided(desk, sent(desk, public, cleared_partner(desk), sensitivity=3, names={"en": "House of Quiet"}))
    calls = (
        lambda site_id: desk.save(scope, op="edit", site_id=site_id, proposed={"names": {}}), lambda site_id: read_site(desk.store, scope, site_id),
        lambda site_id: timeline(desk.store, site_id, scope), lambda site_id: exact_place(desk.store, scope, site_id, purpose="test"),
        lambda site_id: desk.save(scope, op="verify", site_id=site_id, proposed={"verified_on": "2026-01-01"}),
    )  # fmt: skip
    for call in calls:
        said = []
        for site_id in (public, "no-such-site"):
            with pytest.raises(AppError) as caught:
                call(site_id)
            said.append((caught.value.code, {**caught.value.params, "site": ""}))
        assert said[0] == said[1]
    shown = desk.compare(scope, mine)
    assert (shown.present, shown.version) == ({}, 0)
    assert "Quiet" not in repr(shown) + repr(desk.own(scope))
    assert desk.compare(CLEARED, mine).present["names"] == {"en": "House of Quiet"}


def told(events: list[Event]) -> str:
    return repr(events)


def test_the_time_when_a_site_was_hidden_is_one_change_without_its_secrets(desk: Submissions) -> None:
    public, _ = ids(desk.store)
    before = timeline(desk.store, public)
    decided(desk, sent(desk, public, sensitivity=3, names={"en": "House of Quiet"}, phone="+97222345671"), reason="quiet reason")
    decided(desk, sent(desk, public, cleared_partner(desk), names={"en": "House of Silence"}))
    decided(desk, sent(desk, public, cleared_partner(desk), names={"en": "Open House"}, sensitivity=0))
    for scope in EVERYBODY:
        events = timeline(desk.store, public, scope)
        assert [event.version for event in events] == [1, 4]
        assert events[:1] == before
        assert {change.field: change.after for change in events[1].changes} == {"names": {"en": "Open House"}, "phone": "+97222345671"}
        assert "Quiet" not in told(events)
        assert "Silence" not in told(events)
        assert "quiet reason" not in told(events)
    assert [event.version for event in timeline(desk.store, public, CLEARED)] == [1, 2, 3, 4]


def test_reasons_about_a_sensitive_site_are_read_by_its_proposer_and_by_the_cleared(desk: Submissions) -> None:
    public, displaced = ids(desk.store)
    for site_id in (public, displaced):
        decided(desk, sent(desk, site_id, phone="", address="2 Hidden Lane"), reason="not at 2 Hidden Lane", refuse=("address",))
    assert timeline(desk.store, public)[-1].reason == "not at 2 Hidden Lane"
    for scope in (*EVERYBODY, partner(desk.store)):
        assert timeline(desk.store, displaced, scope)[-1].reason == WITHHELD
    assert timeline(desk.store, displaced, CHIEF)[-1].reason == "not at 2 Hidden Lane"
    mine = next(one for one in desk.own(partner(desk.store)) if one.site_id == displaced)
    assert mine.decisions["address"] == ("rejected", "not at 2 Hidden Lane")
    revert(desk.store, CLEARED, displaced, to_version=1, seen_version=2, reason="2 Hidden Lane is wrong")
    assert "Hidden Lane" not in told(timeline(desk.store, displaced))


def test_who_knows_where_a_site_stood_does_not_learn_where_it_stands(desk: Submissions) -> None:
    public, _ = ids(desk.store)
    was = point(desk.store, public)
    decided(desk, sent(desk, public, sensitivity=1))
    first = point(desk.store, public)
    now = (35.4, 31.42)
    decided(desk, sent(desk, public, place=at(*now)))
    second = point(desk.store, public)
    assert second != first
    guess = (now[0] + first[0] - was[0], now[1] + first[1] - was[1])
    assert metres(second, guess) > 1, "the move of the shown point must not be the move of the true one"
    assert NEAREST_M * 0.99 <= metres(now, second) <= FARTHEST_M * 1.01


def test_small_corrections_never_move_the_shown_point(desk: Submissions) -> None:
    public, _ = ids(desk.store)
    decided(desk, sent(desk, public, sensitivity=1, place=at(35.25, 31.25)))
    shown = point(desk.store, public)
    seen = set()
    for step in range(6):
        true = (35.25 + 0.0004 * math.cos(step), 31.25 + 0.0004 * math.sin(step))
        decided(desk, sent(desk, public, place=at(*true)))
        seen.add(point(desk.store, public))
        assert NEAREST_M * 0.99 <= metres(true, point(desk.store, public)) <= FARTHEST_M * 1.01
    assert seen <= {shown} or len(seen) <= 2, "a point that will do stays; a new one is drawn only past the rim of the ring"


def test_a_displaced_site_names_no_town(desk: Submissions) -> None:
    _, displaced = ids(desk.store)
    registry = read_registry(desk.store)
    assert registry.sites.loc[displaced, "locality_id"] == ""
    with reading(desk.store.engine) as connection, seeing(connection, SERVER, desk.store.secret):
        assert read_records(connection, desk.store.secret, [displaced])[displaced].record["place"]["locality_id"] == "LPS0150"


def hidden_list(*rows: dict[str, object]) -> ImportRequest:
    made = request(*rows)
    return ImportRequest({**made.source, "source_id": "secret-list", "title": "Houses of Quiet"}, *(getattr(made, name) for name in (
        "incoming", "cells", "rows_total", "sha256", "format")))  # fmt: skip


def test_hidden_sites_change_nothing_that_others_are_given_and_no_version(desk: Submissions) -> None:
    store = desk.store
    cache = RegistryCache(store)
    before, version = cache.get(), store.version()
    secret = row(9, names={"en": "House of Quiet"}, organisation={"en": "Society of Quiet"}, sensitivity=3)
    store.apply_import(hidden_list(secret), actor="test")
    draft = desk.save(partner(store), op="add", proposed=NEW | {"sensitivity": 3})
    desk.submit(partner(store), draft.submission_id, version=draft.version)
    decided(desk, draft.submission_id)
    assert store.version() == version
    assert cache.get() is before
    after = read_registry(store)
    for name in ("sites", "sources", "organisations", "areas", "terms"):
        assert getattr(after, name).equals(getattr(before, name)), name
    assert all(after.names[entity].equals(before.names[entity]) for entity in before.names)
    seen = cache.get(CLEARED)
    assert len(seen.sites) == len(before.sites) + 2
    assert {"secret-list", "contributions"} <= set(seen.sources.index)
    store.apply_import(hidden_list(secret | {"phone": ""}), actor="test")
    assert store.version() == version
    assert cache.get(CLEARED).version != seen.version


def test_a_site_merged_into_one_that_became_hidden_leads_nowhere(desk: Submissions) -> None:
    from data.site_edits import merge

    store = desk.store
    store.apply_import(request(row(4)), actor="test")
    sites = read_registry(store).sites
    public = [site_id for site_id in sites.index if sites.loc[site_id, "sensitivity"] == 0]
    merge(store, PLANNER, public[0], public[1], reason="one house")
    assert read_registry(store).redirects == {public[0]: public[1]}
    decided(desk, sent(desk, public[1], sensitivity=3))
    assert read_registry(store).redirects == {}


def test_a_site_and_its_parts_are_all_gone_when_it_is_hidden(desk: Submissions) -> None:
    public, _ = ids(desk.store)
    decided(desk, sent(desk, public, sensitivity=3))
    with reading(desk.store.engine) as connection:
        for table in (models.Site, models.ServiceAtLocation, models.SiteTargetGroup, models.Schedule, models.Contact):
            assert connection.scalar(sa.select(sa.func.count()).where(table.site_id == public)) == 0
        assert connection.scalar(sa.select(sa.func.count()).where(models.Name.entity == "site", models.Name.entity_id == public)) == 0


def test_comments_and_reasons_about_a_sensitive_site_are_for_the_cleared(desk: Submissions) -> None:
    _, displaced = ids(desk.store)
    scope = partner(desk.store)
    draft = desk.save(scope, op="edit", site_id=displaced, proposed={"phone": ""}, comment="we moved to 9 Hidden Lane")
    waiting = desk.submit(scope, draft.submission_id, version=draft.version)
    back = desk.request_changes(CHIEF, waiting.submission_id, version=waiting.version, reason="which number of Hidden Lane?")
    desk.submit(scope, back.submission_id, version=back.version)
    for reviewer in (PLANNER, MINISTRY):
        seen = desk.compare(reviewer, draft.submission_id)
        told = repr([seen, desk.queue(reviewer), desk.get(reviewer, draft.submission_id), desk.events(reviewer, draft.submission_id)])
        assert "Hidden Lane" not in told
        assert seen.submission.comment == WITHHELD
    for reader in (CHIEF, CLEARED, scope):
        assert "9 Hidden Lane" in repr(desk.get(reader, draft.submission_id))
        assert "Hidden Lane?" in repr(desk.events(reader, draft.submission_id))
