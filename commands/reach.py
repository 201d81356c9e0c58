"""``cli.py chances`` and ``cli.py isochrone``: how surely a site is reached, and from where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import Lang, day_of, give, one_line, told, words, write_whole

if TYPE_CHECKING:
    from geo.obstacles import Day
    from jobs.reach import On

reach = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Country = Annotated[str, typer.Option("--country", help="Go by the roads and obstacles loaded for this country: PS, SY or IL.")]
Graph = Annotated[Path | None, typer.Option("--graph", help="Go by the roads of this file instead: .osm, .osm.pbf or .graphml.")]
Obstacles = Annotated[Path | None, typer.Option("--obstacles", help="The obstacles for --graph: GeoJSON, Jiwar's fields or OCHA's closure layer.")]
Mode = Annotated[str, typer.Option(help="One of car, walk, shared_taxi or ambulance.")]
Mobility = Annotated[str, typer.Option(help="Who travels: a mobility class such as resident, west_bank_id or permit_holder.")]
Hour = Annotated[int, typer.Option(help="Hour of the day, 0 to 23, for obstacles that open by the hour.")]
Date = Annotated[str, typer.Option("--date", help="Day on which obstacles must be valid, as YYYY-MM-DD; today when it is not given.")]


@reach.command(name="chances")
def chances_command(
    sites: Annotated[Path, typer.Option("--sites", help="Sites: CSV with the columns site_id, lon, lat.")],
    points: Annotated[Path, typer.Option("--points", help="Where people are: CSV with the columns point_id, lon, lat; population if it is known.")],
    out: Annotated[str, typer.Option("--out", help="The CSV file to write: point_id, probability, p10, p50, p90; - writes to standard output.")],
    country: Country = "",
    graph: Graph = None,
    obstacles: Obstacles = None,
    mode: Mode = "car",
    limit: Annotated[float, typer.Option(help="Minutes; the limit itself counts as within.")] = 60.0,
    regime: Annotated[
        str, typer.Option(help="Name of a scenario (cli.py scenarios add) whose changes hold on every day drawn; usual for none.")
    ] = "usual",
    mobility: Mobility = "",
    hour: Hour = 10,
    date: Date = "",
    draws: Annotated[int, typer.Option(help="How many days are drawn.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="The same number draws the same days.")] = 0,
    lang: Lang = "",
) -> None:
    """Tell for each point how probably a site is reached within the limit, and the spread of minutes to the nearest one."""
    from geo.errors import InputError
    from jobs.reach import reach_chances
    from settings import Settings

    with told(words(lang)):
        if regime in ("bad", "closed"):
            raise InputError("scenarios.chance", regime=regime)
        on, day = _on(country, graph, obstacles, date), _day(regime, mobility, hour)
        table, account = reach_chances(on, sites, points, mode, limit, day, Settings.from_env().data_dir, draws=draws, seed=seed)
        give(out, table, account)


@reach.command(name="isochrone")
def isochrone_command(
    out: Annotated[Path, typer.Option("--out", help="The GeoJSON file to write: one area for each limit.")],
    limit: Annotated[list[float], typer.Option("--limit", help="Minutes, included. May be given more than once.")],
    site: Annotated[str, typer.Option("--site", help="Id of a site of the registry; its public place is used.")] = "",
    lon: Annotated[float | None, typer.Option(help="Longitude of a place, where no site is named.")] = None,
    lat: Annotated[float | None, typer.Option(help="Latitude of a place, where no site is named.")] = None,
    country: Country = "",
    graph: Graph = None,
    obstacles: Obstacles = None,
    mode: Mode = "car",
    regime: Annotated[str, typer.Option(help="What kind of day: usual, bad, closed, or the name of a scenario (cli.py scenarios add).")] = "usual",
    mobility: Mobility = "",
    hour: Hour = 10,
    date: Date = "",
    lang: Lang = "",
) -> None:
    """Draw the area from which a place is reached within some minutes."""
    from data.snapshot import read_registry
    from geo.errors import InputError
    from jobs.opening import open_store
    from jobs.reach import place_of, reach_area
    from settings import Settings

    with told(words(lang)):
        settings = Settings.from_env()
        if bool(site) == (lon is not None and lat is not None):
            raise InputError("roads.which_place")
        place = place_of(read_registry(open_store(settings)), site) if lon is None or lat is None else (lon, lat)
        body, account = reach_area(_on(country, graph, obstacles, date), place, limit, mode, _day(regime, mobility, hour), settings.data_dir)
        write_whole(out, body)
        print(one_line(account | {"out": str(out)}))


def _on(country: str, graph: Path | None, obstacles: Path | None, date: str) -> On:

    from jobs.reach import On

    return On(day_of(date), country, graph, obstacles)


def _day(regime: str, mobility: str, hour: int) -> Day:
    from data.roads.scenarios import on_scenario
    from geo.obstacles import DEFAULT_CLASS, Day
    from settings import Settings

    return on_scenario(Settings.from_env().data_dir, Day(regime, mobility or DEFAULT_CLASS, hour))
