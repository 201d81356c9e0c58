"""``cli.py priority`` and ``cli.py index --saved``: lists that add up, and refusals in words."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT

pytestmark = pytest.mark.usefixtures("workspace")


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli.app, [*words, "--lang", "en"])
    assert result.exit_code == code, result.output
    return result.output


def test_the_list_adds_up_and_is_that_of_the_ledger(tmp_path: Path) -> None:
    told = json.loads(
        run(
            "priority",
            "--country",
            "PS",
            "--service",
            "medical_care=2",
            "--service",
            "recreation",
            "--limit",
            "30",
            "--beta",
            "0",
            "--out",
            str(tmp_path / "p.csv"),
        )
    )
    table = pd.read_csv(tmp_path / "p.csv")
    assert len(table) == 16
    assert told["services"] == {"medical_care": 2.0, "recreation": 1.0}
    for parts in (["service.medical_care", "service.recreation"], ["group.all"], ["gap.full", "gap.out_of_reach", "gap.excluded", "gap.unknown"]):
        assert table[parts].sum(axis=1).tolist() == pytest.approx(table["priority"].tolist(), abs=1e-3)
    by_hand = pd.Series(0.0, index=table["area_id"])
    for service, weight in (("medical_care", 2), ("recreation", 1)):
        run("ledger", "--service", service, "--limit", "30", "--out", str(tmp_path / "l.csv"))
        ledger = pd.read_csv(tmp_path / "l.csv").set_index("area_id")
        by_hand += weight * (ledger["need"] - ledger["served"]).reindex(by_hand.index)
    assert table.set_index("area_id")["priority"].to_dict() == pytest.approx(by_hand.to_dict())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--country", "XX", "--service", "medical_care=1"], "XX"), (["--country", "PS", "--service", "nothing=1"], "nothing"),
        (["--country", "PS", "--service", "medical_care=much"], "medical_care=much"), (["--country", "PS", "--service", "medical_care=0"], "weight"),
        (["--country", "PS", "--service", "medical_care=-1"], "weight"), (["--country", "PS", "--service", "medical_care", "--group", "men=1"], "men"),
    ],
)  # fmt: skip
def test_what_cannot_be_weighed_is_refused_in_words(words: list[str], told: str) -> None:
    assert told in run("priority", *words, "--out", "-", code=BAD_INPUT)


def test_a_saved_ranking_stands_alone_and_must_exist(tmp_path: Path) -> None:
    assert "There is no record number 99" in run("index", "--saved", "99", code=BAD_INPUT)
    assert "--saved alone" in run("index", "--saved", "1", "--missing", "keep", code=BAD_INPUT)
    assert "--saved alone" in run("index", "--out", str(tmp_path / "x.csv"), code=BAD_INPUT)
