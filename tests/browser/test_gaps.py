"""The Gaps page as a person sees it: in every language, wide and narrow, with its map, its numbers and the way from a number to its inputs."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator

import pytest

from geo.registry import Registry
from i18n import LANGUAGES, translator
from jobs.gaps_asked import can_be_drawn
from tests.browser.explore_page import Explore, opened
from tests.browser.test_looks import OVERLAPS, PICTURES, STICKS_OUT, faults_there
from tests.browser_support import ROOT, Pages, streamlit_server
from tests.geo.roads_support import graph_of
from tests.geo.test_obstacles import point
from tests.jobs.road_world import load

pytestmark = pytest.mark.browser
ASKED = {"country": "PS", "service": "primary_care", "limit": 15}
CELLS = "table.jw-ledger tfoot td"


def gaps(page: Explore, **query: object) -> Explore:
    """Open the page and wait until map and ledger stand."""
    page.goto("/gaps", **query)
    page.page.wait_for_selector(".jw-from")
    page.seen.map_frame()
    page.wait_idle()
    return page


def command_of(page: Explore) -> str:
    """Return what the map was last told to show."""
    found: str = page.frame.evaluate("window.jiwar.painted")
    return found


@pytest.fixture(scope="module", params=list(itertools.product(LANGUAGES, (1280, 390))), ids=lambda param: "-".join(map(str, param)))
def view(request: pytest.FixtureRequest, pages: Pages, address: str) -> Iterator[tuple[str, int, Explore]]:
    """The page in a language and a width, opened once for all that is looked at."""
    lang, width = request.param
    with opened(pages, address, width=width) as page:
        yield lang, width, gaps(page, lang=lang, area="PS0150", **ASKED)


def test_nothing_is_wider_than_the_window(view: tuple[str, int, Explore]) -> None:
    *_, page = view
    assert page.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth + 1")
    assert page.page.evaluate("(main => main.scrollWidth <= main.clientWidth + 1)(document.querySelector('[data-testid=stMain]'))")
    assert page.page.evaluate(STICKS_OUT) == []
    assert page.page.evaluate(OVERLAPS) == []


def test_axe_finds_no_serious_fault(view: tuple[str, int, Explore]) -> None:
    lang, width, page = view
    assert faults_there(lang, width, page.page) == []
    assert faults_there(lang, width, page.frame) == []


def test_the_page_speaks_the_language_and_its_legend_says_what_it_shows(view: tuple[str, int, Explore]) -> None:
    lang, _, page = view
    words = translator(lang)
    assert page.page.get_by_role("heading", name=words("gaps.title")).is_visible()
    legend = page.frame.locator(".jw-legend")
    told = legend.text_content() or ""
    for text in (
        words("gaps.measure.without"),
        words("gaps.unit"),
        words("gaps.status_minutes"),
        words("gaps.hatched"),
        words("gaps.part.unknown"),
        "2017",
    ):
        assert text in told


def test_the_curve_is_drawn(view: tuple[str, int, Explore]) -> None:
    *_, page = view
    assert page.page.evaluate("(image => image.complete && image.naturalWidth > 0 && image.alt.length > 20)(document.querySelector('.jw-curve img'))")


def test_a_picture_is_kept(view: tuple[str, int, Explore]) -> None:
    lang, width, page = view
    PICTURES.mkdir(parents=True, exist_ok=True)
    tall = page.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.page.set_viewport_size({"width": width, "height": min(int(tall), 4000)})
    file = PICTURES / f"gaps-{lang}-{width}.png"
    page.page.screenshot(path=file)
    assert file.stat().st_size > 20_000


def test_a_number_leads_to_what_it_was_made_from(new_page: Callable[..., Explore]) -> None:
    page = gaps(new_page(), lang="en", **ASKED)
    link = page.page.locator(f"{CELLS} a").last
    link.click()
    section = page.page.locator("#gaps-from-unknown")
    page.page.wait_for_function(
        "box => { const r = box.getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight }", arg=section.element_handle()
    )
    assert "telephone" in section.inner_text()
    assert page.query["service"] == ["primary_care"]


def test_another_question_tells_the_same_map_and_the_address(new_page: Callable[..., Explore]) -> None:
    page = gaps(new_page(), lang="en", **ASKED)
    before = command_of(page)
    page.frame.evaluate("window.stays = true")
    box = page.page.get_by_role("spinbutton", name="Minutes")
    box.fill("60")
    box.press("Enter")
    page.wait_query("limit", ["60"])
    page.frame.wait_for_function("before => window.jiwar.painted !== before", arg=before)
    page.wait_idle()
    assert page.frame.evaluate("window.stays") is True
    assert "60 minutes" in page.page.locator(".jw-answer").inner_text()


def test_a_click_on_a_governorate_tells_why(new_page: Callable[..., Explore]) -> None:
    page = gaps(new_page(), lang="en", **ASKED)
    at = page.frame.evaluate("(p => [p.x, p.y])(window.jiwar.map.latLngToContainerPoint([31.45, 35.0]))")
    page.frame.locator("#map_div, .jw-map").first.click(position={"x": at[0], "y": at[1]})
    page.wait_query("area", ["PS0150"])
    page.page.get_by_role("heading", name="Why here?").wait_for()
    assert page.page.locator("table.jw-ledger", has_text="Half of the people").count() == 1
    assert page.page.locator(".jw-stack .jw-chosen").inner_text().startswith("Hebron")


def test_a_service_that_nobody_gives_offers_the_nearest_step(new_page: Callable[..., Explore]) -> None:
    page = gaps(new_page(), lang="en", country="SY", service="dental_care")
    said = page.page.locator("[data-testid=stAlert]").inner_text()
    assert "no site" in said
    page.page.get_by_role("button", name="instead").click()
    page.page.wait_for_selector("[data-testid=stAlert]", state="detached")
    page.wait_idle()
    assert "Of about" in page.page.locator(".jw-answer").inner_text()


def test_the_page_works_on_a_phone_with_its_controls_folded(new_page: Callable[..., Explore]) -> None:
    page = gaps(new_page(width=390), lang="ar", **ASKED)
    box = page.page.get_by_role("spinbutton", name=translator("ar")("gaps.limit"))
    assert not box.is_visible()
    page.page.get_by_text(translator("ar")("explore.show_filters"), exact=True).click()
    box.wait_for()


@pytest.fixture(scope="module")
def road_address(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server with an invented road across one governorate, and a gate on it."""
    folder = tmp_path_factory.mktemp("roads")
    shutil.copytree(environment["JIWAR_DATA_DIR"], folder / "data")
    nodes = {1: (34.95, 31.40), 2: (35.05, 31.50), 3: (35.10, 31.60)}
    graph = graph_of(nodes, [([1, 2], {"highway": "primary"}), ([2, 3], {"highway": "primary"})])
    load(folder / "data", graph, [point("gate", "checkpoint", (35.0, 31.45))])
    with streamlit_server(ROOT / "app.py", {**environment, "JIWAR_DATA_DIR": str(folder / "data")}) as found:
        yield found


