"""A thousand rows with planted faults, as an ordinary table and as the form, and what must be said of each fault."""

from __future__ import annotations

import functools
import io
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import shapely

from data.exports.template import template_workbook
from data.ingest.template import is_template
from i18n import translator
from tests.data.sources.help import pack_registry, xlsx_bytes

ROWS = 1_000
FAULTS = 137
MARKS = 40
"""Accepted rows with a cell that is flagged."""
COLUMNS = ("id", "name_ar", "name_en", "kind", "governorate", "city", "lon", "lat", "sensitivity", "country", "services", "capacity", "phone")
ORGANISATION = "org-1"
AREAS = ("PS0150", "PS0115", "SY14", "IL-HA")
Row = dict[str, Any]
Fault = tuple[str, str, Callable[[Row], None]]


def change(**cells: Any) -> Callable[[Row], None]:
    return lambda row: row.update(cells)


TABLE_FAULTS: tuple[Fault, ...] = (
    ("kind_unknown", "kind", change(kind="spaceport")),
    ("no_kind", "", change(kind=None)),
    ("no_name", "", change(name_ar=None, name_en=None, id=None)),
    ("coordinates_unreadable", "lon", change(lon="east of the mosque")),
    ("coordinates_unreadable", "lat", change(lat="31°x")),
    ("coordinates_half", "lat", change(lon=None)),
    ("coordinates_range", "lon", change(lon=162_000, lat=104_000)),
    ("outside", "lon", change(lon=10.0, lat=50.0)),
    ("swapped", "lon", lambda row: row.update(lon=row["lat"], lat=row["lon"])),
    ("country_unknown", "country", change(country="Jordan")),
    ("other_pack", "lon", change(country="SY", governorate=None, city=None, lon=35.0938, lat=31.5294)),
    ("place_unknown", "city", change(lon=None, lat=None, governorate=None, city="Atlantis")),
    ("no_place", "", change(lon=None, lat=None, governorate=None, city=None)),
    ("area_ambiguous", "governorate", change(lon=None, lat=None, governorate="Jerusalem", city=None, country=None)),
    ("sensitivity_unknown", "sensitivity", change(sensitivity="very")),
    ("sensitivity_unknown", "sensitivity", change(sensitivity=-1)),
    ("duplicate_id", "", change(id="good-0")),
)
FORM_FAULTS: tuple[Fault, ...] = (
    ("import.kind_unknown", "kind", change(kind="spaceport")),
    ("import.no_kind", "", change(kind=None)),
    ("import.no_name", "", change(name_ar=None, name_en=None, name_he=None)),
    ("import.coordinates_unreadable", "lon", change(lon="east of the mosque")),
    ("import.coordinates_half", "lon", change(lat=None)),
    ("import.coordinates_range", "lon", change(lon=162_000, lat=104_000)),
    ("import.outside", "lon", change(lon=10.0, lat=50.0)),
    ("import.swapped", "lon", lambda row: row.update(lon=row["lat"], lat=row["lon"])),
    ("import.place_unknown", "locality", change(lon=None, lat=None, area=None, locality="Atlantis")),
    ("import.no_place", "", change(lon=None, lat=None, area=None, locality=None)),
    ("import.sensitivity_unknown", "sensitivity", change(sensitivity="very")),
)
FORM_FAULTS_OF_IDS: tuple[Fault, ...] = (
    ("bulk.not_own", "site_id", change(site_id="11111111-2222-3333-4444-555555555555")),
    ("bulk.older", "site_id", lambda row: row.update(site_version=row["site_version"] + 1, phone="+97022222229")),
    ("import.duplicate_id", "site_id", lambda row: row.update(site_id="site-0", site_version=1, phone="+97022222228")),
)
"""Faults that only a row of a site that is there can have."""
TABLE_MARKS: tuple[Callable[[Row], None], ...] = (
    change(capacity=-5),
    change(phone="call us"),
    change(services="magic"),
    change(governorate="Nowhere"),
)
FORM_MARKS: tuple[Callable[[Row], None], ...] = (change(capacity_1=-5), change(phone="call us"), change(email="nobody"), change(service_1="magic"))


@functools.cache
def shape(area: str) -> shapely.Geometry:
    return pack_registry().areas.geometry[area].buffer(-0.02)


def point(area: str, chance: random.Random) -> tuple[float, float]:
    west, south, east, north = shape(area).bounds
    while True:
        lon, lat = round(chance.uniform(west, east), 6), round(chance.uniform(south, north), 6)
        if shape(area).covers(shapely.Point(lon, lat)):
            return lon, lat


def table_row(i: int, chance: random.Random) -> Row:
    area = chance.choice(AREAS)
    lon, lat = point(area, chance)
    return {"id": f"good-{i}", "name_ar": f"مركز الأمل {i}", "name_en": f"Hope centre {i}", "kind": chance.choice(("clinic", "Pharmacy", "shelter")),
            "governorate": area, "city": None, "lon": lon, "lat": lat, "sensitivity": chance.choice((None, "public", 1)), "country": area[:2],
            "services": "medical_care", "capacity": chance.randrange(0, 90), "phone": None}  # fmt: skip


