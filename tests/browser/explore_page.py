"""The Explore page as a person sees it: what the answer, the map, the bars and the table say, read from the browser."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.browser_support import Pages, Watched

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Locator, Page

MAP = "iframe[title*='streamlit_folium']"
NUMBER = re.compile(r"[\d,]+")


@contextlib.contextmanager
def opened(pages: Pages, base: str, **options: Any) -> Iterator[Explore]:
    """Lend a page for a server's address; the options are those of ``Pages.lent``."""
    with pages.lent(**options) as seen:
        yield Explore(seen, base)


@dataclass
class Explore:
    """A browser page on one of the servers.

    Parameters
    ----------
    seen : the page and what it did.
    base : address of the server.
    """

    seen: Watched
    base: str

    @property
    def page(self) -> Page:
        return self.seen.page

    def open(self, path: str = "/", **query: object) -> Explore:
        """Go to an address and wait until the map is painted and the table stands."""
        self.goto(path, **query)
        self.wait_ready()
        return self

    def goto(self, path: str = "/", **query: object) -> None:
        """Go to an address."""
        self.page.goto(f"{self.base}{path}{'?' + urlencode(query, doseq=True) if query else ''}")

    def wait_ready(self) -> None:
        """Wait until the map is painted and the table stands."""
        self.seen.map_frame()
        self.page.wait_for_selector(".jw-table-foot")
        self.wait_idle()

    def wait_idle(self) -> None:
        """Wait until no run of the page's script is under way."""
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")

    @property
    def frame(self) -> Frame:
        """The map's frame."""
        return self.seen.map_frame()

    @property
    def query(self) -> dict[str, list[str]]:
        """The address's query."""
        return parse_qs(urlsplit(self.page.url).query)

    @cached_property
    def table(self) -> Locator:
        return self.page.locator(".jw-table")

    def total(self) -> int:
        """Rows of the table over all its pages, as its foot says."""
        return _numbers(self.page.locator(".jw-table-foot span").inner_text())[-1]

    def rows(self) -> list[list[str]]:
        """Texts of the table's rows on the page that is open."""
        found: list[list[str]] = self.page.evaluate(
            "[...document.querySelectorAll('.jw-table tbody tr')].map(row => [...row.children].map(cell => cell.textContent))"
        )
        return found

    def names(self) -> list[str]:
        """First cell of each row on the page that is open."""
        return [row[0] for row in self.rows()]

    def turn(self, way: str) -> None:
        """Go to the next or the previous page of the table."""
        before = self.page.locator(".jw-table-foot span").inner_text()
        self.page.locator(f"[data-focus={way}]").click()
        self.page.wait_for_function("before => document.querySelector('.jw-table-foot span').innerText !== before", arg=before)
        self.wait_idle()

    def all_rows(self) -> list[list[str]]:
        """Rows of all pages, from the first."""
        while self.page.locator("[data-focus=previous]").is_enabled():
            self.turn("previous")
        found = self.rows()
        while self.page.locator("[data-focus=next]").is_enabled():
            self.turn("next")
            found += self.rows()
        return found

    def shown(self) -> tuple[int, int]:
        """Sites on the map and sites without a point, as the map's legend says."""
        numbers = _numbers(self.frame.locator(".jw-count").text_content() or "")
        return numbers[0], numbers[1] if len(numbers) > 1 else 0

    def answered(self) -> list[int]:
        """Sites of each country in the answer."""
        return [_numbers(text)[0] for text in self.page.locator(".jw-answer").all_inner_texts()]

    def bars(self) -> int:
        """Sum of the bars."""
        return sum(_numbers(text)[0] for text in self.page.locator(".jw-bars tbody b").all_inner_texts())

    def wait_total(self, count: int) -> None:
        """Wait until the table has ``count`` rows and the map shows as many, placed and unplaced together."""
        foot = f"{count:,}"
        self.page.wait_for_function(
            "count => { const foot = document.querySelector('.jw-table-foot span'); return foot && (foot.textContent.match(/[\\d,]+/g) || []).pop() === count }",
            arg=foot,
        )
        self.frame.wait_for_function(
            "count => { const text = document.querySelector('.jw-count')?.textContent || '';"
            " return (text.match(/[\\d,]+/g) || []).reduce((sum, n) => sum + Number(n.replaceAll(',', '')), 0) === count }",
            arg=count,
        )
        self.wait_idle()

    def wait_query(self, key: str, values: list[str]) -> None:
        """Wait until the address says ``values`` for ``key``."""
        self.page.wait_for_function(
            "([key, values]) => JSON.stringify(new URLSearchParams(location.search).getAll(key)) === JSON.stringify(values)", arg=[key, values]
        )

    def pick(self, label: str, option: str) -> None:
        """Choose an option of a multiple choice by typing it."""
        box = self.page.get_by_role("combobox", name=label)
        box.click()
        box.fill(option)
        self.page.get_by_role("option", name=option, exact=True).first.click()
        self.page.keyboard.press("Escape")


def _numbers(text: str) -> list[int]:
    return [int(found.replace(",", "")) for found in NUMBER.findall(text) if found.strip(",")]
