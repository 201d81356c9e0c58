from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from i18n import translator
from layers.explore import Legend, MapCommand, NeedLayer
from layers.payload import unpack_sites
from layers.standalone import standalone_map
from tests.browser_support import OPEN_EACH, PATIENCE, SETTLED, Watched
from tests.layers.support import BASEMAP, hostile_registry
from tests.make import make_registry
from tests.xss import HIT, PAYLOADS

CMD = MapCommand(
    "t", "", need=NeedLayer({"PS0101": 0, "PS0150": 4}), legend=Legend("Poverty rate", "%", "2023", "Invented", "estimate", ("1", "2", "3", "4", "5"))
)


def block(html: str, name: str) -> object:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def test_only_the_rows_of_the_mask_are_in_the_file() -> None:
    registry = make_registry(30)
    mask = np.arange(30) % 3 == 0
    html = standalone_map(registry, mask, CMD, translator("en"), basemap=BASEMAP, title="A map", notes=["Filter: all"])
    packed = unpack_sites(base64.b64decode(str(block(html, "jw-sites"))))
    assert packed.ids == tuple(registry.sites.index[mask])
    assert set(block(html, "jw-cards")) == set(packed.ids)  # type: ignore[call-overload]
    for site_id in registry.sites.index[~mask]:
        assert site_id not in html
    assert "<p>Filter: all</p>" in html


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_the_file_loads_nothing_and_holds_leaflet_only(lang: str) -> None:
    html = standalone_map(make_registry(5), np.ones(5, dtype=bool), CMD, translator(lang), basemap=BASEMAP, title="x")
    assert not re.findall(r"""(?:src|<link[^>]*href)\s*=\s*["']?https?:|url\(\s*["']?https?:|@import""", html)
    assert "jquery" not in html.lower()
    assert len(html) < 300_000
    assert f'<html lang="{lang}" dir="{"ltr" if lang == "en" else "rtl"}">' in html


def test_training_data_is_marked_whatever_the_command_says() -> None:
    registry = replace(make_registry(5), training=True)
    html = standalone_map(registry, np.ones(5, dtype=bool), CMD, translator("he"), basemap=BASEMAP, title="x")
    assert block(html, "jw-command")["watermark"] == translator("he")("map.training")  # type: ignore[call-overload,index]


def test_no_payload_leaves_its_block() -> None:
    registry = hostile_registry()
    html = standalone_map(
        registry, np.ones(len(registry.sites), dtype=bool), CMD, translator("en"), basemap=BASEMAP, title=PAYLOADS[2], notes=list(PAYLOADS)
    )
    markup = re.sub(r"<script[^>]*>.*?</script>|<style>.*?</style>", "", html, flags=re.DOTALL)
    assert set(re.findall(r"<(\w+)", markup)) == {"html", "head", "meta", "title", "body", "header", "h1", "main", "div", "footer", "p"}
    for text in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.DOTALL):
        assert not set("<>&") & set(text)


@pytest.mark.browser
def test_payloads_do_not_run_in_a_file_opened_from_disk(watched: Watched, tmp_path: Path) -> None:
    registry = hostile_registry()
    cmd = replace(CMD, legend=Legend(*([PAYLOADS[0]] * 5), labels=tuple(PAYLOADS[:5])), watermark=PAYLOADS[0])
    file = tmp_path / "map.html"
    file.write_text(
        standalone_map(
            registry, np.ones(len(registry.sites), dtype=bool), cmd, translator("ar"), basemap=BASEMAP, title=PAYLOADS[0], notes=list(PAYLOADS)
        ),
        encoding="utf-8",
    )
    page = watched.page
    page.goto(file.as_uri())
    page.wait_for_function("window.jiwar.painted === 't'")
    page.evaluate("void jiwar.map.setView([31.7, 35.2], 18, {animate: false})")
    page.mouse.move(300, 300)
    size = page.evaluate("[jiwar.map.getSize().x / 2, jiwar.map.getSize().y / 2]")
    page.locator("#map").click(position={"x": size[0], "y": size[1]})
    buttons = page.locator(".jw-list button")
    assert buttons.count() == len(registry.sites)
    shown = [text.strip() for text in buttons.all_inner_texts()]
    assert shown[0] == PAYLOADS[0]
    opened = page.evaluate(OPEN_EACH, [len(PAYLOADS), PATIENCE])
    assert [card["made"] for card in opened] == [0] * len(PAYLOADS)
    page.evaluate(SETTLED)
    assert page.evaluate(HIT) is False


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_the_file_shows_marks_legend_and_no_data(watched: Watched, tmp_path: Path, lang: str) -> None:
    tr = translator(lang)
    file = tmp_path / "map.html"
    file.write_text(standalone_map(make_registry(24), np.ones(24, dtype=bool), CMD, tr, basemap=BASEMAP, title="Jiwar"), encoding="utf-8")
    page = watched.page
    page.goto(file.as_uri())
    page.wait_for_function("window.jiwar.painted === 't'")
    assert page.evaluate("jiwar.shown") == 20
    legend = page.locator(".jw-legend").inner_text()
    assert tr("map.no_data") in legend
    assert all(text in legend for text in ("Poverty rate", "2023", "Invented", "estimate"))
    assert page.locator("path[fill='url(#jw-hatch)']").count() == 2
    assert page.evaluate("getComputedStyle(document.querySelector('.leaflet-container')).direction") == "ltr"
    assert page.evaluate("getComputedStyle(document.querySelector('.jw-legend')).direction") == tr.direction
    corner = page.locator(".leaflet-bottom.leaflet-" + ("left" if lang == "en" else "right"))
    assert corner.locator(".jw-legend").count() == 1
