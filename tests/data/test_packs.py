"""One suite over all packs: shapes, names, figures, places, sites, and a snapshot that says when a file changed."""

import hashlib
import itertools
import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import phonenumbers
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.packs import COMMON, PACKS_DIR, Packs, basemap, load_packs, pack_files
from data.packs.registry import registry_records
from data.packs.tables import names_of, read_text, typed
from geo import model
from geo.errors import SchemaError
from geo.text import fold
from i18n import translator

SNAPSHOT = Path(__file__).with_name("packs_snapshot.json")
EQUAL_AREA = 6933
TOLERANCE_KM2 = 0.001
PERSONS = {
    "10d337d732e5ce57", "35f6bc78135317b0", "452706e3f6fe4841", "4c43a79518b060a6", "7baa630974cf6e61", "978b02da26fe508b",
    "a42ddff645c87f6c", "bf71c2770f94ed9b", "cc9b14d7335f3634", "da7140cb73f6d0da", "ecd90dd48bb80e6c",
}  # fmt: skip
"""Digests of the names of persons that the source documents print: the names themselves must not stand here either."""
PACK_TABLES = {
    "areas": model.AREAS,
    "localities": model.LOCALITIES,
    "terms": model.TERMS,
    "sources": model.SOURCES,
    "indicators": model.INDICATORS,
    "values": model.INDICATOR_VALUES,
}


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs()


@pytest.fixture(scope="module")
def shapes(packs: Packs) -> gpd.GeoDataFrame:
    """Governorates and districts with their boundary in an equal-area projection, metres."""
    return packs.areas[packs.areas["level"].isin(["governorate", "district"])].to_crs(EQUAL_AREA)


def values_of(packs: Packs) -> pd.DataFrame:
    return packs.values


def sites_of(packs: Packs) -> pd.DataFrame:
    return pd.concat(packs.registry)


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PACK_TABLES)
def test_frames_have_every_column_of_the_model_and_unique_ids(packs: Packs, name: str) -> None:
    frame, table = getattr(packs, name), PACK_TABLES[name]
    assert tuple(column for column in frame.columns if column != "geometry") == table.names
    assert frame.index.name == table.index
    assert frame.index.is_unique
    assert not frame.index.hasnans


def test_every_source_that_is_used_exists_and_every_source_is_used_and_has_a_licence(packs: Packs) -> None:
    used = set(packs.registry)
    for name in ("areas", "localities", "terms", "values"):
        used |= set(getattr(packs, name)["source_id"])
    used |= {feature["properties"]["source_id"] for feature in basemap()["features"]}
    named_in = read_text(PACKS_DIR / COMMON / "services.csv")["named_in"]
    used |= {source for row in named_in for source in row.split()}
    assert used == set(packs.sources.index)
    assert (packs.sources["licence"] != "").all()
    assert (packs.sources["title"] != "").all()


def test_each_pack_lists_the_sources_that_it_uses(packs: Packs) -> None:
    for about in packs.about:
        own = load_packs([about.country])
        used = set(own.registry) | set(own.areas["source_id"]) | set(own.localities["source_id"]) | set(values_of(own)["source_id"])
        assert set(about.sources) == used


@pytest.mark.parametrize(("entity", "table"), [("area", "areas"), ("term", "terms"), ("indicator", "indicators"), ("source", "sources")])
def test_everything_but_localities_is_named_in_three_languages(packs: Packs, entity: str, table: str) -> None:
    names = packs.names[packs.names["entity"] == entity]
    have = set(zip(names["entity_id"], names["lang"], strict=True))
    assert have == {(entity_id, lang) for entity_id in getattr(packs, table).index for lang in model.LANGUAGES}


def test_names_are_clean_and_in_their_own_script(packs: Packs) -> None:
    assert not packs.names.duplicated(["entity", "entity_id", "lang"]).any()
    marks = "[\u0591-\u05bd\u05bf-\u05c7\u064b-\u0652\u200b-\u200f\u202a-\u202e]"
    script = {"ar": "[\u0621-\u064a]", "he": "[\u05d0-\u05ea]", "en": "[A-Za-z]"}
    for lang, pattern in script.items():
        texts = packs.names.loc[(packs.names["lang"] == lang) & (packs.names["entity"] != "source"), "text"]
        assert texts.str.contains(pattern).all()
        assert (texts == texts.str.strip()).all()
    # No vowel points, no invisible marks of direction: places must be found and sorted as people write them.
    assert not packs.names.loc[packs.names["entity"] == "locality", "text"].str.contains(marks).any()


