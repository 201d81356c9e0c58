import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.freshness import BANDS
from geo.model import LANGUAGES, Filter
from geo.registry import FALLBACK, Registry
from geo.text import fold
from tests.make import make_registry, names

REGISTRY = make_registry(80)
KNOWN = {name: [*codes, "no_such"] for name, codes in REGISTRY.known.items()}
CODES = {name: st.lists(st.sampled_from(codes), max_size=3).map(tuple) for name, codes in KNOWN.items()}
FILTERS = st.builds(
    Filter,
    **CODES,
    verified_since=st.one_of(st.just(""), st.dates(dt.date(2025, 6, 1), dt.date(2027, 1, 1)).map(str)),
    text=st.sampled_from(["", "مركز", "مَرْكَز", "centre 1", "1 CENTRE", "haifa", "חיפה", "Main St", "الخليل 7", "no such", "'", "7"]),
)


def slow_select(registry: Registry, wanted: Filter) -> list[bool]:
    """Say for each site whether it passes, one site and one field at a time."""
    out = []
    for site_id, site in registry.sites.iterrows():
        passes = True
        for field, column in (
            ("countries", "country"),
            ("areas", "area_id"),
            ("kinds", "kind"),
            ("organisations", "organisation_id"),
            ("statuses", "status"),
        ):
            if getattr(wanted, field):
                passes = passes and site[column] in getattr(wanted, field)
        if wanted.freshness:
            age = (registry.today - site["verified_on"]).days if site["verification"] == "verified" else None
            band = "never" if age is None else "fresh" if age <= 365 else "ageing" if age <= 730 else "stale"
            passes = passes and band in wanted.freshness
        for field in ("services", "target_groups"):
            if getattr(wanted, field):
                passes = passes and any(code in getattr(wanted, field) for code in site[field])
        if wanted.verified_since:
            passes = passes and site["verification"] == "verified" and str(site["verified_on"]) >= wanted.verified_since
        texts = [site["address"]]
        for entity, key in (
            ("site", site_id),
            ("organisation", site["organisation_id"]),
            ("locality", site["locality_id"]),
            ("area", site["area_id"]),
        ):
            texts += [text for text in registry.names[entity].loc[key] if not pd.isna(text)]
        for word in fold(wanted.text).split():
            passes = passes and word in fold(" ".join(texts))
        out.append(passes)
    return out


@given(FILTERS, st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)))
def test_select_agrees_with_a_loop_over_the_sites_on_any_day(wanted: Filter, day: dt.date) -> None:
    registry = REGISTRY.on(day)
    assert registry.select(wanted).tolist() == slow_select(registry, wanted)


@given(st.dates(dt.date(2025, 1, 1), dt.date(2040, 1, 1)))
def test_the_bands_part_the_sites_and_another_day_is_another_edition_of_the_same_data(day: dt.date) -> None:
    registry = REGISTRY.on(day)
    assert sum(registry.select(Filter(freshness=(band,))).astype(int) for band in BANDS).tolist() == [1] * len(REGISTRY.sites)
    assert (registry.edition == REGISTRY.edition) == (day == REGISTRY.today)
    assert (registry is REGISTRY) == (day == REGISTRY.today)
    assert registry.version == REGISTRY.version
    assert registry.sites is REGISTRY.sites


@settings(deadline=None)
@given(FILTERS)
def test_asking_for_more_never_shows_more(wanted: Filter) -> None:
    mask = REGISTRY.select(wanted)
    for field in dataclasses.fields(wanted):
        wider = REGISTRY.select(wanted.with_(**{field.name: type(getattr(wanted, field.name))()}))
        assert not (mask & ~wider).any()


@pytest.mark.parametrize(("asked", "found"), [("a", "c"), ("b", "c"), ("c", "c"), ("x", "x"), ("round", "round")])
def test_a_merged_site_is_found_under_its_last_id(asked: str, found: str) -> None:
    registry = dataclasses.replace(REGISTRY, redirects={"a": "b", "b": "c", "round": "about", "about": "round"})
    assert registry.present_id(asked) == found


def test_no_filter_is_every_site() -> None:
    assert REGISTRY.select(Filter()).all()
    assert REGISTRY.select(Filter(text="  ")).all()


def test_codes_that_do_not_exist_match_nothing() -> None:
    for field in KNOWN:
        assert not REGISTRY.select(Filter(**{field: ("no_such",)})).any()


