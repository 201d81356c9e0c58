"""Serve what the map fetches: packed sites, areas, the base map and single cards, compressed once and kept by version."""

from __future__ import annotations

import gzip
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.sessions import COOKIE
from geo.model import LANGUAGES, PUBLIC, Scope
from geo.registry import Registry
from i18n import translator
from layers.freshness import site_links
from layers.payload import areas_payload, base_payload, pack_sites
from layers.site_card import site_card

_KEPT = 16
_JSON = "application/json"


Identify = Callable[[str, str, Collection[str]], Scope]
"""Gives what the holder of a session's token may do, the public's for a token that opens nothing; told the token, the asker's network
address, and the names of the values in the address that was asked for, which give nothing but may be worth writing down."""


def nobody(_token: str, _address: str, _asked: Collection[str]) -> Scope:
    """Take everybody for the public: for routes without accounts."""
    return PUBLIC


def scope_of(request: Request, identify: Identify) -> Scope:
    """Return who asks, by the session's cookie and by nothing else that the request says: the one place that decides what it may see."""
    host = request.client.host if request.client else ""
    return identify(request.cookies.get(COOKIE, ""), host, request.query_params.keys())


def map_routes(load: Callable[[Scope], Registry], basemap: Callable[[], Mapping[str, Any]], identify: Identify = nobody) -> list[Route]:
    """Return the routes under ``/data/``.

    Parameters
    ----------
    load : the current registry for a scope; called once a request, so it must be cheap when nothing changed.
    basemap : GeoJSON of the land of the region.
    identify : tells a session's token from a stranger's.

    Notes
    -----
    ``?v=`` names the edition that a page was made for. Only an answer of that very edition may be kept by the browser;
    any other request gets the current data, marked not to be stored. What only the cleared may see is never to be stored, since the
    same address is the public's too.
    """
    cache = _PayloadCache(_KEPT)

    def answer(request: Request, name: str, media_type: str, make: Callable[[Registry], bytes]) -> Response:
        if request.path_params.get("lang", LANGUAGES[0]) not in LANGUAGES:
            return Response(status_code=404)
        scope = scope_of(request, identify)
        registry = load(scope)
        body = cache.get((scope.sight, registry.edition, name), lambda: gzip.compress(make(registry), 6))
        return _response(request, scope.sight, registry, media_type, body)

    def sites(request: Request) -> Response:
        lang = request.path_params["lang"]
        return answer(request, f"sites.{lang}", "application/octet-stream", lambda registry: pack_sites(registry, lang))

    def areas(request: Request) -> Response:
        lang = request.path_params["lang"]
        return answer(request, f"areas.{lang}", _JSON, lambda registry: areas_payload(registry, lang))

    def base(request: Request) -> Response:
        lang = request.path_params["lang"]
        return answer(request, f"base.{lang}", _JSON, lambda registry: base_payload(registry, basemap(), lang))

    def site(request: Request) -> Response:
        scope = scope_of(request, identify)
        registry = load(scope)
        site_id = registry.present_id(request.path_params["site_id"])
        if site_id not in registry.sites.index:
            return Response(status_code=404)
        tr = translator(request.query_params.get("lang", ""))
        card = site_card(registry, site_id, tr, site_links(registry, site_id, scope, tr))
        return _response(request, scope, registry, _JSON, gzip.compress(json.dumps(card, ensure_ascii=False).encode("utf-8", "replace"), 6))

    return [
        Route("/data/sites.{lang}.bin", sites),
        Route("/data/areas.{lang}.json", areas),
        Route("/data/base.{lang}.json", base),
        Route("/data/site/{site_id:path}.json", site),
    ]


def _response(request: Request, answered: Scope, registry: Registry, media_type: str, body: bytes) -> Response:
    """Return an answer to ``answered``: a scope's sight, or the whole scope where what it may do is in the answer too."""
    current = answered == PUBLIC and request.query_params.get("v") == registry.edition
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable" if current else "no-store",
        "Content-Encoding": "gzip",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, media_type=media_type, headers=headers)


class _PayloadCache:
    """The last few payloads; one thread packs, the others wait for it instead of packing the same again."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]
