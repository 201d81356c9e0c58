"""The launcher: one process and one port for the pages, the browser's assets and the map's data. ``streamlit run app.py``."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import AsyncIterator
from typing import Any

import streamlit as st

from data.packs import basemap
from pages.parts import load
from routes.assets import asset_routes
from routes.download import download_routes
from routes.mapdata import map_routes


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Open the store and import the heavy packages before the first visitor comes, then keep them out of the garbage collector's way.

    ``streamlit_folium`` is not among them: imported before the runtime is up, it would register its component nowhere.
    """
    import folium  # noqa: F401
    import geopandas  # noqa: F401

    load.registry()
    gc.collect()
    gc.freeze()
    yield {}


app = st.App("main.py", routes=[*asset_routes(), *map_routes(load.registry, basemap), *download_routes(load.registry)], lifespan=lifespan)
