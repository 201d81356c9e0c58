"""A map on which somebody says where a place is: a folium shell that is loaded once, and the small commands that set its pin."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

import folium
from branca.element import MacroElement
from folium.template import Template

from i18n import Translator
from layers.explore import ExploreMap, OnlineTiles, map_config


@dataclass(frozen=True, slots=True)
class PickerCommand:
    """What the map shows from now on.

    Parameters
    ----------
    token : appears as ``window.jiwar.painted`` in the map's frame once it stands as commanded.
    point : longitude and latitude of the pin in degrees; None for none.
    selected : areas drawn with a strong outline.
    countries : packs whose boundaries are drawn; empty for all.
    go : the map moves to the point, or to ``fit`` without one, when this differs from the command before: not after a click.
    zoom : nearest that it goes to the point.
    fit : west, south, east, north in degrees; None for the whole of ``countries``.
    watermark : words written across the map; empty for none.
    """

    token: str
    point: tuple[float, float] | None = None
    selected: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    go: str = ""
    zoom: int = 14
    fit: tuple[float, float, float, float] | None = None
    watermark: str = ""


class _Mount(MacroElement):
    """Starts the picker on the map it is added to."""

    _template = Template(
        "{% macro script(this, kwargs) %}window.jiwar.mountPicker({{ this._parent.get_name() }}, {{ this.config|tojson }});{% endmacro %}"
    )

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "JiwarPicker"
        self.config = config


class _Command(MacroElement):
    """Hands a command to the picker."""

    _template = Template("{% macro script(this, kwargs) %}window.jiwar.setPlace({{ this.values|tojson }});{% endmacro %}")

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "JiwarPlace"
        self.values = values


def picker_map(tr: Translator, version: str, *, base_url: str = "", tiles: OnlineTiles | None = None) -> folium.Map:
    """Return the shell for ``st_folium``: it changes only with the arguments, so a rerun with the same ones keeps the map.

    Its value is ``{"event": "place", "lon": …, "lat": …, "n": …}`` after each click, drag or Enter. No place is ever part of an address.

    Parameters
    ----------
    tr : language of words, names and direction.
    version : ``registry.edition``; part of the addresses that the map fetches.
    base_url : path under which the server's own routes lie, without a slash at the end.
    tiles : offers an online base map; None leaves the map without any address outside this server.
    """
    query = "?v=" + quote(version, safe="")
    config = map_config(tr)
    config["words"] = {**config["words"], "pick": tr("contribute.map")}
    config["urls"] = {name: f"{base_url}/data/{name}.{tr.lang}.json{query}" for name in ("base", "areas")}
    # st_folium strips everything like _abc1 before it compares two scripts; a digest keeps versions apart.
    config["version"] = hashlib.sha256(f"picker {version} {tr.lang}".encode()).hexdigest()[:16]
    if tiles:
        config["tiles"] = asdict(tiles)
    shell = ExploreMap(base_url)
    _Mount(config).add_to(shell)
    return shell


def picker_command(command: PickerCommand) -> folium.FeatureGroup:
    """Return the command as what ``st_folium`` takes for ``feature_group_to_add``."""
    group = folium.FeatureGroup("command", control=False)
    _Command(asdict(command)).add_to(group)
    return group
