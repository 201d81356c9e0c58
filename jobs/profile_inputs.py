"""What the profiles of a country are made from: the ledgers of its services, its people, its need and what was kept of it, made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data.demand import group_shares, services_counted
from data.kept import KeptRecords
from geo.counts import counts_by_area, newest_values
from geo.demand import EVERYBODY, area_shares
from geo.errors import InputError
from geo.ledger import service_sites
from geo.minutes import Minutes
from geo.registry import Registry
from jobs.gaps import reach_ledger
from jobs.gaps_asked import GapsAsked
from jobs.ledger import Ledger, gap_ledger
from jobs.need import Need, need_of
from jobs.profile_lists import Overlap, overlaps
from jobs.profile_past import Past, past_of
from jobs.roads import Roads

MOST_ACCESS = 6
"""Services whose access is told; the others are in the ledger all the same."""
STEPS = ("ledgers", "access", "need")
Step = Callable[[float, str], None]
"""Is told what share of the work is done, 0-1, and what is being done: one of ``STEPS``."""


@dataclass(frozen=True, eq=False)
class ProfileInputs:
    """What all profiles of a country share; nobody changes it.

    Parameters
    ----------
    country : code of the pack.
    edition : ``Registry.edition`` that it was made from.
    ledgers : service to its ledger over the governorates of the country, in the order of the taxonomy: all services that a site of the
        country gives, for everybody, as the Gaps page and ``cli.py ledger`` compute them by default. Those of ``access`` hold the
        country's points with ``open_minutes``; the others none.
    access : services whose access is told, most sites first: at most ``MOST_ACCESS``, of equals the first of the taxonomy; a service
        counts as the ledger counts it (``data.demand.services_counted``), and planned or closed sites do not count.
    people : newest official or estimated population by ``area_id``, columns of ``geo.model.INDICATOR_VALUES``.
    groups : target group to its shares by ``area_id``, from ``geo.demand.area_shares``; without the group of everybody.
    given : services that a site of the country states by that name.
    need : the country's default index.
    protected : how many protected sites each governorate has, as everybody may know it: NA where the number is held back.
    overlaps : governorates whose sites come from two lists, and how these overlap.
    past : snapshots and decisions that were kept; nothing unless ``with_past`` read them.
    """

    country: str
    edition: str
    ledgers: dict[str, Ledger]
    access: tuple[str, ...]
    people: pd.DataFrame
    groups: dict[str, pd.DataFrame]
    given: frozenset[str]
    need: Need
    protected: pd.Series
    overlaps: dict[str, Overlap]
    past: Past = field(default_factory=Past)

    def asked(self, service: str, area_id: str = "") -> GapsAsked:
        """Return what the Gaps page is asked for the same figures."""
        return GapsAsked(country=self.country, area=area_id, service=service)


def profile_inputs(
    registry: Registry, capacity_of: Callable[[str], pd.Series], country: str, step: Step | None = None, roads: Roads | None = None
) -> ProfileInputs:
    """Return what the profiles of a country are made from: seconds of work, the same for all its governorates and languages.

    Parameters
    ----------
    registry : the public's (docs/decisions/0033).
    capacity_of : service to the capacity of its sites, e.g. ``lambda service: read_capacities(store, services_counted(service))``.
    country : code of a pack.
    step : is told how far the work is.
    roads : what is loaded; None = estimates only.

    Raises
    ------
    InputError : ``profile.country``: there is no such pack; what ``jobs.ledger.gap_ledger`` says.
    """
    areas = registry.governorates
    here = areas.index[areas["country"] == country]
    if not len(here):
        raise InputError("profile.country", value=country[:40])
    counts = _working_sites(registry, country)
    access = tuple(sorted((code for code in counts if counts[code]), key=lambda code: -counts[code])[:MOST_ACCESS])
    ledgers: dict[str, Ledger] = {}
    for at, service in enumerate(counts):
        told = service in access
        if step is not None:
            step(0.9 * at / len(counts), STEPS[told])
        asked = GapsAsked(country=country, service=service).ledger
        capacity = capacity_of(service)
        made = reach_ledger(registry, capacity, asked, lambda _: None, roads) if told else gap_ledger(registry, capacity, asked, roads=roads)
        ledgers[service] = _trimmed(registry, made, here, country, points=told)
    if step is not None:
        step(0.9, STEPS[2])
    need = need_of(registry, country)
    shares = group_shares()
    groups = {code: area_shares(registry.areas, shares, code).reindex(here) for code in registry.codes("target_group") if code != EVERYBODY}
    people = newest_values(registry, "population", statuses=("official", "estimate")).reindex(here)
    given = frozenset(code for row in registry.sites["services"][registry.in_country(country)] for code in row)
    protected = counts_by_area(registry, np.ones(len(registry.sites), dtype=bool), countries=(country,))["protected"]
    return ProfileInputs(country, registry.edition, ledgers, access, people, groups, given, need, protected, overlaps(registry, country))


def with_past(inputs: ProfileInputs, records: KeptRecords) -> ProfileInputs:
    """Return the inputs with what was kept of the country, for the sections ``change`` and ``decisions``; quick."""
    return replace(inputs, past=past_of(records, inputs.country))


def _working_sites(registry: Registry, country: str) -> dict[str, int]:
    """Return the services that a site of the country gives, in the order of the taxonomy, each with its sites that are not planned or closed."""
    here = registry.sites[registry.in_country(country)]
    given = {code for row in here["services"] for code in row}
    found = {}
    for code in registry.codes("service"):
        counted = services_counted(code)
        if not given.isdisjoint(counted):
            sites = service_sites(here, counted, EVERYBODY, pd.Series(dtype=float))
            found[code] = int((sites["state"] != "closed").sum())
    return found


def _trimmed(registry: Registry, ledger: Ledger, here: pd.Index, country: str, *, points: bool) -> Ledger:
    """Return the ledger of one country without what no profile tells, so that many of them may be kept."""
    own = ledger.points[(ledger.points["country"] == country).to_numpy(dtype=bool) & points]
    sites = ledger.sites[registry.in_country(country)[registry.sites.index.get_indexer(ledger.sites.index)]]
    empty = np.zeros(0, dtype=np.int64)
    none = Minutes(ledger.minutes.point_ids[:0], ledger.minutes.site_ids[:0], empty, empty, empty.astype(float))
    return replace(ledger, areas=ledger.areas.reindex(here), points=own, sites=sites, minutes=none)
