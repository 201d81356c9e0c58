"""Tables of ids and numbers: what is read, what is refused, and that writing loses nothing."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.plain_tables import LARGEST, Field, read_plain_number, read_table, write_table
from geo.errors import InputError, SchemaError

FIELDS = (Field("id", "id", unique=True), Field("value", "any_number", empty=""), Field("extra", "text", required=False))


def read(folder: Path, text: str, fields: tuple[Field, ...] = FIELDS) -> pd.DataFrame:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return read_table(folder / "t.csv", fields)


@pytest.mark.parametrize(("text", "number"), [
    ("12", 12), (" ١٢٫٥ ", 12.5), ("۱۲", 12), ("１２", 12), ("١٬٢٠٠", 1200), ("−3", -3), ("1e3", 1000), (".5", 0.5), ("inf", math.inf),
    ("1,200", math.nan), ("1 000", math.nan), ("²", math.nan), ("½", math.nan), ("nan", math.nan), ("0x10", math.nan), ("1_000", math.nan), ("", math.nan),
    ("\u200f12\u200e", 12), ("\u202b ١٢ \u202c", 12), ("\u200f", math.nan),
])  # fmt: skip
def test_numbers_of_any_script(text: str, number: float) -> None:
    assert read_plain_number(text) == pytest.approx(number, nan_ok=True)


def test_rows_keep_their_numbers_and_ids_their_zeros(tmp_path: Path) -> None:
    found = read(tmp_path, "\ufeffvalue,id,other\n\n1,007,x\n,,\n ,b,y\n")
    assert found.index.tolist() == [3, 5]
    assert found["id"].tolist() == ["007", "b"]
    assert found["value"].tolist() == pytest.approx([1, math.nan], nan_ok=True)
    assert list(found.columns) == ["id", "value"]
    assert found.attrs["ignored"] == ["other"]
    assert read(tmp_path, "id,value,extra\na,1, x \n")["extra"].tolist() == ["x"]
    assert read(tmp_path, "id,value\n").empty


@pytest.mark.parametrize(("text", "faults"), [
    ("id\na\n", [(1, "value", "access.column_missing")]),
    ("id,value,id\na,1,b\n", [(1, "id", "access.header_twice")]),
    ("id,value\na,1,2\nb\nc,3\n", [(2, "", "access.cells"), (3, "", "access.cells")]),
    ("id,value\na,x\na,inf\n,5\n", [(2, "value", "access.number"), (3, "id", "access.id_again"), (3, "value", "access.finite"), (4, "id", "access.empty")]),
])  # fmt: skip
def test_every_fault_is_listed(tmp_path: Path, text: str, faults: list[tuple[int, str, str]]) -> None:
    with pytest.raises(SchemaError) as found:
        read(tmp_path, text)
    assert [(cell.row, cell.column, cell.code) for cell in found.value.cells] == faults
    assert {cell.params["file"] for cell in found.value.cells} == {"t.csv"}


def test_numbers_have_bounds_where_a_column_has(tmp_path: Path) -> None:
    fields = (Field("id", "id"), Field("at", "any_number", between=(-1.0, 1.0)))
    assert read(tmp_path, "id,at\na,-1\nb,1\n", fields)["at"].tolist() == [-1, 1]
    with pytest.raises(SchemaError) as found:
        read(tmp_path, "id,at\na,-1.1\nb,1.1\nc,inf\n", fields)
    assert [(cell.row, cell.code) for cell in found.value.cells] == [(2, "access.between"), (3, "access.between"), (4, "access.finite")]
    assert (found.value.cells[0].params["low"], found.value.cells[0].params["high"]) == ("-1", "1")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("above", ["", "\ufeff", "\n \n", "\ufeff\n \n"])
def test_files_of_any_spreadsheet_are_read(tmp_path: Path, end: str, mark: str, above: str) -> None:
    text = above + f'id{mark}value{mark}extra\n007{mark}1.5{mark}"p, q; r"\n\nb{mark}x{mark}'
    (tmp_path / "t.csv").write_bytes(text.replace("\n", end).encode())
    lines = above.count("\n")
    with pytest.raises(SchemaError) as found:
        read_table(tmp_path / "t.csv", FIELDS)
    assert [(cell.row, cell.column, cell.value) for cell in found.value.cells] == [(lines + 4, "value", "x")]
    (tmp_path / "t.csv").write_bytes(text.replace("\n", end).replace(f"{mark}x{mark}", f"{mark}2{mark}").encode())
    table = read_table(tmp_path / "t.csv", FIELDS)
    assert table.to_dict("list") == {"id": ["007", "b"], "value": [1.5, 2.0], "extra": ["p, q; r", ""]}
    assert table.index.tolist() == [lines + 2, lines + 4]


@pytest.mark.parametrize("text", ["", "\ufeff", "\n\r\n"])
def test_an_empty_file_is_called_empty(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"access\.no_header"):
        read(tmp_path, text)


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "id,value").empty
    assert read(tmp_path, "id,value\n").empty


def test_what_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "t.csv", tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match=r"cli\.cannot_read"):
            read_table(path, FIELDS)


@given(st.lists(st.tuples(st.text("abcא ب,\"'=", min_size=1, max_size=5).filter(str.strip), st.floats(-LARGEST, LARGEST)), max_size=8,
                unique_by=lambda row: row[0].strip()))  # fmt: skip
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, float]]) -> None:
    folder = tmp_path_factory.mktemp("tables")
    frame = pd.DataFrame([(name.strip(), value) for name, value in rows], columns=["id", "value"])
    (folder / "t.csv").write_bytes(write_table(frame))
    found = read_table(folder / "t.csv", FIELDS)
    assert found["id"].tolist() == frame["id"].tolist()
    assert found["value"].tolist() == frame["value"].tolist()
