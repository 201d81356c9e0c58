"""Why a governorate has its gaps: the sites nearest to its people, and its places where most have none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.ledger import PARTS
from geo.registry import Registry
from jobs.gaps import WITHOUT
from jobs.gaps_asked import FARTHEST, GapsAsked
from jobs.ledger import Ledger
from jobs.roads import Roads
from jobs.ways import find_ways

SITES_TOLD = 8
PLACES_TOLD = 6
FEWEST_TOLD = 30
"""Places with fewer people in need are not named with figures: people are spread over places by rule, which says nothing of so few."""


@dataclass(frozen=True, eq=False)
class Why:
    """What is behind the figures of one governorate.

    Parameters
    ----------
    sites : the sites nearest to its people, index ``site_id``: those of ``Ledger.sites``, and ``median``, minutes within which half of
        the people live, and ``least``, minutes from the nearest point; ``inf`` beyond ``FARTHEST``.
    places : points with the most people without a place, of those with at least ``FEWEST_TOLD`` in need, index ``point_id``: need, ``without``, unknown, ``nearest`` (id of the nearest site that may serve them, or
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
    there = sites.reindex(minutes.site_ids).assign(median=[half_within(column, need) for column in table.T], least=table.min(axis=0, initial=np.inf))
    told = there[np.isfinite(there["least"].to_numpy(dtype=float))].rename_axis("site_id").sort_values(["median", "least", "site_id"], kind="stable")
    without = points[list(WITHOUT)].sum(axis=1).astype("int64")
    worst = points.assign(without=without)
    worst["lost"] = worst["without"] + worst["unknown"].astype("int64")
    worst = (
        worst[(worst["lost"] > 0) & (worst["need"] >= FEWEST_TOLD)].sort_values(["without", "lost"], ascending=False, kind="stable").head(PLACES_TOLD)
    )
    at = minutes.point_ids.get_indexer(worst.index)
    serving = (there["admits"].astype(bool) & (there["state"] != "closed")).to_numpy(dtype=bool)
    some = np.where(serving, table, np.inf)[at] if len(minutes.site_ids) else np.full((len(at), 1), np.inf)
    first = some.argmin(axis=1) if len(at) else np.zeros(0, dtype=int)
    least = some[np.arange(len(at)), first]
    nearest = [str(minutes.site_ids[j]) if np.isfinite(m) else "" for j, m in zip(first, least, strict=True)]
    places = worst[["need", "without", "unknown", *PARTS[:4]]].assign(nearest=nearest, minutes=least)
    return Why(told.head(SITES_TOLD), places)


def half_within(minutes: np.ndarray, people: np.ndarray) -> float:
    """Return the minutes within which half of the people live; infinite where more than half live beyond all."""
    order = np.argsort(minutes, kind="stable")
    upto = np.cumsum(people[order])
    return float(minutes[order][np.searchsorted(upto, upto[-1] / 2)]) if len(upto) and upto[-1] > 0 else np.inf
