"""The gap ledger: it always sums, it never calls the unknown a gap or no gap, and more sites never put more people out of reach."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.ledger import PARTS, area_ledger, point_ledger, service_sites
from geo.minutes import Minutes
from tests.geo.access_support import World, world, worlds
from tests.make import make_registry

CAPACITY = st.one_of(st.just(math.nan), st.just(math.inf), st.integers(0, 60).map(float), st.just(7.5))
SITE = st.tuples(st.sampled_from(["open", "open", "unknown", "closed"]), st.booleans(), CAPACITY)
LIMITS = st.sampled_from([0.0, 30.0, 60.0])


def sites_of(w: World, rows: list[tuple[str, bool, float]]) -> pd.DataFrame:
    sites = pd.DataFrame(rows[: len(w.places)], columns=["state", "admits", "capacity"], index=list(w.places))
    return sites.assign(area_id="A", lon=35.0)


def split(w: World, rows: list[tuple[str, bool, float]], limit: float = 60.0, **how: object) -> pd.DataFrame:
    return point_ledger(w.population.astype("int64"), sites_of(w, rows), w.minutes, limit=limit, **how)  # type: ignore[arg-type]


def test_every_part_by_hand() -> None:
    w = world([100, 50, 30, 20, 10], [60, 0, 0], [[10, None, None], [20, None, 60], [None, 30, None], [61, None, None], [None, 30, 60]])
    rows = [("open", True, 60.0), ("open", False, 10.0), ("open", True, math.nan)]
    found = split(w, rows)
    assert found.loc["p0"].to_dict() == {"need": 100, "served": 60, "full": 40, "out_of_reach": 0, "excluded": 0, "unknown": 0}
    assert found.loc["p1", "unknown"] == 50  # 60 minutes are within 60
    assert found.loc["p2", "excluded"] == 30
    assert found.loc["p3", "out_of_reach"] == 20
    assert found.loc["p4", "unknown"] == 10  # a site that may serve them comes before one that does not admit them
    assert split(w, rows, limit=59.9)["unknown"].sum() == 0


@given(worlds(), st.lists(SITE, min_size=4, max_size=4), LIMITS, st.sampled_from(["optimal", "in_order"]))
def test_the_parts_always_sum_to_the_need(w: World, rows: list[tuple[str, bool, float]], limit: float, allocation: str) -> None:
    found = split(w, rows, limit, allocation=allocation)
    assert (found[list(PARTS)].sum(axis=1) == found["need"]).all()
    assert found["need"].to_dict() == {p: int(v) for p, v in w.people.items()}
    assert (found >= 0).all(axis=None)
    assert all(dtype == np.int64 for dtype in found.dtypes)
    stated = sum(math.floor(c) for s, (state, admits, c) in zip(w.places, rows, strict=False) if state == "open" and admits and math.isfinite(c))
    endless = any(state == "open" and admits and c == math.inf for state, admits, c in rows[: len(w.places)])
    assert endless or found["served"].sum() <= stated


def slow(w: World, rows: list[tuple[str, bool, float]], limit: float, served: pd.Series) -> dict[str, dict[str, int]]:
    """Return the ledger by the rules as they are told, with plain loops, around what is served."""
    site = dict(zip(w.places, rows, strict=False))
    out = {}
    for p, people in w.people.items():
        reach = [site[s] for s in w.places if (p, s) in w.table and w.table[p, s] <= limit]
        parts = dict.fromkeys(PARTS, 0)
        parts["served"] = int(served[p])
        if any(admits and (state == "unknown" or (state == "open" and math.isnan(c))) for state, admits, c in reach):
            rest = "unknown"
        elif any(admits and state == "open" for state, admits, c in reach):
            rest = "full"
        elif any(state == "open" for state, _, _ in reach):
            rest = "excluded"
        else:
            rest = "out_of_reach"
        parts[rest] += int(people) - parts["served"]
        out[p] = {"need": int(people), **parts}
    return out


@given(worlds(), st.lists(SITE, min_size=4, max_size=4), LIMITS)
def test_the_rules_in_plain_loops(w: World, rows: list[tuple[str, bool, float]], limit: float) -> None:
    found = split(w, rows, limit)
    assert found.T.to_dict() == slow(w, rows, limit, found["served"])


@given(worlds(), st.lists(SITE, min_size=4, max_size=4), LIMITS)
def test_opening_a_site_never_puts_more_people_out_of_reach(w: World, rows: list[tuple[str, bool, float]], limit: float) -> None:
    before = split(w, [("closed", *rows[0][1:]), *rows[1:]], limit)
    for state in ("open", "unknown"):
        after = split(w, [(state, *rows[0][1:]), *rows[1:]], limit)
        assert (after["out_of_reach"] <= before["out_of_reach"]).all()
        assert after["served"].sum() >= before["served"].sum()


@given(worlds(), st.lists(SITE, min_size=4, max_size=4), LIMITS)
def test_the_unknown_is_never_served_and_never_a_gap(w: World, rows: list[tuple[str, bool, float]], limit: float) -> None:
    """Learn what is not known, either way: the parts that were known may only grow out of the unknown."""
    doubt = split(w, rows, limit)
    nothing = [("closed" if state == "unknown" else state, admits, 0.0 if math.isnan(c) else c) for state, admits, c in rows]
    worst = split(w, nothing, limit)
    assert (doubt["served"].sum()) == worst["served"].sum()
    gap = ["full", "out_of_reach", "excluded"]
    assert (doubt[gap].sum(axis=1).sum()) <= worst[gap].sum(axis=1).sum()
    best = split(w, [("open" if state == "unknown" else state, admits, math.inf if math.isnan(c) else c) for state, admits, c in rows], limit)
    assert best["served"].sum() >= doubt["served"].sum()
    if not any(state == "unknown" or math.isnan(c) for state, _, c in rows[: len(w.places)]):
        assert doubt["unknown"].sum() == 0


@given(worlds(), LIMITS)
def test_no_sites_serve_nobody_and_endless_ones_everybody_in_reach(w: World, limit: float) -> None:
    none = split(w, [("closed", True, 5.0)] * 4, limit)
    assert none["out_of_reach"].sum() == none["need"].sum()
    endless = split(w, [("open", True, math.inf)] * 4, limit)
    reached = {p for (p, _), t in w.table.items() if t <= limit}
    assert endless["served"].to_dict() == {p: int(v) if p in reached else 0 for p, v in w.people.items()}


@given(worlds(), st.lists(SITE, min_size=4, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(w: World, rows: list[tuple[str, bool, float]], random: object) -> None:
    points = list(w.people)
    random.shuffle(points)  # type: ignore[attr-defined]
    sites = sites_of(w, rows)
    first = point_ledger(w.population.astype("int64"), sites, w.minutes, limit=60)
    other = point_ledger(w.population.astype("int64")[points], sites.iloc[::-1], w.minutes, limit=60)
    assert other.T.to_dict() == first.T.to_dict()


def test_a_site_that_is_only_known_by_its_governorate_leaves_its_people_unknown() -> None:
    w = world([10, 20], [5], [[None], [None]])
    sites = sites_of(w, [("open", True, 5.0)]).assign(lon=np.nan)
    minutes = Minutes.from_frame(w.frame, w.population.index, pd.Index([]))
    need = w.population.astype("int64")
    found = point_ledger(need, sites, minutes, limit=60, area_of=pd.Series({"p0": "A", "p1": "B"}))
    assert found["unknown"].to_dict() == {"p0": 10, "p1": 0}
    assert found["out_of_reach"].to_dict() == {"p0": 0, "p1": 20}
    assert point_ledger(need, sites.assign(admits=False), minutes, limit=60, area_of=pd.Series({"p0": "A", "p1": "B"}))["unknown"].sum() == 0
    assert point_ledger(need, sites, minutes, limit=60)["unknown"].sum() == 0


def test_who_is_kept_from_a_site_by_a_permit_is_excluded() -> None:
    w = world([10], [50], [[None]])
    free = world([10], [50], [[20.0]])
    found = split(w, [("open", True, 50.0)], unhindered=free.minutes)
    assert found.loc["p0", "excluded"] == 10
    assert split(w, [("open", True, 50.0)], limit=10, unhindered=free.minutes).loc["p0", "out_of_reach"] == 10


@pytest.mark.parametrize("row", [("half", True, 1.0), ("open", True, -1.0)])
def test_states_and_capacities_that_there_are_not(row: tuple[str, bool, float]) -> None:
    with pytest.raises(InputError, match=r"access\.site_state"):
        split(world([1], [1], [[1.0]]), [row])


def test_areas_whose_need_is_not_known_have_no_figures() -> None:
    points = split(world([10, 5], [3], [[1.0], [None]]), [("open", True, 3.0)])
    found = area_ledger(points, pd.Series({"p0": "A", "p1": "A"}), pd.Index(["A", "B", "C"]), pd.Index(["C"]))
    assert found.loc["A"].to_dict() == {"need": 15, "served": 3, "full": 7, "out_of_reach": 5, "excluded": 0, "unknown": 0}
    assert found.loc["B"].to_dict() == dict.fromkeys(["need", *PARTS], 0)
    assert found.loc["C"].isna().all()


def test_sites_of_a_service_as_the_ledger_sees_them() -> None:
    registry = make_registry(24)
    sites = registry.sites.copy()
    sites["status"] = ["damaged", "unknown", "planned", *["active"] * 21]
    found = service_sites(sites, ["medical_care"], "women", pd.Series({"site-00000": 5.0, "site-00003": 9.0}))
    assert set(found.index) == {i for i, given in sites["services"].items() if "medical_care" in given}
    for site_id, row in found.iterrows():
        status, groups = sites.loc[site_id, "status"], sites.loc[site_id, "target_groups"]
        assert row["state"] == {"active": "open", "planned": "closed", "damaged": "unknown", "unknown": "unknown"}[status]
        assert row["admits"] == (not groups or "all" in groups or "women" in groups)
        assert math.isnan(row["capacity"]) == (site_id not in {"site-00000", "site-00003"})
    assert service_sites(sites, ["no_such"], "women", pd.Series(dtype=float)).empty
    disabled = sites.assign(target_groups=[("disability",)] * len(sites))
    assert service_sites(disabled, ["medical_care"], "women_disability", pd.Series(dtype=float))["admits"].all()
    assert not service_sites(disabled, ["medical_care"], "women", pd.Series(dtype=float))["admits"].any()
    masked = sites.assign(position_kind="area_centroid")
    assert service_sites(masked, ["medical_care"], "women", pd.Series(dtype=float))["lon"].isna().all()
