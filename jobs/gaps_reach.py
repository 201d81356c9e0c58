"""From where chosen sites are reached within some minutes: by the roads that are loaded, else as circles that are an estimate."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
import shapely.geometry

from data.roads.scenarios import on_scenario
from geo.obstacles import Day
from geo.registry import Registry
from geo.travel_area import isochrone, reached_roads
from geo.travel_circle import circle, reach_metres
from jobs.country_roads import CountryRoads
from jobs.gaps_asked import GapsAsked, can_be_drawn
from jobs.roads import Roads
from jobs.ways import piece_of

ROUGH = 1e-4
"""Degrees: edges of areas are drawn to about ten metres."""
DIGITS = 1e-5


@dataclass(frozen=True, slots=True)
class ReachAsked:
    """Whose areas are asked for.

    Parameters
    ----------
    country, sites, mode, regime, mobility, hour : as in ``GapsAsked``. limits : minutes, included.
    """

    country: str
    sites: tuple[str, ...]
    limits: tuple[int, ...]
    mode: str
    regime: str
    mobility: str
    hour: int

    @classmethod
    def of(cls, asked: GapsAsked) -> ReachAsked:
        """Return what somebody asks for who asks this of the page."""
        return cls(asked.country, asked.sites, asked.limits, asked.mode, asked.regime, asked.mobility, asked.hour)

    def day(self, roads: Roads) -> Day:
        """Return for whom and when one travels; InputError ``travel.unknown_regime``."""
        return on_scenario(roads.data_dir, Day(self.regime, self.mobility, self.hour))


@dataclass(frozen=True, eq=False)
class Reach:
    """Areas of reach.

    Parameters
    ----------
    areas : (minutes, shape in degrees), the longest first; of all sites together.
    worth : what they go by.
    sites : (id, lon, lat) of those whose areas are in them, in the order in which they were asked for.
    left_out : ids of sites without an area: off the roads, on a day on which an estimate cannot show what is closed.
    """

    areas: tuple[tuple[int, Any], ...]
    worth: Literal["roads", "estimate", "mixed"]
    sites: tuple[tuple[str, float, float], ...]
    left_out: tuple[str, ...]


def reach_of(registry: Registry, asked: ReachAsked, roads: Roads, step: Callable[[str, float], None]) -> Reach:
    """Return the areas from which sites are reached.

    Areas end where the ledger stops pairing places and sites: at the border of the country, in Palestine of the region. Within it they are
    those of ``cli.py isochrone``.

    Parameters
    ----------
    registry : the public's. Only sites that ``can_be_drawn`` have an area, whoever asks.
    asked : what is asked for. roads : what is loaded.
    step : is told what is being done, and which share of it.

    Raises
    ------
    InputError : what ``Roads.of``, ``ReachAsked.day`` and ``Day.checked`` say.
    """
    drawable = can_be_drawn(registry)
    ids = [site for site in asked.sites if bool(drawable.get(site, default=False))]
    rows = registry.sites.loc[ids]
    lon, lat = (rows[column].to_numpy(dtype=float) for column in ("lon", "lat"))
    pieces = np.array([piece_of(registry, str(area)) for area in rows["area_id"]], dtype=object)
    here, day = roads.of(asked.country), asked.day(roads)
    at = None if here is None else here.located(asked.mode, lon, lat)
    on_road = np.zeros(len(ids), dtype=bool) if at is None else ~at.off
    estimated = ~on_road if day.plain else np.zeros(len(ids), dtype=bool)
    found = []
    for done, minutes in enumerate(sorted(asked.limits, reverse=True)):
        step("areas", done / len(asked.limits))
        shapes = []
        for piece in dict.fromkeys(pieces):
            parts = [circle(lon[i], lat[i], reach_metres(minutes, asked.mode)) for i in np.flatnonzero(estimated & (pieces == piece))]
            if here is not None and (on_road & (pieces == piece)).any():
                parts.append(_by_road(here, asked.mode, day, lon[on_road & (pieces == piece)], lat[on_road & (pieces == piece)], minutes))
            shapes.append(shapely.intersection(shapely.union_all(parts), _ground(registry, asked.country, str(piece))))
        found.append((minutes, shapely.union_all(shapes)))
    drawn = on_road | estimated
    worth: Literal["roads", "estimate", "mixed"] = "roads" if not estimated.any() else "mixed" if on_road.any() else "estimate"
    return Reach(
        tuple(found),
        worth,
        tuple((site, float(x), float(y)) for site, x, y, shown in zip(ids, lon, lat, drawn, strict=True) if shown),
        tuple(site for site, shown in zip(ids, drawn, strict=True) if not shown),
    )


def reach_geojson(reach: Reach, asked: ReachAsked, names: Sequence[str]) -> bytes:
    """Return areas and their sites as GeoJSON (RFC 7946): one feature for each limit, the longest first, then one for each site.

    Parameters
    ----------
    names : of ``reach.sites``, in their order.
    """
    told = {"mode": asked.mode, "regime": asked.regime, "mobility": asked.mobility, "hour": asked.hour, "status": reach.worth}
    features = [
        _feature(shapely.set_precision(shapely.simplify(shape, ROUGH), DIGITS), told | {"minutes": minutes}) for minutes, shape in reach.areas
    ]
    features += [
        _feature(shapely.Point(round(lon, 5), round(lat, 5)), {"site_id": site, "name": name})
        for (site, lon, lat), name in zip(reach.sites, names, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _feature(shape: Any, properties: dict[str, object]) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}


def _by_road(here: CountryRoads, mode: str, day: Day, lon: np.ndarray, lat: np.ndarray, minutes: float) -> Any:
    net = here.network(mode, day.checked(list(here.obstacles)))
    return isochrone(reached_roads(here.graph, net, here.located(mode, lon, lat), minutes))


def _ground(registry: Registry, country: str, piece: str) -> Any:
    """Return the land within which the ledger looks for ways."""
    areas = registry.governorates
    here = areas.index[areas["country"] == country]
    return shapely.union_all([areas.geometry[area] for area in here if piece_of(registry, str(area)) == piece])
