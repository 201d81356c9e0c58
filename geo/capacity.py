"""Who is served when sites are full at some point: in order, as AccessMod does, and as the best that any order could reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.minutes import Minutes
from geo.rounding import share_out


@dataclass(frozen=True, eq=False)
class Served:
    """What sites with capacities serve.

    Parameters
    ----------
    people : served people at each point, index ``point_id``.
    unused : capacity that is left at each site, index ``site_id``; ``inf`` where it has no limit.
    """

    people: pd.Series
    unused: pd.Series

    @property
    def total(self) -> float:
        """All served people."""
        return float(self.people.sum())


def serve_in_order(
    population: pd.Series, capacity: pd.Series, minutes: Minutes, *, limit: float = 60.0, order: Sequence[str] | None = None, whole: bool = False
) -> Served:
    """Serve people site after site, the nearest first, as AccessMod's geographic coverage does.

    A site looks at its surroundings in zones of one minute (the minutes rounded up). It serves whole zones as long as its
    capacity lasts, and of the first zone that is too big the same part of everybody. Who was served is gone for the
    sites that follow.

    Parameters
    ----------
    population : n values, index ``point_id``, people, >= 0.
    capacity : m values, index ``site_id``, people that each site can serve, >= 0; ``inf`` has no limit. An unknown capacity
        has no place here: see ``geo.ledger``.
    minutes : n x m.
    limit : minutes; the limit itself is inside.
    order : all site ids, first served first; the order of ``capacity`` where None. Another order may serve more or fewer.
    whole : serve whole people only, largest remainder first within the zone that is served in part.

    Returns
    -------
    Served people and unused capacity.

    Raises
    ------
    InputError : a value is missing, negative or not finite, or the order does not name every site once.

    Source: Ray & Ebener 2008, doi:10.1186/1476-072X-7-63; AccessMod, amAnalysisCatchment.
    """
    near = minutes.within(limit)
    rest, left = amounts(population, capacity, near, whole=whole)
    turn = near.site_ids.get_indexer(pd.Index(list(capacity.index if order is None else order)))
    if not np.array_equal(np.sort(turn), np.arange(len(near.site_ids))):
        raise InputError("access.order")
    people = rest.copy()
    by_site = np.lexsort((near.minutes, near.site))
    starts = np.searchsorted(near.site[by_site], np.arange(len(near.site_ids) + 1))
    for site in turn:
        own = by_site[starts[site] : starts[site + 1]]
        taken = _take(rest[near.point[own]], np.ceil(near.minutes[own]), left[site], whole=whole)
        rest[near.point[own]] -= taken
        left[site] -= taken.sum()
    return served_of(people - rest, left, near)


def _take(people: np.ndarray, zone: np.ndarray, room: float, *, whole: bool) -> np.ndarray:
    """Return how many of ``people``, sorted by zone, find room."""
    if not len(people):
        return people
    first = np.nonzero(np.concatenate([[True], zone[1:] != zone[:-1]]))[0]
    filled = np.cumsum(np.add.reduceat(people, first))
    full = int(np.searchsorted(filled, room, side="right"))
    taken = np.zeros(len(people))
    end = first[full] if full < len(first) else len(people)
    taken[:end] = people[:end]
    if full < len(first):
        inside = slice(end, first[full + 1] if full + 1 < len(first) else len(people))
        room -= filled[full - 1] if full else 0.0
        part = people[inside]
        taken[inside] = share_out(round(room), part) if whole else part * (room / part.sum())
    return taken


def amounts(population: pd.Series, capacity: pd.Series, near: Minutes, *, whole: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return people and capacities in the matrix's order, as arrays of one's own; capacities in whole people where ``whole``."""
    people, room = near.at_points(population, "population").copy(), near.at_sites(capacity, "capacity", infinite=True).copy()
    if whole:
        if (people != np.floor(people)).any():
            raise InputError("access.whole")
        room = np.floor(room)
    return people, room


def served_of(people: np.ndarray, left: np.ndarray, near: Minutes) -> Served:
    """Return arrays in the matrix's order as what is served and what is left."""
    return Served(
        pd.Series(people, index=near.point_ids.rename("point_id"), name="served"),
        pd.Series(left, index=near.site_ids.rename("site_id"), name="unused"),
    )