def test_every_locality_has_a_name_and_names_belong_to_something(packs: Packs) -> None:
    names = packs.names[packs.names["entity"] == "locality"]
    assert set(names["entity_id"]) == set(packs.localities.index)
    assert (packs.names["text"] != "").all()


def test_each_correction_of_a_name_is_applied(packs: Packs) -> None:
    names = packs.names[packs.names["entity"] == "locality"].set_index(["entity_id", "lang"])["text"]
    listed = pd.concat(read_text(PACKS_DIR / country / "localities.csv") for country in model.COUNTRIES).set_index("locality_id")
    for row in read_text(PACKS_DIR / COMMON / "name_corrections.csv").to_dict("records"):
        assert listed.loc[row["locality_id"], f"name_{row['lang']}"] == row["as_listed"], "the gazetteer changed: is the correction still wanted?"
        assert names[row["locality_id"], row["lang"]] == row["text"]
    assert names["gn281184", "he"] == "ירושלים"


# --- areas ------------------------------------------------------------------------------------------------------------


def test_areas_are_those_of_the_three_countries(packs: Packs) -> None:
    levels = packs.areas.groupby(["country", "level"]).size()
    assert levels.to_dict() == {
        ("PS", "country"): 1, ("PS", "region"): 2, ("PS", "governorate"): 16,
        ("SY", "country"): 1, ("SY", "governorate"): 14,
        ("IL", "country"): 1, ("IL", "district"): 6,
    }  # fmt: skip
    assert packs.areas.crs.to_epsg() == 4326
    parents = packs.areas.loc[packs.areas["level"] != "country", "parent_id"]
    assert set(parents) <= set(packs.areas.index)
    assert (packs.areas.loc[parents, "country"].to_numpy() == packs.areas.loc[parents.index, "country"].to_numpy()).all()


def test_governorates_and_districts_have_a_valid_boundary_and_a_centre_inside_and_the_rest_has_none(packs: Packs) -> None:
    placed = packs.areas["level"].isin(["governorate", "district"])
    assert packs.areas[placed].geometry.is_valid.all()
    assert packs.areas[placed].geom_type.isin(["Polygon", "MultiPolygon"]).all()
    assert packs.areas[~placed].geometry.isna().all()
    assert packs.areas.loc[~placed, ["lon", "lat"]].isna().all(axis=None)
    some = packs.areas[placed]
    assert shapely.contains_xy(some.geometry.to_numpy(), some["lon"].to_numpy(), some["lat"].to_numpy()).all()
    assert (some["precision"] != "").all()


@pytest.mark.parametrize("country", model.COUNTRIES)
def test_areas_of_a_pack_do_not_overlap(shapes: gpd.GeoDataFrame, country: str) -> None:
    own = shapes[shapes["country"] == country].geometry.to_numpy()
    first, second = np.triu_indices(len(own), k=1)
    assert shapely.area(shapely.intersection(own[first], own[second])).max() / 1e6 < TOLERANCE_KM2


@pytest.mark.parametrize(("country", "within"), [("PS", 0.025), ("IL", 0.25)])
def test_boundaries_are_as_large_as_the_published_area(shapes: gpd.GeoDataFrame, country: str, within: float) -> None:
    own = shapes[shapes["country"] == country]
    # Natural Earth's Jerusalem district leaves out East Jerusalem, which the published figure counts: 500 instead of 654 km2.
    np.testing.assert_allclose(own.area / 1e6, own["area_km2"], rtol=within)


def test_syria_states_no_area_rather_than_an_invented_one(packs: Packs) -> None:
    assert packs.areas.loc[packs.areas["country"] == "SY", "area_km2"].isna().all()


def test_overlaps_between_packs_are_the_known_ones(shapes: gpd.GeoDataFrame) -> None:
    whole = {country: own.geometry.union_all() for country, own in shapes.groupby("country")}

    def shared(one: str, other: str) -> float:
        return whole[one].intersection(whole[other]).area / 1e6

    # Both are drawn differently by OCHA and Natural Earth: slivers along the whole border, most of them at Gaza, Hebron and Jenin.
    assert shared("PS", "IL") == pytest.approx(130, rel=0.1)
    assert shapes.geometry["PS0140"].intersection(whole["IL"]).area / 1e6 < 3, "East Jerusalem itself is drawn once"
    assert shared("SY", "IL") == pytest.approx(1105, rel=0.1)
    golan = shapes.geometry["SY14"].intersection(shapes.geometry["IL-Z"]).area / 1e6
    assert golan == pytest.approx(shared("SY", "IL"), abs=0.1)
    assert shared("PS", "SY") == 0


