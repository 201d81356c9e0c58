"""Every cell of roles x actions x own or other place: written out here once more, so that a changed table is noticed."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.model import PUBLIC, Scope
from geo.permissions import ACTIONS, ALLOWED, ROLES, may

SCOPES = {
    "public": PUBLIC,
    "partner": Scope("partner", 0, "u1", (), "org-1"),
    "planner": Scope("planner", 0, "u2", ("PS0150", "PS0115"), ""),
    "ministry": Scope("ministry", 0, "u3"),
    "admin": Scope("admin", 0, "u4"),
}
PLACES = {
    "own_area": {"area_id": "PS0150", "country": "PS", "organisation_id": "org-9"},
    "other_area": {"area_id": "PS0101", "country": "PS", "organisation_id": "org-9"},
    "own_organisation": {"area_id": "PS0101", "country": "PS", "organisation_id": "org-1"},
    "other_organisation": {"area_id": "PS0101", "country": "PS", "organisation_id": "org-2"},
    "both_own": {"area_id": "PS0115", "country": "PS", "organisation_id": "org-1"},
    "nowhere": {},
}
ANY = set(PLACES)
OWN_ORGANISATION = {"own_organisation", "both_own"}
OWN_AREA = {"own_area", "both_own"}
EXPECTED: dict[tuple[str, str], set[str]] = {
    **{(role, action): ANY for role in ROLES for action in ("view_public", "export")},
    ("partner", "propose"): OWN_ORGANISATION,
    ("planner", "propose"): OWN_AREA,
    ("planner", "review"): OWN_AREA,
    ("planner", "plan"): OWN_AREA,
    ("planner", "add_indicator"): OWN_AREA,
    ("partner", "send_counts"): OWN_ORGANISATION,
    **{("ministry", action): ANY for action in ("propose", "review", "publish", "import", "plan", "add_indicator")},
    ("admin", "manage_users"): ANY,
}
"""Without clearance: role and action to the places where it is allowed; every other cell is refused."""
EXPECTED_EXACT = {"partner": OWN_ORGANISATION, "planner": OWN_AREA, "ministry": ANY}


@pytest.mark.parametrize(("role", "action", "place"), list(itertools.product(ROLES, ACTIONS, PLACES)))
def test_every_cell_without_clearance(role: str, action: str, place: str) -> None:
    assert may(SCOPES[role], action, **PLACES[place]) is (place in EXPECTED.get((role, action), set()))


@pytest.mark.parametrize(("role", "place", "clearance", "sensitivity"), list(itertools.product(ROLES, PLACES, range(4), range(4))))
def test_an_exact_place_needs_both_the_role_there_and_the_clearance(role: str, place: str, clearance: int, sensitivity: int) -> None:
    scope = Scope(role, clearance, "u", SCOPES[role].areas, SCOPES[role].organisation_id)
    allowed = place in EXPECTED_EXACT.get(role, set()) and clearance >= sensitivity
    assert may(scope, "view_exact", sensitivity=sensitivity, **PLACES[place]) is allowed
    assert may(scope, "view_exact", **PLACES[place]) is (allowed and clearance == 3)


@pytest.mark.parametrize(("role", "action", "clearance"), list(itertools.product(ROLES, ACTIONS, range(4))))
def test_clearance_allows_nothing_but_exact_places(role: str, action: str, clearance: int) -> None:
    if action == "view_exact":
        return
    cleared = Scope(role, clearance, "u", SCOPES[role].areas, SCOPES[role].organisation_id)
    assert [may(cleared, action, **place) for place in PLACES.values()] == [may(SCOPES[role], action, **place) for place in PLACES.values()]


TABLE = """
            view_public  export      propose  review   publish  import   manage_users  view_exact  plan     add_indicator  send_counts
public      everywhere   everywhere  never    never    never    never    never         never       never    never          never
partner     everywhere   everywhere  own-org  never    never    never    never         own-org     never    never          own-org
planner     everywhere   everywhere  own-gov  own-gov  never    never    never         own-gov     own-gov  own-gov        never
ministry    everywhere   everywhere  all      all      all      all      never         all         all      all            never
admin       everywhere   everywhere  never    never    never    never    all           never       never    never          never
"""
"""As the ministry would write it down; ``everywhere`` and ``all`` are the same word to a reader."""


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ROLES)
def test_every_cell_of_the_written_table_in_every_place_with_every_clearance_and_sensitivity(role: str, action: str) -> None:
    head, *rows = [line.split() for line in TABLE.strip().splitlines()]
    cell = next(row for row in rows if row[0] == role)[1 + head.index(action)]
    seen = 0
    for area, organisation, clearance, sensitivity in itertools.product(("PS0150", "PS0101"), ("org-1", "org-2"), range(4), range(4)):
        scope = Scope(role, clearance, "u", ("PS0150",) if role == "planner" else (), "org-1" if role == "partner" else "")
        there = {"never": False, "own-org": organisation == "org-1", "own-gov": area == "PS0150", "all": True, "everywhere": True}[cell]
        cleared = action != "view_exact" or clearance >= sensitivity
        allowed = may(scope, action, area_id=area, country="PS", organisation_id=organisation, sensitivity=sensitivity)
        assert allowed is (there and cleared), (area, organisation, clearance, sensitivity)
        seen += 1
    assert seen == 64


@given(st.text(), st.sampled_from(ACTIONS), st.integers(0, 3))
def test_an_unknown_role_may_nothing(role: str, action: str, clearance: int) -> None:
    assert role in ROLES or not may(
        Scope(role, clearance, "u", ("PS0150",), "org-1"), action, area_id="PS0150", organisation_id="org-1", sensitivity=0
    )


@given(st.text(), st.sampled_from(ROLES))
def test_an_unknown_action_is_refused(action: str, role: str) -> None:
    assert action in ACTIONS or not may(SCOPES[role], action, area_id="PS0150", organisation_id="org-1", sensitivity=0)


def test_a_country_among_the_areas_is_all_of_it_and_no_other() -> None:
    planner = Scope("planner", 0, "u", ("PS",))
    assert may(planner, "review", area_id="PS0101", country="PS")
    assert not may(planner, "review", area_id="SY01", country="SY")
    assert not may(SCOPES["planner"], "review", country="PS")


@pytest.mark.parametrize("scope", [Scope("planner", 3, "u"), Scope("planner", 3, "u", ("",)), Scope("partner", 3, "u")])
def test_empty_never_equals_empty(scope: Scope) -> None:
    assert not any(may(scope, action, sensitivity=0) for action in ("view_exact", "propose", "review"))


def test_the_table_names_known_roles_and_actions_only() -> None:
    assert set(ALLOWED) == set(ROLES)
    assert {action for row in ALLOWED.values() for action in row} == set(ACTIONS)


def test_sight_forgets_the_person_and_is_everybodys_for_whoever_may_not_know_of_hidden_sites() -> None:
    for clearance in range(3):
        assert Scope("planner", clearance, "u", ("PS",)).sight == PUBLIC
    assert Scope("planner", 3, "a", ("PS",)).sight == Scope("planner", 3, "b", ("PS",)).sight
    assert Scope("planner", 3, "a", ("PS",)).sight != Scope("planner", 3, "a", ("SY",)).sight
    assert Scope("ministry", 3, "a").sight != PUBLIC
