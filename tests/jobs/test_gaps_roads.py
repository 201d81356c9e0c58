"""What the Gaps page shows of roads: areas of reach, chances, differences between days and obstacles on the way, on an invented road."""

from __future__ import annotations

import dataclasses
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.geometry
from typer.testing import CliRunner

import cli
from data.roads.scenarios import keep_scenario, scenario_of
from geo.ledger import PARTS
from geo.obstacles import Obstacle
from geo.registry import Registry
from geo.roads import RoadGraph
from i18n import translator
from jobs.gaps import reach_ledger
from jobs.gaps_asked import GapsAsked, offer_of
from jobs.gaps_chance import SPREAD, ChanceAsked, country_chance
from jobs.gaps_compare import compare
from jobs.gaps_export import export_chances
from jobs.gaps_reach import Reach, ReachAsked, reach_geojson, reach_of
from jobs.gaps_way import obstacles_on_the_way
from jobs.gaps_why import FEWEST_TOLD, why_here
from jobs.ledger import Ledger
from jobs.reach import On, reach_area
from jobs.roads import Roads
from tests.geo.roads_support import at, graph_of
from tests.geo.test_obstacles import point
from tests.jobs.road_world import DAY, load, registry_of

AREA = "PS0150"
ASKED = GapsAsked(country="PS", area=AREA, service="medical_care", limit=6)
PLACES = {"west": at(0, 0), "middle": at(1500, 0), "away": at(500, 9000)}
SITES = {"S1": at(2000, 0)}


def road(**tagged: str) -> RoadGraph:
    """Return a road of two kilometres, and a way round its first half that is twice as long."""
    nodes = {1: at(0, 0), 2: at(1000, 0), 3: at(2000, 0), 4: at(500, 900)}
    residential = {"highway": "residential"}
    return graph_of(nodes, [([1, 2], residential), ([2, 3], residential), ([1, 4, 2], residential)], {2: dict(tagged)} if tagged else None)


def gate(p_open: float = 0.6, **more: object) -> Obstacle:
    return point("gate", "road_gate_open", at(500, 0), p_open=(p_open,) * 24, source="Somebody", **more)


def people() -> Registry:
    """Return places and a site in a governorate that lies around them."""
    registry = registry_of(PLACES, SITES, area=AREA)
    areas = registry.areas.copy()
    areas.loc[[AREA], "geometry"] = [shapely.box(35.1, 31.89, 35.4, 32.1)]
    return dataclasses.replace(registry, areas=areas)


def world(tmp_path: Path, *obstacles: Obstacle, graph: RoadGraph | None = None) -> tuple[Registry, Roads]:
    return people(), load(tmp_path, graph or road(), obstacles)


def ledger_of(registry: Registry, asked: GapsAsked, roads: Roads | None) -> Ledger:
    return reach_ledger(registry, pd.Series({"S1": 1e9}), asked.ledger, lambda _: None, roads)


def quiet(_step: str, _share: float) -> None:
    pass


def reach(registry: Registry, roads: Roads, **asked: object) -> tuple[ReachAsked, Reach]:
    wanted = ReachAsked.of(dataclasses.replace(ASKED, sites=("S1",), **asked))  # type: ignore[arg-type]
    return wanted, reach_of(registry, wanted, roads, quiet)


def test_what_can_be_asked_for_is_what_the_roads_know(tmp_path: Path) -> None:
    assert offer_of(Roads(tmp_path), "PS") is None
    _, roads = world(tmp_path, gate(may_pass=frozenset({"driver", "resident"})))
    offer = offer_of(roads, "PS")
    assert offer is not None
    assert (offer.obstacles, offer.classes[0], offer.classes[-1]) == (1, "resident", "driver")
    assert offer_of(roads, "SY") is None


