import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest

from data.exports import ExportMeta
from data.exports.gpkg import write_gpkg
from data.exports.meta import AREA_COLUMNS
from data.exports.table import COLUMNS
from tests.data.exports.cases import FORMULAS, plain, table_and_meta, with_texts
from tests.make import make_registry


def written(tmp_path: Path, *export: object) -> Path:
    path = tmp_path / "export.gpkg"
    path.write_bytes(write_gpkg(*export))
    return path


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def cells(frame: gpd.GeoDataFrame) -> list[list[object]]:
    plain_rows = plain(frame.drop(columns="geometry", errors="ignore"))
    return [[cell.date() if isinstance(cell, dt.datetime) else cell for cell in row] for row in plain_rows]


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_every_cell_is_that_of_the_table(tmp_path: Path, lang: str) -> None:
    table, meta = table_and_meta(lang=lang)
    found = pyogrio.read_dataframe(written(tmp_path, table, meta), layer="sites")
    assert cells(found) == plain(table)
    assert [None if shape is None else (shape.x, shape.y) for shape in found.geometry] == [
        None if np.isnan(lon) else (lon, lat) for lon, lat in zip(table["lon"], table["lat"], strict=True)
    ]


def test_areas_have_their_counts_need_and_shape(tmp_path: Path) -> None:
    table, meta = table_and_meta()
    found = pyogrio.read_dataframe(written(tmp_path, table, meta), layer="areas")
    wanted = meta.areas.drop(columns="geometry")
    assert cells(found) == plain(wanted)
    assert found.columns.tolist() == [*AREA_COLUMNS, "geometry"]
    assert found["need_value"].isna().tolist() == [False, False, False, True]
    assert all(a.equals(b) for a, b in zip(found.geometry, meta.areas.geometry, strict=True))


def test_contents_and_types_are_as_the_standard_has_them(tmp_path: Path) -> None:
    path = written(tmp_path, *table_and_meta())
    assert rows(path, "SELECT table_name, data_type, srs_id FROM gpkg_contents ORDER BY 1") == [
        ("about", "attributes", 0), ("areas", "features", 4326), ("sites", "features", 4326), ("sources", "attributes", 0),
    ]  # fmt: skip
    assert rows(path, "SELECT table_name, geometry_type_name, srs_id FROM gpkg_geometry_columns ORDER BY 1") == [
        ("areas", "MULTIPOLYGON", 4326), ("sites", "POINT", 4326),
    ]  # fmt: skip
    types = {name: kind for _, name, kind, *_ in rows(path, "PRAGMA table_info(sites)")}
    assert {types[column.name] for column in COLUMNS if column.dtype == "text"} == {"TEXT"}
    assert types["verified_on"] == types["source_date"] == "DATE"
    assert types["source_year"] == "INTEGER"
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "PRAGMA application_id") == [(int.from_bytes(b"GPKG"),)]
    assert rows(path, "PRAGMA foreign_key_check") == []
    assert rows(path, "SELECT count(*) FROM rtree_sites_geom")[0][0] == pyogrio.read_dataframe(path, layer="sites").geometry.notna().sum()
    assert len(pyogrio.read_dataframe(path, layer="sites", bbox=(35, 31, 35.5, 31.5))) > 0
    assert {row[0] for row in rows(path, "SELECT last_change FROM gpkg_contents")} == {"2026-11-22T00:00:00.000Z"}


def test_about_and_sources_go_along(tmp_path: Path) -> None:
    table, meta = table_and_meta(make_registry(3, training=True), lang="en")
    path = written(tmp_path, table, meta)
    assert rows(path, "SELECT code, label, value FROM about") == meta.facts()
    assert rows(path, "SELECT source_id, year, licence, status FROM sources") == [("invented", 2026, "CC0", "demo")]
    assert {notice for (notice,) in rows(path, "SELECT notice FROM sites UNION ALL SELECT notice FROM areas")} == {meta.watermark}


def test_texts_of_all_sorts_come_back(tmp_path: Path) -> None:
    texts = [*FORMULAS, "مركز \u064b السلام", "מֶרְכָּז", "a\nb", "x'; DROP TABLE sites; --", "😀", " "]
    table, meta = table_and_meta(with_texts(make_registry(len(texts)), texts))
    path = written(tmp_path, table, meta)
    assert [note for (note,) in rows(path, "SELECT note FROM sites ORDER BY fid")] == table["note"].tolist()
    assert [name for (name,) in rows(path, "SELECT name_he FROM sites ORDER BY fid")] == table["name_he"].tolist()


def test_ten_thousand_rows_are_complete(tmp_path: Path) -> None:
    table, meta = table_and_meta(make_registry(10_000))
    found = pyogrio.read_dataframe(written(tmp_path, table, meta), layer="sites")
    assert cells(found) == plain(table)
    assert found.geometry.isna().sum() == table["lon"].isna().sum()


def test_nothing_chosen_keeps_the_layers(tmp_path: Path) -> None:
    export: tuple[object, ExportMeta] = table_and_meta(mask=np.zeros(20, dtype=bool))
    path = written(tmp_path, *export)
    assert pyogrio.read_info(path, layer="sites")["features"] == 0
    assert pyogrio.read_info(path, layer="areas")["features"] == 4


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    write_gpkg(*table_and_meta())
    assert list(tmp_path.iterdir()) == []
