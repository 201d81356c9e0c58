"""Invented sites: the same for the same seed, marked as invented, inside their areas, with gaps to find."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.packs import Packs, load_packs
from data.training import TODAY, TRAINING_SOURCE_ID, _in_proportion, training_sites, training_source
from geo import model


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs()


@pytest.fixture(scope="module")
def sites(packs: Packs) -> pd.DataFrame:
    return training_sites(packs)


def services_of(sites: pd.DataFrame) -> dict[str, set[str]]:
    """Area to the services given in it."""
    return {str(area): set(rows.explode("services")["services"].dropna()) for area, rows in sites.groupby("area_id")}


def test_the_same_seed_gives_the_same_sites_and_another_seed_others(packs: Packs, sites: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(training_sites(packs), sites)
    pd.testing.assert_frame_equal(training_sites(load_packs(), seed=20260101, per_country=150), sites)
    assert set(training_sites(packs, seed=2)["digest"]).isdisjoint(sites["digest"])


def test_a_country_has_the_same_sites_whichever_packs_are_loaded(sites: pd.DataFrame) -> None:
    alone = training_sites(load_packs(["SY"]))
    within = sites[sites["country"] == "SY"]
    assert alone["digest"].tolist() == within["digest"].tolist()


def test_there_are_as_many_as_asked_for(packs: Packs, sites: pd.DataFrame) -> None:
    assert sites.groupby("country").size().to_dict() == {"PS": 150, "SY": 150, "IL": 150}
    assert sites.index.tolist() == list(range(1, 451))
    assert list(sites.columns) == list(model.INCOMING.names)
    assert len(training_sites(packs, per_country=20)) == 60
    assert training_sites(packs, per_country=0).empty


def test_every_site_says_that_it_is_invented(sites: pd.DataFrame) -> None:
    marks = {"ar": "(تدريب)", "he": "(תרגול)", "en": "(training)"}
    for column in ("names", "organisation"):
        for texts in sites[column]:
            assert set(texts) == set(model.LANGUAGES)
            assert all(texts[lang].endswith(mark) for lang, mark in marks.items())
    assert sites["external_id"].str.startswith("training-").all()
    assert sites["external_id"].is_unique
    # Two packs each have a Jerusalem, so a name is unique within its country only.
    assert not pd.DataFrame({"country": sites["country"], "name": sites["names"].map(lambda texts: texts["en"])}).duplicated().any()
    assert (sites["note"] == "Invented for training.").all()


def test_no_invented_number_or_address_can_ring_at_a_real_door(sites: pd.DataFrame) -> None:
    assert (sites[["phone", "email", "website", "address"]] == "").all(axis=None)


def test_sites_refer_to_things_that_exist(packs: Packs, sites: pd.DataFrame) -> None:
    assert set(sites["area_id"]) <= set(packs.areas.index[packs.areas["level"].isin(["governorate", "district"])])
    assert (packs.areas.loc[sites["area_id"], "country"].to_numpy() == sites["country"].to_numpy()).all()
    localities = sites.loc[sites["locality_id"] != "", ["locality_id", "area_id"]]
    assert (packs.localities.loc[localities["locality_id"], "area_id"].to_numpy() == localities["area_id"].to_numpy()).all()
    assert (packs.localities.loc[localities["locality_id"], "flag"] == "").all()
    for taxonomy, column in (("kind", "kind"), ("service", "services"), ("target_group", "target_groups")):
        codes = {f"{taxonomy}:{code}" for code in sites.explode(column)[column]}
        assert codes <= set(packs.terms.index)
    assert set(sites["status"]) <= set(model.SITE_STATUS)


def test_points_are_inside_their_area_and_near_their_place(packs: Packs, sites: pd.DataFrame) -> None:
    placed = sites[sites["position_kind"] != "none"]
    boundaries = packs.areas.geometry.loc[placed["area_id"]].to_numpy()
    assert shapely.contains_xy(boundaries, placed["lon"].to_numpy(), placed["lat"].to_numpy()).all()
    places = packs.localities.loc[placed["locality_id"], ["lon", "lat"]].to_numpy()
    assert np.abs(places - placed[["lon", "lat"]].to_numpy()).max() < 0.1


def test_a_few_sites_have_no_position_but_an_area(sites: pd.DataFrame) -> None:
    without = sites[sites["position_kind"] == "none"]
    assert without.groupby("country").size().to_dict() == {"PS": 3, "SY": 3, "IL": 3}
    assert without[["lon", "lat"]].isna().all(axis=None)
    assert (without["area_id"] != "").all()
    assert sites.loc[sites["position_kind"] != "none", ["lon", "lat"]].notna().all(axis=None)


def test_every_level_of_sensitivity_occurs_and_is_at_least_that_of_the_services(packs: Packs, sites: pd.DataFrame) -> None:
    levels = sites[sites["sensitivity"] > 0].groupby(["country", "sensitivity"]).size()
    assert levels.to_dict() == {(country, level): 3 for country in model.COUNTRIES for level in (1, 2, 3)}
    least = sites["services"].map(lambda codes: max(packs.terms.loc[f"service:{code}", "sensitivity"] for code in codes))
    assert (sites["sensitivity"] >= least).all()
    assert (sites.loc[sites["kind"] == "shelter", "sensitivity"] >= 2).all()


def test_all_marks_and_sectors_occur_in_each_country(packs: Packs, sites: pd.DataFrame) -> None:
    parents = packs.terms["parent"]
    sectors = set(packs.terms.loc[packs.terms["taxonomy"] == "sector", "code"])
    for _, rows in sites.groupby("country"):
        assert {parents[f"kind:{kind}"] for kind in rows["kind"]} == set(model.MARKS)
        assert {parents[f"service:{code}"] for code in rows.explode("services")["services"]} == sectors
        assert {"active", "planned", "temporarily_closed"} <= set(rows["status"])
        assert set(rows["verification"]) == set(model.VERIFICATION)


@pytest.mark.parametrize("seed", [20260101, 7])
def test_every_governorate_goes_without_services_that_its_country_has(packs: Packs, seed: int) -> None:
    sites = training_sites(packs, seed=seed)
    for _, rows in sites.groupby("country"):
        given = services_of(rows)
        whole = set.union(*given.values())
        assert all(len(whole - here) >= 5 for here in given.values())
        assert len(whole) >= 25


def test_sites_follow_the_people_of_the_localities(packs: Packs, sites: pd.DataFrame) -> None:
    listed = packs.localities[packs.localities["flag"] == ""].groupby("area_id")["population"].sum()
    counts = sites.groupby("area_id").size()
    for country in model.COUNTRIES:
        own = [area for area in counts.index if packs.areas.loc[area, "country"] == country]
        assert counts[own].rank().corr(listed[own].rank()) > 0.9  # Spearman
    assert set(counts.index) == set(packs.areas.index[packs.areas.geometry.notna()])


def test_checks_are_not_in_the_future_and_capacities_are_whole(sites: pd.DataFrame) -> None:
    assert all(isinstance(day, dt.date) and day <= TODAY for day in sites["verified_on"])
    stated = [places for places in sites["capacities"] if places]
    assert 0.5 < len(stated) / len(sites) < 1
    assert all(number > 0 and number % 1 == 0 for places in stated for number in places.values())
    assert sites["hours"].nunique() > 3


def test_the_source_of_the_sites_is_a_demo_under_a_free_licence(packs: Packs) -> None:
    source = training_source()
    assert source.index.tolist() == [TRAINING_SOURCE_ID]
    assert list(source.columns) == list(model.SOURCES.names)
    assert source.loc[TRAINING_SOURCE_ID, ["licence", "status"]].tolist() == ["CC0", "demo"]
    assert TRAINING_SOURCE_ID not in packs.sources.index, "the registry never shows what was invented"


@given(st.lists(st.floats(0.1, 1e7), min_size=1, max_size=20), st.integers(0, 1000))
def test_shares_add_up_and_are_within_one_of_their_quota(weights: list[float], total: int) -> None:
    shares = _in_proportion(np.array(weights), total)
    assert sum(shares) == total
    quotas = np.array(weights) / sum(weights) * total
    assert (np.abs(np.array(shares) - quotas) < 1 + 1e-9).all()
