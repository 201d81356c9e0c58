import dataclasses
import datetime as dt
import gc
import weakref

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.exports.table import COLUMNS, all_sites, clean, site_table
from geo.model import LANGUAGES, POSITION_KINDS, SITE_STATUS, VERIFICATION
from i18n import translator
from tests.make import make_registry

REGISTRY = make_registry(30)
EVERYTHING = np.ones(30, dtype=bool)


def rows(mask: np.ndarray = EVERYTHING, lang: str = "en") -> pd.DataFrame:
    return site_table(REGISTRY, mask, lang=lang, words=translator(lang))


def test_every_chosen_site_is_a_row_in_the_order_of_the_registry() -> None:
    mask = EVERYTHING.copy()
    mask[[0, 7, 29]] = False
    table = rows(mask)
    assert table["site_id"].tolist() == REGISTRY.sites.index[mask].tolist()
    assert table.index.tolist() == np.flatnonzero(mask).tolist()
    assert table.columns.tolist() == [column.name for column in COLUMNS]


def test_a_site_without_a_position_is_a_row_too() -> None:
    table = rows()
    assert table["lon"].isna().sum() == REGISTRY.sites["lon"].isna().sum() > 0


def test_cells_are_those_of_the_registry() -> None:
    row = rows().iloc[1]
    site = REGISTRY.sites.iloc[1]
    assert row["name"] == row["name_en"] == "Centre 1"
    assert (row["name_ar"], row["name_he"]) == ("مركز 1", "מרכז 1")
    assert row["kind_label"] == site["kind"].replace("_", " ").capitalize()
    assert (row["lon"], row["lat"]) == (round(site["lon"], 7), round(site["lat"], 7))
    assert row["services"] == ";".join(site["services"])
    assert row["organisation"] == "Organisation 1"
    assert row["verified_on"] == site["verified_on"]
    assert row["source_licence"] == "CC0"
    assert row["source_year"] == 2026


def test_the_date_of_a_source_is_not_shown_as_the_date_of_a_check() -> None:
    table = rows()
    checked = table["verification"] == "verified"
    assert table.loc[~checked, "verified_on"].isna().all()
    assert table.loc[checked, "source_date"].isna().all()
    assert table.loc[~checked, "source_date"].tolist() == REGISTRY.sites["verified_on"][~checked.to_numpy()].tolist()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_words_change_with_the_language(lang: str) -> None:
    worded = {"name", "kind_label", "organisation", "area", "locality", "position_label", "status_label", "sector_label", "services_label",
              "target_groups_label", "verification_label"}  # fmt: skip
    codes = [column.name for column in COLUMNS if column.name not in worded]
    pd.testing.assert_frame_equal(rows(lang=lang)[codes], rows(lang="ar" if lang != "ar" else "en")[codes])
    assert rows(lang=lang)["status_label"].tolist() == [translator(lang)(f"export.status.{code}") for code in REGISTRY.sites["status"]]


def test_a_missing_name_is_taken_from_another_language_and_at_last_the_id() -> None:
    table = rows(lang="he")
    assert table["name"].iloc[0] == "Centre 0"
    assert table["name_he"].iloc[0] == ""
    nameless = dataclasses.replace(REGISTRY, names=REGISTRY.names | {"site": REGISTRY.names["site"].iloc[:0]})
    assert site_table(nameless, EVERYTHING, lang="ar", words=translator("ar"))["name"].tolist() == REGISTRY.sites.index.tolist()


def test_empty_fields_are_empty_texts_and_no_word_is_made_up() -> None:
    sites = REGISTRY.sites.assign(area_id=None, locality_id=np.nan, sector="", services=[()] * 30, organisation_id=pd.NA, verified_on=pd.NaT)
    table = site_table(dataclasses.replace(REGISTRY, sites=sites), EVERYTHING, lang="ar", words=translator("ar"))
    empty = ["area_id", "area", "locality_id", "locality", "sector", "sector_label", "services", "services_label", "organisation_id", "organisation"]
    assert (table[empty] == "").all(axis=None)
    assert table["verified_on"].tolist() == [None] * 30


def test_a_time_of_a_check_becomes_its_day() -> None:
    sites = REGISTRY.sites.assign(verified_on=pd.Timestamp("2026-03-04 05:06"), verification="verified")
    table = site_table(dataclasses.replace(REGISTRY, sites=sites), EVERYTHING, lang="ar", words=translator("ar"))
    assert set(table["verified_on"]) == {dt.date(2026, 3, 4)}


def test_the_table_is_made_once_for_a_registry_and_language_and_goes_with_it() -> None:
    registry = make_registry(5)
    first = all_sites(registry, lang="ar", words=translator("ar"))
    assert all_sites(registry, lang="ar", words=translator("ar")) is first
    assert all_sites(registry, lang="he", words=translator("he")) is not first
    assert all_sites(make_registry(5), lang="ar", words=translator("ar")) is not first
    gone = weakref.ref(registry)
    del registry
    gc.collect()
    assert gone() is None


def test_an_empty_registry_has_a_table_with_all_columns() -> None:
    table = site_table(make_registry(0), np.zeros(0, dtype=bool), lang="ar", words=translator("ar"))
    assert table.shape == (0, len(COLUMNS))


def test_every_fixed_code_has_words() -> None:
    for lang in LANGUAGES:
        words = translator(lang)
        for column, codes in (("status", SITE_STATUS), ("position_kind", POSITION_KINDS), ("verification", VERIFICATION)):
            assert all(words.has(f"export.{column}.{code}") for code in codes)
        assert all(words.has(f"export.column.{column.name}") for column in COLUMNS)


def test_every_column_has_one_hashtag_of_its_own() -> None:
    tags = [column.hxl for column in COLUMNS]
    assert len(set(tags)) == len(tags)
    assert all(tag.startswith("#") for tag in tags)


@settings(deadline=None)
@given(st.text())
def test_clean_text_can_be_written_anywhere(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    assert not set(cleaned) & {chr(code) for code in (*range(9), 11, 12, 13, *range(14, 32), 0xFFFE, 0xFFFF)}


def test_line_ends_become_one_sign() -> None:
    assert clean("a\r\nb\rc\nd") == "a\nb\nc\nd"
