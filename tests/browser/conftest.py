"""A real server with several hundred invented sites, some of them hostile, and a page that is read the way a person reads it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from data.snapshot import read_registry
from data.store import ImportRequest
from geo.incoming import incoming_frame
from geo.registry import Registry
from jobs.opening import open_store
from settings import Settings
from tests import browser_support
from tests.browser.explore_page import Explore, opened
from tests.browser_support import ROOT, Pages, streamlit_server
from tests.xss import PAYLOADS

chromium, browser = browser_support.chromium, browser_support.browser
all_pages, pages = browser_support.all_pages, browser_support.pages
SERVICES = ("primary_care", "legal_counselling", "food_assistance", "school_education", "psychosocial_support", "vocational_training", "recreation")
KINDS = ("clinic", "community_centre", "women_centre", "ngo_office", "school", "planning_group")
GROUPS = ("all", "women", "older_people", "disability")
HOSTILE_KIND = "other"
"""A kind that only the hostile sites have, so that a filter shows all of them and nothing else."""
MORE_PAYLOADS = (
    "a\u202egnp.exe\u202c\u2066<svg onload=window.hit=1>\u2069",
    "a\u0001b\u0008<img src=x onerror=window.hit=1>",
    '=HYPERLINK("javascript:window.hit=1")',
    "x" * 300,
)
HOSTILE = (*PAYLOADS, *MORE_PAYLOADS)
COUNTS = {"PS": 300, "SY": 60, "IL": 60}
LANDMARK = {"ar": "مُؤسّسة الأملِ الأهليّة للإغاثة", "he": "בֵּית תקווה לקהילה", "en": "Hope House, Café Zoë"}
"""One site with a name in each language, whose letters can be written in more ways than one."""


def packed(texts: Iterable[str], most: int) -> list[str]:
    """Return texts joined to as few as may be, none longer than ``most`` signs: what a field takes at once need not be tried one by one."""
    found: list[str] = []
    for text in texts:
        if found and len(found[-1]) + 1 + len(text) <= most:
            found[-1] += f" {text}"
        else:
            found.append(text)
    return found


def hostile_fields(turn: int) -> dict[str, Any]:
    """Return what a hostile partner proposes for a site: every payload in some field, and in other fields at another turn."""
    parts = packed((text for text in PAYLOADS if text.isprintable()), 190)
    at = [parts[(turn + i) % len(parts)] for i in range(7)]
    return {
        "names": {"en": at[0], "ar": at[1], "he": at[2]}, "hours": at[3], "address": at[4], "phone": at[5], "website": at[6], "email": at[6],
        "note": packed(PAYLOADS, 900)[turn % 2],
    }  # fmt: skip


def invented_records(registry: Registry) -> Iterator[dict[str, object]]:
    """Yield ordinary sites of all three countries: placed, without a point, planned, in one language or in several."""
    rng = np.random.default_rng(20)
    row = 0
    for country, count in COUNTS.items():
        areas = registry.governorates[registry.governorates["country"] == country]
        for i in range(count):
            area_id = str(areas.index[int(rng.integers(0, len(areas) - 1))])
            lon, lat = point_in(areas.geometry[area_id], rng)
            placed = i % 15 != 14
            row += 1
            yield {
                "row": row, "external_id": f"{country}-{i}", "country": country, "area_id": area_id, "locality_id": "",
                "names": {"en": f"Site {country} {i}"} if i % 4 == 3 else {"ar": f"موقع {country} {i}", "en": f"Site {country} {i}"},
                "organisation": {"ar": f"جمعية {i % 9}", "en": f"Organisation {i % 9}"} if i % 5 else {},
                "kind": KINDS[i % len(KINDS)], "status": "planned" if i % 11 == 10 else "active",
                "lon": lon if placed else float("nan"), "lat": lat if placed else float("nan"), "position_kind": "exact" if placed else "none",
                "verification": "verified" if i % 2 else "unverified", "verified_on": dt.date(2026, 1 + i % 10, 1),
                "services": tuple(dict.fromkeys((SERVICES[i % len(SERVICES)], SERVICES[i * i % len(SERVICES)]))), "target_groups": (GROUPS[i % len(GROUPS)],),
                "address": f"{i} Main Street", "phone": "+97022345678", "email": "office@example.org", "website": "https://example.org/",
                "hours": "Su-Th 08:00-15:00",
            }  # fmt: skip
    lon, lat = point_in(registry.governorates.geometry["PS0115"], rng)
    yield {
        "row": row + 1, "external_id": "landmark", "country": "PS", "area_id": "PS0115", "names": LANDMARK, "kind": "ngo_office", "status": "active",
        "lon": lon, "lat": lat, "position_kind": "exact", "verification": "verified", "verified_on": dt.date(2026, 5, 5), "services": ("food_assistance",),
        "target_groups": ("all",),
    }  # fmt: skip


def hostile_records(registry: Registry) -> Iterator[dict[str, object]]:
    """Yield each payload twice in all fields of free text: as a site that stands alone, and in one stack with the others."""
    rng = np.random.default_rng(21)
    shape = registry.governorates.geometry["PS0150"]
    together = (round(shape.representative_point().x, 6), round(shape.representative_point().y, 6))
    for i, text in enumerate((*HOSTILE, *HOSTILE)):
        lon, lat = together if i < len(HOSTILE) else point_in(shape, rng)
        yield {
            "row": i + 1, "external_id": f"hostile {i}", "country": "PS", "area_id": "PS0150", "names": {"ar": text, "he": text, "en": text},
            "organisation": {"ar": f"{text} {i % len(HOSTILE)}"}, "kind": HOSTILE_KIND, "status": "active", "lon": lon, "lat": lat, "position_kind": "exact",
            "verification": "verified", "verified_on": dt.date(2026, 2, 2), "services": ("recreation",), "target_groups": ("all",),
            "address": text, "phone": text, "email": text, "website": text, "hours": text, "note": text,
        }  # fmt: skip


def point_in(shape: shapely.Geometry, rng: np.random.Generator) -> tuple[float, float]:
    """Return a point well inside a polygon."""
    west, south, east, north = shape.bounds
    while True:
        lon, lat = round(float(rng.uniform(west, east)), 5), round(float(rng.uniform(south, north)), 5)
        if shape.contains(shapely.Point(lon, lat)):
            return lon, lat


@pytest.fixture(scope="session")
def environment(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the servers: a data folder with the packs and the invented sites in it."""
    folder = tmp_path_factory.mktemp("browser")
    shutil.copytree(real_data / "data", folder / "data")
    own = {"JIWAR_DATA_DIR": str(folder / "data"), "JIWAR_KEY_FILE": str(real_data / "places.key")}
    store = open_store(Settings.from_env(own))
    packs = read_registry(store)
    for source_id, records in (("invented", invented_records(packs)), ("hostile", hostile_records(packs))):
        incoming = incoming_frame(records)
        source = {"source_id": source_id, "title": HOSTILE[0] if source_id == "hostile" else "Invented", "publisher": "", "year": 2026, "url": "",
                  "licence": "CC0", "status": "demo"}  # fmt: skip
        account = store.apply_import(ImportRequest(source, incoming, (), len(incoming), source_id, "test"), actor="test")
        assert account.accepted == len(incoming)
    store.engine.dispose()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIWAR_")}
    return {**kept, **own, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}


