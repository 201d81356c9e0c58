"""The gap ledger over loaded roads: exact on a street whose answers are known, and never better when more is closed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.ledger import PARTS
from geo.obstacles import REGIMES, Obstacle
from geo.roads import RoadGraph
from jobs.ledger import Ledger, LedgerAsked, compared, gap_ledger, minutes_for
from jobs.roads import Roads
from tests.geo.roads_support import Place, at, grid
from tests.geo.test_obstacles import hindrances
from tests.geo.test_travel import worlds
from tests.jobs.road_world import load, registry_of

STREET = grid(1, 11, step=1000.0)
"""Ten kilometres at 25 km/h: 2.4 minutes a kilometre."""
POINTS = {"far": at(0, 0), "middle": at(5000, 0), "off": at(10_000, 5000)}
SITES = {"clinic": at(10_000, 0)}
"""The clinic is 24 minutes from `far`, 12 from `middle`, and 9.75 from `off` by an estimate: 5 km x 1.3 at 40 km/h."""
GATE = Obstacle("gate", "checkpoint", shapely.Point(at(7500, 0)), may_pass=frozenset({"permit_holder"}))


def street(data_dir: Path, *obstacles: Obstacle) -> Roads:
    return load(data_dir, STREET, obstacles)


def ledger(roads: Roads | None, capacity: float, limit: float, regime: str = "usual", mobility: str = "resident", **more: object) -> Ledger:
    asked = LedgerAsked("medical_care", limit=limit, regime=regime, mobility=mobility, governorates=("PS0101",), **more)  # type: ignore[arg-type]
    return gap_ledger(registry_of(POINTS, SITES), pd.Series({"clinic": capacity}), asked, roads=roads)


def parts(found: Ledger) -> dict[str, int]:
    row = found.areas.dropna().astype(int).to_dict("index")["PS0101"]
    assert sum(row[part] for part in PARTS) == row["need"] == 300_000
    return {part: row[part] for part in PARTS if row[part]}


@pytest.mark.parametrize(("limit", "expected"), [
    (9, {"out_of_reach": 300_000}), (10, {"served": 100_000, "out_of_reach": 200_000}), (13, {"served": 200_000, "out_of_reach": 100_000}),
    (25, {"served": 250_000, "full": 50_000}),
])  # fmt: skip
def test_people_go_by_road_and_those_off_it_by_an_estimate(tmp_path: Path, limit: float, expected: dict[str, int]) -> None:
    found = ledger(street(tmp_path), 250_000, limit)
    assert parts(found) == expected
    told = found.account["countries"]["PS"]  # type: ignore[index]
    assert (found.account["engine"], found.account["estimate"]) == ("roads", True)
    assert (told["engine"], told["source"], told["year"], told["points_off_network"], told["without_road"]) == (
        "roads",
        "Invented roads",
        2026,
        2,
        "estimate",
    )
    # PS0150 has no locality: its 700,000 people stand at its centre, off the street, as do the 100,000 of `off`.
    assert told["people_off_network"] == told["people_snapped_over_500_m"] == 0.8


def test_minutes_are_those_of_the_street_and_without_roads_those_of_the_crow(tmp_path: Path) -> None:
    by_road = ledger(street(tmp_path), 250_000, 60).minutes
    assert dict(zip(by_road.point_ids[by_road.point], by_road.minutes, strict=True)) == pytest.approx(
        {"far": 24, "middle": 12, "off": 9.75}, abs=0.01
    )
    crow = ledger(None, 250_000, 60)
    assert crow.account["engine"] == "straight_line"
    assert dict(zip(crow.minutes.point_ids[crow.minutes.point], crow.minutes.minutes, strict=True)) == pytest.approx(
        {"far": 19.5, "middle": 9.75, "off": 9.75}, abs=0.01
    )


@pytest.mark.parametrize(("regime", "mobility", "expected"), [
    ("usual", "permit_holder", {"served": 250_000, "full": 50_000}),  # 39 and 27 minutes
    ("usual", "resident", {"served": 100_000, "excluded": 200_000}),  # with a permit they would come in time
    ("bad", "permit_holder", {"out_of_reach": 200_000, "unknown": 100_000}),  # a wait of 147 minutes; nobody knows of those off the road
    ("bad", "resident", {"out_of_reach": 200_000, "unknown": 100_000}),  # a permit would not help
    ("closed", "permit_holder", {"out_of_reach": 200_000, "unknown": 100_000}),
    ("closed", "resident", {"out_of_reach": 200_000, "unknown": 100_000}),
])  # fmt: skip
def test_a_permit_and_a_closure_have_their_own_parts(tmp_path: Path, regime: str, mobility: str, expected: dict[str, int]) -> None:
    assert parts(ledger(street(tmp_path, GATE), 250_000, 40, regime, mobility)) == expected


def test_two_days_are_compared_person_by_person(tmp_path: Path) -> None:
    roads = street(tmp_path, GATE)
    table = compared(ledger(roads, 250_000, 40, "usual", "permit_holder"), ledger(roads, 250_000, 40, "closed", "permit_holder"))
    assert table[["area_id", "need", *PARTS]].to_numpy().tolist()[0] == ["PS0101", 300_000, -250_000, -50_000, 200_000, 0, 100_000]


def test_the_second_answer_comes_from_disk_and_is_the_same(tmp_path: Path) -> None:
    first = ledger(street(tmp_path, GATE), 250_000, 40)
    kept = {path: path.stat().st_mtime_ns for name in ("snapped", "travel") for path in (tmp_path / name).glob("*.npz")}
    assert len(kept) == 4  # points, sites, minutes, and minutes with every permit
    again = ledger(street(tmp_path, GATE), 250_000, 40)
    assert {path: path.stat().st_mtime_ns for name in ("snapped", "travel") for path in (tmp_path / name).glob("*.npz")} == kept
    pd.testing.assert_frame_equal(first.points, again.points)


def test_a_damaged_answer_on_disk_is_made_anew(tmp_path: Path) -> None:
    first = ledger(street(tmp_path, GATE), 250_000, 40)
    for name in ("snapped", "travel"):
        for path in (tmp_path / name).glob("*.npz"):
            path.write_bytes(path.read_bytes()[:100])
    pd.testing.assert_frame_equal(first.points, ledger(street(tmp_path, GATE), 250_000, 40).points)


def test_a_day_or_a_class_without_roads_is_refused(tmp_path: Path) -> None:
    for roads in (None, Roads(tmp_path)):
        with pytest.raises(InputError, match=r"access\.regime"):
            ledger(roads, 1, 30, "bad")
        with pytest.raises(InputError, match=r"roads\.mobility"):
            ledger(roads, 1, 30, "usual", "permit_holder")
    here = street(tmp_path)
    with pytest.raises(InputError, match=r"travel\.unknown_regime"):
        ledger(here, 1, 30, "worse")
    with pytest.raises(InputError, match=r"travel\.unknown_class"):
        ledger(here, 1, 30, "bad", "nobody")
    elsewhere = LedgerAsked("medical_care", regime="bad", governorates=("SY01",))
    with pytest.raises(InputError, match=r"access\.regime"):
        gap_ledger(registry_of(POINTS, SITES), pd.Series({"clinic": 1.0}), elsewhere, roads=here)


def test_roads_lead_neither_over_a_border_nor_from_one_region_to_another(tmp_path: Path) -> None:
    registry = registry_of(POINTS, SITES)
    registry.localities.loc["far", ["area_id", "country"]] = ["IL-HA", "IL"]
    points = registry.localities[["area_id", "lon", "lat"]]
    minutes, account = minutes_for(registry, points, registry.sites, mode="car", limit=60, roads=street(tmp_path))
    assert list(minutes.point_ids[minutes.point]) == ["middle", "off"]
    assert account["engine"] == "mixed"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    worlds(), hindrances(), st.integers(0, 400_000), st.sampled_from([5.0, 15.0, 60.0]), st.sampled_from(["resident", "permit_holder"]), st.booleans()
)
def test_a_day_with_more_closures_never_serves_more(
    world: tuple[RoadGraph, list[Place]], obstacles: list[Obstacle], capacity: int, limit: float, mobility: str, off: bool
) -> None:
    graph, places = world
    half = max(len(places) // 2, 1)
    registry = registry_of(
        {f"p{i}": place for i, place in enumerate(places[:half])}, {f"s{i}": place for i, place in enumerate(places[half:] or places)}
    )
    with tempfile.TemporaryDirectory() as folder:
        roads = load(Path(folder), graph, obstacles)
        sums = []
        for regime in REGIMES:
            asked = LedgerAsked("medical_care", limit=limit, regime=regime, mobility=mobility, governorates=("PS0101",), capacity_off=off)
            found = gap_ledger(registry, pd.Series(float(capacity), index=registry.sites.index), asked, roads=roads)
            known = found.points[found.points["need"].notna()]
            assert (known[list(PARTS)].sum(axis=1) == known["need"]).all()
            sums.append(found.areas.loc["PS0101"])
    served, reachable = np.array([row["served"] for row in sums]), np.array([row["served"] + row["full"] + row["unknown"] for row in sums])
    assert (np.diff(served) <= 0).all()
    assert (np.diff(reachable) <= 0).all()
