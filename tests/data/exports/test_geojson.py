import io
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.exports.geojson import write_geojson
from data.exports.table import COLUMNS
from tests.data.exports.cases import TEXT_FIELDS, TEXTS, plain, table_and_meta, table_of
from tests.make import make_registry


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_every_property_is_a_cell_of_the_table(lang: str) -> None:
    table, meta = table_and_meta(lang=lang)
    features = json.loads(write_geojson(table, meta))["features"]
    dated = {"verified_on", "source_date"}
    wanted = [
        {name: (str(cell) if name in dated and cell is not None else cell) for name, cell in zip(table.columns, row, strict=True)}
        for row in plain(table)
    ]
    assert [feature["properties"] for feature in features] == wanted
    assert [feature["id"] for feature in features] == table["site_id"].tolist()
    assert list(features[0]["properties"]) == [column.name for column in COLUMNS]


def test_places_are_longitude_first_and_null_where_unknown() -> None:
    table, meta = table_and_meta()
    features = json.loads(write_geojson(table, meta))["features"]
    assert table["lon"].isna().any()
    for feature, lon, lat in zip(features, table["lon"], table["lat"], strict=True):
        if np.isnan(lon):
            assert feature["geometry"] is None
        else:
            assert shapely.geometry.shape(feature["geometry"]).equals(shapely.Point(lon, lat))


def test_it_is_what_the_standard_asks_for() -> None:
    collection = json.loads(write_geojson(*table_and_meta()))
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    assert all(feature["type"] == "Feature" and set(feature) == {"type", "id", "geometry", "properties"} for feature in collection["features"])


def test_what_the_file_says_about_itself_stands_beside_the_features() -> None:
    table, meta = table_and_meta(make_registry(3, training=True), lang="en")
    collection = json.loads(write_geojson(table, meta))
    assert collection["metadata"]["training"] is True
    assert "TRAINING" in collection["metadata"]["watermark"]
    assert collection["metadata"]["created"] == "2026-11-22"
    assert collection["metadata"]["data_version"] == meta.data_version
    assert collection["sources"] == [
        {"source_id": "invented", "title": "Invented for a test", "publisher": "", "year": 2026, "licence": "CC0", "status": "demo", "url": ""}
    ]
    assert {feature["properties"]["notice"] for feature in collection["features"]} == {meta.watermark}


def test_ten_thousand_rows_are_complete_to_another_reader() -> None:
    table, meta = table_and_meta(make_registry(10_000))
    found = gpd.read_file(io.BytesIO(write_geojson(table, meta)))
    assert len(found) == 10_000
    assert found["site_id"].tolist() == table["site_id"].tolist()
    assert found.geometry.x.tolist() == pytest.approx(table["lon"].tolist(), nan_ok=True)
    assert found.crs.to_epsg() == 4326


def test_nothing_chosen_is_an_empty_collection() -> None:
    table, meta = table_and_meta(mask=np.zeros(20, dtype=bool))
    assert json.loads(write_geojson(table, meta))["features"] == []


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_any_text_comes_back(texts: list[str]) -> None:
    table, meta, expected = table_of(texts)
    features = json.loads(write_geojson(table, meta))["features"]
    for name in (*TEXT_FIELDS, "name_he"):
        assert [feature["properties"][name] for feature in features] == expected
