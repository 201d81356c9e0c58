"""Downloads of the filtered registry: the address carries the page's filter, the file holds the page's rows."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geo.model import Filter, Scope
from geo.registry import Registry
from i18n import translator
from jobs.exporting import MIME, export_sites
from routes.mapdata import Identify, nobody, scope_of


def download_routes(load: Callable[[Scope], Registry], identify: Identify = nobody) -> list[Route]:
    """Return the route of the downloads.

    Parameters
    ----------
    load : returns the registry as a scope may see it.
    identify : tells a session's token from a stranger's.
    """

    async def download(request: Request) -> Response:
        extension = request.path_params["extension"]
        if extension not in MIME:
            return PlainTextResponse("", status_code=404)
        query = {key: request.query_params.getlist(key) for key in request.query_params}
        scope = await run_in_threadpool(scope_of, request, identify)
        registry = await run_in_threadpool(load, scope)
        wanted = Filter.from_query(query, registry.known)
        body = await run_in_threadpool(
            export_sites, registry, wanted, extension, translator(request.query_params.get("lang", "")),
            indicator=request.query_params.get("need", ""), method=request.query_params.get("classes", ""), marks=request.query_params.get("marks", ""),
            hxl=request.query_params.get("hxl") == "1",
        )  # fmt: skip
        headers = {
            "Content-Disposition": f'attachment; filename="jiwar-sites.{extension}"', "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
        }  # fmt: skip
        return Response(body, media_type=MIME[extension], headers=headers)

    return [Route("/data/export.{extension}", download)]
