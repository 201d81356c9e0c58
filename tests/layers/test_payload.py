from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.freshness import BANDS
from geo.model import Filter
from layers.palette import SECTORS
from layers.payload import DASHED, HOLLOW, areas_payload, base_payload, bitset, is_drawn, pack_sites, unpack_bitset, unpack_sites
from tests.layers.support import BASEMAP
from tests.make import make_registry

REGISTRY = make_registry(40)


@given(st.lists(st.booleans(), max_size=300))
def test_a_bitset_reads_back_as_it_was_written(values: list[bool]) -> None:
    assert unpack_bitset(bitset(np.array(values, dtype=bool)), len(values)).tolist() == values


def test_the_first_site_is_the_lowest_bit_of_the_first_byte() -> None:
    assert bitset(np.array([True] + [False] * 8)) == "AQA="


def test_a_bitset_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer"):
        unpack_bitset(bitset(np.ones(8, dtype=bool)), 9)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-85, 85), st.text(max_size=20), st.sampled_from([*SECTORS, "", "unheard of"])),
        min_size=1,
        max_size=8,
    )
)
def test_sites_read_back_as_they_were_packed(rows: list[tuple[float, float, str, str]]) -> None:
    base = make_registry(len(rows))
    sites = base.sites.copy()
    sites["lon"], sites["lat"] = [r[0] for r in rows], [r[1] for r in rows]
    sites["sector"], sites["position_kind"] = [r[3] for r in rows], "exact"
    texts = [r[2] for r in rows]
    names = pd.DataFrame({"ar": texts, "he": texts, "en": texts}, index=sites.index, dtype="string")
    packed = unpack_sites(pack_sites(replace(base, sites=sites, names={**base.names, "site": names}), "en"))
    assert packed.version == base.version
    assert packed.ids == tuple(sites.index)
    assert packed.names == tuple(text.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace").decode() for text in texts)
    assert np.abs(packed.positions - np.array([r[:2] for r in rows])).max() <= 0.5e-6
    order = list(SECTORS)
    assert packed.sectors.tolist() == [order.index(r[3]) if r[3] in order else len(order) for r in rows]


@given(st.dates(dt.date(2025, 1, 1), dt.date(2032, 1, 1)), st.lists(st.booleans(), min_size=40, max_size=40).map(np.array))
def test_each_site_carries_the_band_of_its_last_check_on_that_day(day: dt.date, mask: np.ndarray) -> None:
    registry = REGISTRY.on(day)
    packed = unpack_sites(pack_sites(registry, "en", mask))
    expected = [next(i for i, band in enumerate(BANDS) if registry.select(Filter(freshness=(band,)))[place]) for place in np.flatnonzero(mask)]
    assert packed.bands.tolist() == expected
    assert len(pack_sites(registry, "en")) == len(pack_sites(REGISTRY, "en"))


def test_shape_hollow_and_dashes_follow_mark_check_and_status() -> None:
    packed = unpack_sites(pack_sites(REGISTRY, "ar"))
    shapes = {"provider": 0, "centre": 1, "planning": 2}
    for style, site in zip(packed.styles.tolist(), REGISTRY.sites.itertuples(), strict=True):
        assert style & 3 == shapes[site.mark]
        assert bool(style & HOLLOW) == (site.verification == "unverified")
        assert bool(style & DASHED) == (site.status == "planned")


@pytest.mark.parametrize(
    ("column", "value"),
    [("position_kind", "area_centroid"), ("position_kind", "none"), ("sensitivity", 2), ("sensitivity", 3), ("lon", np.nan), ("lat", np.nan)],
)
def test_what_has_no_place_of_its_own_keeps_its_bit_but_no_position_travels(column: str, value: object) -> None:
    sites = REGISTRY.sites.copy()
    sites["lon"], sites["lat"], sites["position_kind"] = 35.123456, 31.654321, "exact"
    sites[column] = sites[column].astype(object)
    sites.loc[sites.index[3], column] = value
    registry = replace(REGISTRY, sites=sites)
    packed = unpack_sites(pack_sites(registry, "en"))
    assert len(packed.ids) == len(sites)
    assert np.isnan(packed.positions[3]).all()
    assert not np.isnan(packed.positions[4]).any()
    assert is_drawn(sites).sum() == len(sites) - 1


def test_a_masked_place_is_drawn_and_a_mask_of_rows_leaves_out_the_others() -> None:
    sites = REGISTRY.sites.copy()
    sites["position_kind"], sites["sensitivity"], sites["lon"], sites["lat"] = "masked", 1, 35.0, 32.0
    assert is_drawn(sites).all()
    mask = np.zeros(len(sites), dtype=bool)
    mask[[2, 7]] = True
    packed = unpack_sites(pack_sites(REGISTRY, "he", mask))
    assert packed.ids == (REGISTRY.sites.index[2], REGISTRY.sites.index[7])


def test_a_site_without_any_name_is_called_by_its_id() -> None:
    names = REGISTRY.names["site"].copy()
    names.iloc[0] = pd.NA
    packed = unpack_sites(pack_sites(replace(REGISTRY, names={**REGISTRY.names, "site": names}), "ar"))
    assert packed.names[0] == packed.ids[0]


def test_no_sites_at_all_is_a_payload_too() -> None:
    packed = unpack_sites(pack_sites(REGISTRY, "en", np.zeros(len(REGISTRY.sites), dtype=bool)))
    assert packed.ids == packed.names == ()
    assert packed.positions.shape == (0, 2)


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_areas_carry_their_name_a_point_inside_and_their_rings(lang: str) -> None:
    areas = json.loads(areas_payload(REGISTRY, lang))["areas"]
    assert [area["id"] for area in areas] == list(REGISTRY.governorates.index)
    for area in areas:
        assert area["name"] == REGISTRY.label("area", area["id"], lang)
        west, south, east, north = REGISTRY.governorates.geometry[area["id"]].bounds
        assert west < area["at"][0] < east
        assert south < area["at"][1] < north
        assert area["rings"][0][0][0] == area["rings"][0][0][-1]


def test_the_base_names_each_country_once_and_the_largest_places_first() -> None:
    twice = {**BASEMAP, "features": BASEMAP["features"] * 2}
    localities = REGISTRY.localities.copy()
    localities["population"] = [10.0, 30.0, np.nan, 20.0]
    localities.loc[localities.index[3], "flag"] = "in_other_pack"
    base = json.loads(base_payload(replace(REGISTRY, localities=localities), twice, "he"))
    assert [country["name"] for country in base["land"]] == ["אדמה", ""]
    assert [place[2] for place in base["places"]] == [30, 10]


def test_packing_changes_nothing_in_the_registry() -> None:
    before = REGISTRY.sites.copy(deep=True)
    pack_sites(REGISTRY, "en")
    areas_payload(REGISTRY, "en")
    pd.testing.assert_frame_equal(before, REGISTRY.sites)
