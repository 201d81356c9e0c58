"""Need, Indicators, Profile and Snapshots in every language, wide and narrow: nothing sticks out, and axe finds no serious fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from i18n import LANGUAGES, translator
from tests.browser.explore_page import Explore
from tests.browser.test_looks import OVERLAPS, STICKS_OUT, WIDTHS, faults_there

pytestmark = pytest.mark.browser
PAGES = {
    "needs": ("/need", {"country": "IL"}),
    "indicators": ("/indicators", {"country": "IL"}),
    "profile": ("/profile", {"area": "IL-HA", "beside": "IL-TA"}),
    "snapshots": ("/snapshots", {"country": "IL"}),
}
FINAL = {"needs": "table.jw-list", "indicators": "table", "profile": "section.jw-downloads", "snapshots": "[data-testid=stAlert]"}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_the_window_and_axe_finds_no_serious_fault(new_page: Callable[..., Explore], name: str, lang: str, width: int) -> None:
    page, (path, query) = new_page(width=width), PAGES[name]
    page.goto(path, lang=lang, **query)
    page.page.get_by_role("heading", name=translator(lang)(f"{name}.title")).wait_for()
    page.page.locator(FINAL[name]).first.wait_for()
    page.wait_idle()
    assert page.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth + 1")
    assert page.page.evaluate(STICKS_OUT) == []
    assert page.page.evaluate(OVERLAPS) == []
    assert faults_there(lang, width, page.page) == []
