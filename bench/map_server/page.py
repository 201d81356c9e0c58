"""The page: a filter that leaves out one governorate, and the map of the case that the address names."""

import time

start = time.thread_time()

import streamlit as st  # noqa: E402

from bench.map_server.cases import EXCLUDABLE, plain_map, registry_of  # noqa: E402
from geo.model import Filter  # noqa: E402
from i18n import translator  # noqa: E402
from layers.explore import MapCommand, command, explore_map  # noqa: E402
from layers.payload import bitset  # noqa: E402
from routes.assets import patch_streamlit_folium  # noqa: E402

patch_streamlit_folium()

from streamlit_folium import st_folium  # noqa: E402

case, size = st.query_params.get("case", "explore"), int(st.query_params.get("n", "1000"))
registry = registry_of(size)
left_out = st.segmented_control("Leave out", EXCLUDABLE) or "none"
token = f"{case}-{size}-{left_out}"
mask = ~registry.select(Filter(areas=(left_out,))) if left_out != "none" else registry.select(Filter())
if case == "explore":
    shell = explore_map(translator("en"), registry.version, base_url=f"/of/{size}")
    st_folium(
        shell, key="map", height=520, use_container_width=True, returned_objects=[], feature_group_to_add=command(MapCommand(token, bitset(mask)))
    )
else:
    st_folium(plain_map(case, size, mask, token), key="map", height=520, use_container_width=True, returned_objects=[])
st.text(f"cpu {token} {1000 * (time.thread_time() - start):.1f}")
