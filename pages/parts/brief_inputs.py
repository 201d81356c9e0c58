"""What the profiles behind a brief are made from: made once for a country and kept as long as the registry."""

from __future__ import annotations

from data.capacities import read_capacities
from data.demand import services_counted
from data.kept import KeptRecords
from geo.registry import Registry
from jobs.profile import ProfileInputs, profile_inputs, with_past
from jobs.roads import Roads
from pages.parts import gaps_work, load


def brief_inputs(registry: Registry, country: str) -> ProfileInputs:
    """Return what the profiles of a country are made from, with what was kept of it until now.

    Parameters
    ----------
    registry : the public's, whoever asks (docs/decisions/0033).
    country : code of a pack.
    """

    def make(public: Registry, roads: Roads, told: gaps_work.Told) -> ProfileInputs:
        store = load.store()
        return profile_inputs(
            public, lambda service: read_capacities(store, services_counted(service)), country, lambda share, step: told(step, share), roads
        )

    made = gaps_work.result(registry, gaps_work.Job(("brief", country), make))
    return with_past(made, KeptRecords(load.store()))