@pytest.mark.parametrize("lang", ["he", "en"])
def test_two_days_areas_and_chances_stand_on_one_map(new_page: Callable[..., Explore], road_address: str, registry: Registry, lang: str) -> None:
    words = translator(lang)
    here = registry.sites.index[can_be_drawn(registry) & (registry.sites["area_id"] == "PS0150")]
    asked = ASKED | {"area": "PS0150", "sites": str(here[0]), "bands": "quarters", "lang": lang}
    page = gaps(new_page(base=road_address), compare_regime="closed", **asked)
    legend = page.frame.locator(".jw-legend")
    assert words("gaps.change_title", measure=words("gaps.measure.without")) in (legend.text_content() or "")
    page.frame.wait_for_function("window.jiwar.reached")
    assert page.frame.locator(".leaflet-jw-reach-pane path").count() >= 5  # four limits and the site
    assert words("gaps.bands_quarters") in page.page.locator("body").inner_text()
    assert faults_there(lang, 1280, page.page) == []
    assert faults_there(lang, 1280, page.frame) == []
    assert page.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth + 1")
    page = gaps(new_page(base=road_address), measure="chance", **ASKED, lang=lang)
    assert words("gaps.measure.chance") in (page.frame.locator(".jw-legend").text_content() or "")
    assert page.page.locator("table.jw-ledger", has_text=words("gaps.chance_mean")).count() == 1
