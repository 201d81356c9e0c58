"""A small map of one or two places, drawn in its own frame; it sends nothing back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from geo.registry import Registry
from i18n import Translator
from layers.review_map import NEAREST, Spot, review_map
from routes.assets import patch_streamlit_folium

HEIGHT = 320
_ROUGH = 11
"""Zoom for a place that was moved on purpose or stands for a town: its surroundings, not a house."""


def show(registry: Registry, spots: Sequence[Spot], tr: Translator, *, key: str, rough: bool = False) -> None:
    """Draw the places, and nothing where there are none.

    Parameters
    ----------
    registry : whose outlines are drawn.
    spots : the places.
    tr : words.
    key : of the component.
    rough : the place is only roughly known.
    """
    if not spots:
        return
    patch_streamlit_folium()
    from streamlit_folium import st_folium  # not before the runtime is up: it registers its component at import

    shell = review_map(spots, tr, registry.edition, zoom=_ROUGH if rough else NEAREST)
    st_folium(shell, key=key, height=HEIGHT, use_container_width=True, returned_objects=[])


def spot(place: Mapping[str, Any] | None, role: Literal["present", "proposed"], words: str) -> list[Spot]:
    """Return the mark of a record's place; none where it has no point or is withheld."""
    if not place or place.get("lon") is None or place.get("lat") is None:
        return []
    return [Spot(float(place["lon"]), float(place["lat"]), role, words)]


def public_spot(registry: Registry, site_id: str, words: str) -> list[Spot]:
    """Return the mark of a site as everybody may see it, masked where it is sensitive."""
    if site_id not in registry.sites.index:
        return []
    site: dict[str, Any] = registry.sites.loc[site_id].to_dict()  # type: ignore[assignment]
    known = site["lon"] == site["lon"] and site["position_kind"] != "area_centroid"
    return [Spot(float(site["lon"]), float(site["lat"]), "present", words)] if known else []
