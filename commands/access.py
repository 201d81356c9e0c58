"""``cli.py access``, ``capacity``, ``equity`` and ``ledger``: who can reach what, in numbers that add up."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.common import Lang, give, one_line, told, words, write_whole

if TYPE_CHECKING:
    from i18n import Translator
    from settings import Settings

access = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Points = Annotated[Path, typer.Option("--points", help="CSV with the columns point_id and population.")]
Pairs = Annotated[Path, typer.Option("--minutes", help="CSV with the columns point_id, site_id and minutes; a pair that is missing has no route.")]
Out = Annotated[str, typer.Option("--out", help="The file to write; - writes to standard output.")]


@access.command(name="access")
def access_command(
    points: Points,
    sites: Annotated[Path, typer.Option("--sites", help="CSV with the columns site_id and supply.")],
    minutes: Pairs,
    out: Out,
    method: Annotated[
        str,
        typer.Option(help="One of nearest, coverage, cumulative, gravity, 2sfca, e2sfca, 3sfca, m2sfca, bfca, availability, raam."),
    ],
    limit: Annotated[float | None, typer.Option(help="Minutes that are within reach, this number included; the method's own by default.")] = None,
    decay: Annotated[
        str,
        typer.Option(
            help="How sites count with distance: exp:0.1, power:1, gaussian:20, linear:60, binary or steps:10=1,20=.68,30=.22; the method's own by default."
        ),
    ] = "",
    tau: Annotated[float, typer.Option(help="For raam: minutes that weigh as much as the mean crowd.")] = 60.0,
    *,
    pysal_compat: Annotated[bool, typer.Option("--pysal-compat", help="Compute 3sfca and raam as PySAL does, not as their papers do.")] = False,
    lang: Lang = "",
) -> None:
    """Measure access at every point and write point_id and value; a summary is printed as one line of JSON."""
    from jobs.access import measure_access

    with told(words(lang)):
        table, summary = measure_access(points, sites, minutes, method, limit=limit, decay=decay, tau=tau, pysal_compat=pysal_compat)
        give(out, table, summary)


@access.command(name="capacity")
def capacity_command(
    points: Points,
    sites: Annotated[
        Path, typer.Option("--sites", help="CSV with the columns site_id, capacity (people; inf has no limit) and, if wanted, order (lowest first).")
    ],
    minutes: Pairs,
    out: Out,
    limit: Annotated[float, typer.Option(help="Minutes that are within reach, this number included.")] = 60.0,
    *,
    optimal: Annotated[
        bool, typer.Option("--optimal", help="Serve as many as any order could, with the fewest minutes, instead of in order.")
    ] = False,
    lang: Lang = "",
) -> None:
    """Serve people until sites are full and write point_id and served; the summary tells the unused capacity of each site."""
    from jobs.access import serve_people

    with told(words(lang)):
        table, summary = serve_people(points, sites, minutes, limit=limit, optimal=optimal)
        give(out, table, summary)


@access.command(name="equity")
def equity_command(
    values: Annotated[
        Path, typer.Option("--values", help="CSV with the columns unit, value, population and, where there are any, ranking and group.")
    ],
    out: Out = "-",
    eps: Annotated[float, typer.Option(help="Kolm-Pollak aversion: below 0 for a burden such as minutes, above 0 for a good.")] = -1.0,
    line: Annotated[float | None, typer.Option(help="The least that a person should have; without it there is no access poverty.")] = None,
    bounds: Annotated[
        str, typer.Option(help="Lowest and highest possible value for Erreygers' index, e.g. 0,1 for shares; the file's own by default.")
    ] = "",
    palma_cuts: Annotated[
        str,
        typer.Option(help="Rank up to which people are poor and above which they are rich, where the file has only a part of them, e.g. 900,4000."),
    ] = "",
    lang: Lang = "",
) -> None:
    """Tell how unequally people have something, as one line of JSON with all measures."""
    from jobs.access import measure_equity, two_numbers

    with told(words(lang)):
        found = measure_equity(values, eps=eps, line=line, bounds=two_numbers(bounds), cuts=two_numbers(palma_cuts))
        if out != "-":
            write_whole(Path(out), f"{one_line(found)}\n".encode())
        print(one_line(found))


@access.command(name="ledger")
def ledger_command(
    service: Annotated[str, typer.Option(help="Code of the service, e.g. medical_care.")],
    out: Out,
    group: Annotated[str, typer.Option(help="Code of the target group; all is everybody.")] = "all",
    limit: Annotated[float, typer.Option(help="Minutes that are within reach, this number included.")] = 30.0,
    mode: Annotated[str, typer.Option(help="How people travel: car, walk, shared_taxi or ambulance.")] = "car",
    regime: Annotated[
        str,
        typer.Option(help="What kind of day: usual, bad, closed, or the name of a scenario (cli.py scenarios add); another than usual needs roads."),
    ] = "usual",
    mobility: Annotated[str, typer.Option(help="Who travels: a mobility class such as resident, west_bank_id or permit_holder; needs roads.")] = "",
    hour: Annotated[int, typer.Option(help="Hour of the day, 0 to 23, for obstacles that open by the hour.")] = 10,
    compare: Annotated[
        str, typer.Option(help="Two kinds of day, e.g. usual,closed: each part is then how many people more it has on the second one.")
    ] = "",
    compare_mobility: Annotated[
        str,
        typer.Option(
            "--compare-mobility", help="Two mobility classes, e.g. resident,permit_holder; with --compare the first goes with its first day."
        ),
    ] = "",
    governorate: Annotated[
        list[str] | None, typer.Option(help="Only report this governorate, by its code, e.g. PS0150. May be given more than once.")
    ] = None,
    workspace: Annotated[str, typer.Option(help="The workspace, registry or training; the one of the settings by default.")] = "",
    allocation: Annotated[str, typer.Option(help="How capacity is shared out: optimal, or in_order of the list of sites.")] = "optimal",
    *,
    capacity_off: Annotated[
        bool, typer.Option("--capacity-off", help="Count everybody in reach of an open site as served, whatever its capacity.")
    ] = False,
    lang: Lang = "",
) -> None:
    """Split the people in need of a service by governorate: served, full, out of reach, excluded and unknown always sum to need."""
    from data.capacities import read_capacities
    from data.demand import services_counted
    from data.snapshot import read_registry
    from geo.obstacles import DEFAULT_CLASS
    from jobs.ledger import LedgerAsked, compared, gap_ledger, ledger_table
    from jobs.opening import open_store
    from jobs.roads import Roads

    tr = words(lang)
    with told(tr):
        settings = _settings(workspace)
        store = open_store(settings)
        registry, capacities, roads = read_registry(store), read_capacities(store, services_counted(service)), Roads(settings.data_dir)
        days = _two(compare, "roads.compare") if compare else (regime, regime)
        people = _two(compare_mobility, "gaps.compare_mobility") if compare_mobility else (mobility or DEFAULT_CLASS,) * 2
        sides = list(zip(days, people, strict=True))[: 2 if compare or compare_mobility else 1]
        ledgers = [
            gap_ledger(registry, capacities, LedgerAsked(
                service, group, limit, mode, day, tuple(dict.fromkeys(governorate or ())), allocation, capacity_off, who, hour,
            ), roads=roads)
            for day, who in sides
        ]  # fmt: skip
        for text in dict.fromkeys(text for ledger in ledgers for text in _warnings(ledger.account, tr)):
            print(text, file=sys.stderr)
        if len(ledgers) == 2:
            first, second = ledgers
            told_of = ",".join(days) if compare else ",".join(people)
            give(out, compared(first, second), {"compared": told_of, "first": first.account, "second": second.account})
        else:
            give(out, ledger_table(ledgers[0]), ledgers[0].account)


def _two(text: str, code: str) -> tuple[str, str]:
    """Return the two sides of a comparison; InputError with this code where there are not two."""
    from geo.errors import InputError

    first, comma, second = (part.strip() for part in text.partition(","))
    if not comma or not first or not second or "," in second:
        raise InputError(code, value=text[:80])
    return first, second


def _warnings(account: Mapping[str, Any], tr: Translator) -> list[str]:
    """Return what must be known before the figures are used: that they are estimates, and where a day with closures knows of none."""
    from jobs.grids import grid_line

    found = [line for country, where in account["where"].items() if (line := grid_line(where, country, tr))]
    if account["engine"] == "straight_line":
        found.append(tr("access.estimate", detour=account["detour"]))
    elif account["estimate"]:
        found.append(tr("roads.partly_estimate", detour=account["detour"]))
    for country, told_of in account["countries"].items():
        without = told_of["engine"] == "roads" and not told_of["obstacles"]
        if account["regime"] != "usual" and without and country in account["totals"]:
            found.append(tr("roads.no_obstacles", country=country))
    return found


def _settings(workspace: str) -> Settings:
    """Return the settings, with another workspace where one is named."""
    import os

    from geo.errors import InputError
    from settings import WORKSPACES, Settings

    if workspace and workspace not in WORKSPACES:
        raise InputError("access.workspace", value=workspace[:80])
    return Settings.from_env({**os.environ, **({"JIWAR_WORKSPACE": workspace} if workspace else {})})
