"""The map of the gap ledger: a folium shell that is loaded once, and small commands with each governorate's share and each place's state."""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote

import folium
import numpy as np
import pandas as pd
from branca.element import MacroElement
from folium.template import Template

from geo.ledger import PARTS
from geo.registry import Registry
from i18n import Translator
from layers.explore import ExploreMap, Legend, OnlineTiles, map_config
from layers.palette import NEED_CLASSES

STATE_COLOURS = {"served": "#1b9e77", "full": "#e6ab02", "out_of_reach": "#d95f02", "excluded": "#7570b3", "unknown": "#767676"}
"""Part of the ledger to colour; safe for colour-blind people. Shape and hatching repeat it."""
MEASURES = ("without", "unknown", "served")
"""What the governorates' colours tell: the share of people without a place, of whom nobody knows, or who are served."""
SHARES = (0.2, 0.4, 0.6, 0.8)
"""Cut points of the five classes: the same for every service, so that two maps can be compared."""
NOWHERE = "-"
"""The sign of a place without a mark."""
SHAPES = {"circle": 0, "square": 1, "triangle": 2, "diamond": 3, "hollow": 4, "outlined": 5, "dot": 6}
"""Shape of a mark to its number in the browser; ``hollow`` is for what nobody knows, a small ``dot`` for what is not worth a look."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a place looks on the map: what it says, its colour, and one of ``SHAPES``, which tells the same."""

    label: str
    colour: str
    shape: int


@dataclass(frozen=True, slots=True)
class ReachLayer:
    """Areas of reach on the map.

    Parameters
    ----------
    url : path of ours from which they come, see ``jobs.gaps_reach.reach_geojson``; empty for none.
    title : over their legend.
    labels, colours : one for each limit, the shortest first.
    dashed : they are an estimate.
    """

    url: str = ""
    title: str = ""
    labels: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class GapsCommand:
    """What the map shows from now on.

    Parameters
    ----------
    token : appears as ``window.jiwar.painted`` in the map's frame once it stands as commanded.
    countries : pack whose boundaries are drawn.
    classes : area id to class; an area that is missing is hatched.
    legend : goes with ``classes``.
    states : one sign a point of ``points_payload``: its place in ``marks``, ``-`` for no mark.
    sizes : one digit a point, 0-9: how many people it stands for.
    selected : the chosen governorate.
    fit : west, south, east, north in degrees, or None for the whole of the countries.
    watermark : words across the map; empty for none.
    marks : how the places look. marks_title : over their legend.
    reach : areas around chosen sites.
    """

    token: str
    countries: tuple[str, ...]
    classes: dict[str, int]
    legend: Legend
    states: str
    sizes: str
    marks: tuple[Mark, ...]
    marks_title: str
    selected: tuple[str, ...] = ()
    fit: tuple[float, float, float, float] | None = None
    watermark: str = ""
    reach: ReachLayer = field(default_factory=ReachLayer)


class _Mount(MacroElement):
    """Starts the layers on the map it is added to."""

    _template = Template(
        "{% macro script(this, kwargs) %}window.jiwar.mountGaps({{ this._parent.get_name() }}, {{ this.config|tojson }});{% endmacro %}"
    )

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "JiwarGaps"
        self.config = config


class _Command(MacroElement):
    """Hands a command to the layers."""

    _template = Template("{% macro script(this, kwargs) %}window.jiwar.setGaps({{ this.values|tojson }});{% endmacro %}")

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "JiwarGapsCommand"
        self.values = values


def gaps_map(tr: Translator, version: str, people: str = "", *, base_url: str = "", tiles: OnlineTiles | None = None) -> folium.Map:
    """Return the shell for ``st_folium``: it changes only with the arguments, so a rerun with the same ones keeps the map.

    Parameters
    ----------
    tr : language of words, names and direction.
    version : ``registry.edition`` of the public's registry; part of the addresses that the map fetches.
    people : changes where people may stand elsewhere though the registry does not: what is loaded besides it.
    base_url : path under which the server's own routes lie, without a slash at the end.
    tiles : offers an online base map; None leaves the map without any address outside this server.
    """
    query = "?v=" + quote(version, safe="")
    config = map_config(tr)
    config["words"] |= {
        "map": tr("gaps.map"), "layer_need": tr("gaps.layer_areas"), "layer_sites": tr("gaps.layer_points"), "no_data": tr("gaps.hatched"),
        "sizes": tr("gaps.sizes"), "layer_reach": tr("gaps.layer_reach"), "estimate": tr("need.status.estimate"),
    }  # fmt: skip
    config["urls"] = {name: f"{base_url}/data/{name}.{tr.lang}.json{query}" for name in ("base", "areas", "points")}
    config["urls"]["points"] += "&people=" + quote(people, safe="")
    # st_folium strips everything like _abc1 before it compares two scripts; a digest keeps versions apart.
    config["version"] = hashlib.sha256(f"gaps {version} {people} {tr.lang}".encode()).hexdigest()[:16]
    if tiles:
        config["tiles"] = asdict(tiles)
    shell = ExploreMap(base_url)
    _Mount(config).add_to(shell)
    return shell


