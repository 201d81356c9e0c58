"""How people come to sites: by the roads loaded for their country, else by an estimate, with an account of which and from where."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data.roads.scenarios import on_scenario
from geo.errors import InputError
from geo.minutes import Minutes
from geo.model import COUNTRIES
from geo.obstacles import DEFAULT_CLASS, Day
from geo.registry import Registry
from geo.roads import Floats
from geo.travel import DETOUR, straight_line
from jobs.country_roads import CountryRoads
from jobs.roads import Roads
from jobs.scenarios import told_of

ESTIMATE = "straight_line"
ROADS = "roads"


@dataclass(frozen=True, eq=False)
class Ways:
    """Minutes from points to sites, and how they came about; all on the same points and sites.

    Parameters
    ----------
    minutes : as people may travel: by road, or on a usual day by an estimate where there is no road.
    unhindered : by road for people whom every permit lets through; None where no permit keeps anybody out.
    unsure : ways that are only estimated on a day with closures: whether they are open nobody knows. None on a usual day.
    account : engine, whether there is an estimate in it, and by country the source of the roads and who stands off them.
    """

    minutes: Minutes
    unhindered: Minutes | None
    unsure: Minutes | None
    account: dict[str, object]


@dataclass
class _Pairs:
    """Pairs of places of rows, gathered country by country."""

    point: list[np.ndarray] = field(default_factory=list)
    site: list[np.ndarray] = field(default_factory=list)
    minutes: list[Floats] = field(default_factory=list)

    def add(self, point: np.ndarray, site: np.ndarray, minutes: Floats) -> None:
        self.point.append(point)
        self.site.append(site)
        self.minutes.append(minutes)

    def matrix(self, points: pd.Index, sites: pd.Index) -> Minutes:
        none = np.zeros(0, dtype=np.int64)
        point, site = (np.concatenate([none, *parts]).astype(np.int64) for parts in (self.point, self.site))
        return Minutes.from_rows(point, site, np.concatenate([none.astype(float), *self.minutes]), points, sites)


def find_ways(
    registry: Registry,
    points: pd.DataFrame,
    sites: pd.DataFrame,
    *,
    mode: str,
    limit: float,
    day: Day | None = None,
    roads: Roads | None = None,
    people: pd.Series | None = None,
    countries: Collection[str] = COUNTRIES,
    part: Callable[[], None] = lambda: None,
) -> Ways:
    """Return the ways from points to sites within a limit.

    Only points and sites of one country are paired, in Palestine of one region. A country with roads goes by them; a place that is off
    them, and every place of a country without roads, goes by a straight line x 1.3, an estimate that knows no obstacles: on a day with
    closures it opens nothing, and is told apart as ``Ways.unsure``.

    Parameters
    ----------
    registry : the areas. points, sites : index the ids; columns area_id, lon, lat.
    mode, limit : as in ``travel-time``. day : regime or name of a scenario, mobility class and hour; a usual day by default.
    roads : what is loaded; None = nothing. people : how many live at each point; 1 each by default.
    countries : those whose results are wanted: at least one of them needs roads where the day or the class does.
    part : is called before each country; what it raises ends the work.

    Raises
    ------
    InputError : ``access.regime`` or ``roads.mobility`` for a day with closures or a class without roads; ``travel.unknown_regime``,
        ``travel.unknown_class``, ``travel.unknown_mode``, ``travel.bad_limit``; what ``Roads.of`` says.
    """
    day = day or Day()
    if roads is not None:
        day = on_scenario(roads.data_dir, day)
    loaded = _loaded(roads, day, countries)
    scenario = told_of(day, [one for here in loaded.values() for one in here.obstacles])
    here = [frame["area_id"].map(registry.areas["country"]).to_numpy(dtype=object) for frame in (points, sites)]
    pieces = {area: piece_of(registry, str(area)) for area in registry.areas.index}
    of_point, of_site = (frame["area_id"].map(pieces).to_numpy(dtype=object) for frame in (points, sites))
    weights = np.ones(len(points)) if people is None else people.reindex(points.index).fillna(0.0).to_numpy(dtype=float)
    open_, free, unsure = _Pairs(), _Pairs(), _Pairs()
    told: dict[str, dict[str, object]] = {}
    for country in COUNTRIES:
        p, s = (np.flatnonzero(column == country) for column in here)
        if not len(p):
            continue
        part()
        places = [_places(frame, rows) for frame, rows in ((points, p), (sites, s))]
        off_road, told[country] = np.ones(len(p), dtype=bool), {"engine": ESTIMATE}
        off_site = np.ones(len(s), dtype=bool)
        if country in loaded:
            off_road, off_site, told[country] = _by_road(
                loaded[country], places, (p, s), (of_point, of_site), mode, limit, day, weights[p], open_, free
            )
        found = straight_line(*places[0], *places[1], limit, mode)
        kept = (off_road[found.point] | off_site[found.site]) & (of_point[p[found.point]] == of_site[s[found.site]])
        (open_ if day.plain else unsure).add(p[found.point[kept]], s[found.site[kept]], found.minutes[kept])
        told[country] |= {"estimated_points": int(off_road.sum()), "estimated_sites": int(off_site.sum()), "without_road": _without_road(day)}
    barred = any(one.bars(day.mobility) for one in loaded.values())
    return Ways(
        open_.matrix(points.index, sites.index),
        free.matrix(points.index, sites.index) if barred else None,
        unsure.matrix(points.index, sites.index) if not day.plain else None,
        _account(told, [country for country in told if country in countries]) | scenario,
    )


def _by_road(
    here: CountryRoads,
    places: list[tuple[Floats, Floats]],
    rows: tuple[np.ndarray, np.ndarray],
    pieces: tuple[np.ndarray, np.ndarray],
    mode: str,
    limit: float,
    day: Day,
    people: Floats,
    open_: _Pairs,
    free: _Pairs,
) -> tuple[np.ndarray, np.ndarray, dict[str, object]]:
    """Add the pairs of a country that go by road; return which points and sites stand off its roads, and the account."""
    at_points, at_sites = (here.snapped(mode, lon, lat) for lon, lat in places)
    p, s = rows
    for pairs, everybody in ((open_, False), (free, True)):
        if everybody and not here.bars(day.mobility):
            continue
        found = here.minutes(mode, day, limit, at_points, at_sites, everybody=everybody)
        point, site = p[found.point], s[found.site]
        kept = pieces[0][point] == pieces[1][site]
        pairs.add(point[kept], site[kept], found.minutes[kept])
    return at_points.off, at_sites.off, here.account(at_points, at_sites, people)


def _places(frame: pd.DataFrame, rows: np.ndarray) -> tuple[Floats, Floats]:
    lon, lat = (frame[column].to_numpy(dtype=float)[rows] for column in ("lon", "lat"))
    return lon, lat


def _loaded(roads: Roads | None, day: Day, countries: Collection[str]) -> dict[str, CountryRoads]:
    """Return the roads by country; refuse a day or a class that none of the wanted countries has roads for."""
    found = {} if roads is None else {country: here for country in roads.countries() if (here := roads.of(country)) is not None}
    day.checked([one for here in found.values() for one in here.obstacles])
    if not set(countries) & set(found):
        if not day.plain:
            raise InputError("access.regime", value=day.name[:40])
        if day.mobility != DEFAULT_CLASS:
            raise InputError("roads.mobility", value=day.mobility[:40])
    return found


def piece_of(registry: Registry, area_id: str) -> str:
    """Return the region of an area, or its country where there is none: between these no way is looked for."""
    parent = str(registry.areas.loc[area_id, "parent_id"] or "")
    level = str(registry.areas.loc[parent, "level"]) if parent in registry.areas.index else ""
    return parent if level == "region" else str(registry.areas.loc[area_id, "country"])


def _without_road(day: Day) -> str:
    """Say what becomes of a way that is only estimated."""
    return "estimate" if day.plain else "unknown"


def _account(told: dict[str, dict[str, object]], wanted: list[str]) -> dict[str, object]:
    engines = {str(told[country]["engine"]) for country in wanted}
    estimate = any(told[country]["estimated_points"] or told[country]["estimated_sites"] for country in wanted)
    engine = engines.pop() if len(engines) == 1 else "mixed" if engines else ESTIMATE
    return {"engine": engine, "estimate": estimate or not wanted, "detour": DETOUR, "countries": told}
