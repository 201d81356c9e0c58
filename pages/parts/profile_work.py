"""What the pages Profile and Snapshots compute: inputs once for each edition of the registry, profiles once for each reader's language."""

from __future__ import annotations

import pandas as pd

from data.capacities import read_capacities
from data.demand import services_counted
from data.kept import KeptRecords
from geo.memo import kept_with_registry
from geo.profile import Profile
from geo.registry import Registry
from i18n import Translator, translator
from jobs.profile import ProfileInputs, make_profile, profile_inputs, with_past
from jobs.profile_past import DECISION, SNAPSHOT
from jobs.roads import Roads
from pages.parts import gaps_work, load

Newest = tuple[int, int]
"""Numbers of the newest records of a country: what settles, with the registry, what a profile says of the past."""


def inputs_job(country: str) -> gaps_work.Job[ProfileInputs]:
    """Return the job that makes the inputs of a country's profiles."""

    def make(registry: Registry, roads: Roads, told: gaps_work.Told) -> ProfileInputs:
        def capacity(service: str) -> pd.Series:
            return read_capacities(load.store(), services_counted(service))

        return profile_inputs(registry, capacity, country, lambda share, what: told(f"profile_{what}", share), roads)

    return gaps_work.Job(("profile", country), make)


def records() -> KeptRecords:
    """Return what planning groups kept in this process's store."""
    return KeptRecords(load.store())


def inputs(registry: Registry, country: str, tr: Translator) -> ProfileInputs | None:
    """Return the inputs with what was kept; a progress bar where it takes long, None where the reader stopped waiting."""
    made = gaps_work.watched(registry, inputs_job(country), tr)
    return None if made is None else _with_past(registry, country, load.roads().state, newest(country))


def ready(registry: Registry, country: str) -> ProfileInputs:
    """Return the inputs, and wait for them where they are being made: for who is no page, such as a route."""
    return _with_past(registry, country, load.roads().state, newest(country))


def newest(country: str) -> Newest:
    """Return the numbers of what was kept last, of snapshots and of decisions."""
    found = records().newest(country)
    return found.get(SNAPSHOT, 0), found.get(DECISION, 0)


def profile(registry: Registry, country: str, area_id: str, tr: Translator) -> Profile:
    """Return a profile whose ``inputs`` were made."""
    return _profile(registry, country, load.roads().state, newest(country), area_id, tr.lang)


@kept_with_registry
def _with_past(registry: Registry, country: str, _roads: str, _newest: Newest) -> ProfileInputs:
    return with_past(gaps_work.result(registry, inputs_job(country)), records())


@kept_with_registry
def _profile(registry: Registry, country: str, roads: str, at: Newest, area_id: str, lang: str) -> Profile:
    return make_profile(registry, _with_past(registry, country, roads, at), area_id, translator(lang))
