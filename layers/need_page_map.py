"""The map of the Need page as folium takes it: a shell of governorates that is loaded once, and small commands."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote

import folium
from branca.element import MacroElement
from folium.template import Template

from i18n import Translator
from layers.explore import ExploreMap, Legend, OnlineTiles, map_config


@dataclass(frozen=True, slots=True)
class NeedCommand:
    """What the map shows from now on.

    Parameters
    ----------
    token : appears as ``window.jiwar.painted`` in the map's frame once it stands as commanded.
    countries : packs whose boundaries are drawn.
    classes : area id to class; an area that is missing is hatched.
    legend : goes with ``classes``.
    tips : area id to what is said when it is pointed at.
    watermark : words across the map; empty for none.
    selected : areas that are drawn with a strong outline.
    """

    token: str
    countries: tuple[str, ...]
    classes: dict[str, int]
    legend: Legend
    tips: dict[str, str] = field(default_factory=dict)
    watermark: str = ""
    selected: tuple[str, ...] = ()


class _Mount(MacroElement):
    """Starts the layers on the map it is added to."""

    _template = Template(
        "{% macro script(this, kwargs) %}window.jiwar.mountAreas({{ this._parent.get_name() }}, {{ this.config|tojson }});{% endmacro %}"
    )

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "JiwarNeed"
        self.config = config


class _Command(MacroElement):
    """Hands a command to the layers."""

    _template = Template("{% macro script(this, kwargs) %}window.jiwar.setAreas({{ this.values|tojson }});{% endmacro %}")

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "JiwarNeedCommand"
        self.values = values


def need_map(tr: Translator, version: str, *, tiles: OnlineTiles | None = None) -> folium.Map:
    """Return the shell for ``st_folium``: it changes only with the arguments, so a rerun with the same ones keeps the map.

    Parameters
    ----------
    tr : language of words, names and direction.
    version : ``registry.edition`` of the public's registry; part of the addresses that the map fetches.
    tiles : offers an online base map; None leaves the map without any address outside this server.
    """
    query = "?v=" + quote(version, safe="")
    config = map_config(tr)
    config["words"] |= {"map": tr("needs.map"), "layer_need": tr("needs.layer"), "no_data": tr("needs.hatched")}
    config["urls"] = {name: f"/data/{name}.{tr.lang}.json{query}" for name in ("base", "areas")}
    # st_folium strips everything like _abc1 before it compares two scripts; a digest keeps versions apart.
    config["version"] = hashlib.sha256(f"need {version} {tr.lang}".encode()).hexdigest()[:16]
    if tiles:
        config["tiles"] = asdict(tiles)
    shell = ExploreMap("")
    _Mount(config).add_to(shell)
    return shell


def need_command(command: NeedCommand) -> folium.FeatureGroup:
    """Return the command as what ``st_folium`` takes for ``feature_group_to_add``."""
    group = folium.FeatureGroup("command", control=False)
    _Command(asdict(command)).add_to(group)
    return group
