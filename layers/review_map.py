"""A small map of where a site stands and where it is proposed to stand, on the base map of our own assets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import quote

import folium
from branca.element import MacroElement
from folium.template import Template

from i18n import Translator
from layers import palette
from layers.explore import ExploreMap

_WORDS = ("load_failed", "zoom_in", "zoom_out")
NEAREST = 14
"""Zoom beyond which the map does not go by itself: the places around must tell where it is."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map.

    Parameters
    ----------
    lon, lat : degrees, WGS 84.
    role : ``present`` is drawn as a hollow ring, ``proposed`` as a full diamond.
    words : what stands beside the mark.
    """

    lon: float
    lat: float
    role: Literal["present", "proposed"]
    words: str


class _Mount(MacroElement):
    """Draws the places on the map it is added to."""

    _template = Template(
        "{% macro script(this, kwargs) %}window.jiwar.mountPlaces({{ this._parent.get_name() }}, {{ this.config|tojson }});{% endmacro %}"
    )

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "JiwarPlaces"
        self.config = config


def review_map(spots: Sequence[Spot], tr: Translator, version: str, *, zoom: int = NEAREST, base_url: str = "") -> folium.Map:
    """Return a map of one or two places for ``st_folium``; it sends nothing back.

    Parameters
    ----------
    spots : where the marks stand; the map is fitted to them.
    tr : language of words, names and direction.
    version : ``registry.edition``; part of the addresses that the map fetches. No place is ever part of an address.
    zoom : nearest that the map goes by itself; farther off for a place that is only roughly known.
    base_url : path under which the server's own routes lie, without a slash at the end.

    Notes
    -----
    ``window.jiwar.painted`` in the map's frame is the map's ``version`` once land and outlines are drawn.
    """
    start, end = ("right", "left") if tr.direction == "rtl" else ("left", "right")
    query = "?v=" + quote(version, safe="")
    places = [asdict(spot) for spot in spots]
    config = {
        "lang": tr.lang, "places": places, "zoom": zoom,
        "words": {"map": tr("review.map"), **{key: tr(f"map.{key}") for key in _WORDS}},
        "corners": {"zoom": f"top{start}", "scale": f"bottom{end}"},
        "colours": {"sea": palette.SEA, "beyond": palette.BEYOND, "land": palette.LAND, "coast": "#b9c4c9", "boundary": palette.BOUNDARY,
                    "accent": palette.ACCENT},
        "attribution": tr("map.attribution"),
        "urls": {name: f"{base_url}/data/{name}.{tr.lang}.json{query}" for name in ("base", "areas")},
        # st_folium strips everything like _abc1 before it compares two scripts; a digest keeps maps apart.
        "version": hashlib.sha256(json.dumps([version, tr.lang, places, zoom]).encode()).hexdigest()[:16],
    }  # fmt: skip
    shell = ExploreMap(base_url)
    _Mount(config).add_to(shell)
    return shell
