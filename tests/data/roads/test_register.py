"""The register of loaded roads and obstacles, and obstacles kept on disk: what was written is read, and what is damaged is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.roads.obstacles import read_obstacles
from data.roads.obstacles_kept import keep_obstacles
from data.roads.register import Loaded, entries, entry, remove_entry, write_entry, write_synced
from geo.errors import InputError
from geo.obstacles import CLASSES, KINDS, Obstacle

ONE = Loaded("roads", "SY", "ab12-1.1", "خريطة", "ODbL", 2026, "ab12" * 16, 12, "2026-06-01", (35.0, 31.0, 36.0, 32.0), {"nodes": 3, "edges": 2})


def test_what_is_written_is_read_and_removed(tmp_path: Path) -> None:
    assert entries(tmp_path, "roads") == []
    write_entry(tmp_path, ONE)
    write_entry(tmp_path, replace(ONE, country="PS", year=None))
    assert entry(tmp_path, "roads", "SY") == ONE
    assert [(one.country, one.year) for one in entries(tmp_path, "roads")] == [("PS", None), ("SY", 2026)]
    assert entry(tmp_path, "obstacles", "SY") is None
    write_entry(tmp_path, replace(ONE, title="newer"))
    assert [one.title for one in entries(tmp_path, "roads")] == ["خريطة", "newer"]
    remove_entry(tmp_path, "roads", "SY")
    assert [one.country for one in entries(tmp_path, "roads")] == ["PS"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"what": "roads"}', "\xff"])
def test_a_damaged_register_is_told(tmp_path: Path, text: str) -> None:
    write_entry(tmp_path, ONE)
    (tmp_path / "roads" / "serving" / "SY.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=r"roads\.register_damaged"):
        entry(tmp_path, "roads", "SY")


@pytest.mark.parametrize("key", ["../../etc", "a/b", ".", "..", ""])
def test_a_key_that_leads_elsewhere_is_damage(tmp_path: Path, key: str) -> None:
    write_entry(tmp_path, replace(ONE, key=key))
    with pytest.raises(InputError, match=r"roads\.register_damaged"):
        entry(tmp_path, "roads", "SY")


def test_a_file_of_another_country_is_damage_and_an_unknown_country_refused(tmp_path: Path) -> None:
    write_entry(tmp_path, ONE)
    (tmp_path / "roads" / "serving" / "SY.json").rename(tmp_path / "roads" / "serving" / "PS.json")
    with pytest.raises(InputError, match=r"roads\.register_damaged"):
        entry(tmp_path, "roads", "PS")
    with pytest.raises(InputError, match=r"roads\.unknown_country"):
        entry(tmp_path, "roads", "../SY")


def test_whoever_is_killed_in_writing_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_entry(tmp_path, ONE)

    def killed(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("data.roads.register.os.fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        write_entry(tmp_path, replace(ONE, title="never"))
    assert entry(tmp_path, "roads", "SY") == ONE
    assert [path.name for path in (tmp_path / "roads" / "serving").iterdir()] == ["SY.json"]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "roads").write_text("")
    with pytest.raises(InputError, match=r"cli\.cannot_write"):
        write_synced(tmp_path / "roads" / "x", b"")


minutes = st.lists(st.floats(0, 1440), min_size=3, max_size=3).map(sorted)
days = st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
shapes = st.sampled_from(
    [shapely.Point(35.25, 31.875), shapely.LineString([(35, 31), (35.5, 31.5)]), shapely.MultiLineString([[(35, 31), (35.5, 31)]])]
)
obstacles = st.lists(
    st.builds(
        Obstacle, st.text(min_size=1), st.sampled_from(sorted(KINDS)), shapes, st.none() | st.floats(0, 360),
        st.none() | minutes.map(lambda found: tuple(zip((0.0, 0.5, 1.0), found, strict=True))),
        st.none() | st.lists(st.floats(0, 1), min_size=24, max_size=24).map(tuple), st.none() | st.frozensets(st.sampled_from(CLASSES)), days, days,
        st.text(max_size=20),
    ),
    unique_by=lambda one: one.obstacle_id,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(obstacles)
def test_obstacles_come_back_as_they_were_kept(tmp_path: Path, found: list[Obstacle]) -> None:
    keep_obstacles(tmp_path / "kept.geojson", found)
    assert read_obstacles(tmp_path / "kept.geojson") == found
