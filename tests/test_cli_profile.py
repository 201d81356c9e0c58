"""Profile and snapshots from the command line: the same figures as the ledger's, in every language, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from i18n import LANGUAGES, translator
from pages.parts import load

pytestmark = pytest.mark.usefixtures("workspace")


def run(*words: str, code: int = 0) -> str:
    """Run a command and return what it printed."""
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.output


def test_the_profile_has_the_numbers_of_the_ledger(tmp_path: Path) -> None:
    first = run("profile", "SY05", "--json", "--lang", "en")
    assert first == run("profile", "SY05", "--json", "--lang", "en")
    found = json.loads(first)
    tables = {table["key"]: table for section in found["sections"] for table in section["tables"]}
    run("ledger", "--service", "medical_care", "--out", str(tmp_path / "l.csv"))
    ledger = pd.read_csv(tmp_path / "l.csv")
    row = ledger[ledger["area_id"] == "SY05"].to_dict("records")[0]
    label = load.registry().term_label("service", "medical_care", "en")
    own = next(cells for cells in tables["ledger"]["rows"] if cells[0] == label)
    assert own[1:] == [int(row[name]) for name in ("need", "served", "full", "out_of_reach", "excluded", "unknown")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_profile_is_told_in_words(lang: str) -> None:
    tr = translator(lang)
    told = run("profile", "IL-HA", "--lang", lang)
    for section in ("people", "need", "access", "gaps", "sites", "work", "quality", "change", "decisions"):
        assert tr(f"profile.section.{section}") in told
    assert tr("profile.not_known") in told
    assert tr("profile.no_snapshot") in told


def test_snapshots_are_kept_listed_shown_and_compared() -> None:
    line = run("snapshots", "add", "Meeting", "--country", "IL", "--lang", "en")
    assert "Meeting" in line
    assert run("snapshots", "list", "--lang", "en") == line
    assert translator("en")("snapshots.none") in run("snapshots", "list", "--country", "SY", "--lang", "en")
    shown = json.loads(run("snapshots", "show", "1", "--json"))
    assert len(shown["figures"]) > 100
    assert len(shown["ledger"]) == 6 * len({row[1] for row in shown["ledger"]})
    assert shown["sha256"] in run("snapshots", "show", "1", "--lang", "en")
    assert "0 figures differ" in run("snapshots", "compare", "1", "--lang", "en")
    assert json.loads(run("snapshots", "compare", "1", "1", "--json"))["rows"] == []
    assert "Meeting" in run("profile", "IL-HA", "--lang", "en")


@pytest.mark.parametrize(
    "words",
    [
        ("profile", "PS"), ("profile", "nowhere"), ("snapshots", "add", "x", "--country", "XX"), ("snapshots", "add", " ", "--country", "IL"),
        ("snapshots", "add", "x", "--country", "IL", "--governorate", "PS0150"), ("snapshots", "show", "7"), ("snapshots", "compare", "7"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_refused_in_words(words: tuple[str, ...]) -> None:
    run(*words, code=BAD_INPUT)
