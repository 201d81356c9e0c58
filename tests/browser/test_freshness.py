"""How fresh the last check is, as a person sees it: filter, marks, legend, table and card, on a server whose sites were checked on known days."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from data import clock
from data.snapshot import read_registry
from data.store import ImportRequest
from geo.freshness import BANDS
from geo.incoming import incoming_frame
from geo.model import Filter
from geo.registry import Registry
from i18n import LANGUAGES, translator
from jobs.opening import open_store
from layers.palette import BANDS as COLOURS
from settings import Settings
from tests.browser.explore_page import Explore, opened
from tests.browser.test_looks import PICTURES, STICKS_OUT, faults_there
from tests.browser_support import ROOT, Pages, streamlit_server

pytestmark = pytest.mark.browser
AGES = {"fresh": 30, "ageing": 500, "stale": 900, "never": None}
"""Band to the days since the check of the sites that this server has."""
PIXEL = """([lat, lon, dy]) => {
  const canvas = document.querySelector('.leaflet-jw-sites-pane canvas'), box = canvas.getBoundingClientRect();
  const map = jiwar.map.getContainer().getBoundingClientRect(), at = jiwar.map.latLngToContainerPoint([lat, lon]);
  const scale = canvas.width / box.width;
  const [r, g, b] = canvas.getContext('2d').getImageData((at.x + map.left - box.left) * scale, (at.y + dy + map.top - box.top) * scale, 1, 1).data;
  return '#' + [r, g, b].map((value) => value.toString(16).padStart(2, '0')).join('');
}"""

APART = """() => {
  const [card, legend] = ['.leaflet-popup-content-wrapper', '.jw-legend'].map((name) => document.querySelector(name).getBoundingClientRect());
  return card.right <= legend.left || card.left >= legend.right;
}"""
"""The card of a site does not lie under the open legend."""


@pytest.fixture(scope="module")
def checked(real_data: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a server with the packs and three sites of each band in Nablus, far from each other."""
    folder = tmp_path_factory.mktemp("checked")
    shutil.copytree(real_data / "data", folder / "data")
    own = {**environment, "JIWAR_DATA_DIR": str(folder / "data")}
    store = open_store(Settings.from_env(own))
    today, records = clock.today(), []
    for i in range(12):
        band = BANDS[i % 4]
        age = AGES[band]
        records.append({
            "row": i + 1, "external_id": f"c{i}", "country": "PS", "area_id": "PS0115", "names": {"ar": f"مركز {band} {i}", "en": f"Centre {band} {i}"},
            "kind": ("clinic", "community_centre", "planning_group")[i // 4], "status": "active", "lon": 35.20 + 0.03 * (i % 4), "lat": 32.16 + 0.05 * (i // 4),
            "position_kind": "exact", "verification": "unverified" if age is None else "verified",
            "verified_on": today - dt.timedelta(days=age or 40), "services": ("primary_care",), "target_groups": ("all",),
        })  # fmt: skip
    incoming = incoming_frame(records)
    source = {"source_id": "checked", "title": "Invented", "publisher": "", "year": 2026, "url": "", "licence": "CC0", "status": "demo"}
    account = store.apply_import(ImportRequest(source, incoming, (), len(incoming), "checked", "test"), actor="test")
    assert account.accepted == len(incoming)
    store.engine.dispose()
    return own


@pytest.fixture(scope="module")
def registry(checked: dict[str, str]) -> Iterator[Registry]:
    store = open_store(Settings.from_env(checked))
    yield read_registry(store)
    store.engine.dispose()


@pytest.fixture(scope="module")
def server(checked: dict[str, str]) -> Iterator[str]:
    with streamlit_server(ROOT / "app.py", checked) as found:
        yield found


@pytest.fixture
def page(pages: Pages, server: str) -> Iterator[Explore]:
    with opened(pages, server) as found:
        yield found


def more(page: Explore, lang: str) -> None:
    """Open or close the box with the rarer choices."""
    page.page.get_by_role("button", name=translator(lang)("explore.more")).click()


def test_the_filter_lets_only_the_bands_through_that_were_chosen(page: Explore, registry: Registry) -> None:
    lang = "ar"  # the bands' words stand in the table in every language below
    tr = translator(lang)
    page.open(lang=lang, country="PS", area="PS0115")
    more(page, lang)
    page.pick(tr("explore.freshness"), tr("freshness.band.stale"))
    wanted = Filter(countries=("PS",), areas=("PS0115",), freshness=("stale",))
    assert registry.select(wanted).sum() == 3
    page.wait_total(3)
    page.wait_query("checked", ["stale"])
    page.page.reload()
    page.wait_ready()
    assert page.total() == 3
    assert {row[-2] for row in page.rows()} == {
        tr("freshness.checked", date=tr.date(clock.today() - dt.timedelta(days=900)), band=tr("freshness.band.stale"))
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_marks_change_their_meaning_and_the_map_stays(page: Explore, lang: str) -> None:
    tr = translator(lang)
    page.open(lang=lang, country="PS", area="PS0115")
    page.frame.evaluate("window.kept = 1")
    assert not page.frame.locator(".jw-check").is_visible()
    more(page, lang)
    page.page.get_by_role("radio", name=tr("explore.marks_check")).click()
    page.frame.wait_for_selector(".jw-check", state="visible")
    page.wait_query("marks", ["check"])
    assert page.frame.evaluate("window.kept") == 1
    assert page.frame.locator(".jw-check li").all_inner_texts() == [tr(f"freshness.band.{band}") for band in BANDS]
    assert page.frame.locator(".jw-check canvas").count() == len(BANDS)
    drawn = page.frame.evaluate("[...document.querySelectorAll('.jw-check canvas')].map(canvas => canvas.toDataURL())")
    assert len(set(drawn)) == len(BANDS)
    page.frame.locator(".jw-marks summary").click()
    assert not page.frame.get_by_text(tr("map.sector.health"), exact=True).is_visible()
    assert page.frame.get_by_text(tr("map.provider"), exact=True).is_visible()


def test_the_colour_and_the_filling_of_every_mark_are_those_of_its_last_check(page: Explore, registry: Registry) -> None:
    page.open(lang="en", country="PS", area="PS0115", marks="check")
    own = registry.sites[registry.sites["source_id"] == "checked"]
    assert len(own) == 12
    for position, site in zip(registry.bands[registry.sites["source_id"] == "checked"], own.itertuples(), strict=True):
        band = BANDS[position]
        page.frame.evaluate(f"void jiwar.map.setView([{site.lat}, {site.lon}], 16, {{animate: false}})")
        page.frame.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seen = [page.frame.evaluate(PIXEL, [site.lat, site.lon, dy]) for dy in (-2.6, 0, 2.6)]
        expected = {
            "fresh": (COLOURS["fresh"],) * 3,
            "ageing": ("#ffffff", None, COLOURS["ageing"]),
            "stale": (None, COLOURS["stale"], None),
            "never": ("#ffffff",) * 3,
        }[band]
        assert all(want is None or alike(one, want) for one, want in zip(seen, expected, strict=True)), (band, seen)
        assert not (band == "stale" and alike(seen[0], seen[1])), seen


def alike(one: str, other: str) -> bool:
    """Say whether two colours are the same but for the smoothing of edges."""
    return all(abs(int(one[i : i + 2], 16) - int(other[i : i + 2], 16)) < 40 for i in (1, 3, 5))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_sorts_by_the_day_of_the_check_and_leads_to_each_sites_page(page: Explore, registry: Registry, lang: str) -> None:
    page.open(lang=lang, country="PS", area="PS0115")
    head = page.page.locator("[data-focus=sort-last_check]")
    head.click()
    page.page.wait_for_selector("[data-focus=sort-last_check]:has-text('↑')")
    page.wait_idle()
    words = [translator(lang)(f"freshness.band.{band}") for band in ("stale", "ageing", "fresh")]
    seen = [next((i for i, band in enumerate(words) if row[-2].endswith(band)), 3) for row in page.rows()]
    assert seen == sorted(seen)
    assert seen.count(0) == seen.count(1) == seen.count(2) == 3
    link = page.page.locator(".jw-row-links a").first
    assert page.page.locator(".jw-row-links a").count() == len(page.rows())
    address = urlsplit(link.get_attribute("href") or "")
    assert address.path == "/site"
    assert parse_qs(address.query)["lang"] == [lang]
    assert parse_qs(address.query)["id"][0] in registry.sites.index


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_card_tells_the_day_and_leads_to_the_sites_page_in_a_tab_of_its_own(page: Explore, registry: Registry, lang: str) -> None:
    tr = translator(lang)
    page.open(lang=lang, country="PS", area="PS0115", checked="ageing")
    page.page.locator(".jw-table tbody button").first.click()
    page.frame.wait_for_selector(".jw-card dl")
    tags = page.frame.locator(".jw-tags").inner_text()
    assert tr.date(clock.today() - dt.timedelta(days=500)) in tags
    assert tr("freshness.band.ageing") in tags
    links = page.frame.locator(".jw-links a")
    assert links.all_inner_texts() == [tr("freshness.history")]
    assert links.first.get_attribute("target") == "_blank"
    assert (links.first.get_attribute("href") or "").endswith(f"&lang={lang}")
    page.frame.wait_for_function(APART)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_looks_right_on_wide_and_narrow_screens(pages: Pages, server: str, lang: str, width: int) -> None:
    with opened(pages, server, width=width) as page:
        page.open(lang=lang, country="PS", area="PS0115", marks="check")
        assert page.page.evaluate(STICKS_OUT) == []
        assert faults_there(lang, width, page.page) == []
        assert faults_there(lang, width, page.frame) == []
        PICTURES.mkdir(parents=True, exist_ok=True)
        tall = page.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.page.set_viewport_size({"width": width, "height": min(int(tall), 3000)})
        file = PICTURES / f"explore-checks-{lang}-{width}.png"
        page.page.screenshot(path=file)
        assert file.stat().st_size > 20_000
