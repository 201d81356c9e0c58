"""Proposals as a state machine on both databases, beside a model in plain Python: whatever is tried, and in whatever order, the registry equals the model."""

from __future__ import annotations

import copy
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from data import change_models
from data.engine import make_engine, reading, writing
from data.publishing import CONTRIBUTIONS, write_record
from data.store import Store
from data.submission import Submission
from data.submissions import Submissions
from geo.errors import AppError
from geo.model import Scope
from geo.submissions import EMPTY, MOVES, OPEN_STATES, PROPOSABLE, PROTECTED
from tests.conftest import SECRET
from tests.data.review_support import Clock, every_site, fill, organisation_of, people
from tests.data.test_store import load_invented
from tests.databases import run_sql

PLACE = {"country": "PS", "area_id": "PS0150", "locality_id": "", "lon": 35.3, "lat": 31.3, "position_kind": "exact"}
VALUES: dict[str, Any] = {
    "names": st.sampled_from([{"en": "New name"}, {"ar": "اسم", "en": "Another"}]), "status": st.sampled_from(["active", "damaged"]),
    "phone": st.sampled_from(["", "+97222345678", "+97022000000"]), "hours": st.sampled_from(["24/7", ""]), "note": st.sampled_from(["", "By the gate"]),
    "services": st.sampled_from([[], ["food_assistance"], ["food_assistance", "medical_care"]]), "capacities": st.sampled_from([{}, {"medical_care": 12.0}]),
    "verified_on": st.sampled_from(["2026-10-01"]), "place": st.sampled_from([PLACE]),
}  # fmt: skip
proposals = st.sets(st.sampled_from(sorted(VALUES)), max_size=4).flatmap(lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names}))
PEOPLE = ("partner", "stranger", "planner", "cleared", "elsewhere", "ministry", "admin", "public")
PROPOSERS = ("partner", "partner", "partner", *PEOPLE)
REVIEWERS = ("planner", "cleared", "cleared", "ministry", "ministry", "elsewhere", "partner")
seldom = st.sampled_from([False] * 3 + [True])
mostly = st.sampled_from([True] * 4 + [False])
NEW = {"names": {"en": "Brand new"}, "kind": "clinic", "place": PLACE}
FIRST = (
    ("partner", "open", {"phone": "+97022000000", "hours": "24/7", "status": "damaged"}), ("partner", "safe", {"note": "By the gate", "phone": ""}),
    ("stranger", "other", {"names": {"en": "New name"}, "place": PLACE}), ("partner", "", NEW | {"phone": "+97022000000"}),
    ("planner", "open", {"services": ["food_assistance"]}),
)  # fmt: skip
"""What waits when an example begins: who sent it, about which site (empty: a new one), and what."""
SITES = ("open", "away", "safe", "other")


@pytest.fixture
def another(
    open_store: Callable[[], Store], database_url: str, request: pytest.FixtureRequest
) -> Iterator[tuple[Callable[[], Store], dict[str, str]]]:
    """A function that opens one more copy of a store with a few sites, and the ids of these."""
    first = open_store()
    load_invented(first)
    ids = fill(first, 2)
    first.engine.dispose()
    with ExitStack() as stack:
        yield lambda: stack.enter_context(copied(database_url, request)), ids


