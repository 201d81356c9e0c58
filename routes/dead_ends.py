"""Addresses that lead nowhere: told so, or led back to the page they lie under, instead of a blank page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route


def dead_end_routes() -> list[Route]:
    """Return the routes that come after all others: 404 under ``/data`` and ``/assets``, and a way back from below a page.

    One step below only: deeper lie the addresses by which Streamlit's page finds its server.
    """
    return [
        Route("/data/{rest:path}", _nothing),
        Route("/assets/{rest:path}", _nothing),
        Route("/explore/{rest}", _to_start),
        Route("/sources/{rest}", _to_sources),
    ]


def _nothing(_request: Request) -> Response:
    return PlainTextResponse("", status_code=404)


def _to_start(_request: Request) -> Response:
    return RedirectResponse("/")


def _to_sources(_request: Request) -> Response:
    return RedirectResponse("/sources")
