"""The page of the test server: language, governorate and site come from the address; clicks are written under the map."""

import numpy as np
import streamlit as st

from geo.model import Filter
from i18n import translator
from layers.explore import Legend, MapCommand, NeedLayer, command, explore_map
from layers.payload import bitset
from routes.assets import patch_streamlit_folium
from tests.layers.app.registry import load
from tests.xss import PAYLOADS

patch_streamlit_folium()

from streamlit_folium import st_folium  # noqa: E402 - it must be patched before it is used

st.set_page_config(layout="wide")
registry = load()
tr = translator(st.query_params.get("lang", "en"))
area = st.segmented_control("area", ["all", *registry.governorates.index], default="all")
mask = registry.select(Filter(areas=() if area == "all" else (area,)))
hostile = registry.names["site"]["en"].iloc[0] == PAYLOADS[0]
word = PAYLOADS[2] if hostile else "people"
cmd = MapCommand(
    token=f"{area}-{int(np.count_nonzero(mask))}",
    sites=bitset(mask),
    need=NeedLayer({"PS0101": 0, "PS0150": 4}),
    legend=Legend(word, word, "2023", word, word, (word, "b", "c", "d", "e")),
    selected_areas=() if area == "all" else (area,),
    open_site=st.query_params.get("site"),
    watermark=word if hostile else "",
)
picked = st_folium(
    explore_map(tr, registry.version), key="map", height=600, use_container_width=True, returned_objects=[], feature_group_to_add=command(cmd)
)
st.text(f"picked {picked.get('event')} {picked.get('id')}")
