"""Addresses that lead nowhere: told so, or led back to the page they lie under, instead of a blank page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route


def dead_end_routes(pages: Sequence[str]) -> list[Route]:
    """Return the routes that come after all others: 404 under ``/data`` and ``/assets``, and a way back from below a page.

    One step below only: deeper lie the addresses by which Streamlit's page finds its server.

    Parameters
    ----------
    pages : short names of the pages, the start page first.
    """
    back = [Route(f"/{page}/{{rest}}", _to("/" if page == pages[0] else f"/{page}")) for page in pages]
    return [Route("/data/{rest:path}", _nothing), Route("/assets/{rest:path}", _nothing), *back]


def _nothing(_request: Request) -> Response:
    return PlainTextResponse("", status_code=404)


def _to(path: str) -> Callable[[Request], Response]:
    def lead_back(_request: Request) -> Response:
        return RedirectResponse(path)

    return lead_back
