"""The command that lists possible duplicates, on the real packs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli

SITES = "id,name,kind,governorate,lon,lat\n1,Al-Huda Clinic,clinic,PS0150,35.1000,31.5300\n2,عيادة الهدى,clinic,PS0150,35.1002,31.5301\n3,عيادة الندى,clinic,PS0150,35.1001,31.5301\n"


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.output


@pytest.mark.usefixtures("workspace")
def test_two_names_of_one_site_are_listed_and_stay_two(tmp_path: Path) -> None:
    file = tmp_path / "clinics.csv"
    file.write_text(SITES, encoding="utf-8")
    run("import", str(file), "--lang", "en")
    (pair,) = json.loads(run("duplicates", "--json", "--lang", "en"))
    assert {site["name"] for site in pair["sites"]} == {"Al-Huda Clinic", "عيادة الهدى"}
    assert pair["score"] >= 70
    assert "1 pair of sites that may be one. Nothing was merged." in run("duplicates", "--lang", "en")
    assert len(json.loads(run("duplicates", "--json", "--at-least", "1"))) >= 3
    assert "accepted 0, rejected 0, unchanged 3" in run("import", str(file), "--lang", "en")


def test_a_score_above_100_is_refused() -> None:
    run("duplicates", "--at-least", "101", code=2)
