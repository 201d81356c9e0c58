"""The map of a brief as vectors: the governorate with its places and sites, and where it lies in its country; the same shapes and colours as on the screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape as read_shape

from geo.registry import Registry
from i18n import Translator
from layers import palette
from layers.markup import safe
from layers.payload import is_drawn

WIDTH, HEIGHT = 520, 330
_INSET = 190
_GAP = 10
_MOST_PLACES = 8
_MARK = 4.2
_HALF_LETTER, _LINE = 3.3, 20
_KM = 111.195
_BARS = (200, 100, 50, 20, 10, 5, 2, 1)
Point = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Frame:
    """A part of the picture, in its units."""

    x: float
    y: float
    wide: float
    tall: float


def brief_map(registry: Registry, area_id: str, tr: Translator, basemap: Mapping[str, Any]) -> str:
    """Return the map as an SVG document; north is up.

    Parameters
    ----------
    registry : the public's. Sensitive sites have no mark, whatever it says of their place.
    area_id : the governorate; where it has no shape, only its name stands in the picture.
    tr : language of names; the inset of the country stands where reading ends.
    basemap : GeoJSON of the land of the region.
    """
    areas = registry.governorates
    country = areas[(areas["country"] == areas.at[area_id, "country"]) & areas.geometry.notna()]
    own = areas.geometry[area_id]
    rtl = tr.direction == "rtl"
    large = _Frame(_INSET + _GAP if rtl else 0, 0, WIDTH - _INSET - _GAP, HEIGHT)
    small = _Frame(0 if rtl else WIDTH - _INSET, 0, _INSET, HEIGHT)
    name = registry.label("area", area_id, tr.lang)
    parts = [_panel(large, "a")]
    if own is not None and not own.is_empty:
        at, scale = _fit(own.bounds, large)
        lands = _land(basemap, own.bounds, at) + "".join(
            _shape(shape, at, palette.LAND) for code, shape in country.geometry.items() if code != area_id
        )
        inner = lands + _shape(own, at, "#ffffff", palette.ACCENT, 2.4) + _places(registry, area_id, at, tr) + _marks(registry, area_id, at)
        parts += [f'<g clip-path="url(#a)">{inner}</g>', _bar(large, scale, tr)]
    else:
        parts.append(_words(large.x + large.wide / 2, HEIGHT / 2, name, 16))
    around, _ = _fit(tuple(country.total_bounds), small)
    shapes = _land(basemap, country.total_bounds, around) + "".join(
        _shape(shape, around, palette.ACCENT if code == area_id else palette.LAND) for code, shape in country.geometry.items()
    )
    parts += [_panel(small, "b"), f'<g clip-path="url(#b)">{shapes}</g>']
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'font-family="Jiwar Sans,Jiwar Arabic,Heebo,Noto Sans Arabic,sans-serif" fill="{palette.LABEL}"><title>{safe(tr("brief.map", area=name))}</title>{"".join(parts)}</svg>'
    )


def drawn_sites(registry: Registry, area_id: str) -> np.ndarray:
    """Say for each site whether the map of a governorate has a mark for it: in it, with a point, and not sensitive at all."""
    sites = registry.sites
    return (
        is_drawn(sites) & (sites["area_id"] == area_id).to_numpy(dtype=bool) & (sites["sensitivity"].fillna(0).astype(int) == 0).to_numpy(dtype=bool)
    )


def _panel(frame: _Frame, key: str) -> str:
    box = f'x="{frame.x}" y="{frame.y}" width="{frame.wide}" height="{frame.tall}"'
    return f'<clipPath id="{key}"><rect {box}/></clipPath><rect {box} fill="{palette.SEA}"/>'


def _fit(bounds: Sequence[float], frame: _Frame) -> tuple[Point, float]:
    """Return what turns degrees into the frame's units, and how many of these a kilometre has; a degree of longitude is as long as in the middle."""
    west, south, east, north = bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = 0.88 * min(frame.wide / ((east - west) * squeeze), frame.tall / (north - south))
    middle = frame.x + frame.wide / 2, frame.y + frame.tall / 2

    def at(lon: float, lat: float) -> tuple[float, float]:
        return round(middle[0] + (lon - (west + east) / 2) * squeeze * scale, 1), round(middle[1] - (lat - (south + north) / 2) * scale, 1)

    return at, scale / _KM


