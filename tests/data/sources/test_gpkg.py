from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from data.sandbox import parse
from geo.errors import InputError


def gpkg_bytes(tmp_path: Path, frame: gpd.GeoDataFrame, **options: object) -> bytes:
    path = tmp_path / "x.gpkg"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        frame.to_file(path, driver="GPKG", **options)
    return path.read_bytes()


def points(crs: int | None, *places: tuple[float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": [f"مركز {i}" for i in range(len(places))], "beds": [3.0, None][: len(places)]}, geometry=gpd.points_from_xy(*zip(*places, strict=True)), crs=crs)  # fmt: skip


def test_points_in_degrees(tmp_path: Path) -> None:
    kind, table = parse(gpkg_bytes(tmp_path, points(4326, (35.1, 31.53), (36.0, 33.0))))
    assert kind == "gpkg"
    assert table.rows == (("مركز 0", "3"), ("مركز 1", ""))
    assert (table.lon, table.lat, table.crs) == ((35.1, 36.0), (31.53, 33.0), "")


def test_points_in_metres_are_converted(tmp_path: Path) -> None:
    _, table = parse(gpkg_bytes(tmp_path, points(4326, (35.1, 31.53)).to_crs(32636)))
    assert table.lon is not None
    assert table.lon[0] == pytest.approx(35.1, abs=1e-6)
    assert table.crs == "EPSG:32636"


def test_layer_with_points_is_preferred(tmp_path: Path) -> None:
    shapes = gpd.GeoDataFrame({"name": ["square"]}, geometry=[shapely.box(35, 31, 36, 32)], crs=4326)
    gpkg_bytes(tmp_path, shapes, layer="areas")
    _, table = parse(gpkg_bytes(tmp_path, points(4326, (35.1, 31.53)), layer="sites"))
    assert table.rows == (("مركز 0", "3"),)


def test_layer_without_rows_is_empty(tmp_path: Path) -> None:
    empty = gpd.GeoDataFrame({"name": []}, geometry=gpd.GeoSeries([], dtype="geometry"), crs=4326)
    with pytest.raises(InputError) as raised:
        parse(gpkg_bytes(tmp_path, empty, geometry_type="Point"))
    assert raised.value.code == "import.empty"


def test_cut_file_is_damaged(tmp_path: Path) -> None:
    data = gpkg_bytes(tmp_path, points(4326, (35.1, 31.53)))
    with pytest.raises(InputError) as raised:
        parse(data[: len(data) // 3])
    assert raised.value.code == "import.damaged"