@contextmanager
def copied(database_url: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    """Open a copy of a store that nobody has open."""
    name = f"jiwar_copy_{uuid.uuid4().hex[:8]}"
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        url = f"sqlite:///{shutil.copy(path, path.with_name(f'{name}.gpkg'))}"
    else:
        admin: sa.URL = request.getfixturevalue("postgres_admin")
        run_sql(admin, f"CREATE DATABASE {name} TEMPLATE {sa.make_url(database_url).database}")
        url = admin.set(database=name).render_as_string(hide_password=False)
    store = Store(make_engine(url), SECRET)
    yield store
    store.engine.dispose()
    if not database_url.startswith("sqlite"):
        run_sql(admin, f"DROP DATABASE {name} WITH (FORCE)")


def machine(another: Callable[[], Store], ids: dict[str, str]) -> tuple[type[RuleBasedStateMachine], Counter[str]]:
    """Return the machine, each of whose examples has a store of its own, and a count of what happened."""
    seen = Counter[str]()

    class Proposals(RuleBasedStateMachine):
        known = Bundle("known")

        @initialize()
        def begin(self) -> None:
            self.store, self.ids = another(), ids
            store = self.store
            self.who = people(organisation_of(store, self.ids["open"]), organisation_of(store, self.ids["other"]))
            self.subs = Submissions(store, Clock())
            self.registry = {site_id: (stored.record, stored.version) for site_id, stored in every_site(store).items()}
            self.waiting: dict[str, Submission] = {}
            self.moves: dict[str, list[str]] = {}
            self.steps = 0
            for person, site, proposed in FIRST:
                made = self.subs.save(self.who[person], op="edit" if site else "add", site_id=self.ids.get(site, ""), proposed=proposed)
                self.keep(made, "save")
                self.keep(self.subs.submit(self.who[person], made.submission_id, version=made.version), "submit")

        def attempt(self, expected: set[str], act: Callable[[], Submission]) -> Submission | None:
            """Do what the model allows, or see it refused for one of the reasons that the model knows."""
            if not expected:
                return act()
            with pytest.raises(AppError) as refused:
                act()
            assert refused.value.code in expected
            seen[refused.value.code] += 1
            return None

        def keep(self, made: Submission | None, move: str) -> Any:
            if made is None:
                return None
            self.waiting[made.submission_id] = made
            self.moves.setdefault(made.submission_id, []).append(move)
            seen[move] += 1
            return made.submission_id

        def may_propose(self, person: Scope, organisation_id: str, place: dict[str, Any]) -> bool:
            reach = {"partner": organisation_id == person.organisation_id != "", "planner": {place["area_id"], place["country"]} & set(person.areas)}
            return bool(reach.get(person.role, person.role == "ministry"))

        def may_review(self, person: Scope, one: Submission) -> bool:
            if person.role not in ("planner", "ministry") or (person.role == "planner" and not {one.area_id, one.country} & set(person.areas)):
                return False
            level = self.registry[one.site_id][0]["sensitivity"] if one.site_id in self.registry else 0
            return person.clearance >= (level if set(PROTECTED) & set(one.proposed) else 0)

        def reasons_own(self, person: Scope, one: Submission, stale: bool) -> set[str]:
            if not person.user_id or one.submitted_by != person.user_id:
                return {"review.no_submission"}
            return ({"review.closed"} if one.state not in OPEN_STATES else set()) | ({"review.changed_meanwhile"} if stale else set())

        def reasons_review(self, person: Scope, one: Submission, stale: bool) -> set[str]:
            if one.submitted_by == person.user_id:
                return {"review.own"}
            if one.state == "draft" or not self.may_review(person, one):
                return {"review.no_submission"}
            return ({"review.closed"} if one.state != "submitted" else set()) | ({"review.changed_meanwhile"} if stale else set())

        @rule(target=known, person=st.sampled_from(PROPOSERS), site=st.sampled_from(SITES), proposed=proposals)
        def save(self, person: str, site: str, proposed: dict[str, Any]) -> Any:
            scope, site_id = self.who[person], self.ids[site]
            record, version = self.registry[site_id]
            allowed = self.may_propose(scope, record["organisation_id"], record["place"])
            made = self.attempt(
                set() if allowed else {"review.not_allowed"}, lambda: self.subs.save(scope, op="edit", site_id=site_id, proposed=proposed)
            )
            if made:
                withheld = PROTECTED if record["sensitivity"] else ()
                assert made.base == {name: None if name in withheld else record[name] for name in proposed}
                assert (made.state, made.base_version, made.proposed) == ("draft", version, proposed)
            return self.keep(made, "save")

        @rule(target=known, person=st.sampled_from(PROPOSERS), proposed=proposals, whole=mostly)
        def save_new(self, person: str, proposed: dict[str, Any], whole: bool) -> Any:
            scope = self.who[person]
            proposed = (NEW if whole else {}) | proposed
            place = proposed.get("place") or {"area_id": "", "country": ""}
            allowed = self.may_propose(scope, scope.organisation_id, place) or (scope.role == "planner" and not place["area_id"])
            made = self.attempt(set() if allowed else {"review.not_allowed"}, lambda: self.subs.save(scope, op="add", proposed=proposed))
            return self.keep(made, "save")

        @precondition(lambda self: self.waiting)
        @rule(one=known, person=st.sampled_from(PEOPLE), proposed=proposals, stale=seldom)
        def save_again(self, one: Any, person: str, proposed: dict[str, Any], stale: bool) -> None:
            if one is None:
                return
            before, scope = self.waiting[one], self.who[person]
            expected = self.reasons_own(scope, before, stale) | ({"review.closed"} if (before.state, "save") not in MOVES else set())
            if not expected and before.op == "add":
                place = proposed.get("place") or {"area_id": "", "country": ""}
                if not self.may_propose(scope, scope.organisation_id, place) and not (scope.role == "planner" and not place["area_id"]):
                    expected = {"review.not_allowed"}
            if before.op == "edit" and not expected and self.registry[before.site_id][0]["merged_into"]:
                expected = {"history.no_site"}
            made = self.attempt(expected, lambda: self.subs.save(scope, op="", submission_id=one, version=before.version - stale, proposed=proposed))
            if made:
                assert (made.state, made.version, made.proposed) == (before.state, before.version + 1, proposed)
                assert made.base_version == (self.registry[before.site_id][1] if before.op == "edit" else 0)
                self.keep(made, "save")

        @precondition(lambda self: self.waiting)
        @rule(one=known, person=st.sampled_from(PEOPLE), stale=seldom, mine=mostly)
        def submit(self, one: Any, person: str, stale: bool, mine: bool) -> None:
            if one is None:
                return
            before = self.waiting[one]
            scope = self.person(before, person, mine)
            expected = self.reasons_own(scope, before, stale) | ({"review.closed"} if (before.state, "submit") not in MOVES else set())
            expected |= set() if before.proposed else {"review.nothing_proposed"}
            expected |= {"review.needs"} if before.op == "add" and not {"names", "kind", "place"} <= set(before.proposed) else set()
            made = self.attempt(expected, lambda: self.subs.submit(scope, one, version=before.version - stale))
            if made:
                assert (made.state, made.version, made.decisions) == ("submitted", before.version + 1, {})
                self.keep(made, "submit")

        @precondition(lambda self: any(one.state in OPEN_STATES for one in self.waiting.values()))
        @rule()
        def everybody_sends_what_is_finished(self) -> None:
            for key, one in list(self.waiting.items()):
                if (
                    one.state in ("draft", "changes_requested")
                    and one.proposed
                    and (one.op == "edit" or {"names", "kind", "place"} <= set(one.proposed))
                ):
                    self.keep(self.subs.submit(self.person(one, "", True), key, version=one.version), "submit")

        @precondition(lambda self: self.waiting)
        @rule(one=known, person=st.sampled_from(PEOPLE), stale=seldom, mine=mostly)
        def withdraw(self, one: Any, person: str, stale: bool, mine: bool) -> None:
            if one is None:
                return
            before = self.waiting[one]
            scope = self.person(before, person, mine)
            made = self.attempt(self.reasons_own(scope, before, stale), lambda: self.subs.withdraw(scope, one, version=before.version - stale))
            if made:
                assert made.state == "withdrawn"
                self.keep(made, "withdraw")

        @precondition(lambda self: self.waiting)
        @rule(at=st.integers(0, 99), person=st.sampled_from(REVIEWERS), fit=mostly, stale=seldom, why=st.sampled_from(["", " ", "Which street?"]))
        def request_changes(self, at: int, person: str, fit: bool, stale: bool, why: str) -> None:
            before, scope = self.review_of(at, person, fit)
            one = before.submission_id
            expected = self.reasons_review(scope, before, stale) | (set() if why.strip() else {"review.reason_missing"})
            made = self.attempt(expected, lambda: self.subs.request_changes(scope, one, version=before.version - stale, reason=why))
            if made:
                assert (made.state, made.reason, made.seen) == ("changes_requested", why, False)
                self.keep(made, "request_changes")

        @precondition(lambda self: self.waiting)
        @rule(
            at=st.integers(0, 99), person=st.sampled_from(REVIEWERS), fit=mostly, stale=seldom, old=seldom, part=st.sampled_from(["all", "all", "some", "some", "none", "unknown"]),
            why=st.sampled_from(["", "Not so"]), each=mostly,
        )  # fmt: skip
        def decide(self, at: int, person: str, fit: bool, stale: bool, old: bool, part: str, why: str, each: bool) -> None:
            before, scope = self.review_of(at, person, fit)
            one = before.submission_id
            fields = [name for name in PROPOSABLE if name in before.proposed]
            accept = {"all": fields, "some": fields[::2], "none": [], "unknown": [*fields, "organisation_id"]}[part]
            rejected = [name for name in fields if name not in accept]
            record, version = self.registry.get(before.site_id, (None, 0))
            expected = self.reasons_review(scope, before, stale)
            expected |= {"review.unknown_field"} if part == "unknown" else set()
            expected |= {"review.reason_missing"} if rejected and not why and not each else set()
            expected |= {"review.stale"} if accept and old else set()
            expected |= {"review.needs"} if accept and before.op == "add" and not {"names", "kind", "place"} <= set(accept) else set()
            reasons = dict.fromkeys(rejected, "This one is wrong") if each else {}
            made = self.attempt(
                expected,
                lambda: self.subs.decide(
                    scope, one, version=before.version - stale, seen_version=version - old, accept=accept, reasons=reasons, reason=why
                ),
            )
            if made is None:
                return
            assert made.state == ("approved" if not rejected and accept else "rejected" if not accept else "partly_approved")
            assert made.decisions == {name: ("rejected", reasons.get(name, why)) if name in rejected else ("accepted", "") for name in fields}
            self.keep(made, {"approved": "approve", "rejected": "reject", "partly_approved": "approve_some"}[made.state])
            if accept:
                self.registry[before.site_id] = (self.published(before, record, {name: before.proposed[name] for name in accept}), version + 1)

        @rule(site=st.sampled_from(SITES), hours=st.sampled_from(["Mo 10:00-12:00", "Tu 10:00-12:00"]))
        def somebody_was_faster(self, site: str, hours: str) -> None:
            site_id = self.ids[site]
            record, version = self.registry[site_id]
            with writing(self.store.engine) as connection:
                stored = every_site(self.store)[site_id]
                write_record(self.store, connection, "somebody", site_id, {**stored.record, "hours": hours}, stored, action="update")
            self.registry[site_id] = ({**record, "hours": hours}, version + 1)

        def review_of(self, at: int, person: str, fit: bool) -> tuple[Submission, Scope]:
            """Choose a proposal and who decides about it: one that waits and somebody who may where it is to fit."""
            some = [one for one in self.waiting.values() if one.state == "submitted" or not fit] or list(self.waiting.values())
            one = some[at % len(some)]
            able = [who for who in self.who.values() if who.user_id != one.submitted_by and self.may_review(who, one)]
            return one, able[at % len(able)] if fit and able else self.who[person]

        def person(self, one: Submission, person: str, mine: bool) -> Scope:
            return next(scope for scope in self.who.values() if scope.user_id == one.submitted_by) if mine else self.who[person]

        def published(self, one: Submission, record: dict[str, Any] | None, accepted: dict[str, Any]) -> dict[str, Any]:
            new = copy.deepcopy(record) if record else {
                **EMPTY, "organisation_id": one.organisation_id, "organisation_names": {}, "verification": "unverified", "flags": [],
                "source_id": CONTRIBUTIONS, "external_id": one.site_id, "merged_into": "",
            }  # fmt: skip
            new |= accepted
            new["capacities"] = {code: number for code, number in new["capacities"].items() if code in new["services"]}
            if "verified_on" in accepted:
                new["verification"] = "verified"
            if "place" in accepted:
                new["flags"] = []
            return new

        def looked_at(self) -> list[Scope]:
            """Return whose lists are compared after this step: two of the eight in turn, and all of them at the end."""
            return list(self.who.values())[self.steps % 4 :: 4]

        def teardown(self) -> None:
            if hasattr(self, "waiting"):
                for self.steps in range(4):
                    self.every_proposal_is_as_it_was_left()
                    self.a_queue_holds_what_waits_for_that_reviewer_and_nothing_of_their_own()

        @invariant()
        def the_registry_equals_the_model(self) -> None:
            if not hasattr(self, "waiting"):
                return
            self.steps += 1
            assert {site_id: (stored.record, stored.version) for site_id, stored in every_site(self.store).items()} == self.registry

        @invariant()
        def every_proposal_is_as_it_was_left(self) -> None:
            if not hasattr(self, "waiting"):
                return
            for owner in self.looked_at():
                mine = {one.submission_id: one for one in self.subs.own(owner) if one.submission_id in self.waiting}
                assert mine == {key: one for key, one in self.waiting.items() if owner.user_id and one.submitted_by == owner.user_id}
            with reading(self.store.engine) as connection:
                table = change_models.SubmissionEvent
                lines = connection.execute(sa.select(table.submission_id, table.move).order_by(table.event_id)).all()
            assert {key: [move for one, move in lines if one == key] for key in self.moves} == self.moves

        @invariant()
        def a_queue_holds_what_waits_for_that_reviewer_and_nothing_of_their_own(self) -> None:
            if not hasattr(self, "waiting"):
                return
            for reviewer in self.looked_at():
                expected = {
                    key for key, one in self.waiting.items()
                    if one.state == "submitted" and one.submitted_by != reviewer.user_id and self.may_review(reviewer, one)
                }  # fmt: skip
                assert {one.submission_id for one in self.subs.queue(reviewer)} & set(self.waiting) == expected

    return Proposals, seen


def test_whatever_is_tried_the_registry_equals_the_model(another: tuple[Callable[[], Store], dict[str, str]]) -> None:
    found, seen = machine(*another)
    steps = settings(
        max_examples=25, stateful_step_count=20, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
    )
    run_state_machine_as_test(found, settings=steps)
    moves = {"save", "submit", "withdraw", "request_changes", "approve", "approve_some", "reject"}
    assert moves - set(seen) == set()
    assert {"review.not_allowed", "review.no_submission", "review.closed", "review.reason_missing"} <= set(seen)
