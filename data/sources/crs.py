"""Coordinate systems: what a file declares is converted to longitude and latitude (WGS 84); what nobody can read is refused."""

from __future__ import annotations

import re

import numpy as np
import pyproj
import pyproj.exceptions

from geo.errors import InputError

_NAME = re.compile(r"^(?:urn:ogc:def:crs:)?(?P<authority>EPSG|OGC)(?::|::|:[\d.]+:)(?P<code>\w{1,12})$", re.IGNORECASE)
_WGS84 = pyproj.CRS.from_epsg(4326)


def warm_up() -> None:
    """Open the projection database once, so that conversions need no file afterwards."""
    to_degrees(np.array([700_000.0]), np.array([3_500_000.0]), pyproj.CRS.from_epsg(32636))


def named_crs(name: str) -> pyproj.CRS:
    """Return the system called ``EPSG:32636``, ``urn:ogc:def:crs:EPSG::32636`` or ``urn:ogc:def:crs:OGC:1.3:CRS84``.

    Raises
    ------
    InputError : ``import.crs_unknown`` for any other text: names of files and pipelines are not looked at.
    """
    match = _NAME.match(name.strip())
    if match is None:
        raise InputError("import.crs_unknown", crs=name[:120])
    authority, code = match["authority"].upper(), match["code"].upper()
    if authority == "OGC":
        if code in ("CRS84", "CRS84H"):
            return _WGS84
        raise InputError("import.crs_unknown", crs=name[:120])
    return _parsed(f"EPSG:{code}", name)


def written_crs(text: str) -> pyproj.CRS:
    """Return the system that a driver describes, as a code or as well-known text; InputError where PROJ cannot read it."""
    return _parsed(text, text)


def _parsed(text: str, shown: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise InputError("import.crs_unknown", crs=" ".join(shown.split())[:120]) from error


def is_degrees(crs: pyproj.CRS) -> bool:
    """Say whether coordinates of ``crs`` are longitude and latitude on WGS 84 already."""
    return bool(crs.is_geographic and crs.datum is not None and crs.datum.name.startswith("World Geodetic System 1984"))


def to_degrees(x: np.ndarray, y: np.ndarray, crs: pyproj.CRS) -> tuple[np.ndarray, np.ndarray]:
    """Return longitudes and latitudes of ``x`` (east) and ``y`` (north) in ``crs``; infinite where there is no such place."""
    transformer = pyproj.Transformer.from_crs(crs, _WGS84, always_xy=True)
    lon, lat = transformer.transform(x, y)
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