def test_areas_go_by_the_roads_and_are_those_of_the_command(tmp_path: Path) -> None:
    registry, roads = world(tmp_path, gate())
    asked, found = reach(registry, roads, regime="closed", bands="quarters", limit=6)
    assert found.worth == "roads"
    assert [minutes for minutes, _ in found.areas] == [60, 45, 30, 15]
    asked, found = reach(registry, roads, regime="closed", limit=4)
    lon, lat = SITES["S1"]
    body, _ = reach_area(On(DAY, "PS"), (lon, lat), [4], "car", asked.day(roads), tmp_path)
    told = shapely.geometry.shape(json.loads(body)["features"][0]["geometry"])
    inside = registry.governorates.geometry[AREA]
    assert told.area > 0
    assert found.areas[0][1].symmetric_difference(told.intersection(inside)).area < 1e-12
    features = json.loads(reach_geojson(found, asked, ["One"]))["features"]
    assert [feature["properties"].get("minutes") for feature in features] == [4, None]
    assert features[1]["properties"] == {"site_id": "S1", "name": "One"}


def test_a_closure_makes_an_area_smaller(tmp_path: Path) -> None:
    registry, roads = world(tmp_path, gate())
    areas = [reach(registry, roads, regime=regime, limit=5)[1].areas[0][1].area for regime in ("usual", "closed")]
    assert areas[0] > areas[1] > 0


def test_without_roads_an_area_is_an_estimate_and_a_closure_is_refused(tmp_path: Path) -> None:
    registry, roads = people(), Roads(tmp_path)
    _, found = reach(registry, roads)
    assert found.worth == "estimate"
    ((_, area),) = found.areas
    assert registry.governorates.geometry[AREA].buffer(1e-9).covers(area)
    _, refused = reach(registry, roads, regime="closed")
    assert (refused.sites, refused.left_out, refused.areas[0][1].is_empty) == ((), ("S1",), True)


@pytest.mark.parametrize(("column", "value"), [("sensitivity", 1), ("position_kind", "masked"), ("lon", math.nan)])
def test_a_site_that_is_not_public_has_no_area(tmp_path: Path, column: str, value: Any) -> None:
    registry, roads = world(tmp_path)
    hidden = dataclasses.replace(registry, sites=registry.sites.assign(**{column: [value]}))
    _, found = reach(hidden, roads)
    assert found.sites == ()
    assert all(shape.is_empty for _, shape in found.areas)


def test_chances_are_those_of_the_command_and_governorates_are_weighted_by_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry, roads = world(tmp_path, gate())
    ledger = ledger_of(registry, ASKED, roads)
    shares: list[float] = []
    found = country_chance(registry, ledger, ChanceAsked.of(ASKED), roads, lambda _, share: shares.append(share))
    assert found is not None
    assert shares == sorted(shares)
    assert len(shares) >= found.draws
    assert shares[-1] == 1
    points = ledger.points[ledger.points["country"] == "PS"]
    points.rename_axis("point_id").reset_index()[["point_id", "lon", "lat"]].to_csv(tmp_path / "points.csv", index=False)
    (tmp_path / "sites.csv").write_text("site_id,lon,lat\nS1,{},{}\n".format(*SITES["S1"]), "utf-8")
    monkeypatch.setenv("JIWAR_DATA_DIR", str(tmp_path))
    words = ["--sites", str(tmp_path / "sites.csv"), "--points", str(tmp_path / "points.csv"), "--out", str(tmp_path / "out.csv")]
    done = CliRunner().invoke(cli.app, ["chances", "--country", "PS", "--limit", "6", *words, "--date", "2026-06-01"])
    assert done.exit_code == 0, done.output
    told = pd.read_csv(tmp_path / "out.csv").set_index("point_id")
    ours = found.points[["probability", *SPREAD]].loc[list(PLACES)]
    pd.testing.assert_frame_equal(ours, told.loc[list(PLACES)], check_names=False, check_dtype=False)
    assert 0.5 < ours["probability"]["west"] < 0.7
    assert ours["probability"]["middle"] == 1
    assert ours.loc["away"].isna().all()
    row = found.areas.loc[AREA]
    assert row["probability"] == pytest.approx((ours["probability"]["west"] + 1) / 2, abs=1e-4)
    assert row["off"] == pytest.approx(row["need"] / 3, abs=2)
    assert row["p10"] <= row["p50"] <= row["p90"]


