"""Tables of places: row and column of what is wrong, and results kept on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.roads import cache
from data.roads.cache import keep, kept, key_of
from data.roads.tables import read_places
from geo.errors import InputError, SchemaError
from geo.travel import Minutes


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "points.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_places_are_read_with_their_people(tmp_path: Path) -> None:
    places = read_places(written(tmp_path, "\ufeffname,point_id,lon,lat,population\nx, 1 ,35.1,31.5,10\n\ny,بيت,35.2,31.6,0\n"), "point_id")
    assert places.ids == ("1", "بيت")
    assert places.lon.tolist() == [35.1, 35.2]
    assert places.people.tolist() == [10, 0]


def test_without_people_each_place_weighs_one(tmp_path: Path) -> None:
    assert read_places(written(tmp_path, "point_id,lon,lat\n1,35,31\n"), "point_id").people.tolist() == [1]


@pytest.mark.parametrize(("text", "faults"), [
    ("point_id,lon,lat\na,35,31\nb,x,31\n", [(3, "lon", "number")]),
    ("point_id,lon,lat\na,35,31\n\nb,35,91\n", [(4, "lat", "between")]),
    ("point_id,lon,lat\na,35,nan\n", [(2, "lat", "number")]),
    ("point_id,lon,lat\na,,31\n", [(2, "lon", "empty")]),
    ("point_id,lon,lat\na,inf,-91\n", [(2, "lon", "finite"), (2, "lat", "between")]),
    ("point_id,lon,lat\n ,35,31\n", [(2, "point_id", "empty")]),
    ("point_id,lon,lat,population\na,35,31,-4\n", [(2, "population", "negative")]),
    ("point_id,lon,lat\na,35,31\nb,35,31\n\na,35,31\n", [(5, "point_id", "id_again")]),
    ("id,lon,lat\na,35,31\n", [(1, "point_id", "column_missing")]),
    ("point_id,lon,lat,lat\na,35,31,32\n", [(1, "lat", "header_twice")]),
    ("point_id,lon,lat\na,35,2,31,9\nb,35\n", [(2, "", "cells"), (3, "", "cells")]),
    ("point_id;lon;lat\na;35,2;31,9\n", [(2, "lon", "number"), (2, "lat", "number")]),
    ('point_id,lon,lat\n"a,35,31\n', [(2, "", "cells")]),
])  # fmt: skip
def test_all_that_is_wrong_is_told_with_row_and_column(tmp_path: Path, text: str, faults: list[tuple[int, str, str]]) -> None:
    with pytest.raises(SchemaError) as caught:
        read_places(written(tmp_path, text), "point_id")
    assert [(cell.row, cell.column, cell.code) for cell in caught.value.cells] == [(row, column, f"access.{code}") for row, column, code in faults]


@pytest.mark.parametrize(
    ("text", "code"), [("point_id,lon,lat\n", r"travel\.no_rows"), ("point_id,lon,lat", r"travel\.no_rows"), ("", r"access\.no_header")]
)
def test_a_table_without_places_is_told(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputError, match=code):
        read_places(written(tmp_path, text), "point_id")


def test_numbers_of_any_script_are_places(tmp_path: Path) -> None:
    places = read_places(written(tmp_path, "point_id,lon,lat\na,٣٥٫٢,\u200f٣١٫٩\n"), "point_id")
    assert (places.lon.tolist(), places.lat.tolist()) == ([35.2], [31.9])


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot_read"):
        read_places(written(tmp_path, "point_id,lon,lat\nبيت,35,31\n", "utf-16"), "point_id")


def test_results_are_kept_under_a_hash_of_all_that_made_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    minutes = Minutes(np.array([0, 1]), np.array([0, 0]), np.array([5, 7]), 2, 1)
    key = key_of("graph", 60.0, np.array([1.0]))
    assert key != key_of("graph", 60.0, np.array([2.0]))
    assert kept(tmp_path, key) is None
    keep(tmp_path, key, minutes)
    found = kept(tmp_path, key)
    assert found is not None
    assert (found.ms.tolist(), found.points, found.sites) == ([5, 7], 2, 1)
    (tmp_path / f"{key}.npz").write_bytes(b"no")
    assert kept(tmp_path, key) is None
    monkeypatch.setattr(cache, "KEEP", 1)
    keep(tmp_path, "a" * 40, minutes)
    keep(tmp_path, "b" * 40, minutes)
    assert len(list(tmp_path.glob("*.npz"))) == 1
