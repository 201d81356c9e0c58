"""The map of an indicator: a folium shell that is loaded once, and small commands with each governorate's class in a year."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote

import folium
import pandas as pd
from branca.element import MacroElement
from folium.template import Template

from geo.classes import Breaks, class_breaks, classify
from i18n import Translator
from layers.explore import ExploreMap, Legend, OnlineTiles, map_config
from layers.palette import NEED_CLASSES


@dataclass(frozen=True, slots=True)
class AreasCommand:
    """What the map shows from now on.

    Parameters
    ----------
    token : appears as ``window.jiwar.painted`` in the map's frame once it stands as commanded.
    countries : packs whose boundaries are drawn, and that the map is fitted to.
    classes : area id to class; an area that is missing is hatched.
    legend : goes with ``classes``.
    selected : the chosen governorate.
    tips : area id to what is said when somebody points at it; its class in words where it has none.
    watermark : words across the map; empty for none.
    """

    token: str
    countries: tuple[str, ...]
    classes: dict[str, int]
    legend: Legend
    selected: tuple[str, ...] = ()
    tips: dict[str, str] = field(default_factory=dict)
    watermark: str = ""


class _Mount(MacroElement):
    """Starts the layers on the map it is added to."""

    _template = Template(
        "{% macro script(this, kwargs) %}window.jiwar.mountAreas({{ this._parent.get_name() }}, {{ this.config|tojson }});{% endmacro %}"
    )

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "JiwarAreas"
        self.config = config


class _Command(MacroElement):
    """Hands a command to the layers."""

    _template = Template("{% macro script(this, kwargs) %}window.jiwar.setAreas({{ this.values|tojson }});{% endmacro %}")

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "JiwarAreasCommand"
        self.values = values


def areas_map(tr: Translator, version: str, *, label: str, base_url: str = "", tiles: OnlineTiles | None = None) -> folium.Map:
    """Return the shell for ``st_folium``: it changes only with the arguments, so a rerun with the same ones keeps the map.

    Parameters
    ----------
    tr : language of words, names and direction.
    version : ``registry.edition`` of the public's registry; part of the addresses that the map fetches.
    label : what the map is, for readers who cannot see it.
    base_url : path under which the server's own routes lie, without a slash at the end.
    tiles : offers an online base map; None leaves the map without any address outside this server.
    """
    query = "?v=" + quote(version, safe="")
    config = map_config(tr)
    config["words"] |= {"map": label, "layer_need": tr("indicators.layer")}
    config["urls"] = {name: f"{base_url}/data/{name}.{tr.lang}.json{query}" for name in ("base", "areas")}
    # st_folium strips everything like _abc1 before it compares two scripts; a digest keeps versions apart.
    config["version"] = hashlib.sha256(f"areas {version} {tr.lang} {label}".encode()).hexdigest()[:16]
    if tiles:
        config["tiles"] = asdict(tiles)
    shell = ExploreMap(base_url)
    _Mount(config).add_to(shell)
    return shell


def areas_command(command: AreasCommand) -> folium.FeatureGroup:
    """Return the command as what ``st_folium`` takes for ``feature_group_to_add``."""
    group = folium.FeatureGroup("command", control=False)
    _Command(asdict(command)).add_to(group)
    return group


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """What the legend says of an indicator, in words: its name, its unit, year, sources and worth; ``direction`` as in the registry."""

    title: str
    unit: str
    year: str
    source: str
    status: str
    direction: int


def indicator_layer(values: pd.Series, every: pd.Series, facts: IndicatorFacts, tr: Translator) -> tuple[dict[str, int], Legend]:
    """Return each area's class in a year, and the legend.

    Parameters
    ----------
    values : index area id, the year's values.
    every : the values of all years: classes are the same for each, so that two years can be compared.
    facts : for the legend.
    tr : words.

    Returns
    -------
    Classes of the areas that have a value, and the legend. Darker is more need: an indicator whose direction is -1 has its colours
    turned round.
    """
    breaks = class_breaks(every, method="quantile", count=len(NEED_CLASSES))
    classes = classify(values, breaks)
    colours = NEED_CLASSES[: len(breaks)] if len(breaks) > 1 else NEED_CLASSES[2:3]
    legend = Legend(
        title=facts.title, unit=facts.unit, year=facts.year, source=facts.source, status=facts.status, labels=_labels(breaks, tr),
        colours=tuple(reversed(colours)) if facts.direction < 0 else colours,
    )  # fmt: skip
    return {str(area): int(number) for area, number in classes.items() if not pd.isna(number)}, legend


def value_text(value: float, tr: Translator) -> str:
    """Write a value as it is, with thousands separated and at most three decimals; what is smaller than that with three figures."""
    if value == int(value):
        return tr.number(value)
    if abs(value) < 0.001:
        return f"{value:.3g}"
    return tr.number(value, 3).rstrip("0").rstrip(".")


def _labels(breaks: Breaks, tr: Translator) -> tuple[str, ...]:
    def words(low: float | None, high: float | None) -> str:
        ends = [value_text(end, tr) for end in (low, high) if end is not None]
        return ends[0] if low == high else tr("need.range", low=ends[0], high=ends[-1])

    return tuple(words(low, high) for low, high in breaks.labels)
