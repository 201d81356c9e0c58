"""Many proposals from one file: every fault in its row and column, the form back in any language, nothing twice, one message for hostile files."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.exports.error_workbook import FLAG_COLOUR, REJECT_COLOUR
from data.ingest.template import heading
from geo.errors import InputError
from geo.model import ACCESSIBILITY, PUBLIC, SITE_STATUS, Scope
from geo.registry import Registry
from i18n import LANGUAGES, translator
from jobs.bulk import MOST_BYTES, BulkPlan, Own, plan_bulk, send_bulk
from tests.data.sources.help import csv_bytes, pack_registry, xlsx_bytes
from tests.jobs.bulk_support import FAULTS, ORGANISATION, ROWS, edit_form, form_bytes, form_with_faults, own_of, record, table_with_faults

EN = translator("en")


class Sent:
    """Keeps what is sent, once for each key."""

    def __init__(self) -> None:
        self.items: dict[str, Mapping[str, Any]] = {}

    def send_all(self, scope: Scope, items: Sequence[Mapping[str, Any]], *, comment: str = "") -> tuple[int, int]:
        new = {str(item["client_key"]): item for item in items if item["client_key"] not in self.items}
        self.items |= new
        return len(new), len(items) - len(new)


def plan(body: bytes, own: Own | None = None, *, name: str = "sites.xlsx", registry: Registry | None = None) -> BulkPlan:
    return plan_bulk(registry or pack_registry(), body, name, own=own or {}, organisation_id=ORGANISATION, tr=EN)


def refusals(found: BulkPlan) -> set[tuple[int, str, str]]:
    return {(cell.row, cell.column, cell.code) for cell in found.cells if cell.severity == "reject"}


def one_site(**changes: Any) -> Own:
    return own_of({"site-1": record(1, random.Random(1), **changes)}, version=4)


def after(edit: Mapping[str, Any], own: Own) -> BulkPlan:
    """Return the plan of a form in whose first row some cells were changed."""
    return plan(edit_form(form_bytes(own), lambda rows: rows[0].update(edit)), own)


# --- a thousand rows


@pytest.mark.parametrize("seed", [1, 2])
def test_every_planted_fault_of_a_table_is_told_by_row_and_column(seed: int) -> None:
    body, planted = table_with_faults(seed)
    found = plan(body)
    assert len(planted) == FAULTS
    assert refusals(found) == planted
    assert (found.total, found.refused, len(found.rows), found.unchanged) == (ROWS, FAULTS, ROWS - FAULTS, 0)


def test_every_planted_fault_of_the_form_is_told_under_the_headings_that_the_person_sees() -> None:
    body, own, planted = form_with_faults(3, "ar")
    found = plan(body, own)
    assert len(planted) == FAULTS
    seen = {(row, heading(column, translator("ar")) if column else "", code) for row, column, code in planted}
    assert refusals(found) == seen
    assert (found.total, found.refused, found.added, found.edited) == (ROWS, FAULTS, 700 - (FAULTS - 50), 250)


def test_second_upload_sends_nothing() -> None:
    body, own, _ = form_with_faults(4)
    sent = Sent()
    first = send_bulk(sent, PUBLIC, plan(body, own), EN)
    kept = dict(sent.items)
    again = send_bulk(sent, PUBLIC, plan(body, own), EN)
    assert sent.items == kept
    assert len(kept) == ROWS - FAULTS
    assert first == EN("bulk.account", sent="863", unchanged="0", refused="137")
    assert again == EN("bulk.account", sent="0", unchanged="863", refused="137")


def test_what_was_approved_is_unchanged_in_the_next_upload() -> None:
    body, own, _ = form_with_faults(5)
    first = plan(body, own)
    published = {row.site_id or f"new-{row.number}": (({**own[row.site_id][0]} if row.site_id else {}) | row.proposed, 2) for row in first.rows}
    table = edit_form(body, lambda rows: [row.update(site_version=2) for row in rows if row["site_version"]])
    again = plan(table, {**{site: (kept, 2) for site, (kept, _) in own.items()}, **published})
    # Rows that were refused for their version only come in now.
    assert {row.number for row in again.rows} <= {row for row, _, code in refusals(first) if code == "bulk.older"}
    assert again.unchanged == ROWS - FAULTS


def test_error_workbook_marks_exactly_the_bad_cells_and_goes_through_when_corrected() -> None:
    body, own, planted = form_with_faults(6)
    found = plan(body, own)
    marked = found.workbook(EN)
    sheet = openpyxl.load_workbook(io.BytesIO(marked)).worksheets[0]
    codes = [cell.value for cell in sheet[1]]
    by_line = {line[0].value: line for line in sheet.iter_rows(min_row=3)}
    red = {(number, codes[j]) for number, line in by_line.items() for j, cell in enumerate(line) if _colour(cell) == REJECT_COLOUR.lstrip("#")}
    whole = {row for row, column, _ in planted if not column}
    assert {spot for spot in red if spot[0] not in whole} == {(row, column) for row, column, _ in planted if column}
    assert {row for row, _ in red} == {row for row, _, _ in planted}
    assert len({cell.row for cell in found.cells if cell.severity == "flag"}) == 40
    assert any(_colour(cell) == FLAG_COLOUR.lstrip("#") for line in by_line.values() for cell in line)
    assert refusals(plan(marked, own)) == {(row + _shift(found, row), column, code) for row, column, code in refusals(found)}
    good = edit_form(marked, lambda rows: _correct(rows, own, {number for number, _, _ in planted}))
    corrected = plan(good, own)
    assert corrected.refused == 0
    sent = Sent()
    send_bulk(sent, PUBLIC, found, EN)
    made, before = sent.send_all(PUBLIC, corrected.items())
    assert (made, before) == (len(corrected.rows) - len(found.rows), len(found.rows))


def _colour(cell: Any) -> str:
    return str(cell.fill.fgColor.rgb)[-6:] if cell.fill.fill_type else ""


def _shift(found: BulkPlan, row: int) -> int:
    return found.raw.numbers.index(row) + 3 - row


def _correct(rows: list[dict[str, Any]], own: Own, numbers: set[int]) -> None:
    for row in rows:
        if row["row"] in numbers:
            _correct_row(row, own)


def _correct_row(row: dict[str, Any], own: Own) -> None:
    if row["site_version"] and row["site_id"] not in own:
        row.update(site_id=None, name_en=f"Only {row['row']}")
    row.update(
        site_version=1 if row["site_id"] else None, sensitivity="public", kind="clinic", area="PS0150", locality=None, lon="35.0938", lat="31.5294"
    )
    row["name_en"] = row["name_en"] or f"Named {row['row']}"
    if row["site_id"] == "site-0" and row["row"] != 3:
        row.update(site_id=None, site_version=None, name_en=f"New {row['row']}")


# --- the form, back untouched


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """Any record that can stand in the registry, also ones that the rules would not take today."""
    registry = pack_registry()
    text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
    services = draw(st.lists(st.sampled_from(registry.codes("service")), unique=True, max_size=7))
    area = draw(st.sampled_from(list(registry.governorates.index)))
    near = [str(found) for found, own in registry.localities["area_id"].items() if own == area]
    kind = draw(st.sampled_from(["exact", "locality", "none"]))
    place = {"country": area[:2], "area_id": area, "locality_id": draw(st.sampled_from(["", *near])), "position_kind": kind,
             "lon": draw(st.floats(-180, 180)) if kind != "none" else None, "lat": draw(st.floats(-90, 90)) if kind != "none" else None}  # fmt: skip
    sensitivity = draw(st.integers(0, 2))
    withheld = sensitivity > 0
    return {
        "names": draw(st.dictionaries(st.sampled_from(LANGUAGES), text.filter(bool), min_size=1)), "kind": draw(st.sampled_from(registry.codes("kind"))),
        "status": draw(st.sampled_from(SITE_STATUS)), "place": None if withheld else draw(st.sampled_from([place, {}])),
        "address": None if withheld else draw(text), "sensitivity": sensitivity, "services": sorted(services),
        "verified_on": draw(st.none() | st.dates(min_value=dt.date(1990, 1, 1)).map(str)),
        "capacities": {code: draw(st.floats(0, 1e6)) for code in services[::2]},
        "target_groups": sorted(draw(st.lists(st.sampled_from(registry.codes("target_group")), unique=True, max_size=5))),
        "accessibility": sorted(draw(st.lists(st.sampled_from(ACCESSIBILITY), unique=True))), "note": None if withheld else draw(text),
        **{name: draw(text) for name in ("phone", "email", "website", "hours")},
    }  # fmt: skip


@settings(max_examples=25)
@given(st.lists(records(), min_size=1, max_size=6), st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
def test_form_that_comes_back_untouched_changes_nothing(found: list[dict[str, Any]], lang: str, reader: str) -> None:
    own = own_of({f"site-{i}": each for i, each in enumerate(found)}, version=7)
    read = plan_bulk(pack_registry(), form_bytes(own, lang), "x.xlsx", own=own, organisation_id=ORGANISATION, tr=translator(reader))
    assert (read.rows, read.cells, read.unchanged, read.total) == ((), (), len(found), len(found))


# --- one site


@pytest.mark.parametrize(
    ("edit", "proposed"),
    [
        ({"phone": "02-2222229"}, {"phone": "+97022222229"}),
        ({"phone": None}, {"phone": ""}),
        ({"kind": "صيدلية"}, {"kind": "pharmacy"}),
        ({"status": "סגור זמנית"}, {"status": "temporarily_closed"}),
        ({"name_he": "מרכז"}, {"names": {"ar": "مركز 1", "he": "מרכז", "en": "Centre 1"}}),
        ({"service_3": "Food assistance; מרפאה; laboratory"}, None),
        ({"service_3": "laboratory", "capacity_3": 7}, {"services": ["laboratory", "medical_care", "pharmacy"], "capacities": {"laboratory": 7.0, "pharmacy": 12.0}}),
        ({"service_2": None, "capacity_2": None}, {"services": ["medical_care"], "capacities": {}}),
        ({"capacity_1": 0}, {"capacities": {"medical_care": 0.0, "pharmacy": 12.0}}),
        ({"group_2": "families"}, {"target_groups": ["families", "women"]}),
        ({"step_free": "no", "sign_language": "نعم"}, {"accessibility": ["sign_language"]}),
        ({"verified_on": "2026-03-04"}, {"verified_on": "2026-03-04"}),
        ({"note": None, "address": "2 Other St"}, {"address": "2 Other St", "note": ""}),
        ({"status": None, "sensitivity": None, "verified_on": None}, {}),
        ({"service_1": "women_girls_safe_space"}, {"services": ["pharmacy", "women_girls_safe_space"], "sensitivity": 2}),
    ],
)  # fmt: skip
def test_only_what_was_changed_is_proposed(edit: dict[str, Any], proposed: dict[str, Any] | None) -> None:
    found = after(edit, one_site())
    if proposed is None:
        # One word of the cell is no service, so that the site keeps what it has.
        assert [(cell.severity, cell.code) for cell in found.cells] == [("flag", "import.service_unknown")]
        proposed = {}
    assert found.refused == 0
    assert [row.proposed for row in found.rows] == ([proposed] if proposed else [])


def test_new_point_is_settled_by_the_same_rules_as_an_import() -> None:
    found = after({"area": "Nablus", "lon": 35.0938, "lat": 31.5294}, one_site())
    assert [row.changed for row in found.rows] == [("place",)]
    assert found.rows[0].proposed["place"] == {
        "country": "PS", "area_id": "PS0150", "locality_id": "", "lon": 35.0938, "lat": 31.5294, "position_kind": "exact",
    }  # fmt: skip
    assert [cell.code for cell in found.cells] == ["import.area_mismatch"]


def test_locality_is_chosen_by_its_name_and_gives_the_place() -> None:
    found = after({"area": "Hebron", "locality": "Dūrā", "lon": None, "lat": None}, one_site())
    place = found.rows[0].proposed["place"]
    assert (place["area_id"], place["position_kind"]) == ("PS0150", "locality")
    assert pack_registry().label("locality", place["locality_id"], "en") == "Dūrā"


def test_flagged_cell_leaves_the_field_of_a_site_that_is_there_alone() -> None:
    found = after({"phone": "call us", "hours": "Mo"}, one_site())
    assert [row.proposed for row in found.rows] == [{"hours": "Mo"}]
    assert [(cell.column, cell.value, cell.code) for cell in found.cells] == [("Phone", "call us", "import.phone_unreadable")]


def test_all_faults_of_a_row_are_told() -> None:
    found = after({"kind": "spaceport", "lon": "east", "sensitivity": "very"}, one_site())
    assert {column for _, column, _ in refusals(found)} == {"Kind", "Longitude", "Protection"}


@pytest.mark.parametrize(
    ("edit", "spot"),
    [
        ({"capacity_2": 5_000_000}, ("Capacity of service 2", "proposal.capacity")),
        ({"verified_on": "1912-01-01"}, ("Day of the last check", "proposal.day_range")),
    ],
)
def test_what_a_single_proposal_may_not_say_many_may_not_either(edit: dict[str, Any], spot: tuple[str, str]) -> None:
    found = after(edit, one_site())
    assert [(column, code) for _, column, code in refusals(found)] == [spot]


# --- protected sites


def protected(**changes: Any) -> Own:
    return one_site(sensitivity=2, place=None, address=None, note=None, **changes)


def test_protected_fields_are_not_in_the_form_and_stay_as_they_are() -> None:
    own = one_site(sensitivity=1, address="9 Secret St", note="ring twice")
    body = form_bytes(own)
    book = openpyxl.load_workbook(io.BytesIO(body))
    cells = [str(cell.value) for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
    place = own["site-1"][0]["place"]
    assert not [cell for cell in cells if "Secret" in cell or "ring twice" in cell or str(place["lon"]) in cell or str(place["lat"]) in cell]
    assert cells.count("kept on file") == 6
    found = after({"hours": "Mo"}, own)
    assert [row.proposed for row in found.rows] == [{"hours": "Mo"}]


def test_emptied_or_kept_cells_of_a_protected_site_change_nothing() -> None:
    assert after({"address": None, "note": "", "lon": None, "area": "محفوظ في الملف"}, protected()).rows == ()


def test_protected_site_gets_a_new_place_where_one_is_written() -> None:
    found = after({"area": "Hebron", "lon": 35.0938, "lat": 31.5294, "phone": "+972 2-999-1234"}, protected())
    assert found.rows[0].changed == ("place", "phone")
    assert found.rows[0].proposed["place"]["area_id"] == "PS0150"


def test_phone_of_a_protected_site_is_not_lost_for_want_of_a_country() -> None:
    found = after({"phone": "02-2222229"}, protected())
    assert (found.rows, [cell.code for cell in found.cells]) == ((), ["import.phone_unreadable"])


def test_ordinary_table_leaves_the_protected_fields_alone_and_says_so() -> None:
    found = plan(csv_bytes(["site_id", "address", "hours"], ["site-1", "1 Main St", "Mo"]), protected(), name="x.csv")
    assert [row.proposed for row in found.rows] == [{"hours": "Mo"}]
    assert [(cell.severity, cell.code) for cell in found.cells] == [("flag", "bulk.protected")]


# --- ordinary tables


def test_ordinary_table_changes_only_what_it_states() -> None:
    found = plan(csv_bytes(["site_id", "phone", "note"], ["site-1", "02-2222229", ""]), one_site(), name="x.csv")
    assert [row.proposed for row in found.rows] == [{"phone": "+97022222229"}]


def test_site_of_somebody_else_is_not_proposed_as_a_new_one() -> None:
    from tests.make import make_registry

    registry = make_registry(3)
    body = csv_bytes(["site_id", "name", "kind", "governorate"], ["site-00001", "A", "clinic", "Hebron"])
    assert [code for _, _, code in refusals(plan(body, registry=registry))] == ["bulk.not_own"]


def test_new_site_carries_all_fields() -> None:
    found = plan(csv_bytes(["id", "name", "kind", "governorate"], ["x1", "A", "clinic", "Hebron"]))
    proposed = found.rows[0].proposed
    assert (found.rows[0].op, proposed["names"], proposed["services"], proposed["place"]["area_id"]) == (
        "add",
        {"en": "A"},
        ["primary_care"],
        "PS0150",
    )
    assert proposed["verified_on"] is None


def test_key_of_a_proposal_is_that_of_the_site_its_version_and_what_is_proposed() -> None:
    own = one_site()
    first, other = after({"hours": "Mo"}, own), after({"hours": "Tu"}, own)
    later = own_of({"site-1": own["site-1"][0]}, version=5)
    keys = [found.items()[0]["client_key"] for found in (first, after({"hours": "Mo"}, own), other, after({"hours": "Mo"}, later))]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_form_without_its_visible_headings_is_read_by_its_codes() -> None:
    own = one_site()
    book = openpyxl.load_workbook(io.BytesIO(edit_form(form_bytes(own), lambda rows: rows[0].update(hours="Mo"))))
    book["sites"].delete_rows(2)
    out = io.BytesIO()
    book.save(out)
    assert [row.proposed for row in plan(out.getvalue(), own).rows] == [{"hours": "Mo"}]


# --- hostile files


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 150_000_000)
    return out.getvalue()


def far_cell() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(form_bytes(one_site())))
    book["sites"].cell(1_048_576, 16_384).value = "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def entities() -> bytes:
    good = form_bytes(one_site())
    out = io.BytesIO()
    bad = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><sst count="1" uniqueCount="1"><si><t>&b;</t></si></sst>'
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, bad if name == "xl/sharedStrings.xml" else old.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (bomb, {"import.zip_bomb"}),
        (lambda: b"MZ\x90\0" * 50, {"import.unknown_format"}),
        (lambda: b"%PDF-1.7 not a table", {"import.unknown_format"}),
        (lambda: b"", {"import.empty_file"}),
        (lambda: b"\0" * (MOST_BYTES + 1), {"import.too_large"}),
        (lambda: xlsx_bytes([["x"]], at=(0, 16383)), {"import.empty", "import.too_many_columns"}),
        (far_cell, {"import.too_heavy"}),
        (lambda: b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>', {"import.unknown_xml"}),
        (entities, {"import.damaged", "import.empty"}),
        (lambda: form_bytes(one_site())[:-200], {"import.broken_zip"}),
        (lambda: form_bytes({}), {"import.empty"}),
    ],
)  # fmt: skip
def test_hostile_file_gets_one_clear_message(body: Any, codes: set[str]) -> None:
    with pytest.raises(InputError) as raised:
        plan(body(), one_site())
    assert raised.value.code in codes
    for lang in LANGUAGES:
        words = translator(lang)(f"error.{raised.value.code}", **raised.value.params)
        assert words
        assert "root:" not in words


def test_formula_is_read_as_the_value_that_was_kept_or_as_nothing() -> None:
    own = one_site()
    found = plan(edit_form(form_bytes(own), lambda rows: rows[0].update(hours='=HYPERLINK("http://x","y")')), own)
    assert all("HYPERLINK" not in str(row.proposed) for row in found.rows)
    out = found.workbook(EN)
    assert b"HYPERLINK" not in out
