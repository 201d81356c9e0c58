"""Every page in every language on a wide and on a narrow screen: nothing sticks out, axe finds no serious fault, and a picture is kept to be looked at."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from i18n import LANGUAGES, translator
from tests.browser.explore_page import Explore, opened
from tests.browser_support import ROOT, Pages

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

pytestmark = pytest.mark.browser
PICTURES = ROOT / "build" / "screenshots"
PAGES = {"explore": "/", "sources": "/sources"}
WIDTHS = (1280, 390)
CUT_OFF = (
    "[...document.querySelectorAll('.st-key-filter_bar [role=radiogroup]')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"
)
"""Rows of choices that are wider than their place."""
SERIOUS = ("serious", "critical")
STICKS_OUT = """() => {
  const wide = innerWidth + 1, out = [];
  const inScroller = (one) => { for (let e = one.parentElement; e; e = e.parentElement) if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(e).overflowX) && e.getBoundingClientRect().right <= wide && e.getBoundingClientRect().left >= -1 && !e.matches('[data-testid=stMain], [data-testid=stApp], html, body')) return true; return false; };
  for (const one of document.querySelectorAll('[data-testid=stMainBlockContainer] *, header *, .st-key-language_switch *')) {
    const box = one.getBoundingClientRect();
    if (box.width > 1 && box.height > 1 && (box.right > wide || box.left < -1) && getComputedStyle(one).visibility !== 'hidden' && !inScroller(one))
      out.push(one.tagName + '.' + one.className + ' ' + Math.round(box.left) + '..' + Math.round(box.right));
  }
  return out;
}"""
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.st-key-language_switch, header [data-testid=stTopNavLinkContainer], header a, header button')]
    .filter(one => one.checkVisibility({opacityProperty: true, visibilityProperty: true})).map(one => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width);
  const out = [];
  for (const [a, one] of boxes) for (const [b, other] of boxes)
    if (a !== b && !a.contains(b) && !b.contains(a) && one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1)
      out.push(a.innerText + ' / ' + b.innerText);
  return out;
}"""


AXE = {("ar", 390), ("en", 1280)}
"""Where axe looks at a page: in each direction and each width once. Its rules are about the marks and colours, which are the same in all languages."""


@pytest.fixture(scope="module", params=list(itertools.product(PAGES, LANGUAGES, WIDTHS)), ids=lambda param: "-".join(map(str, param)))
def view(request: pytest.FixtureRequest, pages: Pages, address: str) -> Iterator[tuple[str, str, int, Explore]]:
    """A page in a language and a width, opened once for all that is looked at."""
    name, lang, width = request.param
    with opened(pages, address, width=width) as page:
        if name == "explore":
            page.open(lang=lang, country="PS", area="PS0150")
        else:
            page.goto(PAGES[name], lang=lang)
            page.page.get_by_role("heading", name=translator(lang)(f"{name}.title")).wait_for()
            page.page.locator("table.jw-list").nth(1).wait_for()
            page.wait_idle()
        yield name, lang, width, page


def test_nothing_is_wider_than_the_window(view: tuple[str, str, int, Explore]) -> None:
    *_, page = view
    assert page.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth + 1")
    assert page.page.evaluate("(main => main.scrollWidth <= main.clientWidth + 1)(document.querySelector('[data-testid=stMain]'))")
    assert page.page.evaluate(STICKS_OUT) == []


def test_the_top_bars_parts_do_not_lie_on_each_other(view: tuple[str, str, int, Explore]) -> None:
    *_, page = view
    assert page.page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_menu_of_a_narrow_screen_opens_closes_and_leads_to_the_other_page(new_page: Callable[..., Explore], lang: str) -> None:
    page = new_page(width=390)
    page.goto("/sources", lang=lang)
    page.page.get_by_role("heading", name=translator(lang)("sources.title")).wait_for()
    link = page.page.get_by_role("link", name=translator(lang)("explore.menu"), include_hidden=True)
    for leave in (False, True):
        page.page.locator("[data-testid=stExpandSidebarButton]").click()
        page.page.wait_for_function(
            "link => (box => box.left >= 0 && box.right <= innerWidth && box.width > 0)(link.getBoundingClientRect())",
            arg=link.first.element_handle(),
        )
        if leave:
            link.first.click()
        else:
            page.page.locator("[data-testid=stSidebarCollapseButton] button").click()
            page.page.wait_for_function(
                "link => !link.checkVisibility({visibilityProperty: true}) || link.getBoundingClientRect().right <= 0 || link.getBoundingClientRect().left >= innerWidth",
                arg=link.first.element_handle(),
            )
    page.page.get_by_role("heading", name=translator(lang)("explore.title")).wait_for()
    page.page.wait_for_function("lang => new URLSearchParams(location.search).get('lang') === lang", arg=lang)


def test_axe_would_find_a_fault(new_page: Callable[..., Explore]) -> None:
    page = new_page()
    page.page.set_content("<html lang=en><title>x</title><main><img src='data:,'><button></button></main></html>")
    assert {one["rule"] for one in faults(page.page)} == {"image-alt", "button-name"}


def test_axe_finds_no_serious_fault(view: tuple[str, str, int, Explore]) -> None:
    name, lang, width, page = view
    assert faults_there(lang, width, page.page) == []
    if name == "explore":
        assert faults_there(lang, width, page.frame) == []


def test_a_picture_is_kept(view: tuple[str, str, int, Explore]) -> None:
    name, lang, width, page = view
    PICTURES.mkdir(parents=True, exist_ok=True)
    tall = page.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.page.set_viewport_size({"width": width, "height": min(int(tall), 4000)})
    file = PICTURES / f"{name}-{lang}-{width}.png"
    page.page.screenshot(path=file)
    assert file.stat().st_size > 20_000


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [1024, 760])
def test_no_choice_is_cut_off_between_a_phone_and_a_desk(new_page: Callable[..., Explore], lang: str, width: int) -> None:
    explore = new_page(width=width, height=800)
    for path in ("/gaps", "/need", "/indicators"):
        explore.goto(path, lang=lang, country="SY")
        explore.page.locator(".st-key-filter_bar [role=radiogroup]").first.wait_for()
        explore.wait_idle()
        assert explore.page.evaluate(CUT_OFF) == [], path


def faults_there(lang: str, width: int, place: Page | Frame) -> list[dict[str, Any]]:
    """Return the faults of a page or a frame in one of the languages and widths where axe looks; elsewhere none."""
    return faults(place) if (lang, width) in AXE else []


def faults(place: Page | Frame) -> list[dict[str, Any]]:
    """Run axe-core in a page or a frame and return its serious and critical faults: rule, and the elements at fault."""
    if place.evaluate("!window.axe"):
        place.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = place.evaluate("axe.run(document, {iframes: false, resultTypes: ['violations']})")
    return [
        {"rule": one["id"], "help": one["help"], "at": [node["html"][:160] + " | " + node["failureSummary"][:200] for node in one["nodes"][:4]]}
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]
