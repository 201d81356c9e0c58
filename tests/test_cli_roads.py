"""``cli.py roads``, ``cli.py obstacles``, and the ledger that goes by what they load."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from geo.ledger import PARTS
from i18n import LANGUAGES, translator
from tests.test_cli_travel import CHECKPOINT, TOWN

SHARED = Path(__file__).parents[2] / "shared" / "data"
NABK = SHARED / "roads" / "an_nabk_syria.osm"
CLOSURES = SHARED / "closures" / "ocha_wb_closure_points_2025.geojson"
WIDE = TOWN.replace('lon="35.20"', 'lon="34.90"')
"""Reaches over the border of two packs."""
pytestmark = pytest.mark.usefixtures("workspace")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "town.osm").write_text(TOWN, encoding="utf-8")
    (tmp_path / "obstacles.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [CHECKPOINT]}), encoding="utf-8")
    (tmp_path / "none.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    return tmp_path


def run(*words: str, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def rows(*words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*words, "--json")[0].splitlines()]


def graphs(folder: Path) -> list[str]:
    return [path.name for path in (folder / "data" / "roads").iterdir() if path.name != "serving"]


def test_roads_are_added_listed_replaced_and_removed(files: Path) -> None:
    assert rows("roads", "list") == []
    town = str(files / "town.osm")
    (files / "town.osm").write_text(WIDE, encoding="utf-8")
    added = rows("roads", "add", town, "--country", "PS", "--country", "IL", "--title", "Town", "--licence", "ODbL", "--year", "2026")
    assert [(one["country"], one["title"], one["licence"], one["year"]) for one in added] == [
        ("PS", "Town", "ODbL", 2026),
        ("IL", "Town", "ODbL", 2026),
    ]
    assert added[0]["counts"] == {"nodes": 2, "edges": 2}  # two ways that meet at both ends
    assert added[0]["size_bytes"] == len(WIDE.encode())
    assert added[0]["bounds"] == pytest.approx([34.90, 31.90, 35.22, 31.92])
    assert rows("roads", "list") == added
    (files / "town.osm").write_text(WIDE.replace("31.92", "31.93"), encoding="utf-8")
    (newer,) = rows("roads", "add", town, "--country", "PS")
    assert newer["key"] != added[0]["key"]
    assert sorted(graphs(files)) == sorted([newer["key"], added[0]["key"]])  # the old one still serves the other country
    assert [one["title"] for one in rows("roads", "remove", "--country", "IL")] == ["Town"]
    assert graphs(files) == [newer["key"]]
    rows("roads", "remove", "--country", "PS")
    assert graphs(files) == []
    assert rows("roads", "list") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_loaded_is_told_in_words(files: Path, lang: str) -> None:
    said = [run("roads", "list", "--lang", lang)[0], run("obstacles", "list", "--lang", lang)[0]]
    for group, name in (("roads", "town.osm"), ("obstacles", "obstacles.geojson")):
        said.append(run(group, "add", str(files / name), "--country", "PS", "--lang", lang)[0])
        assert name in said[-1]
        assert "31.9" in said[-1]
        assert run(group, "list", "--lang", lang)[0] == said[-1]
        said.append(run(group, "remove", "--country", "PS", "--lang", lang)[0])
    assert all(text.count("\n") == 1 for text in said)
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("words", [
    ["roads", "add", "town.osm", "--country", "XX"], ["roads", "add", "town.osm", "--country", "SY"], ["roads", "add", "gone.osm", "--country", "PS"],
    ["roads", "add", "obstacles.geojson", "--country", "PS"], ["roads", "add", "town.osm", "--country", "PS", "--year", "20260"],
    ["roads", "add", "town.osm", "--country", "PS", "--title", "x" * 400], ["roads", "remove", "--country", "PS"],
    ["obstacles", "add", "town.osm", "--country", "PS"], ["obstacles", "add", "none.geojson", "--country", "PS"],
    ["obstacles", "add", "obstacles.geojson", "--country", "SY"], ["obstacles", "remove", "--country", "IL"],
])  # fmt: skip
def test_what_cannot_be_used_is_told_and_changes_nothing(files: Path, lang: str, words: list[str]) -> None:
    named = [str(files / word) if "." in word else word for word in words]
    _, said = run(*named, "--lang", lang, code=BAD_INPUT)
    assert said.strip()
    assert "Traceback" not in said
    assert rows("roads", "list") == rows("obstacles", "list") == []
    assert not (files / "data" / "roads").exists() or graphs(files) == []


def ledger(folder: Path, *words: str) -> tuple[pd.DataFrame, dict[str, Any], str]:
    out, said = run("ledger", "--out", str(folder / "ledger.csv"), "--lang", "en", *words)
    table = pd.read_csv(folder / "ledger.csv")
    return table, json.loads(out), said


def test_a_day_with_closures_needs_roads_and_says_where_it_knows_of_no_closure(files: Path) -> None:
    asked = ("ledger", "--service", "information", "--out", str(files / "l.csv"), "--lang", "en")
    for more in (["--regime", "bad"], ["--mobility", "permit_holder"], ["--compare", "usual,closed"], ["--compare", "usual"], ["--regime", "worse"]):
        assert run(*asked, *more, code=BAD_INPUT)[1].strip()
    run("roads", "add", str(files / "town.osm"), "--country", "PS")
    table, account, said = ledger(files, "--service", "information", "--regime", "bad", "--mobility", "permit_holder")
    assert "no obstacles are loaded" in said
    assert (account["engine"], account["regime"], account["mobility"]) == ("mixed", "bad", "permit_holder")
    assert (table[list(PARTS)].sum(axis=1) == table["need"]).all()
    run("obstacles", "add", str(files / "obstacles.geojson"), "--country", "PS")
    _, account, said = ledger(files, "--service", "information", "--regime", "bad", "--governorate", "PS0150")
    assert "no obstacles are loaded" not in said
    assert (account["engine"], account["countries"]["PS"]["obstacles"], account["countries"]["PS"]["obstacles_off_road"]) == ("roads", 1, 0)
    table, account, _ = ledger(files, "--service", "information", "--compare", "usual,closed")
    assert (account["first"]["regime"], account["second"]["regime"]) == ("usual", "closed")
    assert (table[list(PARTS)].sum(axis=1) == 0).all()
    assert (table["served"] <= 0).all()


def test_a_graph_that_is_not_whole_is_told_and_never_an_estimate(files: Path) -> None:
    (one,) = rows("roads", "add", str(files / "town.osm"), "--country", "PS")
    (files / "data" / "roads" / one["key"] / "v.npy").write_bytes(b"damaged")
    _, said = run("ledger", "--service", "information", "--out", str(files / "l.csv"), "--lang", "en", code=BAD_INPUT)
    assert "roads add" in said


@pytest.mark.skipif(not NABK.exists(), reason="the roads of An-Nabk are not here")
def test_a_real_town_goes_by_its_roads(tmp_path: Path) -> None:
    run("import", str(NABK), "--lang", "en")
    asked = ("--service", "medical_care", "--mode", "walk", "--limit", "15", "--governorate", "SY03")
    estimate, before, _ = ledger(tmp_path, *asked)
    run("roads", "add", str(NABK), "--country", "SY", "--title", "OpenStreetMap", "--year", "2025")
    roads, account, said = ledger(tmp_path, *asked)
    assert (before["engine"], account["engine"]) == ("straight_line", "roads")
    assert account["countries"]["SY"]["source"] == "OpenStreetMap"
    assert 0.98 < account["countries"]["SY"]["people_off_network"] < 1  # one town of a country
    assert "estimate" in said
    assert roads["need"].equals(estimate["need"])
    # The hospital is 13 minutes on foot by the streets of the map, and 16 by the estimate.
    assert roads["unknown"].sum() > estimate["unknown"].sum() + 50_000
    assert roads["unknown"].sum() - estimate["unknown"].sum() == estimate["out_of_reach"].sum() - roads["out_of_reach"].sum()


@pytest.mark.skipif(not CLOSURES.exists(), reason="the closure points are not here")
def test_the_closure_layer_is_kept_without_the_names_in_it(tmp_path: Path) -> None:
    (one,) = rows("obstacles", "add", str(CLOSURES), "--country", "PS", "--licence", "CC BY 3.0 IGO", "--year", "2025")
    assert one["counts"] == {"obstacles": 809}
    (kept,) = (tmp_path / "data" / "obstacles").glob("*.geojson")
    properties = {name for feature in json.loads(kept.read_text("utf-8"))["features"] for name in feature["properties"]}
    assert properties == {"type", "source", "may_pass"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_place_without_internet_is_one_clear_message(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_address(*_: object, **__: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_address)
    monkeypatch.setattr(socket, "gethostbyname", no_address)
    said = run("roads", "add", "--place", "An-Nabk, Syria", "--country", "SY", "--lang", lang, code=BAD_INPUT)[1]
    tr = translator(lang)
    assert said.strip() == f"{tr('error.roads.offline')} {tr('fix.roads.offline')}"


def test_either_a_file_or_a_place(files: Path) -> None:
    for words in ([], [str(files / "town.osm"), "--place", "An-Nabk, Syria"]):
        assert "--place" in run("roads", "add", *words, "--country", "SY", "--lang", "en", code=BAD_INPUT)[1]
