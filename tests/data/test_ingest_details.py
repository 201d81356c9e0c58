"""Capacities and accessibility of a row, places by id, and all faults of a row at once."""

from __future__ import annotations

import pytest

from tests.data.sources.help import pack_registry
from tests.data.test_ingest_plan import codes, only, plan, row


@pytest.mark.parametrize(
    ("cells", "capacities", "flags"),
    [
        ({"services": "pharmacy", "capacity": 12}, {"pharmacy": 12.0}, []),
        ({"services": "pharmacy; laboratory", "capacity": 12}, {}, []),
        ({"services": "pharmacy; laboratory", "capacities": "pharmacy: 12; magic: 3"}, {"pharmacy": 12.0}, ["capacity_without_service"]),
        ({"services": "pharmacy; laboratory", "capacities": "Pharmacy = 0; laboratory: 2.5"}, {"pharmacy": 0.0, "laboratory": 2.5}, []),
        ({"services": "pharmacy", "capacities": 7}, {"pharmacy": 7.0}, []),
        ({"services": "pharmacy", "capacities": "laboratory: 7"}, {}, ["capacity_without_service"]),
        ({"services": "pharmacy", "capacities": "pharmacy: -7"}, {}, ["capacity_unreadable"]),
        ({"services": "pharmacy", "capacities": "many"}, {}, ["capacity_unreadable"]),
        ({"services": "pharmacy", "capacity": "inf"}, {}, ["capacity_unreadable"]),
    ],
)
def test_capacity_is_that_of_its_service_or_left_out_with_a_mark(cells: dict[str, object], capacities: dict[str, float], flags: list[str]) -> None:
    result = plan(row(**cells))
    assert only(result)["capacities"] == capacities
    assert codes(result) == flags


@pytest.mark.parametrize("text", ["step_free; sign_language", "wheelchair, لغة الإشارة", "שפת הסימנים | כניסה ללא מדרגות"])
def test_accessibility_by_code_or_word(text: str) -> None:
    assert only(plan(row(accessibility=text)))["accessibility"] == ("step_free", "sign_language")


def test_unknown_word_for_accessibility_is_left_out_with_a_mark() -> None:
    result = plan(row(accessibility="sauna; ramp"))
    assert only(result)["accessibility"] == ("step_free",)
    assert [(cell.code, cell.value) for cell in result.cells] == [("import.accessibility_unknown", "sauna")]


def test_locality_may_be_given_by_its_id() -> None:
    localities = pack_registry().localities
    own = str(localities.index[localities["area_id"] == "PS0150"][0])
    site = only(plan(row(lon="", lat="", city=own)))
    assert (site["locality_id"], site["area_id"], site["position_kind"]) == (own, "PS0150", "locality")


def test_all_faults_of_a_row_are_told_at_once() -> None:
    result = plan(row(kind="spaceport", lon="east", sensitivity="very", email="nobody"), row(id="2"))
    assert sorted(codes(result, "reject")) == ["coordinates_unreadable", "kind_unknown", "sensitivity_unknown"]
    assert codes(result, "flag") == ["email_unreadable"]
    assert result.accepted == 1
