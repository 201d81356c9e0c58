"""How far an estimate over the straight line reaches: the circle that stands for an isochrone where no roads are loaded."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geo.errors import InputError
from geo.roads import EARTH_M
from geo.roads_rules import MODES, TAXI_FACTOR, TAXI_WAIT_MINUTES, WALK_KPH
from geo.travel import DETOUR, ESTIMATE_KPH, limit_ms
from geo.travel_network import MS

CORNERS = 96


def reach_metres(minutes: float, mode: str) -> float:
    """Return the straight line that ``geo.travel.straight_line`` estimates at a number of minutes, metres; 0 where the wait alone takes longer.

    Raises
    ------
    InputError : ``travel.unknown_mode``, ``travel.bad_limit``.
    """
    if mode not in MODES:
        raise InputError("travel.unknown_mode", mode=mode, known=", ".join(MODES))
    speed = WALK_KPH if mode == "walk" else ESTIMATE_KPH / (TAXI_FACTOR if mode == "shared_taxi" else 1.0)
    wait = TAXI_WAIT_MINUTES * MS if mode == "shared_taxi" else 0.0
    return max(0.0, (limit_ms(minutes) - wait) * speed / (DETOUR * 3600.0))


def circle(lon: float, lat: float, metres: float) -> Any:
    """Return the circle on the sphere around a place (shapely polygon, degrees); empty where it has no radius."""
    if metres <= 0:
        return shapely.Polygon()
    way, bearing = metres / EARTH_M, np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    y = np.radians(lat)
    high = np.arcsin(np.sin(y) * np.cos(way) + np.cos(y) * np.sin(way) * np.cos(bearing))
    wide = np.arctan2(np.sin(bearing) * np.sin(way) * np.cos(y), np.cos(way) - np.sin(y) * np.sin(high))
    return shapely.Polygon(np.stack([lon + np.degrees(wide), np.degrees(high)], axis=1))