# --- figures ----------------------------------------------------------------------------------------------------------


def test_every_value_belongs_to_things_that_exist(packs: Packs) -> None:
    assert set(values_of(packs)["indicator_id"]) == set(packs.indicators.index)
    assert set(values_of(packs)["area_id"]) <= set(packs.areas.index)
    assert set(values_of(packs)["status"]) <= set(model.VALUE_STATUS)
    assert values_of(packs)["year"].between(2000, 2026).all()
    assert (values_of(packs)["unit"] == packs.indicators.loc[values_of(packs)["indicator_id"], "unit"].to_numpy()).all()
    assert not values_of(packs).duplicated(["indicator_id", "area_id", "year", "source_id"]).any()


def test_what_is_unknown_has_no_row_and_is_never_zero(packs: Packs) -> None:
    assert values_of(packs)["value"].notna().all()
    assert (values_of(packs)["value"] != 0).all()
    assert values_of(packs)[(values_of(packs)["area_id"] == "PS0120") & (values_of(packs)["indicator_id"] == "self_rated_very_poor")].empty
    assert (packs.localities["population"].dropna() > 0).all()
    assert int(packs.localities.loc[packs.localities["country"] == "SY", "population"].isna().sum()) == 181


def test_shares_are_shares(packs: Packs) -> None:
    shares = values_of(packs)[values_of(packs)["unit"].str.startswith("%")]
    assert shares["value"].between(0, 100).all()
    counts = values_of(packs)[values_of(packs)["unit"] == "people"]
    assert (counts["value"] % 1 == 0).all()


def test_totals_of_each_pack_are_the_published_ones(packs: Packs) -> None:
    country = packs.areas.loc[values_of(packs)["area_id"], "country"].to_numpy()
    totals = values_of(packs).groupby([country, values_of(packs)["indicator_id"], values_of(packs)["year"]])["value"].sum()
    assert totals["PS", "population", 2017] == 4_665_426
    assert totals["SY", "population", 2004] == 17_920_844
    assert totals["SY", "people_in_need", 2024] == 16_661_474
    assert totals["IL", "population", 2024] == 9_294_000
    for about in packs.about:
        for key, total in about.totals.items():
            indicator, year = key.split(".")
            assert totals[about.country, indicator, int(year)] == total
        summed = values_of(packs)[
            (country == about.country) & (packs.indicators.loc[values_of(packs)["indicator_id"], "aggregation"] == "sum").to_numpy()
        ]
        assert set(about.totals) == {f"{row.indicator_id}.{row.year}" for row in summed.itertuples()}


def test_a_value_that_a_country_or_region_has_is_not_mixed_with_governorates(packs: Packs) -> None:
    level = packs.areas.loc[values_of(packs)["area_id"], "level"].replace("district", "governorate")
    by_indicator = level.groupby(values_of(packs)["indicator_id"].to_numpy()).nunique()
    assert (by_indicator == 1).all()


def test_inferred_figures_of_syria_say_so(packs: Packs) -> None:
    assert set(values_of(packs).loc[values_of(packs)["indicator_id"] == "people_in_need", "status"]) == {"inferred"}


# --- localities -------------------------------------------------------------------------------------------------------


def test_localities_are_inside_their_area_or_listed_with_their_distance(packs: Packs) -> None:
    placed = packs.localities[packs.localities["area_id"] != ""]
    boundaries = packs.areas.geometry.loc[placed["area_id"]].to_numpy()
    points = shapely.points(placed["lon"], placed["lat"])
    outside = ~shapely.covers(boundaries, points)
    assert (placed.loc[~outside, "distance_km"] == 0).all()
    assert int(outside.sum()) == 44
    for locality, boundary, point in zip(placed[outside].itertuples(), boundaries[outside], points[outside], strict=True):
        around = f"+proj=aeqd +lat_0={point.y} +lon_0={point.x} +datum=WGS84 +units=m"
        metres = gpd.GeoSeries([boundary], crs=4326).to_crs(around).distance(shapely.Point(0, 0)).iloc[0]
        assert locality.distance_km == pytest.approx(max(metres / 1000, 0.001), abs=0.0011), f"{locality.Index}: write {metres / 1000:.3f}"


