"""Rows of a file to incoming sites: every rule with a row that keeps it and one that breaks it, and no row lost."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ingest import ImportPlan, Mapping, plan_import, plan_table
from data.sources.table import RawTable
from geo.check import check
from geo.errors import InputError
from geo.model import INCOMING
from tests.data.sources.help import csv_bytes, feature, geojson_bytes, pack_registry, xlsx_bytes

TODAY = dt.date(2026, 11, 22)
HEBRON = (35.0938, 31.5294)


def plan(*rows: dict[str, object], mapping: Mapping | None = None, name: str = "sites.csv") -> ImportPlan:
    """Plan a table given as rows of header to cell."""
    headers = tuple(dict.fromkeys(header for row in rows for header in row))
    texts = tuple(tuple(str(row.get(header, "")) for header in headers) for row in rows)
    table = RawTable(headers, texts, tuple(range(2, len(rows) + 2)))
    return plan_table(table, "csv", name, pack_registry(), mapping=mapping, today=TODAY)


def row(**cells: object) -> dict[str, object]:
    return {"id": "1", "name": "A", "kind": "clinic", "lon": HEBRON[0], "lat": HEBRON[1]} | cells


def codes(result: ImportPlan, severity: str = "") -> list[str]:
    return [cell.code.removeprefix("import.") for cell in result.cells if severity in ("", cell.severity)]


def only(result: ImportPlan) -> pd.Series:
    assert (result.accepted, result.rejected) == (1, 0), result.cells
    return result.incoming.iloc[0]


def test_full_row() -> None:
    site = only(plan(row(
        name_ar="عيادة", name_he="מרפאה", organisation="جمعية", services="pharmacy; مختبر", services_note="", target_groups="نساء, النساء", status="فعال", address="x",
        governorate="Hebron", city="الخليل", phone="02-2222222", email="a@b.org", website="b.org", hours="Mo-Fr", verified_on="01/02/2026", capacity="12", note="n",
    )))  # fmt: skip
    assert site["names"] == {"ar": "عيادة", "he": "מרפאה", "en": "A"}
    assert site["organisation"] == {"ar": "جمعية"}
    assert (site["kind"], site["status"], site["country"], site["area_id"]) == ("clinic", "active", "PS", "PS0150")
    assert (site["lon"], site["lat"], site["position_kind"]) == (*HEBRON, "exact")
    assert pack_registry().label("locality", site["locality_id"], "ar") == "الخليل"
    assert (site["verification"], site["verified_on"]) == ("verified", dt.date(2026, 2, 1))
    assert site["services"] == ("pharmacy",)
    assert site["target_groups"] == ("women",)
    assert (site["capacities"], site["phone"], site["website"], site["external_id"]) == ({"pharmacy": 12}, "+97022222222", "http://b.org", "1")
    assert site.name == 2


def test_frame_is_the_contract() -> None:
    result = plan(row(), row(id="2"))
    assert tuple(result.incoming.columns) == INCOMING.names
    check(result.incoming, INCOMING)


# --- places


def test_area_comes_from_the_point() -> None:
    assert only(plan(row()))["area_id"] == "PS0150"


def test_stated_area_that_disagrees_is_marked_and_the_point_wins() -> None:
    result = plan(row(governorate="Jenin"))
    site = only(result)
    assert (site["area_id"], site["flags"]) == ("PS0150", ("area_mismatch",))
    assert codes(result) == ["area_mismatch"]


def test_swapped_columns_are_refused_not_swapped() -> None:
    result = plan(row(lon=HEBRON[1], lat=HEBRON[0]))
    assert (codes(result), result.accepted) == (["swapped"], 0)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"lon": 10, "lat": 50}, "outside"), ({"lon": 162000, "lat": 104000}, "coordinates_range"), ({"lon": "", "lat": 31.5}, "coordinates_half"),
        ({"lon": "east", "lat": 31.5}, "coordinates_unreadable"), ({"lon": "nan", "lat": 31.5}, "coordinates_half"),
        ({"lon": "1e400", "lat": 31.5}, "coordinates_unreadable"), ({"lon": "", "lat": ""}, "no_place"), ({"lon": "", "lat": "", "city": "Atlantis"}, "place_unknown"),
        ({"lon": "", "lat": "", "governorate": "Jerusalem"}, "area_ambiguous"), ({"country": "Jordan"}, "country_unknown"),
        ({"lon": 35.17, "lat": 32.1, "country": "IL"}, "other_pack"), ({"kind": "spaceport"}, "kind_unknown"), ({"kind": ""}, "no_kind"),
        ({"name": "", "lon": "", "lat": "", "city": "Hebron"}, "no_name"), ({"sensitivity": "very"}, "sensitivity_unknown"), ({"sensitivity": "7"}, "sensitivity_unknown"),
    ],
)  # fmt: skip
def test_row_is_refused_and_its_neighbour_is_not(cells: dict[str, object], code: str) -> None:
    result = plan(row(city="", governorate="", country="", sensitivity="") | cells, row(id="2"))
    assert codes(result, "reject") == [code]
    assert result.incoming["external_id"].tolist() == ["2"]


def test_locality_places_a_row_without_coordinates() -> None:
    site = only(plan(row(lon="", lat="", city="نابلس")))
    assert (site["position_kind"], site["area_id"]) == ("locality", "PS0115")
    assert 35.2 < site["lon"] < 35.3


def test_area_alone_places_a_row_without_a_point() -> None:
    site = only(plan(row(lon="", lat="", governorate="محافظة نابلس")))
    assert (site["position_kind"], site["area_id"]) == ("none", "PS0115")
    assert math.isnan(site["lon"])


def test_unknown_locality_falls_back_to_the_area_with_a_mark() -> None:
    result = plan(row(lon="", lat="", city="Atlantis", governorate="Nablus"))
    assert only(result)["flags"] == ("area_only",)
    assert codes(result) == ["locality_unknown"]


def test_point_in_two_packs_takes_the_rows_country_then_the_mappings_then_the_first_with_a_mark() -> None:
    golan = {"lon": 35.75, "lat": 33.0}
    assert only(plan(row(country="IL", **golan)))["area_id"] == "IL-Z"
    site = only(plan(row(**golan)))
    assert (site["area_id"], site["flags"]) == ("SY14", ("in_two_packs",))
    columns = {name: (name,) for name in ("name", "kind", "lon", "lat")}
    assert only(plan(row(**golan), mapping=Mapping(columns, {"country": "IL"})))["area_id"] == "IL-Z"


def test_column_of_another_division_places_no_row_by_itself() -> None:
    towns = ("Ashkelon", "Ashdod", "באר שבע", "Haifa", "Nahariyya", "Tiberias", "Nazareth")
    rows = [row(id=str(i), lon="", lat="", city=town, district="Tel Aviv", country="IL") for i, town in enumerate(towns)]
    result = plan(*rows, row(id="9", lon="", lat="", city="Atlantis", district="Tel Aviv", country="IL"))
    refused = [cell for cell in result.cells if cell.severity == "reject"]
    assert [(cell.row, cell.column, cell.code) for cell in refused] == [(9, "city", "import.area_doubtful")]
    assert refused[0].params["differ"] == result.accepted == len(towns)


# --- kinds, services, groups


@pytest.mark.parametrize("word", ["pharmacy", "Pharmacy", "صيدلية", "בית מרקחת", " PHARMACY "])
def test_kind_by_code_or_name_and_its_service(word: str) -> None:
    site = only(plan(row(kind=word)))
    assert (site["kind"], site["services"]) == ("pharmacy", ("pharmacy",))


def osm(**tags: object) -> ImportPlan:
    features = geojson_bytes(feature(*HEBRON, **({"osm_type": "nodes", "osm_id": 5, "name": "A", "amenity": None, "healthcare": None} | tags)))
    return plan_import(features, "x.geojson", pack_registry(), today=TODAY)


@pytest.mark.parametrize(
    ("tags", "kind", "services"),
    [
        ({"amenity": "hospital"}, "hospital", ("hospital_care",)), ({"healthcare": "laboratory"}, "laboratory", ("laboratory",)),
        ({"amenity": "social_facility", "social_facility": "shelter"}, "shelter", ()), ({"amenity": "social_centre"}, "community_centre", ()),
        ({"amenity": "social_facility", "social_facility": "food_bank"}, "social_facility", ("food_assistance",)),
        ({"office": "ngo"}, "ngo_office", ()), ({"amenity": "university"}, "college", ()), ({"healthcare": "optometrist"}, "other", ()),
        ({"amenity": "clinic", "healthcare": "laboratory"}, "clinic", ("primary_care", "laboratory")),
    ],
)  # fmt: skip
def test_openstreetmap_tags(tags: dict[str, object], kind: str, services: tuple[str, ...]) -> None:
    site = only(osm(**tags))
    assert (site["kind"], site["services"]) == (kind, services)
    assert site["external_id"] == "osm:node/5"


@pytest.mark.parametrize("amenity", ["fuel", "bank", "place_of_worship", "restaurant"])
def test_other_amenities_are_refused_by_their_tag(amenity: str) -> None:
    result = osm(amenity=amenity)
    assert [(cell.code, cell.params) for cell in result.cells] == [("import.not_social_service", {"tag": f"amenity={amenity}"})]
    assert result.accepted == 0


def test_nameless_place_of_openstreetmap_is_called_by_its_kind_with_a_mark() -> None:
    site = only(osm(amenity="pharmacy", name=None))
    assert (site["names"], site["flags"]) == ({"ar": "صيدلية", "he": "בית מרקחת", "en": "Pharmacy"}, ("named_by_kind",))


def test_unknown_service_and_group_are_left_out_with_a_mark() -> None:
    result = plan(row(services="pharmacy; astrology", target_groups="women; dragons"))
    site = only(result)
    assert (site["services"], site["target_groups"]) == (("pharmacy",), ("women",))
    assert sorted(codes(result)) == ["service_unknown", "target_group_unknown"]


def test_service_whose_name_holds_a_comma() -> None:
    result = plan(row(services="Service information, guidance"))
    assert only(result)["services"] == ("information",)
    assert not result.cells


@pytest.mark.parametrize(
    ("cells", "sensitivity"),
    [({}, 0), ({"sensitivity": "1"}, 1), ({"sensitivity": "hidden"}, 3), ({"services": "gbv_support"}, 2), ({"services": "gbv_support", "sensitivity": "3"}, 3),
     ({"services": "gbv_support", "sensitivity": "0"}, 2), ({"kind": "shelter"}, 2), ({"target_groups": "survivors"}, 2)],
)  # fmt: skip
def test_highest_sensitivity_counts(cells: dict[str, object], sensitivity: int) -> None:
    assert only(plan(row(**cells)))["sensitivity"] == sensitivity


@pytest.mark.parametrize("group", ["abused", "victim"])
def test_place_that_shelters_from_violence_is_protected_by_its_tag(group: str) -> None:
    site = only(osm(**{"amenity": "social_facility", "social_facility": "group_home", "social_facility:for": group}))
    assert (site["sensitivity"], site["target_groups"]) == (2, ("survivors",))


# --- single fields


@pytest.mark.parametrize(
    ("cells", "code", "field", "value"),
    [
        ({"phone": "call us"}, "phone_unreadable", "phone", ""), ({"email": "a at b"}, "email_unreadable", "email", ""),
        ({"website": "javascript:alert(1)"}, "website_unreadable", "website", ""), ({"verified_on": "soon"}, "day_unreadable", "verified_on", None),
        ({"verified_on": "2030-01-01"}, "day_in_future", "verified_on", None), ({"status": "so so"}, "status_unknown", "status", "unknown"),
        ({"address": "x" * 301}, "too_long", "address", "x" * 300), ({"governorate": "Atlantis"}, "area_unknown", "area_id", "PS0150"),
    ],
)  # fmt: skip
def test_field_that_cannot_be_used_is_left_out_with_a_mark(cells: dict[str, object], code: str, field: str, value: object) -> None:
    result = plan(row(**cells))
    assert only(result)[field] == value
    assert codes(result) == [code]
    assert all(cell.severity == "flag" for cell in result.cells)


def test_capacity_that_is_no_number_is_missing_never_zero() -> None:
    result = plan(row(capacity="many"))
    assert only(result)["capacities"] == {}
    assert codes(result) == ["capacity_unreadable"]


def test_markup_stays_text_and_control_signs_go() -> None:
    site = only(plan(row(name="<script>alert(1)</script>\u202e\x00", note="a\nb")))
    assert site["names"] == {"en": "<script>alert(1)</script>"}
    assert site["note"] == "a b"


def test_whole_numbers_from_a_spreadsheet_are_ids_without_a_point() -> None:
    assert only(plan(row(id="1010000.0")))["external_id"] == "1010000"


def test_second_row_of_an_id_is_refused_with_the_first_named() -> None:
    result = plan(row(), row(name="B"))
    assert [(cell.row, cell.code, cell.params) for cell in result.cells] == [(3, "import.duplicate_id", {"first": 2})]
    assert result.incoming.index.tolist() == [2]


def test_refused_row_does_not_take_the_id() -> None:
    result = plan(row(kind="spaceport"), row())
    assert result.incoming.index.tolist() == [3]
    assert codes(result) == ["kind_unknown"]


def test_row_without_an_id_gets_the_same_one_every_time() -> None:
    first, second = (plan(row(id="", name=name, lon=lon)) for name, lon in (("A", 35.1), ("a", 35.11)))
    assert only(first)["external_id"] == only(second)["external_id"]
    assert only(first)["external_id"].startswith("digest:")
    assert codes(plan(row(id=""), row(id=""))) == ["duplicate_row"]


def test_shifted_row_is_refused() -> None:
    data = csv_bytes(["name", "kind", "area"], ["A", "clinic", "PS0150"], ["B", "and C", "clinic", "PS0150"])
    result = plan_import(data, "x.csv", pack_registry())
    assert [(cell.row, cell.code) for cell in result.cells] == [(3, "import.long_row")]
    assert result.accepted == 1


def test_constants_fill_what_columns_leave_open() -> None:
    mapping = Mapping({"name": ("n",)}, {"kind": "clinic", "services": "primary_care; laboratory", "area": "PS0150", "status": "active"})
    site = only(plan({"n": "A"}, mapping=mapping))
    assert (site["kind"], site["services"], site["area_id"], site["status"]) == ("clinic", ("primary_care", "laboratory"), "PS0150", "active")


def test_same_rows_in_every_format_are_the_same_sites() -> None:
    rows = [["id", "name", "kind", "lon", "lat"], ["1", "عيادة", "clinic", 35.1, 31.53], ["2", "בית ספר", "school", 34.99, 32.79]]
    texts = [[str(cell) for cell in cells] for cells in rows]
    features = [feature(r[3], r[4], id=r[0], name=r[1], kind=r[2]) for r in rows[1:]]
    files = (csv_bytes(*texts), csv_bytes(*texts, encoding="utf-16"), xlsx_bytes(rows), geojson_bytes(*features))
    digests = {tuple(plan_import(data, "x", pack_registry()).incoming["digest"]) for data in files}
    assert len(digests) == 1


def test_hash_is_that_of_the_file() -> None:
    import hashlib

    data = csv_bytes(["name", "kind", "area"], ["A", "clinic", "PS0150"])
    assert plan_import(data, "x.csv", pack_registry()).sha256 == hashlib.sha256(data).hexdigest()


def test_mapping_that_names_a_missing_column_is_refused() -> None:
    with pytest.raises(InputError) as raised:
        plan(row(), mapping=Mapping({"name": ("nom",)}, {}))
    assert raised.value.code == "import.mapping_header"


# --- nothing is lost

values = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["clinic", "school", "عيادة", "Hebron", "PS0150", "Jerusalem", "נצרת", "نابلس", "35.1", "31.53", "32.0", "0", "-", "IL", "PS", "SY", "1", "2",
                     "2026-01-01", "3", "hidden", "women; men", "pharmacy, x", "02-2222222", "1e400", "nan", "<b>", "=1+1"]),
)  # fmt: skip
HEADERS = (
    "id",
    "name",
    "kind",
    "services",
    "target_groups",
    "country",
    "area",
    "city",
    "lon",
    "lat",
    "phone",
    "status",
    "sensitivity",
    "verified_on",
    "capacity",
)


@given(st.lists(st.tuples(*([values] * len(HEADERS))), min_size=1, max_size=8))
def test_every_row_is_accepted_or_refused_with_a_reason(rows: list[tuple[str, ...]]) -> None:
    result = plan_table(RawTable(HEADERS, tuple(rows), tuple(range(2, len(rows) + 2))), "csv", "x.csv", pack_registry(), today=TODAY)
    refused = {cell.row for cell in result.cells if cell.severity == "reject"}
    accepted = set(result.incoming.index)
    assert result.accepted + result.rejected == result.rows_total == len(rows)
    assert accepted | refused == set(range(2, len(rows) + 2))
    assert not accepted & refused
    assert result.incoming["external_id"].is_unique
    placed = result.incoming[result.incoming["position_kind"] != "none"]
    assert placed["lon"].notna().all()
    assert result.incoming["area_id"].ne("").all()
