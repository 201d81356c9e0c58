"""``cli.py completeness``: how many there are in all, from numbers and from files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli.app, ["completeness", *words])
    assert result.exit_code == code, result.output
    return result.output


def rows_of(*some: tuple[str, range, str, str]) -> str:
    return "list,id,area,service\n" + "".join(f"{name},{n},{area},{service}\n" for name, ids, area, service in some for n in ids)


def test_the_golden_number() -> None:
    found = json.loads(run("--first", "24", "--second", "30", "--both", "12"))
    assert (found["estimate"], found["standard_error"]) == (pytest.approx(58.615, abs=5e-4), pytest.approx(8.411, abs=5e-4))
    assert (found["complete_first"], found["complete_second"]) == (pytest.approx(24 / 58.6154, abs=1e-5), pytest.approx(30 / 58.6154, abs=1e-5))
    assert (found["listed"], found["few_shared"]) == (42, False)
    wide = json.loads(run("--first", "24", "--second", "30", "--both", "12", "--level", "0.95"))
    assert wide["high"] == pytest.approx(58.6154 + 1.959964 * 8.4113, abs=1e-3)
    assert wide["complete_listed_low"] == pytest.approx(42 / wide["high"])


def test_each_area_and_service_and_all_together(tmp_path: Path) -> None:
    file, out = tmp_path / "l.csv", tmp_path / "o.csv"
    file.write_text(
        rows_of(("union", range(24), "x", "a"), ("ministry", range(12, 42), "x", "a"), ("union", range(50, 53), "y", "a"), ("union", range(2), "x", "a"),
                ("ministry", range(3), "y", "b")), encoding="utf-8-sig",
    )  # fmt: skip
    summary = json.loads(run("--lists", str(file), "--out", str(out)))
    rows = {(row["area"], row["service"]): row for row in csv.DictReader(out.open(encoding="utf-8"))}
    assert float(rows["x", "a"]["estimate"]) == pytest.approx(58.6154, abs=1e-4)
    assert (rows["y", "a"]["first"], rows["y", "a"]["second"], rows["y", "a"]["estimate"]) == ("3", "0", "")
    assert (summary["first_list"], summary["second_list"], summary["repeated_rows"], summary["placed_differently"]) == ("union", "ministry", 2, 3)
    assert (summary["all"]["first"], summary["all"]["second"], summary["all"]["both"]) == (27, 33, 15)


@pytest.mark.parametrize("lang", ["en", "ar", "he"])
@pytest.mark.parametrize(
    "words",
    [(), ("--first", "3"), ("--first", "3", "--second", "4", "--both", "5"), ("--first", "3", "--second", "4", "--both", "2", "--level", "1"),
     ("--lists", "nowhere.csv"), ("--lists", "nowhere.csv", "--both", "3")],
)  # fmt: skip
def test_what_is_no_two_lists_is_refused(words: tuple[str, ...], lang: str) -> None:
    told = run(*words, "--lang", lang, code=BAD_INPUT)
    assert told.strip()
    assert "completeness." not in told


def test_a_third_list_is_named_with_its_rows_and_one_list_is_none(tmp_path: Path) -> None:
    file, out = tmp_path / "l.csv", tmp_path / "o.csv"
    file.write_text("list,id\na,1\nb,1\nc,1\n", encoding="utf-8")
    assert "l.csv row 4, column list, “c”" in run("--lists", str(file), "--out", str(out), "--lang", "en", code=BAD_INPUT)
    file.write_text("list,id\na,1\na,2\n", encoding="utf-8")
    assert "two lists" in run("--lists", str(file), "--out", str(out), "--lang", "en", code=BAD_INPUT)
    assert not out.exists()
