"""Chance and area of reach: how surely people come to a site within a limit, and what lies within some minutes of a place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely.geometry

from data.roads.obstacles import read_obstacles
from data.roads.read import road_graph
from data.roads.register import Loaded
from data.roads.tables import read_places
from geo.errors import InputError
from geo.obstacles import Day
from geo.obstacles_place import DRAWS, HORIZON, chances, cut_network
from geo.registry import Registry
from geo.roads_rules import MODES
from geo.travel import limit_ms
from geo.travel_area import isochrone, reached_roads
from jobs.country_roads import CountryRoads
from jobs.loaded import Note, check
from jobs.roads import Roads
from jobs.scenarios import told_of

MOST_DRAWS = 10_000
ELLIPSOID = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class On:
    """The roads that are asked about: those loaded for a country, or those of a file with the obstacles of another.

    Parameters
    ----------
    country : code. graph, obstacles : files. date : the day on which obstacles must be valid.
    """

    date: dt.date
    country: str = ""
    graph: Path | None = None
    obstacles: Path | None = None

    def open(self, data_dir: Path) -> CountryRoads:
        """Return the roads; InputError ``roads.which`` unless one of both is named, ``roads.unknown_country``, ``roads.not_loaded``, and what the readers say."""
        if (self.graph is None) == (not self.country) or (self.country and self.obstacles is not None):
            raise InputError("roads.which")
        if self.graph is None:
            check((self.country,), Note())
            here = Roads(data_dir, self.date).of(self.country)
            if here is None:
                raise InputError("roads.not_loaded", country=self.country)
            return here
        graph, key = road_graph(self.graph, data_dir / "roads")
        found = [] if self.obstacles is None else read_obstacles(self.obstacles)
        source = Loaded("roads", "", key, self.graph.name, "", None, "", 0, "", graph.bounds, {})
        return CountryRoads(source, graph, None, tuple(one for one in found if one.valid(self.date)), data_dir, self.date)


def reach_chances(
    on: On, sites: Path, points: Path, mode: str, limit: float, day: Day, data_dir: Path, *, draws: int = DRAWS, seed: int = 0
) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return for each point the probability of reaching a site within the limit, and the spread of minutes to the nearest one.

    Parameters
    ----------
    sites, points : CSV files with ids, lon and lat. mode, limit : as in ``travel-time``.
    day : whose hour and class count, and a scenario's changes; chance takes the place of the regime. draws, seed : of the chance.

    Returns
    -------
    Columns point_id, probability, p10, p50, p90 (minutes, infinite beyond ``HORIZON`` or the limit, whichever is more; all NaN for points
    off the network: nobody knows), and the account.

    Raises
    ------
    InputError : as ``On.open``; ``roads.draws``; ``travel.*`` for what cannot be used.
    """
    _check(mode, [limit])
    if not 1 <= draws <= MOST_DRAWS:
        raise InputError("roads.draws", value=draws, most=MOST_DRAWS)
    here, from_, to = on.open(data_dir), read_places(points, "point_id"), read_places(sites, "site_id")
    day.checked(list(here.obstacles))
    scenario = told_of(day, here.obstacles)
    at_points, at_sites = (here.located(mode, one.lon, one.lat) for one in (from_, to))
    bounds = ", ".join(f"{value:.3f}" for value in here.graph.bounds)
    for name, where in (("points", at_points), ("sites", at_sites)):
        if where.off.all():
            raise InputError(f"travel.{name}_off_network", bounds=bounds)
    net = cut_network(here.graph, mode, day.mobility, here.placed)
    likely, spread = chances(net, here.placed, day, at_points, at_sites, limit, draws=draws, seed=seed)
    table = pd.DataFrame({"point_id": from_.ids, "probability": likely, "p10": spread[:, 0], "p50": spread[:, 1], "p90": spread[:, 2]})
    table.loc[at_points.off, ["probability", "p10", "p50", "p90"]] = np.nan
    return table, here.account(at_points, at_sites, from_.people) | {
        "points": len(from_), "sites": len(to), "mode": mode, "limit": limit, "mobility": day.mobility, "hour": day.hour, "draws": draws, "seed": seed,
        "points_never": int((likely[~at_points.off] == 0).sum()), "horizon": max(limit, HORIZON), "obstacles_off_road": len(here.placed.off), **scenario,
    }  # fmt: skip


def reach_area(on: On, place: tuple[float, float], limits: Sequence[float], mode: str, day: Day, data_dir: Path) -> tuple[bytes, dict[str, object]]:
    """Return the areas from which a place is reached within some minutes, as GeoJSON, one feature for each limit, the longest first.

    Parameters
    ----------
    place : lon and lat. limits : minutes.

    Raises
    ------
    InputError : as ``On.open``; ``travel.sites_off_network`` where the place is off the roads; ``travel.*`` for what cannot be used.
    """
    _check(mode, limits)
    here = on.open(data_dir)
    day.checked(list(here.obstacles))
    scenario = told_of(day, here.obstacles)
    if not (-180 <= place[0] <= 180 and -90 <= place[1] <= 90):
        raise InputError("roads.place", lon=place[0], lat=place[1])
    at = here.located(mode, np.array([place[0]]), np.array([place[1]]))
    if at.off.all():
        raise InputError("travel.sites_off_network", bounds=", ".join(f"{value:.3f}" for value in here.graph.bounds))
    net = here.network(mode, day)
    told = {"mode": mode, "regime": day.name, "mobility": day.mobility, "lon": place[0], "lat": place[1], "source": here.roads.title}
    features, sizes = [], {}
    for limit in sorted(set(limits), reverse=True):
        area = isochrone(reached_roads(here.graph, net, at, limit))
        sizes[f"{limit:g}"] = round(abs(ELLIPSOID.geometry_area_perimeter(area)[0]) / 1e6, 3)
        features.append({"type": "Feature", "properties": told | {"minutes": limit}, "geometry": shapely.geometry.mapping(area)})
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
    return body, told | scenario | {
        "limits": sorted(set(limits)),
        "metres_to_road": round(float(at.metres[0]), 1),
        "obstacles": len(here.obstacles),
        "km2": sizes,
    }


def place_of(registry: Registry, site_id: str) -> tuple[float, float]:
    """Return where a site stands as far as everybody may see it: InputError ``roads.no_site`` or ``roads.no_point``."""
    found = registry.present_id(site_id)
    if found not in registry.sites.index:
        raise InputError("roads.no_site", site=site_id[:80])
    row = registry.sites.loc[[found]]
    lon, lat = (float(row[column].to_numpy(dtype=float)[0]) for column in ("lon", "lat"))
    if not np.isfinite(lon) or str(row["position_kind"].iloc[0]) == "area_centroid":
        raise InputError("roads.no_point", site=site_id[:80])
    return lon, lat


def _check(mode: str, limits: Sequence[float]) -> None:
    if mode not in MODES:
        raise InputError("travel.unknown_mode", mode=mode[:40], known=", ".join(MODES))
    for limit in limits:
        limit_ms(limit)
