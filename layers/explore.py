"""The explore map: a folium shell that is loaded once, and the small commands that tell it what to show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

import folium
from branca.element import MacroElement
from folium.template import Template

from i18n import Translator
from layers import browser, palette

_WORDS = (
    "map", "loading", "load_failed", "retry", "stale", "close", "legend", "no_data", "source", "marks", "shapes", "colours", "provider", "centre",
    "planning", "unverified", "planned", "by_check", "cluster", "other", "on_map", "unplaced", "unplaced_in_file", "layers", "layer_need", "layer_sites", "layer_labels", "tiles",
    "zoom_in", "zoom_out", "home", "here", "more", "overlap", "metres", "kilometres",
)  # fmt: skip
_MIDDLE = (33.0, 36.5)
Marks = Literal["sector", "check"]
MARKS: tuple[Marks, ...] = ("sector", "check")
"""What the colour of a mark says: the field of work, or how long ago the site was checked."""


@dataclass(frozen=True, slots=True)
class NeedLayer:
    """Area id to class index, 0 being the least; an area that is missing has no data and is hatched."""

    classes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Legend:
    """What the legend says about the need layer, in words ready to read; ``status`` e.g. "estimate", ``labels`` one a class."""

    title: str = ""
    unit: str = ""
    year: str = ""
    source: str = ""
    status: str = ""
    labels: tuple[str, ...] = ()
    colours: tuple[str, ...] = palette.NEED_CLASSES


@dataclass(frozen=True, slots=True)
class OnlineTiles:
    """Address pattern and attribution of an online base map, which a reader may switch on; off by default."""

    url: str
    attribution: str


@dataclass(frozen=True, slots=True)
class MapCommand:
    """What the map shows from now on.

    Parameters
    ----------
    token : appears as ``window.jiwar.painted`` in the map's frame once the sites stand as commanded.
    sites : ``payload.bitset`` of the visible sites in the order of ``registry.sites``.
    countries : packs whose boundaries are drawn; empty for all.
    need : classes of the areas; None leaves them without colour and hatching.
    legend : goes with ``need``.
    selected_areas : drawn with a strong outline.
    fit : west, south, east, north in degrees. The map moves when this differs from the command before; None is the whole
        of ``countries``.
    fly : longitude, latitude, zoom; goes before ``fit``, and moves the map when it differs from the command before.
    open_site : a site whose card opens, when it, ``fly`` or ``visit`` differs from the command before.
    watermark : words written across the map; empty for none.
    visit : raised each time a site is asked for, so that the same one can be asked for again.
    marks : what colours the marks, one of ``MARKS``.
    """

    token: str
    sites: str
    countries: tuple[str, ...] = ()
    need: NeedLayer | None = None
    legend: Legend = field(default_factory=Legend)
    selected_areas: tuple[str, ...] = ()
    fit: tuple[float, float, float, float] | None = None
    fly: tuple[float, float, float] | None = None
    open_site: str | None = None
    watermark: str = ""
    visit: int = 0
    marks: Marks = "sector"


class ExploreMap(folium.Map):
    """folium's map with Leaflet and the map's own script only: none of the other libraries that folium brings."""

    def __init__(self, base_url: str) -> None:
        self.default_js = [("leaflet", browser.LEAFLET_JS), ("jiwar", base_url + browser.PREFIX + browser.own_script().name)]
        self.default_css = [("leaflet_css", browser.LEAFLET_CSS), ("jiwar_css", base_url + browser.PREFIX + browser.own_style().name)]
        super().__init__(_MIDDLE, zoom_start=7, tiles=None, zoom_control=False, maxZoom=18, minZoom=5, zoomSnap=0.5)
        self._filled = False

    def render(self, **kwargs: Any) -> str:
        """Fill the page's parts, once: ``st_folium`` asks twice in a run, and the second time costs as much as the first and changes nothing."""
        if not self._filled:
            self._filled = True
            super().render(**kwargs)  # type: ignore[no-untyped-call]
        return ""


class _Mount(MacroElement):
    """Starts the layers on the map it is added to."""

    _template = Template("{% macro script(this, kwargs) %}window.jiwar.mount({{ this._parent.get_name() }}, {{ this.config|tojson }});{% endmacro %}")

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "JiwarMount"
        self.config = config


