"""What the Gaps page's map fetches, and its downloads: the public's ledger, whoever asks."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geo.model import LANGUAGES
from geo.registry import Registry
from i18n import translator
from jobs.gaps_asked import GapsAsked, offer_of, read_asked
from jobs.gaps_chance import Chance, ChanceAsked
from jobs.gaps_compare import compare
from jobs.gaps_export import MIME, export_chances, export_ledger
from jobs.gaps_reach import Reach, ReachAsked, reach_geojson
from jobs.grids import people_at
from jobs.ledger import Ledger, LedgerAsked
from jobs.roads import Roads
from layers.gaps import points_payload


def gaps_routes(
    load: Callable[[], Registry],
    ledger: Callable[[Registry, LedgerAsked], Ledger],
    reach: Callable[[Registry, ReachAsked], Reach],
    chance: Callable[[Registry, ChanceAsked, Ledger], Chance | None],
    roads: Callable[[], Roads],
) -> list[Route]:
    """Return the routes.

    Parameters
    ----------
    load : returns the public's registry.
    ledger : returns a ledger of it; the page's own, so that a file holds what the page shows.
    reach : returns areas of reach, the page's own too.
    chance : returns chances, the page's own too; None where a country has no roads.
    roads : returns the roads that are loaded.
    """

    def points(request: Request) -> Response:
        lang = request.path_params["lang"]
        if lang not in LANGUAGES:
            return Response(status_code=404)
        registry = load()
        found, _ = people_at(registry, roads().data_dir)
        body = points_payload(registry, found, lang)
        # A grid may come and go while the registry stays as it is: the browser asks each time whether the points are still the same.
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"Cache-Control": "private, no-cache", "ETag": tag, "Content-Encoding": "gzip", "X-Content-Type-Options": "nosniff"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag, "Cache-Control": headers["Cache-Control"]})
        return Response(gzip.compress(body, 6), media_type="application/json", headers=headers)

    def asked_of(request: Request, registry: Registry) -> GapsAsked:
        asked = read_asked({key: request.query_params.getlist(key) for key in request.query_params}, registry)
        return asked.on_roads(offer_of(roads(), asked.country))

    def make(request: Request, extension: str) -> bytes:
        registry = load()
        asked, words = asked_of(request, registry), translator(request.query_params.get("lang", ""))
        found = ledger(registry, asked.ledger)
        other = None if asked.other is None else compare(registry, found, ledger(registry, asked.other.ledger), asked)
        drawn = chance(registry, ChanceAsked.of(asked), found) if request.query_params.get("measure") == "chance" else None
        return export_ledger(registry, found, asked, extension, words, other, drawn)

    def make_chances(request: Request) -> bytes | None:
        registry = load()
        asked = asked_of(request, registry)
        found = chance(registry, ChanceAsked.of(asked), ledger(registry, asked.ledger))
        return None if found is None else export_chances(registry, found, asked, translator(request.query_params.get("lang", "")))

    def areas(request: Request) -> Response:
        registry = load()
        wanted = ReachAsked.of(asked_of(request, registry))
        found = reach(registry, wanted)
        lang = request.query_params.get("lang", "")
        names = [registry.label("site", site, lang if lang in LANGUAGES else LANGUAGES[0]) for site, *_ in found.sites]
        body = reach_geojson(found, wanted, names)
        headers = {
            "Cache-Control": "no-store", "Content-Encoding": "gzip", "X-Content-Type-Options": "nosniff",
            "Content-Disposition": 'attachment; filename="jiwar-reach.geojson"',
        }  # fmt: skip
        return Response(gzip.compress(body, 6), media_type="application/geo+json", headers=headers)

    async def download(request: Request) -> Response:
        extension = request.path_params["extension"]
        if extension not in MIME:
            return PlainTextResponse("", status_code=404)
        return _file(await run_in_threadpool(make, request, extension), f"jiwar-ledger.{extension}", MIME[extension])

    async def download_chances(request: Request) -> Response:
        body = await run_in_threadpool(make_chances, request)
        return PlainTextResponse("", status_code=404) if body is None else _file(body, "jiwar-chances.csv", MIME["csv"])

    return [
        Route("/data/points.{lang}.json", points), Route("/data/ledger.{extension}", download), Route("/data/chances.csv", download_chances),
        Route("/data/reach.geojson", areas),
    ]  # fmt: skip


def _file(body: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(body, media_type=media_type, headers=headers)
