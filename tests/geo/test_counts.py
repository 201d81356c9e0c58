import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.counts import counts_by_area, newest_values, totals_by_country
from geo.model import Filter
from geo.registry import Registry
from tests.make import AREA_IDS, make_registry

REGISTRY = make_registry(60)
EVERYTHING = np.ones(60, dtype=bool)
MASKS = st.lists(st.booleans(), min_size=60, max_size=60).map(np.array)


def changed(registry: Registry, **columns: object) -> Registry:
    return dataclasses.replace(registry, sites=registry.sites.assign(**columns))


def with_values(*rows: tuple[str, str, int, float, str]) -> Registry:
    values = pd.DataFrame(
        [{"value_id": f"x{i}", "indicator_id": n, "area_id": a, "year": y, "value": v, "unit": "people", "status": s, "source_id": "invented"}
         for i, (n, a, y, v, s) in enumerate(rows)]
    ).set_index("value_id")  # fmt: skip
    return dataclasses.replace(REGISTRY, values=values)


def test_counts_are_those_of_a_loop_over_the_sites() -> None:
    counts = counts_by_area(REGISTRY, EVERYTHING)
    for area_id in AREA_IDS:
        sites = [row for row in REGISTRY.sites.itertuples() if row.area_id == area_id]
        found = counts.loc[area_id]
        assert found["sites"] == len(sites)
        assert found["services"] == sum(len(row.services) for row in sites)
        assert found["organisations"] == len({row.organisation_id for row in sites})
        assert found["planned"] == sum(row.status == "planned" for row in sites)


def test_every_area_has_a_row_where_nothing_is_chosen() -> None:
    counts = counts_by_area(REGISTRY, ~EVERYTHING)
    assert counts.index.tolist() == list(REGISTRY.governorates.index)
    assert (counts[["sites", "services", "organisations", "planned", "protected"]] == 0).all(axis=None)


def test_no_sites_are_zero_for_known_people_and_unknown_for_unknown_people() -> None:
    counts = counts_by_area(REGISTRY, ~EVERYTHING)
    assert counts.loc["PS0101", "sites_per_100k"] == 0
    assert counts.loc["IL-HA", "population"] is pd.NA
    assert counts.loc["IL-HA", "sites_per_100k"] is pd.NA
    assert counts.loc["IL-HA", "services_per_100k"] is pd.NA


def test_rates_are_for_100_000_people() -> None:
    counts = counts_by_area(REGISTRY, EVERYTHING)
    assert counts.loc["PS0101", "sites_per_100k"] == pytest.approx(counts.loc["PS0101", "sites"] / 3)
    assert counts.loc["SY01", "services_per_100k"] == pytest.approx(counts.loc["SY01", "services"] / 15)


def test_nobody_living_there_gives_no_rate() -> None:
    counts = counts_by_area(with_values(("population", "SY01", 2020, 0.0, "official")), EVERYTHING)
    assert counts.loc["SY01", "population"] == 0
    assert counts.loc["SY01", "sites_per_100k"] is pd.NA


def test_population_is_the_newest_official_or_estimated_value() -> None:
    registry = with_values(
        ("population", "SY01", 2004, 100.0, "official"),
        ("population", "SY01", 2016, 130.0, "estimate"),
        ("population", "SY01", 2024, 999.0, "inferred"),
        ("population", "PS0101", 2017, 90.0, "estimate"),
        ("population", "PS0101", 2017, 80.0, "official"),
        ("population", "PS0150", 2024, 70.0, "demo"),
        ("poverty_rate", "PS0150", 2024, 30.0, "official"),
    )
    counts = counts_by_area(registry, EVERYTHING)
    assert counts.loc["SY01", ["population", "population_year", "population_status", "population_source"]].tolist() == [
        130,
        2016,
        "estimate",
        "invented",
    ]
    assert counts.loc["PS0101", ["population", "population_status"]].tolist() == [80, "official"]
    assert counts.loc["PS0150", "population"] is pd.NA
    assert newest_values(registry, "population").loc["SY01", "value"] == 999


def test_only_the_countries_asked_for() -> None:
    assert counts_by_area(REGISTRY, EVERYTHING, countries=["PS"]).index.tolist() == ["PS0101", "PS0150"]


def test_only_the_services_asked_for_are_counted() -> None:
    counts = counts_by_area(REGISTRY, EVERYTHING, services=["food_assistance", "no_such"])
    wanted = REGISTRY.select(Filter(services=("food_assistance",)))
    assert counts["services"].sum() == wanted.sum()
    assert counts["sites"].sum() == len(REGISTRY.sites)


def with_protected(**numbers: int) -> Registry:
    """Make so many sites of each governorate protected."""
    sensitivity, lon = np.zeros(60, dtype=int), REGISTRY.sites["lon"].to_numpy().copy()
    for area_id, number in numbers.items():
        some = np.flatnonzero(REGISTRY.sites["area_id"] == area_id)[:number]
        assert len(some) == number
        sensitivity[some], lon[some] = 2, np.nan
    return changed(REGISTRY, sensitivity=sensitivity, lon=lon)


