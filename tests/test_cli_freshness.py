"""``cli.py freshness`` and the filter by the last check, on the invented sites of the training workspace."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from data import clock
from geo.freshness import BANDS
from geo.model import Filter
from i18n import LANGUAGES, translator
from pages.parts import load
from tests.test_cli import run

pytestmark = pytest.mark.usefixtures("training")


@pytest.fixture
def training(training: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The training workspace, whose sites were checked on many days or never."""
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 11, 22))
    return training


def table(*words: str) -> dict[str, dict[str, object]]:
    rows = [json.loads(line) for line in run("freshness", "--json", *words).splitlines()]
    return {row.pop("area_id"): row for row in rows}


def test_the_table_counts_every_site_of_every_governorate() -> None:
    registry = load.registry()
    found = table()
    assert list(found) == list(registry.governorates.index)
    for area_id, row in found.items():
        for band in BANDS:
            assert row[band] == registry.select(Filter(areas=(area_id,), freshness=(band,))).sum()


def test_the_same_sites_are_older_on_a_later_day(monkeypatch: pytest.MonkeyPatch) -> None:
    before = table()
    monkeypatch.setattr(clock, "today", lambda: dt.date(2029, 12, 1))
    after = table()
    assert sum(row["fresh"] for row in before.values()) > 0  # type: ignore[misc]
    assert sum(row["fresh"] + row["ageing"] for row in after.values()) == 0  # type: ignore[operator, misc]
    assert {area: row["never"] for area, row in before.items()} == {area: row["never"] for area, row in after.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_name_the_day_and_the_governorates_asked_for(lang: str) -> None:
    tr = translator(lang)
    lines = run("freshness", "--governorate", "PS0150", "--governorate", "SY01", "--lang", lang).splitlines()
    assert lines[0] == tr("freshness.as_of", date=tr.date(dt.date(2026, 11, 22)))
    assert len(lines) == 5
    assert load.registry().label("area", "PS0150", lang) in lines[3]
    assert "(SY01)" in lines[4]


def test_a_governorate_that_does_not_exist_is_named() -> None:
    assert "PS9999" in run("freshness", "--governorate", "PS9999", "--lang", "en", code=2)


def test_an_export_holds_only_the_bands_asked_for_and_a_word_that_is_none_is_refused(tmp_path: Path) -> None:
    registry = load.registry()
    out = tmp_path / "old.csv"
    run("export", "--last-check", "never", "--last-check", "stale", "--out", str(out))
    with out.open(encoding="utf-8-sig", newline="") as stream:
        ids = [row["site_id"] for row in csv.DictReader(stream)]
    assert ids == list(registry.sites.index[registry.select(Filter(freshness=("stale", "never")))])
    assert 0 < len(ids) < len(registry.sites)
    assert "rotten" in run("export", "--last-check", "rotten", "--out", str(out), "--lang", "en", code=2)
