"""The map inside Streamlit, in Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser_support import ROOT, SETTLED, Watched, streamlit_server
from tests.xss import HIT

pytestmark = pytest.mark.browser
LAUNCHER = Path(__file__).with_name("app") / "launch.py"


def served(kind: str) -> Iterator[str]:
    environment = {**os.environ, "JIWAR_TEST_REGISTRY": kind, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    with streamlit_server(LAUNCHER, environment) as address:
        yield address


@pytest.fixture(scope="module")
def plain() -> Iterator[str]:
    yield from served("60")


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    yield from served("hostile")


def test_a_filter_repaints_the_same_map(watched: Watched, plain: str) -> None:
    watched.page.goto(plain)
    frame = watched.map_frame()
    before = frame.evaluate("jiwar.shown")
    frame.evaluate("window.kept = 1")
    watched.page.get_by_text("PS0101", exact=True).click()
    frame.wait_for_function("jiwar.painted.startsWith('PS0101')")
    assert 0 < frame.evaluate("jiwar.shown") < before
    assert frame.evaluate("window.kept") == 1


def test_a_click_on_a_governorate_reaches_the_page_once(watched: Watched, plain: str) -> None:
    watched.page.goto(plain)
    frame = watched.map_frame()
    frame.evaluate("void jiwar.map.setView([32.49, 35.01], 14, {animate: false})")
    middle = frame.evaluate("(({x, y}) => [x, y])(jiwar.map.getSize().divideBy(2))")
    frame.locator("#map_div").click(position={"x": middle[0], "y": middle[1]})
    watched.page.get_by_text("picked area PS0101").wait_for()


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_a_card_opens_in_the_readers_language(watched: Watched, plain: str, lang: str) -> None:
    watched.page.goto(f"{plain}/?lang={lang}&site=site-00001")
    frame = watched.map_frame()
    frame.wait_for_selector(".jw-card dl")
    assert frame.locator(".jw-card").get_attribute("lang") == lang
    assert frame.locator(".jw-card dd[data-key=phone] bdi").get_attribute("dir") == "ltr"
    assert frame.locator(".jw-map").get_attribute("lang") == lang


def test_the_keyboard_moves_and_zooms_the_map(watched: Watched, plain: str) -> None:
    watched.page.goto(plain)
    frame = watched.map_frame()
    zoom, east = frame.evaluate("[jiwar.map.getZoom(), jiwar.map.getCenter().lng]")
    frame.locator("#map_div").focus()
    watched.page.keyboard.press("+")
    frame.wait_for_function(f"jiwar.map.getZoom() > {zoom}")
    watched.page.keyboard.press("ArrowRight")
    frame.wait_for_function(f"jiwar.map.getCenter().lng > {east}")


def test_when_the_data_does_not_come_the_reader_is_told_and_can_try_again(watched: Watched, plain: str) -> None:
    page = watched.page
    page.route("**/data/areas.*", lambda route: route.abort())
    page.goto(f"{plain}/?lang=en")
    page.wait_for_selector("iframe[title*='streamlit_folium']")
    frame = page.frame_locator("iframe[title*='streamlit_folium']")
    retry = frame.get_by_role("button", name="Try again")
    retry.wait_for()
    page.unroute("**/data/areas.*")
    retry.click()
    watched.map_frame()
    retry.wait_for(state="hidden")


def test_payloads_do_not_run_in_the_map(watched: Watched, hostile: str) -> None:
    watched.page.goto(f"{hostile}/?site=site-00003&lang=he")
    frame = watched.map_frame()
    frame.wait_for_selector(".jw-card dl")
    frame.evaluate("void jiwar.map.setView([31.7, 35.2], 18, {animate: false})")
    middle = frame.evaluate("(({x, y}) => [x, y])(jiwar.map.getSize().divideBy(2))")
    frame.locator("#map_div").hover(position={"x": middle[0] + 60, "y": middle[1] + 60})
    frame.locator("#map_div").click(position={"x": middle[0], "y": middle[1]})
    frame.wait_for_selector(".jw-list button")
    frame.evaluate("for (const button of document.querySelectorAll('.jw-list button')) button.click()")
    frame.wait_for_selector(".jw-card dl")
    frame.evaluate("void jiwar.map.setView([31.75, 35.25], 10, {animate: false})")
    frame.locator("#map_div").hover(position={"x": middle[0] + 5, "y": middle[1] + 5})
    watched.page.evaluate(SETTLED)
    frame.evaluate(SETTLED)
    assert frame.evaluate(HIT) is False
    assert watched.page.evaluate(HIT) is False
