"""What waits and what a record says, in words: every field in every language, ages, groups and distances."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.history import WITHHELD, Change, Event
from data.site_records import FIELDS
from data.submission import Comparison, Submission
from geo.errors import InputError
from i18n import LANGUAGES, translator
from jobs.history import back_to, standing, until_day
from jobs.record_words import field_name, value_lines
from jobs.reviewing import by_area, metres_moved, waiting_words, with_names
from tests.make import make_registry

REGISTRY = make_registry()
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
PLACE = {"country": "PS", "area_id": "PS0150", "locality_id": "LPS0150", "lon": 35.0, "lat": 31.0, "position_kind": "exact"}
VALUES: dict[str, Any] = {
    "names": {"ar": "اسم", "en": "Name"}, "kind": "clinic", "status": "damaged", "place": PLACE, "services": ["legal_counselling"],
    "capacities": {"legal_counselling": 12.0}, "target_groups": ["women"], "hours": "24/7", "phone": "+97022345678; +97022345679", "email": "a@b.org",
    "website": "https://b.org", "address": "1 Main St", "accessibility": ["step_free"], "note": "A note", "sensitivity": 2, "verified_on": "2026-05-01",
    "organisation_id": "org-1", "organisation_names": {"en": "Hands"}, "verification": "verified", "flags": ["area_mismatch"], "source_id": "invented",
    "external_id": "x1", "merged_into": "site-00001",
}  # fmt: skip


def submission(**more: Any) -> Submission:
    made = {"submission_id": "s", "op": "edit", "state": "submitted", "version": 2, "site_id": "site-00000", "base_version": 1, "organisation_id": "org-1",
            "country": "PS", "area_id": "PS0150", "sensitivity": 0, "submitted_by": "u", "created_at": NOW, "updated_at": NOW, "submitted_at": NOW,
            "proposed": {}, "base": {}} | more  # fmt: skip
    return Submission(**made)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_told_in_every_language(field: str, lang: str) -> None:
    tr = translator(lang)
    assert field_name(field, tr)
    lines = value_lines(field, VALUES[field], REGISTRY, tr)
    assert all(lines)
    assert value_lines(field, WITHHELD, REGISTRY, tr) == (tr("history.withheld"),)
    if field != "sensitivity":
        for nothing in (None, "", [], {}):
            assert value_lines(field, nothing, REGISTRY, tr) == (tr("history.none"),)


def test_codes_are_told_by_their_names() -> None:
    tr = translator("en")
    assert value_lines("services", ["legal_counselling"], REGISTRY, tr) == ("Legal counselling",)
    assert value_lines("capacities", {"legal_counselling": 1234.0}, REGISTRY, tr) == ("Legal counselling: 1,234",)
    assert value_lines("place", PLACE, REGISTRY, tr)[:2] == ("Town PS0150, Hebron, PS", "31.00000, 35.00000")
    assert value_lines("phone", VALUES["phone"], REGISTRY, tr) == ("+97022345678", "+97022345679")
    assert value_lines("sensitivity", 0, REGISTRY, tr) == (tr("bulk.sensitivity.public"),)


@pytest.mark.parametrize(
    ("days", "word"),
    [(0, "sent today"), (1, "waiting for 1 day"), (7, "Late · waiting for 7 days"), (14, "Went to the ministry · waiting for 14 days")],
)
def test_how_long_it_waits(days: int, word: str) -> None:
    assert waiting_words(submission(submitted_at=NOW - dt.timedelta(days=days)), NOW, translator("en")) == word


def test_the_governorate_with_the_most_urgent_stands_first() -> None:
    waiting = [submission(submission_id=name, area_id=area) for name, area in (("a", "PS0101"), ("b", "PS0150"), ("c", "PS0101"), ("d", ""))]
    groups = by_area(waiting, REGISTRY, translator("en"))
    assert {name: [one.submission_id for one in some] for name, some in groups.items()} == {
        "Jenin": ["a", "c"],
        "Hebron": ["b"],
        "No governorate": ["d"],
    }


@given(st.floats(-60, 60), st.floats(0, 0.01))
def test_the_distance_between_the_places_is_measured_on_the_ellipsoid(lat: float, north: float) -> None:
    there = submission(proposed={"place": {**PLACE, "lat": lat + north}})
    metres = metres_moved(Comparison(there, [], 1, {"place": {**PLACE, "lat": lat}}, stale=False, locked=False))
    assert metres == pytest.approx(north * 111_000, rel=0.01, abs=0.1)


@pytest.mark.parametrize("place", [None, {}, {**PLACE, "lon": None, "lat": None}])
def test_a_place_that_is_not_known_has_no_distance(place: Any) -> None:
    moved = Comparison(submission(proposed={"place": PLACE}), [], 1, {"place": place}, stale=False, locked=False)
    assert metres_moved(moved) is None


def test_an_error_names_its_field() -> None:
    tr = translator("en")
    assert with_names(InputError("review.needs", field="names"), tr).params == {"field": "Name"}
    assert with_names(InputError("review.unknown_field", field="x, kind"), tr).params == {"field": "x, Kind"}
    assert with_names(InputError("review.own"), tr).params == {}


def test_a_site_stands_as_its_changes_make_it() -> None:
    def event(day: int, version: int, **changes: tuple[Any, Any]) -> Event:
        at = dt.datetime(2026, 5, day, 23, 59, tzinfo=dt.UTC)
        return Event(at, "u", "update", version, "", "", "", tuple(Change(name, *pair) for name, pair in changes.items()))

    events = [event(1, 1, phone=(None, "1"), hours=(None, "24/7")), event(2, 2, phone=("1", None)), event(3, 3, phone=(None, "3"))]
    assert standing(until_day(events, dt.date(2026, 5, 2))) == {"phone": "", "hours": "24/7"}
    assert until_day(events, dt.date(2026, 4, 30)) == []
    assert back_to(events, 1) == [Change("phone", "3", "1")]
    assert back_to(events, 3) == []
