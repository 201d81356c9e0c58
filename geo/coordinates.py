"""Coordinates as people paste them: decimal degrees, degrees with minutes and seconds, links of maps, in any digits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from geo.text import with_western_digits

_SIGNS = str.maketrans(
    {"٫": ".", "،": ",", "؛": ";", "−": "-", "–": "-", "º": "°", "˚": "°", "′": "'", "’": "'", "׳": "'", "″": '"', "”": '"', "״": '"'}
)
_INVISIBLE = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
_SIDES = {
    "N": ("n", "north", "شمال", "شمالا", "ش", "צפון", "צ"), "S": ("s", "south", "جنوب", "جنوبا", "ج", "דרום", "ד"),
    "E": ("e", "east", "شرق", "شرقا", "ق", "מזרח", "מז'"), "W": ("w", "west", "غرب", "غربا", "غ", "מערב", "מע'"),
}  # fmt: skip
_SIDE_OF = {word: side for side, words in _SIDES.items() for word in words}
_SIDE_WORD = "|".join(re.escape(word) for word in sorted(_SIDE_OF, key=len, reverse=True))
_NUMBER = r"-?\d{1,3}(?:\.\d+)?"
_ANGLE = rf"(?<![\d.])(?P<degrees>{_NUMBER})(?![\d.])(?:\s*°\s*(?:(?P<minutes>\d{{1,2}}(?:\.\d+)?)\s*'\s*(?:(?P<seconds>\d{{1,2}}(?:\.\d+)?)\s*(?:\"|'')\s*)?)?)?"
_PART = re.compile(rf"(?:(?P<before>{_SIDE_WORD})\s*[:=]?\s*)?{_ANGLE}\s*(?P<after>{_SIDE_WORD})?", re.IGNORECASE)
_COMMA_DECIMALS = re.compile(r"^\s*(-?\d{1,3}),(\d{3,})\s*[;,\s]\s*(-?\d{1,3}),(\d{3,})\s*$")
_NAMES = re.compile(r"\b(?:lat|latitude|lon|lng|long|longitude)\b\s*[:=]?|خط\s+(?:العرض|الطول)\s*:?|קו\s+(?:רוחב|אורך)\s*:?", re.IGNORECASE)
_PAIR = rf"(?P<lat>{_NUMBER})\s*[,/ +]+\s*(?P<lon>{_NUMBER})"
_IN_LINKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"!3d(?P<lat>{_NUMBER})!4d(?P<lon>{_NUMBER})",
        rf"[?&#]mlat=(?P<lat>{_NUMBER})&mlon=(?P<lon>{_NUMBER})",
        rf"[?&](?:q|query|ll|center|destination|daddr|sll)=(?:loc:)?{_PAIR}",
        rf"@(?P<lat>{_NUMBER}),(?P<lon>{_NUMBER})",
        rf"#map=[\d.]+/(?P<lat>{_NUMBER})/(?P<lon>{_NUMBER})",
        rf"^geo:(?P<lat>{_NUMBER}),(?P<lon>{_NUMBER})",
        rf"/(?:place|search|dir)/{_PAIR}",
    )
)
"""In the order of how sure it is that the place itself is meant, and not the middle of the window."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Coordinates that a text states.

    Parameters
    ----------
    lat, lon : degrees, WGS 84.
    ordered : the text itself says which one is the latitude: by its letters, or because it is a link. Otherwise they may be the
        other way round.
    """

    lat: float
    lon: float
    ordered: bool

    @property
    def swapped(self) -> Reading:
        """The other order."""
        return Reading(self.lon, self.lat, self.ordered)


def is_link(text: str) -> bool:
    """Say whether a text is an address of the web or of a map, whether or not there are coordinates in it."""
    return re.match(r"\s*(?:https?://|geo:|www\.|maps\.|goo\.gl/|osm\.org)", text, re.IGNORECASE) is not None


def read_coordinates(text: str) -> Reading | None:
    """Return the coordinates that a text states; None where it states none, or numbers that are no place on Earth.

    Parameters
    ----------
    text : as somebody pasted it; digits of any script, signs of direction in Arabic, Hebrew or English.
    """
    plain = _plain(text[:2000])
    found = _from_link(plain) if is_link(plain) else _from_numbers(plain)
    if found is None:
        return None
    if abs(found.lat) > 90 and not found.ordered:
        found = found.swapped
    return found if abs(found.lat) <= 90 and abs(found.lon) <= 180 else None


def _plain(text: str) -> str:
    return _INVISIBLE.sub("", with_western_digits(text)).translate(_SIGNS).strip()


def _from_link(text: str) -> Reading | None:
    whole = unquote(text)
    for pattern in _IN_LINKS:
        match = pattern.search(whole)
        if match:
            return Reading(float(match["lat"]), float(match["lon"]), ordered=True)
    return None


def _from_numbers(text: str) -> Reading | None:
    decimals = _COMMA_DECIMALS.match(text)
    bare = f"{decimals[1]}.{decimals[2]} {decimals[3]}.{decimals[4]}" if decimals else text
    lon_first = re.match(r"\s*(?:lon|lng|long|longitude|خط\s+الطول|קו\s+אורך)\b", bare, re.IGNORECASE) is not None
    named = _NAMES.search(bare) is not None
    parts = list(_PART.finditer(_NAMES.sub(" ", bare)))
    rest = _PART.sub("", _NAMES.sub(" ", bare))
    if len(parts) != 2 or re.sub(r"[\s,;/()\[\]]", "", rest):
        return None
    values = [_degrees(part) for part in parts]
    if None in values:
        return None
    first, second = (value or 0.0 for value in values)
    sides = [_side(part) for part in parts]
    if any(sides):
        return _by_sides(first, second, sides)
    return Reading(second, first, ordered=True) if lon_first else Reading(first, second, ordered=named)


def _by_sides(first: float, second: float, sides: list[str]) -> Reading | None:
    """Return the coordinates by their letters; None where both are said to be of the same kind."""
    first, second = (-abs(value) if side in ("S", "W") else value for value, side in zip((first, second), sides, strict=True))
    kinds = ["lat" if side in ("N", "S") else "lon" if side else "" for side in sides]
    if kinds[0] == kinds[1]:
        return None
    lat_first = kinds[0] == "lat" or kinds[1] == "lon"
    return Reading(first, second, ordered=True) if lat_first else Reading(second, first, ordered=True)


def _side(part: re.Match[str]) -> str:
    word = (part["before"] or part["after"] or "").casefold()
    return _SIDE_OF.get(word, "")


def _degrees(part: re.Match[str]) -> float | None:
    """Return degrees with minutes and seconds as a number; None where there are 60 of them or more."""
    degrees, minutes, seconds = (float(part[name] or 0) for name in ("degrees", "minutes", "seconds"))
    if minutes >= 60 or seconds >= 60:
        return None
    size = abs(degrees) + minutes / 60 + seconds / 3600
    return -size if part["degrees"].startswith("-") else size