def gaps_command(command: GapsCommand) -> folium.FeatureGroup:
    """Return the command as what ``st_folium`` takes for ``feature_group_to_add``."""
    group = folium.FeatureGroup("command", control=False)
    _Command(asdict(command)).add_to(group)
    return group


def points_payload(registry: Registry, points: pd.DataFrame, lang: str) -> bytes:
    """Return where people are, as JSON: ``{"version", "points": [[lon, lat, name], ...]}`` in the order of ``points``.

    Parameters
    ----------
    registry : names of localities and areas.
    points : from ``geo.demand.demand_points``: index ``point_id``, columns area_id, lon, lat.
    lang : language of the names.
    """
    names = {**registry.labels("area", lang).dropna().to_dict(), **registry.labels("locality", lang).dropna().to_dict()}
    rows = [
        [round(float(lon), 5), round(float(lat), 5), str(names.get(point_id, names.get(area_id, "")))]
        for point_id, area_id, lon, lat in zip(points.index, points["area_id"], points["lon"], points["lat"], strict=True)
    ]
    return json.dumps({"version": registry.version, "points": rows}, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def part_marks(tr: Translator) -> tuple[Mark, ...]:
    """Return the marks of ``point_signs``: one for each of ``PARTS``."""
    shapes = ("circle", "square", "triangle", "diamond", "hollow")
    return tuple(Mark(tr(f"gaps.part.{part}"), STATE_COLOURS[part], SHAPES[shape]) for part, shape in zip(PARTS, shapes, strict=True))


def point_signs(points: pd.DataFrame, shown: np.ndarray) -> tuple[str, str]:
    """Return ``states``, what most people of each place are, and ``sizes`` of a command.

    Parameters
    ----------
    points : of the ledger: need and ``PARTS``; NA where the need is not known.
    shown : one truth value a point; others have no mark.
    """
    known = shown & points["need"].notna().to_numpy(dtype=bool)
    parts = points[list(PARTS)].to_numpy(dtype=float, na_value=0.0)
    need = points["need"].to_numpy(dtype=float, na_value=0.0)
    most = parts.argmax(axis=1)
    states = "".join(str(part) if drawn and people > 0 else NOWHERE for part, drawn, people in zip(most, known, need, strict=True))
    return states, point_sizes(points)


def point_sizes(points: pd.DataFrame) -> str:
    """Return one digit a point: 0 up to 30 people in need, 9 from 100,000 on."""
    need = points["need"].to_numpy(dtype=float, na_value=0.0)
    return "".join(map(str, np.clip(np.floor(2 * np.log10(np.maximum(need, 1.0))) - 1, 0, 9).astype(int)))


def share_layer(rows: pd.DataFrame, measure: str, about: Legend, tr: Translator) -> tuple[dict[str, int], Legend]:
    """Return each governorate's class, and the legend.

    Parameters
    ----------
    rows : of the ledger, index ``area_id``: need and ``PARTS``.
    measure : one of ``MEASURES``.
    about : unit, year, source and status of the legend.
    tr : words.

    Returns
    -------
    A governorate is in no class, and is hatched, where its need is not known or nobody is in need, and where for more than half of its
    people nobody knows, unless that is the very measure: the lightest colour would say that all is well.
    """
    classes = {}
    for area_id, row in rows.iterrows():
        share = shares(row)
        if share is not None and (measure == "unknown" or share["unknown"] <= 0.5):
            classes[str(area_id)] = int(np.searchsorted(SHARES, share[measure], side="right"))
    bounds = [0, *(round(100 * cut) for cut in SHARES), 100]
    labels = tuple(tr("gaps.share_range", low=low, high=high) for low, high in itertools.pairwise(bounds))
    colours = tuple(reversed(NEED_CLASSES)) if measure == "served" else NEED_CLASSES
    return classes, Legend(
        title=tr(f"gaps.measure.{measure}"),
        unit=about.unit,
        year=about.year,
        source=about.source,
        status=about.status,
        labels=labels,
        colours=colours,
    )


def shares(row: pd.Series) -> dict[str, float] | None:
    """Return the share of people of each part and of each of ``MEASURES``; None where the need is not known or nobody is in need."""
    if pd.isna(row["need"]) or int(row["need"]) == 0:
        return None
    out = {part: int(row[part]) / int(row["need"]) for part in PARTS}
    return out | {"without": out["full"] + out["out_of_reach"] + out["excluded"]}
