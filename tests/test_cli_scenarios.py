"""``cli.py scenarios``, and the commands that take a scenario's name for a kind of day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from i18n import LANGUAGES
from tests.test_cli_travel import CHECKPOINT, TOWN

ROAD = TOWN.replace('<nd ref="1"/><nd ref="4"/><nd ref="3"/>', '<nd ref="4"/><nd ref="3"/>')
"""One way from P1 to the site, through the checkpoint."""


def run(*words: str, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JIWAR_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "town.osm").write_text(ROAD, encoding="utf-8")
    (tmp_path / "sites.csv").write_text("site_id,lon,lat\nS1,35.22,31.90\n", encoding="utf-8")
    (tmp_path / "points.csv").write_text("point_id,lon,lat\nP1,35.20,31.90\n", encoding="utf-8")
    gate = CHECKPOINT | {"id": "gate"}
    (tmp_path / "obstacles.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [gate]}), encoding="utf-8")
    return tmp_path


def files(town: Path, *names: str) -> list[str]:
    return [
        word for name in names for word in (f"--{name}", str(town / {"graph": "town.osm", "obstacles": "obstacles.geojson"}.get(name, f"{name}.csv")))
    ]


def minutes(town: Path, regime: str) -> tuple[list[float], dict[str, Any]]:
    out = town / "minutes.csv"
    said, _ = run("travel-time", *files(town, "graph", "obstacles", "sites", "points"), "--limit", "300", "--regime", regime, "--out", str(out))
    return pd.read_csv(out)["minutes"].tolist(), json.loads(said)


def test_a_scenario_stands_wherever_a_kind_of_day_does(town: Path) -> None:
    for name, change in (("Later", "delay:20"), ("Shut", "closed"), ("Free", "open")):
        run("scenarios", "add", name, "--edit", f"gate={change}")
    (usual,), _ = minutes(town, "usual")
    (later,), account = minutes(town, "Later")
    assert later == pytest.approx(usual + 20, abs=0.01)
    assert account["regime"] == "Later"
    assert account["scenario"] == {"name": "Later", "on": "usual", "edits": 1, "edits_not_here": []}
    assert minutes(town, "Shut")[0] == []
    assert minutes(town, "Free")[0][0] == pytest.approx(usual - 15, abs=0.01)
    out = str(town / "chances.csv")
    asked = ("chances", *files(town, "graph", "obstacles", "sites", "points"), "--limit", "60", "--draws", "20", "--out", out)
    run(*asked, "--regime", "Free")
    assert pd.read_csv(out)["probability"].tolist() == [1.0]
    run(*asked, "--regime", "Shut")
    assert pd.read_csv(out)["probability"].tolist() == [0.0]
    run(*asked, "--regime", "bad", code=BAD_INPUT)
    area = ("isochrone", *files(town, "graph", "obstacles"), "--lon", "35.22", "--lat", "31.90", "--limit", "10", "--out", str(town / "a.geojson"))
    sizes = [json.loads(run(*area, "--regime", name)[0])["km2"]["10"] for name in ("Free", "Shut")]
    assert sizes[0] > sizes[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_scenarios_are_kept_listed_replaced_and_removed_in_words(town: Path, lang: str) -> None:
    words = ("--lang", lang)
    none = run("scenarios", "list", *words)[0]
    added, warning = run("scenarios", "add", "Closed road", "--edit", "gate=closed", "--edit", "b=delay:5", *words)
    assert "gate=closed, b=delay:5" in added
    assert "gate" in warning  # no obstacles are loaded
    assert run("scenarios", "list", *words)[0] == added != none
    run("scenarios", "add", "Closed  road", "--edit", "gate=open", *words)
    assert [json.loads(line)["edits"] for line in run("scenarios", "list", "--json")[0].splitlines()] == [{"gate": "open"}]
    for bad in (
        ["remove", "Other"],
        ["add", "bad", "--edit", "gate=closed"],
        ["add", "x", "--edit", "gate"],
        ["add", "x", "--edit", "gate=open", "--on", "x"],
    ):
        assert run("scenarios", *bad, *words, code=BAD_INPUT)[1].strip()
    assert "Closed road" in run("scenarios", "remove", "Closed road", *words)[0]
    assert run("scenarios", "list", *words)[0] == none
    (town / "data" / "scenarios" / "x.json").write_text("{")
    assert "x.json" in run("scenarios", "list", *words, code=BAD_INPUT)[1]