def test_localities_without_an_area_and_flags_are_kept(packs: Packs) -> None:
    assert packs.localities.groupby("country").size().to_dict() == {"PS": 448, "SY": 308, "IL": 724}
    homeless = packs.localities[packs.localities["area_id"] == ""]
    assert len(homeless) == 14
    assert homeless["distance_km"].isna().all()
    flags = packs.localities.groupby(["country", "flag"]).size()
    assert flags["PS", "settlement"] == 46
    assert flags["IL", "in_other_pack"] == 8
    assert set(flags.index.get_level_values("flag")) == {"", "settlement", "in_other_pack"}
    assert packs.localities.index.str.fullmatch(r"gn\d+").all()


def test_a_locality_is_in_an_area_of_its_own_pack(packs: Packs) -> None:
    placed = packs.localities[packs.localities["area_id"] != ""]
    assert (packs.areas.loc[placed["area_id"], "country"].to_numpy() == placed["country"].to_numpy()).all()


# --- terms ------------------------------------------------------------------------------------------------------------


def test_terms_have_a_parent_that_exists_and_no_tag_means_two_of_them(packs: Packs) -> None:
    by_taxonomy = {taxonomy: own.set_index("code") for taxonomy, own in packs.terms.groupby("taxonomy")}
    assert len(by_taxonomy["sector"]) == 8
    assert set(by_taxonomy["service"]["parent"]) == set(by_taxonomy["sector"].index)
    assert set(by_taxonomy["kind"]["parent"]) == set(model.MARKS)
    assert (packs.terms.index == packs.terms["taxonomy"] + ":" + packs.terms["code"]).all()
    for own in by_taxonomy.values():
        tags = [tag for text in own["osm_tag"] for tag in text.split(";") if tag]
        assert len(tags) == len(set(tags))
        assert all(re.fullmatch(r"[a-z_]+(:[a-z]+)?=[a-z_]+", tag) for tag in tags)
        assert own["sort"].is_unique


def test_sensitive_terms_keep_their_sensitivity(packs: Packs) -> None:
    sensitive = packs.terms.loc[packs.terms["sensitivity"] > 0, "sensitivity"].to_dict()
    assert sensitive == {"service:women_girls_safe_space": 2, "service:gbv_support": 2, "service:gbv_case_referral": 2, "kind:shelter": 2}


# --- registry ---------------------------------------------------------------------------------------------------------


def test_sites_of_the_source_documents_are_all_there(packs: Packs) -> None:
    sites = sites_of(packs)
    assert sites.groupby("country").size().to_dict() == {"IL": 9, "PS": 5, "SY": 3}
    assert sites["external_id"].is_unique
    assert list(sites.columns) == list(model.INCOMING.names)
    assert sites["digest"].is_unique


def test_sites_refer_to_terms_areas_and_localities_that_exist(packs: Packs) -> None:
    for _, site in sites_of(packs).iterrows():
        assert f"kind:{site['kind']}" in packs.terms.index
        assert all(f"service:{code}" in packs.terms.index for code in site["services"])
        assert all(f"target_group:{code}" in packs.terms.index for code in site["target_groups"])
        assert site["names"], site["external_id"]
        if site["position_kind"] == "none":
            assert site["external_id"] == "emergency-room"
            assert (site["area_id"], site["locality_id"]) == ("", "")
            assert np.isnan(site["lon"])
        else:
            locality = packs.localities.loc[site["locality_id"]]
            assert (site["lon"], site["lat"], site["area_id"]) == (locality["lon"], locality["lat"], locality["area_id"])
            assert site["position_kind"] == "locality"


def test_sites_of_the_packs_are_unverified_and_as_old_as_their_source(packs: Packs) -> None:
    sites = sites_of(packs).set_index("external_id")
    assert set(sites["verification"]) == {"unverified"}
    assert str(sites.loc["shc-haifa", "verified_on"]) == "2016-01-01"
    assert str(sites.loc["planning-group-hebron", "verified_on"]) == "2014-08-11"
    assert sites.loc["scd-afrin", "verified_on"] is None
    assert set(sites.index[sites["status"] == "planned"]) == {"shc-rosh-haayin", "shc-modiin", "shc-netivot", "shc-hadera"}
    assert (sites.loc[sites["status"] == "planned", "kind"] == "self_help_centre").all()


