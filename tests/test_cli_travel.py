"""The command that computes travel time, on a small town of its own and on bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from i18n import LANGUAGES

TOWN = """<?xml version="1.0"?>
<osm version="0.6">
 <node id="1" lat="31.90" lon="35.20"/><node id="2" lat="31.90" lon="35.21"/><node id="3" lat="31.90" lon="35.22"/><node id="4" lat="31.92" lon="35.21"/>
 <way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
 <way id="2"><nd ref="1"/><nd ref="4"/><nd ref="3"/><tag k="highway" v="residential"/></way>
</osm>"""
CHECKPOINT = {"type": "Feature", "properties": {"type": "checkpoint"}, "geometry": {"type": "Point", "coordinates": [35.205, 31.9]}}


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JIWAR_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "town.osm").write_text(TOWN, encoding="utf-8")
    (tmp_path / "sites.csv").write_text("site_id,lon,lat\nS1,35.22,31.90\n", encoding="utf-8")
    (tmp_path / "points.csv").write_text("point_id,lon,lat,population\nP1,35.20,31.90,30\nP2,35.21,31.906,10\nP3,35.21,31.80,60\n", encoding="utf-8")
    (tmp_path / "obstacles.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [CHECKPOINT]}), encoding="utf-8")
    return tmp_path


def run(town: Path, *words: str, graph: bool = True, code: int = 0) -> tuple[str, pd.DataFrame | None]:
    out = town / "minutes.csv"
    out.unlink(missing_ok=True)
    roads = ["--graph", str(town / "town.osm")] if graph else []
    result = CliRunner().invoke(
        cli.app, ["travel-time", *roads, "--sites", str(town / "sites.csv"), "--points", str(town / "points.csv"), "--out", str(out), *words]
    )
    assert result.exit_code == code, result.output
    return (result.stdout if code == 0 else result.stderr), (pd.read_csv(out) if out.exists() else None)


def account(text: str) -> dict[str, object]:
    (line,) = text.strip().splitlines()
    return dict(json.loads(line))


def test_minutes_are_written_under_the_promised_headers_and_the_account_is_one_line(town: Path) -> None:
    text, found = run(town, "--mode", "car", "--limit", "60")
    assert found is not None
    assert list(found.columns) == ["point_id", "site_id", "minutes"]
    assert found["point_id"].tolist() == ["P1", "P2"]  # P3 is eleven kilometres from any road
    assert found["minutes"][0] == pytest.approx(1889 * 0.06 / 25, abs=0.01)
    told = account(text)
    assert (told["points"], told["sites"], told["pairs"], told["points_off_network"], told["estimate"]) == (3, 1, 2, 1, False)
    assert told["snapped_over_500_m"] == 0.7  # P2 stands 667 m from its road, P3 has none: 70 of 100 people
    again, same = run(town, "--mode", "car", "--limit", "60")
    assert account(again)["cached"] is True
    assert same is not None
    assert same.equals(found)


def test_the_days_get_worse_and_the_detour_beats_the_wait(town: Path) -> None:
    tables = [run(town, "--obstacles", str(town / "obstacles.geojson"), "--regime", regime)[1] for regime in ("usual", "bad", "closed")]
    usual, bad, closed = (float(table["minutes"][0]) for table in tables if table is not None)
    free = float(run(town)[1]["minutes"][0])  # type: ignore[index]
    assert free < usual <= bad <= closed
    assert closed == pytest.approx(2 * 2417 * 0.06 / 25, abs=0.1)


def test_a_bad_day_without_obstacles_is_told_to_be_a_usual_one(town: Path) -> None:
    words = [
        "travel-time",
        "--graph",
        str(town / "town.osm"),
        "--sites",
        str(town / "sites.csv"),
        "--points",
        str(town / "points.csv"),
        "--lang",
        "en",
    ]
    said = [CliRunner().invoke(cli.app, [*words, "--out", str(town / "m.csv"), "--regime", day]).stderr for day in ("bad", "usual")]
    assert "No obstacles" in said[0]
    assert said[1] == ""


def test_without_roads_the_result_is_an_estimate_and_says_so(town: Path) -> None:
    text, found = run(town, "--lang", "en", graph=False)
    assert account(text)["estimate"] is True
    assert found is not None
    assert len(found) == 3
    assert "straight line" in run(town, "--obstacles", str(town / "obstacles.geojson"), "--lang", "en", graph=False, code=2)[0]
    assert "straight line" in run(town, "--regime", "closed", "--lang", "en", graph=False, code=2)[0]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "words",
    [
        ["--mode", "boat"], ["--limit", "-1"], ["--limit", "nan"], ["--regime", "odd"], ["--mobility", "nobody"], ["--date", "never"],
        ["--sites", "nothing.csv"], ["--obstacles", "nothing.geojson"], ["--graph", "nothing.osm"], ["--hour", "25"],
    ],
)  # fmt: skip
def test_bad_input_is_told_in_words_and_leaves_with_2(town: Path, words: list[str], lang: str) -> None:
    told, found = run(town, *words, "--lang", lang, code=2)
    assert found is None
    assert told.strip()
    assert "travel." not in told
    assert "{" not in told


def test_a_graph_of_another_country_is_told_with_what_it_covers(town: Path) -> None:
    (town / "points.csv").write_text("point_id,lon,lat\nP1,31.90,35.20\n", encoding="utf-8")
    assert "35.200" in run(town, "--lang", "en", code=2)[0]


def test_a_bad_cell_is_told_with_row_and_column(town: Path) -> None:
    (town / "points.csv").write_text("point_id,lon,lat\nP1,35.2,31.9\nP2,35.2,north\n", encoding="utf-8")
    told, _ = run(town, "--lang", "en", code=2)
    assert "row 3" in told
    assert "lat" in told
