import csv
import dataclasses
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.exports.csv import neutralise, restore, write_csv
from data.exports.table import COLUMNS, clean
from tests.data.exports.cases import FORMULAS, TEXT_FIELDS, TEXTS, plain, table_and_meta, table_of, with_texts
from tests.make import make_registry


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def as_text(cell: object) -> str:
    return "" if cell is None else str(cell)


def test_the_file_begins_with_a_mark_and_ends_lines_as_excel_does() -> None:
    data = write_csv(*table_and_meta())
    assert data.startswith(b"\xef\xbb\xbfsite_id,")
    assert data.count(b"\r\n") == data.count(b"\n") == 21


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_every_cell_is_that_of_the_table(lang: str) -> None:
    table, meta = table_and_meta(lang=lang)
    header, *rows = read(write_csv(table, meta))
    assert header == [column.name for column in COLUMNS]
    assert [[restore(cell) for cell in row] for row in rows] == [[as_text(cell) for cell in row] for row in plain(table)]


def test_pandas_reads_the_same_numbers() -> None:
    table, meta = table_and_meta()
    found = pd.read_csv(io.BytesIO(write_csv(table, meta)))
    assert found["lon"].tolist() == pytest.approx(table["lon"].tolist(), nan_ok=True, abs=0)
    assert found["source_year"].tolist() == table["source_year"].tolist()


def test_hashtags_stand_under_the_header_on_request() -> None:
    table, meta = table_and_meta(make_registry(4, training=True), hxl=True)
    rows = read(write_csv(table, meta))
    assert rows[1] == [*(column.hxl for column in COLUMNS), "#meta+notice"]
    assert {"#adm1+code", "#adm1+name", "#geo+lat", "#geo+lon", "#org+name", "#activity+name", "#sector+name", "#status+code"} <= set(rows[1])
    assert len(rows) == 6
    assert {row[-1] for row in rows[2:]} == {meta.watermark}


def test_no_cell_of_any_text_field_can_run() -> None:
    registry = with_texts(make_registry(len(FORMULAS)), list(FORMULAS))
    table, meta = table_and_meta(registry)
    header, *rows = read(write_csv(table, meta))
    for name in (*TEXT_FIELDS, "name", "name_ar", "name_he", "name_en", "organisation"):
        cells = [row[header.index(name)] for row in rows]
        assert all(cell.startswith("'") for cell in cells), name
        assert [restore(cell) for cell in cells] == [clean(text) for text in FORMULAS]


def test_a_negative_number_stays_a_number() -> None:
    registry = make_registry(3)
    registry = dataclasses.replace(registry, sites=registry.sites.assign(lon=-0.5, lat=-1e-7))
    table, meta = table_and_meta(registry)
    header, *rows = read(write_csv(table, meta))
    assert {row[header.index("lon")] for row in rows} == {"-0.5"}
    assert pd.read_csv(io.BytesIO(write_csv(table, meta)))["lat"].tolist() == [-1e-7] * 3


def test_ten_thousand_rows_are_complete() -> None:
    table, meta = table_and_meta(make_registry(10_000))
    header, *rows = read(write_csv(table, meta))
    assert len(rows) == 10_000
    assert {len(row) for row in rows} == {len(header)}
    assert [row[0] for row in rows] == table["site_id"].tolist()
    assert [row[-1] for row in rows] == table["source_licence"].tolist()


@pytest.mark.parametrize("text", ["", "Main St 5", "مركز", "מרכז", "'Ayn", "a=b", "1+1", "#adm1", " x", "'", "0"])
def test_harmless_texts_stay_as_they_are(text: str) -> None:
    assert neutralise(text) == text == restore(text)


@settings(deadline=None)
@given(st.one_of(st.text(), st.sampled_from(FORMULAS), st.builds(lambda a, b: a + b, st.text(" '\t\u200b＝=+-@", max_size=5), st.text(max_size=5))))
def test_what_is_neutralised_is_restored_and_runs_nowhere(text: str) -> None:
    safe = neutralise(text)
    assert restore(safe) == text
    assert safe[:1] not in set("=+-@\t\r\n＝＋－＠")
    assert safe in (text, "'" + text)


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_any_text_comes_back(texts: list[str]) -> None:
    table, meta, expected = table_of(texts)
    header, *rows = read(write_csv(table, meta))
    for name in (*TEXT_FIELDS, "name_he"):
        assert [restore(row[header.index(name)]) for row in rows] == expected