def _land(basemap: Mapping[str, Any], bounds: Sequence[float], at: Point) -> str:
    """Draw the land around, as far as the picture can reach."""
    west, south, east, north = bounds
    wide, tall = east - west, north - south
    reach = shapely.box(west - 2 * wide - tall, south - 2 * tall - wide, east + 2 * wide + tall, north + 2 * tall + wide)
    lands = (read_shape(feature["geometry"]).intersection(reach) for feature in basemap["features"])
    return "".join(_shape(land, at, palette.BEYOND, "#c9cfcd", 0.6) for land in lands if not land.is_empty)


def _shape(shape: shapely.Geometry, at: Point, fill: str, line: str = palette.BOUNDARY, width: float = 1.0) -> str:
    rings = [ring for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon" for ring in (part.exterior, *part.interiors)]
    path = "".join("M" + "L".join("{} {}".format(*at(lon, lat)) for lon, lat in np.asarray(ring.coords)[:, :2]) + "Z" for ring in rings)
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{line}" stroke-width="{width}" stroke-linejoin="round"/>'


def _places(registry: Registry, area_id: str, at: Point, tr: Translator) -> str:
    """Draw the largest places with their names, one that would cover another's left out."""
    rows = registry.localities
    rows = rows[(rows["area_id"] == area_id) & (rows["population"] > 0) & (rows["flag"] == "") & rows["lon"].notna()]
    largest = rows.sort_values("population", ascending=False, kind="stable")
    names = registry.labels("locality", tr.lang)
    taken: list[tuple[float, float, float]] = []
    out = []
    for code, lon, lat in zip(largest.index, largest["lon"].to_numpy(float), largest["lat"].to_numpy(float), strict=True):
        x, y = at(float(lon), float(lat))
        name = names.get(str(code))
        if len(taken) == _MOST_PLACES or not isinstance(name, str):
            continue
        half = _HALF_LETTER * len(name) + 4
        if any(abs(x - left) < half + other and abs(y - top) < _LINE for left, top, other in taken):
            continue
        taken.append((x, y, half))
        out.append(f'<rect x="{x - 1.6:.1f}" y="{y - 1.6:.1f}" width="3.2" height="3.2"/>{_words(x, y - 6, name, 12)}')
    return "".join(out)


def _marks(registry: Registry, area_id: str, at: Point) -> str:
    """Draw the sites: shape says what it is, colour its sector, a hollow one was never checked, a dashed one is planned."""
    out = []
    shown = registry.sites[drawn_sites(registry, area_id)]
    columns = [shown[name].tolist() for name in ("lon", "lat", "sector", "verification", "status", "mark")]
    for lon, lat, sector, verification, status, mark in zip(*columns, strict=True):
        x, y = at(float(lon), float(lat))
        colour = palette.sector_colour(str(sector))
        fill = colour if verification == "verified" else "#ffffff"
        look = f'fill="{fill}" stroke="{colour}" stroke-width="1.6"' + (' stroke-dasharray="2 1.5"' if status == "planned" else "")
        out.append(_mark(str(mark), x, y, look))
    return "".join(out)


def _mark(kind: str, x: float, y: float, look: str) -> str:
    if kind == "centre":
        return f'<rect x="{x - _MARK:.1f}" y="{y - _MARK:.1f}" width="{2 * _MARK}" height="{2 * _MARK}" rx="2" {look}/>'
    if kind == "planning":
        reach = _MARK + 1.4
        return f'<path d="M{x} {y - reach:.1f}L{x + reach:.1f} {y}L{x} {y + reach:.1f}L{x - reach:.1f} {y}Z" {look}/>'
    return f'<circle cx="{x}" cy="{y}" r="{_MARK}" {look}/>'


def _words(x: float, y: float, text: str, size: float) -> str:
    halo = 'stroke="#ffffff" stroke-width="3" stroke-linejoin="round" stroke-opacity="0.85" paint-order="stroke"'
    return f'<text x="{x}" y="{y:.1f}" font-size="{size}" text-anchor="middle" {halo}>{_isolated(text)}</text>'


def _isolated(text: str) -> str:
    """Return text that is ordered by its own first letter: a picture has no direction of reading."""
    return f"\u2068{safe(text)}\u2069"


def _bar(frame: _Frame, scale: float, tr: Translator) -> str:
    length = next((km for km in _BARS if km * scale <= frame.wide / 3), _BARS[-1])
    x, y = frame.x + 12, frame.y + frame.tall - 12
    path = f'<path d="M{x} {y - 5}V{y}H{x + length * scale:.1f}V{y - 5}" fill="none" stroke="{palette.LABEL}" stroke-width="1.4"/>'
    return (
        path
        + f'<text x="{x + length * scale / 2:.1f}" y="{y - 8}" font-size="12" text-anchor="middle">{_isolated(tr("brief.kilometres", n=length))}</text>'
    )
