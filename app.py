"""The launcher: one process and one port for the pages, the browser's assets and the map's data. ``streamlit run app.py``."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import AsyncIterator
from typing import Any

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

import pages
from data.packs import basemap
from jobs.accounts import set_up_lines
from pages.parts import gaps_work, indicators_work, load, profile_work
from routes.assets import asset_routes
from routes.brief import brief_routes
from routes.dead_ends import dead_end_routes
from routes.download import download_routes
from routes.gaps import gaps_routes
from routes.indicators import indicator_routes
from routes.mapdata import map_routes
from routes.need import need_routes
from routes.sign_in import sign_in_routes


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Open the store and import the heavy packages before the first visitor comes, then keep them out of the garbage collector's way.

    ``streamlit_folium`` is not among them: imported before the runtime is up, it would register its component nowhere.
    """
    import folium  # noqa: F401
    import geopandas  # noqa: F401

    PagesManager.uses_pages_directory = False  # our folder `pages` is not one of Streamlit's; else the first deep link is told "Page not found"
    load.registry()
    for line in set_up_lines(load.accounts()):
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - for whoever starts the server, and in no log
    gc.collect()
    gc.freeze()
    yield {}


app = st.App(
    "main.py",
    routes=[
        *asset_routes(),
        *sign_in_routes(load.accounts),
        *map_routes(load.registry, basemap, load.identify),
        *download_routes(load.registry, load.identify),
        *gaps_routes(load.registry, gaps_work.ledger, gaps_work.reach, gaps_work.chance, load.roads),
        *indicator_routes(load.registry, indicators_work.held),
        *need_routes(load.registry, gaps_work.ledger, load.roads),
        *brief_routes(load.registry, profile_work.ready, profile_work.records),
        *dead_end_routes([page.SLUG for page in pages.ALL]),
    ],
    lifespan=lifespan,
)
