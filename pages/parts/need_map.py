"""The persistent map of the Need page: drawn once, told by small commands afterwards."""

from __future__ import annotations

import streamlit as st

from geo.registry import Registry
from i18n import Translator
from layers import markup
from layers.explore import Legend
from layers.need_page_map import NeedCommand, need_command, need_map
from pages.parts import load
from pages.parts.show_map import TILES
from routes.assets import patch_streamlit_folium

KEY = "needs_map"
HEIGHT = 480


def show(registry: Registry, country: str, layer: tuple[dict[str, int], Legend, dict[str, str]] | None, tr: Translator) -> None:
    """Draw the map, or tell the one that is there what to show now.

    Parameters
    ----------
    registry : the public's.
    country : whose governorates are drawn.
    layer : classes, legend and tips, from ``layers.need_page``; None for a country without anything to show.
    tr : words.
    """
    patch_streamlit_folium()
    from streamlit_folium import st_folium  # not before the runtime is up: it registers its component at import

    classes, legend, tips = layer or ({}, Legend(), {})
    told = NeedCommand(
        token=f"{registry.edition}|{hash((country, tuple(classes.items()), legend.title, tr.lang)) & 0xFFFFFFFF:x}", countries=(country,), classes=classes,
        legend=legend, tips=tips, watermark=tr("app.training") if registry.training else "",
    )  # fmt: skip
    shell = need_map(tr, registry.edition, tiles=TILES if load.settings().online_tiles else None)
    st_folium(shell, key=KEY, height=HEIGHT, use_container_width=True, returned_objects=[], feature_group_to_add=need_command(told))
    if legend.status:
        st.html(f"<p class='jw-note'>{markup.safe(f'{legend.title}: {legend.status}')}</p>")
