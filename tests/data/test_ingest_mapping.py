"""Mapping: guessed from headers, written to TOML and read back, refused where it cannot hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ingest import FIELDS, Mapping, guess_mapping, mapping_text
from data.ingest.vocabulary import Vocabulary
from geo.errors import InputError
from i18n import LANGUAGES, translator
from tests.data.sources.help import pack_registry

VOCABULARY = Vocabulary(pack_registry())
WELFARE = ("district", "authority_num", "department_code", "location", "city", "authority_type", "address", "noshmim_lirvaha", "otzma_centre",
           "department_phone", "authority_phone")  # fmt: skip


def guess(*headers: str, filename: str = "") -> Mapping:
    return guess_mapping(headers, VOCABULARY, filename=filename)


def test_headers_of_the_welfare_departments() -> None:
    mapping = guess(*WELFARE, filename="isr_welfare_departments.csv")
    assert dict(mapping.columns) == {
        "area": ("district",), "external_id": ("department_code",), "locality": ("city", "location"), "name": ("location",), "address": ("address",),
        "phone": ("department_phone",),
    }  # fmt: skip
    assert dict(mapping.constants) == {"kind": "welfare_department", "country": "IL"}


def test_headers_in_arabic() -> None:
    mapping = guess(
        "الرقم", "اسم المركز", "المحافظة", "البلدة", "العنوان", "رقم الهاتف", "نوع المركز", "الخدمات", "الفئات المستهدفة", "خط الطول", "خط العرض"
    )
    assert {name: headers[0] for name, headers in mapping.columns.items()} == {
        "external_id": "الرقم", "name": "اسم المركز", "area": "المحافظة", "locality": "البلدة", "address": "العنوان", "phone": "رقم الهاتف",
        "kind": "نوع المركز", "services": "الخدمات", "target_groups": "الفئات المستهدفة", "lon": "خط الطول", "lat": "خط العرض",
    }  # fmt: skip


def test_headers_in_hebrew() -> None:
    mapping = guess("קוד", "שם המוסד", "מחוז", "יישוב", "כתובת", "טלפון", "סוג", "דוא״ל", "שעות פתיחה", "קו אורך", "קו רוחב")
    assert {name: headers[0] for name, headers in mapping.columns.items()} == {
        "external_id": "קוד", "name": "שם המוסד", "area": "מחוז", "locality": "יישוב", "address": "כתובת", "phone": "טלפון", "kind": "סוג", "email": "דוא״ל",
        "hours": "שעות פתיחה", "lon": "קו אורך", "lat": "קו רוחב",
    }  # fmt: skip


def test_openstreetmap_keys() -> None:
    mapping = guess("osm_type", "osm_id", "name", "name:ar", "name:he", "addr:city", "amenity", "healthcare", "social_facility", "social_facility:for", "operator",
                    "opening_hours", "contact:phone", "phone", filename="hotosm_pse_health.geojson")  # fmt: skip
    assert mapping.columns["external_id"] == ("osm_type", "osm_id")
    assert mapping.columns["kind"] == ("social_facility", "amenity", "healthcare")
    assert mapping.columns["target_groups"] == ("social_facility:for",)
    assert mapping.columns["phone"] == ("phone", "contact:phone")
    assert (mapping.columns["name_ar"], mapping.columns["hours"], mapping.columns["organisation"]) == (
        ("name:ar",),
        ("opening_hours",),
        ("operator",),
    )
    assert dict(mapping.constants) == {"country": "PS"}


def test_our_own_export_is_understood() -> None:
    from data.exports.table import COLUMNS

    mapping = guess(*(column.name for column in COLUMNS))
    for name in (
        "name_ar",
        "name_he",
        "name_en",
        "kind",
        "services",
        "target_groups",
        "country",
        "lon",
        "lat",
        "address",
        "phone",
        "status",
        "verified_on",
    ):
        assert mapping.columns[name] == (name,)
    assert mapping.columns["area"] == ("area_id",)


def test_file_name_gives_no_constant_where_a_column_does_or_two_countries_stand() -> None:
    assert "country" not in guess("name", "country", filename="isr.csv").constants
    assert "country" not in guess("name", filename="pse_syr.csv").constants
    assert guess("name", filename="Women centres Syria.xlsx").constants == {"country": "SY", "kind": "women_centre"}


texts = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=20).filter(lambda text: text.strip())
mappings = st.builds(
    Mapping,
    st.dictionaries(st.sampled_from(FIELDS), st.lists(texts, min_size=1, max_size=3).map(tuple)),
    st.dictionaries(st.sampled_from(FIELDS), texts),
)


@given(mappings)
def test_toml_and_back_is_the_same(mapping: Mapping) -> None:
    again = Mapping.from_toml(mapping.to_toml())
    assert dict(again.columns) == dict(mapping.columns)
    assert dict(again.constants) == dict(mapping.constants)


def test_lists_and_numbers_in_toml() -> None:
    mapping = Mapping.from_toml('[columns]\nname = "שם"\n[constants]\nservices = ["pharmacy", "laboratory"]\nsensitivity = 1\n')
    assert mapping.columns == {"name": ("שם",)}
    assert mapping.constants == {"services": "pharmacy; laboratory", "sensitivity": "1"}


@pytest.mark.parametrize(
    ("text", "code"),
    [("[columns", "syntax"), ("[colums]\nname='a'", "field"), ("[columns]\nnam = 'a'", "field"), ("[columns]\nname = {a=1}", "value"),
     ("columns = 3", "value"), ("[constants]\nkind = [[1]]", "value")],
)  # fmt: skip
def test_bad_toml_is_one_error(text: str, code: str) -> None:
    with pytest.raises(InputError) as raised:
        Mapping.from_toml(text)
    assert raised.value.code == f"import.mapping_{code}"


def test_column_that_the_file_lacks_is_named() -> None:
    with pytest.raises(InputError) as raised:
        Mapping({"name": ("a", "b")}).check_headers(["a", "c"])
    assert raised.value.params == {"column": "b", "headers": "a, c"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_mapping_is_shown_in_words(lang: str) -> None:
    text = mapping_text(guess(*WELFARE, filename="isr_welfare_departments.csv"), translator(lang))
    assert "city, location" in text
    assert "welfare_department" in text
    assert len(text.splitlines()) == 8


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_has_a_label(lang: str) -> None:
    labels = [translator(lang)(f"import.field.{name}") for name in FIELDS]
    assert len(set(labels)) == len(FIELDS)
