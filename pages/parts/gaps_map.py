"""The persistent map of the Gaps page: drawn once, told by small commands afterwards; a click on a governorate comes back from it."""

from __future__ import annotations

import streamlit as st

from geo.registry import Registry
from i18n import Translator
from jobs.gaps import rows_of
from jobs.gaps_asked import GapsAsked
from jobs.ledger import Ledger
from layers.explore import Legend
from layers.gaps import GapsCommand, gaps_command, gaps_map, point_signs, share_layer
from pages.parts import load
from pages.parts.memo import kept_with_registry
from pages.parts.show_map import HEIGHT, TILES
from routes.assets import patch_streamlit_folium

KEY = "gaps_map"
_SEEN = "gaps_map_seen"


def clicked() -> str:
    """Return the governorate that was clicked on and caused this run, once; empty otherwise."""
    value = st.session_state.get(KEY)
    if not isinstance(value, dict) or value.get("event") != "area":
        return ""
    stamp = (value.get("n"), value.get("id"))
    if st.session_state.get(_SEEN) == stamp:
        return ""
    st.session_state[_SEEN] = stamp
    return str(value.get("id", ""))


def show(registry: Registry, ledger: Ledger, asked: GapsAsked, measure: str, about: Legend, tr: Translator) -> None:
    """Draw the map, or tell the one that is there what to show now.

    Parameters
    ----------
    registry : the public's.
    ledger : what was computed.
    asked, measure : from the controls.
    about : year, source and status of the legend.
    tr : words.
    """
    patch_streamlit_folium()
    from streamlit_folium import st_folium  # not before the runtime is up: it registers its component at import

    # Neighbouring governorates stay to compare with; the marks are those of the choice.
    classes, legend = share_layer(rows_of(ledger, registry, GapsAsked(country=asked.country)), measure, about, tr)
    states, sizes = point_signs(
        ledger.points, (ledger.points["area_id" if asked.area else "country"] == (asked.area or asked.country)).to_numpy(dtype=bool)
    )
    told = GapsCommand(
        token=f"{registry.edition}|{hash((asked, measure, tr.lang)) & 0xFFFFFFFF:x}", countries=(asked.country,), classes=classes, legend=legend,
        states=states, sizes=sizes, selected=(asked.area,) if asked.area else (), fit=_extent(registry, asked.area),
        watermark=tr("app.training") if registry.training else "",
    )  # fmt: skip
    shell = gaps_map(tr, registry.edition, tiles=TILES if load.settings().online_tiles else None)
    st_folium(shell, key=KEY, height=HEIGHT, use_container_width=True, returned_objects=[], feature_group_to_add=gaps_command(told))


@kept_with_registry
def _extent(registry: Registry, area_id: str) -> tuple[float, float, float, float] | None:
    if not area_id:
        return None
    west, south, east, north = registry.governorates.loc[[area_id]].total_bounds
    return float(west), float(south), float(east), float(north)
