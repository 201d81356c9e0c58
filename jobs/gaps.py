"""The gap ledger as a page and its files need it: what was asked for in an address, who is reached by when, and why here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.ledger import PARTS
from geo.minutes import Minutes
from geo.model import COUNTRIES
from geo.obstacles import REGIMES
from geo.registry import Registry
from geo.roads_rules import MODES
from jobs.ledger import Ledger, LedgerAsked, gap_ledger
from jobs.roads import Roads
from jobs.ways import find_ways

FARTHEST = 120
"""Minutes up to which the coverage curve goes, and the longest limit of the page."""
CAPACITY_RULES = ("optimal", "in_order", "off")
DEFAULT_SERVICE = "medical_care"
WITHOUT = ("full", "out_of_reach", "excluded")
"""Parts of the ledger that have no place, as far as is known."""
STEPS = ("ledger", "reach")
SITES_TOLD = 8
PLACES_TOLD = 6
FEWEST_TOLD = 30
"""Places with fewer people in need are not named with figures: people are spread over places by rule, which says nothing of so few."""


@dataclass(frozen=True, slots=True)
class GapsAsked:
    """What a reader of the page asks for.

    Parameters
    ----------
    country : one of the packs; countries are never added up.
    area : a governorate of it; all of them where empty.
    service, group, limit, mode, regime : as in ``LedgerAsked``.
    capacity : one of ``CAPACITY_RULES``.
    """

    country: str = "PS"
    area: str = ""
    service: str = DEFAULT_SERVICE
    group: str = "all"
    limit: int = 30
    mode: str = MODES[0]
    regime: str = REGIMES[0]
    capacity: str = CAPACITY_RULES[0]

    @property
    def ledger(self) -> LedgerAsked:
        """The ledger that holds the answer: of all governorates, so that another one asked for needs no new one."""
        off = self.capacity == "off"
        rule = CAPACITY_RULES[0] if off else self.capacity
        return LedgerAsked(self.service, self.group, float(self.limit), self.mode, self.regime, allocation=rule, capacity_off=off)

    def to_query(self) -> dict[str, list[str]]:
        """Return the values of the address; what is as by default, or empty, is left out, but for the country and the service."""
        plain = GapsAsked()
        out = {"country": [self.country], "service": [self.service]}
        for name in ("area", "group", "limit", "mode", "regime", "capacity"):
            value = getattr(self, name)
            if value != getattr(plain, name):
                out[name] = [str(value)]
        return out

    def on_roads(self, countries: Collection[str]) -> GapsAsked:
        """Return the same on a usual day where the country is not among those that have roads: without them no closure can be shown."""
        return self if self.country in countries else replace(self, regime=REGIMES[0])


def read_asked(query: Mapping[str, Sequence[str]], registry: Registry) -> GapsAsked:
    """Read what is asked for from the values of an address; what is not a known code is as by default.

    Parameters
    ----------
    query : short name to values, as they stand in the address: hostile text.
    registry : knows the codes.
    """
    plain = GapsAsked()

    def one(name: str, known: Sequence[str], otherwise: str) -> str:
        return next((value for value in query.get(name, ()) if value in known), otherwise)

    countries = [country for country in COUNTRIES if country in registry.known["countries"]]
    country = one("country", countries, plain.country if plain.country in countries else countries[0])
    here = registry.governorates
    services = registry.codes("service")
    minutes = next((int(text) for text in query.get("limit", ()) if text.isascii() and text.isdecimal() and len(text) < 4), plain.limit)
    return GapsAsked(
        country=country,
        area=one("area", list(here.index[here["country"] == country]), ""),
        service=one("service", services, plain.service if plain.service in services else services[0]),
        group=one("group", registry.codes("target_group"), plain.group),
        limit=min(max(minutes, 1), FARTHEST),
        mode=one("mode", MODES, plain.mode),
        regime=one("regime", REGIMES, plain.regime),
        capacity=one("capacity", CAPACITY_RULES, plain.capacity),
    )


def reach_ledger(registry: Registry, capacity: pd.Series, asked: LedgerAsked, step: Callable[[str], None], roads: Roads | None = None) -> Ledger:
    """Return the ledger with the minutes to the nearest place for each point, and without the matrix of all pairs.

    Parameters
    ----------
    registry, capacity, asked, roads : as for ``gap_ledger``.
    step : is told what is being done: one of ``STEPS``.

    Returns
    -------
    The ledger; ``points`` has two more columns, in minutes, ``inf`` beyond ``FARTHEST``: ``open_minutes`` to the nearest open site that
    admits the group, and ``maybe_minutes`` to the nearest one that may serve it, also by a way of which nobody knows whether it is open, 0 where such a site is only known by the point's
    governorate. Who has ``maybe_minutes`` within the limit is served, unknown or faces a full site, and nobody else is.
    """
    step(STEPS[0])
    found = gap_ledger(registry, capacity, asked, roads=roads)
    step(STEPS[1])
    sites, points = found.sites, found.points
    placed = sites[sites["lon"].notna()]
    ways = find_ways(registry, points, placed, mode=asked.mode, limit=max(float(FARTHEST), asked.limit), day=asked.day, roads=roads)
    minutes = ways.minutes
    there = sites.reindex(minutes.site_ids)
    open_ = (there["admits"].astype(bool) & (there["state"] == "open")).to_numpy(dtype=bool)
    maybe = (there["admits"].astype(bool) & (there["state"] != "closed")).to_numpy(dtype=bool)
    somewhere = sites[sites["lon"].isna() & sites["admits"] & (sites["state"] != "closed")]["area_id"]
    nearest = _nearest(minutes, maybe, points.index)
    if ways.unsure is not None:
        nearest = nearest.where(nearest <= (doubted := _nearest(ways.unsure, maybe, points.index)), doubted)
    told = points.assign(open_minutes=_nearest(minutes, open_, points.index), maybe_minutes=nearest)
    told.loc[told["area_id"].isin(set(somewhere) - {""}), "maybe_minutes"] = 0.0
    none = Minutes(minutes.point_ids, minutes.site_ids, minutes.point[:0], minutes.site[:0], minutes.minutes[:0])
    return replace(found, points=told, minutes=none)


def _nearest(minutes: Minutes, wanted: np.ndarray, points: pd.Index) -> pd.Series:
    out = np.full(len(minutes.point_ids), np.inf)
    kept = wanted[minutes.site]
    np.minimum.at(out, minutes.point[kept], minutes.minutes[kept])
    return pd.Series(out, index=minutes.point_ids).reindex(points)


def coverage(points: pd.DataFrame, limits: Sequence[float]) -> pd.DataFrame:
    """Return how many people have a place within each of the limits.

    Parameters
    ----------
    points : of ``reach_ledger``, those that are of interest; whose need is not known are left out.
    limits : minutes; a limit itself is inside.

    Returns
    -------
    Index the limits; columns ``open`` and ``maybe``, whole people, and ``need``.
    """
    known = points[points["need"].notna()]
    need = known["need"].to_numpy(dtype=np.int64)
    rows = [
        [int(need[known[column].to_numpy(dtype=float) <= limit].sum()) for column in ("open_minutes", "maybe_minutes")] + [int(need.sum())]
        for limit in limits
    ]
    return pd.DataFrame(rows, index=list(limits), columns=["open", "maybe", "need"])


@dataclass(frozen=True, eq=False)
class Why:
    """What is behind the figures of one governorate.

    Parameters
    ----------
    sites : the sites nearest to its people, index ``site_id``: those of ``Ledger.sites``, and ``median``, minutes within which half of
        the people live, and ``least``, minutes from the nearest point; ``inf`` beyond ``FARTHEST``.
    places : points with the most people without a place, of those with at least ``FEWEST_TOLD`` in need, index ``point_id``: need, ``without``, unknown, ``nearest`` (site id, or
        empty) and ``minutes`` to it.
    """

    sites: pd.DataFrame
    places: pd.DataFrame


def why_here(registry: Registry, ledger: Ledger, asked: GapsAsked, roads: Roads | None = None) -> Why:
    """Return the nearest sites of a governorate and its places with the most people without one.

    Parameters
    ----------
    registry : as the ledger was made from.
    ledger : from ``reach_ledger``.
    asked : its ``area`` is the governorate.
    roads : what the ledger went by.
    """
    points = ledger.points[(ledger.points["area_id"] == asked.area) & ledger.points["need"].notna()]
    sites = ledger.sites[ledger.sites["lon"].notna()]
    minutes = find_ways(registry, points, sites, mode=asked.mode, limit=float(FARTHEST), day=asked.ledger.day, roads=roads).minutes
    table = np.full((len(minutes.point_ids), len(minutes.site_ids)), np.inf)
    table[minutes.point, minutes.site] = minutes.minutes
    need = points["need"].reindex(minutes.point_ids).to_numpy(dtype=float)
    there = sites.reindex(minutes.site_ids).assign(median=[_half(column, need) for column in table.T], least=table.min(axis=0, initial=np.inf))
    told = there[np.isfinite(there["least"].to_numpy(dtype=float))].rename_axis("site_id").sort_values(["median", "least", "site_id"], kind="stable")
    without = points[list(WITHOUT)].sum(axis=1).astype("int64")
    worst = points.assign(without=without)
    worst["lost"] = worst["without"] + worst["unknown"].astype("int64")
    worst = (
        worst[(worst["lost"] > 0) & (worst["need"] >= FEWEST_TOLD)].sort_values(["without", "lost"], ascending=False, kind="stable").head(PLACES_TOLD)
    )
    at = minutes.point_ids.get_indexer(worst.index)
    some = table[at] if len(minutes.site_ids) else np.full((len(at), 1), np.inf)
    first = some.argmin(axis=1) if len(at) else np.zeros(0, dtype=int)
    least = some[np.arange(len(at)), first]
    nearest = [str(minutes.site_ids[j]) if np.isfinite(m) else "" for j, m in zip(first, least, strict=True)]
    places = worst[["need", "without", "unknown", *PARTS[:4]]].assign(nearest=nearest, minutes=least)
    return Why(told.head(SITES_TOLD), places)


def _half(minutes: np.ndarray, people: np.ndarray) -> float:
    """Return the minutes within which half of the people live; infinite where more than half live beyond all."""
    order = np.argsort(minutes, kind="stable")
    upto = np.cumsum(people[order])
    return float(minutes[order][np.searchsorted(upto, upto[-1] / 2)]) if len(upto) and upto[-1] > 0 else np.inf


def rows_of(ledger: Ledger, registry: Registry, asked: GapsAsked) -> pd.DataFrame:
    """Return the rows of the ledger that are asked for: one governorate, or all of the country; index ``area_id``."""
    here = registry.governorates["country"].reindex(ledger.areas.index) == asked.country
    found: pd.DataFrame = ledger.areas[here & (ledger.areas.index == asked.area if asked.area else True)]
    return found


def totals(rows: pd.DataFrame) -> dict[str, int]:
    """Return the sums over the governorates whose need is known: need and each part, in whole people."""
    sums = rows.dropna().sum()
    return {name: int(sums[name]) for name in ("need", *PARTS)}
