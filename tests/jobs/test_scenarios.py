"""A ledger on a day of a scenario: it adds up, serves no more than before, and is never an estimate under its name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import shapely

from data.roads.scenarios import keep_scenario, scenario_of
from geo.errors import InputError
from geo.ledger import PARTS
from geo.obstacles import Obstacle
from jobs.ledger import LedgerAsked, gap_ledger
from tests.geo.roads_support import at, grid
from tests.jobs.road_world import load, registry_of


def test_a_ledger_on_a_scenario_adds_up_and_never_serves_more(tmp_path: Path) -> None:
    registry = registry_of({"near": at(0, 0), "far": at(390, 0), "off": at(0, 9_000)}, {"s": at(10, 0)})
    roads = load(tmp_path, grid(1, 3), [Obstacle("gate", "checkpoint", shapely.Point(at(300, 0)))])
    before = roads.state
    for name, change in (("Shut", "gate=closed"), ("Late", "gate=delay:60"), ("Elsewhere", "nothing=closed")):
        keep_scenario(tmp_path, scenario_of(name, [change]))
    assert roads.state != before  # what was computed on another day is not shown on this one

    def on(regime: str) -> tuple[pd.DataFrame, dict[str, object]]:
        found = gap_ledger(
            registry, pd.Series({"s": 1e9}), LedgerAsked("medical_care", limit=30, regime=regime, governorates=("PS0101",)), roads=roads
        )
        assert (found.areas[list(PARTS)].sum(axis=1) == found.areas["need"]).all()
        return found.points, found.account

    usual, _ = on("usual")
    assert usual.loc["far", "served"] == usual.loc["far", "need"] > 0
    for name in ("Shut", "Late"):
        points, account = on(name)
        assert account["regime"] == name
        assert account["scenario"] == {"name": name, "on": "usual", "edits": 1, "edits_not_here": []}
        assert points.loc["far", "out_of_reach"] == points.loc["far", "need"]
        assert points.loc["near", "served"] == points.loc["near", "need"]
        assert points.loc["off", "served"] == 0  # off the roads nobody knows what is open
    for name, code in (("Elsewhere", "scenarios.nothing_here"), ("Nothing", "travel.unknown_regime")):
        with pytest.raises(InputError) as raised:
            on(name)
        assert raised.value.code == code
