import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from data.exports import xlsx
from data.exports.meta import AREA_COLUMNS
from data.exports.table import COLUMNS, clean
from data.exports.xlsx import MOST_SIGNS, write_xlsx
from geo.errors import InputError
from i18n import translator
from tests.data.exports.cases import FORMULAS, TEXT_FIELDS, TEXTS, plain, table_and_meta, table_of, with_texts
from tests.make import make_registry


def read(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def cells(book: Workbook, sheet: str) -> list[list[object]]:
    return [[cell.date() if isinstance(cell, dt.datetime) else cell for cell in row] for row in book[sheet].iter_rows(values_only=True)]


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_every_cell_is_that_of_the_table(lang: str) -> None:
    table, meta = table_and_meta(lang=lang)
    header, *rows = cells(read(write_xlsx(table, meta)), "sites")
    assert header == [column.name for column in COLUMNS]
    assert rows == [[None if cell == "" else cell for cell in row] for row in plain(table)]


def test_the_areas_are_those_of_the_counts() -> None:
    table, meta = table_and_meta()
    header, *rows = cells(read(write_xlsx(table, meta)), "areas")
    assert header == list(AREA_COLUMNS)
    wanted = plain(pd.DataFrame(meta.areas.drop(columns="geometry")))
    assert len(rows) == len(wanted) == 4
    for row, expected in zip(rows, wanted, strict=True):
        for cell, right in zip(row, expected, strict=True):
            assert cell == (pytest.approx(right, rel=1e-14) if isinstance(right, float) else right or (None if right == "" else right))


@pytest.mark.parametrize(("lang", "rtl"), [("ar", True), ("he", True), ("en", False)])
def test_sheets_run_as_the_language_does_and_keep_their_header_in_sight(lang: str, rtl: bool) -> None:
    book = read(write_xlsx(*table_and_meta(lang=lang)))
    assert book.sheetnames == ["sites", "areas", "about"]
    assert [bool(sheet.sheet_view.rightToLeft) for sheet in book] == [rtl] * 3
    assert book["sites"].freeze_panes == book["areas"].freeze_panes == "A2"
    assert book["sites"].auto_filter.ref == "A1:AR21"
    assert book["sites"].column_dimensions["B"].width > 30


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_about_says_what_was_asked_for_and_where_it_is_from(lang: str) -> None:
    table, meta = table_and_meta(lang=lang)
    rows = cells(read(write_xlsx(table, meta)), "about")
    words = translator(lang)
    facts = {row[0]: row[1] for row in rows if row[0]}
    assert facts[words("export.about.filter")] == "فلتر"
    assert facts[words("export.about.data_version")] == meta.data_version
    assert facts[words("export.about.created")] == "2026-11-22"
    assert facts[words("export.about.disclaimer")] == words("export.disclaimer")
    assert ["invented", "Invented for a test", None, 2026, "CC0", "demo", None] in [row[:7] for row in rows]
    assert facts["services_label"] == words("export.column.services_label")
    assert facts["need_value"] == words("export.column.need_value")


def test_invented_data_is_marked_on_every_sheet() -> None:
    table, meta = table_and_meta(make_registry(3, training=True), lang="en")
    book = read(write_xlsx(table, meta))
    for sheet in book:
        assert "TRAINING" in sheet.oddHeader.center.text
        assert "TRAINING" in sheet.oddFooter.center.text
    assert meta.watermark in [row[1] for row in cells(book, "about")]
    assert [row[-1] for row in cells(book, "sites")] == ["notice", *[meta.watermark] * 3]
    assert cells(book, "areas")[1][-1] == meta.watermark
    assert "TRAINING" not in (read(write_xlsx(*table_and_meta(lang="en")))["sites"].oddHeader.center.text or "")


def test_hashtags_stand_under_the_header_on_request() -> None:
    book = read(write_xlsx(*table_and_meta(hxl=True)))
    assert cells(book, "sites")[1] == [column.hxl for column in COLUMNS]
    assert cells(book, "areas")[1] == [tag for _, tag in AREA_COLUMNS.values()]
    assert book["sites"].freeze_panes == "A3"
    assert len(cells(book, "sites")) == 22


def test_no_text_becomes_a_formula_or_a_link() -> None:
    payloads = [*FORMULAS, "https://example.org", "mailto:x@example.org", "internal:Sheet1!A1", "{=1+1}"]
    registry = with_texts(make_registry(len(payloads)), payloads)
    table, meta = table_and_meta(registry)
    book = read(write_xlsx(table, meta))
    header, *rows = list(book["sites"].iter_rows())
    for cell in (cell for row in rows for cell in row):
        assert cell.data_type != "f"
        assert cell.hyperlink is None
    place = {cell.value: i for i, cell in enumerate(header)}
    for name in (*TEXT_FIELDS, "name", "name_ar", "organisation"):
        assert [row[place[name]].value for row in rows] == [clean(text) for text in payloads]
    assert all(row[place["note"]].quotePrefix for row in rows[: len(FORMULAS)])
    assert not rows[-1][place["kind"]].quotePrefix


def test_ten_thousand_rows_are_complete() -> None:
    table, meta = table_and_meta(make_registry(10_000))
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(table, meta)), read_only=True)
    rows = list(book["sites"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 10_000
    assert [row[0] for row in rows] == table["site_id"].tolist()
    assert {row[-1] for row in rows} == {"CC0"}
    filled = [sum(cell not in ("", None) for cell in row) for row in plain(table)]
    assert [sum(cell is not None for cell in row) for row in rows] == filled
    book.close()


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 20)
    with pytest.raises(InputError) as error:
        write_xlsx(*table_and_meta())
    assert (error.value.code, error.value.params) == ("export.too_many_rows", {"count": 20, "most": 19})


def test_a_text_longer_than_a_cell_says_that_it_goes_on() -> None:
    table, meta = table_and_meta(with_texts(make_registry(1), ["ن" * (MOST_SIGNS + 1)]))
    note = cells(read(write_xlsx(table, meta)), "sites")[1][[column.name for column in COLUMNS].index("note")]
    assert len(note) == MOST_SIGNS
    assert note.endswith("ن…")


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_any_text_comes_back(texts: list[str]) -> None:
    table, meta, expected = table_of(texts)
    header, *rows = cells(read(write_xlsx(table, meta)), "sites")
    for name in (*TEXT_FIELDS, "name_he"):
        assert [row[header.index(name)] or "" for row in rows] == expected
