"""The priority list of a country from its gap ledgers and its index of need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from geo.counts import newest_values
from geo.errors import InputError
from geo.priority import GAPS, Priority, WayOut, Weights, make_priority, way_out
from geo.priority_centre import NewCentre
from geo.registry import Registry
from jobs.ledger import Ledger, LedgerAsked, gap_ledger
from jobs.need import SEED, Need, need_of
from jobs.need_centre import new_centres
from jobs.roads import Roads


@dataclass(frozen=True, eq=False)
class PriorityList:
    """A priority list.

    Parameters
    ----------
    found : the list over the governorates of a country.
    ways_out : area of the top tier to the smallest capacity that takes it out; without those of whom none can be told.
    centres : the same areas to the smallest new centre that does.
    """

    found: Priority
    ways_out: dict[str, WayOut]
    centres: dict[str, NewCentre]


def unmet_of(ledgers: Mapping[tuple[str, str], pd.DataFrame]) -> pd.DataFrame:
    """Return the gaps of several ledgers as ``geo.priority.make_priority`` takes them.

    Parameters
    ----------
    ledgers : service and group to ``Ledger.areas``.
    """
    parts = [table[list(GAPS)].rename_axis("area_id").reset_index().assign(service=s, group=g) for (s, g), table in ledgers.items()]
    return pd.concat(parts, ignore_index=True)[["area_id", "service", "group", *GAPS]]


def priority_of(
    registry: Registry, need: Need, ledgers: Mapping[tuple[str, str], Ledger], weights: Weights, *, roads: Roads | None = None
) -> PriorityList:
    """Return the priority list.

    Parameters
    ----------
    registry : as all of it was made from.
    need : of the country.
    ledgers : service and group to their ledger; those that weigh nothing may be missing.
    weights : of the group.
    roads : what is loaded, for the ways to a new centre.
    """
    people = newest_values(registry, "population", statuses=("official", "estimate"))["value"]
    unmet = unmet_of({pair: ledger.areas for pair, ledger in ledgers.items()})
    kept = Weights(
        tuple((s, u) for s, u in weights.services if u > 0), tuple((g, w) for g, w in weights.groups if w > 0), weights.beta
    )  # fmt: skip
    found = make_priority(unmet, need.table["score"], people, kept, seed=SEED)
    ways = {str(area): way for area in found.table.index if (way := way_out(found, str(area))) is not None}
    return PriorityList(found, ways, new_centres(registry, ledgers, found, roads=roads))


def list_for(
    registry: Registry, capacity_of: Callable[[str], pd.Series], country: str, weights: Weights, *, limit: float, roads: Roads | None = None
) -> PriorityList:
    """Return the list of a country from the beginning: its ledgers, its default index, and the weights.

    Parameters
    ----------
    registry : the public's.
    capacity_of : service to the capacity of its sites.
    country, weights, limit : what is asked for.
    roads : what is loaded.

    Raises
    ------
    InputError : a country or a code does not exist.
    """
    if country not in set(registry.governorates["country"]):
        raise InputError("cli.unknown_code", option="--country", value=country[:80])
    here = registry.governorates.index[registry.governorates["country"] == country]
    pairs = [(s, g) for s, u in weights.services if u > 0 for g, w in weights.groups if w > 0]
    asked = {(s, g): LedgerAsked(s, g, limit, governorates=tuple(map(str, here))) for s, g in pairs}
    ledgers = {pair: gap_ledger(registry, capacity_of(one.service), one, roads=roads) for pair, one in asked.items()}
    return priority_of(registry, need_of(registry, country), ledgers, weights, roads=roads)


def priority_table(registry: Registry, country: str, found: PriorityList, lang: str) -> pd.DataFrame:
    """Return the list as the rows of a file, the highest priority first, those of whom nothing is known last.

    Returns
    -------
    Columns area_id, area, country, rank, rank_p05, rank_p95, tier, priority, per_1000, rank_per_1000, factor, one for each service
    (``service.<code>``), group (``group.<code>``) and gap (``gap.<code>``) with its contribution, and ``places_out`` and ``below``: the
    smallest capacity that takes it out of the top tier, and what it would then stand after. ``centre_places``, ``centre_locality_id`` and ``centre_locality``: the
    smallest new centre that does, with so many places of each service, and where.
    """
    table = found.found.table
    out = pd.DataFrame(
        {"area_id": table.index, "area": [registry.label("area", str(area), lang) for area in table.index], "country": country}, index=table.index
    )
    for name in ("rank", "rank_p05", "rank_p95", "tier", "priority", "per_1000", "rank_per_1000", "factor"):
        out[name] = table[name].round(6) if table[name].dtype.kind == "f" else table[name]
    for by in ("service", "group", "gap"):
        for code, column in found.found.contributions(by).items():
            out[f"{by}.{code}"] = column.round(6)
    out["places_out"] = pd.Series({area: way.total for area, way in found.ways_out.items() if way.places}, dtype="Int64").reindex(out.index)
    out["below"] = pd.Series({area: way.below for area, way in found.ways_out.items() if way.places}, dtype=object).reindex(out.index).fillna("")
    centres = {area: centre for area, centre in found.centres.items() if centre.locality_id}
    out["centre_places"] = pd.Series({area: centre.places for area, centre in centres.items()}, dtype="Int64").reindex(out.index)
    for name, told in (("centre_locality_id", str), ("centre_locality", lambda place: registry.label("locality", place, lang))):
        out[name] = pd.Series({area: told(centre.locality_id) for area, centre in centres.items()}, dtype=object).reindex(out.index).fillna("")
    return out.reset_index(drop=True).sort_values(["rank", "area_id"], na_position="last", ignore_index=True)
