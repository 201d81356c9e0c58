"""Who may do what, where and to which site: every cell of the table through the real calls, on both databases; what is not named is refused."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from data import models
from data.engine import reading
from data.history import timeline
from data.row_security import SERVER, seeing
from data.site_edits import exact_place, merge, read_site, revert
from data.site_records import read_records
from data.snapshot import read_registry
from data.store import Store
from data.submissions import Submissions
from geo.errors import AppError, InputError
from geo.model import Scope
from tests.data.test_store import load_invented, request, row

HERE, THERE, ABROAD = "PS0150", "PS0101", "SY01"
PLACES = {HERE: (35.11, 31.21), THERE: (35.12, 32.11), ABROAD: (36.13, 33.14)}
OWN, OTHER = "Own Hands", "Other Hands"
ROLES = ("public", "partner", "planner", "national planner", "ministry", "admin", "nonsense")
CELLS = [(role, clearance, area, level) for role, clearance, area, level in itertools.product(ROLES, (0, 1, 3), (HERE, ABROAD), (0, 1, 2, 3))]
CHIEF = Scope("ministry", 3, "chief")


class Office:
    """A store with one site of each level in each place and for each of two organisations."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.desk = Submissions(store)
        self.versions: dict[str, int] = defaultdict(lambda: 1)
        self.pending: dict[tuple[str, str], str] = {}
        load_invented(store)
        rows = [
            row(number, external_id=f"{area}-{level}-{whose}", names={"en": f"{area} {level} {whose}"}, area_id=area, country=area[:2], locality_id="",
                lon=PLACES[area][0], lat=PLACES[area][1], sensitivity=level, organisation={"en": whose})
            for number, (area, level, whose) in enumerate(itertools.product(PLACES, range(4), (OWN, OTHER)), 2)
        ]  # fmt: skip
        store.apply_import(request(*rows), actor="test")
        with reading(store.engine) as connection, seeing(connection, SERVER, store.secret):
            ids = {*connection.execute(sa.select(models.Site.site_id)).scalars(), *connection.execute(sa.select(models.SiteExact.site_id)).scalars()}
            self.ids = {stored.record["names"]["en"]: one for one, stored in read_records(connection, store.secret, sorted(ids)).items()}
            organisations = connection.execute(sa.select(models.Name.text, models.Name.entity_id).where(models.Name.entity == "organisation"))
            self.organisations: dict[str, str] = {row.text: row.entity_id for row in organisations}

    def site(self, area: str, level: int, whose: str = OWN) -> str:
        return self.ids[f"{area} {level} {whose}"]

    def scope(self, role: str, clearance: int) -> Scope:
        """Return a person of a role, whose own governorate is HERE and whose own organisation is OWN."""
        areas = {"planner": (HERE,), "national planner": ("PS",)}.get(role, ())
        organisation = self.organisations[OWN] if role == "partner" else ""
        user = "" if role == "public" else f"a {role}"
        return Scope("planner" if role == "national planner" else role, clearance, user, areas, organisation)


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def works(call: Callable[[], Any]) -> bool:
    """Say whether a call was let through; what is refused is refused with a word of ours."""
    try:
        call()
    except AppError as error:
        if error.code not in ("review.not_allowed", "review.no_submission", "history.no_site", "review.own"):
            raise
        return False
    return True


def in_reach(role: str, area: str, whose: str = OWN) -> bool:
    """Say whether a site is a person's own affair: its governorate, its organisation, or everything."""
    return {
        "partner": whose == OWN, "planner": area == HERE, "national planner": area in (HERE, THERE), "ministry": True,
    }.get(role, False)  # fmt: skip


def reviews(role: str, area: str) -> bool:
    return role != "partner" and in_reach(role, area)


def knows(role: str, clearance: int, area: str, level: int, whose: str = OWN) -> bool:
    """Say whether somebody may know that a site exists."""
    return level < 3 or (clearance >= 3 and in_reach(role, area, whose))


def test_every_cell(office: Office) -> None:
    """Seven sorts of people x three clearances x two places x four levels, and in each every action."""
    wrong = []
    people = dict.fromkeys((role, clearance) for role, clearance, _, _ in CELLS)
    shown = {who: set(read_registry(office.store, office.scope(*who).sight).sites.index) for who in people}
    for role, clearance, area, level in CELLS:
        scope, site_id = office.scope(role, clearance), office.site(area, level)
        there = knows(role, clearance, area, level)
        for action, allowed in expected(role, clearance, area, level).items():
            if works(lambda action=action, scope=scope, site_id=site_id: ACTIONS[action](office, scope, site_id)) is not allowed:
                wrong.append((role, clearance, area, level, action, allowed))
            if not allowed and action in ("approve", "revert"):
                assert version(office, site_id) == office.versions[site_id], "what is refused changes nothing"
        if (site_id in shown[role, clearance]) is not there:
            wrong.append((role, clearance, area, level, "registry", there))
    assert wrong == []


