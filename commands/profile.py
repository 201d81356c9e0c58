"""``cli.py profile``: all that is known of a governorate, as the page Profile tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import Lang, one_line, printable, told, words

if TYPE_CHECKING:
    from data.store import Store
    from geo.registry import Registry
    from jobs.profile import ProfileInputs


def profile(
    area: Annotated[str, typer.Argument(help="The governorate or district, by its code, e.g. PS0150.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON with every figure and table.")] = False,
    lang: Lang = "",
) -> None:
    """Tell people, need, access, gaps, sites, who does what, data quality, changes and decisions of a governorate."""
    from geo.errors import InputError
    from jobs.profile import make_profile
    from jobs.profile_words import profile_json, profile_text, source_titles

    tr = words(lang)
    with told(tr):
        store, registry = opened()
        if area not in registry.governorates.index:
            raise InputError("profile.area", value=area[:40])
        found = make_profile(registry, inputs_of(store, registry, str(registry.governorates["country"][area])), area, tr)
        print(one_line(profile_json(found)) if as_json else printable(profile_text(found, source_titles(registry), tr)))


def opened() -> tuple[Store, Registry]:
    """Return the open store and the public's registry."""
    from data.snapshot import read_registry
    from jobs.opening import open_store
    from settings import Settings

    store = open_store(Settings.from_env())
    return store, read_registry(store)


def inputs_of(store: Store, registry: Registry, country: str) -> ProfileInputs:
    """Return what the profiles of a country are made from, with what was kept of it."""
    from data.capacities import read_capacities
    from data.demand import services_counted
    from data.kept import KeptRecords
    from jobs.profile import profile_inputs, with_past
    from jobs.roads import Roads
    from settings import Settings

    roads = Roads(Settings.from_env().data_dir)
    made = profile_inputs(registry, lambda service: read_capacities(store, services_counted(service)), country, roads=roads)
    return with_past(made, KeptRecords(store))
