"""``cli.py grids``, and the ledger whose people are where a grid says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from geo.ledger import PARTS
from i18n import LANGUAGES
from tests.geotiff import write_tif

pytestmark = pytest.mark.usefixtures("workspace")


@pytest.fixture
def grid(tmp_path: Path) -> str:
    values = np.random.default_rng(3).gamma(0.3, 20, (100, 160)).astype("float32")
    return str(write_tif(tmp_path / "people.tif", values, 34.1, 32.2, 0.01))


def run(*words: str, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def ledger(folder: Path, *words: str) -> tuple[pd.DataFrame, dict[str, Any], str]:
    out, said = run("ledger", "--service", "information", "--out", str(folder / "ledger.csv"), "--lang", "en", *words)
    return pd.read_csv(folder / "ledger.csv"), json.loads(out), said


def test_a_grid_moves_people_and_no_sum(tmp_path: Path, grid: str) -> None:
    before, plain, said = ledger(tmp_path)
    assert plain["where"]["PS"] == {"basis": "localities"}
    assert "population grid" not in said
    (line,) = run("grids", "add", grid, "--country", "PS", "--year", "2020", "--source-title", "Invented people", "--licence", "CC0", "--json")[
        0
    ].splitlines()
    added = json.loads(line)
    assert (added["title"], added["year"], added["licence"]) == ("Invented people", 2020, "CC0")
    assert json.loads(run("grids", "list", "--json")[0]) == added
    after, account, said = ledger(tmp_path)
    where = account["where"]["PS"]
    assert (where["basis"], where["source"], where["year"], where["status"]) == ("grid", "Invented people", 2020, "estimate")
    assert where["points"] == added["counts"]["points"] <= 200 * added["counts"]["governorates"]
    assert account["where"]["SY"] == {"basis": "localities"}
    assert "Invented people, 2020" in said
    assert after["need"].equals(before["need"])
    assert (after[list(PARTS)].sum(axis=1) == after["need"]).all()
    run("grids", "remove", "--country", "PS")
    again, account, _ = ledger(tmp_path)
    assert account["where"]["PS"] == {"basis": "localities"}
    assert again.equals(before)
    assert not list((tmp_path / "data" / "grids").glob("*.csv"))


def test_points_that_are_gone_are_asked_for_again(tmp_path: Path, grid: str) -> None:
    run("grids", "add", grid, "--country", "PS", "--year", "2020", "--source-title", "x")
    (kept,) = (tmp_path / "data" / "grids").glob("*.csv")
    kept.write_text("area_id,lon,lat,weight\nPS0101,35,32,-1\n")
    _, said = run("ledger", "--service", "information", "--out", str(tmp_path / "l.csv"), "--lang", "en", code=BAD_INPUT)
    assert "grids add" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_loaded_and_what_cannot_be_is_told_in_words(tmp_path: Path, grid: str, lang: str) -> None:
    note = ("--year", "2020", "--source-title", "People", "--lang", lang)
    said = [
        run("grids", "list", "--lang", lang)[0],
        run("grids", "add", grid, "--country", "PS", *note)[0],
        run("grids", "remove", "--country", "PS", "--lang", lang)[0],
    ]
    assert all(text.count("\n") == 1 for text in said)
    (tmp_path / "x.tif").write_text("no raster")
    for words in (["x.tif", "PS"], [grid, "SY"]):
        _, why = run("grids", "add", str(tmp_path / words[0]), "--country", words[1], *note, code=BAD_INPUT)
        assert why.strip()
        assert "Traceback" not in why
    assert run("grids", "list", "--json")[0] == ""
