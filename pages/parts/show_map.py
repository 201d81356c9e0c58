"""The one persistent map of a page: drawn once, told by small commands afterwards; clicks come back from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from geo.memo import kept_with_registry
from geo.model import PUBLIC, Filter, Scope
from geo.registry import Registry
from i18n import Translator
from layers.explore import Legend, MapCommand, Marks, NeedLayer, OnlineTiles, command, explore_map
from layers.need import need_layer
from layers.payload import bitset
from pages.parts import load
from routes.assets import patch_streamlit_folium

KEY = "map"
HEIGHT = 560
SITE_ZOOM = 14
TILES = OnlineTiles("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "© OpenStreetMap contributors")
"""Offered only where ``JIWAR_ONLINE_TILES=1``, and off until a reader switches it on."""


@dataclass(frozen=True, slots=True)
class Click:
    """A click on the map: on a governorate (``area``) or a site (``site``), with its id."""

    event: str
    id: str


def clicked(key: str = KEY) -> Click | None:
    """Return the click on the map of that key that caused this run, once; what is not a click of ours is None."""
    value = st.session_state.get(key)
    if not isinstance(value, dict) or value.get("event") not in ("area", "site"):
        return None
    stamp = (value.get("n"), value.get("id"))
    seen = f"{key}_seen"
    if st.session_state.get(seen) == stamp:
        return None
    st.session_state[seen] = stamp
    return Click(str(value["event"]), str(value.get("id", "")))


def show(
    registry: Registry,
    wanted: Filter,
    mask: np.ndarray,
    tr: Translator,
    *,
    scope: Scope,
    indicator: str,
    method: str,
    marks: Marks,
    opened: str | None,
) -> None:
    """Draw the map, or tell the one that is there what to show now.

    Parameters
    ----------
    registry : the registry.
    wanted : the filter; decides countries, selected governorates and what the map is fitted to.
    mask : sites to show.
    tr : words.
    scope : who looks.
    indicator, method : the need layer, as for ``layers.need.need_layer``.
    marks : what colours the marks.
    opened : site to fly to and open, or None.
    """
    patch_streamlit_folium()
    from streamlit_folium import st_folium  # not before the runtime is up: it registers its component at import

    need, legend = _need(registry, indicator, wanted.countries, tr, method)
    fly = _place(registry, opened)
    if opened:
        st.session_state["map_visits"] = st.session_state.get("map_visits", 0) + 1
    visit = st.session_state.get("map_visits", 0)
    told = MapCommand(
        token=f"{registry.edition}|{hash((wanted, indicator, method, marks, opened, visit, tr.lang)) & 0xFFFFFFFF:x}",
        sites=bitset(mask),
        countries=wanted.countries,
        need=need,
        legend=legend,
        selected_areas=wanted.areas,
        fit=_extent(registry, wanted.areas),
        fly=fly,
        open_site=opened if fly else None,
        visit=visit,
        marks=marks,
        watermark=tr("app.training") if registry.training else "",
    )
    shell = explore_map(tr, registry.edition, reader=_reader(scope), tiles=TILES if load.settings().online_tiles else None)
    st_folium(
        shell, key=KEY, height=HEIGHT, use_container_width=True, returned_objects=[],
        feature_group_to_add=command(told),
    )  # fmt: skip


def _reader(scope: Scope) -> str:
    """Return what tells readers of the map apart whose answers differ; nothing for the public, and no name."""
    return "" if scope == PUBLIC else f"{scope.role}-{scope.clearance}"


@kept_with_registry
def _need(registry: Registry, indicator: str, countries: tuple[str, ...], tr: Translator, method: str) -> tuple[NeedLayer | None, Legend]:
    return need_layer(registry, indicator, countries, tr, method=method)


@kept_with_registry
def _extent(registry: Registry, area_ids: tuple[str, ...]) -> tuple[float, float, float, float] | None:
    """Return the box around the chosen governorates, or None for the whole of the countries in view."""
    areas = registry.governorates
    chosen = areas[areas.index.isin(area_ids)]
    if chosen.empty:
        return None
    west, south, east, north = chosen.total_bounds
    return float(west), float(south), float(east), float(north)


def _place(registry: Registry, site_id: str | None) -> tuple[float, float, float] | None:
    if site_id is None or site_id not in registry.sites.index:
        return None
    site: dict[str, Any] = registry.sites.loc[site_id].to_dict()  # type: ignore[assignment]
    return None if np.isnan(site["lon"]) else (float(site["lon"]), float(site["lat"]), SITE_ZOOM)