def test_the_two_syrian_centres_are_shown_by_governorate_only(packs: Packs) -> None:
    sites = sites_of(packs).set_index("external_id")["sensitivity"]
    assert sites[sites > 0].to_dict() == {"scd-jisr-ash-shughur": 2, "scd-afrin": 2}


def test_no_person_is_in_the_registry(packs: Packs) -> None:
    sites = sites_of(packs)
    for phone in "; ".join(sites["phone"]).split("; "):
        if phone:
            parsed = phonenumbers.parse(phone)
            assert phonenumbers.is_valid_number(parsed), phone
            assert phonenumbers.number_type(parsed) != phonenumbers.PhoneNumberType.MOBILE, phone
            assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == phone
    assert set(sites["email"]) == {"", "Selfhelp_brsh@wall.co.il"}, "a new address: is it an office's and not a person's?"
    text = "\n".join(path.read_text(encoding="utf-8") for path in pack_files() if path.name in {"registry.csv", "sources.csv"})
    words = fold(text).split()
    pairs = {hashlib.sha256(f"{one} {two}".encode()).hexdigest()[:16] for one, two in itertools.pairwise(words)}
    assert not pairs & PERSONS


# --- the packs as a whole ---------------------------------------------------------------------------------------------


def test_disclaimers_titles_and_units_have_words(packs: Packs) -> None:
    for lang in model.LANGUAGES:
        words = translator(lang)
        for about in packs.about:
            assert all(words.has(key) for key in (about.title, *about.disclaimers))
        assert all(words.has(f"packs.unit.{unit}") for unit in packs.indicators["unit"])


def test_one_pack_alone_is_the_same_as_within_all(packs: Packs) -> None:
    alone = load_packs(["SY"])
    assert set(alone.areas["country"]) == {"SY"}
    pd.testing.assert_frame_equal(alone.localities, packs.localities[packs.localities["country"] == "SY"])
    pd.testing.assert_frame_equal(alone.terms, packs.terms)
    for source, sites in alone.registry.items():
        pd.testing.assert_frame_equal(sites, packs.registry[source])
    assert set(alone.names.loc[alone.names["entity"] == "locality", "entity_id"]) == set(alone.localities.index)
    assert alone.version != packs.version


def test_the_base_map_is_valid_land_with_names(packs: Packs) -> None:
    features = basemap()["features"]
    assert {"LBN", "JOR", "EGY", "TUR", "IRQ", "SAU", "CYP"} < {feature["properties"]["iso3"] for feature in features}
    for feature in features:
        assert shapely.geometry.shape(feature["geometry"]).is_valid
        assert all(feature["properties"][f"name_{lang}"] for lang in model.LANGUAGES)


