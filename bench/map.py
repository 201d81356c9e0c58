"""From a filter to the repainted map in Chromium: the explore map beside plain folium on the same sites.

``repaint_ms`` runs from the click on a filter to the frame in which the sites stand as filtered; ``bytes`` is what the
server sent over the websocket for it; ``cpu_ms`` is processor time of the script's thread. Each is the median of several
clicks. ``ratio`` is a case's repaint divided by the explore map's at the same size.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.map_server.cases import EXCLUDABLE
from tests.browser_support import CHROMIUM, FLAGS, ROOT, streamlit_server

if TYPE_CHECKING:
    from playwright.sync_api import Page

LAUNCHER = Path(__file__).with_name("map_server") / "launch.py"
SIZES = {
    "explore": (1_000, 10_000, 100_000),
    "FastMarkerCluster": (1_000, 10_000, 100_000),
    "GeoJson": (1_000, 10_000),
    "MarkerCluster": (1_000,),
    "Marker": (1_000,),
}
GOALS = {"repaint_ms": 300.0, "bytes": 50_000.0, "cpu_ms": 20.0}
GOAL_RATIO = 8.0
LONGEST = 180_000

_PAINTED = "[...document.querySelectorAll('iframe')].some(f => { const w = f.contentWindow; return w && (w.benchPainted || (w.jiwar && w.jiwar.painted)) === token })"
_TIME = f"""([label, token]) => new Promise((done, failed) => {{
  const button = [...document.querySelectorAll('button')].find((one) => one.innerText.trim() === label);
  if (!button) return failed(new Error('no button ' + label));
  const start = performance.now();
  const look = () => {_PAINTED} ? done(performance.now() - start) : performance.now() - start > {LONGEST} ? failed(new Error('not painted ' + token)) : requestAnimationFrame(look);
  button.click();
  requestAnimationFrame(look);
}})"""


@dataclass(frozen=True, slots=True)
class Result:
    """Medians of one case at one number of sites."""

    case: str
    sites: int
    repaint_ms: float
    bytes: float
    cpu_ms: float


def run(arguments: list[str]) -> int:
    """Measure, print the table and whether the goals are met; 1 where one is missed, so that a script can tell."""
    options = argparse.ArgumentParser(prog="python -m bench map", description="From a filter to the repainted map, beside plain folium.")
    options.add_argument("--quick", action="store_true", help="1,000 and 10,000 sites only, three clicks each")
    asked = options.parse_args(arguments)
    clicks = 3 if asked.quick else 5
    results = []
    print(f"{'case':<18} {'sites':>7} {'repaint_ms':>10} {'bytes':>10} {'cpu_ms':>8} {'ratio':>6}")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    with streamlit_server(LAUNCHER, environment) as address:
        for case, sizes in SIZES.items():
            for size in sizes:
                if asked.quick and size > 10_000:
                    continue
                results.append(measure(address, case, size, clicks))
                print(row(results[-1], results), flush=True)
    print("\n".join(goals(results)))
    return 0 if all(line.startswith("met") for line in goals(results)) else 1


def measure(address: str, case: str, size: int, clicks: int) -> Result:
    """Open the page of a case, click through the filter and return the medians; the first click only warms up."""
    repaints, sizes, processor = [], [], []
    with _page() as page:
        received = [0]
        page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: received.__setitem__(0, received[0] + len(frame))))
        page.goto(f"{address}/?case={case}&n={size}", timeout=LONGEST)
        token = _token(case, size, "none")
        page.wait_for_function(f"(token) => {_PAINTED}", arg=token, timeout=LONGEST)
        for number in range(clicks + 1):
            label = EXCLUDABLE[number % len(EXCLUDABLE)]
            token = _token(case, size, label)
            page.wait_for_timeout(500)
            received[0] = 0
            repaint = page.evaluate(_TIME, [label, token])
            spent = page.wait_for_selector(f"text=/^cpu {token} /", timeout=LONGEST)
            page.wait_for_timeout(200)
            if number:
                repaints.append(repaint)
                sizes.append(received[0])
                processor.append(float(spent.inner_text().split()[-1]) if spent else float("nan"))
    return Result(case, size, statistics.median(repaints), statistics.median(sizes), statistics.median(processor))


def row(result: Result, results: list[Result]) -> str:
    """Return a line of the table."""
    own = next(one for one in results if one.case == "explore" and one.sites == result.sites)
    ratio = result.repaint_ms / own.repaint_ms
    return f"{result.case:<18} {result.sites:>7,} {result.repaint_ms:>10.0f} {result.bytes:>10,.0f} {result.cpu_ms:>8.1f} {ratio:>6.1f}"


def goals(results: list[Result]) -> list[str]:
    """Return one line for each goal at 10,000 sites, starting with ``met`` or ``missed``."""
    own, other = (next(one for one in results if one.case == case and one.sites == 10_000) for case in ("explore", "FastMarkerCluster"))
    lines = []
    for name, limit in GOALS.items():
        value = getattr(own, name)
        lines.append(f"{'met' if value < limit else 'missed'}: {name} {value:,.0f} (goal under {limit:,.0f})")
    ratio = other.repaint_ms / own.repaint_ms
    lines.append(f"{'met' if ratio >= GOAL_RATIO else 'missed'}: {ratio:.1f} times as fast as FastMarkerCluster (goal {GOAL_RATIO:.0f})")
    return lines


def _token(case: str, size: int, label: str) -> str:
    return f"{case}-{size}-{label}"


@contextmanager
def _page() -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser.new_page(viewport={"width": 1280, "height": 800})
        browser.close()