class _Command(MacroElement):
    """Hands a command to the layers."""

    _template = Template("{% macro script(this, kwargs) %}window.jiwar.set({{ this.values|tojson }});{% endmacro %}")

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "JiwarCommand"
        self.values = values


def explore_map(tr: Translator, version: str, *, reader: str = "", base_url: str = "", tiles: OnlineTiles | None = None) -> folium.Map:
    """Return the shell for ``st_folium``: it changes only with the arguments, so a rerun with the same ones keeps the map.

    Parameters
    ----------
    tr : language of words, names and direction.
    version : ``registry.edition``; part of the addresses that the map fetches.
    reader : tells readers apart who are answered differently, so that no browser shows one what it kept for another; empty for the
        public. It opens nothing: who asks is in the session's cookie.
    base_url : path under which the server's own routes lie, without a slash at the end.
    tiles : offers an online base map; None leaves the map without any address outside this server.
    """
    query = "?v=" + quote(version, safe="") + (f"&as={quote(reader, safe='')}" if reader else "")
    config = map_config(tr)
    config["urls"] = {
        "sites": f"{base_url}/data/sites.{tr.lang}.bin{query}",
        "areas": f"{base_url}/data/areas.{tr.lang}.json{query}",
        "base": f"{base_url}/data/base.{tr.lang}.json{query}",
        "site": f"{base_url}/data/site/{{id}}.json{query}&lang={tr.lang}",
    }
    # st_folium strips everything like _abc1 before it compares two scripts; a digest keeps versions apart.
    config["version"] = hashlib.sha256(f"{version} {tr.lang} {reader}".encode()).hexdigest()[:16]
    if tiles:
        config["tiles"] = {"url": tiles.url, "attribution": tiles.attribution}
    shell = ExploreMap(base_url)
    _Mount(config).add_to(shell)
    return shell


def command(cmd: MapCommand) -> folium.FeatureGroup:
    """Return the command as what ``st_folium`` takes for ``feature_group_to_add``."""
    group = folium.FeatureGroup("command", control=False)
    _Command(command_values(cmd)).add_to(group)
    return group


def command_values(cmd: MapCommand) -> dict[str, Any]:
    """Return the command as the map's script reads it."""
    legend = cmd.legend
    return {
        "token": cmd.token,
        "sites": cmd.sites,
        "countries": list(cmd.countries),
        "need": {"classes": dict(cmd.need.classes)} if cmd.need else None,
        "legend": {
            "title": legend.title, "unit": legend.unit, "year": legend.year, "source": legend.source, "status": legend.status,
            "labels": list(legend.labels), "colours": list(legend.colours),
        },
        "selected": list(cmd.selected_areas),
        "fit": list(cmd.fit) if cmd.fit else None,
        "fly": list(cmd.fly) if cmd.fly else None,
        "open_site": cmd.open_site,
        "visit": cmd.visit,
        "marks": cmd.marks,
        "watermark": cmd.watermark,
    }  # fmt: skip


def map_config(tr: Translator) -> dict[str, Any]:
    """Return words, colours and corners of the map in one language; what mirrors, mirrors here."""
    start, end = ("right", "left") if tr.direction == "rtl" else ("left", "right")
    return {
        "lang": tr.lang,
        "dir": tr.direction,
        "fonts": "Heebo,'Noto Sans Arabic',sans-serif",
        "words": {key: tr(f"map.{key}") for key in _WORDS},
        "corners": {"zoom": f"top{start}", "layers": f"top{end}", "legend": f"bottom{start}", "scale": f"bottom{end}"},
        "sectors": [{"colour": colour, "label": tr(f"map.sector.{code}")} for code, colour in palette.SECTORS.items()],
        "bands": [{"colour": colour, "label": tr(f"freshness.band.{code}")} for code, colour in palette.BANDS.items()],
        "colours": {
            "sea": palette.SEA, "beyond": palette.BEYOND, "land": palette.LAND, "coast": "#b9c4c9", "boundary": palette.BOUNDARY, "label": palette.LABEL, "accent": palette.ACCENT,
            "other": palette.OTHER, "needOpacity": palette.NEED_OPACITY,
        },
        "attribution": tr("map.attribution"),
    }  # fmt: skip
