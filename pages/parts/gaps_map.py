"""The persistent map of the Gaps page: drawn once, told by small commands afterwards; a click on a governorate comes back from it."""

from __future__ import annotations

from geo.memo import kept_with_registry
from geo.registry import Registry
from i18n import Translator
from jobs.gaps_asked import GapsAsked
from layers.gaps import GapsCommand, ReachLayer, gaps_command, gaps_map
from pages.parts import load
from pages.parts.gaps_views import View
from pages.parts.show_map import HEIGHT, TILES
from routes.assets import patch_streamlit_folium

KEY = "gaps_map"


def show(registry: Registry, roads: str, asked: GapsAsked, measure: str, view: View, reach: ReachLayer, tr: Translator) -> None:
    """Draw the map, or tell the one that is there what to show now.

    Parameters
    ----------
    registry : the public's.
    roads : state of the roads: another one draws the map anew, because people may stand elsewhere.
    asked, measure : from the controls.
    view : what governorates and places look like.
    reach : areas around chosen sites.
    tr : words.
    """
    patch_streamlit_folium()
    from streamlit_folium import st_folium  # not before the runtime is up: it registers its component at import

    told = GapsCommand(
        token=f"{registry.edition}|{hash((asked, measure, tr.lang, roads)) & 0xFFFFFFFF:x}", countries=(asked.country,), classes=view.classes,
        legend=view.legend, states=view.states, sizes=view.sizes, marks=view.marks, marks_title=view.marks_title, reach=reach, selected=(asked.area,) if asked.area else (), fit=_extent(registry, asked.area),
        watermark=tr("app.training") if registry.training else "",
    )  # fmt: skip
    shell = gaps_map(tr, registry.edition, roads, tiles=TILES if load.settings().online_tiles else None)
    st_folium(shell, key=KEY, height=HEIGHT, use_container_width=True, returned_objects=[], feature_group_to_add=gaps_command(told))


@kept_with_registry
def _extent(registry: Registry, area_id: str) -> tuple[float, float, float, float] | None:
    if not area_id:
        return None
    west, south, east, north = registry.governorates.loc[[area_id]].total_bounds
    return float(west), float(south), float(east), float(north)