@pytest.fixture(scope="session")
def registry(environment: dict[str, str]) -> Iterator[Registry]:
    """What the server holds, read by the tests themselves."""
    store = open_store(Settings.from_env(environment))
    yield read_registry(store)
    store.engine.dispose()


@pytest.fixture(scope="session")
def address(environment: dict[str, str]) -> Iterator[str]:
    """Address of the server, started once."""
    with streamlit_server(ROOT / "app.py", environment) as found:
        yield found


@pytest.fixture(scope="session")
def training_address(environment: dict[str, str]) -> Iterator[str]:
    """Address of a second server with the training workspace."""
    with streamlit_server(ROOT / "app.py", {**environment, "JIWAR_WORKSPACE": "training"}) as found:
        yield found


@pytest.fixture
def new_page(pages: Pages, address: str) -> Iterator[Callable[..., Explore]]:
    """A function that opens a page in a browser of its own; the options are those of ``opened``, and ``base`` another server."""
    with contextlib.ExitStack() as stack:

        def make(*, base: str = "", **options: Any) -> Explore:
            return stack.enter_context(opened(pages, base or address, **options))

        yield make


@pytest.fixture
def explore(pages: Pages, address: str) -> Iterator[Explore]:
    """A page of 1280 x 800 pixels, not gone anywhere yet."""
    with opened(pages, address) as page:
        yield page
