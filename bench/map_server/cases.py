"""The sites of the benchmark and the maps that plain folium makes of them."""

from __future__ import annotations

import functools
from typing import Any

import folium
import numpy as np
from branca.element import MacroElement
from folium import plugins
from folium.template import Template

from geo.registry import Registry
from tests.make import AREA_IDS, make_registry

EXCLUDABLE = AREA_IDS
EMPTY_BASEMAP: dict[str, Any] = {"type": "FeatureCollection", "features": []}
MIDDLE = (32.2, 35.2)


@functools.cache
def registry_of(size: int) -> Registry:
    """Return the registry of ``size`` sites."""
    return make_registry(size)


@functools.cache
def _rows(size: int) -> list[tuple[float, float, str]]:
    registry = registry_of(size)
    names = registry.labels("site", "en").reindex(registry.sites.index)
    return list(zip(registry.sites["lat"].tolist(), registry.sites["lon"].tolist(), names.tolist(), strict=True))


_NAMED = "function (row) { return L.circleMarker([row[0], row[1]], {radius: 5}).bindTooltip(row[2]); }"
"""The explore map tells each site's name, so the others do too."""


class _Painted(MacroElement):
    """Says that everything before it has been drawn: two frames later the window knows the token."""

    _template = Template(
        "{% macro script(this, kwargs) %}requestAnimationFrame(() => requestAnimationFrame(() => { window.benchPainted = {{ this.token|tojson }}; }));{% endmacro %}"
    )

    def __init__(self, token: str) -> None:
        super().__init__()
        self._name = "Painted"
        self.token = token


def plain_map(case: str, size: int, mask: np.ndarray, token: str) -> folium.Map:
    """Return the map that folium's own layer ``case`` makes of the sites of ``mask`` that have a position."""
    made = folium.Map(MIDDLE, zoom_start=8, tiles=None, maxZoom=18)
    rows = [row for row, shown in zip(_rows(size), mask.tolist(), strict=True) if shown and not np.isnan(row[0])]
    if case == "FastMarkerCluster":
        plugins.FastMarkerCluster([list(row) for row in rows], callback=_NAMED).add_to(made)
    elif case == "GeoJson":
        features = [
            {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": [lon, lat]}} for lat, lon, name in rows
        ]
        marker = folium.CircleMarker(radius=5)
        tooltip = folium.GeoJsonTooltip(["name"]) if features else None
        folium.GeoJson({"type": "FeatureCollection", "features": features}, marker=marker, tooltip=tooltip).add_to(made)
    else:
        parent = plugins.MarkerCluster().add_to(made) if case == "MarkerCluster" else made
        for lat, lon, name in rows:
            folium.Marker((lat, lon), tooltip=name).add_to(parent)
    _Painted(token).add_to(made)
    return made
