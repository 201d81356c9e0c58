"""Names, addresses and links that a hostile partner gives, and addresses that a hostile link has, run nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geo.model import Filter
from geo.registry import Registry
from tests.browser.conftest import HOSTILE, HOSTILE_KIND, packed
from tests.browser.explore_page import MAP, Explore
from tests.browser.test_downloads import download
from tests.browser_support import OPEN_EACH, PATIENCE, SETTLED
from tests.xss import HIT, PAYLOADS

pytestmark = pytest.mark.browser


def assert_nothing_ran(page: Explore) -> None:
    page.page.evaluate(SETTLED)
    assert page.page.evaluate(HIT) is False
    assert page.frame.evaluate(HIT) is False


def test_nothing_runs_in_the_table_and_names_are_shown_as_they_are(explore: Explore, registry: Registry) -> None:
    explore.open(lang="ar", country="PS", kind=HOSTILE_KIND)
    sites = registry.sites[registry.select(Filter(countries=("PS",), kinds=(HOSTILE_KIND,)))]
    rows = explore.all_rows()
    assert len(rows) == len(sites) == 2 * len(HOSTILE)
    names = {row[0] for row in rows}
    assert names >= {text for text in PAYLOADS if text.isprintable()}
    assert {row[6] for row in rows} >= {f"{text} {i}" for i, text in enumerate(PAYLOADS) if text.isprintable()}
    assert explore.page.locator(".jw-table :is(img, svg, script, iframe, input, video, details)").count() == 0
    explore.page.locator(".jw-table thead button").first.click()
    explore.page.wait_for_function("document.querySelector('.jw-table thead th').ariaSort === 'ascending'")
    assert_nothing_ran(explore)


def test_nothing_runs_in_tooltips_lists_and_cards(explore: Explore, registry: Registry) -> None:
    explore.open(lang="he", country="PS", kind=HOSTILE_KIND)
    sites = registry.sites[registry.select(Filter(countries=("PS",), kinds=(HOSTILE_KIND,)))]
    stack = sites.groupby(["lon", "lat"]).size().idxmax()
    frame = explore.frame
    box = explore.page.locator(MAP)
    box.scroll_into_view_if_needed()
    corner = box.bounding_box()
    assert corner
    x, y = frame.evaluate("(({x, y}) => [x, y])(jiwar.map.getSize().divideBy(2))")
    alone = sites[~sites.duplicated(["lon", "lat"], keep=False)]
    assert len(alone) >= len(PAYLOADS)
    for lon, lat in alone[["lon", "lat"]].to_numpy():
        explore.page.mouse.move(corner["x"] + x, corner["y"] + 60)
        frame.evaluate("at => { jiwar.map.setView(at, 17, {animate: false}) }", [lat, lon])
        explore.page.mouse.move(corner["x"] + x + 1, corner["y"] + y)
        frame.locator(".jw-tip").wait_for()
    frame.evaluate("at => { jiwar.map.setView(at, 18, {animate: false}) }", [stack[1], stack[0]])
    explore.page.mouse.click(corner["x"] + x, corner["y"] + y)
    frame.locator(".jw-list button").first.wait_for()
    opened = frame.evaluate(OPEN_EACH, [len(HOSTILE), PATIENCE])
    assert len(opened) == len(HOSTILE)
    assert {protocol for card in opened for protocol in card["protocols"]} <= {"tel:", "http:", "https:"}
    assert [card["made"] for card in opened] == [0] * len(HOSTILE)
    assert frame.locator(".jw-map :is(script, iframe, video, math)").count() == 0
    assert_nothing_ran(explore)


def test_nothing_runs_in_filters_and_what_was_searched_for_comes_back_as_text(explore: Explore) -> None:
    explore.open(lang="en", country="PS")
    box = explore.page.get_by_role("textbox", name="Search")
    for text in packed(PAYLOADS, 80):
        box.fill(text)
        box.press("Enter")
        wanted = box.input_value().strip()
        explore.page.wait_for_function("wanted => new URLSearchParams(location.search).get('q') === wanted", arg=wanted)
    explore.wait_idle()
    assert_nothing_ran(explore)
    explore.goto(lang="en", country="PS", kind=HOSTILE_KIND)
    explore.wait_ready()
    explore.page.get_by_role("button", name="More filters").click()
    explore.page.get_by_role("combobox", name="Organisation").click()
    explore.page.get_by_role("option").first.wait_for()
    explore.page.get_by_role("combobox", name="Organisation").fill("<")
    explore.page.get_by_role("option", name=f"{PAYLOADS[0]} 0", exact=True).click()
    explore.wait_total(2)
    assert explore.page.locator("[data-testid=stPopoverBody]").get_by_text(f"{PAYLOADS[0]} 0").count() >= 1
    assert_nothing_ran(explore)


def test_nothing_runs_from_a_hostile_link(new_page: Callable[..., Explore]) -> None:
    page = new_page()
    for text in (PAYLOADS[0], PAYLOADS[2], PAYLOADS[17], PAYLOADS[21]):
        query = dict.fromkeys(("q", "country", "area", "service", "group", "kind", "org", "status", "since", "need", "classes", "lang", "open"), text)
        page.goto(**query)
        page.wait_ready()
        assert page.page.get_by_role("textbox").first.input_value() == text.strip()[:80]
        assert "area" not in page.query
        assert_nothing_ran(page)


def test_nothing_runs_on_the_sources_page(explore: Explore) -> None:
    explore.goto("/sources", lang="en")
    explore.page.locator("table.jw-list tbody th").get_by_text(HOSTILE[0], exact=True).wait_for()
    assert explore.page.evaluate(HIT) is False


def test_nothing_runs_in_the_one_file_map(explore: Explore, new_page: Callable[..., Explore], tmp_path: Path) -> None:
    explore.open(lang="en", country="PS", kind=HOSTILE_KIND)
    alone = new_page(offline=True)
    alone.page.goto(download(explore, "html", tmp_path).as_uri())
    alone.page.wait_for_function("window.jiwar && window.jiwar.painted")
    assert alone.page.evaluate("jiwar.shown") == 2 * len(HOSTILE)
    assert alone.page.evaluate(HIT) is False


def test_answers_cannot_be_taken_for_pages(explore: Explore, registry: Registry) -> None:
    site_id = str(registry.sites.index[registry.sites["kind"] == HOSTILE_KIND][0])
    for path in (f"/data/site/{site_id}.json?lang=en", "/data/sites.en.bin", "/data/areas.en.json"):
        answer = explore.page.request.get(explore.base + path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not answer.headers["content-type"].startswith("text/html")
    answer = explore.page.request.get(f"{explore.base}/data/export.html?lang=en&kind={HOSTILE_KIND}")
    assert answer.headers["content-disposition"].startswith("attachment")
