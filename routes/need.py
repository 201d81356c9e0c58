"""The downloads of the Need page: the public's index and lists, whoever asks."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geo.errors import InputError
from geo.registry import Registry
from i18n import translator
from jobs.ledger import Ledger, LedgerAsked
from jobs.need_asked import read_need
from jobs.need_export import MIME, export_need
from jobs.roads import Roads


def need_routes(load: Callable[[], Registry], ledger: Callable[[Registry, LedgerAsked], Ledger], roads: Callable[[], Roads]) -> list[Route]:
    """Return the routes.

    Parameters
    ----------
    load : returns the public's registry.
    ledger : returns a ledger of it; the pages' own, so that a file holds what the page shows.
    roads : returns what is loaded.
    """

    def make(request: Request, extension: str) -> Response:
        registry = load()
        query = {key: request.query_params.getlist(key) for key in request.query_params}
        tr = translator(request.query_params.get("lang", ""))
        try:
            body = export_need(registry, read_need(query, registry), lambda one: ledger(registry, one), extension, tr, roads())
        except InputError as error:
            return PlainTextResponse(tr(f"error.{error.code}", **error.params), status_code=422)
        headers = {
            "Content-Disposition": f'attachment; filename="jiwar-need.{extension}"', "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
        }  # fmt: skip
        return Response(body, media_type=MIME[extension], headers=headers)

    async def download(request: Request) -> Response:
        extension = request.path_params["extension"]
        if extension not in MIME:
            return PlainTextResponse("", status_code=404)
        return await run_in_threadpool(make, request, extension)

    return [Route("/data/need.{extension}", download)]
