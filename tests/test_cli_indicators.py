"""Indicators from the command line: what is known, and adding values, the same as on the page."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from data.rights import Right
from data.snapshot import read_registry
from pages.parts import load

pytestmark = pytest.mark.usefixtures("workspace")
SAID = ("--source-title", "Survey", "--publisher", "Office", "--licence", "CC0", "--source-year", "2025", "--lang", "en")


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli.app, ["indicators", *words])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "values.csv"
    path.write_text("المحافظة,2023,2024\nHebron,١٢٫٥,13\nHebrom,1,\nNablus,x,101\n", encoding="utf-8")
    return str(path)


def test_list_says_for_how_many_governorates_each_is_known() -> None:
    text = run("list", "--country", "PS", "--lang", "en")
    assert "Households that call themselves very poor (self_rated_very_poor) · 2014 · known for 15 of 16 governorates · official" in text
    assert "also known for West Bank, Gaza Strip as a whole" in text
    rows = [json.loads(line) for line in run("list", "--json").splitlines()]
    assert {row["country"] for row in rows} == {"PS", "SY", "IL"}
    assert all(row["known"] <= row["total"] for row in rows)
    assert "XX" in run("list", "--country", "XX", code=2)


def test_import_tells_bad_cells_tries_first_and_writes_once(file: str) -> None:
    version = load.store().version()
    dry = run("import", file, "--indicator", "نسبة الفقر", *SAID, "--dry-run")
    assert "row 3" in dry
    assert "PS0150" in dry
    assert "not a number" in dry
    assert "over 100" in dry
    assert "New: 2; changed: 0; as before: 0; refused: 3." in dry
    assert load.store().version() == version
    told = json.loads(run("import", file, "--indicator", "poverty_rate", *SAID, "--json"))
    assert {name: told[name] for name in ("added", "changed", "unchanged", "refused", "dry_run")} == {
        "added": 2, "changed": 0, "unchanged": 0, "refused": 3, "dry_run": False,
    }  # fmt: skip
    assert [cell["code"] for cell in told["cells"]] == ["indicators.area_unknown", "indicators.not_a_number", "indicators.over_100"]
    version = load.store().version()
    assert "New: 0; changed: 0; as before: 2; refused: 3." in run("import", file, "--indicator", "poverty_rate", *SAID)
    assert load.store().version() == version


def test_a_new_indicator_needs_its_unit_and_is_shown_afterwards(file: str, tmp_path: Path) -> None:
    assert "no indicator" in run("import", file, "--indicator", "Water cut off", *SAID, code=2)
    run("import", file, "--indicator", "Water cut off", "--unit", "% of households", "--direction", "1", *SAID)
    out = tmp_path / "out.csv"
    run("show", "water cut off", "--country", "PS", "--out", str(out), "--lang", "en")
    frame = pd.read_csv(out, encoding="utf-8-sig")
    assert frame[frame["value"].notna()][["area_id", "year", "value", "status"]].to_numpy().tolist() == [
        ["PS0150", 2023, 12.5, "estimate"], ["PS0150", 2024, 13.0, "estimate"],
    ]  # fmt: skip
    assert len(frame) == 32
    assert "xlsx" in run("show", "water cut off", "--country", "PS", "--out", str(tmp_path / "out.pdf"), code=2)


def test_nothing_becomes_official_but_by_a_person_of_the_ministry(file: str) -> None:
    for login, right in (("boss", Right("ministry")), ("rana", Right("planner", area_id="PS0115"))):
        load.accounts().create_user(login, login, "seven olive trees", locale="en", actor="test", right=right)
    asked = ("import", file, "--indicator", "poverty_rate", *SAID, "--status", "official")
    assert "official" in run(*asked, code=2)
    assert "official" in run(*asked, "--as", "rana", code=2)
    run(*asked, "--as", "boss")
    found = read_registry(load.store()).values
    assert set(found[found["source_id"].str.startswith("values-")]["status"]) == {"official"}
    told = json.loads(run("import", file, "--indicator", "poverty_rate", *SAID, "--as", "rana", "--json"))
    assert told["cells"][0]["code"] == "indicators.not_own_area"
    assert told["added"] == 0


def test_a_source_without_a_licence_or_a_file_that_is_not_there_is_refused(file: str) -> None:
    assert "terms of use" in run(
        "import", file, "--indicator", "poverty_rate", "--source-title", "x", "--publisher", "x", "--licence", " ", "--lang", "en", code=2
    )
    run("import", "/nowhere.csv", "--indicator", "poverty_rate", *SAID, code=2)


def test_counts_of_issues_are_sent_for_a_partner_and_listed_with_small_ones_hidden(tmp_path: Path) -> None:
    organisation = str(load.registry().organisations.index[0])
    load.accounts().create_user("rana", "rana", "seven olive trees", locale="en", actor="test", right=Right("partner", organisation_id=organisation))
    path, out = tmp_path / "counts.csv", tmp_path / "issues.csv"
    path.write_text(
        "issue,governorate,month,count\nHousing,Hebron,2026-01,12\nHousing,Nablus,2026-01,40\nPermits,Hebron,2026-02,3\nPermits,Nablus,2026-02,25\n=cmd,Jenin,2026-02,17\n"
        "Housing,Atlantis,2026-02,9\nHousing,Jenin,2026-02,30\n", encoding="utf-8",
    )  # fmt: skip
    asked = (
        "send-counts",
        str(path),
        "--source-title",
        "Open files",
        "--publisher",
        "Centre",
        "--licence",
        "own",
        "--source-year",
        "2026",
        "--lang",
        "en",
    )
    assert "counts of issues" in run(*asked, code=2)  # whoever runs the installation is no centre
    dry = run(*asked, "--as", "rana", "--dry-run")
    assert "row 7" in dry
    assert "Atlantis" in dry
    summary = json.loads(run("issues", "--country", "PS", "--out", str(out), "--lang", "en"))
    assert (summary["rows"], out.read_text(encoding="utf-8").count("\n")) == (0, 1)
    assert json.loads(run(*asked, "--as", "rana", "--json"))["added"] == 6
    summary = json.loads(run("issues", "--country", "PS", "--year", "2026", "--out", str(out), "--lang", "en"))
    table = pd.read_csv(out, keep_default_na=False)
    rows = table.set_index(["issue", "area"])
    assert summary["held_back"] == (table["count"] == "").sum() == table["held_back"].sum() > 0
    assert rows.loc[("Permits", "Hebron"), "count"] == ""
    assert "3" not in set(table["count"])
    assert not [text for text in table["issue"] if text.startswith("=")]
    assert rows.loc[("", "Nablus"), "source"] == "Open files"
    assert json.loads(run("issues", "--country", "SY", "--out", str(out)))["rows"] == 0
    assert json.loads(run("issues", "--year", "2020", "--out", str(out)))["rows"] == 0


def test_counts_with_another_column_are_refused_whole(tmp_path: Path) -> None:
    organisation = str(load.registry().organisations.index[0])
    load.accounts().create_user("rana", "rana", "seven olive trees", locale="en", actor="test", right=Right("partner", organisation_id=organisation))
    path = tmp_path / "counts.csv"
    path.write_text("issue,governorate,month,count,name\nHousing,Hebron,2026-01,12,Somebody\n", encoding="utf-8")
    asked = ("send-counts", str(path), "--source-title", "x", "--publisher", "x", "--licence", "x", "--source-year", "2026", "--as", "rana")
    for lang in ("en", "ar", "he"):
        told = run(*asked, "--lang", lang, code=2)
        assert "name" in told
        assert "Somebody" not in told
