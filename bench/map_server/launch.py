"""The server: our routes, and the same preloading as the product's."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import AsyncIterator

import streamlit as st
from starlette.routing import BaseRoute, Mount

from bench.map_server.cases import EMPTY_BASEMAP, registry_of
from routes.assets import asset_routes
from routes.mapdata import map_routes


@contextlib.asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[dict[str, object]]:
    """Load what pages need, but never streamlit_folium: before the runtime exists it would register nowhere."""
    import folium.plugins  # noqa: F401
    import geopandas  # noqa: F401

    gc.collect()
    gc.freeze()
    yield {}


def _routes() -> list[BaseRoute]:
    def of(size: int) -> Mount:
        return Mount(f"/of/{size}", routes=[*asset_routes(), *map_routes(lambda _scope: registry_of(size), lambda: EMPTY_BASEMAP)])

    return [*asset_routes(), *(of(size) for size in (1_000, 10_000, 100_000))]


app = st.App("page.py", routes=_routes(), lifespan=lifespan)
