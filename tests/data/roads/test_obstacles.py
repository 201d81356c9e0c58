"""Obstacles from GeoJSON: own fields, OCHA's layer, and what is refused."""

from __future__ import annotations

import collections
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from data.roads.obstacles import read_obstacles
from geo.errors import InputError
from geo.obstacles import Day, wait

CLOSURES = Path(__file__).parents[3] / ".." / "shared" / "data" / "closures" / "ocha_wb_closure_points_2025.geojson"
POINT = {"type": "Point", "coordinates": [35.2, 31.9, 12.0]}


def written(folder: Path, properties: dict[str, Any], geometry: Any = POINT) -> Path:
    path = folder / "obstacles.geojson"
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def test_every_field_is_read(tmp_path: Path) -> None:
    (one,) = read_obstacles(
        written(
            tmp_path,
            {"id": "x1", "type": "Checkpoint", "direction": 90, "delay_min": {"p10": 1, "p50": 10, "p90": 40}, "p_open": {"6-18": 0.9, "else": 0.2},
             "may_pass": ["permit_holder"], "valid_from": "2025-01-01", "valid_to": "2025-12-31", "source": "field visit"},
        )
    )  # fmt: skip
    assert (one.obstacle_id, one.kind, one.direction, one.may_pass, one.source) == ("x1", "checkpoint", 90.0, {"permit_holder"}, "field visit")
    assert one.p_open is not None
    assert [one.p_open[hour] for hour in (5, 6, 17, 18)] == [0.2, 0.9, 0.9, 0.2]
    assert (one.valid_from, one.valid_to) == (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert wait(one, "car", Day(mobility="permit_holder")) == 10
    assert not one.shape.has_z


def test_hours_may_run_past_midnight(tmp_path: Path) -> None:
    (one,) = read_obstacles(written(tmp_path, {"type": "road gate", "p_open": {"22-4": 0.5, "12": 1, "else": 0}}))
    assert one.p_open is not None
    assert [hour for hour in range(24) if one.p_open[hour]] == [0, 1, 2, 3, 12, 22, 23]


def test_a_line_may_be_a_wall(tmp_path: Path) -> None:
    (one,) = read_obstacles(written(tmp_path, {"type": "linear closure"}, {"type": "LineString", "coordinates": [[35, 32], [35.1, 32]]}))
    assert (one.kind, one.shape.geom_type) == ("linear", "LineString")


@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({}, "type"),
        ({"type": "dragon"}, "type"),
        ({"type": "wall", "direction": "north"}, "direction"),
        ({"type": "wall", "direction": ["north"]}, "direction"),
        ({"type": "wall", "direction": {"a": 1}}, "direction"),
        ({"type": "wall", "delay_min": 10**400}, "delay_min"),
        ({"type": "wall", "delay_min": -1}, "delay_min"),
        ({"type": "wall", "delay_min": "NaN"}, "delay_min"),
        ({"type": "wall", "delay_min": {"p10": 9, "p90": 1}}, "delay_min"),
        ({"type": "wall", "delay_min": {}}, "delay_min"),
        ({"type": "wall", "p_open": 1.5}, "p_open"),
        ({"type": "wall", "p_open": [1, 2]}, "p_open"),
        ({"type": "wall", "p_open": {"x-y": 1}}, "p_open"),
        ({"type": "wall", "may_pass": "all"}, "may_pass"),
        ({"type": "wall", "valid_to": "tomorrow"}, "valid_to"),
        ({"closutretype": 77}, "closutretype"),
    ],
)
def test_a_value_that_is_none_is_refused_with_its_field(tmp_path: Path, properties: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        read_obstacles(written(tmp_path, properties))
    assert (caught.value.code, caught.value.params["number"], caught.value.params["field"]) == ("travel.bad_obstacle", 1, field)


@pytest.mark.parametrize(
    "geometry",
    [None, {}, {"type": "Point", "coordinates": []}, {"type": "Point", "coordinates": [999, 0]}, {"type": "Point", "coordinates": ["a", "b"]},
     {"type": "LineString", "coordinates": [[35, 31], [float("nan"), 31], [35, 32]]},
     {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}],
)  # fmt: skip
def test_a_place_that_is_none_is_refused(tmp_path: Path, geometry: Any) -> None:
    with pytest.raises(InputError, match="bad_obstacle"):
        read_obstacles(written(tmp_path, {"type": "wall"}, geometry))


def test_the_number_0_is_an_id(tmp_path: Path) -> None:
    features = [{"type": "Feature", "id": i, "properties": {"type": "wall"}, "geometry": {"type": "Point", "coordinates": [35, 31]}} for i in (0, 1)]
    path = tmp_path / "obstacles.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert [one.obstacle_id for one in read_obstacles(path)] == ["0", "1"]


@pytest.mark.parametrize(
    ("ids", "read"), [([None, 1], ["#1", "1"]), ([2, None, "", "#2"], ["2", "##2", "3", "#2"]), ([1, 1], None), ([None, "#1", 1], ["##1", "#1", "1"])]
)
def test_one_without_an_id_takes_its_number_unless_another_is_called_so(tmp_path: Path, ids: list[Any], read: list[str] | None) -> None:
    features = [{"type": "Feature", "properties": {"type": "wall", "id": i}, "geometry": {"type": "Point", "coordinates": [35, 31]}} for i in ids]
    path = tmp_path / "obstacles.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    if read is None:
        with pytest.raises(InputError, match="bad_obstacle"):
            read_obstacles(path)
    else:
        assert [one.obstacle_id for one in read_obstacles(path)] == read


@pytest.mark.parametrize("text", ["", "[]", "{", '{"features": 3}', '{"features": [3]}', "[" * 100_000])
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "obstacles.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_obstacles(path)


def test_the_layer_of_ocha_is_read_by_its_own_classes() -> None:
    if not CLOSURES.exists():
        pytest.skip("the shared closure points are not here")
    found = read_obstacles(CLOSURES)
    assert len(found) == 811 - 2  # two that its editors had marked as gone
    kinds = collections.Counter(one.kind for one in found)
    assert kinds == {
        "earth_mound": 166, "road_gate_closed": 159, "roadblock": 104, "checkpoint": 89, "partial_checkpoint_open_gate": 90, "road_gate_open": 73,
        "partial_checkpoint": 66, "partial_checkpoint_closed_gate": 62,
    }  # fmt: skip
    barred = [one for one in found if one.may_pass is not None]
    assert {one.kind for one in barred} == {"checkpoint"}
    assert 10 <= len(barred) <= 20
    assert all("OCHA" in one.source for one in found)
