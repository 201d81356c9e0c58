"""Displacement of sensitive places: never out of the governorate, and never a second point for the same place."""

from __future__ import annotations

import hashlib
import hmac
import math

import shapely

NEAREST_M = 1_000.0
FARTHEST_M = 3_000.0
_METRES_PER_DEGREE = 111_320.0
_TRIES = 64


def displace(
    lon: float, lat: float, *, key: bytes, site_id: str, inside: shapely.Geometry | None, shown: tuple[float, float] | None = None
) -> tuple[float, float] | None:
    """Return a point 1-3 km from the true one, drawn evenly over that ring from an HMAC of the site and its place.

    A fresh random draw each time could be averaged away; this one is the same at every export, so it cannot. The point that is shown
    already stays as long as it will do, so that a string of small corrections cannot be averaged either. Where it will not do, the new
    one is drawn by the new place: whoever knows where a site once stood knows how it was displaced then, and nothing of the new place.

    Parameters
    ----------
    lon, lat : the true point, degrees, EPSG:4326.
    key : secret of the installation.
    site_id : the site.
    inside : polygon of its governorate in EPSG:4326, or None where there is none.
    shown : the displaced point that everybody has seen of this site; None where there is none.

    Returns
    -------
    The displaced point, or None where no point of the ring lies in the polygon (then only the governorate may be shown).

    Source: donut masking, Hampton et al. 2010, doi:10.1093/aje/kwq248.
    """
    if shown is not None and NEAREST_M <= _metres(lon, lat, *shown) <= FARTHEST_M and (inside is None or shapely.contains_xy(inside, *shown)):
        return shown
    for attempt in range(_TRIES):
        drawn = hmac.new(key, f"{site_id}:{lon!r}:{lat!r}:{attempt}".encode(), hashlib.sha256).digest()
        u, v = (int.from_bytes(drawn[i : i + 8], "big") / 2**64 for i in (0, 8))
        radius = math.sqrt(NEAREST_M**2 + u * (FARTHEST_M**2 - NEAREST_M**2))
        angle = 2 * math.pi * v
        moved_lat = lat + radius * math.sin(angle) / _METRES_PER_DEGREE
        moved_lon = lon + radius * math.cos(angle) / (_METRES_PER_DEGREE * math.cos(math.radians(lat)))
        if inside is None or shapely.contains_xy(inside, moved_lon, moved_lat):
            return moved_lon, moved_lat
    return None


def _metres(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Distance on the plane that ``displace`` draws on."""
    return math.hypot((to_lon - lon) * _METRES_PER_DEGREE * math.cos(math.radians(lat)), (to_lat - lat) * _METRES_PER_DEGREE)
