import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.incoming import digest, incoming_frame
from geo.model import INCOMING

FULL: dict[str, object] = {
    "row": 2, "external_id": "x1", "names": {"ar": "مركز", "en": "Centre"}, "organisation": {"en": "Org"}, "kind": "clinic", "status": "active",
    "country": "PS", "area_id": "PS0150", "locality_id": "L1", "lon": 35.1, "lat": 31.5, "position_kind": "exact", "sensitivity": 1,
    "verification": "verified", "verified_on": dt.date(2026, 1, 2), "services": ("a", "b"), "target_groups": ("all",), "capacities": {"a": 12.0}, "accessibility": ("step_free",),
    "address": "1 Main St", "phone": "+97222345678", "email": "a@example.org", "website": "", "hours": "", "note": "", "flags": (),
}  # fmt: skip
OTHER: dict[str, object] = {
    "names": {"ar": "مركز", "en": "Center"}, "organisation": {}, "sensitivity": 2, "verified_on": dt.date(2026, 1, 3), "services": ("a",),
    "target_groups": (), "flags": ("area_mismatch",), "lon": 35.1000001, "lat": math.nan, "capacities": {"a": 13.0}, "accessibility": (),
}  # fmt: skip
FIELDS = [column.name for column in INCOMING.columns if column.name != "digest"]


def test_a_digest_is_64_hexadecimal_digits_of_all_fields_but_itself_and_the_row() -> None:
    assert len(digest(FULL)) == 64
    assert int(digest(FULL), 16) > 0
    assert digest(FULL) == digest(FULL | {"digest": "something", "row": 99, "unknown": 1})


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_counts(field: str) -> None:
    assert digest(FULL | {field: OTHER.get(field, "another")}) != digest(FULL)


@settings(deadline=None)
@given(st.permutations(list(FULL)), st.permutations(["a", "b", "c"]))
def test_the_order_of_fields_and_codes_does_not_matter(fields: list[str], codes: list[str]) -> None:
    shuffled = {field: FULL[field] for field in fields} | {"services": tuple(codes)}
    assert digest(shuffled) == digest(FULL | {"services": ("a", "b", "c")})


@pytest.mark.parametrize(
    ("field", "empties"),
    [("address", ["", None]), ("lon", [math.nan, None, np.float64("nan")]), ("capacities", [{}, None]), ("services", [(), None, []]),
     ("organisation", [{}, None]), ("verified_on", [None]), ("sensitivity", [0, None])],
)  # fmt: skip
def test_all_ways_to_say_nothing_are_one(field: str, empties: list[object]) -> None:
    without = {name: value for name, value in FULL.items() if name != field}
    assert {digest(FULL | {field: empty}) for empty in empties} == {digest(without)}


def test_places_a_millimetre_apart_are_one() -> None:
    assert digest(FULL | {"lon": 35.1 + 1e-9}) == digest(FULL)


def test_a_number_is_the_same_whichever_type_it_comes_in() -> None:
    assert digest(FULL | {"lon": np.float64(35.1)}) == digest(FULL)


def test_a_frame_has_all_columns_in_order_and_keeps_the_rows_of_the_file() -> None:
    frame = incoming_frame([FULL, {"row": 7, "external_id": "x2", "names": {"he": "מרכז"}}])
    assert frame.index.tolist() == [2, 7]
    assert frame.index.name == "row"
    assert tuple(frame.columns) == INCOMING.names
    assert frame["digest"].tolist()[0] == digest(FULL)
    assert frame["digest"].is_unique
    bare = frame.loc[7]
    assert (bare["address"], bare["services"], bare["organisation"], bare["verified_on"]) == ("", (), {}, None)
    assert math.isnan(bare["lon"])


def test_no_rows_make_an_empty_frame_with_all_columns() -> None:
    frame = incoming_frame([])
    assert frame.shape == (0, len(INCOMING.names))
    assert frame["lon"].dtype == float


def test_a_row_read_back_from_its_frame_has_the_same_digest() -> None:
    frame = incoming_frame([FULL])
    record = frame.reset_index().to_dict("records")[0]
    assert digest(record) == digest(FULL)
    pd.testing.assert_frame_equal(incoming_frame([record]), frame)


TEXTS = st.text(max_size=10)
RECORDS = st.fixed_dictionaries(
    {
        "external_id": TEXTS,
        "address": TEXTS,
        "note": TEXTS,
        "names": st.dictionaries(st.sampled_from(["ar", "he", "en"]), TEXTS),
        "services": st.lists(TEXTS, max_size=3),
    }
)


@settings(deadline=None)
@given(RECORDS, RECORDS)
def test_equal_digests_are_equal_rows(one: dict[str, object], other: dict[str, object]) -> None:
    same = all(one[name] == other[name] for name in ("external_id", "address", "note", "names")) and sorted(one["services"]) == sorted(
        other["services"]
    )
    assert (digest(one) == digest(other)) == same
