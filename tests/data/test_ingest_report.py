"""The report as text and as a workbook: complete, in three languages, and harmless to open."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

from data.exports.error_workbook import FLAG_COLOUR, REJECT_COLOUR, error_workbook
from data.ingest import ImportPlan, plan_import, report_text
from i18n import LANGUAGES, translator
from tests.data.sources.help import csv_bytes, pack_registry

ROOT = Path(__file__).parents[2]
BAD = csv_bytes(
    ["id", "name", "kind", "lon", "lat", "phone", "note"],
    ["1", "Good", "clinic", "35.0938", "31.5294", "", "=1+1"],
    ["2", '=HYPERLINK("http://x")', "spaceport", "35.0938", "31.5294", "", "@x"],
    ["3", "Flagged", "clinic", "35.0938", "31.5294", "call us", "{name} {0}"],
    ["4", "Swapped", "clinic", "31.5294", "35.0938", "", ""],
    ["1", "Twice", "clinic", "35.0938", "31.5294", "", ""],
)


@pytest.fixture(scope="module")
def bad() -> ImportPlan:
    return plan_import(BAD.replace(b'=HYPERLINK("http://x")', b'"=HYPERLINK(""http://x"")"'), "bad.csv", pack_registry())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_report_has_one_line_a_cell_with_row_column_value_reason_and_fix(bad: ImportPlan, lang: str) -> None:
    tr = translator(lang)
    lines = report_text(bad, tr).splitlines()
    assert len(lines) == len(bad.cells) == 4
    for line, cell in zip(lines, bad.cells, strict=True):
        assert str(cell.row) in line
        assert cell.column in line
        assert cell.value in line
        assert tr(f"error.{cell.code}", **cell.params) in line
        assert tr(f"fix.{cell.code}", **cell.params) in line
        assert "{" not in line


def test_account_of_the_file(bad: ImportPlan) -> None:
    assert (bad.rows_total, bad.accepted, bad.rejected) == (5, 2, 3)
    assert [cell.row for cell in bad.cells] == [3, 4, 5, 6]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_workbook_repeats_every_row_and_marks_the_bad_cells(bad: ImportPlan, lang: str) -> None:
    tr = translator(lang)
    book = openpyxl.load_workbook(io.BytesIO(error_workbook(bad, tr, rtl=tr.direction == "rtl")))
    rows, issues = book.worksheets
    assert bool(rows.sheet_view.rightToLeft) == (lang != "en")
    assert [[cell.value for cell in line][1] for line in rows.iter_rows(min_row=2)] == ["1", "2", "3", "4", "1"]
    assert [line[0].value for line in rows.iter_rows(min_row=2)] == [2, 3, 4, 5, 6]
    red, yellow = REJECT_COLOUR.removeprefix("#"), FLAG_COLOUR.removeprefix("#")

    def colour(line: int, column: int) -> str:
        fill = rows.cell(line, column).fill
        return fill.fgColor.rgb[-6:] if fill.fill_type else ""

    assert colour(3, 4) == red
    assert tr("error.import.kind_unknown") in rows.cell(3, 4).comment.text
    assert colour(4, 7) == yellow
    assert tr("fix.import.phone_unreadable") in rows.cell(4, 7).comment.text
    assert [colour(6, j) for j in range(1, 9)] == [red] * 8
    assert [colour(2, j) for j in range(1, 9)] == [""] * 8
    assert issues.max_row == 1 + len(bad.cells)
    assert [line[0].value for line in issues.iter_rows(min_row=2)] == [3, 4, 5, 6]


def test_workbook_holds_no_formula_and_no_link(bad: ImportPlan) -> None:
    data = error_workbook(bad, translator("en"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                assert not str(cell.value or "").startswith(("=", "@", "+"))
    assert book.worksheets[0].cell(3, 3).value == '\'=HYPERLINK("http://x")'


def test_marked_workbook_can_be_imported_again(bad: ImportPlan) -> None:
    again = plan_import(error_workbook(bad, translator("en")), "bad.xlsx", pack_registry())
    assert (again.accepted, again.rejected) == (bad.accepted, bad.rejected)
    assert [cell.code for cell in again.cells] == [cell.code for cell in bad.cells]


def used_codes() -> set[str]:
    files = [*ROOT.glob("data/**/*.py"), *ROOT.glob("geo/*.py")]
    return {code for path in files for code in re.findall(r'"(import\.[a-z_]+)"', path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_a_reason_and_a_fix(lang: str) -> None:
    tr = translator(lang)
    assert len(used_codes()) > 80
    missing = [key for code in sorted(used_codes()) for key in (f"error.{code}", f"fix.{code}") if not tr.has(key)]
    assert not missing


def words_of(lang: str) -> dict[str, str]:
    text = (ROOT / "i18n" / "locale" / lang / "import.po").read_text(encoding="utf-8")
    return dict(re.findall(r'msgid "([^"]+)"\nmsgstr "((?:[^"\\]|\\.)*)"', text))


@pytest.mark.parametrize("lang", ["ar", "he"])
def test_catalogues_have_the_same_keys_and_placeholders(lang: str) -> None:
    english, own = words_of("en"), words_of(lang)
    assert own.keys() == english.keys()
    for key, text in own.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english[key])), key


def test_no_words_are_left_over() -> None:
    said = {key.removeprefix("error.") for key in words_of("en") if key.startswith("error.")}
    assert said - used_codes() == set()
