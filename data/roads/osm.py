"""Roads of OpenStreetMap files, XML or PBF, in one pass over a stream."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from data.roads.collect import Collector
from geo.errors import InputError
from geo.roads_build import RawRoads
from geo.roads_rules import ACCESS_CAR, ACCESS_FOOT, WayRule, barrier_code, way_rule

_KEYS = ("highway", "barrier", "route")
_TAGS = frozenset({"highway", "route", "oneway", "junction", "maxspeed", "surface", "tracktype", "duration", *ACCESS_CAR, *ACCESS_FOOT})
_UNDEFINED = 2**31 - 1
_NOWHERE = (_UNDEFINED, _UNDEFINED)


def read(kind: str, name: str = "-") -> RawRoads:
    """Return the roads of a file; vertices whose place the extract does not hold cut a way.

    Parameters
    ----------
    kind : ``osm``, ``pbf``, or ``drawn`` for an .osm whose nodes have numbers below 0, as editors give them before they are uploaded.
    name : path; ``-`` is standard input.

    Raises
    ------
    InputError : ``travel.damaged``, ``travel.too_many_roads``.
    """
    import osmium

    found = Collector()
    file = osmium.io.File(name, "osm" if kind == "drawn" else kind)
    processor = osmium.FileProcessor(file, osmium.osm.NODE | osmium.osm.WAY)
    drawn: dict[int, tuple[int, int]] | None = {} if kind == "drawn" else None
    if drawn is None:
        processor = processor.with_locations().with_filter(osmium.filter.KeyFilter(*_KEYS))
    try:
        for element in processor:
            if isinstance(element, osmium.osm.Way):
                rule = _rule(tuple((tag.k, tag.v) for tag in element.tags if tag.k in _TAGS))
                if rule is not None:
                    _add(
                        found, rule, [(one.ref, one.x, one.y) if drawn is None else (one.ref, *drawn.get(one.ref, _NOWHERE)) for one in element.nodes]
                    )
                continue
            if drawn is not None and isinstance(element, osmium.osm.Node):  # osmium keeps no places of such nodes
                drawn[element.id] = element.location.x, element.location.y
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


def _add(found: Collector, rule: WayRule, nodes: Iterable[tuple[int, int, int]]) -> None:
    refs: list[int] = []
    lons: list[int] = []
    lats: list[int] = []
    for ref, x, y in nodes:
        if _UNDEFINED in {x, y}:
            if len(refs) > 1:
                found.way(rule, refs, lons, lats)
            refs, lons, lats = [], [], []
        else:
            refs.append(ref)
            lons.append(x)
            lats.append(y)
    if len(refs) > 1:
        found.way(rule, refs, lons, lats)
