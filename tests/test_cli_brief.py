"""``cli.py brief`` on the real packs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from data import clock
from tests.test_cli import run

pytestmark = pytest.mark.usefixtures("workspace")


def summary(output: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(output.strip().splitlines()[-1])
    return found


def test_briefs_hold_the_figures_of_the_profile(tmp_path: Path) -> None:
    told = summary(run("brief", "IL-HA", "--lang", "he", "--format", "xlsx", "--format", "csv", "--out", str(tmp_path / "one")))
    day = clock.today().isoformat()
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == [f"jiwar-brief-IL-HA-he-{day}.{extension}" for extension in ("csv", "xlsx")]
    assert (told["briefs"], told["files"]) == (1, 2)
    assert set(told["seconds_per_file"]) == {"xlsx", "csv"}  # type: ignore[call-overload]
    one = tmp_path / "one"
    profile = json.loads(run("profile", "IL-HA", "--json", "--lang", "he"))
    figures = {figure["key"]: figure["value"] for section in profile["sections"] for figure in section["figures"]}
    sheet = openpyxl.load_workbook(one / f"jiwar-brief-IL-HA-he-{day}.xlsx")["figures"]
    written = {row[10].value: row[2].value for row in sheet.iter_rows(min_row=2)}
    assert list(written) == list(figures)
    for key, value in figures.items():
        assert written[key] == (pytest.approx(value, rel=1e-12) if value is not None else written[key])
        assert isinstance(written[key], str) is (value is None)
    rows = list(csv.DictReader(io.StringIO((one / f"jiwar-brief-IL-HA-he-{day}.csv").read_text("utf-8-sig"))))
    matrix = next(table for section in profile["sections"] for table in section["tables"] if table["key"] == "who_does_what")
    assert sum(int(row["sites"]) for row in rows[1:]) == sum(row[1] for row in matrix["rows"])


@pytest.mark.parametrize("words", [("PS01",), (), ("PS0150", "--lang", "xx"), ("PS0150", "--format", "docx")])
def test_what_cannot_be_is_said(words: tuple[str, ...], tmp_path: Path) -> None:
    run("brief", *words, "--out", str(tmp_path / "none"), code=2)
    assert not (tmp_path / "none").exists()
