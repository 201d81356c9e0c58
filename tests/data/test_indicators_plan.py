"""Files of indicator values on the real packs: laid out long or wide, areas in three languages, and every cell that is refused with its reason."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.indicators_cells import AreaNames, read_amount, read_month, read_year
from data.indicators_plan import ValuesPlan, new_names, plan_values, read_upload
from data.indicators_said import NewIndicator, SourceSaid, ValuesAsked
from data.packs import load_packs
from data.sources.table import RawTable
from geo.errors import InputError
from geo.model import LANGUAGES, Scope
from geo.registry import Registry
from tests.make import make_registry

MINISTRY = Scope("ministry", 0, "boss")
PLANNER = Scope("planner", 0, "rana", ("PS0150",))
SOURCE = SourceSaid("Survey of spring", "Statistics office", 2025, "CC BY 4.0")
Planned = Callable[..., ValuesPlan]


def real_registry() -> Registry:
    """Return the packs as a registry without sites."""
    packs, made = load_packs(), make_registry(1)
    names = {
        str(entity): some.pivot_table(index="entity_id", columns="lang", values="text", aggfunc="first")
        .reindex(columns=list(LANGUAGES))
        .astype("string")
        for entity, some in packs.names.groupby("entity")
    }
    return Registry(
        version="packs", areas=packs.areas, localities=packs.localities, terms=packs.terms, sources=packs.sources, indicators=packs.indicators,
        values=packs.values, organisations=made.organisations.iloc[:0], sites=made.sites.iloc[:0], names=made.names | names, today=made.today,
    )  # fmt: skip


REGISTRY = real_registry()


def asked(**more: object) -> ValuesAsked:
    return ValuesAsked(**({"indicator": "poverty_rate", "year": 2024, "status": "estimate", "source": SOURCE} | more))  # type: ignore[arg-type]


def table(*rows: tuple[object, ...]) -> RawTable:
    texts = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows)
    return RawTable(texts[0], texts[1:], tuple(range(2, len(rows) + 1)))


def plan(*rows: tuple[object, ...], scope: Scope = MINISTRY, **more: object) -> ValuesPlan:
    return plan_values(table(*rows), REGISTRY, asked(**more), scope)


def found(one: ValuesPlan) -> dict[tuple[str, str, int], float]:
    return {(v["indicator_id"], v["area_id"], v["year"]): v["value"] for v in one.values.to_dict("records")}


def codes(one: ValuesPlan) -> list[tuple[int, str, str]]:
    return [(cell.row, cell.column, cell.code.removeprefix("indicators.")) for cell in one.cells]


@pytest.mark.parametrize("text", ["PS0150", "ps-hbn", "Hebron", "hebron governorate", "الخليل", "محافظة الخَلِيل", "חברון", "HEBRÓN"])
def test_an_area_is_found_by_id_iso_code_and_name_in_three_languages_however_spelt(text: str) -> None:
    assert found(plan(("area", "value"), (text, "12.5"))) == {("poverty_rate", "PS0150", 2024): 12.5}


@pytest.mark.parametrize(("text", "area"), [("West Bank", "PS01"), ("الضفة الغربية", "PS01"), ("PS02", "PS02"), ("Syria", "SY"), ("فلسطين", "PS")])
def test_regions_and_countries_are_areas_too(text: str, area: str) -> None:
    assert set(found(plan(("area", "value"), (text, "12")))) == {("poverty_rate", area, 2024)}


def test_an_unknown_area_is_refused_with_the_three_nearest() -> None:
    one = plan(("governorate", "value"), ("Hebrom", 3), ("نابلص", 4))
    assert codes(one) == [(2, "governorate", "area_unknown"), (3, "governorate", "area_unknown")]
    near = [str(cell.params["nearest"]).split("; ") for cell in one.cells]
    assert [len(some) for some in near] == [3, 3]
    assert [some[0][-7:-1] for some in near] == ["PS0150", "PS0115"]
    assert len(one.values) == 0
    assert one.refused == 2


def test_a_name_that_two_countries_share_needs_the_country_or_the_code() -> None:
    assert codes(plan(("area", "value"), ("Jerusalem", 3))) == [(2, "area", "area_ambiguous")]
    assert set(found(plan(("area", "country", "value"), ("Jerusalem", "Palestine", 3), ("القدس", "ישראל", 4)))) == {
        ("poverty_rate", "PS0140", 2024), ("poverty_rate", "IL-JM", 2024),
    }  # fmt: skip
    assert set(found(plan(("area", "value"), ("Jerusalem", 3), country="IL"))) == {("poverty_rate", "IL-JM", 2024)}
    assert set(found(plan(("pcode", "area", "value"), ("PS0140", "Jerusalem", 3)))) == {("poverty_rate", "PS0140", 2024)}


def test_code_and_name_of_two_areas_are_refused_and_a_region_beside_a_governorate_says_nothing() -> None:
    assert codes(plan(("pcode", "area", "value"), ("PS0150", "Nablus", 3))) == [(2, "area", "areas_differ")]
    one = plan(("region", "governorate", "value"), ("West Bank", "Nablus", 3))
    assert (set(found(one)), one.cells) == ({("poverty_rate", "PS0115", 2024)}, ())


def test_the_column_of_areas_is_found_by_what_is_in_it() -> None:
    assert set(found(plan(("where", "value"), ("Nablus", 1), ("Hebron", 2)))) == {("poverty_rate", "PS0115", 2024), ("poverty_rate", "PS0150", 2024)}
    with pytest.raises(InputError) as error:
        plan(("where", "value"), ("on the moon", 1))
    assert error.value.code == "indicators.no_area_column"


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [("12.5", "%", 12.5), ("١٢٫٥", "%", 12.5), ("۱۲٫۵", "%", 12.5), ("12,5", "%", 12.5), ("12.5 %", "%", 12.5), ("١٢٫٥٪", "%", 12.5), ("100", "%", 100),
     ("1,234", "people", 1234), ("١٬٢٣٤٬٥٦٧", "people", 1234567), ("1 234 567", "people", 1234567), ("1,234,567.5", "index", 1234567.5), ("-1.25", "index", -1.25),
     ("−3", "index", -3), ("0", "people", 0), ("1.5e+3", "people", 1500)],
)  # fmt: skip
def test_numbers_are_read_in_any_digits(text: str, unit: str, value: float) -> None:
    one = plan(("area", "value"), ("PS0150", text), indicator="", new=NewIndicator({"en": "A new one"}, unit))
    assert list(found(one).values()) == [value], codes(one)


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [("many", "%", "not_a_number"), ("12 to 13", "%", "not_a_number"), ("1.2.3", "people", "not_a_number"), ("inf", "index", None), ("1e999", "index", "not_a_number"),
     ("100.1", "%", "over_100"), ("١٢٠", "% of households", "over_100"), ("-1", "people", "negative"), ("-0.5", "%", "negative"), ("-1", "per 1,000 people", "negative"),
     ("12%", "people", "percent_sign"), ("1,234", "index", "comma"), ("=1+1", "people", "not_a_number"), ("(5)", "people", "not_a_number")],
)  # fmt: skip
def test_what_is_no_fit_number_is_refused_by_row_and_column(text: str, unit: str, code: str | None) -> None:
    one = plan(("area", "value"), ("PS0150", text), indicator="", new=NewIndicator({"en": "A new one"}, unit))
    assert codes(one) == [(2, "value", code or "not_a_number")]
    assert len(one.values) == 0


def test_blank_cells_stay_unknown_and_are_never_zero() -> None:
    one = plan(("area", "2023", "2024"), ("PS0150", "", "-"), ("PS0115", "n/a", "0"), ("", "", ""))
    assert found(one) == {("poverty_rate", "PS0115", 2024): 0.0}
    assert (one.filled, one.blank, one.refused, one.cells) == (1, 3, 0, ())


@pytest.mark.parametrize(
    ("text", "code"), [("1899", "year_range"), ("2027", "year_range"), ("last year", "year_unreadable"), ("2024/25", "year_unreadable")]
)
def test_a_year_out_of_range_or_unreadable_is_refused(text: str, code: str) -> None:
    assert codes(plan(("area", "year", "value"), ("PS0150", text, 3), ("PS0150", "٢٠٢٤", 4)))[0] == (2, "year", code)


def test_two_values_for_the_same_cell_are_both_refused_and_equal_ones_taken_once() -> None:
    one = plan(("area", "value"), ("PS0150", 3), ("Hebron", 4), ("PS0115", 5), ("Nablus", 5))
    assert codes(one) == [(2, "value", "twice"), (3, "value", "twice"), (5, "value", "repeated")]
    assert {str(cell.params["rows"]) for cell in one.cells if cell.code == "indicators.twice"} == {"2, 3"}
    assert found(one) == {("poverty_rate", "PS0115", 2024): 5.0}
    assert one.filled == len(one.values) + one.refused == 4


def test_wide_by_indicator_finds_them_by_name_with_the_unit_behind_and_tells_what_it_does_not_read() -> None:
    one = plan(("المحافظة", "نسبة الفقر", "Unemployment rate (%)", "remarks"), ("الخليل", "١٢", "17", "x"), indicator="")
    assert found(one) == {("poverty_rate", "PS0150", 2024): 12.0, ("unemployment", "PS0150", 2024): 17.0}
    assert [(cell.column, cell.code, cell.severity) for cell in one.cells] == [("remarks", "indicators.unread_column", "flag")]


def test_a_long_file_names_indicator_unit_status_and_source_row_by_row() -> None:
    head = ("area", "indicator", "year", "value", "unit", "status", "source")
    one = plan(head, ("PS0150", "Population", "2020", "7", "people", "derived", "Own count"), ("PS0150", "popolation", "2020", "7", "", "", ""),
               ("PS0150", "population", "2020", "7", "km", "", ""), ("PS0150", "population", "2020", "8", "", "sure", ""), indicator="")  # fmt: skip
    assert codes(one) == [(3, "indicator", "indicator_unknown"), (4, "unit", "unit_differs"), (5, "status", "status_unknown")]
    assert "Population" in str(one.cells[0].params["nearest"])
    assert one.values[["status", "source", "unit"]].iloc[0].tolist() == ["derived", "Own count", "people"]


def test_a_spreadsheets_shares_are_flagged() -> None:
    one = plan(("area", "value"), ("PS0150", "0.125"), ("PS0115", "0.5"))
    assert [(cell.code, cell.severity) for cell in one.cells] == [("indicators.shares", "flag")]
    assert len(one.values) == 2


def test_a_planner_adds_to_own_areas_alone_and_never_as_official() -> None:
    one = plan(("area", "value", "status"), ("PS0150", 3, ""), ("PS0115", 3, ""), ("PS01", 3, ""), ("PS0150", 3, "official"), scope=PLANNER)
    assert codes(one) == [(3, "area", "not_own_area"), (4, "area", "not_own_area"), (5, "status", "status_row")]
    assert set(found(one)) == {("poverty_rate", "PS0150", 2024)}
    for scope in (PLANNER, Scope("ministry", 3, "command line"), Scope("ministry", 3)):
        with pytest.raises(InputError) as error:
            plan(("area", "value"), ("PS0150", 3), scope=scope, status="official")
        assert error.value.code == "indicators.status_not_allowed"
    assert plan(("area", "value"), ("PS0150", 3), status="official").values["status"].tolist() == ["official"]


@pytest.mark.parametrize(
    "scope", [Scope(), Scope("partner", 3, "p", (), "org"), Scope("admin", 3, "a"), Scope("planner", 3, "x"), Scope("nobody", 3, "x", ("PS",))]
)
def test_nobody_else_adds_anything(scope: Scope) -> None:
    assert [code for *_, code in codes(plan(("area", "value"), ("PS0150", 3), scope=scope))] == ["not_own_area"]


@pytest.mark.parametrize("field", ["title", "publisher", "licence", "year"])
def test_a_source_needs_its_four_fields(field: str) -> None:
    said = replace(SourceSaid("T", "P", 2024, "L"), **{field: None if field == "year" else "  "})  # type: ignore[arg-type]
    with pytest.raises(InputError) as error:
        plan(("area", "value"), ("PS0150", 3), source=said)
    assert error.value.code == f"indicators.missing_{field}"


def test_an_unknown_indicator_needs_names_and_a_unit_of_the_list() -> None:
    with pytest.raises(InputError) as error:
        plan(("area", "value"), ("PS0150", 3), indicator="happiness")
    assert error.value.code == "indicators.unknown_indicator_given"
    for new in (NewIndicator({}, "people"), NewIndicator({"en": "Happiness"}, "smiles"), NewIndicator({"en": "Happiness"}, "people", 5)):
        with pytest.raises(InputError) as error:
            plan(("area", "value"), ("PS0150", 3), indicator="", new=new)
        assert error.value.code in ("indicators.new_incomplete", "indicators.unknown_indicator_given")
    one = plan(("area", "value"), ("PS0150", 3), indicator="", new=NewIndicator(new_names("السعادة"), "index"))
    assert [(names.names, names.unit) for names in one.new.values()] == [({"ar": "السعادة"}, "index")]
    again = plan(("area", "value"), ("PS0150", 3), indicator="", new=NewIndicator({"en": "poverty  RATE"}, "index"))
    assert (again.new, set(found(again))) == ({}, {("poverty_rate", "PS0150", 2024)})


def test_other_formats_are_refused() -> None:
    with pytest.raises(InputError) as error:
        read_upload(b'{"type": "FeatureCollection", "features": []}')
    assert error.value.code in ("indicators.format", "import.empty")
    with pytest.raises(InputError):
        read_upload(b"PK\x03\x04 nothing")


def test_workbook_and_csv_say_the_same() -> None:
    rows = [("area", "2023", "2024"), ("Hebron", 12.5, None), ("نابلس", "١٣", 14)]
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    plans = [plan_values(read_upload(body)[1], REGISTRY, asked(), MINISTRY) for body in (out.getvalue(), text.getvalue().encode("utf-8-sig"))]
    assert (
        found(plans[0])
        == found(plans[1])
        == {("poverty_rate", "PS0150", 2023): 12.5, ("poverty_rate", "PS0115", 2023): 13.0, ("poverty_rate", "PS0115", 2024): 14.0}
    )


AREA_IDS = [str(area) for area in REGISTRY.governorates.index]
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(AREA_IDS), st.integers(1990, 2025)), st.integers(0, 100_000).map(lambda n: n / 1000), min_size=1, max_size=40
)


@given(CELLS, st.sampled_from(LANGUAGES))
def test_long_and_wide_are_one(cells: dict[tuple[str, int], float], lang: str) -> None:
    names = AreaNames(REGISTRY)

    def name(area_id: str) -> str:
        label = REGISTRY.label("area", area_id, lang)
        return label if names.find(label) == (area_id,) else area_id

    long = plan(("area", "year", "value"), *((name(area), year, value) for (area, year), value in cells.items()))
    years = sorted({year for _, year in cells})
    areas = sorted({area for area, _ in cells})
    wide = plan(("area", *years), *((name(area), *(cells.get((area, year)) for year in years)) for area in areas))
    expected = {("poverty_rate", area, year): value for (area, year), value in cells.items()}
    assert found(long) == found(wide) == expected
    assert wide.blank == len(areas) * len(years) - len(cells)
    assert {cell.code for cell in (*long.cells, *wide.cells)} <= {"indicators.shares"}


@given(st.text(max_size=30), st.booleans())
def test_any_text_is_a_number_or_none(text: str, counted: bool) -> None:
    value, code = read_amount(text, counted=counted)
    assert math.isnan(value) is bool(code)
    assert read_year(text) is None or 1000 <= (read_year(text) or 0) < 3000
    month = read_month(text)
    assert month is None or 1 <= month[1] <= 12


@given(st.integers(0, 10**9))
def test_whole_numbers_come_back_with_thousands_in_every_writing(number: int) -> None:
    eastern = str.maketrans("0123456789,", "٠١٢٣٤٥٦٧٨٩٬")
    for text in (str(number), f"{number:,}", f"{number:,}".translate(eastern), f"{number:,}".replace(",", "\u202f")):
        assert read_amount(text, counted=True) == (float(number), "")
