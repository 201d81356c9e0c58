"""What the map fetches by URL: sites packed in columns, areas and the base map as JSON; public values only."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import mapping, shape

from geo.registry import Registry
from layers.palette import sector_codes

DEGREE = 1_000_000
"""Positions travel as whole millionths of a degree (0.1 m)."""
NOWHERE = -(2**31)
"""Longitude and latitude of a site that is not drawn."""
SHAPES = ("provider", "centre", "planning")
HOLLOW, DASHED = 4, 8
DRAWN_POSITIONS = ("exact", "locality", "masked")
HIGHEST_DRAWN_SENSITIVITY = 1
"""A site above it (safe spaces, shelters) has no mark on any map."""


def bitset(mask: np.ndarray) -> str:
    """Return a boolean array as base64 text: eight values a byte, the first in the lowest bit (little-endian bit order)."""
    return base64.b64encode(np.packbits(np.asarray(mask, dtype=bool), bitorder="little").tobytes()).decode("ascii")


def unpack_bitset(text: str, count: int) -> np.ndarray:
    """Return the ``count`` booleans that ``bitset`` wrote; ValueError where the text is too short."""
    data = np.frombuffer(base64.b64decode(text, validate=True), dtype=np.uint8)
    if len(data) * 8 < count:
        raise ValueError("the text holds fewer values than asked for")
    return np.unpackbits(data, count=count, bitorder="little").astype(bool)


@dataclass(frozen=True, slots=True)
class PackedSites:
    """The columns of a sites payload: n ids and names, n x 2 positions in degrees (NaN: not drawn), n styles, sectors and bands."""

    version: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    positions: np.ndarray
    styles: np.ndarray
    sectors: np.ndarray
    bands: np.ndarray


def is_drawn(sites: pd.DataFrame) -> np.ndarray:
    """Say for each site whether the map has a mark for it: a known position that stands for it, and not sensitive."""
    located = sites["lon"].notna() & sites["lat"].notna() & sites["position_kind"].isin(DRAWN_POSITIONS)
    open_to_all = pd.to_numeric(sites["sensitivity"]).fillna(0) <= HIGHEST_DRAWN_SENSITIVITY
    return (located & open_to_all).to_numpy(dtype=bool)


def pack_sites(registry: Registry, lang: str, mask: np.ndarray | None = None) -> bytes:
    """Return the sites as the map draws them, in the order of ``registry.sites``.

    Parameters
    ----------
    registry : public data.
    lang : language of the names.
    mask : sites to take; all where it is None.

    Returns
    -------
    Length of the head (uint32), head (JSON: version, n, names and ids in bytes; padded to 4), then little-endian columns:
    n x (longitude, latitude) in millionths of a degree (int32; ``NOWHERE`` where there is no mark), n styles (uint8: index
    in ``SHAPES`` + ``HOLLOW`` + ``DASHED``), n sectors (uint8: index in the palette), n bands of the last check (uint8: index in
    ``geo.freshness.BANDS``), names and ids (UTF-8, one a line).
    """
    sites = registry.sites if mask is None else registry.sites[mask]
    count = len(sites)
    drawn = is_drawn(sites)
    places = np.full((count, 2), NOWHERE, dtype="<i4")
    degrees = sites[["lon", "lat"]].to_numpy(dtype=float)
    places[drawn] = np.rint(degrees[drawn] * DEGREE).astype("<i4")
    style = _positions(sites["mark"], SHAPES, missing=0)
    style += HOLLOW * (sites["verification"] != "verified").to_numpy(dtype=np.uint8)
    style += DASHED * (sites["status"] == "planned").to_numpy(dtype=np.uint8)
    bands = registry.bands if mask is None else registry.bands[mask]
    codes = sector_codes()
    sector = _positions(sites["sector"], codes, missing=len(codes))
    ids = [str(site_id) for site_id in sites.index]
    labels = registry.labels("site", lang).reindex(sites.index).fillna(pd.Series(ids, index=sites.index, dtype=object))
    names = _lines(labels.tolist())
    id_lines = _lines(ids)
    head = json.dumps({"version": registry.version, "n": count, "names": len(names), "ids": len(id_lines)}).encode()
    head += b" " * (-len(head) % 4)
    return b"".join((len(head).to_bytes(4, "little"), head, places.tobytes(), style.tobytes(), sector.tobytes(), bands.tobytes(), names, id_lines))


def unpack_sites(payload: bytes) -> PackedSites:
    """Read what ``pack_sites`` wrote: for tests and for whoever wants to check what a page was sent."""
    size = int.from_bytes(payload[:4], "little")
    head = json.loads(payload[4 : 4 + size])
    count, start = head["n"], 4 + size
    places = np.frombuffer(payload, "<i4", 2 * count, start).reshape(count, 2)
    start += 8 * count
    styles, sectors, bands = (np.frombuffer(payload, np.uint8, count, start + column * count) for column in range(3))
    start += 3 * count
    names = payload[start : start + head["names"]].decode()
    ids = payload[start + head["names"] : start + head["names"] + head["ids"]].decode()
    positions = np.where(places == NOWHERE, np.nan, places / DEGREE)
    return PackedSites(head["version"], _split(ids, count), _split(names, count), positions, styles, sectors, bands)


def areas_payload(registry: Registry, lang: str) -> bytes:
    """Return the governorates and districts as JSON: ``{"areas": [{id, country, name, at: [lon, lat], rings}]}``.

    ``rings`` is a list of polygons, each a list of rings of [lon, lat] to four decimals (11 m).
    """
    names = registry.labels("area", lang)
    areas = [
        {"id": str(area_id), "country": str(row.country), "name": str(names.get(area_id, area_id)), **_outline(row.geometry)}
        for area_id, row in zip(registry.governorates.index, registry.governorates.itertuples(index=False), strict=True)
        if row.geometry is not None and not row.geometry.is_empty
    ]
    return _json({"version": registry.version, "areas": areas})


def base_payload(registry: Registry, basemap: Mapping[str, Any], lang: str) -> bytes:
    """Return land and place names as JSON: ``{"land": [{name, at, rings}], "places": [[lon, lat, people, name]]}``.

    Parameters
    ----------
    registry : its localities with a population become labels, largest first; those that another pack lists too are left out.
    basemap : GeoJSON features of the countries of the region with ``name_ar``, ``name_he`` and ``name_en``.
    lang : language of the names.
    """
    land: list[dict[str, Any]] = []
    largest: dict[str, tuple[float, int]] = {}
    for feature in basemap["features"]:
        properties, geometry = feature["properties"], shape(feature["geometry"])
        name = str(properties.get(f"name_{lang}") or properties.get("name_en") or "")
        land.append({"name": "", **_outline(geometry)})
        if name and geometry.area > largest.get(name, (0.0, -1))[0]:
            largest[name] = (geometry.area, len(land) - 1)
    for name, (_, index) in largest.items():
        land[index]["name"] = name
    listed = registry.localities
    shown = listed[listed["lon"].notna() & listed["lat"].notna() & (listed["population"] > 0) & (listed["flag"] != "in_other_pack")]
    shown = shown.sort_values("population", ascending=False, kind="stable")
    names = registry.labels("locality", lang)
    values = shown[["lon", "lat", "population"]].to_numpy(dtype=float)
    places = [
        [round(lon, 5), round(lat, 5), round(people), str(names[place_id])]
        for place_id, (lon, lat, people) in zip(shown.index, values.tolist(), strict=True)
        if pd.notna(names.get(place_id))
    ]
    return _json({"version": registry.version, "land": land, "places": places})


def _outline(geometry: shapely.Geometry) -> dict[str, Any]:
    """Rings of a geometry and the point where its name stands."""
    polygons = [part for part in getattr(geometry, "geoms", [geometry]) if part.geom_type == "Polygon"]
    biggest = max(polygons, key=lambda part: part.area)
    at = biggest.representative_point()
    rings = [[[[round(x, 4), round(y, 4)] for x, y, *_ in ring] for ring in mapping(part)["coordinates"]] for part in polygons]
    return {"at": [round(at.x, 4), round(at.y, 4)], "rings": rings}


def _positions(values: pd.Series, order: tuple[str, ...], *, missing: int) -> np.ndarray:
    return values.map({code: i for i, code in enumerate(order)}).fillna(missing).to_numpy(dtype=np.uint8)


def _lines(texts: list[Any]) -> bytes:
    """Texts one a line; a line break inside a text becomes a space, a lone surrogate a question mark."""
    return "\n".join(str(text).replace("\r", " ").replace("\n", " ") for text in texts).encode("utf-8", "replace")


def _split(text: str, count: int) -> tuple[str, ...]:
    return tuple(text.split("\n")) if count else ()


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
