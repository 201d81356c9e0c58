"""Tables of places: row and column of what is wrong, and results kept on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.roads import cache
from data.roads.cache import keep, kept, key_of
from data.roads.tables import read_places
from geo.errors import InputError
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


@pytest.mark.parametrize(
    ("text", "code", "row", "column"),
    [
        ("point_id,lon,lat\na,35,31\nb,x,31\n", "bad_cell", 3, "lon"),
        ("point_id,lon,lat\na,35,31\n\nb,35,91\n", "bad_cell", 4, "lat"),
        ("point_id,lon,lat\na,35,nan\n", "bad_cell", 2, "lat"),
        ("point_id,lon,lat\na,,31\n", "bad_cell", 2, "lon"),
        ("point_id,lon,lat\na,inf,31\n", "bad_cell", 2, "lon"),
        ("point_id,lon,lat\n ,35,31\n", "bad_cell", 2, "point_id"),
        ("point_id,lon,lat,population\na,35,31,-4\n", "bad_cell", 2, "population"),
        ("point_id,lon,lat\na,35,31\nb,35,31\n\na,35,31\n", "duplicate_id", 5, "point_id"),
        ("id,lon,lat\na,35,31\n", "no_column", None, "point_id"),
        ("point_id,lon,lat\n", "no_rows", None, None),
        ("", "csv_damaged", None, None),
        ("point_id,lon,lon\na,35,31\n", "no_column", None, "lat"),
        ('point_id,lon,lat\n"a,35,31\n', "csv_damaged", None, None),
    ],
)
def test_what_is_wrong_is_told_with_row_and_column(tmp_path: Path, text: str, code: str, row: int | None, column: str | None) -> None:
    with pytest.raises(InputError) as caught:
        read_places(written(tmp_path, text), "point_id")
    assert (caught.value.code, caught.value.params.get("row"), caught.value.params.get("column")) == (f"travel.{code}", row, column)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="csv_damaged"):
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
