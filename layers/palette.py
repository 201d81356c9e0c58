"""Colours of the map: sectors, need classes and the base, in one place for Python, the browser and the documents."""

from __future__ import annotations

SECTORS: dict[str, str] = {
    "rights": "#0072b2",
    "legal": "#000000",
    "safety": "#d55e00",
    "mental": "#cc79a7",
    "health": "#009e73",
    "education": "#56b4e9",
    "aid": "#e69f00",
    "community": "#f0e442",
}
"""Sector code to colour, after Okabe and Ito 2008: eight colours that colour-blind people can tell apart."""

BANDS: dict[str, str] = {"fresh": "#1b9e77", "ageing": "#e6ab02", "stale": "#d95f02", "never": "#767676"}
"""Band of the last check to colour, in the order of ``geo.freshness.BANDS``: apart for colour-blind people, and each with a filling of its own."""

OTHER = "#767676"
"""Colour of a site whose sector is empty or not one of ``SECTORS``."""

NEED_CLASSES: tuple[str, ...] = ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404")
"""Five ordered classes from little to much, ColorBrewer YlOrBr."""

NEED_OPACITY = 0.6
"""Opacity of the need classes over the land: points and labels stay readable on the darkest."""

SEA = "#e3ebf0"
BEYOND = "#ecefee"
"""Where the base map ends."""
LAND = "#f5f3ee"
BOUNDARY = "#9a9a92"
LABEL = "#444444"
ACCENT = "#0b5c8a"


def sector_codes() -> tuple[str, ...]:
    """Return the sector codes in the order of their index in the sites payload; the index after the last is ``OTHER``."""
    return tuple(SECTORS)


def sector_colour(code: str) -> str:
    """Return the colour of a sector; ``OTHER`` for one that is not known."""
    return SECTORS.get(code, OTHER)
