"""``cli.py index``: files in, one row for each unit and node out, bad cells named in the reader's language."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT

VALUES = "unit,indicator,value\na,x,1\nb,x,٢\nc,x,3\na,y,5\nb,y,4\n"
TREE = "id,parent,kind,direction,weight\nroot,,aggregate,1,1\nx,root,indicator,1,2\ny,root,indicator,-1,1\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "v.csv").write_text(VALUES, encoding="utf-8")
    (tmp_path / "t.csv").write_text(TREE, encoding="utf-8")
    return tmp_path


def run(files: Path, *more: str, code: int = 0) -> str:
    words = ["index", "--values", str(files / "v.csv"), "--tree", str(files / "t.csv"), "--out", str(files / "o.csv"), "--lang", "en", *more]
    result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == code, result.output
    return result.output


def test_scores_ranks_and_the_account(files: Path) -> None:
    summary = json.loads(run(files, "--missing", "keep", "--min-available", "0.5", "--seed", "7"))
    rows = {(row["unit"], row["node"]): row for row in csv.DictReader((files / "o.csv").open(encoding="utf-8"))}
    assert list(next(iter(rows.values()))) == ["unit", "node", "score", "rank", "rank_p05", "rank_p50", "rank_p95"]
    assert [float(rows[unit, "root"]["score"]) for unit in "abc"] == pytest.approx([0, 200 / 3, 100])
    assert [rows[unit, "root"]["rank"] for unit in "abc"] == ["3", "2", "1"]
    assert rows["c", "y"]["score"] == ""
    assert (summary["in_index"], summary["dropped"], summary["seed"]) == (3, {}, 7)
    run(files, "--missing", "keep", "--min-available", "0.5", "--seed", "7")
    assert summary == json.loads(run(files, "--missing", "keep", "--min-available", "0.5", "--seed", "7"))


def test_a_unit_with_too_little_stays_in_the_file_with_empty_cells(files: Path) -> None:
    summary = json.loads(run(files, "--missing", "mean"))
    assert summary["dropped"] == {"c": 0.5}
    rows = [row for row in csv.DictReader((files / "o.csv").open(encoding="utf-8")) if row["unit"] == "c"]
    assert {row["score"] + row["rank"] for row in rows} == {""}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("v.csv", VALUES + "a,x,2\n", ("row 2", "row 7", "two values")), ("v.csv", VALUES.replace("3", "many"), ("row 4", "many")),
     ("v.csv", VALUES.replace("c,x,3", "c,x,-inf"), ("row 4", "-inf")), ("v.csv", VALUES.replace("c,x,3", "c,x,1e200"), ("row 4", "too large")),
     ("v.csv", "unit,indicator,value\n", ("v.csv", "no rows")), ("t.csv", TREE.replace("x,root,indicator,1", "x,root,indicator,2"), ("t.csv row 3", "direction", "“2”")),
     ("t.csv", "id,parent,kind,direction,weight\nx,,indicator,1,1\n", ("root x is an indicator",)),
     ("t.csv", TREE.replace("y,root", "z,root"), ("t.csv row 4", "no such indicator")), ("t.csv", TREE.replace(",2\n", ",0\n").replace("-1,1", "-1,0"), ("root", "sum to zero"))],
)  # fmt: skip
def test_bad_cells_are_named(files: Path, name: str, text: str, words: tuple[str, ...]) -> None:
    (files / name).write_text(text, encoding="utf-8")
    told = run(files, "--missing", "keep", code=BAD_INPUT)
    assert all(word in told for word in words), told
    assert not (files / "o.csv").exists()


def test_what_becomes_of_missing_values_must_be_chosen(files: Path) -> None:
    assert "missing" in run(files, code=2)


@pytest.mark.parametrize(("lang", "word"), [("en", "above 0"), ("ar", "أكبر من 0"), ("he", "גדול מ־0")])
def test_every_row_by_which_nothing_can_be_divided_is_named(files: Path, lang: str, word: str) -> None:
    (files / "v.csv").write_text(VALUES + "a,people,0\nb,people,10\nc,people,-4\n", encoding="utf-8")
    (files / "t.csv").write_text("id,parent,kind,direction,weight,denominator\nroot,,aggregate,1,1,\nx,root,indicator,1,1,people\n", encoding="utf-8")
    told = run(files, "--missing", "keep", "--lang", lang, code=BAD_INPUT)
    assert (told.count(word), told.count("“0”") + told.count("«0»") + told.count("”0“")) == (2, 1)
    assert not (files / "o.csv").exists()


def test_goalposts_that_are_missing_are_named(files: Path) -> None:
    assert "x, y" in run(files, "--missing", "keep", "--normalise", "goalposts", code=BAD_INPUT)
