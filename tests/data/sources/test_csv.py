from __future__ import annotations

import csv as writer
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.sources import csv
from geo.errors import InputError
from tests.data.sources.help import csv_bytes

HEBREW, ARABIC = "מרכז קהילתי בירושלים", "مركز العمل المجتمعي"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("text", [HEBREW, ARABIC, "Zürich – “x”"])
def test_unicode_is_read_whatever_its_script(encoding: str, text: str) -> None:
    assert csv.read(csv_bytes(["name", "kind"], [text, "x"], encoding=encoding)).rows == ((text, "x"),)


@pytest.mark.parametrize(("encoding", "text"), [("cp1255", HEBREW), ("cp1256", ARABIC), ("cp1255", "שלום – “עולם”"), ("cp1256", "مؤسسة، «الأمل»")])
def test_windows_encodings_are_told_apart_by_their_letters(encoding: str, text: str) -> None:
    data = csv_bytes(["name", "kind"], [text, "x"], encoding=encoding)
    assert csv.find_encoding(data) == encoding
    assert csv.read(data).rows == ((text, "x"),)


def test_mixed_file_is_refused_with_its_line() -> None:
    data = b"name,kind\nx,y\n" + f"{HEBREW},a\n".encode("cp1255") + b"plain,a\n" + f"{ARABIC},a\n".encode("cp1256")
    with pytest.raises(InputError) as raised:
        csv.read(data)
    assert raised.value.params == {"line": 5, "first": "Windows-1255", "second": "Windows-1256"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(delimiter: str) -> None:
    text = f"name{delimiter}kind{delimiter}note\na{delimiter}clinic{delimiter}x\n"
    assert csv.read(text.encode()).headers == ("name", "kind", "note")


def test_comma_inside_quotes_is_text() -> None:
    assert csv.read(b'name,kind\n"a, b",clinic\n').rows == (("a, b", "clinic"),)


def test_row_with_line_break_counts_as_one() -> None:
    table = csv.read(b'name,kind\n"a\nb",x\nc,y\n')
    assert table.numbers == (2, 3)


cells = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\x00"), max_size=20)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=20))
def test_every_row_written_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    out = io.StringIO()
    write = writer.writer(out)
    write.writerow(["name", "kind", "note"])
    write.writerow(["first", "row", "plain"])
    write.writerows(rows)
    assert csv.read(out.getvalue().encode()).rows[1:] == tuple(rows)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_one_error(data: bytes) -> None:
    try:
        table = csv.read(data)
    except InputError as error:
        assert error.code.startswith("import.")  # noqa: PT017 - either end is fine, a crash is not
    else:
        assert len(table.rows) == len(table.numbers)
