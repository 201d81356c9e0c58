"""Roads of a GraphML file as osmnx and networkx write them, in one pass over a stream.

What osmnx leaves out cannot come back: by default it keeps neither ``barrier`` nor ``surface`` nor ``tracktype``, and its simplifier merges ways
of several classes into one edge without saying how long each is (their speeds are averaged, see ``geo.roads_rules.mean_kph``).
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from data.roads.collect import Collector
from geo.errors import InputError
from geo.roads import UNITS
from geo.roads_build import RawRoads
from geo.roads_rules import CAR_KPH, WayRule, barrier_code, mean_kph, way_rule

_TRUE = {"true", "1", "yes"}
Edge = tuple[int, int, str, dict[str, str]]


def read(stream: BinaryIO) -> RawRoads:
    """Return the roads of a GraphML file whose nodes have ``x`` and ``y`` (or ``lon`` and ``lat``) and whose edges have ``highway``.

    An edge with ``length`` keeps it; the others are measured. Two directed edges that mirror each other are one road of both directions;
    one that has no mirror is one-way for wheels and open both ways on foot.

    Raises
    ------
    InputError : ``travel.damaged``, ``travel.graphml_places`` (no coordinates), ``travel.graphml_highway`` (no edge says what road it is),
        ``travel.graphml_projected`` (coordinates in metres).
    """
    import defusedxml.common
    import defusedxml.ElementTree

    found = Collector()
    try:
        _collect(defusedxml.ElementTree.iterparse(stream, events=("start", "end"), forbid_dtd=True), found)
    except (ParseError, defusedxml.common.DefusedXmlException, UnicodeError, LookupError, ValueError) as error:
        raise InputError("travel.damaged") from error
    return found.raw()


def _collect(events: Iterator[tuple[str, Element]], found: Collector) -> None:
    names: dict[str, str] = {}
    places: dict[str, tuple[int, int, int]] = {}
    directed = True
    edges: dict[tuple[int, int, str, str], list[Edge]] = {}
    said = False
    parent: Element | None = None
    for event, element in events:
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            if tag == "graph":
                parent, directed = element, element.get("edgedefault") != "undirected"
            continue
        if tag == "key":
            names[element.get("id", "")] = element.get("attr.name", "")
        elif tag == "node":
            name, values = element.get("id", ""), _values(element, names)
            places[name] = (len(places), *_place(values))
            code, signal = barrier_code(values), values.get("highway") == "traffic_signals"
            if code or signal:
                found.node(places[name][0], code, signal=signal)
        elif tag == "edge":
            values = _values(element, names)
            said = said or bool(values.get("highway"))
            source, target = element.get("source", ""), element.get("target", "")
            if source not in places or target not in places:
                raise InputError("travel.damaged")
            u, v = places[source][0], places[target][0]
            ids = ",".join(sorted(_several(values.get("osmid", ""))))  # the mirror of a merged edge lists them the other way round
            same = (min(u, v), max(u, v), ids, _rounded(values.get("length", "")))
            edges.setdefault(same, []).append((u, v, "" if directed else "both", values))
        if tag in {"node", "edge"} and parent is not None:
            parent.clear()  # what was read is not needed again: a country's file would not fit in memory
    if edges and not said:
        raise InputError("travel.graphml_highway")
    ends = list(places.values())
    fresh = -1
    for group in edges.values():
        fresh = _road(found, group, ends, fresh)


def _road(found: Collector, group: list[Edge], ends: list[tuple[int, int, int]], fresh: int) -> int:
    """Add the road that mirrored edges make; return the next number for a vertex of its own."""
    u, v, both, values = group[0]
    rule = _rule(values)
    if rule is None:
        return fresh
    mirrored = both == "both" or any((one[0], one[1]) == (v, u) for one in group[1:])
    inner = _vertices(values.get("geometry", ""))[1:-1]
    refs = [u, *range(fresh, fresh - len(inner), -1), v]
    shape = [ends[u][1:], *inner, ends[v][1:]]
    lons, lats = [place[0] for place in shape], [place[1] for place in shape]
    found.way(replace(rule, oneway=0 if mirrored else 1), refs, lons, lats, _length(values.get("length", "")))
    return fresh - len(inner)


def _rule(values: dict[str, str]) -> WayRule | None:
    """Return what an edge allows; lists that a simplifier left are read as lists."""
    lists = {key: _several(text) for key, text in values.items() if key in {"highway", "maxspeed", "surface", "tracktype", "access", "junction"}}
    classes = lists.get("highway", [])
    tags = {**values, **{key: several[0] for key, several in lists.items() if several}, "oneway": "no"}
    if len(lists.get("maxspeed", [])) > 1:
        tags["maxspeed"] = ";".join(lists["maxspeed"])
    rules = [way_rule({**tags, "highway": one}) for one in classes] if classes else [way_rule(tags)]
    known = [rule for rule in rules if rule is not None]
    if len(known) < 2:
        return known[0] if known else None
    if all(name in CAR_KPH for name in classes):
        speeds = {str(i): rule.car for i, rule in enumerate(known)}
        fast = {str(i): rule.ambulance for i, rule in enumerate(known)}
        car = mean_kph(list(speeds), speeds) if all(speeds.values()) else 0.0
        ambulance = mean_kph(list(fast), fast) if all(fast.values()) else 0.0
        return WayRule(car, ambulance, min(rule.walk for rule in known))
    return min(known, key=lambda rule: (rule.car, rule.walk))


def _several(text: str) -> list[str]:
    if not text.startswith("["):
        return [text] if text else []
    value = ast.literal_eval(text) if len(text) < 5_000 else []
    return [str(one) for one in value] if isinstance(value, list) else []


def _values(element: Element, names: dict[str, str]) -> dict[str, str]:
    return {names.get(child.get("key", ""), ""): (child.text or "").strip() for child in element if child.tag.endswith("data")}


def _place(values: dict[str, str]) -> tuple[int, int]:
    lon, lat = values.get("x", values.get("lon", "")), values.get("y", values.get("lat", ""))
    if not lon or not lat:
        raise InputError("travel.graphml_places")
    x, y = float(lon), float(lat)
    if not (abs(x) <= 180 and abs(y) <= 90):
        raise InputError("travel.graphml_projected")
    return round(x * UNITS), round(y * UNITS)


def _length(text: str) -> float:
    value = float(text) if text else 0.0
    return value if math.isfinite(value) and value > 0 else 0.0


def _rounded(text: str) -> str:
    return f"{_length(text):.3f}"


def _vertices(text: str) -> list[tuple[int, int]]:
    """Return the vertices of a WKT line; none where there is no line."""
    if not text.startswith("LINESTRING"):
        return []
    pairs: list[Any] = [pair.split() for pair in text[text.index("(") + 1 : text.rindex(")")].split(",")]
    return [(round(float(x) * UNITS), round(float(y) * UNITS)) for x, y, *_ in pairs]
