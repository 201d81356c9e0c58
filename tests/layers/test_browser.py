from __future__ import annotations

import re

import folium
import pytest
from folium import plugins

from i18n import translator
from layers import browser
from layers.explore import explore_map
from tests.browser_support import ROOT

CONTROLS = (
    plugins.MarkerCluster,
    plugins.FastMarkerCluster,
    plugins.Draw,
    plugins.Fullscreen,
    plugins.HeatMap,
    plugins.DualMap,
    plugins.MiniMap,
    plugins.MousePosition,
)


@pytest.mark.parametrize("kind", [folium.Map, *CONTROLS])
def test_everything_that_folium_asks_for_is_in_the_installed_package(kind: type) -> None:
    for _, url in [*kind.default_js, *kind.default_css]:
        assert url in browser.third_party(), url


def test_everything_that_the_explore_map_asks_for_is_served() -> None:
    made = explore_map(translator("ar"), "1")
    names = {browser.own_script().name, browser.own_style().name}
    for _, url in [*made.default_js, *made.default_css]:
        assert url in browser.third_party() or url.removeprefix(browser.PREFIX) in names


def test_names_are_unique_and_safe_in_an_address() -> None:
    names = [asset.name for asset in browser.third_party().values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[0-9a-f]{10}-[A-Za-z0-9.@-]+\.(js|css)", name) for name in names)


def test_localise_leaves_no_address_of_folium_and_changes_nothing_else() -> None:
    html = folium.Map(tiles=None).get_root().render() + "<a href='https://example.org/leaflet.js'>x</a>"
    assert re.findall(r"https?://[^'\"]+", browser.localise(html, "/base")) == ["https://example.org/leaflet.js"]
    assert browser.localise("var a = 1;") == "var a = 1;"


def test_leaflet_shows_no_flag() -> None:
    body = browser.third_party()[browser.LEAFLET_JS].body.decode()
    assert body.rstrip().endswith("prototype.options.prefix='Leaflet';")


def test_every_script_and_style_in_the_folder_is_part_of_the_bundle() -> None:
    here = ROOT / "layers"
    assert {path.stem for path in (here / "js").glob("*.js")} == set(browser._SCRIPTS)
    assert {path.stem for path in (here / "css").glob("*.css")} == {"fonts", *browser._STYLES}
    assert browser.own_script().name.split("-")[0] != browser.own_style().name.split("-")[0]


def test_fonts_come_from_beside_the_style_and_exist() -> None:
    for name in re.findall(r"url\('([^']+)'\)", browser.own_style().body.decode()):
        assert len(browser.font(name)) > 50_000
    assert "@font-face" not in browser.standalone_style()
    with pytest.raises(KeyError):
        browser.font("../secret")
