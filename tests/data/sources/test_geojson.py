from __future__ import annotations

import json

import pyproj
import pytest

from data.sources import geojson
from geo.errors import InputError
from tests.data.sources.help import feature, geojson_bytes


def crs(name: str) -> dict[str, object]:
    return {"type": "name", "properties": {"name": name}}


def test_features_become_rows_with_their_place() -> None:
    table = geojson.read(geojson_bytes(feature(35.1, 31.5, name="a", beds=3), feature(36, 33, name="b", open=True, tags=["x", "y"])))
    assert table.headers == ("name", "beds", "open", "tags")
    assert table.rows == (("a", "3", "", ""), ("b", "", "yes", "x; y"))
    assert (table.lon, table.lat, table.numbers) == ((35.1, 36.0), (31.5, 33.0), (1, 2))


def test_id_of_a_feature_is_a_column() -> None:
    table = geojson.read(geojson_bytes({**feature(35, 31, name="a"), "id": 7}))
    assert table.column("id") == ["7"]


def test_shape_is_placed_inside_itself() -> None:
    hook = [[35.0, 31.0], [35.3, 31.0], [35.3, 31.3], [35.2, 31.3], [35.2, 31.1], [35.0, 31.1], [35.0, 31.0]]
    table = geojson.read(geojson_bytes({"type": "Feature", "properties": {"n": 1}, "geometry": {"type": "Polygon", "coordinates": [hook]}}))
    assert table.lon is not None
    assert table.lat is not None
    lon, lat = table.lon[0], table.lat[0]
    assert lon is not None
    assert lat is not None
    assert (35.0 < lon < 35.3 and 31.0 < lat < 31.1) or (35.2 < lon < 35.3 and 31.0 < lat < 31.3)


@pytest.mark.parametrize("name", ["EPSG:2039", "urn:ogc:def:crs:EPSG::2039", "urn:ogc:def:crs:EPSG:6.9:2039"])
def test_declared_system_is_converted(name: str) -> None:
    x, y = pyproj.Transformer.from_crs(4326, 2039, always_xy=True).transform(35.1, 31.53)
    table = geojson.read(geojson_bytes(feature(x, y, name="a"), crs=crs(name)))
    assert table.lon is not None
    assert table.lat is not None
    assert table.lon[0] == pytest.approx(35.1, abs=1e-6)
    assert table.lat[0] == pytest.approx(31.53, abs=1e-6)
    assert table.crs == "EPSG:2039"


def test_crs84_is_left_alone() -> None:
    table = geojson.read(geojson_bytes(feature(35.1, 31.53, name="a"), crs=crs("urn:ogc:def:crs:OGC:1.3:CRS84")))
    assert (table.lon, table.crs) == ((35.1,), "")


def test_missing_place_stays_missing_and_broken_places_are_told() -> None:
    broken = {"type": "Feature", "properties": {"n": 2}, "geometry": {"type": "Point", "coordinates": ["a", None]}}
    table = geojson.read(geojson_bytes({"type": "Feature", "properties": {"n": 1}, "geometry": None}, broken, {"type": "Feature", "properties": [1]}))
    assert table.lon == (None, None, None)
    assert [(issue.row, issue.code) for issue in table.issues] == [(3, "import.not_a_feature"), (2, "import.geometry_unreadable")]


@pytest.mark.parametrize("text", ["{", '{"type":"FeatureCollection"}', '{"type":"FeatureCollection","features":5}', "null", '"x"'])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        geojson.read(text.encode())


def test_surrogates_do_not_break_the_answer() -> None:
    table = geojson.read(b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"a\\ud800b"},"geometry":null}]}')
    assert json.dumps(table.rows)
