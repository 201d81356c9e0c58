"""Answers of the form in words."""

from __future__ import annotations

import pytest

from geo.submissions import EMPTY, PROPOSABLE
from i18n import LANGUAGES, translator
from layers.answers import answers_table, value_words
from tests.layers.plain import faults
from tests.make import make_registry
from tests.xss import PAYLOADS

REGISTRY = make_registry(3)
EN = translator("en")
PLACE = {"country": "PS", "area_id": "PS0150", "locality_id": "LPS0150", "lon": 35.09, "lat": 31.53, "position_kind": "exact"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("field", PROPOSABLE)
def test_every_field_has_words_or_says_nothing_where_nothing_is_stated(lang: str, field: str) -> None:
    tr = translator(lang)
    assert value_words(REGISTRY, field, None, tr) == []
    empty = value_words(REGISTRY, field, EMPTY[field], tr)
    assert empty == {"status": [tr("export.status.unknown")], "sensitivity": [tr("contribute.level_0")]}.get(field, [])


def test_names_begin_with_the_readers_language() -> None:
    names = {"ar": "عيادة", "en": "Clinic", "he": "מרפאה"}
    assert value_words(REGISTRY, "names", names, EN) == ["Clinic", "عيادة", "מרפאה"]
    assert value_words(REGISTRY, "names", {"ar": "عيادة"}, EN) == ["عيادة"]


def test_a_place_says_its_town_governorate_coordinates_and_what_they_are_worth() -> None:
    assert value_words(REGISTRY, "place", PLACE, EN) == ["Town PS0150, Hebron", "31.53000 north, 35.09000 east."]
    assert value_words(REGISTRY, "place", {**PLACE, "position_kind": "locality"}, EN)[-1] == EN("contribute.only_town")
    assert value_words(REGISTRY, "place", {**PLACE, "locality_id": "", "lon": None, "lat": None}, EN) == ["Hebron", EN("contribute.only_area")]


def test_codes_numbers_and_days_are_put_into_words() -> None:
    assert value_words(REGISTRY, "services", ["food_assistance"], EN) == ["Food assistance"]
    assert value_words(REGISTRY, "capacities", {"food_assistance": 1200.0}, EN) == ["Food assistance: 1,200 places"]
    assert value_words(REGISTRY, "accessibility", ["step_free"], EN) == [EN("bulk.column.step_free")]
    assert value_words(REGISTRY, "verified_on", "2026-11-05", EN) == ["5 November 2026"]


def test_the_table_holds_text_only_and_a_column_for_now_where_there_is_one() -> None:
    for payload in PAYLOADS:
        page = answers_table([("note", payload, [payload], [payload])], EN, caption=payload)
        assert faults(page) == []
        assert page.count("<td>") == 2
    assert EN("contribute.head_now") not in answers_table([("note", "Note", None, [])], EN, caption="x")
    assert EN("contribute.not_stated") in answers_table([("note", "Note", None, [])], EN, caption="x")