@pytest.mark.parametrize(("number", "held_back"), [(0, False), (1, True), (4, True), (5, False)])
def test_fewer_than_five_protected_places_are_not_told(number: int, held_back: bool) -> None:
    counts = counts_by_area(with_protected(PS0101=number), EVERYTHING)
    told = counts.loc["PS0101", "protected"]
    assert (told is pd.NA) if held_back else told == number
    assert counts.loc["PS0101", "protected_suppressed"] == held_back
    assert counts.loc["PS0101", "sites"] == (REGISTRY.sites["area_id"] == "PS0101").sum()
    total = totals_by_country(counts).loc["PS", "protected"]
    assert (total is pd.NA) if held_back else total == number


def test_the_total_of_a_country_gives_no_small_number_away() -> None:
    counts = counts_by_area(with_protected(PS0101=2, PS0150=9, SY01=7), EVERYTHING)
    assert counts["protected_suppressed"].to_dict() == {"PS0101": True, "PS0150": True, "SY01": False, "IL-HA": False}


def test_two_filters_tell_no_difference_of_protected_places() -> None:
    registry = with_protected(PS0101=6)
    some = registry.select(Filter(services=("medical_care",)))
    assert 0 < (some & registry.protected).sum() < 6
    assert counts_by_area(registry, some).loc["PS0101", "protected"] == counts_by_area(registry, EVERYTHING).loc["PS0101", "protected"] == 6


def test_who_is_cleared_is_told_every_number() -> None:
    counts = counts_by_area(with_protected(PS0101=2, PS0150=9), EVERYTHING, cleared=True)
    assert counts["protected"].to_dict() == {"PS0101": 2, "PS0150": 9, "SY01": 0, "IL-HA": 0}
    assert not counts["protected_suppressed"].any()


def test_a_sensitive_site_with_a_displaced_point_is_not_called_protected() -> None:
    masked = changed(REGISTRY, sensitivity=1, lon=35.1, position_kind="masked")
    assert (counts_by_area(masked, EVERYTHING)["protected"] == 0).all()
    centred = changed(REGISTRY, sensitivity=2, lon=35.1, position_kind="area_centroid")
    counts = counts_by_area(centred, EVERYTHING)
    assert (counts["protected"] == counts["sites"]).all()


def test_sites_without_area_or_organisation_are_counted_nowhere() -> None:
    registry = changed(REGISTRY, area_id=REGISTRY.sites["area_id"].where(np.arange(60) >= 5), organisation_id="")
    counts = counts_by_area(registry, EVERYTHING)
    assert counts["sites"].sum() == 55
    assert (counts["organisations"] == 0).all()


def test_totals_keep_countries_apart_and_leave_nobody_out() -> None:
    totals = totals_by_country(counts_by_area(REGISTRY, EVERYTHING))
    assert totals.index.tolist() == ["IL", "PS", "SY"]
    assert totals["sites"].sum() == 60
    assert totals.loc["PS", "population"] == 1_000_000
    assert totals.loc["PS", "sites_per_100k"] == pytest.approx(totals.loc["PS", "sites"] / 10)
    assert totals.loc["IL", "population"] is pd.NA
    assert "organisations" not in totals.columns


def test_a_mask_of_another_registry_is_refused() -> None:
    with pytest.raises(ValueError, match="mask"):
        counts_by_area(REGISTRY, np.ones(59, dtype=bool))


def test_an_empty_registry_counts_zero() -> None:
    counts = counts_by_area(make_registry(0), np.zeros(0, dtype=bool))
    assert counts["sites"].tolist() == [0, 0, 0, 0]
    assert str(counts["services"].dtype) == "Int64"


@settings(deadline=None)
@given(MASKS, st.sets(st.integers(0, 59)))
def test_areas_and_sites_without_area_add_up_to_what_was_chosen(mask: np.ndarray, homeless: set[int]) -> None:
    area = REGISTRY.sites["area_id"].astype(object).where(~np.isin(np.arange(60), list(homeless)), "")
    registry = changed(REGISTRY, area_id=area)
    without = int((mask & (area == "").to_numpy()).sum())
    counts = counts_by_area(registry, mask)
    assert counts["sites"].sum() + without == mask.sum()
    assert totals_by_country(counts)["sites"].sum() == counts["sites"].sum()


@settings(deadline=None)
@given(MASKS, st.integers(0, 59))
def test_one_more_site_never_lowers_a_count(mask: np.ndarray, one: int) -> None:
    fewer, more = mask.copy(), mask.copy()
    fewer[one], more[one] = False, True
    columns = ["sites", "services", "organisations", "planned", "sites_per_100k", "services_per_100k"]
    grown = counts_by_area(REGISTRY, more)[columns] - counts_by_area(REGISTRY, fewer)[columns]
    assert (grown.fillna(0) >= 0).all(axis=None)
    assert grown["sites"].sum() == 1


@settings(deadline=None)
@given(MASKS)
def test_counts_hold_together(mask: np.ndarray) -> None:
    before = REGISTRY.sites.copy()
    counts = counts_by_area(REGISTRY, mask)
    assert (counts["planned"] <= counts["sites"]).all()
    assert (counts["organisations"] <= counts["sites"]).all()
    assert (counts["services"] >= counts["sites"]).all()
    pd.testing.assert_frame_equal(REGISTRY.sites, before)