def test_without_an_open_site_nobody_reaches_one_and_without_roads_there_is_no_chance(tmp_path: Path) -> None:
    registry, roads = world(tmp_path, gate())
    closed = dataclasses.replace(registry, sites=registry.sites.assign(status="closed"))
    found = country_chance(closed, ledger_of(closed, ASKED, roads), ChanceAsked.of(ASKED), roads, quiet)
    assert found is not None
    assert found.points["probability"].loc[["west", "middle"]].tolist() == [0, 0]
    assert np.isinf(found.points["p10"]["west"])
    assert country_chance(registry, ledger_of(registry, ASKED, None), ChanceAsked.of(ASKED), Roads(tmp_path / "none"), quiet) is None


def test_the_differences_of_two_days_sum_to_nothing_and_say_who_loses(tmp_path: Path) -> None:
    registry, roads = world(tmp_path, gate())
    asked = dataclasses.replace(ASKED, compare_regime="closed")
    assert asked.other is not None
    found = compare(registry, ledger_of(registry, asked, roads), ledger_of(registry, asked.other, roads), asked)
    assert found is not None
    assert (found.rows[list(PARTS)].sum(axis=1) == 0).all()
    row = found.rows.loc[AREA]
    assert row["served"] == -row["out_of_reach"] < 0
    assert found.totals["served"] == row["served"]
    assert compare(registry, found.before, found.before, ASKED) is None


def test_a_permit_is_compared_like_a_day(tmp_path: Path) -> None:
    registry, roads = world(tmp_path, gate(1.0, may_pass=frozenset({"permit_holder"})))
    asked = dataclasses.replace(ASKED, compare_mobility="permit_holder")
    assert asked.other is not None
    found = compare(registry, ledger_of(registry, asked, roads), ledger_of(registry, asked.other, roads), asked)
    assert found is not None
    assert found.totals["served"] == -found.totals["excluded"] > 0


@pytest.mark.parametrize(("regime", "minutes"), [("usual", 0.0), ("closed", math.inf)])
def test_the_gate_between_a_place_and_its_site_is_named(tmp_path: Path, regime: str, minutes: float) -> None:
    registry, roads = world(tmp_path, gate())
    asked = dataclasses.replace(ASKED, regime=regime, limit=1)
    ledger = ledger_of(registry, asked, roads)
    why = why_here(registry, ledger, asked, roads)
    found = {one.point_id: one for one in obstacles_on_the_way(registry, ledger, why, asked, roads, quiet)}
    assert set(found) == {"west", "middle"}  # the third stands on no road
    west = found["west"]
    assert west.site_id == "S1"
    assert west.free == pytest.approx(2000 * 0.06 / 25, abs=0.01)
    assert [(one.kind, one.minutes, one.barred, one.source, one.around) for one in west.barriers] == [
        ("road_gate_open", minutes, False, "Somebody", False)
    ]
    assert west.minutes == (pytest.approx(west.free) if regime == "usual" else pytest.approx(7.3, abs=0.2))
    assert found["middle"].barriers == ()


def test_what_stands_on_the_way_round_and_what_the_road_map_knows_are_told_too(tmp_path: Path) -> None:
    around = point("round", "checkpoint", at(250, 450), source="")
    registry, roads = world(tmp_path, gate(0.1, may_pass=frozenset({"driver"})), around, graph=road(barrier="checkpoint"))
    asked = dataclasses.replace(ASKED, limit=1)
    ledger = ledger_of(registry, asked, roads)
    found = {one.point_id: one for one in obstacles_on_the_way(registry, ledger, why_here(registry, ledger, asked, roads), asked, roads, quiet)}
    told = [(one.kind, one.minutes, one.barred, one.source, one.around) for one in found["west"].barriers]
    assert told == [
        ("road_gate_open", math.inf, True, "Somebody", False),
        ("checkpoint", 15.0, False, "Invented roads", False),
        ("checkpoint", 15.0, False, "Invented obstacles", True),
    ]
    assert found["west"].minutes > found["west"].free + 30


def test_the_way_to_a_protected_site_is_not_told(tmp_path: Path) -> None:
    registry, roads = world(tmp_path, gate())
    hidden = dataclasses.replace(registry, sites=registry.sites.assign(sensitivity=1))
    asked = dataclasses.replace(ASKED, limit=1)
    ledger = ledger_of(hidden, asked, roads)
    assert obstacles_on_the_way(hidden, ledger, why_here(hidden, ledger, asked, roads), asked, roads, quiet) == []
    plain = ledger_of(registry, asked, None)
    assert obstacles_on_the_way(registry, plain, why_here(registry, plain, asked), asked, Roads(tmp_path / "none"), quiet) == []


