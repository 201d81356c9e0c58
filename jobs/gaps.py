"""The gap ledger as a page and its files need it: who is reached by when, and the sums of what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.ledger import PARTS
from geo.minutes import Minutes
from geo.registry import Registry
from jobs.gaps_asked import FARTHEST, GapsAsked
from jobs.ledger import Ledger, LedgerAsked, gap_ledger
from jobs.roads import Roads
from jobs.ways import find_ways

WITHOUT = ("full", "out_of_reach", "excluded")
"""Parts of the ledger that have no place, as far as is known."""
STEPS = ("ledger", "reach")


def reach_ledger(registry: Registry, capacity: pd.Series, asked: LedgerAsked, step: Callable[[str], None], roads: Roads | None = None) -> Ledger:
    """Return the ledger with the minutes to the nearest place for each point, and without the matrix of all pairs.

    Parameters
    ----------
    registry, capacity, asked, roads : as for ``gap_ledger``.
    step : is told between the parts what is being done, one of ``STEPS``; what it raises ends the work.

    Returns
    -------
    The ledger; ``points`` has three more columns, in minutes, ``inf`` beyond ``FARTHEST``: ``open_minutes`` to the nearest open site that
    admits the group, and ``maybe_minutes`` to the nearest one that may serve it, also by a way of which nobody knows whether it is open, 0 where such a site is only known by the point's
    governorate, and ``placed_minutes``, the same without such sites. Who has ``maybe_minutes`` within the limit is served, unknown or faces a full site, and nobody else is.
    """
    found = gap_ledger(registry, capacity, asked, roads=roads, part=lambda: step(STEPS[0]))
    step(STEPS[1])
    sites, points = found.sites, found.points
    placed = sites[sites["lon"].notna()]
    ways = find_ways(
        registry, points, placed, mode=asked.mode, limit=max(float(FARTHEST), asked.limit), day=asked.day, roads=roads, part=lambda: step(STEPS[1])
    )
    minutes = ways.minutes
    there = sites.reindex(minutes.site_ids)
    open_ = (there["admits"].astype(bool) & (there["state"] == "open")).to_numpy(dtype=bool)
    maybe = (there["admits"].astype(bool) & (there["state"] != "closed")).to_numpy(dtype=bool)
    somewhere = sites[sites["lon"].isna() & sites["admits"] & (sites["state"] != "closed")]["area_id"]
    nearest = _nearest(minutes, maybe, points.index)
    if ways.unsure is not None:
        nearest = nearest.where(nearest <= (doubted := _nearest(ways.unsure, maybe, points.index)), doubted)
    told = points.assign(open_minutes=_nearest(minutes, open_, points.index), maybe_minutes=nearest, placed_minutes=nearest)
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


def rows_of(ledger: Ledger, registry: Registry, asked: GapsAsked) -> pd.DataFrame:
    """Return the rows of the ledger that are asked for: one governorate, or all of the country; index ``area_id``."""
    here = registry.governorates["country"].reindex(ledger.areas.index) == asked.country
    found: pd.DataFrame = ledger.areas[here & (ledger.areas.index == asked.area if asked.area else True)]
    return found


def totals(rows: pd.DataFrame) -> dict[str, int]:
    """Return the sums over the governorates whose need is known: need and each part, in whole people."""
    sums = rows.dropna().sum()
    return {name: int(sums[name]) for name in ("need", *PARTS)}
