"""The default index of each pack: from real values of the governorates themselves, with a blank left blank."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from data.packs import load_packs
from data.packs.index_tree import default_index
from geo.errors import InputError
from geo.model import COUNTRIES
from geo.registry import Registry
from jobs.need import CELL_COLUMNS, ERRORS, TABLE_COLUMNS, Need, NeedAsked, leaf_shares, make_need, need_of, weighed
from tests.make import make_registry

GAP = "PS0120"
"""Qalqilya: of the two indicators one is published."""


@pytest.fixture(scope="module")
def registry() -> Registry:
    packs = load_packs()
    names = {"indicator": packs.names[packs.names["entity"] == "indicator"].set_index(["entity_id", "lang"])["text"].unstack("lang")}  # noqa: PD010
    plain = make_registry(0)
    return dataclasses.replace(
        plain, areas=packs.areas, indicators=packs.indicators, values=packs.values, names=plain.names | names, sources=packs.sources
    )


@pytest.fixture(scope="module")
def needs(registry: Registry) -> dict[str, Need]:
    return {country: need_of(registry, country) for country in COUNTRIES}


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_governorate_has_a_row_in_the_order_of_the_pack(registry: Registry, needs: dict[str, Need], country: str) -> None:
    need, areas = needs[country], registry.governorates
    assert list(need.table.index) == list(areas.index[areas["country"] == country])
    assert tuple(need.table.columns) == TABLE_COLUMNS
    assert tuple(need.cells.columns) == CELL_COLUMNS
    known = need.table.dropna()
    assert known["score"].between(0, 10).all()
    assert ((known["rank_p05"] <= known["rank_p50"]) & (known["rank_p50"] <= known["rank_p95"])).all()
    assert known["p_top3"].sum() == pytest.approx(3, abs=0.6)  # ties on the edge may let a fourth one in
    assert not need.chosen


def test_scores_are_those_made_by_hand(needs: dict[str, Need]) -> None:
    assert needs["PS"].table["score"]["PS0101"] == pytest.approx((12.0 / 35 + 3.0 / 15) / 2 * 10)
    assert needs["PS"].table["score"][GAP] == pytest.approx(9.6 / 35 * 10)
    assert needs["SY"].table["score"]["SY01"] == pytest.approx(906456 / 2011000 * 10)
    assert needs["SY"].table["score"]["SY07"] == 10  # more people in need in 2024 than people in 2016
    assert needs["IL"].table["score"]["IL-JM"] == pytest.approx(((2 + 1.004) / 4 + 0.927 + 0.393) / 3 * 10)


def test_a_blank_stays_a_blank_and_no_region_stands_in(registry: Registry, needs: dict[str, Need]) -> None:
    cell = needs["PS"].cells.loc[(GAP, "self_rated_very_poor")]
    assert pd.isna(cell["value"])
    assert pd.isna(cell["year"])
    assert pd.isna(cell["status"])
    dropped = need_of(registry, "PS", "drop")
    assert dropped.table.loc[GAP].isna().all()
    assert dropped.index.dropped == {GAP: 0.5}
    filled = need_of(registry, "PS", "mean")
    assert filled.index.imputed == 1
    assert filled.table["score"][GAP] > needs["PS"].table["score"][GAP]
    assert "poverty_rate" not in needs["PS"].cells.index.unique("indicator_id")
    assert (
        filled.table["reliability"][GAP] == needs["PS"].table["reliability"][GAP] == pytest.approx(0.5 * needs["PS"].table["reliability"]["PS0101"])
    )


def test_the_newest_value_counts_and_a_rate_is_as_old_as_its_older_part(needs: dict[str, Need]) -> None:
    cells = needs["SY"].cells
    assert set(cells.xs("population", level="indicator_id")["year"]) == {2016}
    assert set(cells["role"]) == {"indicator", "denominator"}
    assert needs["SY"].table["reliability"].unique() == pytest.approx([0.5 ** (10 / 5)])
    assert needs["SY"].errors["people_in_need"].unique() == pytest.approx([ERRORS["inferred"]])


def test_a_country_without_values_has_an_index_without_anybody() -> None:
    found = need_of(make_registry(), "PS")
    assert found.table.isna().all(axis=None)
    assert list(found.table.index) == ["PS0101", "PS0150"]
    assert found.cells["value"].isna().all()


def test_the_same_asked_for_gives_the_same_numbers_and_weights_count(registry: Registry, needs: dict[str, Need]) -> None:
    pd.testing.assert_frame_equal(needs["IL"].table, need_of(registry, "IL").table)
    other = make_need(registry, NeedAsked("IL", "keep", weights=(("socioeconomic_index", 0.0), ("income_support", 0.0))))
    assert other.table["score"]["IL-JM"] == pytest.approx(9.27)
    assert other.chosen
    with pytest.raises(InputError, match=r"index\.no_weight"):
        make_need(registry, NeedAsked("SY", weights=(("people_in_need", 0.0),)))
    with pytest.raises(InputError, match=r"index\.weight"):
        weighed(default_index("IL").tree, {"income_support": float("nan")})


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_choice_of_the_default_index_is_explained_and_its_values_have_that_source(needs: dict[str, Need], country: str) -> None:
    found = default_index(country)
    for node in found.tree.nodes:
        assert len(found.decisions[node.node_id]) > 20
    for node in found.tree.indicators:
        assert node.goalposts is not None
        cited = needs[country].cells.xs(node.node_id, level="indicator_id")["source_id"].dropna().unique()
        assert list(cited) == [found.sources[node.node_id]]
    assert leaf_shares(found.tree).sum() == pytest.approx(1)


def test_ranks_of_many_draws_differ_by_one_place_at_most(registry: Registry, needs: dict[str, Need]) -> None:
    for country in COUNTRIES:
        many = make_need(registry, NeedAsked(country, draws=8_000))
        for column in ("rank", "rank_p05", "rank_p50", "rank_p95"):
            few = needs[country].table[column].to_numpy(dtype=float, na_value=np.nan)
            assert np.nanmax(np.abs(few - many.table[column].to_numpy(dtype=float, na_value=np.nan))) <= 1
