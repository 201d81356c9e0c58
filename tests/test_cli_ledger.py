"""``cli.py ledger`` over the packs and imported sites: it prints, it sums to the people, and it says what it rests on."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from data.capacities import read_capacities
from data.snapshot import read_registry
from geo.ledger import PARTS
from geo.registry import Registry
from i18n import LANGUAGES
from jobs.ledger import LedgerAsked, gap_ledger, minutes_for
from jobs.opening import open_store
from settings import Settings
from tests.make import make_registry

HEALTH = Path(__file__).parents[2] / "shared" / "data" / "facilities" / "hotosm_pse_health_facilities_points.geojson"
NEWEST = {"PS": 4_665_426, "SY": 21_296_000, "IL": 9_294_000}
pytestmark = pytest.mark.usefixtures("workspace")


def run(*words: str, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def ledger(folder: Path, *words: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    out, _ = run("ledger", "--out", str(folder / "ledger.csv"), "--lang", "en", *words)
    assert out.count("\n") == 1
    return pd.read_csv(folder / "ledger.csv"), json.loads(out)


def test_the_ledger_of_the_packs_sums_to_the_people(tmp_path: Path) -> None:
    table, account = ledger(tmp_path, "--service", "primary_care", "--group", "all", "--limit", "30")
    assert list(table.columns) == ["area_id", "service", "group", "need", *PARTS]
    assert len(table) == 36
    assert set(table["service"]) == {"primary_care"}
    assert (table[list(PARTS)].sum(axis=1) == table["need"]).all()
    assert {country: sums["need"] for country, sums in account["totals"].items()} == NEWEST
    # No site of the packs gives it: nobody is served, and nobody faces a full site.
    assert table[["served", "full", "unknown", "excluded"]].sum().sum() == 0
    assert (account["estimate"], account["engine"], account["need"]["rule"]) == (True, "straight_line", ["people_of_group"])


@pytest.mark.skipif(not HEALTH.exists(), reason="the file of health facilities is not here")
def test_imported_sites_of_unknown_state_are_neither_a_gap_nor_none(tmp_path: Path) -> None:
    before, _ = ledger(tmp_path, "--service", "medical_care", "--limit", "30")
    run("import", str(HEALTH), "--lang", "en")
    after, account = ledger(tmp_path, "--service", "medical_care", "--limit", "30")
    assert account["services_counted"] == ["medical_care", "primary_care", "hospital_care"]
    assert (after[list(PARTS)].sum(axis=1) == after["need"]).all()
    assert {country: sums["need"] for country, sums in account["totals"].items()} == NEWEST
    assert (after["out_of_reach"] <= before["out_of_reach"]).all()
    here = after["area_id"].str.startswith("PS")
    assert after.loc[here, "unknown"].sum() > 4_000_000
    assert after.loc[here, "served"].sum() == 0
    assert not after.loc[~here, "unknown"].any()  # the points are in Palestine, and no way is estimated across its border
    near, _ = ledger(tmp_path, "--service", "medical_care", "--limit", "15", "--mode", "walk")
    assert (near["out_of_reach"] >= after["out_of_reach"]).all()
    assert near["out_of_reach"].sum() > after["out_of_reach"].sum()


def test_one_governorate_is_the_same_row_as_among_all(tmp_path: Path) -> None:
    every, _ = ledger(tmp_path, "--service", "information", "--group", "women", "--limit", "60")
    some, account = ledger(
        tmp_path, "--service", "information", "--group", "women", "--limit", "60", "--governorate", "PS0150", "--governorate", "SY01"
    )
    pd.testing.assert_frame_equal(some, every[every["area_id"].isin(["PS0150", "SY01"])].reset_index(drop=True), check_dtype=False)
    # Nobody has counted the women of Damascus here: no figure, and not 0.
    assert some.set_index("area_id").loc["SY01", ["need", *PARTS]].isna().all()
    assert account["areas_without_known_need"] == ["SY01"]
    assert (account["need"]["group_rule"], account["need"]["group_source"]) == (["female_15_plus"], ["ocha-cod-ps-ps-2023"])


def test_prevalence_is_used_where_it_is_sourced(tmp_path: Path) -> None:
    table, account = ledger(tmp_path, "--service", "psychosocial_support", "--governorate", "PS0150", "--governorate", "IL-HA")
    found = table.set_index("area_id")["need"]
    assert found["PS0150"] == round(705_589 * 0.221)
    assert found["IL-HA"] == 1_143_100
    assert account["need"]["rule"] == ["any_mental_disorder_conflict_adults", "people_of_group"]
    assert "Charlson" in account["need"]["rule_source"][0]


@pytest.mark.usefixtures("training_beside")
def test_the_training_workspace_and_capacity_off(tmp_path: Path) -> None:
    given = ("--service", "legal_counselling", "--group", "women", "--limit", "30", "--workspace", "training")
    table, account = ledger(tmp_path, *given)
    assert account["training"] is True
    assert table["full"].sum() > table["served"].sum() > 0
    assert table["unknown"].sum() > 0
    off, account = ledger(tmp_path, *given, "--capacity-off")
    assert account["capacity"] == "off"
    assert off["full"].sum() == 0
    assert (off["served"] >= table["served"])[table["need"].notna()].all()
    assert off["out_of_reach"].equals(table["out_of_reach"])
    in_order, _ = ledger(tmp_path, *given, "--allocation", "in_order")
    assert in_order["served"].sum() <= table["served"].sum()
    assert in_order["out_of_reach"].equals(table["out_of_reach"])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("words", [
    ["--service", "no_such"], ["--service", "information", "--group", "no_such"], ["--service", "information", "--governorate", "PS9999"],
    ["--service", "information", "--limit", "-1"], ["--service", "information", "--mode", "ship"], ["--service", "information", "--regime", "closed"],
    ["--service", "information", "--allocation", "best"], ["--service", "information", "--workspace", "other"],
])  # fmt: skip
def test_bad_options_are_told_and_nothing_is_written(tmp_path: Path, lang: str, words: list[str]) -> None:
    _, told = run("ledger", *words, "--out", str(tmp_path / "ledger.csv"), "--lang", lang, code=BAD_INPUT)
    assert told.strip()
    assert "Traceback" not in told
    assert not (tmp_path / "ledger.csv").exists()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_estimate_is_called_one(tmp_path: Path, lang: str) -> None:
    _, told = run("ledger", "--service", "information", "--out", str(tmp_path / "l.csv"), "--lang", lang)
    assert "1.3" in told


@pytest.mark.usefixtures("training_beside")
def test_capacities_are_read_from_the_store() -> None:
    settings = Settings.from_env()
    training = open_store(
        Settings.from_env({"JIWAR_DATA_DIR": str(settings.data_dir), "JIWAR_KEY_FILE": str(settings.key_file), "JIWAR_WORKSPACE": "training"})
    )
    found = read_capacities(training, ["legal_counselling"])
    giving = read_registry(training).sites["services"].map(lambda given: "legal_counselling" in given)
    assert set(giving.index[giving]) <= set(found.index)
    assert found.isna().any()
    assert (found.dropna() >= 0).all()
    both = read_capacities(training, ["legal_counselling", "information"])
    assert set(found.index) <= set(both.index)
    assert both[found.index].isna().sum() >= found.isna().sum()
    assert read_capacities(training, ["no_such"]).empty
    training.engine.dispose()


def invented() -> Registry:
    return make_registry(40)


def test_no_way_is_estimated_between_countries() -> None:
    registry = invented()
    points = registry.localities[["area_id", "lon", "lat"]]
    sites = registry.sites[registry.sites["lon"].notna()]
    minutes, account = minutes_for(registry, points, sites, mode="car", limit=600)
    countries = registry.areas["country"]
    assert len(minutes) > 0
    for point, site in zip(minutes.point_ids[minutes.point], minutes.site_ids[minutes.site], strict=True):
        assert countries[points.loc[point, "area_id"]] == countries[sites.loc[site, "area_id"]]
    assert account["estimate"] is True
    near, _ = minutes_for(registry, points, sites, mode="car", limit=10)
    assert len(near) < len(minutes)


@pytest.mark.parametrize("service", ["medical_care", "women_girls_safe_space"])
def test_the_ledger_changes_nothing_and_sums_over_an_invented_registry(service: str) -> None:
    registry = invented()
    before = registry.sites.copy()
    capacity = pd.Series(np.where(np.arange(40) % 3 == 0, math.nan, 1_000.0), index=registry.sites.index)
    found = gap_ledger(registry, capacity, LedgerAsked(service, limit=600, mode="car"))
    pd.testing.assert_frame_equal(registry.sites, before)
    known = found.areas.dropna()
    assert known["need"].sum() == 2_500_000
    assert (known[list(PARTS)].sum(axis=1) == known["need"]).all()
    assert found.areas.loc["IL-HA"].isna().all()  # its people are not known
    assert found.points.loc[found.points["country"] == "IL", "need"].isna().all()
