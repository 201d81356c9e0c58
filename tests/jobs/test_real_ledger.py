"""The gap ledger of the packs and the 1,544 health points of Palestine: sums, limits, capacities and days, with the rest of the world as it is."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from data.capacities import read_capacities
from data.demand import services_counted
from data.snapshot import read_registry
from geo.errors import InputError
from geo.ledger import PARTS
from geo.obstacles import REGIMES
from geo.registry import Registry
from jobs.ledger import Ledger, LedgerAsked, gap_ledger
from jobs.opening import open_store
from jobs.roads import Roads
from settings import Settings
from tests.jobs.road_world import load
from tests.jobs.test_west_bank import west_bank

HEALTH = Path(__file__).parents[2] / ".." / "shared" / "data" / "facilities" / "hotosm_pse_health_facilities_points.geojson"
NEWEST = {"PS": 4_665_426, "SY": 21_296_000, "IL": 9_294_000}
SERVICE = "medical_care"


@dataclasses.dataclass(frozen=True)
class Imported:
    """The registry with the health points, as imported and with all of them working; what the command printed and wrote."""

    as_it_is: Registry
    stated: pd.Series
    working: Registry
    printed: str
    written: pd.DataFrame


@pytest.fixture(scope="module")
def imported(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    if not HEALTH.exists():
        pytest.skip("the file of health facilities is not here")
    folder = tmp_path_factory.mktemp("real-ledger")
    shutil.copytree(real_data / "data", folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIWAR_DATA_DIR", str(folder / "data"))
        patch.setenv("JIWAR_KEY_FILE", str(real_data / "places.key"))
        for name in ("JIWAR_DATABASE_URL", "JIWAR_ACCOUNTS_URL", "JIWAR_WORKSPACE"):
            patch.delenv(name, raising=False)
        for words in (["import", str(HEALTH)], ["ledger", "--service", SERVICE, "--limit", "60", "--out", str(folder / "ledger.csv")]):
            result = CliRunner().invoke(cli.app, [*words, "--lang", "en"])
            assert result.exit_code == 0, result.output
        store = open_store(Settings.from_env())
        registry, stated = read_registry(store), read_capacities(store, services_counted(SERVICE))
        store.engine.dispose()
    # The file says neither whether a facility works nor whom it serves.
    working = dataclasses.replace(
        registry, sites=registry.sites.assign(status="active", target_groups=pd.Series([()] * len(registry.sites), registry.sites.index))
    )
    return Imported(registry, stated, working, result.stdout, pd.read_csv(folder / "ledger.csv"))


def ledger(registry: Registry, capacity: pd.Series, limit: float = 60.0, roads: Roads | None = None, **more: object) -> Ledger:
    found = gap_ledger(registry, capacity, LedgerAsked(SERVICE, limit=limit, **more), roads=roads)  # type: ignore[arg-type]
    assert (found.areas[list(PARTS)].sum(axis=1) == found.areas["need"]).all()
    assert {country: sums["need"] for country, sums in found.account["totals"].items()} == NEWEST  # type: ignore[attr-defined]
    return found


def invented_capacity(registry: Registry) -> pd.Series:
    return pd.Series(np.random.default_rng(7).integers(200, 9_000, len(registry.sites)).astype(float), registry.sites.index)


def totals(found: Ledger) -> dict[str, int]:
    return {part: int(found.areas[part].sum()) for part in PARTS}


def test_the_command_prints_what_the_ledger_says_and_it_sums_to_the_people(imported: Imported) -> None:
    assert len(imported.as_it_is.sites) >= 1_544
    found = ledger(imported.as_it_is, imported.stated)
    printed = json.loads(imported.printed)
    assert printed["totals"] == found.account["totals"]
    assert (printed["engine"], printed["estimate"], printed["limit"]) == ("straight_line", True, 60)
    assert imported.written[list(PARTS)].to_numpy().tolist() == found.areas[list(PARTS)].to_numpy().tolist()
    # Nobody says whether they work: neither served nor a gap.
    assert found.account["totals"]["PS"]["served"] == 0  # type: ignore[index]
    assert found.account["totals"]["PS"]["unknown"] > 4_000_000  # type: ignore[index]


def test_no_sites_serve_nobody(imported: Imported) -> None:
    nobody = dataclasses.replace(imported.working, sites=imported.working.sites.iloc[:0])
    found = totals(ledger(nobody, imported.stated))
    assert found == dict.fromkeys(PARTS, 0) | {"out_of_reach": sum(NEWEST.values())}
    full = totals(ledger(imported.working, invented_capacity(imported.working) * 0))
    assert full["served"] == 0
    assert full["full"] > 4_000_000  # there is a site, and no place in it


def test_a_limit_is_inside(imported: Imported) -> None:
    endless = pd.Series(np.inf, imported.working.sites.index)
    minutes = ledger(imported.working, endless).minutes
    nearest = np.minimum.reduceat(minutes.minutes, minutes.starts[:-1][np.diff(minutes.starts) > 0])
    limit = float(nearest.max())  # of the point that is farthest from its nearest site
    at, below = (totals(ledger(imported.working, endless, limit=value)) for value in (limit, limit - 1e-4))
    assert at["out_of_reach"] < below["out_of_reach"]
    assert at["served"] > below["served"]


def test_endless_capacity_is_capacity_off(imported: Imported) -> None:
    endless = ledger(imported.working, pd.Series(np.inf, imported.working.sites.index))
    off = ledger(imported.working, invented_capacity(imported.working), capacity_off=True)
    pd.testing.assert_frame_equal(endless.areas, off.areas)
    pd.testing.assert_frame_equal(endless.points, off.points)
    some = totals(ledger(imported.working, invented_capacity(imported.working)))
    assert 0 < some["served"] < totals(off)["served"]
    assert totals(off)["full"] == 0


def test_days_get_worse_and_the_detour_knows_no_day(imported: Imported, tmp_path: Path) -> None:
    capacity = invented_capacity(imported.working)
    for regime in ("bad", "closed"):
        with pytest.raises(InputError, match=r"access\.regime"):
            ledger(imported.working, capacity, regime=regime)
    roads = load(tmp_path, *west_bank())
    found = [ledger(imported.working, capacity, 20.0, roads, regime=regime, mobility="west_bank_id").areas for regime in REGIMES]
    usual, bad, closed = (areas[areas.index.str.startswith("PS01")].astype(int) for areas in found)
    for better, worse in ((usual, bad), (bad, closed)):
        assert worse["served"].sum() <= better["served"].sum()
        reached = [day["served"] + day["full"] for day in (better, worse)]
        assert (reached[1] <= reached[0]).all()
    assert closed["served"].sum() < usual["served"].sum()
