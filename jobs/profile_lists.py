"""Governorates whose sites come from two lists, and how many sites are on both: what tells how many no list has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geo.capture import FEWEST_SHARED
from geo.registry import Registry
from jobs.duplicates import find_duplicates


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many sites each of two lists has in a governorate, and how many are on both."""

    first: int
    second: int
    both: int


def overlaps(registry: Registry, country: str) -> dict[str, Overlap]:
    """Return for each governorate of a country with exactly two lists of ``FEWEST_SHARED`` public sites or more how these overlap.

    Two sites are the same where ``cli.py duplicates`` would list them as a pair; each is paired once, the surest pairs first.
    """
    sites = registry.sites[registry.in_country(country) & ~registry.protected & (registry.sites["area_id"].fillna("") != "").to_numpy(dtype=bool)]
    counts = sites.groupby(["area_id", "source_id"]).size()
    lists = {str(area): own.droplevel("area_id") for area, own in counts.groupby(level="area_id")}
    fitting = {area: own for area, own in lists.items() if len(own) == 2 and own.min() >= FEWEST_SHARED}
    if not fitting:
        return {}
    some = sites[sites["area_id"].isin(list(fitting))]
    pairs = find_duplicates(replace(registry, sites=some))
    where, source = (dict(zip(some.index, some[column], strict=True)) for column in ("area_id", "source_id"))
    taken: set[str] = set()
    shared = dict.fromkeys(fitting, 0)
    for pair in pairs:
        if where[pair.a] == where[pair.b] and source[pair.a] != source[pair.b] and taken.isdisjoint((pair.a, pair.b)):
            taken |= {pair.a, pair.b}
            shared[str(where[pair.a])] += 1
    return {area: Overlap(int(own.iloc[0]), int(own.iloc[1]), shared[area]) for area, own in fitting.items()}
