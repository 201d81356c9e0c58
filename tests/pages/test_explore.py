"""The Explore page on the real packs, in every language, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from geo.model import Filter
from i18n import LANGUAGES, translator
from pages.parts import load


def run(start: str) -> None:
    from main import main

    main(start=start)


def page(start: str = "explore", **query: str | list[str]) -> AppTest:
    """Run a page with an address."""
    test = AppTest.from_function(run, args=(start,), default_timeout=60)
    for key, value in query.items():
        test.query_params[key] = value
    test.run()
    assert not test.exception
    return test


def html(test: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in test.get("html"))


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("start", ["explore", "sources"])
def test_every_page_runs_in_every_language(lang: str, start: str) -> None:
    test = page(start, lang=lang)
    assert test.title[0].value == translator(lang)(f"{start}.title")
    assert not test.error
    assert f"documentElement.lang='{lang}'" in html(test)
    assert f"documentElement.dir='{'ltr' if lang == 'en' else 'rtl'}'" in html(test)


@pytest.mark.usefixtures("workspace")
def test_the_answer_counts_what_the_filter_lets_through() -> None:
    test = page(lang="en", country="PS")
    registry = load.registry()
    expected = int(registry.select(Filter(countries=("PS",))).sum())
    assert translator("en").plural("explore.sites", expected) in html(test)


@pytest.mark.usefixtures("workspace")
def test_an_address_sets_the_filter_and_the_same_address_comes_back() -> None:
    test = page(lang="he", country="PS", area=["PS0150", "PS0115"], status="active")
    assert test.multiselect(key="filter_areas").value == ["PS0150", "PS0115"]
    assert test.query_params["area"] == ["PS0150", "PS0115"]
    assert test.query_params["country"] == "PS"
    assert test.query_params["lang"] == "he"


@pytest.mark.usefixtures("workspace")
def test_hostile_and_unknown_codes_in_the_address_are_dropped() -> None:
    test = page(lang="xx", country="ZZ", area="<script>alert(1)</script>", since="yesterday", kind="'; DROP TABLE site")
    assert not test.error
    assert "<script>alert" not in html(test)
    assert "area" not in test.query_params
    assert test.query_params["lang"] in LANGUAGES


@pytest.mark.usefixtures("workspace")
def test_choosing_a_service_changes_answer_address_and_download() -> None:
    test = page(lang="en", country="PS")
    test.multiselect(key="filter_services").select("legal_counselling").run()
    assert test.query_params["service"] == "legal_counselling"
    assert "service=legal_counselling" in html(test)
    registry = load.registry()
    left = int(registry.select(Filter(countries=("PS",), services=("legal_counselling",))).sum())
    assert translator("en").plural("explore.sites", left) in html(test)


@pytest.mark.usefixtures("workspace")
def test_another_country_lets_go_of_the_first_ones_governorates() -> None:
    test = page(lang="en", country="PS", area="PS0150")
    test.session_state["filter_countries"] = "SY"
    test.run()
    assert test.multiselect(key="filter_areas").value == []
    assert "area" not in test.query_params


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("query", ["حيفا", "חיפה", "haifa", "HAIFA", "حِيفا"])
def test_a_search_finds_a_name_in_any_script(query: str) -> None:
    test = page(lang="en", country="all", q=query)
    registry = load.registry()
    found = registry.sites[registry.select(Filter(text=query))]
    assert set(found["area_id"]) == {"IL-HA"}
    assert test.text_input(key="filter_text").value == query


@pytest.mark.usefixtures("workspace")
def test_countries_are_never_added_up() -> None:
    test = page(lang="en", country="all")
    text = html(test)
    registry = load.registry()
    total = translator("en").plural("explore.sites", len(registry.sites))
    assert f">{total}" not in text
    for country in ("PS", "SY", "IL"):
        assert translator("en").plural("explore.sites", int((registry.sites["country"] == country).sum())) in text


@pytest.mark.usefixtures("workspace")
def test_the_protected_centres_have_no_place_anywhere_on_the_page() -> None:
    test = page(lang="en", country="SY")
    everything = html(test) + str(test.main)
    for digits in ("35.81418", "36.31983", "36.51194", "36.86954"):
        assert digits not in everything


@pytest.mark.usefixtures("training")
def test_training_pages_carry_the_mark() -> None:
    test = page(lang="ar")
    assert translator("ar")("app.training") in html(test)
    assert len(load.registry().sites) > 300
