"""Without internet, with invented data, and at addresses that lead nowhere."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route

from geo.registry import Registry
from i18n import LANGUAGES, translator
from tests.browser.explore_page import Explore
from tests.browser.test_downloads import download
from tests.browser.test_gaps import CELLS, gaps
from tests.browser_support import LOCAL_HOSTS

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Explore]


def test_everything_works_with_all_other_hosts_cut_off(explore: Explore, registry: Registry, tmp_path: Path) -> None:
    asked: list[str] = []

    def local_only(route: Route) -> None:
        if urlsplit(route.request.url).hostname in LOCAL_HOSTS or route.request.url.startswith(("data:", "blob:")):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    explore.page.route("**/*", local_only)
    explore.open(lang="ar", country="PS")
    explore.page.locator(".jw-table tbody button").first.click()
    explore.frame.locator(".jw-card dl").wait_for()
    explore.page.get_by_text("سوريا", exact=True).first.click()
    explore.wait_total(int((registry.sites["country"] == "SY").sum()))
    assert download(explore, "csv", tmp_path).stat().st_size > 1_000
    explore.page.get_by_role("link", name=translator("ar")("sources.menu")).first.click()
    explore.page.locator("table.jw-list").nth(1).wait_for()
    explore.page.get_by_role("link", name=translator("ar")("explore.menu")).first.click()
    explore.wait_ready()
    assert asked == []


def test_fonts_come_from_this_server(explore: Explore) -> None:
    explore.open(lang="ar", country="PS")
    for place in (explore.page, explore.frame):
        place.wait_for_function("document.fonts.check(\"16px 'Noto Sans Arabic'\", 'مركز')")
        loaded = place.evaluate("[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family.replaceAll('\"', ''))")
        assert "Noto Sans Arabic" in loaded
    assert (
        explore.page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").replace('"', "").startswith(("Noto Sans Arabic", "'Noto"))
    )


def test_the_filter_survives_a_visit_to_the_other_page(explore: Explore) -> None:
    explore.open(lang="en", country="SY", kind="clinic")
    total = explore.total()
    explore.page.get_by_role("link", name=translator("en")("sources.menu")).first.click()
    explore.page.locator("table.jw-list").nth(1).wait_for()
    explore.page.get_by_role("link", name=translator("en")("explore.menu")).first.click()
    explore.wait_ready()
    explore.wait_total(total)
    assert explore.query["kind"] == ["clinic"]
    assert explore.query["country"] == ["SY"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_invented_data_is_marked_on_page_map_and_file(new_page: OpenPage, training_address: str, tmp_path: Path, lang: str) -> None:
    tr = translator(lang)
    page = new_page(base=training_address).open(lang=lang, country="PS")
    assert page.page.locator(".jw-watermark span").inner_text() == tr("app.training")
    assert page.page.get_by_text(tr("app.training_note")).is_visible()
    assert page.frame.locator(".jw-watermark span").all_inner_texts() == [tr("map.training")] * 6
    assert page.total() > 100
    alone = new_page(offline=True)
    alone.page.goto(download(page, "html", tmp_path).as_uri())
    alone.page.wait_for_function("window.jiwar && window.jiwar.painted")
    assert alone.page.locator(".jw-watermark span").first.inner_text() == tr("map.training")
    page.goto("/sources", lang=lang)
    page.page.get_by_role("heading", name=tr("sources.title")).wait_for()
    assert page.page.locator(".jw-watermark span").inner_text() == tr("app.training")


def test_invented_data_is_marked_on_the_gaps_page(new_page: OpenPage, training_address: str) -> None:
    page = gaps(new_page(base=training_address), lang="en", country="SY", service="medical_care", limit=45)
    assert page.page.locator(".jw-watermark").first.is_visible()
    assert page.frame.locator(".jw-watermark span").first.is_visible()
    parts = page.page.locator(CELLS).all_inner_texts()
    numbers = [int(text.replace(",", "")) for text in parts]
    assert numbers[0] == sum(numbers[1:]) == 21_296_000
    assert min(numbers[1], numbers[2], numbers[5]) > 0


def test_the_watermark_lets_clicks_through(new_page: OpenPage, training_address: str) -> None:
    page = new_page(base=training_address).open(lang="en", country="PS")
    page.page.locator(".jw-table tbody button").first.click()
    page.frame.locator(".jw-card dl").wait_for()


def test_real_data_is_not_marked(explore: Explore) -> None:
    explore.open(lang="en", country="PS")
    assert explore.page.locator(".jw-watermark").count() == 0
    assert explore.frame.locator(".jw-watermark span").count() == 0


@pytest.mark.parametrize("path", ["/nonsense", "/explore", "/explore/nonsense"])
def test_an_unknown_page_leads_to_the_first_one(explore: Explore, path: str) -> None:
    answer = explore.page.goto(f"{explore.base}{path}?lang=en")
    assert answer
    assert answer.status in (200, 404)
    explore.page.get_by_role("heading", name=translator("en")("explore.title")).wait_for()


@pytest.mark.parametrize("path", [
    "/data/nonsense", "/data/sites.xx.bin", "/data/export.exe", "/assets/nonsense.js", "/assets/x/y",
    *(f"/data/site/{one}.json?lang=en" for one in ("nonsense", "..%2f..%2fplaces.key", "%00", "a/b/c", "%3Cscript%3E")),
])  # fmt: skip
def test_what_is_not_there_is_not_found_and_no_page(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as found:
        urllib.request.urlopen(address + path)
    with found.value as answer:
        assert answer.code in (400, 404)
        assert len(answer.read()) < 200


def test_codes_that_do_not_exist_are_left_out_of_the_address(explore: Explore, registry: Registry) -> None:
    explore.open(lang="en", country="PS", area="PS9999", service="nonsense", since="31.02.2026", need="nonsense")
    assert explore.total() == int((registry.sites["country"] == "PS").sum())
    assert not {"area", "service", "since"} & set(explore.query)
    assert explore.query["need"] != ["nonsense"]
