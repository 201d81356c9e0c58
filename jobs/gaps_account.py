"""What the figures of the gap ledger were made from: people, shares, sites and minutes of one country or governorate."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.demand import group_shares, need_shares
from geo.counts import newest_values
from geo.demand import area_shares
from geo.registry import Registry
from jobs.gaps_asked import GapsAsked
from jobs.ledger import Ledger


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """Where the need of one country or governorate comes from.

    Parameters
    ----------
    people : whole people of the areas whose figure is known.
    years, statuses, sources : of these figures; sources by id.
    shares : least and largest share of the group; None where it is not known.
    group_rules, group_sources : what the group is, by code, and source ids.
    need_share, need_rule, need_source : share of the group that needs the service, its rule, and its source as text.
    """

    people: int
    years: tuple[int, ...]
    statuses: tuple[str, ...]
    sources: tuple[str, ...]
    shares: tuple[float, float] | None
    group_rules: tuple[str, ...]
    group_sources: tuple[str, ...]
    need_share: float
    need_rule: str
    need_source: str


def need_facts(registry: Registry, asked: GapsAsked) -> NeedFacts:
    """Return where the need comes from."""
    areas = registry.governorates
    here = areas.index[(areas["country"] == asked.country) & (areas.index == asked.area if asked.area else True)]
    people = newest_values(registry, "population", statuses=("official", "estimate")).reindex(here).dropna(subset=["value"])
    groups = area_shares(registry.areas, group_shares(), asked.group).reindex(here).dropna(subset=["share"])
    needing = need_shares()
    needing = needing[(needing["country"] == asked.country) & (needing["service"] == asked.service)]
    return NeedFacts(
        people=int(people["value"].round().sum()),
        years=tuple(sorted({int(year) for year in people["year"]})),
        statuses=tuple(dict.fromkeys(people["status"])),
        sources=tuple(dict.fromkeys(people["source_id"])),
        shares=(float(groups["share"].min()), float(groups["share"].max())) if len(groups) else None,
        group_rules=_told(groups["rule"]),
        group_sources=_told(groups["source_id"]),
        need_share=float(needing["share"].iloc[0]) if len(needing) else 1.0,
        need_rule=str(needing["rule"].iloc[0]) if len(needing) else "",
        need_source=str(needing["source"].iloc[0]) if len(needing) else "",
    )


def _told(values: pd.Series) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in values if str(value)))


@dataclass(frozen=True, eq=False)
class SiteFacts:
    """The sites of one country or governorate that were counted, by what is known of them.

    Parameters
    ----------
    stated, unstated, doubtful, closed, refusing : rows of ``Ledger.sites``: open and with a capacity, open without one, of unknown
        working state, not working, not for the group. Sites whose place is protected are in none of them.
    protected : there are such sites. How many is not told (docs/decisions/0026).
    """

    stated: pd.DataFrame
    unstated: pd.DataFrame
    doubtful: pd.DataFrame
    closed: pd.DataFrame
    refusing: pd.DataFrame
    protected: bool


def site_facts(registry: Registry, ledger: Ledger, asked: GapsAsked) -> SiteFacts:
    """Return the sites that were counted."""
    sites = sites_here(registry, ledger, asked)
    kept = pd.Series(registry.protected, index=registry.sites.index).reindex(sites.index)
    told = sites[~kept.astype(bool)]
    admitting, refusing = told[told["admits"]], told[~told["admits"]]
    state, stated = admitting["state"], admitting["capacity"].notna()
    return SiteFacts(
        stated=admitting[(state == "open") & stated],
        unstated=admitting[(state == "open") & ~stated],
        doubtful=admitting[state == "unknown"],
        closed=admitting[state == "closed"],
        refusing=refusing,
        protected=bool(kept.any()),
    )


def sites_here(registry: Registry, ledger: Ledger, asked: GapsAsked) -> pd.DataFrame:
    """Return the rows of ``Ledger.sites`` that lie in the governorate or country that is asked for."""
    column, wanted = ("area_id", asked.area) if asked.area else ("country", asked.country)
    found: pd.DataFrame = ledger.sites[(registry.sites[column].reindex(ledger.sites.index) == wanted).to_numpy(dtype=bool)]
    return found
