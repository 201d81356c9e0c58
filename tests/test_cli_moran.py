"""``cli.py moran``: clusters among units from files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from geo.autocorrelation import moran
from tests.geo.test_autocorrelation import SIDE, rook

IDS = [f"{n:03d}" for n in range(SIDE * SIDE)]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    chance = np.random.default_rng(6)
    need, minutes = chance.normal(size=64), chance.normal(size=64)
    need[[9, 10, 17, 18]] += 6
    minutes[[1, 2, 8, 11, 16, 19, 25, 26, 9, 10, 17, 18]] += 6
    rows = [f"{name},{a},{b}" for name, a, b in zip(IDS, need, minutes, strict=True)]
    (tmp_path / "v.csv").write_text("unit,value,other\n" + "\n".join(rows) + "\n", encoding="utf-8")
    i, j = rook(SIDE).nonzero()
    (tmp_path / "n.csv").write_text("unit,neighbour\n" + "".join(f"{IDS[a]},{IDS[b]}\n" for a, b in zip(i, j, strict=True)), encoding="utf-8")
    return tmp_path


def run(files: Path, *more: str, code: int = 0) -> str:
    words = ["moran", "--values", str(files / "v.csv"), "--neighbours", str(files / "n.csv"), "--out", str(files / "o.csv"), "--lang", "en", *more]
    result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == code, result.output
    return result.output


def test_the_file_holds_what_the_method_says(files: Path) -> None:
    summary = json.loads(run(files, "--seed", "4"))
    table = pd.read_csv(files / "v.csv", dtype={"unit": str})
    expected = moran(table["value"], rook(SIDE), seed=4, other=table["other"])
    rows = list(csv.DictReader((files / "o.csv").open(encoding="utf-8")))
    assert [row["unit"] for row in rows] == IDS
    assert [float(row["local"]) for row in rows] == pytest.approx(expected.local["value"].tolist())
    assert [row["kind"] for row in rows] == expected.local["kind"].tolist()
    assert (summary["moran"], summary["p"], summary["bivariate"], summary["one_way_pairs"]) == (pytest.approx(expected.value), expected.p, True, 0)
    assert summary["kinds"]["high_high"] >= 3


def test_a_blank_is_in_nothing_and_its_weight_goes_to_the_other_neighbours(files: Path) -> None:
    text = (files / "v.csv").read_text(encoding="utf-8").replace("other\n", "note\n")
    lines = text.splitlines()
    lines[1] = "000,,x"
    (files / "v.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    summary = json.loads(run(files))
    rows = list(csv.DictReader((files / "o.csv").open(encoding="utf-8")))
    assert rows[0] == {"unit": "000", "local": "", "p": "", "kind": ""}
    assert (summary["without_value"], summary["bivariate"], summary["ignored_columns"]) == (1, False, ["note"])
    z = pd.read_csv(files / "v.csv", dtype={"unit": str})["value"].iloc[1:]
    z = (z - z.mean()) / z.std(ddof=0)
    assert float(rows[1]["local"]) == pytest.approx(z[1] * (z[2] + z[9]) / 2)  # two neighbours are left of three


@pytest.mark.parametrize(
    ("name", "line", "words"),
    [("n.csv", "000,999", ("n.csv", "999", "no such unit")), ("n.csv", "000,000", ("n.csv", "own neighbour")), ("n.csv", "000,001", ("n.csv", "already")),
     ("v.csv", "000,1,1", ("v.csv", "row above")), ("v.csv", "zz,far,1", ("v.csv", "far"))],
)  # fmt: skip
def test_bad_rows_are_named(files: Path, name: str, line: str, words: tuple[str, ...]) -> None:
    with (files / name).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    told = run(files, code=BAD_INPUT)
    assert all(word in told for word in words), told
    assert not (files / "o.csv").exists()


@pytest.mark.parametrize(("lang", "word"), [("en", "at least 30"), ("ar", "يلزم 30"), ("he", "לפחות 30")])
def test_too_few_units_are_said_so(files: Path, lang: str, word: str) -> None:
    text = (files / "v.csv").read_text(encoding="utf-8").splitlines()
    (files / "v.csv").write_text("\n".join([text[0], *(f"{name},," for name in IDS[29:]), *text[1:30]]) + "\n", encoding="utf-8")
    assert word in run(files, "--lang", lang, code=BAD_INPUT)
    assert not (files / "o.csv").exists()
