"""``cli.py priority``: which governorates come first, weighed as a group decided."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.common import Lang, give, told, words


def priority(
    country: Annotated[str, typer.Option("--country", help="The country: PS, SY or IL.")],
    service: Annotated[list[str], typer.Option("--service", help="A service and its weight, e.g. medical_care=2. May be given more than once.")],
    out: Annotated[str, typer.Option("--out", help="The file to write; - writes to standard output.")],
    group: Annotated[
        list[str] | None,
        typer.Option("--group", help="A target group and its weight, e.g. women=1. Everybody when it is not given. May be given more than once."),
    ] = None,
    limit: Annotated[float, typer.Option("--limit", min=0, help="Minutes within which a site is in reach.")] = 30.0,
    beta: Annotated[float, typer.Option("--beta", min=0, max=2, help="How much need counts; 0 for not at all.")] = 0.5,
    lang: Lang = "",
) -> None:
    """Write the priority list of a country: priority, ranks, tier, contributions, and the fewest places that take a governorate off the top."""
    from data.capacities import read_capacities
    from data.demand import services_counted
    from data.snapshot import read_registry
    from geo.errors import InputError
    from geo.priority import Weights
    from jobs.need_priority import list_for, priority_table
    from jobs.opening import open_store
    from jobs.roads import Roads
    from settings import Settings

    tr = words(lang)

    def pairs(texts: list[str], option: str, known: list[str]) -> tuple[tuple[str, float], ...]:
        found = []
        for text in texts:
            code, _, written = text.partition("=")
            try:
                weight = float(written or "1")
            except ValueError as error:
                raise InputError("priority.option", value=text[:80]) from error
            if code not in known:
                raise InputError("cli.unknown_code", option=option, value=code[:80])
            found.append((code, weight))
        return tuple(found)

    with told(tr):
        settings = Settings.from_env()
        store = open_store(settings)
        registry = read_registry(store)
        services = pairs(service, "--service", registry.codes("service"))
        groups = pairs(group or ["all"], "--group", registry.codes("target_group"))
        decided = Weights(services, groups, beta)
        found = list_for(
            registry, lambda code: read_capacities(store, services_counted(code)), country, decided, limit=limit, roads=Roads(settings.data_dir)
        )  # fmt: skip
        summary = {
            "country": country, "services": dict(services), "groups": dict(groups), "beta": beta, "limit": limit, "edition": registry.edition,
            "without_known_need": [str(area) for area in found.found.table.index[found.found.table["priority"].isna()]],
        }  # fmt: skip
        give(out, priority_table(registry, country, found, tr.lang), summary)
