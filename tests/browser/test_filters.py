"""One filter drives the map, the answer, the bars, the table and the address, and the address drives them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import shapely
from playwright.sync_api import expect

from geo.model import Filter
from geo.registry import Registry
from i18n import translator
from tests.browser.conftest import LANDMARK
from tests.browser.explore_page import Explore, opened
from tests.browser_support import Pages

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Explore]


def count(registry: Registry, **fields: object) -> int:
    return int(registry.select(Filter(**fields)).sum())  # type: ignore[arg-type]


def free_point(registry: Registry, area_id: str, mask: np.ndarray) -> tuple[float, float]:
    """Return the point of an area (lat, lon) that is farthest from its boundary and from every site shown."""
    shape = registry.governorates.geometry[area_id]
    sites = registry.sites[mask].dropna(subset=["lon"])
    marks = shapely.multipoints(sites[["lon", "lat"]].to_numpy())
    west, south, east, north = shape.bounds
    grid = [shapely.Point(x, y) for x in np.linspace(west, east, 40) for y in np.linspace(south, north, 40)]
    best = max((p for p in grid if shape.contains(p)), key=lambda p: min(p.distance(marks), p.distance(shape.boundary)))
    return best.y, best.x


def click_map(page: Explore, at: tuple[float, float]) -> None:
    x, y = page.frame.evaluate("at => (({x, y}) => [x, y])(jiwar.map.latLngToContainerPoint(at))", list(at))
    page.frame.locator("#map_div").click(position={"x": x, "y": y})


def centre(page: Explore) -> float:
    """Latitude of the middle of the map."""
    return round(float(page.frame.evaluate("jiwar.map.getCenter().lat")), 2)


def test_a_service_filters_everything_and_keeps_the_map(explore: Explore, registry: Registry) -> None:
    explore.open(lang="en", country="PS")
    frame = explore.frame
    frame.evaluate("window.kept = 1")
    explore.pick("Service", registry.term_label("service", "legal_counselling", "en"))
    expected = registry.sites[registry.select(Filter(countries=("PS",), services=("legal_counselling",)))]
    explore.wait_total(len(expected))
    assert 0 < len(expected) < count(registry, countries=("PS",))
    assert explore.query["service"] == ["legal_counselling"]
    assert explore.answered() == [len(expected)]
    assert explore.bars() == int((expected["area_id"] != "").sum())
    unplaced = int(expected["lon"].isna().sum())
    assert explore.shown() == (len(expected) - unplaced, unplaced)
    assert explore.frame.evaluate("[window.kept, jiwar.shown]") == [1, len(expected) - unplaced]
    assert all("Legal counselling" in row[4] for row in explore.rows())


def test_a_click_on_a_governorate_filters_and_another_lets_go(explore: Explore, registry: Registry) -> None:
    wanted = Filter(countries=("SY",), kinds=("clinic",))
    explore.open(lang="en", country="SY", kind="clinic")
    mask = registry.select(wanted)
    in_areas = registry.sites[mask]["area_id"].value_counts()
    area_id = str(max(in_areas.index, key=lambda code: registry.governorates.geometry[code].area))
    at = free_point(registry, area_id, mask)
    click_map(explore, at)
    explore.wait_total(int(in_areas[area_id]))
    assert explore.query["area"] == [area_id]
    assert explore.page.locator(".jw-facts caption").inner_text() == registry.label("area", area_id, "en")
    # A second click within 400 ms would count as a double click.
    explore.frame.wait_for_function("start => Date.now() - start > 400", arg=explore.frame.evaluate("Date.now()"))
    click_map(explore, at)
    explore.wait_total(int(mask.sum()))
    assert "area" not in explore.query


@pytest.mark.parametrize("typed", [
    LANDMARK["ar"], "موسسة الامل", "مؤسسه الأمل الأهليه", "الأمــل", "للاغاثه", LANDMARK["he"], "בית תקווה", "תקווה לקהילה", "hope house", "HOPE", "cafe zoe",
])  # fmt: skip
def test_a_search_finds_one_site_however_it_is_spelt(searching: Explore, typed: str) -> None:
    box = searching.page.get_by_role("textbox", name="Search")
    box.fill(typed)
    box.press("Enter")
    searching.wait_query("q", [typed])
    searching.wait_total(1)
    assert searching.names() == [LANDMARK["en"]]


@pytest.fixture(scope="module")
def searching(pages: Pages, address: str) -> Iterator[Explore]:
    """One page for all spellings."""
    with opened(pages, address) as page:
        yield page.open(lang="en", country="PS")


def test_another_language_keeps_the_filter(explore: Explore, registry: Registry) -> None:
    explore.open(lang="en", country="PS", area=["PS0150", "PS0115"], service="legal_counselling")
    before = {key: values for key, values in explore.query.items() if key != "lang"}
    rows = explore.total()
    numbers = explore.shown(), explore.answered(), explore.bars(), centre(explore)
    for lang in ("ar", "he", "en"):
        tr = translator(lang)
        explore.page.locator(".st-key-language_switch").get_by_text({"ar": "العربية", "he": "עברית", "en": "English"}[lang]).click()
        explore.page.wait_for_function("title => document.querySelector('h1')?.innerText === title", arg=tr("explore.title"))
        explore.page.wait_for_function("dir => document.documentElement.dir === dir", arg=tr.direction)
        explore.page.locator("[data-testid=stMultiSelect]").get_by_text(registry.term_label("service", "legal_counselling", lang)).wait_for()
        explore.page.locator("[data-testid=stMultiSelect]").get_by_text(registry.label("area", "PS0150", lang)).wait_for()
        expect(explore.page.locator("[data-testid=stSelectbox] input")).to_have_value(registry.label("indicator", before["need"][0], lang))
        explore.wait_total(rows)
        assert explore.query == {**before, "lang": [lang]}
        # Numbers and coordinates are the same in all languages; the middle of the map lies aside the legend, on either hand.
        assert (explore.shown(), explore.answered(), explore.bars(), centre(explore)) == numbers
        assert explore.page.locator("html").get_attribute("lang") == lang
        assert explore.page.locator(".jw-table thead th").first.inner_text().strip() == tr("table.name")
        assert explore.frame.locator(".jw-map").get_attribute("lang") == lang


def test_a_link_shows_the_same_rows_in_another_language(new_page: OpenPage, registry: Registry) -> None:
    mine = new_page().open(lang="ar", country="PS", area="PS0150", service="recreation", status="active")
    theirs = new_page(locale="he-IL")
    theirs.page.goto(mine.page.url.replace("lang=ar", "lang=en"))
    theirs.wait_ready()
    assert theirs.total() == mine.total() == count(registry, countries=("PS",), areas=("PS0150",), services=("recreation",), statuses=("active",))
    ids = [
        page.page.evaluate("[...document.querySelectorAll('.jw-table tbody button')].map(button => button.dataset.focus)") for page in (mine, theirs)
    ]
    assert ids[0] == ids[1]
    assert theirs.names() != mine.names()
    assert theirs.page.locator("h1").inner_text() == translator("en")("explore.title")


def test_back_and_forward_go_between_filters(explore: Explore, registry: Registry) -> None:
    explore.open(lang="en", country="PS", need="self_rated_poor")
    whole = explore.total()
    explore.pick("Service", registry.term_label("service", "legal_counselling", "en"))
    part = count(registry, countries=("PS",), services=("legal_counselling",))
    explore.wait_total(part)
    explore.page.go_back()
    explore.wait_total(whole)
    assert "service" not in explore.query
    assert explore.page.locator("[data-testid=stMultiSelect]").get_by_text(registry.term_label("service", "legal_counselling", "en")).count() == 0
    explore.page.go_forward()
    explore.wait_total(part)
    assert explore.query["service"] == ["legal_counselling"]


def test_back_leaves_a_page_that_was_just_opened(explore: Explore) -> None:
    explore.goto("/sources", lang="en")
    explore.page.get_by_role("heading", name=translator("en")("sources.title")).wait_for()
    explore.open()
    explore.page.go_back()
    explore.wait_idle()
    if "/sources" not in explore.page.url:  # the address may have been completed in a step of its own, but in no more than one
        explore.page.go_back()
        explore.wait_idle()
    assert "/sources" in explore.page.url


def test_another_country_changes_map_bars_and_governorates(explore: Explore, registry: Registry) -> None:
    explore.open(lang="en", country="PS", area="PS0150")
    explore.page.get_by_text("Syria", exact=True).first.click()
    explore.wait_total(count(registry, countries=("SY",)))
    assert explore.query["country"] == ["SY"]
    assert "area" not in explore.query
    assert explore.page.locator(".jw-bars tbody tr").count() == int((registry.governorates["country"] == "SY").sum())
    explore.page.get_by_text("All", exact=True).first.click()
    explore.wait_total(len(registry.sites))
    assert explore.query["country"] == ["all"]
    assert explore.answered() == [count(registry, countries=(code,)) for code in ("PS", "SY", "IL")]
    assert explore.page.locator(".jw-bars").count() == 3


@pytest.mark.parametrize("lang", ["ar", "he"])
def test_an_empty_result_offers_a_way_out_that_works(explore: Explore, registry: Registry, lang: str) -> None:
    explore.open(lang=lang, country="PS", kind="clinic", q="zzzzz")
    assert explore.total() == 0
    assert explore.shown() == (0, 0)
    assert explore.page.get_by_text(translator(lang)("explore.empty")).is_visible()
    assert explore.page.get_by_text(translator(lang)("table.empty")).is_visible()
    left = count(registry, countries=("PS",), kinds=("clinic",))
    way_out = explore.page.locator(".st-key-way_out button")
    assert str(left) in way_out.inner_text()
    way_out.click()
    explore.wait_total(left)
    assert "q" not in explore.query
    assert explore.query["kind"] == ["clinic"]
