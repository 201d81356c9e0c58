from __future__ import annotations

import pytest

from data.sources.table import MAX_ROWS, cell_text, check_size, grid_table, unique_headers
from geo.errors import InputError


def lines(*rows: list[object]) -> object:
    return enumerate(rows, start=1)


def test_numbers_are_those_that_a_person_sees() -> None:
    table = grid_table(lines(["title"], [], ["name", "kind"], ["a", "clinic"], [], ["b", "school"]))
    assert table.headers == ("name", "kind")
    assert table.rows == (("a", "clinic"), ("b", "school"))
    assert table.numbers == (4, 6)


def test_hashtags_under_the_header_are_no_row() -> None:
    table = grid_table(lines(["name", "kind"], ["#loc +name", "#loc+type"], ["1", "2"]))
    assert (table.rows, table.numbers) == ((("1", "2"),), (3,))


def test_short_rows_are_filled_and_long_rows_are_told() -> None:
    table = grid_table(lines(["a", "b"], ["1"], ["1", "2", "3"], ["1", "2", "", " "]))
    assert table.rows == (("1", ""), ("1", "2"), ("1", "2"))
    assert [(issue.row, issue.code, issue.value) for issue in table.issues] == [(3, "import.long_row", "3")]


def test_headers_are_unique_named_and_plain() -> None:
    assert unique_headers(["a", "", "a", "b\n\x00c\u202e", None]) == ("a", "column 2", "a (2)", "b c", "column 5")


@pytest.mark.parametrize(("value", "text"), [(None, ""), (True, "yes"), (3.0, "3"), (0.1, "0.1"), (1e300, "1e+300"), ("x", "x"), (7, "7")])
def test_cell_text(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_limits() -> None:
    check_size(rows=MAX_ROWS)
    with pytest.raises(InputError):
        check_size(rows=MAX_ROWS + 1)
