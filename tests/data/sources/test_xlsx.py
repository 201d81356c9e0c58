from __future__ import annotations

import datetime as dt
import io

import pytest
import xlsxwriter

from data.sources import xlsx
from geo.errors import InputError
from tests.data.sources.help import xlsx_bytes


def test_cells_become_text_as_a_person_reads_them() -> None:
    table = xlsx.read(xlsx_bytes([["name", "code", "share", "open"], ["مركز", 1010000.0, 0.25, True], ["מרכז", 7, -1.5, False]]))
    assert table.rows == (("مركز", "1010000", "0.25", "yes"), ("מרכז", "7", "-1.5", "no"))


def test_row_numbers_are_those_of_the_sheet() -> None:
    table = xlsx.read(xlsx_bytes([["name", "kind"], ["a", "x"], [], ["b", "y"]], at=(3, 2)))
    assert table.headers == ("name", "kind")
    assert table.numbers == (5, 7)


def test_days_are_iso() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "day"])
        sheet.write(1, 0, "a")
        sheet.write_datetime(1, 1, dt.date(2026, 11, 22), book.add_format({"num_format": "dd/mm/yyyy"}))
    assert xlsx.read(out.getvalue()).rows == (("a", "2026-11-22"),)


def test_first_sheet_with_cells_is_read() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("empty")
        book.add_worksheet("full").write_column(0, 0, ["name", "a"])
        book.get_worksheet_by_name("full").write_column(0, 1, ["kind", "x"])
    assert xlsx.read(out.getvalue()).rows == (("a", "x"),)


def test_formula_is_its_last_value_and_never_run() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "kind"])
        sheet.write_formula(1, 0, '=HYPERLINK("http://x","click")', None, "click")
        sheet.write(1, 1, "clinic")
    assert xlsx.read(out.getvalue()).rows == (("click", "clinic"),)


def test_workbook_without_cells_is_empty() -> None:
    with pytest.raises(InputError) as raised:
        xlsx.read(xlsx_bytes([]))
    assert raised.value.code == "import.empty"


def test_archive_within_the_limits_passes() -> None:
    assert "xl/workbook.xml" in xlsx.check_zip(xlsx_bytes([["name"] * 20] * 2000))


def test_sheet_of_sites_is_read_wherever_it_stands() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, cells in (("Notes", [["how", "to"], ["fill", "in"]]), ("sites", [["a", "b"], ["1", "2"]]), ("lists", [["x", "y"], ["z", "z"]])):
            sheet = book.add_worksheet(name)
            for i, line in enumerate(cells):
                sheet.write_row(i, 0, line)
    assert xlsx.read(out.getvalue()).headers == ("a", "b")
