from __future__ import annotations

import gzip
import re

import pytest

from layers import browser
from routes.assets import asset_routes, localise, patch_streamlit_folium
from tests.asgi import Client


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(asset_routes())


def test_leaflet_our_layers_and_the_fonts_are_served_for_ever_and_compressed(client: Client) -> None:
    wanted = {
        browser.asset_name(browser.LEAFLET_JS): "text/javascript; charset=utf-8",
        browser.asset_name(browser.LEAFLET_CSS): "text/css; charset=utf-8",
        browser.own_script().name: "text/javascript; charset=utf-8",
        browser.own_style().name: "text/css; charset=utf-8",
        "heebo.ttf": "font/ttf",
        "noto-arabic.ttf": "font/ttf",
    }
    for name, media_type in wanted.items():
        answer = client.get(f"/assets/{name}")
        assert answer.status_code == 200, name
        assert answer.headers["content-type"] == media_type
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get(f"/assets/{browser.own_script().name}").content == browser.own_script().body


@pytest.mark.parametrize("name", ["nothing.js", "..%2f..%2fsettings.py", "leaflet.js", ""])
def test_what_is_not_an_asset_is_not_found(client: Client, name: str) -> None:
    answer = client.get(f"/assets/{name}")
    assert (answer.status_code, answer.content) in [(404, b""), (404, b"Not Found")]


def test_the_map_component_is_told_local_addresses_only(monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit_folium

    seen: dict[str, object] = {}
    monkeypatch.setattr(streamlit_folium, "_component_func", lambda **arguments: seen.update(arguments))
    patch_streamlit_folium("/jiwar")
    patched = streamlit_folium._component_func
    patch_streamlit_folium("/jiwar")
    assert streamlit_folium._component_func is patched
    patched(
        js_links=[browser.LEAFLET_JS, "/assets/own.js"], css_links=[], header=f"<link href='{browser.LEAFLET_CSS}'>", html="", script=None, height=5
    )
    assert seen["js_links"] == [f"/jiwar/assets/{browser.asset_name(browser.LEAFLET_JS)}", "/assets/own.js"]
    assert not re.search("https?:", str(seen))
    assert seen["height"] == 5
    patched(header="<meta name='viewport' content='width=device-width,\n   initial-scale=1.0, maximum-scale=1.0, user-scalable=no' />")
    assert seen["header"] == "<meta name='viewport' content='width=device-width,\n   initial-scale=1.0' />"
    assert localise(browser.LEAFLET_JS).startswith("/assets/")


def test_every_file_of_the_package_can_be_had(client: Client) -> None:
    for url, asset in browser.third_party().items():
        assert localise(url) == f"/assets/{asset.name}"
    largest = max(browser.third_party().values(), key=lambda asset: len(asset.body))
    assert gzip.decompress(gzip.compress(client.get(f"/assets/{largest.name}").content)) == largest.body
