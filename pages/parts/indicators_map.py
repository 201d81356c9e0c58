"""The persistent map of the Indicators page: drawn once, told by small commands afterwards; a click on a governorate comes back from it."""

from __future__ import annotations

from geo.registry import Registry
from i18n import Translator
from jobs.indicators import IndicatorsAsked
from layers.indicators import AreasCommand, areas_command, areas_map
from pages.parts import indicators_work, load
from pages.parts.show_map import HEIGHT, TILES
from routes.assets import patch_streamlit_folium

KEY = "indicators_map"


def show(registry: Registry, asked: IndicatorsAsked, tr: Translator) -> None:
    """Draw the map, or tell the one that is there what to show now."""
    patch_streamlit_folium()
    from streamlit_folium import st_folium  # not before the runtime is up: it registers its component at import

    classes, legend, tips = indicators_work.layer(registry, asked, tr)
    told = AreasCommand(
        token=f"{registry.edition}|{hash((asked, tr.lang)) & 0xFFFFFFFF:x}", countries=(asked.country,), classes=classes, legend=legend,
        selected=(asked.area,) if asked.area else (), tips=tips, watermark=tr("app.training") if registry.training else "",
    )  # fmt: skip
    shell = areas_map(tr, registry.edition, label=tr("indicators.map"), tiles=TILES if load.settings().online_tiles else None)
    st_folium(shell, key=KEY, height=HEIGHT, use_container_width=True, returned_objects=[], feature_group_to_add=areas_command(told))