def expected(role: str, clearance: int, area: str, level: int) -> dict[str, bool]:
    """Return what a person may do to a site of OWN, in words of the issue, not of the code's table."""
    there = knows(role, clearance, area, level)
    named = role != "public"
    return {
        "read": there,
        "history": there,
        "open place": named and in_reach(role, area) and clearance >= level,
        "propose": named and there and in_reach(role, area),
        "see proposal": reviews(role, area) and (level < 3 or clearance >= 3),
        "see proposed place": reviews(role, area) and clearance >= level,
        "approve": reviews(role, area) and (level < 3 or clearance >= 3),
        "approve place": reviews(role, area) and clearance >= level,
        "revert": reviews(role, area) and clearance >= level,
    }


def version(office: Office, site_id: str) -> int:
    with reading(office.store.engine) as connection, seeing(connection, SERVER, office.store.secret):
        return read_records(connection, office.store.secret, [site_id])[site_id].version


def waiting(office: Office, site_id: str, field: str) -> str:
    """Return a proposal that waits: a new one only where the last was decided."""
    if (site_id, field) not in office.pending:
        who = Scope("ministry", 3, "proposer")
        draft = office.desk.save(who, op="edit", site_id=site_id, proposed={field: f"+97222{len(office.pending):06d}"})
        office.pending[site_id, field] = office.desk.submit(who, draft.submission_id, version=1).submission_id
    return office.pending[site_id, field]


def decide(office: Office, scope: Scope, site_id: str, field: str, *, accept: bool) -> None:
    sent = waiting(office, site_id, field)
    seen = office.versions[site_id]
    office.desk.decide(scope, sent, version=2, seen_version=seen, accept=[field] if accept else [], reason="decided")
    del office.pending[site_id, field]
    office.versions[site_id] += accept


def take_back(office: Office, scope: Scope, site_id: str) -> None:
    revert(office.store, scope, site_id, to_version=1, seen_version=office.versions[site_id], reason="test")
    office.versions[site_id] += 1


def listed(office: Office, scope: Scope, site_id: str, field: str) -> None:
    """Look at a proposal; the queue and the single one must agree."""
    sent = waiting(office, site_id, field)
    in_queue = sent in {one.submission_id for one in office.desk.queue(scope)}
    try:
        office.desk.get(scope, sent)
    except InputError:
        assert not in_queue
        raise
    assert in_queue
    office.desk.compare(scope, sent)


ACTIONS: dict[str, Callable[[Office, Scope, str], Any]] = {
    "read": lambda office, scope, one: read_site(office.store, scope, one),
    "history": lambda office, scope, one: timeline(office.store, one, scope),
    "open place": lambda office, scope, one: exact_place(office.store, scope, one, purpose="test"),
    "propose": lambda office, scope, one: office.desk.save(scope, op="edit", site_id=one, proposed={"phone": ""}),
    "see proposal": lambda office, scope, one: listed(office, scope, one, "phone"),
    "see proposed place": lambda office, scope, one: listed(office, scope, one, "address"),
    "approve": lambda office, scope, one: decide(office, scope, one, "phone", accept=True),
    "approve place": lambda office, scope, one: decide(office, scope, one, "address", accept=False),
    "revert": take_back,
}


def test_a_partner_is_nobody_at_another_organisation(office: Office) -> None:
    for clearance, area, level in itertools.product((0, 3), PLACES, range(4)):
        site_id = office.site(area, level, OTHER)
        for action in ("open place", "propose", "see proposal", "see proposed place", "approve", "approve place", "revert"):
            assert not works(lambda action=action, one=site_id, who=clearance: ACTIONS[action](office, office.scope("partner", who), one)), action
        assert works(lambda one=site_id, who=clearance: read_site(office.store, office.scope("partner", who), one)) is (level < 3)


@pytest.mark.parametrize("role", ROLES)
def test_adding_and_merging(office: Office, role: str) -> None:
    for area in PLACES:
        place = {"country": area[:2], "area_id": area, "locality_id": "", "lon": PLACES[area][0], "lat": PLACES[area][1], "position_kind": "exact"}
        new = {"names": {"en": "New"}, "kind": "clinic", "place": place}
        scope = office.scope(role, 3)
        added = works(lambda scope=scope, new=new: office.desk.save(scope, op="add", proposed=new, organisation_id=office.organisations[OWN]))
        assert added is (role != "public" and in_reach(role, area))
        for level in (0, 1, 3):
            pair = office.site(area, level, OWN), office.site(area, level, OTHER)
            for clearance in (0, 1, 3):
                who = office.scope(role, clearance)
                merged = works(lambda who=who, pair=pair: merge(office.store, who, *pair, reason="one house"))
                assert merged is (reviews(role, area) and clearance >= level and level < 3), (role, area, level, clearance)
                if merged:
                    revert(office.store, CHIEF, pair[0], to_version=1, seen_version=version(office, pair[0]), reason="two after all")


def test_somebody_who_may_do_everything_may_not_approve_what_is_the_own(office: Office) -> None:
    site_id = office.site(HERE, 0)
    draft = office.desk.save(CHIEF, op="edit", site_id=site_id, proposed={"phone": ""})
    sent = office.desk.submit(CHIEF, draft.submission_id, version=1)
    assert not works(lambda: office.desk.decide(CHIEF, sent.submission_id, version=2, seen_version=1, accept=["phone"]))