def test_a_scenario_stands_in_ledger_areas_ways_and_chances_as_it_does_in_the_commands(tmp_path: Path) -> None:
    registry, roads = world(tmp_path, gate())
    keep_scenario(tmp_path, scenario_of("Market day", ["gate=closed"]))
    keep_scenario(tmp_path, scenario_of("Elsewhere", ["not here=closed"]))
    offer = offer_of(roads, "PS")
    assert offer is not None
    assert offer.scenarios == ("Market day",)
    usual, closed, named = (dataclasses.replace(ASKED, regime=day, sites=("S1",)) for day in ("usual", "closed", "Market day"))
    rows = [ledger_of(registry, asked, roads).areas.loc[AREA].tolist() for asked in (usual, closed, named)]
    assert rows[2] == rows[1] != rows[0]
    areas = [reach_of(registry, ReachAsked.of(asked), roads, quiet).areas[0][1] for asked in (usual, closed, named)]
    assert areas[2].equals(areas[1])
    assert areas[2].area < areas[0].area
    near = dataclasses.replace(named, limit=1)
    ledger = ledger_of(registry, near, roads)
    ways = {one.point_id: one for one in obstacles_on_the_way(registry, ledger, why_here(registry, ledger, near, roads), near, roads, quiet)}
    assert [one.minutes for one in ways["west"].barriers] == [math.inf]
    chance = country_chance(registry, ledger, ChanceAsked.of(named), roads, quiet)
    assert chance is not None
    assert chance.points["probability"]["west"] in (0, 1)  # nothing is left to chance: the only gate is closed on every day


def test_an_opened_gate_does_not_bar_whom_it_would(tmp_path: Path) -> None:
    registry, roads = world(tmp_path, gate(0.1, may_pass=frozenset({"driver"})))
    keep_scenario(tmp_path, scenario_of("All open", ["gate=open"]))
    asked = dataclasses.replace(ASKED, limit=1, regime="All open")
    ledger = ledger_of(registry, asked, roads)
    found = obstacles_on_the_way(registry, ledger, why_here(registry, ledger, asked, roads), asked, roads, quiet)
    told = {one.point_id: [(barrier.minutes, barrier.barred) for barrier in one.barriers] for one in found}
    assert told["west"] == [(0.0, False)]


def test_places_of_few_people_are_not_named_in_the_file_and_unknown_is_neither_far_nor_nought(tmp_path: Path) -> None:
    registry, roads = world(tmp_path, gate())
    found = country_chance(registry, ledger_of(registry, ASKED, roads), ChanceAsked.of(ASKED), roads, quiet)
    assert found is not None
    need = found.points["need"].copy()
    need[["west", "middle", "away"]] = [FEWEST_TOLD - 1, FEWEST_TOLD, FEWEST_TOLD + 1]
    few = dataclasses.replace(found, points=found.points.assign(need=need))
    rows = pd.read_csv(io.BytesIO(export_chances(registry, few, ASKED, translator("en"))), encoding="utf-8-sig").set_index("point_id")
    assert sorted(rows.index.dropna()) == ["away", "middle"]
    assert rows.loc["away", ["probability", "p10", "p50", "p90"]].isna().all()
    assert rows.loc["away", "off_roads"] == FEWEST_TOLD + 1
    assert rows.loc["middle", ["probability", "off_roads"]].tolist() == [1, 0]
    assert "west" not in rows.to_csv()


def test_a_site_that_is_only_planned_is_nobodys_nearest(tmp_path: Path) -> None:
    registry, roads = world(tmp_path)
    planned = dataclasses.replace(registry, sites=registry.sites.assign(status="planned"))
    why = why_here(planned, ledger_of(planned, ASKED, roads), ASKED, roads)
    assert list(why.sites.index) == ["S1"]  # it is told, with its state
    assert set(why.places["nearest"]) == {""}
