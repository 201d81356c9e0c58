"""``cli.py chances`` and ``cli.py isochrone`` on a small town: numbers that can be worked out, and what cannot be used."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
import shapely
import shapely.geometry
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from data.snapshot import read_registry
from geo.errors import InputError
from i18n import LANGUAGES
from jobs.opening import open_store
from jobs.reach import place_of
from settings import Settings
from tests.jobs.road_world import registry_of
from tests.test_cli_travel import TOWN

GATE = {"type": "road_gate_open", "p_open": 0.6, "delay_min": 0}
pytestmark = pytest.mark.usefixtures("workspace")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    (tmp_path / "town.osm").write_text(TOWN, encoding="utf-8")
    (tmp_path / "sites.csv").write_text("site_id,lon,lat\nS1,35.22,31.90\n", encoding="utf-8")
    (tmp_path / "points.csv").write_text("point_id,lon,lat,population\nP1,35.20,31.90,30\nP2,35.215,31.90,10\nP3,35.21,31.80,60\n", encoding="utf-8")
    gate = {"type": "Feature", "properties": GATE, "geometry": {"type": "Point", "coordinates": [35.205, 31.9]}}
    (tmp_path / "obstacles.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [gate]}), encoding="utf-8")
    return tmp_path


def run(*words: str, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def chances(town: Path, *words: str) -> pd.DataFrame:
    run("chances", "--sites", str(town / "sites.csv"), "--points", str(town / "points.csv"), "--out", str(town / "out.csv"), *words)
    table = pd.read_csv(town / "out.csv")
    assert list(table.columns) == ["point_id", "probability", "p10", "p50", "p90"]
    return table.set_index("point_id")


def by_file(town: Path) -> list[str]:
    return ["--graph", str(town / "town.osm"), "--obstacles", str(town / "obstacles.geojson")]


def test_a_gate_that_is_open_on_six_days_of_ten(town: Path) -> None:
    # 1,889 m at 25 km/h straight on take 4.5 minutes; round the gate it is 4,834 m and 11.6.
    found = chances(town, *by_file(town), "--limit", "6", "--draws", "1000")
    assert found["probability"]["P1"] == pytest.approx(0.6, abs=0.05)
    assert found[["p10", "p50", "p90"]].to_numpy().tolist()[0] == pytest.approx([4.53, 4.53, 11.6], abs=0.05)
    assert found["probability"]["P2"] == 1
    assert found.loc["P3"].isna().all()  # off the network: nobody knows
    assert chances(town, *by_file(town), "--limit", "6", "--draws", "1000").equals(found)
    assert chances(town, *by_file(town), "--limit", "12")["probability"].tolist()[:2] == [1, 1]


def test_what_is_loaded_for_a_country_gives_the_same(town: Path) -> None:
    run("roads", "add", str(town / "town.osm"), "--country", "PS")
    run("obstacles", "add", str(town / "obstacles.geojson"), "--country", "PS")
    assert chances(town, "--country", "PS", "--limit", "6").equals(chances(town, *by_file(town), "--limit", "6"))


def areas(town: Path, *words: str) -> list[shapely.Geometry]:
    run("isochrone", "--out", str(town / "area.geojson"), *words)
    features = json.loads((town / "area.geojson").read_text("utf-8"))["features"]
    return [shapely.geometry.shape(feature["geometry"]) for feature in features]


def test_a_longer_limit_holds_the_shorter_one_and_a_closure_cuts_it(town: Path) -> None:
    here = ["--lon", "35.22", "--lat", "31.90", *by_file(town)]
    longer, shorter = areas(town, *here, "--limit", "1", "--limit", "4.4")
    assert longer.area > shorter.area > 0
    assert longer.buffer(2e-4).covers(shorter)  # corners of the band are rounded to some metres
    beyond = shapely.Point(35.2015, 31.90)  # farther behind the gate than the band is wide
    assert longer.covers(beyond)
    (closed,) = areas(town, *here, "--limit", "4.4", "--regime", "closed")
    assert not closed.covers(beyond)
    assert closed.covers(shapely.Point(35.2085, 31.90))


def test_a_site_is_found_by_its_id(town: Path) -> None:
    registry = registry_of({"p": (35.2, 31.9)}, {"S1": (35.22, 31.90), "S2": (float("nan"), float("nan"))})
    assert place_of(registry, "S1") == (35.22, 31.90)
    for site, code in (("S2", "roads.no_point"), ("S3", "roads.no_site")):
        with pytest.raises(InputError, match=re.escape(code)):
            place_of(registry, site)
    known = next(iter(read_registry(open_store(Settings.from_env())).sites.index))
    _, said = run("isochrone", "--site", known, "--limit", "5", *by_file(town), "--out", str(town / "a.geojson"), "--lang", "en", code=BAD_INPUT)
    assert "road" in said or known in said  # no site of the packs stands in the invented town


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("words", [
    [], ["--country", "PS"], ["--country", "XX"], ["--country", "PS", "--graph", "town.osm"], ["--graph", "town.osm", "--mode", "ship"],
    ["--graph", "town.osm", "--date", "soon"], ["--graph", "town.osm", "--mobility", "nobody"], ["--graph", "gone.osm"],
])  # fmt: skip
@pytest.mark.parametrize("command", ["chances", "isochrone"])
def test_what_cannot_be_used_is_told(town: Path, lang: str, words: list[str], command: str) -> None:
    named = [str(town / word) if "." in word else word for word in words]
    mine = {
        "chances": ["--sites", str(town / "sites.csv"), "--points", str(town / "points.csv")],
        "isochrone": ["--lon", "35.2", "--lat", "31.9", "--limit", "5"],
    }
    _, said = run(command, *mine[command], "--out", str(town / "out"), *named, "--lang", lang, code=BAD_INPUT)
    assert said.strip()
    assert "Traceback" not in said
    assert not (town / "out").exists()


@pytest.mark.parametrize("words", [
    ["--lon", "35.2", "--limit", "5"], ["--limit", "5"], ["--lon", "35.2", "--lat", "31.9", "--site", "x", "--limit", "5"],
    ["--lon", "35.2", "--lat", "31.9", "--limit", "-1"], ["--lon", "235.2", "--lat", "31.9", "--limit", "5"], ["--lon", "nan", "--lat", "31.9", "--limit", "5"],
    ["--lon", "34.2", "--lat", "31.9", "--limit", "5"],
])  # fmt: skip
def test_a_place_or_a_limit_that_is_none_is_told(town: Path, words: list[str]) -> None:
    assert run("isochrone", *words, *by_file(town), "--out", str(town / "out"), code=BAD_INPUT)[1].strip()
