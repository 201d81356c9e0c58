"""Where people are: they sum to the official figures, to one person, and what is not known is not nobody."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.demand import group_shares, need_shares, services_counted
from data.packs import Packs, load_packs
from geo import model
from geo.demand import area_shares, demand_points, people_in_part


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs()


def governorates(packs: Packs) -> pd.DataFrame:
    return packs.areas[packs.areas["level"].isin(["governorate", "district"])]


def newest(packs: Packs) -> pd.Series:
    """Return the newest population of each area, by plain loops."""
    out: dict[str, tuple[int, float]] = {}
    for row in packs.values[packs.values["indicator_id"] == "population"].to_dict("records"):
        if row["status"] in {"official", "estimate"} and row["year"] > out.get(row["area_id"], (0, 0.0))[0]:
            out[row["area_id"]] = (row["year"], row["value"])
    return pd.Series({area: value for area, (_, value) in out.items()})


def place(area: str, people: float, *, flag: str = "") -> dict[str, object]:
    return {"area_id": area, "country": "PS", "lon": 35.0, "lat": 32.0, "population": people, "flag": flag}


def areas(*ids: str) -> pd.DataFrame:
    return pd.DataFrame({"country": "PS", "lon": 35.5, "lat": 31.5}, index=pd.Index(ids, name="area_id"))


@pytest.mark.parametrize("country", model.COUNTRIES)
def test_each_pack_sums_to_its_official_figures(packs: Packs, country: str) -> None:
    own = governorates(packs)[governorates(packs)["country"] == country]
    official = newest(packs)
    points = demand_points(own, packs.localities, official)
    assert points.groupby("area_id")["people"].sum().to_dict() == {area: round(official[area]) for area in own.index}
    total = next(about.totals for about in packs.about if about.country == country)
    assert int(points["people"].sum()) == max((int(key.split(".")[1]), value) for key, value in total.items() if key.startswith("population."))[1]
    assert points.index.is_unique
    assert points[["lon", "lat"]].notna().all(axis=None)
    flags = packs.localities["flag"].reindex(points.index)
    assert set(flags.dropna()) == {""}
    unlisted = points[points["basis"] == "unlisted"]
    assert (unlisted["people"] > 0).all()
    assert len(unlisted) == {"PS": 0, "SY": 181, "IL": 3}[country]


def test_places_share_in_proportion_and_those_without_people_get_a_share() -> None:
    localities = pd.DataFrame(
        [place("A", 100), place("A", 300), place("A", math.nan), place("A", 0), place("A", 9_999, flag="settlement"), place("", 500)],
        index=["a", "b", "c", "d", "e", "f"],
    )
    points = demand_points(areas("A", "B"), localities, pd.Series({"A": 1_400.0, "B": 77.0}))
    # The lower quartile of 100 and 300 is 150: together the weights are 700, two people each.
    assert points["people"].to_dict() == {"a": 200, "b": 600, "c": 300, "d": 300, "B": 77}
    assert points["basis"].to_dict() == {"a": "listed", "b": "listed", "c": "unlisted", "d": "unlisted", "B": "centre"}
    assert points.loc["B", ["lon", "lat"]].tolist() == [35.5, 31.5]
    everybody = demand_points(areas("A"), localities, pd.Series({"A": 1_400.0}), left_out=())
    assert "e" in everybody.index


def test_people_that_nobody_counted_are_not_nobody() -> None:
    points = demand_points(areas("A"), pd.DataFrame([place("A", 5)], index=["a"]), pd.Series(dtype=float))
    assert points["people"].isna().all()
    assert people_in_part(points, pd.Series({"A": 1.0})).isna().all()
    listed_nowhere = demand_points(areas("A"), pd.DataFrame([place("A", math.nan)] * 2, index=["a", "b"]), pd.Series({"A": 9.0}))
    assert listed_nowhere["people"].tolist() == [5, 4]
    assert demand_points(areas(), pd.DataFrame([place("A", 5)], index=["a"]), pd.Series(dtype=float)).empty


@given(st.lists(st.tuples(st.sampled_from("AB"), st.one_of(st.just(0.0), st.integers(1, 10**6).map(float))), max_size=12), st.integers(0, 10**7),
       st.floats(0, 1))  # fmt: skip
def test_sums_hold_whatever_the_places_are(rows: list[tuple[str, float]], official: int, share: float) -> None:
    localities = pd.DataFrame(
        [place(area, people) for area, people in rows], columns=list(place("A", 0)), index=[f"p{i:02d}" for i in range(len(rows))]
    )
    points = demand_points(areas("A", "B"), localities, pd.Series({"A": float(official), "B": 12.4}))
    assert points.groupby("area_id")["people"].sum().to_dict() == {"A": official, "B": 12}
    part = people_in_part(points, pd.Series({"A": share, "B": math.nan}))
    assert part[points["area_id"] == "A"].sum() == round(official * share)
    assert part[points["area_id"] == "B"].isna().all()
    inside = points["area_id"] == "A"
    assert (part[inside] <= points.loc[inside, "people"] + 1).all()
    mixed = demand_points(areas("A", "B"), localities.iloc[::-1], pd.Series({"A": float(official), "B": 12.4}))
    assert mixed["people"].to_dict() == points["people"].to_dict()


def test_a_share_is_that_of_the_area_of_its_region_or_of_its_country(packs: Packs) -> None:
    table = pd.DataFrame(
        [("PS01", "women", 0.3), ("PS0150", "women", 0.2), ("SY", "women", 0.5), ("PS", "men", 0.1)], columns=["area_id", "group", "share"]
    ).assign(year=2020, status="official", rule="r", source_id="s")
    shares = area_shares(packs.areas, table, "women")
    assert shares.loc[["PS0150", "PS0101", "SY03"], "share"].tolist() == [0.2, 0.3, 0.5]
    assert shares.loc[["PS0150", "PS0101", "SY03"], "stated_for"].tolist() == ["PS0150", "PS01", "SY"]
    assert shares.loc[["PS0255", "IL-HA"], "share"].isna().all()
    assert (area_shares(packs.areas, table, "all")["share"] == 1).all()
    assert len(shares) == 36


def test_shipped_shares_have_a_source_and_fit_the_published_figures(packs: Packs) -> None:
    table = group_shares()
    assert table["share"].between(0, 1).all()
    assert set(table["source_id"]) <= set(packs.sources.index)
    assert set("target_group:" + table["group"]) <= set(packs.terms.index)
    assert set(table["area_id"]) <= set(packs.areas.index)
    assert set(table["status"]) <= set(model.VALUE_STATUS)
    assert not table.duplicated(["area_id", "group"]).any()
    published = packs.values[packs.values["indicator_id"].isin(["age_60_plus", "disability_any_difficulty"])]
    names = {"age_60_plus": "older_people", "disability_any_difficulty": "disability"}
    for row in published.to_dict("records"):
        ours = table[(table["area_id"] == row["area_id"]) & (table["group"] == names[row["indicator_id"]])]["share"].item()
        assert ours * 100 == pytest.approx(row["value"], abs=0.006)
    needs = need_shares()
    assert (needs["low"] <= needs["share"]).all()
    assert (needs["share"] <= needs["high"]).all()
    assert set("service:" + needs["service"]) <= set(packs.terms.index)
    assert {f"service:{code}" for code in services_counted("medical_care")} <= set(packs.terms.index)
    assert services_counted("legal_counselling") == ("legal_counselling",)


def test_groups_of_a_pack_sum_to_the_share_of_each_governorate(packs: Packs) -> None:
    own = governorates(packs)[governorates(packs)["country"] == "PS"]
    points = demand_points(own, packs.localities, newest(packs))
    shares = area_shares(packs.areas, group_shares(), "women")["share"]
    women = people_in_part(points, shares)
    sums = women.groupby(points["area_id"]).sum()
    assert sums.to_dict() == {area: round(newest(packs)[area] * shares[area]) for area in own.index}
    assert (women <= points["people"]).all()
    syria = demand_points(governorates(packs).loc[["SY01"]], packs.localities, newest(packs))
    assert people_in_part(syria, shares).isna().all()
    assert np.isnan(shares["SY01"])
