"""The gap ledger over the registry: people, sites, minutes and capacities put together, with an account of every rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd

from data.demand import group_shares, need_shares, services_counted
from geo.counts import newest_values
from geo.demand import area_shares, people_in_part
from geo.errors import InputError
from geo.ledger import PARTS, Allocation, area_ledger, point_ledger, service_sites
from geo.minutes import Minutes
from geo.obstacles import DEFAULT_CLASS, DEFAULT_HOUR, Day
from geo.registry import Registry
from jobs.grids import people_at
from jobs.roads import Roads
from jobs.ways import find_ways


@dataclass(frozen=True, slots=True)
class LedgerAsked:
    """What is asked for.

    Parameters
    ----------
    service, group : codes of the registry.
    limit : minutes; the limit itself is inside.
    mode, regime : how people travel, and on what kind of day; another than usual needs roads.
    governorates : areas that are reported; all where empty. People and sites of the others count all the same.
    allocation : how capacity is shared out, see ``geo.ledger.point_ledger``.
    capacity_off : everybody in reach of an open site is served, whatever it states.
    mobility, hour : who travels, by mobility class, and when; both count where obstacles are loaded.
    """

    service: str
    group: str = "all"
    limit: float = 30.0
    mode: str = "car"
    regime: str = "usual"
    governorates: tuple[str, ...] = ()
    allocation: str = "optimal"
    capacity_off: bool = False
    mobility: str = DEFAULT_CLASS
    hour: int = DEFAULT_HOUR

    @property
    def day(self) -> Day:
        """For whom and when one travels."""
        return Day(self.regime, self.mobility, self.hour)


@dataclass(frozen=True, eq=False)
class Ledger:
    """A gap ledger.

    Parameters
    ----------
    areas : index ``area_id``; need and ``geo.ledger.PARTS``, Int64, NA where need is not known.
    points : index ``point_id``; the same for each point, and where it is: area_id, country, lon, lat.
    sites : from ``geo.ledger.service_sites``.
    minutes : points x sites within the limit; on a day with closures only by road.
    account : what was counted and by which rules.
    """

    areas: pd.DataFrame
    points: pd.DataFrame
    sites: pd.DataFrame
    minutes: Minutes
    account: dict[str, object]


def gap_ledger(
    registry: Registry, capacity: pd.Series, asked: LedgerAsked, *, roads: Roads | None = None, part: Callable[[], None] = lambda: None
) -> Ledger:
    """Return the ledger of a service for a target group.

    Need is the people of the group; where a share of them who need the service is sourced, only these. One person needs one unit
    of capacity.

    Parameters
    ----------
    registry : as the asker may see it.
    capacity : people that a site can serve, by ``site_id``; NaN or no entry where it is not stated. Of the services that count, see
        ``data.demand.services_counted``.
    asked : what is asked for.
    roads : the roads, obstacles and population grids that are loaded; without roads every way is an estimate, without a grid people are where
        the localities are.
    part : is called before each part of the work; what it raises ends it.

    Raises
    ------
    InputError : a code does not exist; a regime or a mobility class that needs roads; what ``jobs.ways.find_ways`` says.
    """
    _check(registry, asked)
    part()
    counted = services_counted(asked.service)
    sites = service_sites(registry.sites, counted, asked.group, capacity)
    if asked.capacity_off:
        sites["capacity"] = np.inf
    areas = registry.governorates
    people = newest_values(registry, "population", statuses=("official", "estimate"))
    points, where = people_at(registry, None if roads is None else roads.data_dir)
    groups = area_shares(registry.areas, group_shares(), asked.group)
    needing = _need_share(areas, asked.service)
    need = people_in_part(points, groups["share"].reindex(areas.index) * needing["share"])
    known = points.loc[need[need.notna()].index]
    reported = pd.Index(asked.governorates or areas.index)
    ways = find_ways(
        registry, known, sites[sites["lon"].notna()], mode=asked.mode, limit=asked.limit, day=asked.day, roads=roads, people=need.loc[known.index],
        countries=set(areas["country"].reindex(reported)), part=part,
    )  # fmt: skip
    part()
    split = point_ledger(
        need.loc[known.index].astype("int64"), sites, ways.minutes, limit=asked.limit, area_of=known["area_id"], unhindered=ways.unhindered,
        allocation=_allocation(asked.allocation),
    )  # fmt: skip
    if ways.unsure is not None:
        split = _doubted(split, sites, ways.unsure)
    unsure = areas.index.difference(known["area_id"].unique())
    by_area = area_ledger(split, known["area_id"], reported, unsure)
    account: dict[str, object] = {
        "service": asked.service, "services_counted": list(counted), "group": asked.group, "limit": asked.limit, "mode": asked.mode, "regime": asked.regime, "mobility": asked.mobility, "hour": asked.hour, **ways.account,
        "capacity": "off" if asked.capacity_off else asked.allocation, "areas": len(reported), "points": len(points),
        "totals": _totals(by_area, areas), "areas_without_known_need": [str(area) for area in reported if area in unsure],
        "sites": _site_counts(sites), "need": _rules(groups, needing, people, reported),
        "where": {country: told for country, told in where.items() if country in set(areas["country"].reindex(reported))}, "training": registry.training,
    }  # fmt: skip
    return Ledger(by_area, points[["area_id", "country", "lon", "lat"]].join(split, how="left"), sites, ways.minutes, account)


def minutes_for(
    registry: Registry, points: pd.DataFrame, sites: pd.DataFrame, *, mode: str, limit: float, regime: str = "usual", mobility: str = DEFAULT_CLASS,
    roads: Roads | None = None,
) -> tuple[Minutes, dict[str, object]]:  # fmt: skip
    """Return the minutes from points to sites, and how they came about: ``jobs.ways.find_ways`` for what needs no more than the minutes.

    Parameters
    ----------
    registry : the areas.
    points, sites : index the ids; columns area_id, lon, lat.
    mode, limit, regime, mobility : as in ``LedgerAsked``.
    roads : as for ``gap_ledger``.

    Raises
    ------
    InputError : as ``jobs.ways.find_ways``.
    """
    ways = find_ways(registry, points, sites, mode=mode, limit=limit, day=Day(regime, mobility), roads=roads)
    return ways.minutes, ways.account


def _doubted(split: pd.DataFrame, sites: pd.DataFrame, unsure: Minutes) -> pd.DataFrame:
    """Return the ledger of points with what ways do that are only estimated on a day with closures.

    Of those who are not served but may come to a site that may serve them, nobody knows. Who may only come to one that does not admit
    them is excluded: whether the way is open changes nothing for them.
    """
    there = sites.reindex(unsure.site_ids)
    admits = there["admits"].astype(bool)
    reached = [
        pd.Series(unsure.over_sites(which.to_numpy(dtype=float)[unsure.site]) > 0, index=unsure.point_ids).reindex(split.index).to_numpy(dtype=bool)
        for which in (admits & (there["state"] != "closed"), ~admits & (there["state"] == "open"))
    ]
    maybe, refused = reached[0], reached[1] & ~reached[0]
    out = split.copy()
    out["unknown"] = split["unknown"].where(~maybe, split["need"] - split["served"])
    out["excluded"] = split["excluded"] + split["out_of_reach"].where(refused, 0)
    for part, gone in (("full", maybe), ("excluded", maybe), ("out_of_reach", maybe | refused)):
        out[part] = out[part].where(~gone, 0)
    return out


def _check(registry: Registry, asked: LedgerAsked) -> None:
    for option, values, known in (
        ("--service", [asked.service], registry.codes("service")),
        ("--group", [asked.group], registry.codes("target_group")),
        ("--governorate", asked.governorates, registry.governorates.index),
    ):
        lost = [value for value in values if value not in known]
        if lost:
            raise InputError("cli.unknown_code", option=option, value=lost[0][:80])
    _allocation(asked.allocation)


def _allocation(text: str) -> Allocation:
    if text not in get_args(Allocation):
        raise InputError("access.allocation", value=text[:80])
    return "optimal" if text == "optimal" else "in_order"


def _need_share(areas: pd.DataFrame, service: str) -> pd.DataFrame:
    """Return for each governorate the share of a group that needs the service, with its rule; 1 where none is sourced."""
    table = need_shares()
    stated = table[table["service"] == service].set_index("country").reindex(areas["country"])
    out = stated[["share", "rule", "source"]].set_axis(areas.index)
    return out.assign(share=out["share"].fillna(1.0), rule=out["rule"].fillna("people_of_group"), source=out["source"].fillna(""))


def _totals(by_area: pd.DataFrame, areas: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return sums by country over the areas whose need is known; countries are never added up."""
    sums = by_area.dropna().groupby(areas["country"].reindex(by_area.dropna().index)).sum()
    return {str(country): {str(part): int(value) for part, value in row.items()} for country, row in sums.iterrows()}


