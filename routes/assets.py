"""Serve scripts, styles and fonts of the maps from memory, so that no page asks another host for anything."""

from __future__ import annotations

import functools
import gzip
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from layers import browser
from layers.browser import localise

__all__ = ["asset_routes", "localise", "patch_streamlit_folium"]

_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Encoding": "gzip",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
}
"""Fonts need the last one where the component's frame counts as another origin; nothing here is anybody's secret."""

_NO_ZOOMING = re.compile(r",\s*maximum-scale=[\d.]+,\s*user-scalable=no")
"""folium forbids readers to enlarge the page; we do not."""


def asset_routes() -> list[Route]:
    """Return the routes under ``/assets/``: names carry a digest of the content, so browsers keep them for ever."""
    return [Route(browser.PREFIX + "{name}", _asset)]


def patch_streamlit_folium(base_url: str = "") -> None:
    """Make ``st_folium`` load from this server what folium would load from elsewhere; a second call changes nothing.

    Call it from a page and never while the server starts: importing ``streamlit_folium`` before the runtime exists registers
    its component nowhere.
    """
    import streamlit_folium

    original = streamlit_folium._component_func  # noqa: SLF001 - the one place through which every map passes
    if getattr(original, "serves_locally", False):
        return

    def component(**arguments: Any) -> Any:
        for key in ("js_links", "css_links"):
            arguments[key] = [localise(url, base_url) for url in arguments.get(key) or ()]
        for key in ("header", "html", "script"):
            if arguments.get(key):
                arguments[key] = localise(arguments[key], base_url)
        arguments["header"] = _NO_ZOOMING.sub("", arguments.get("header") or "")
        return original(**arguments)

    component.serves_locally = True  # type: ignore[attr-defined]
    streamlit_folium._component_func = component  # noqa: SLF001


def _asset(request: Request) -> Response:
    found = _packed(request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    media_type, body = found
    return Response(body, media_type=media_type, headers=_HEADERS)


@functools.lru_cache(maxsize=128)
def _packed(name: str) -> tuple[str, bytes] | None:
    """Media type and compressed bytes of a file; None where there is none. Names come from strangers: the cache is bounded."""
    if name in browser.FONTS:
        return "font/ttf", gzip.compress(browser.font(name), 6)
    for own in (browser.own_script(), browser.own_style()):
        if own.name == name:
            return own.media_type, gzip.compress(own.body, 6)
    for asset in browser.third_party().values():
        if asset.name == name:
            return asset.media_type, gzip.compress(asset.body, 6)
    return None
