"""A new centre as the way out of the top tier: the ledgers made again with one site more, at each locality of the area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.demand import LEFT_OUT
from geo.ledger import Allocation, point_ledger
from geo.minutes import Minutes
from geo.obstacles import Day
from geo.priority import Priority
from geo.priority_centre import NewCentre, smallest_centre, top_tier
from geo.registry import Registry
from jobs.ledger import Ledger
from jobs.roads import Roads
from jobs.ways import find_ways

_NEW = "~ a new centre"
"""Id of the site that there is not yet; no site is called so."""


@dataclass(frozen=True, eq=False)
class _Pair:
    """A service and group: its ledger, what one person weighs before the need of the area, and the ways to its sites and to the candidates."""

    ledger: Ledger
    weight: float
    need: pd.Series
    area_of: pd.Series
    minutes: Minutes

    def gap(self, candidate: str, place: dict[str, object], places: int) -> pd.Series:
        """Return by area the people who are not served with a centre at a candidate."""
        sites = self.ledger.sites
        row = place | {"state": "open", "admits": True, "capacity": float(places)}
        with_it = pd.concat([sites, pd.DataFrame([row], index=[_NEW]).astype({name: sites[name].dtype for name in row})])
        allocation: Allocation = "in_order" if self.ledger.account["capacity"] == "in_order" else "optimal"
        split = point_ledger(
            self.need, with_it, _only(self.minutes, sites.index, candidate), limit=self.limit, area_of=self.area_of, allocation=allocation
        )  # fmt: skip
        return (split["need"] - split["served"]).groupby(self.area_of).sum()

    @property
    def limit(self) -> float:
        """Minutes within which a site is in reach."""
        return float(str(self.ledger.account["limit"]))


def new_centres(
    registry: Registry, ledgers: Mapping[tuple[str, str], Ledger], found: Priority, *, roads: Roads | None = None
) -> dict[str, NewCentre]:  # fmt: skip
    """Return for each area of the top tier the smallest new centre that takes it out.

    The centre is open, admits everybody and has the same number of places of each service that counts; it may stand in any of the area's localities
    (those of other people inside it, see ``geo.demand.LEFT_OUT``, are none). People of other areas in its reach take places too, as the ledger shares them out.

    Parameters
    ----------
    registry, ledgers : as the list was made from.
    found : the list.
    roads : what is loaded.
    """
    first, _ = top_tier(found)
    where = registry.localities
    places = where[where["area_id"].isin(first) & ~where["flag"].isin(list(LEFT_OUT)) & where["lon"].notna() & where["lat"].notna()]
    if not first:
        return {}
    u, w = dict(found.weights.services), dict(found.weights.groups)
    pairs = {(s, g): _pair(registry, ledger, u[s] * w[g], places, roads) for (s, g), ledger in ledgers.items() if u.get(s, 0) * w.get(g, 0) > 0}
    factor = found.table["factor"].astype(float)
    rows = {str(place): dict(row) for place, row in places[["area_id", "lon", "lat"]].iterrows()}

    def priority(candidate: str, count: int) -> pd.Series:
        gaps = [pair.weight * pair.gap(candidate, rows[candidate], count).reindex(factor.index) for pair in pairs.values()]
        return sum(gaps, pd.Series(0.0, index=factor.index)) * factor

    out = {}
    for area in first:
        most = {str(place): {key: _in_reach(pair, str(place)) for key, pair in pairs.items()} for place in places.index[places["area_id"] == area]}
        centre = smallest_centre(found, area, most, priority)
        if centre is not None:
            out[area] = centre
    return out


def _pair(registry: Registry, ledger: Ledger, weight: float, places: pd.DataFrame, roads: Roads | None) -> _Pair:
    known = ledger.points[ledger.points["need"].notna() & ledger.points["country"].isin(set(places["country"]))]
    need = known["need"].astype("int64")
    placed = ledger.sites[ledger.sites["lon"].notna()]
    columns = ["area_id", "lon", "lat"]
    day = Day(str(ledger.account["regime"]), str(ledger.account["mobility"]), int(str(ledger.account["hour"])))
    ways = find_ways(
        registry, known, pd.concat([placed[columns], places[columns]]), mode=str(ledger.account["mode"]), limit=float(str(ledger.account["limit"])),
        day=day, roads=roads, people=need, countries=set(places["country"]),
    )  # fmt: skip
    return _Pair(ledger, weight, need, known["area_id"], ways.minutes)


def _in_reach(pair: _Pair, candidate: str) -> float:
    """Return the people who come to a candidate within the limit."""
    at = pair.minutes.site_ids.get_loc(candidate)
    return float(pair.minutes.at_points(pair.need, "need")[pair.minutes.point[pair.minutes.site == at]].sum())


def _only(minutes: Minutes, sites: pd.Index, candidate: str) -> Minutes:
    """Return the ways to the sites and to one candidate, as the new site."""
    kept = np.asarray(minutes.site_ids.isin(sites) | (minutes.site_ids == candidate))
    inside = np.flatnonzero(kept[minutes.site])
    names = pd.Index([_NEW if name == candidate else name for name in minutes.site_ids[kept]], dtype=object)
    place = np.cumsum(kept) - 1
    return Minutes.from_rows(minutes.point[inside], place[minutes.site[inside]], minutes.minutes[inside], minutes.point_ids, names)