def _site_counts(sites: pd.DataFrame) -> dict[str, int]:
    admitted = sites[sites["admits"]]
    open_ = admitted["state"] == "open"
    return {
        "all": len(sites), "not_admitting": int((~sites["admits"]).sum()), "closed": int((admitted["state"] == "closed").sum()),
        "unknown_state": int((admitted["state"] == "unknown").sum()), "open_capacity_stated": int((open_ & admitted["capacity"].notna()).sum()),
        "open_capacity_unknown": int((open_ & admitted["capacity"].isna()).sum()), "without_point": int(sites["lon"].isna().sum()),
    }  # fmt: skip


def _rules(groups: pd.DataFrame, needing: pd.DataFrame, people: pd.DataFrame, reported: pd.Index) -> dict[str, object]:
    """Return the rules and sources behind the need of the reported areas."""

    def told(values: pd.Series) -> list[str]:
        return sorted({str(value) for value in values.dropna() if str(value)})

    group, own = groups.loc[reported], people.reindex(reported)
    return {
        "rule": told(needing.loc[reported, "rule"]), "rule_source": told(needing.loc[reported, "source"]),
        "group_rule": told(group["rule"]), "group_source": told(group["source_id"]), "group_stated_for": told(group["stated_for"]),
        "population_source": told(own["source_id"]), "population_year": told(own["year"].dropna().astype(int)),
    }  # fmt: skip


def compared(first: Ledger, second: Ledger) -> pd.DataFrame:
    """Return how many people more each part of ``second`` has than that of ``first``, as the rows of a file; need is that of both.

    The differences of a row sum to 0.
    """
    table = ledger_table(second)
    table[list(PARTS)] = table[list(PARTS)] - ledger_table(first)[list(PARTS)]
    return table


def ledger_table(ledger: Ledger) -> pd.DataFrame:
    """Return the ledger as the rows of a file: area_id, service, group, need and its parts."""
    table = ledger.areas.reset_index()
    table.insert(1, "service", str(ledger.account["service"]))
    table.insert(2, "group", str(ledger.account["group"]))
    return table[["area_id", "service", "group", "need", *PARTS]]
