"""What the commands of travel and access say to input that is wrong or odd: one clear message, or a result that is stated; nothing is dropped in silence."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from geo.ledger import PARTS
from tests.test_cli_travel import CHECKPOINT, TOWN

ISLAND = """ <node id="11" lat="31.95" lon="35.20"/><node id="12" lat="31.95" lon="35.21"/>
 <way id="9"><nd ref="11"/><nd ref="12"/><tag k="highway" v="residential"/></way>
</osm>"""
"""A street that no other leads to, long enough to count as a part of the network."""
FILES = {
    "town.osm": TOWN.replace("</osm>", ISLAND),
    "obstacles.geojson": json.dumps({"type": "FeatureCollection", "features": [CHECKPOINT]}),
    "places.csv": "point_id,lon,lat,population\ntown,35.20,31.90,30\nisland,35.205,31.95,10\nsea,33.5,31.8,60\n",
    "damascus.csv": "point_id,lon,lat\nd,36.3,33.5\n",
    "swapped.csv": "point_id,lon,lat\ntown,31.90,35.20\n",
    "twice.csv": "point_id,lon,lat\na,35.20,31.90\na,35.21,31.90\n",
    "north.csv": "point_id,lon,lat\na,35.20,95\n",
    "clinics.csv": "site_id,lon,lat\nclinic,35.22,31.90\nboat,33.5,32.0\n",
    "at_sea.csv": "site_id,lon,lat\nboat,33.5,32.0\n",
    "points.csv": "point_id,population\na,100\nb,50\n",
    "sites.csv": "site_id,supply,capacity\ns,5,60\nt,3,20\n",
    "minutes.csv": "point_id,site_id,minutes\na,s,10\nb,s,30\na,t,inf\n",
    "negative.csv": "point_id,site_id,minutes\na,s,10\nb,s,-0.5\n",
    "nan.csv": "point_id,site_id,minutes\na,s,10\nb,s,nan\n",
    "word.csv": "point_id,site_id,minutes\na,s,10\nb,s,soon\n",
    "hole.csv": "point_id,site_id,minutes\na,s,10\nb,s,\n",
    "no_point.csv": "point_id,site_id,minutes\na,s,10\nz,s,5\n",
    "no_site.csv": "point_id,site_id,minutes\na,s,10\nb,z,5\n",
    "again.csv": "point_id,site_id,minutes\na,s,10\na,s,12\n",
    "nothing.csv": "point_id,site_id,minutes\n",
    "plain.graphml": "<graphml><key id='x' attr.name='x'/><key id='y' attr.name='y'/><key id='l' attr.name='length'/><graph>"
    "<node id='a'><data key='x'>35.2</data><data key='y'>31.9</data></node><node id='b'><data key='x'>35.21</data><data key='y'>31.9</data></node>"
    "<edge source='a' target='b'><data key='l'>950</data></edge></graph></graphml>",
    "rings.csv": "point_id,site_id,minutes\na,s,\x1b]0;name\x07\n",
    "commas.csv": "point_id,lon,lat\na,35,20,31,90\n",
    "void.csv": "",
}
ROAD = ("--graph", "town.osm", "--sites", "clinics.csv", "--points", "places.csv")
TABLES = ("--points", "points.csv", "--sites", "sites.csv")
ACCESS, CAPACITY = ("access", *TABLES, "--method", "2sfca"), ("capacity", *TABLES)
HERE = ("isochrone", "--graph", "town.osm", "--lon", "35.22", "--lat", "31.90")
LEDGER = ("ledger", "--service", "medical_care")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JIWAR_DATA_DIR", str(tmp_path / "data"))
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def asked(folder: Path, *words: str, code: int = 0) -> str:
    """Run a command on the files of the folder; return what it says."""
    named = [str(folder / word) if word in FILES else word for word in words]
    result = CliRunner().invoke(cli.app, [*named, "--out", str(folder / "out"), *([] if "--lang" in words else ["--lang", "en"])])
    assert result.exit_code == code, result.output
    return result.stderr if code else result.stdout


def stated(folder: Path, *words: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(asked(folder, *words))
    return told


def table(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "out")


REFUSED = [
    *[((*command, "--minutes", file), words) for command in (ACCESS, CAPACITY) for file, words in (
        ("negative.csv", ("row 3", "minutes")), ("nan.csv", ("row 3", "minutes")), ("word.csv", ("row 3", "soon")), ("hole.csv", ("row 3", "minutes")),
        ("no_point.csv", ("row 3", "point_id", "z")), ("no_site.csv", ("row 3", "site_id", "z")), ("again.csv", ("row 3", "site_id")), ("void.csv", ("void.csv", "empty")), ("sites.csv", ("point_id", "site_id, supply")),
    )],
    *[((*command, "--minutes", "minutes.csv", "--limit", limit), (limit,)) for command in (ACCESS, CAPACITY) for limit in ("-1", "nan")],
    *[((command, *ROAD, "--points", file), words) for command in ("travel-time", "chances") for file, words in (
        ("damascus.csv", ("35.200", "country")), ("swapped.csv", ("35.200", "swapped")), ("twice.csv", ("row 3", "point_id")), ("north.csv", ("row 2", "lat")), ("commas.csv", ("row 2", "cells")), ("void.csv", ("void.csv", "empty")),
    )],
    *[((command, *ROAD, "--sites", "at_sea.csv"), ("No site", "35.200")) for command in ("travel-time", "chances")],
    *[((*command, "--limit", limit), (limit.replace("1e9", "1000000000"),)) for command in (("travel-time", *ROAD), ("chances", *ROAD), HERE) for limit in ("-1", "nan", "1e9")],
    (("isochrone", "--graph", "town.osm", "--lon", "33.5", "--lat", "32", "--limit", "5"), ("35.200",)),
    (("isochrone", "--graph", "town.osm", "--lon", "36.3", "--lat", "33.5", "--limit", "5"), ("35.200", "country")),
    (("isochrone", "--graph", "town.osm", "--lon", "nan", "--lat", "33.5", "--limit", "5"), ("nan",)),
    (("isochrone", "--country", "PS", "--lon", "35.2", "--lat", "31.9", "--limit", "5"), ("No roads are loaded for PS", "--graph")),
    (("isochrone", "--country", "XX", "--lon", "35.2", "--lat", "31.9", "--limit", "5"), ("XX", "PS, SY, IL")),
    (("travel-time", *ROAD, "--graph", "plain.graphml"), ("highway", "osmnx")),
    (("isochrone", "--graph", "town.osm", "--site", "nobody", "--limit", "5"), ("nobody",)),
    ((*LEDGER, "--limit", "nan"), ("nan",)),
    (("ledger", "--service", "nothing"), ("nothing",)),
    ((*LEDGER, "--governorate", "PS9999"), ("PS9999",)),
    ((*LEDGER, "--group", "nobody"), ("nobody",)),
]  # fmt: skip


def test_a_cell_never_moves_the_cursor_of_a_terminal(folder: Path) -> None:
    said = asked(folder, *ACCESS, "--minutes", "rings.csv", code=BAD_INPUT)
    assert "row 2" in said
    assert "\x1b" not in said
    assert "\x07" not in said


@pytest.mark.parametrize(("words", "named"), [case for case in REFUSED if case[0][0] != "ledger" and "--site" not in case[0]])
def test_what_cannot_be_used_is_refused_in_one_message_that_names_it(folder: Path, words: tuple[str, ...], named: tuple[str, ...]) -> None:
    told = asked(folder, *words, code=BAD_INPUT)
    assert [part for part in named if part not in told] == []
    assert "Traceback" not in told
    assert not (folder / "out").exists()


@pytest.mark.usefixtures("workspace")
def test_the_registry_refuses_what_it_does_not_know(folder: Path) -> None:
    for words, named in REFUSED:
        if words[0] == "ledger" or "--site" in words:
            told = asked(folder, *words, code=BAD_INPUT)
            assert [part for part in named if part not in told] == [], words
            assert not (folder / "out").exists()


def test_the_sea_and_an_island_are_stated_by_travel_time(folder: Path) -> None:
    told = stated(folder, "travel-time", *ROAD)
    assert (told["points"], told["pairs"], told["points_without_site"]) == (3, 1, 2)
    assert (told["points_off_network"], told["sites_off_network"], told["points_cut_off"]) == (1, 1, 1)
    assert told["off_network"] == {"points": ["sea"], "sites": ["boat"]}
    assert told["snapped_over_500_m"] == 0.6
    assert table(folder)["point_id"].tolist() == ["town"]
    closed = stated(folder, "travel-time", *ROAD, "--obstacles", "obstacles.geojson", "--regime", "closed")
    assert closed["points_cut_off"] == 1  # the town has a way round
    assert stated(folder, "travel-time", *ROAD, "--limit", "1")["points_cut_off"] == 1  # too far is not cut off


def test_the_sea_and_an_island_are_stated_by_chances(folder: Path) -> None:
    told = stated(folder, "chances", *ROAD)
    assert (told["points"], told["points_off_network"], told["sites_off_network"], told["points_never"]) == (3, 1, 1, 1)
    found = table(folder).set_index("point_id")
    assert found["probability"].to_dict() == {"town": 1.0, "island": 0.0, "sea": pytest.approx(math.nan, nan_ok=True)}
    assert found["p50"]["island"] == math.inf
    assert found.loc["sea"].isna().all()


def test_an_isochrone_stays_on_its_island(folder: Path) -> None:
    told = stated(folder, "isochrone", "--graph", "town.osm", "--lon", "35.205", "--lat", "31.95", "--limit", "600")
    (feature,) = json.loads((folder / "out").read_text("utf-8"))["features"]
    assert 0.5 < told["km2"]["600"] < 1
    assert {round(lat, 2) for _, lat in feature["geometry"]["coordinates"][0]} == {31.95}


def test_a_limit_of_nothing_has_its_result(folder: Path) -> None:
    assert stated(folder, "travel-time", *ROAD, "--limit", "0")["pairs"] == 0
    assert len(table(folder)) == 0
    told = stated(folder, "chances", *ROAD, "--limit", "0")
    assert (told["limit"], told["points_never"]) == (0, 2)
    assert stated(folder, *HERE, "--limit", "0")["km2"] == {"0": 0.0}
    told = stated(folder, *ACCESS, "--minutes", "minutes.csv", "--limit", "0")
    assert (told["limit"], told["pairs_within_limit"]) == (0, 0)
    assert table(folder)["value"].tolist() == [0, 0]
    told = stated(folder, *CAPACITY, "--minutes", "minutes.csv", "--limit", "0", "--optimal")
    assert (told["served"], told["in_reach"], told["unused"]) == (0, 0, {"s": 60, "t": 20})


@pytest.mark.usefixtures("workspace")
def test_the_ledger_of_a_limit_of_nothing_leaves_everybody_out_of_reach(folder: Path) -> None:
    told = stated(folder, *LEDGER, "--limit", "0")
    assert all(sums["served"] == sums["full"] == 0 for sums in told["totals"].values())
    assert told["totals"]["PS"]["out_of_reach"] == told["totals"]["PS"]["need"]
    # Somewhere in a governorate of Syria stands a site that keeps its place to itself: people there are told apart.
    assert told["totals"]["SY"]["out_of_reach"] < told["totals"]["SY"]["need"]
    found = table(folder)
    assert (found[list(PARTS)].sum(axis=1) == found["need"]).all()


def test_roads_of_another_country_are_not_loaded(folder: Path) -> None:
    result = CliRunner().invoke(cli.app, ["roads", "add", str(folder / "town.osm"), "--country", "SY", "--lang", "en"])
    assert result.exit_code == BAD_INPUT
    assert "does not touch SY" in result.stderr
    assert "Traceback" not in result.stderr


def test_pairs_without_a_route_and_a_file_without_pairs_are_counted(folder: Path) -> None:
    told = stated(folder, *ACCESS, "--minutes", "minutes.csv", "--limit", "30")
    assert (told["pairs"], told["points_without_route"]) == (2, 0)
    told = stated(folder, *ACCESS, "--minutes", "nothing.csv")
    assert (told["pairs"], told["points_without_route"], told["people_without_route"]) == (0, 2, 150)
    assert stated(folder, *CAPACITY, "--minutes", "nothing.csv")["unused"] == {"s": 60, "t": 20}


@pytest.mark.parametrize(
    "command", [("access", "--method", "e2sfca"), ("access", "--method", "raam", "--limit", "60"), ("capacity", "--limit", "60")]
)
def test_many_pairs_are_answered_with_all_people_accounted_for(folder: Path, command: tuple[str, ...]) -> None:
    """A hundredth of the ten million pairs of ``python -m bench access``, by the same way from file to file."""
    rng = np.random.default_rng(3)
    points, sites = np.char.add("p", np.arange(1_000).astype(str)), np.char.add("s", np.arange(100).astype(str))
    pd.DataFrame({"point_id": points, "population": 10}).to_csv(folder / "points.csv", index=False)
    pd.DataFrame({"site_id": sites, "supply": 7, "capacity": 25}).to_csv(folder / "sites.csv", index=False)
    pairs = {"point_id": np.repeat(points, 100), "site_id": np.tile(sites, 1_000), "minutes": rng.uniform(0, 90, 100_000).round(2)}
    pd.DataFrame(pairs).to_csv(folder / "minutes.csv", index=False)
    told = stated(folder, command[0], *TABLES, "--minutes", "minutes.csv", *command[1:])
    assert len(table(folder)) == told["points"] == 1_000
    assert told["population"] == 10_000
    if command[0] == "capacity":
        assert told["served"] == pytest.approx(2_500)
        assert all(left == pytest.approx(0) for left in told["unused"].values())
    else:
        assert told["pairs"] == 100_000
        assert np.isfinite(table(folder)["value"]).all()
