"""What a first visitor sees, in each language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from geo.model import Filter
from geo.registry import Registry
from i18n import LANGUAGES, translator
from tests.browser.explore_page import Explore

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Explore]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_title_map_legend_counts_and_table_agree(explore: Explore, registry: Registry, lang: str) -> None:
    tr = translator(lang)
    explore.open(lang=lang, country="PS")
    page = explore.page
    assert page.locator("h1").inner_text() == tr("explore.title")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [lang, tr.direction]
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == tr.direction
    chosen = registry.sites[registry.select(Filter(countries=("PS",)))]
    assert explore.total() == len(chosen)
    assert explore.answered() == [len(chosen)]
    unplaced = int(chosen["lon"].isna().sum())
    assert explore.shown() == (len(chosen) - unplaced, unplaced)
    assert explore.frame.evaluate("jiwar.shown") == len(chosen) - unplaced
    assert explore.bars() == int((chosen["area_id"] != "").sum())
    assert_legend(explore, registry, lang)


def assert_legend(page: Explore, registry: Registry, lang: str) -> None:
    """The legend says what is shown, from when and from whom, and what hatching means."""
    tr = translator(lang)
    indicator = page.query["need"][0]
    box = page.frame.locator(".jw-legend")
    text = box.inner_text()
    values = registry.values[registry.values["indicator_id"] == indicator]
    assert registry.label("indicator", indicator, lang) in text
    assert str(values["year"].max()) in text
    assert any(title in text for title in registry.sources["title"][values["source_id"].unique()])
    assert any(tr(f"need.status.{status}") in text for status in values["status"].unique())
    assert tr("map.no_data") in text
    assert box.locator(".jw-hatched").count() == 1
    assert box.get_attribute("dir") == tr.direction


@pytest.mark.parametrize(("locale", "lang", "country"), [("he-IL", "he", "IL"), ("ar-SY", "ar", "SY"), ("en-GB", "en", "PS"), ("fr", "ar", "PS")])
def test_the_first_language_is_the_browsers_or_arabic(new_page: OpenPage, locale: str, lang: str, country: str) -> None:
    page = new_page(locale=locale).open()
    assert page.query["lang"] == [lang]
    assert page.query["country"] == [country]
    assert page.page.locator("h1").inner_text() == translator(lang)("explore.title")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sources_page_names_every_source(explore: Explore, registry: Registry, lang: str) -> None:
    tr = translator(lang)
    explore.goto("/sources", lang=lang)
    explore.page.get_by_role("heading", name=tr("sources.title")).wait_for()
    table = explore.page.locator("table.jw-list").first
    expect(table.locator("tbody tr")).to_have_count(len(registry.sources))
    assert explore.page.evaluate("document.documentElement.dir") == tr.direction
    assert set(table.locator("tbody th").all_inner_texts()) >= {str(title).strip() for title in registry.sources["title"] if "<" not in str(title)}
