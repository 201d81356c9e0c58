"""Chromium for tests: one browser, pages that note every foreign request and every error, and a server to look at."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from asyncio import _set_running_loop
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page

CHROMIUM = next((path for name in ("chromium-headless-shell", "chromium") if (path := shutil.which(name))), "")
"""The shell where it is there: the same engine without a browser's own windows, whose drawing costs as much as many a page."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
"""No other host is looked for: what a page asks of one is noted, and fails at once instead of after a wait."""
SETTLED = "() => new Promise(done => { const late = new Image(); late.onerror = () => setTimeout(done); late.src = 'x?late'; })"
"""Wait until an image that is not there has failed: those that a payload asked for before have failed by then, and what they would run has run."""
OPEN_EACH = """async ([count, patience]) => {
  const plain = (one) => one?.textContent.replace(/\\s+/g, ' ').trim(), found = [];
  const buttons = [...document.querySelectorAll('.jw-list button')];  // the list is gone once a card stands in its place, and they still work
  for (const button of buttons.slice(0, count)) {
    const wanted = plain(button), end = performance.now() + patience;
    button.click();
    while (!document.querySelector('.jw-card dl') || plain(document.querySelector('.jw-card h2')) !== wanted) {
      if (performance.now() > end) throw new Error(`no card for ${wanted}`);
      await new Promise((done) => setTimeout(done, 2));
    }
    found.push({
      protocols: [...document.querySelectorAll('.jw-card a')].map((link) => link.protocol),
      made: document.querySelectorAll('.jw-card :is(script,svg,iframe,math,video,input,details,style)').length,
    });
  }
  return found;
}"""
"""Open the cards of the first sites in the map's list: the protocols of its links, and how many elements stand in it that only a payload would make."""
LOCAL_HOSTS = ("127.0.0.1", "localhost")
ROOT = Path(__file__).parents[1]
PATIENCE = 60_000
"""Milliseconds until a condition that does not come fails a test: machines are shared, and waiting longer loosens nothing."""


@dataclass
class Watched:
    """A page, the requests it made to other hosts, and the errors of its scripts."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def map_frame(self) -> Frame:
        """Wait for the map of ``st_folium`` to be painted and return its frame."""
        self.page.wait_for_selector("iframe[title*='streamlit_folium']")
        for _ in range(PATIENCE // 50):
            frame = next((one for one in self.page.frames if "streamlit_folium" in one.url), None)
            if frame and frame.evaluate("Boolean(window.jiwar && window.jiwar.painted)"):
                return frame
            self.page.wait_for_timeout(50)
        raise AssertionError("the map was not painted")


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """Chromium without a window, started once, and the event loop of Playwright, which is not left standing in this thread.

    Where there is no Chromium it skips, or fails if ``JIWAR_TEST_BROWSER`` is ``required``.
    """
    if not CHROMIUM:
        if os.environ.get("JIWAR_TEST_BROWSER") == "required":
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    playwright = sync_playwright().start()
    found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
    loop = asyncio.get_running_loop()
    _set_running_loop(None)
    yield found, loop
    _set_running_loop(loop)
    found.close()
    playwright.stop()


@pytest.fixture(scope="module")
def browser(chromium: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """Chromium, while a file of tests uses it: with Playwright's event loop in this thread no other file's tests could run one of their own."""
    found, loop = chromium
    _set_running_loop(loop)
    yield found
    _set_running_loop(None)


class Pages:
    """Pages of one browser, used again: what a page has read and compiled it keeps, and that is most of what opening one costs.

    A page that comes back forgets who was signed in and what was stored, and goes nowhere; two pages in use at once share nothing.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: dict[tuple[tuple[str, object], ...], list[Watched]] = {}

    @contextlib.contextmanager
    def lent(self, *, width: int = 1280, height: int = 800, **options: Any) -> Iterator[Watched]:
        """Lend a page without animations; it must have asked no other host for anything and have run without a script error.

        Parameters
        ----------
        width, height : of the window.
        options : of the page's context, as ``Browser.new_context`` takes them.
        """
        idle = self._idle.setdefault(tuple(sorted(options.items())), [])
        seen = idle.pop() if idle else self._made(options)
        seen.page.set_viewport_size({"width": width, "height": height})
        yield seen
        foreign, errors = list(seen.foreign), list(seen.errors)
        _forget(seen)
        idle.append(seen)
        assert foreign == []
        assert errors == []

    def _made(self, options: dict[str, Any]) -> Watched:
        context = self._browser.new_context(**{"locale": "en-GB", "reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE)
        seen = Watched(context.new_page())
        watch(seen)
        return seen


def _forget(seen: Watched) -> None:
    """Close what a test opened beside its page, and empty the page."""
    page, context = seen.page, seen.page.context
    for other in context.pages:
        if other is not page:
            other.close()
    page.unroute_all(behavior="ignoreErrors")
    if urlsplit(page.url).hostname in LOCAL_HOSTS:
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.goto("about:blank")
    context.clear_cookies()
    seen.foreign.clear()
    seen.errors.clear()


@pytest.fixture(scope="session")
def all_pages(chromium: tuple[Browser, asyncio.AbstractEventLoop]) -> Pages:
    """The pages of the browser."""
    return Pages(chromium[0])


@pytest.fixture(scope="module")
def pages(browser: Browser, all_pages: Pages) -> Pages:
    """The pages of the browser, for a file that may use it."""
    return all_pages


@pytest.fixture
def watched(pages: Pages) -> Iterator[Watched]:
    """A page at 1280 x 800; the test fails if it asked another host for anything or a script failed."""
    with pages.lent() as seen:
        yield seen


def watch(seen: Watched) -> None:
    """Note the foreign requests and script errors of a page."""

    def note(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOCAL_HOSTS:
            seen.foreign.append(url)

    seen.page.on("request", lambda request: note(request.url))
    seen.page.on("websocket", lambda ws: note(ws.url))
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))


@contextlib.contextmanager
def streamlit_server(script: Path, environment: dict[str, str]) -> Iterator[str]:
    """Run ``streamlit run script`` on a free port of this machine and return its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    command = [sys.executable, "-m", "streamlit", "run", str(script), *(f"--{name}={value}" for name, value in options.items())]
    lines: list[str] = []
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        reader = threading.Thread(target=lambda: lines.extend(process.stdout or ()), daemon=True)
        reader.start()
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until_up(address, process, lines)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_up(address: str, process: subprocess.Popen[str], lines: list[str]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2),
        ):
            return
        time.sleep(0.1)
    raise AssertionError("the server did not start:\n" + "".join(lines[-20:]))
