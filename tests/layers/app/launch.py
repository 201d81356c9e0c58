"""A small server for browser tests: one map over the registry that ``JIWAR_TEST_REGISTRY`` names."""

import streamlit as st

from routes.assets import asset_routes
from routes.mapdata import map_routes
from tests.layers.app.registry import load
from tests.layers.support import BASEMAP

app = st.App("page.py", routes=[*asset_routes(), *map_routes(lambda _scope: load(), lambda: BASEMAP)])
