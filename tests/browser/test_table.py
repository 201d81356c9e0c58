"""The table: sorted, turned and used by mouse and by keyboard, it gives what the map gives."""

from __future__ import annotations

import pytest

from geo.model import Filter
from geo.registry import Registry
from tests.browser.explore_page import Explore

pytestmark = pytest.mark.browser


def sort_by(page: Explore, column: int, direction: str) -> None:
    page.page.locator(".jw-table thead button").nth(column).click()
    page.page.wait_for_function("([n, way]) => document.querySelectorAll('.jw-table thead th')[n].ariaSort === way", arg=[column, direction])
    page.wait_idle()


@pytest.mark.parametrize("column", [0, 2])
def test_a_heading_sorts_all_pages_and_again_turns_the_order(explore: Explore, registry: Registry, column: int) -> None:
    explore.open(lang="en", country="SY")
    assert [head.get_attribute("aria-sort") for head in explore.page.locator(".jw-table thead th").all()] == [*["none"] * 9, None]
    sites = registry.sites[registry.select(Filter(countries=("SY",)))]
    ids = sites.index if column == 0 else sites["area_id"]
    cells = sorted((registry.label("site" if column == 0 else "area", str(one), "en") for one in ids), key=str.casefold)
    sort_by(explore, column, "ascending")
    shown = [row[column] for row in explore.rows()]
    assert 0 < len(shown) < len(cells)
    assert shown == cells[: len(shown)]
    sort_by(explore, column, "descending")
    assert [row[column] for row in explore.rows()] == cells[::-1][: len(shown)]
    assert explore.page.locator(".jw-table thead th[aria-sort=descending]").count() == 1


def test_pages_show_every_row_once(explore: Explore, registry: Registry) -> None:
    explore.open(lang="ar", country="SY")
    total = explore.total()
    rows = explore.all_rows()
    assert len(rows) == total == int(registry.select(Filter(countries=("SY",))).sum())
    assert len({tuple(row) for row in rows}) > total * 0.9
    assert explore.page.locator("[data-focus=next]").is_disabled()
    assert explore.page.locator("[data-focus=previous]").is_enabled()


def test_another_filter_goes_back_to_the_first_page(explore: Explore, registry: Registry) -> None:
    explore.open(lang="en", country="PS")
    explore.turn("next")
    explore.page.get_by_text("Syria", exact=True).first.click()
    explore.wait_total(int(registry.select(Filter(countries=("SY",))).sum()))
    assert explore.page.locator("[data-focus=previous]").is_disabled()


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_row_flies_to_its_site_and_opens_its_card(explore: Explore, registry: Registry, lang: str) -> None:
    explore.open(lang=lang, country="PS", kind="clinic")
    placed = registry.sites[registry.select(Filter(countries=("PS",), kinds=("clinic",)))].dropna(subset=["lon"])
    for i in (3, 1):
        site_id = str(placed.index[i])
        explore.page.locator(f"[data-focus='open-{site_id}']").click()
        name = registry.label("site", site_id, lang)
        explore.frame.wait_for_function("name => document.querySelector('.jw-card h2')?.textContent === name", arg=name)
        lat, lon = explore.frame.evaluate("(({lat, lng}) => [lat, lng])(jiwar.map.getCenter())")
        assert abs(lat - placed.loc[site_id, "lat"]) < 0.05
        assert abs(lon - placed.loc[site_id, "lon"]) < 0.05


def test_a_row_may_be_clicked_anywhere(explore: Explore) -> None:
    explore.open(lang="en", country="IL", kind="school")
    name = explore.names()[0]
    explore.page.locator(".jw-table tbody tr").first.locator("td").nth(2).click()
    explore.frame.wait_for_function("name => document.querySelector('.jw-card h2')?.textContent === name", arg=name)


def test_the_same_row_opens_its_card_again_after_it_was_closed(explore: Explore) -> None:
    explore.open(lang="en", country="IL", kind="school")
    row = explore.page.locator(".jw-table tbody button").first
    row.click()
    explore.frame.locator(".jw-card dl").wait_for()
    explore.frame.locator(".leaflet-popup-close-button").click()
    explore.frame.locator(".jw-card").wait_for(state="detached")
    explore.wait_idle()
    row.click()
    explore.frame.locator(".jw-card dl").wait_for()


def test_the_keyboard_reaches_a_row_and_opens_it(explore: Explore) -> None:
    explore.open(lang="en", country="IL", kind="school")
    page = explore.page
    name = explore.names()[0]
    page.locator(".jw-table-scroll").focus()
    for _ in range(10):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == name
    page.keyboard.press("Enter")
    explore.frame.wait_for_function("name => document.querySelector('.jw-card h2')?.textContent === name", arg=name)
    explore.wait_idle()
    assert page.evaluate("document.activeElement.textContent") == name


def test_the_keyboard_sorts_and_keeps_its_place(explore: Explore) -> None:
    explore.open(lang="he", country="IL")
    page = explore.page
    page.locator(".jw-table-scroll").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.jw-table thead th').ariaSort === 'ascending'")
    explore.wait_idle()
    assert page.evaluate("document.activeElement.dataset.focus") == "sort-name"


def test_a_row_without_a_point_says_so(explore: Explore, registry: Registry) -> None:
    sites = registry.sites[registry.select(Filter(countries=("IL",)))]
    site_id = str(sites.index[sites["lon"].isna()][0])
    explore.open(lang="en", country="IL", q=registry.label("site", site_id, "en"))
    assert explore.shown()[1] >= 1
    before = explore.frame.evaluate("jiwar.painted")
    explore.page.locator(f"[data-focus='open-{site_id}']").click()
    explore.frame.wait_for_function("before => jiwar.painted !== before", arg=before)
    card = explore.page.get_by_role("status").or_(explore.page.get_by_role("alert")).filter(has_text=registry.label("site", site_id, "en"))
    card.first.wait_for()
