"""What the Need page computes, kept as long as the registry it was made from."""

from __future__ import annotations

import pandas as pd

from geo.index_shares import Change, single_changes, sobol_shares
from geo.memo import kept_with_registry
from geo.registry import Registry
from geo.weights import effective_weights
from jobs.gaps_words import source_titles, years_text
from jobs.need import Need, NeedAsked, leaf_shares, make_need
from jobs.need_access import NeedAccess, need_access
from jobs.need_asked import NeedPage
from jobs.need_priority import PriorityList, priority_of
from layers.explore import Legend
from pages.parts import gaps_work
from pages.parts.gaps_work import Job


@kept_with_registry
def need(registry: Registry, asked: NeedAsked) -> Need:
    """Return the index."""
    return make_need(registry, asked)


@kept_with_registry
def changes(registry: Registry, asked: NeedAsked) -> list[Change]:
    """Return what single change would alter the top three."""
    found = need(registry, asked)
    return single_changes(found.index) if len(found.index.prepared) else []


@kept_with_registry
def shares(registry: Registry, asked: NeedAsked) -> pd.Series:
    """Return which choice makes the ranks unsure."""
    found = need(registry, asked)
    return sobol_shares(found.index, found.errors, seed=asked.seed)


@kept_with_registry
def weight_rows(registry: Registry, asked: NeedAsked) -> pd.DataFrame:
    """Return for each indicator its share of the weight, and how closely it goes with the index."""
    found = need(registry, asked)
    root = found.index.tree.root.node_id
    shared = leaf_shares(found.index.tree)
    return pd.DataFrame({"share": shared, "effective": effective_weights(found.index.scores[list(shared.index)], found.index.scores[root])})


@kept_with_registry
def access(registry: Registry, asked: NeedPage, _roads: str) -> NeedAccess:
    """Return need and minutes; the ledger is there already."""
    return need_access(registry, need(registry, asked.index), gaps_work.ledger(registry, asked.ledger), asked.limit)


def priority_job(registry: Registry, asked: NeedPage) -> Job[PriorityList]:
    """Return the job that makes the priority list; the ledgers are there already."""
    index, ledgers = need(registry, asked.index), {pair: gaps_work.ledger(registry, one) for pair, one in asked.ledgers.items()}
    return Job(("priority", asked), lambda here, roads, _told: priority_of(here, index, ledgers, asked.decision, roads=roads))


@kept_with_registry
def priority(registry: Registry, asked: NeedPage, _roads: str) -> PriorityList:
    """Return the priority list."""
    return gaps_work.result(registry, priority_job(registry, asked))


def about(registry: Registry, found: Need, statuses: list[str]) -> Legend:
    """Return year, source and status for the map's legend.

    Parameters
    ----------
    found : the index.
    statuses : words of the statuses of its values.
    """
    cells = found.cells.dropna(subset=["value"])
    years = sorted({int(year) for year in cells["year"]})
    sources = source_titles(registry, list(dict.fromkeys(cells["source_id"])))
    return Legend(year=years_text(years), source=sources, status=", ".join(statuses))
