"""Roads of OpenStreetMap files, XML or PBF, in one pass over a stream."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from data.roads.collect import Collector
from geo.errors import InputError
from geo.roads_build import RawRoads
from geo.roads_rules import ACCESS_CAR, ACCESS_FOOT, WayRule, barrier_code, way_rule

_KEYS = ("highway", "barrier", "route")
_TAGS = frozenset({"highway", "route", "oneway", "junction", "maxspeed", "surface", "tracktype", "duration", *ACCESS_CAR, *ACCESS_FOOT})
_UNDEFINED = 2**31 - 1


def read(kind: str, name: str = "-") -> RawRoads:
    """Return the roads of a file; vertices whose place the extract does not hold cut a way.

    Parameters
    ----------
    kind : ``osm`` or ``pbf``. name : path; ``-`` is standard input.

    Raises
    ------
    InputError : ``travel.damaged``, ``travel.too_many_roads``.
    """
    import osmium

    found = Collector()
    try:
        entities = osmium.osm.NODE | osmium.osm.WAY
        for element in osmium.FileProcessor(osmium.io.File(name, kind), entities).with_locations().with_filter(osmium.filter.KeyFilter(*_KEYS)):
            if isinstance(element, osmium.osm.Way):
                rule = _rule(tuple((tag.k, tag.v) for tag in element.tags if tag.k in _TAGS))
                if rule is not None:
                    _add(found, rule, element.nodes)
            else:
                _node(found, element.id, {tag.k: tag.v for tag in element.tags})
    except (RuntimeError, ValueError) as error:
        raise InputError("travel.damaged") from error
    return found.raw()


@functools.lru_cache(maxsize=20_000)
def _rule(tags: tuple[tuple[str, str], ...]) -> WayRule | None:
    """Return the rule of some tags; a country's ways have few different sets of them."""
    return way_rule(dict(tags))


def _node(found: Collector, number: int, tags: Mapping[str, str]) -> None:
    code, signal = barrier_code(tags), tags.get("highway") == "traffic_signals"
    if code or signal:
        found.node(number, code, signal=signal)


def _add(found: Collector, rule: WayRule, nodes: Any) -> None:
    refs: list[int] = []
    lons: list[int] = []
    lats: list[int] = []
    for node in nodes:
        x, y = node.x, node.y
        if _UNDEFINED in {x, y}:
            if len(refs) > 1:
                found.way(rule, refs, lons, lats)
            refs, lons, lats = [], [], []
        else:
            refs.append(node.ref)
            lons.append(x)
            lats.append(y)
    if len(refs) > 1:
        found.way(rule, refs, lons, lats)
