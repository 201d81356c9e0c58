"""OpenStreetMap: nodes, ways and areas with the tags of services, from .osm and .pbf, or live for a named place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from data.sources.positions import with_positions
from data.sources.table import RawTable, check_size
from geo.errors import InputError, SetupError

SERVICE_KEYS = ("amenity", "healthcare", "social_facility", "community_centre")
OFFICES = ("ngo", "government", "association")
_KEPT = ("official_name", "int_name", "old_name", "phone", "mobile", "email", "website", "url", "opening_hours", "capacity", "office", "check_date", "description",
         "note", "wheelchair", "source", "ref", "building", "beds")  # fmt: skip
_KEPT_WITH = ("name", "addr:", "contact:", "operator", "healthcare", "social_facility", "community_centre", "amenity")
Found = tuple[str, int, dict[str, str], Any]


def read_xml(data: bytes) -> RawTable:
    """Return the services in the bytes of an OSM XML file; see `read`."""
    return read(data, "osm")


def read_pbf(data: bytes) -> RawTable:
    """Return the services in the bytes of an OSM PBF file; see `read`."""
    return read(data, "pbf")


def read(data: bytes, suffix: str) -> RawTable:
    """Return one row for each node, way or relation with a tag of services; a shape is placed at a point inside it.

    Parameters
    ----------
    data : bytes of the file.
    suffix : ``osm`` or ``pbf``.

    Raises
    ------
    InputError : ``import.damaged`` (XML entities count as damage), ``import.empty`` where nothing has such a tag, the limits.
    """
    import osmium

    found: dict[tuple[str, int], Found] = {}
    try:
        for element in osmium.FileProcessor(osmium.io.FileBuffer(data, suffix)).with_areas():
            tags = {tag.k: tag.v for tag in element.tags}
            if is_service(tags):
                kind, number, shape = _placed(element)
                # A closed way comes twice, as a line and as the area that it bounds: the area has the last word.
                found[kind, number] = (kind, number, tags, shape)
                check_size(rows=len(found))
    except (RuntimeError, ValueError) as error:
        raise InputError("import.damaged") from error
    return found_table(list(found.values()))


def is_service(tags: Mapping[str, str]) -> bool:
    """Say whether tags name a service, a centre or an office that the importer looks at."""
    return any(key in tags for key in SERVICE_KEYS) or tags.get("office") in OFFICES


def found_table(found: list[Found]) -> RawTable:
    """Return elements as a table with ``osm_type``, ``osm_id`` and the tags worth keeping as columns."""
    if not found:
        raise InputError("import.nothing_tagged")
    keys = sorted({key for _, _, tags, _ in found for key in tags if key in _KEPT or key.startswith(_KEPT_WITH)})
    check_size(columns=len(keys) + 2)
    rows = tuple((kind, str(number), *(tags.get(key, "") for key in keys)) for kind, number, tags, _ in found)
    table = RawTable(("osm_type", "osm_id", *keys), rows, tuple(range(1, len(rows) + 1)))
    return with_positions(table, np.array([shape for _, _, _, shape in found], dtype=object), None)


def fetch_osm_place(place: str, tags: Mapping[str, bool | str | list[str]]) -> RawTable:
    """Ask OpenStreetMap's servers for the services in a named place; needs internet.

    Parameters
    ----------
    place : a name that Nominatim knows, e.g. ``Nablus, Palestine``.
    tags : as ``osmnx.features_from_place`` takes them, e.g. ``{"amenity": ["clinic", "hospital"]}``.

    Raises
    ------
    SetupError : ``import.osm_offline`` where no server answers. InputError : ``import.osm_place`` where the place is
        unknown or nothing there has the tags.
    """
    import osmnx
    import osmnx._errors
    import requests

    osmnx.settings.use_cache = False  # its folder would appear wherever the command happens to run
    try:
        features = osmnx.features_from_place(place, dict(tags))
    except (requests.RequestException, osmnx._errors.ResponseStatusCodeError) as error:  # noqa: SLF001 - osmnx has no public home for its errors
        raise SetupError("import.osm_offline") from error
    except (osmnx._errors.InsufficientResponseError, TypeError, ValueError) as error:  # noqa: SLF001
        raise InputError("import.osm_place", place=place[:120]) from error
    return found_table(list(_features(features)))


def _features(features: Any) -> Iterator[Found]:
    for (kind, number), row in features.iterrows():
        tags = {str(key): str(value) for key, value in row.items() if key != "geometry" and isinstance(value, str) and value}
        yield str(kind), int(number), tags, row["geometry"]


def _placed(element: Any) -> tuple[str, int, Any]:
    import osmium.osm

    if isinstance(element, osmium.osm.Area):
        kind = "way" if element.from_way() else "relation"
        rings = [
            shapely.Polygon(_line(outer), [_line(inner) for inner in element.inner_rings(outer)]) for outer in element.outer_rings() if len(outer) > 3
        ]
        return kind, element.orig_id(), shapely.MultiPolygon(rings) if rings else None
    if isinstance(element, osmium.osm.Node):
        return "node", element.id, shapely.Point(element.lon, element.lat) if element.location.valid() else None
    if isinstance(element, osmium.osm.Way):
        places = _line(element.nodes)
        return "way", element.id, shapely.LineString(places) if len(places) > 1 else None
    return "relation", element.id, None


def _line(nodes: Any) -> list[tuple[float, float]]:
    return [(node.lon, node.lat) for node in nodes if node.location.valid()]