def plant(rows: Sequence[Row], faults: Sequence[Fault], at: Sequence[int]) -> list[tuple[int, str, str]]:
    """Spoil the rows at ``at``, and return (position, column, code) of each, every kind of fault in turn."""
    out = []
    for n, i in enumerate(at):
        code, column, spoil = faults[n % len(faults)]
        spoil(rows[i])
        out.append((i, column, code))
    return out


def table_with_faults(seed: int) -> tuple[bytes, set[tuple[int, str, str]]]:
    """Return an ordinary workbook of 1,000 rows, and row, column and code of its 137 faults."""
    chance = random.Random(seed)
    rows = [table_row(i, chance) for i in range(ROWS)]
    chosen = chance.sample(range(1, ROWS), FAULTS + MARKS)
    planted = plant(rows, TABLE_FAULTS, sorted(chosen[:FAULTS]))
    for n, i in enumerate(chosen[FAULTS:]):
        TABLE_MARKS[n % len(TABLE_MARKS)](rows[i])
    cells = [list(COLUMNS), *([row[name] for name in COLUMNS] for row in rows)]
    return xlsx_bytes(cells), {(i + 2, column, f"import.{code}") for i, column, code in planted}


def record(i: int, chance: random.Random, **changes: Any) -> dict[str, Any]:
    """Return a site's record as its owner sees it."""
    area = chance.choice(AREAS)
    lon, lat = point(area, chance)
    return {
        "names": {"ar": f"مركز {i}", "en": f"Centre {i}"}, "kind": "clinic", "status": "active",
        "place": {"country": area[:2], "area_id": area, "locality_id": "", "lon": lon, "lat": lat, "position_kind": "exact"},
        "address": f"{i} Main St", "sensitivity": 0, "verified_on": "2026-01-02", "services": ["medical_care", "pharmacy"], "capacities": {"pharmacy": 12.0},
        "target_groups": ["women"], "accessibility": ["step_free"], "phone": "+97022222222", "email": "a@example.org", "website": "http://example.org",
        "hours": "Mo-Fr 08:00-16:00", "note": "=1+1",
    } | changes  # fmt: skip


def own_of(records: Mapping[str, Mapping[str, Any]], version: int = 1) -> dict[str, tuple[Mapping[str, Any], int]]:
    return {site_id: (found, version) for site_id, found in records.items()}


def form_bytes(own: Mapping[str, tuple[Mapping[str, Any], int]], lang: str = "en") -> bytes:
    rows = [{**found, "site_id": site_id, "version": version} for site_id, (found, version) in own.items()]
    return template_workbook(pack_registry(), rows, translator(lang), rtl=lang != "en")


def edit_form(body: bytes, edit: Callable[[list[Row]], object]) -> bytes:
    """Return a form whose rows, column code to value, went through ``edit``; rows appended there are written below."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    sheet = next(found for found in book.worksheets if is_template([cell.value for cell in found[1]]))
    codes = [cell.value for cell in sheet[1]]
    rows = [{code: cell.value for code, cell in zip(codes, line, strict=True)} for line in sheet.iter_rows(min_row=3) if any(c.value for c in line)]
    before = [dict(row) for row in rows]
    edit(rows)
    for i, row in enumerate(rows):
        for j, code in enumerate(codes, start=1):
            # A cell that is left alone is not written, or a text like "=1+1" would become a formula in the writer's hands.
            if i >= len(before) or row.get(code) != before[i].get(code):
                sheet.cell(i + 3, j).value = row.get(code)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def form_with_faults(seed: int, lang: str = "en") -> tuple[bytes, dict[str, tuple[Mapping[str, Any], int]], set[tuple[int, str, str]]]:
    """Return a form of 300 changed sites and 700 new ones, the sites that are there, and row, code of column and code of its 137 faults."""
    chance = random.Random(seed)
    own = own_of({f"site-{i}": record(i, chance) for i in range(300)})
    planted: list[tuple[int, str, str]] = []

    def edit(rows: list[Row]) -> None:
        for i in range(300):
            rows[i]["hours"] = f"changed {i}"
        for i in range(300, ROWS):
            good = table_row(i, chance)
            new = {name: good[name] for name in ("name_ar", "name_en", "kind", "lon", "lat")}
            rows.append(
                {
                    **dict.fromkeys(rows[0]),
                    **new,
                    "area": good["governorate"],
                    "service_1": "pharmacy",
                    "capacity_1": good["capacity"],
                    "step_free": "yes",
                }
            )
        there, new_rows = list(range(1, 300)), list(range(300, ROWS))
        chance.shuffle(there)
        chance.shuffle(new_rows)
        planted.extend(plant(rows, FORM_FAULTS_OF_IDS, there[:30]))
        planted.extend(plant(rows, FORM_FAULTS, [*there[30:50], *new_rows[: FAULTS - 50]]))
        for n, i in enumerate([*there[50:60], *new_rows[FAULTS : FAULTS + 30]]):
            FORM_MARKS[n % len(FORM_MARKS)](rows[i])

    body = edit_form(form_bytes(own, lang), edit)
    return body, own, {(i + 3, column, code) for i, column, code in planted}