def test_sites_with_empty_fields_are_found_only_without_that_filter() -> None:
    sites = REGISTRY.sites.assign(area_id="", organisation_id=None, services=[()] * 80, target_groups=[()] * 80, verified_on=None)
    registry = dataclasses.replace(REGISTRY, sites=sites)
    assert registry.select(Filter()).all()
    for wanted in (
        Filter(areas=("PS0150",)),
        Filter(organisations=("org-1",)),
        Filter(services=("medical_care",)),
        Filter(verified_since="2000-01-01"),
    ):
        assert not registry.select(wanted).any()


def test_the_date_of_an_unverified_site_is_no_check() -> None:
    found = REGISTRY.select(Filter(verified_since="2000-01-01"))
    assert found.tolist() == (REGISTRY.sites["verification"] == "verified").tolist()


@pytest.mark.parametrize("text", ["خليل", "الخَلِيل", "HEBRON", "hebron", "חברון"])
def test_a_place_is_found_in_every_language(text: str) -> None:
    assert REGISTRY.select(Filter(text=text)).tolist() == (REGISTRY.sites["area_id"] == "PS0150").tolist()


def test_an_empty_registry_selects_nothing() -> None:
    for wanted in (Filter(), Filter(areas=("PS0150",), services=("medical_care",), text="x", verified_since="2026-01-01")):
        assert make_registry(0).select(wanted).shape == (0,)


def test_a_search_works_where_nothing_of_a_sort_has_a_name() -> None:
    nameless = dataclasses.replace(REGISTRY, names=REGISTRY.names | {"organisation": names({}), "locality": names({})})
    assert nameless.select(Filter(text="hebron")).tolist() == REGISTRY.select(Filter(text="hebron")).tolist()


def test_selecting_changes_nothing() -> None:
    before = REGISTRY.sites.copy()
    mask = REGISTRY.select(Filter(countries=("PS",)))
    mask[:] = False
    pd.testing.assert_frame_equal(REGISTRY.sites, before)
    assert REGISTRY.select(Filter(countries=("PS",))).any()


@given(st.lists(st.tuples(*[st.one_of(st.none(), st.text("abc", min_size=1, max_size=4))] * 3), min_size=1, max_size=5), st.sampled_from(LANGUAGES))
def test_a_name_is_the_first_that_there_is(rows: list[tuple[str | None, str | None, str | None]], lang: str) -> None:
    entities = {"site": names({f"s{i}": row for i, row in enumerate(rows)})}
    registry = dataclasses.replace(REGISTRY, names=entities)
    for i, row in enumerate(rows):
        stated = dict(zip(LANGUAGES, row, strict=True))
        first = next((stated[language] for language in FALLBACK[lang] if stated[language] is not None), f"s{i}")
        assert registry.label("site", f"s{i}", lang) == first


def test_fallback_tries_every_language_its_own_first() -> None:
    assert set(FALLBACK) == set(LANGUAGES)
    for lang, order in FALLBACK.items():
        assert order[0] == lang
        assert sorted(order) == sorted(LANGUAGES)


def test_a_thing_without_names_is_called_by_its_id() -> None:
    assert REGISTRY.label("site", "no-such", "ar") == "no-such"
    assert REGISTRY.term_label("service", "no_such", "en") == "service:no_such"


def test_terms_have_names_and_an_order() -> None:
    assert REGISTRY.term_label("service", "legal_counselling", "en") == "Legal counselling"
    assert REGISTRY.codes("service") == ["medical_care", "legal_counselling", "food_assistance", "women_girls_safe_space"]
    reversed_order = REGISTRY.terms.assign(sort=-REGISTRY.terms["sort"].astype(int))
    assert dataclasses.replace(REGISTRY, terms=reversed_order).codes("kind") == ["planning_group", "community_centre", "clinic"]


def test_governorates_are_the_areas_with_a_boundary() -> None:
    assert REGISTRY.governorates.index.tolist() == ["PS0101", "PS0150", "SY01", "IL-HA"]
    country = REGISTRY.areas.assign(level=["country", "region", "governorate", "district"])
    assert dataclasses.replace(REGISTRY, areas=country).governorates.index.tolist() == ["SY01", "IL-HA"]


def test_every_known_code_is_one_that_can_be_asked_for() -> None:
    assert set(REGISTRY.known) == {field.name for field in dataclasses.fields(Filter)} - {"text", "verified_since"}
    assert set(REGISTRY.sites["status"]) <= set(REGISTRY.known["statuses"])
    assert np.isin(REGISTRY.sites["area_id"], list(REGISTRY.known["areas"])).all()
