"""Downloads of the values of indicators: the public's, whoever asks."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geo.registry import Registry
from i18n import translator
from jobs.indicators import read_asked
from jobs.indicators_export import MIME, export_values


def indicator_routes(load: Callable[[], Registry], held: Callable[[Registry], pd.DataFrame]) -> list[Route]:
    """Return the route.

    Parameters
    ----------
    load : returns the public's registry.
    held : returns the areas and years of it whose numbers are held back.
    """

    def make(request: Request, extension: str) -> bytes:
        registry = load()
        hidden = held(registry)
        query = {key: request.query_params.getlist(key) for key in request.query_params}
        asked = read_asked(query, registry, hidden)
        indicator = "" if query.get("indicator") == ["all"] else asked.indicator
        return export_values(registry, asked.country, indicator, hidden, extension, translator(request.query_params.get("lang", "")))

    async def download(request: Request) -> Response:
        extension = request.path_params["extension"]
        if extension not in MIME:
            return PlainTextResponse("", status_code=404)
        body = await run_in_threadpool(make, request, extension)
        headers = {
            "Content-Disposition": f'attachment; filename="jiwar-indicators.{extension}"', "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }  # fmt: skip
        return Response(body, media_type=MIME[extension], headers=headers)

    return [Route("/data/indicators.{extension}", download)]
