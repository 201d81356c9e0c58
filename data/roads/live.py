"""Roads of a named place, asked of OpenStreetMap's servers through osmnx and written as a GraphML file, to be read like any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import InputError, SetupError

PLACE = 200
WAY_TAGS = (
    "highway",
    "route",
    "access",
    "motorcar",
    "motor_vehicle",
    "vehicle",
    "foot",
    "oneway",
    "junction",
    "maxspeed",
    "surface",
    "tracktype",
    "duration",
)
NODE_TAGS = ("highway", "barrier", "access", "motorcar", "motor_vehicle", "vehicle", "foot")
"""What ``geo.roads_rules`` goes by; of itself osmnx keeps neither barriers nor surfaces."""
WAYS = ['["highway"]["area"!~"yes"]', '["route"="ferry"]']
"""What is asked for, in Overpass' words: private roads too, whose tags say who may use them."""


def fetch_roads(place: str, out: Path) -> None:
    """Write the roads within a place's boundary as GraphML; needs internet.

    Parameters
    ----------
    place : a name that Nominatim knows and that has a boundary, e.g. ``An-Nabk, Syria``.

    Raises
    ------
    SetupError : ``roads.offline`` where no server answers. InputError : ``roads.no_place`` where the place is unknown, has no boundary or no roads.
    """
    import osmnx
    import osmnx._errors
    import requests

    if not 0 < len(place.strip()) <= PLACE:
        raise InputError("roads.no_place", place=place[:PLACE])
    try:
        with _own_settings():
            graph = osmnx.graph_from_place(place, simplify=False, retain_all=True, custom_filter=WAYS)
    except (requests.RequestException, osmnx._errors.ResponseStatusCodeError) as error:  # noqa: SLF001 - osmnx has no public home for its errors
        raise SetupError("roads.offline") from error
    except (osmnx._errors.InsufficientResponseError, TypeError, ValueError) as error:  # noqa: SLF001
        raise InputError("roads.no_place", place=place[:PLACE]) from error
    osmnx.save_graphml(graph, out)


@contextmanager
def _own_settings() -> Iterator[None]:
    """Let osmnx keep the tags that count and no cache, whose folder would appear wherever the command happens to run; then all is as before."""
    import osmnx

    ours = {"useful_tags_way": list(WAY_TAGS), "useful_tags_node": list(NODE_TAGS), "use_cache": False}
    before = {name: getattr(osmnx.settings, name) for name in ours}
    try:
        for name, value in ours.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