def snapshot_of(packs: Packs) -> dict[str, object]:
    counted = values_of(packs)[values_of(packs)["unit"] == "people"]
    country = packs.areas.loc[counted["area_id"], "country"].to_numpy()
    totals = counted.groupby([country, counted["indicator_id"], counted["year"]])["value"].sum()
    listed = packs.localities.groupby(["country", "flag"])["population"].sum()
    return {
        "counts": {name: len(getattr(packs, name)) for name in (*PACK_TABLES, "names")} | {"sites": len(sites_of(packs))},
        "totals": {f"{country}.{indicator}.{year}": float(total) for (country, indicator, year), total in totals.items()},
        "people in localities": {f"{country}.{flag or 'no flag'}": float(total) for (country, flag), total in listed.items()},
        "sha256": {path.relative_to(PACKS_DIR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in pack_files()},
    }


def test_packs_are_those_of_the_snapshot(packs: Packs) -> None:
    message = "the packs changed: if that is meant, run `.venv/bin/python -m tests.data.test_packs`, read the difference and commit it"
    assert snapshot_of(packs) == json.loads(SNAPSHOT.read_text(encoding="utf-8")), message


# --- bad input --------------------------------------------------------------------------------------------------------

GOOD = {
    "locality_id": "gn1",
    "area_id": "PS0101",
    "country": "PS",
    "lon": "35.1",
    "lat": "32.1",
    "population": "10",
    "flag": "",
    "source_id": "geonames",
}


def rows(*changes: dict[str, str]) -> pd.DataFrame:
    records = [GOOD | {"locality_id": f"gn{i}"} | change for i, change in enumerate(changes)]
    return pd.DataFrame(records, index=range(2, len(records) + 2), dtype=object)


def test_every_bad_cell_of_a_file_is_listed_at_once() -> None:
    raw = rows({"lon": "east"}, {}, {"country": "XX", "population": "-1"}, {"source_id": ""}, {"locality_id": "gn1"}, {"lat": "nan"})
    with pytest.raises(SchemaError) as caught:
        typed(raw, model.LOCALITIES, file="x.csv")
    found = {(cell.row, cell.column, cell.code) for cell in caught.value.cells}
    assert found == {
        (2, "lon", "packs.number"), (4, "country", "packs.choice"), (4, "population", "packs.range"), (5, "source_id", "packs.empty"),
        (6, "locality_id", "packs.twice"), (7, "lat", "packs.range"),
    }  # fmt: skip
    assert all(cell.params["file"] == "x.csv" for cell in caught.value.cells)


def test_missing_columns_and_ragged_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        typed(rows({}).drop(columns=["country", "source_id"]), model.LOCALITIES)
    assert [(cell.column, cell.code) for cell in caught.value.cells] == [("country", "packs.column"), ("source_id", "packs.column")]
    path = tmp_path / "x.csv"
    path.write_text("a,b,a\n1,2,3\n1,2\n", encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        read_text(path)
    assert [(cell.row, cell.code) for cell in caught.value.cells] == [(1, "packs.twice"), (3, "packs.cells")]


def test_an_empty_file_lacks_all_required_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("", encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        typed(read_text(path), model.SOURCES)
    assert {cell.column for cell in caught.value.cells} == {"source_id", "title", "licence"}


def test_a_registry_row_with_an_unknown_code_or_day_is_refused(packs: Packs) -> None:
    raw = read_text(PACKS_DIR / "PS" / "registry.csv")
    raw.loc[2, "services"] = "information telepathy"
    raw.loc[3, "as_of"] = "2014-13-40"
    with pytest.raises(SchemaError) as caught:
        registry_records(raw, packs.terms, country="PS")
    assert [(cell.row, cell.code) for cell in caught.value.cells] == [(2, "packs.term"), (3, "packs.number")]
    assert caught.value.cells[0].value == "telepathy"


@pytest.mark.parametrize("lang", model.LANGUAGES)
def test_each_fault_in_a_file_has_words(lang: str) -> None:
    words = translator(lang)
    for code in ("twice", "cells", "column", "empty", "number", "choice", "range", "term"):
        assert words.has(f"error.packs.{code}")
        assert words.has(f"fix.packs.{code}")


@given(st.text(max_size=12) | st.floats().map(str) | st.integers(-200, 200).map(str), st.sampled_from(["lon", "lat", "population", "distance_km"]))
def test_a_number_is_read_as_it_stands_or_refused_with_its_row(text: str, column: str) -> None:
    raw = rows({}, {})
    raw[column] = ["1.5", text]
    value = _number_or_none(text, *((-180, 180) if column == "lon" else (-90, 90) if column == "lat" else (0, np.inf)))
    if text.strip() and value is None:
        with pytest.raises(SchemaError) as caught:
            typed(raw, model.LOCALITIES)
        assert [(cell.row, cell.column) for cell in caught.value.cells] == [(3, column)]
    else:
        read = typed(raw, model.LOCALITIES)[column].tolist()
        assert read == [1.5, value] if value is not None else np.isnan(read[1])


def _number_or_none(text: str, low: float, high: float) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) and low <= value <= high else None


cell_text = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=20)


@given(table=st.lists(st.tuples(cell_text, cell_text, cell_text), max_size=5))
def test_names_come_back_as_they_were_and_empty_ones_have_no_row(table: list[tuple[str, str, str]]) -> None:
    raw = pd.DataFrame(table, columns=[f"name_{lang}" for lang in model.LANGUAGES], dtype=object)
    names = names_of(raw, "area", pd.Series([str(i) for i in raw.index], index=raw.index, dtype=object))
    back = {(row.entity_id, row.lang): row.text for row in names.itertuples()}
    assert back == {(str(i), lang): text for i, row in enumerate(table) for lang, text in zip(model.LANGUAGES, row, strict=True) if text}


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(snapshot_of(load_packs()), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
