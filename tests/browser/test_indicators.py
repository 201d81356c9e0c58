"""The Indicators page as a person sees it: in every language, wide and narrow, with its map, its hatching and the way from a value to its source."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from i18n import LANGUAGES, translator
from tests.browser.explore_page import Explore, opened
from tests.browser.test_looks import OVERLAPS, PICTURES, STICKS_OUT, faults_there
from tests.browser_support import Pages

pytestmark = pytest.mark.browser
ASKED = {"country": "PS", "indicator": "self_rated_very_poor"}


def indicators(page: Explore, **query: object) -> Explore:
    """Open the page and wait until map and table stand."""
    page.goto("/indicators", **query)
    page.page.wait_for_selector(".jw-sources")
    page.seen.map_frame()
    page.wait_idle()
    return page


@pytest.fixture(scope="module", params=list(itertools.product(LANGUAGES, (1280, 390))), ids=lambda param: "-".join(map(str, param)))
def view(request: pytest.FixtureRequest, pages: Pages, address: str) -> Iterator[tuple[str, int, Explore]]:
    """The page in a language and a width, opened once for all that is looked at."""
    lang, width = request.param
    with opened(pages, address, width=width) as page:
        yield lang, width, indicators(page, lang=lang, country="SY", indicator="population", area="SY02")


def test_nothing_is_wider_than_the_window_and_axe_finds_no_serious_fault(view: tuple[str, int, Explore]) -> None:
    lang, width, page = view
    assert page.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth + 1")
    assert page.page.evaluate("(main => main.scrollWidth <= main.clientWidth + 1)(document.querySelector('[data-testid=stMain]'))")
    assert page.page.evaluate(STICKS_OUT) == []
    assert page.page.evaluate(OVERLAPS) == []
    assert faults_there(lang, width, page.page) == []
    assert faults_there(lang, width, page.frame) == []


def test_the_legend_says_what_when_and_from_whom(view: tuple[str, int, Explore]) -> None:
    lang, width, page = view
    words = translator(lang)
    assert page.page.get_by_role("heading", name=words("indicators.title")).is_visible()
    told = page.frame.locator(".jw-legend").text_content() or ""
    for text in (words("packs.unit.people"), "2016", words("need.status.estimate"), "US Census Bureau", words("map.no_data")):
        assert text in told
    assert page.page.evaluate("(image => image.complete && image.naturalWidth > 0 && image.alt.length > 20)(document.querySelector('.jw-chart img'))")
    PICTURES.mkdir(parents=True, exist_ok=True)
    tall = page.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.page.set_viewport_size({"width": width, "height": min(int(tall), 4000)})
    file = PICTURES / f"indicators-{lang}-{width}.png"
    page.page.screenshot(path=file)
    assert file.stat().st_size > 20_000


def test_a_value_leads_to_its_source_and_what_is_not_known_is_hatched(new_page: Callable[..., Explore]) -> None:
    page = indicators(new_page(), lang="en", **ASKED)
    page.page.locator(".jw-values td a").last.click()
    line = page.page.locator(".jw-sources li").first
    page.page.wait_for_function(
        "box => { const r = box.getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight }", arg=line.element_handle()
    )
    cell = page.page.locator(".jw-values tr", has_text="Qalqilya").locator("td")
    assert cell.inner_text().strip() == ""
    assert "repeating-linear-gradient" in cell.evaluate("cell => getComputedStyle(cell).backgroundImage")
    fills = page.frame.evaluate("[...document.querySelectorAll('.leaflet-jw-areas-pane path, .jw-map path')].map(path => path.getAttribute('fill'))")
    assert "url(#jw-hatch)" in fills


def test_a_click_on_the_map_marks_a_governorate_and_another_year_tells_the_same_map(new_page: Callable[..., Explore]) -> None:
    page = indicators(new_page(), lang="en", country="SY", indicator="population", year="2004")
    page.frame.evaluate("window.stays = true")
    at = page.frame.evaluate("(p => [p.x, p.y])(window.jiwar.map.latLngToContainerPoint([36.3, 37.6]))")
    page.frame.locator("#map_div, .jw-map").first.click(position={"x": at[0], "y": at[1]})
    page.wait_query("area", ["SY02"])
    page.wait_idle()
    assert page.page.locator(".jw-values .jw-chosen").inner_text().startswith("Aleppo")
    assert page.frame.evaluate("window.stays") is True
