"""What is due for a check, for whom, and the state of each governorate."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.checks import due_for_check, freshness_by_area
from geo.freshness import BANDS
from geo.model import PUBLIC, Filter, Scope
from geo.registry import Registry
from tests.make import make_registry

REGISTRY = make_registry(60)
TODAY = dt.date(2028, 6, 1)
PARTNER = Scope("partner", organisation_id="org-1")
PLANNER = Scope("planner", areas=("PS0150",))
MINISTRY = Scope("ministry")
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2035, 1, 1))


def owned(registry: Registry, scope: Scope) -> set[str]:
    sites = registry.sites
    mine = {"partner": sites["organisation_id"] == "org-1", "planner": sites["area_id"] == "PS0150", "ministry": sites["area_id"] != ""}
    return set(sites.index[mine[scope.role]])


@given(DAYS, st.sampled_from([PARTNER, PLANNER, MINISTRY]))
def test_due_are_the_readers_own_sites_that_were_checked_long_ago_or_never(day: dt.date, scope: Scope) -> None:
    late = {
        site_id
        for site_id, site in REGISTRY.sites.iterrows()
        if site["verification"] == "unverified" or (day - site["verified_on"]).days > 2 * 365.2425
    }
    found = due_for_check(REGISTRY, scope, day)
    assert {one.site_id for one in found} == late & owned(REGISTRY, scope)
    assert len(found) == len({one.site_id for one in found})


@given(DAYS)
def test_the_never_checked_come_first_and_then_the_oldest_check(day: dt.date) -> None:
    found = due_for_check(REGISTRY, MINISTRY, day)
    bands = [one.band for one in found]
    assert bands == sorted(bands)
    checked = [one.checked_on for one in found if one.band == "stale"]
    assert checked == sorted(checked)
    assert all((one.checked_on is None) == (one.band == "never") for one in found)
    recorded = [REGISTRY.sites.loc[one.site_id, "verified_on"] for one in found if one.band == "never"]
    assert recorded == sorted(recorded)


@pytest.mark.parametrize("scope", [PUBLIC, Scope("admin"), Scope("partner"), Scope("planner"), Scope("partner", organisation_id="org-9")])
def test_who_may_propose_nothing_is_reminded_of_nothing(scope: Scope) -> None:
    assert due_for_check(REGISTRY, scope, TODAY) == []


def test_a_planner_of_a_country_is_reminded_of_all_of_it() -> None:
    found = due_for_check(REGISTRY, Scope("planner", areas=("PS",)), TODAY)
    assert {REGISTRY.sites.loc[one.site_id, "country"] for one in found} == {"PS"}


def test_lists_that_are_kept_elsewhere_are_checked_there() -> None:
    locked = dataclasses.replace(REGISTRY, sources=REGISTRY.sources.assign(locked=1))
    assert due_for_check(locked, MINISTRY, TODAY) == []
    assert due_for_check(REGISTRY, MINISTRY, TODAY) != []


@given(DAYS, st.lists(st.booleans(), min_size=60, max_size=60).map(np.array))
def test_the_bands_of_a_governorate_add_up_to_its_sites(day: dt.date, mask: np.ndarray) -> None:
    registry = REGISTRY.on(day)
    table = freshness_by_area(registry, mask)
    assert table.index.tolist() == registry.governorates.index.tolist()
    assert (table[list(BANDS)].sum(axis=1) == table["sites"]).all()
    for band in BANDS:
        for area_id in table.index:
            expected = (registry.select(Filter(areas=(area_id,), freshness=(band,))) & mask).sum()
            assert table.loc[area_id, band] == expected


def test_where_there_are_no_sites_there_is_no_share() -> None:
    table = freshness_by_area(REGISTRY, np.zeros(60, dtype=bool))
    assert table["fresh_share"].isna().all()
    assert (table["sites"] == 0).all()
