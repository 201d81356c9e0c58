"""``cli.py travel-time``: minutes between points and sites, by road or as a labelled estimate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.common import Lang, day_of, printable, told, words, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from i18n import Translator


def travel_time(
    sites: Annotated[Path, typer.Option("--sites", help="Sites: CSV with the columns site_id, lon, lat.")],
    points: Annotated[Path, typer.Option("--points", help="Where people are: CSV with the columns point_id, lon, lat; population if it is known.")],
    out: Annotated[
        Path, typer.Option("--out", help="The CSV file to write: point_id, site_id, minutes; a missing pair has no route within the limit.")
    ],
    graph: Annotated[
        Path | None, typer.Option("--graph", help="Roads: .osm, .osm.pbf or .graphml. Without it the minutes are an estimate by straight line.")
    ] = None,
    mode: Annotated[str, typer.Option(help="One of car, walk, shared_taxi or ambulance.")] = "car",
    limit: Annotated[float, typer.Option(help="Minutes; the limit itself counts as within.")] = 60.0,
    obstacles: Annotated[Path | None, typer.Option("--obstacles", help="Obstacles: GeoJSON, Jiwar's fields or OCHA's closure layer.")] = None,
    regime: Annotated[str, typer.Option(help="What kind of day: usual, bad, closed, or the name of a scenario (cli.py scenarios add).")] = "usual",
    mobility: Annotated[str, typer.Option(help="Who travels: a mobility class such as resident, west_bank_id or permit_holder.")] = "",
    hour: Annotated[int, typer.Option(help="Hour of the day, 0 to 23, for obstacles that open by the hour.")] = 10,
    date: Annotated[str, typer.Option("--date", help="Day on which obstacles must be valid, as YYYY-MM-DD; today when it is not given.")] = "",
    engine: Annotated[str, typer.Option(help="How ways are found: auto, by road or straight line; or raster, across a surface.")] = "auto",
    friction: Annotated[
        Path | None, typer.Option("--friction", help="For --engine raster: GeoTIFF of friction, minutes a metre; 0, less or no data is a barrier.")
    ] = None,
    compute: Annotated[
        str, typer.Option(help="Where it is computed: serial, processes of this machine, or dask for several machines. The result is the same.")
    ] = "serial",
    workers: Annotated[int, typer.Option(min=0, help="How many processes; as many as there are processors when it is not given.")] = 0,
    lang: Lang = "",
) -> None:
    """Compute the minutes between points and sites within a limit, and write them to a file."""
    from typing import cast

    from data.roads.scenarios import on_scenario
    from geo.errors import InputError
    from geo.obstacles import DEFAULT_CLASS, Day
    from jobs.compute import Compute
    from jobs.travel import Asked
    from jobs.travel import travel_time as computed
    from settings import Settings

    tr = words(lang)
    with told(tr):
        day = day_of(date)
        if engine not in ("auto", "raster"):
            raise InputError("grids.engine", engine=engine[:40])
        if (engine == "raster") != (friction is not None):
            raise InputError("grids.friction")
        settings = Settings.from_env()
        asked = Asked(
            sites, points, mode, limit, graph, obstacles, on_scenario(settings.data_dir, Day(regime, mobility or DEFAULT_CLASS, hour)), day,
            cast("Compute", compute), settings.dask_scheduler, workers, friction,
        )  # fmt: skip
        frame, account = computed(asked, settings.data_dir)
        write_whole(out, frame.to_csv(index=False, float_format="%.5f", lineterminator="\n").encode())
        if account["engine"] == "raster" and (said := _off_surface(account, tr)):
            typer.echo(printable(said), err=True)
        if account.get("regime", "usual") != "usual" and not account["obstacles"]:
            typer.echo(tr("travel.no_obstacles"), err=True)
        if account["estimate"]:
            typer.echo(tr("travel.estimate"), err=True)
        print(json.dumps(account, ensure_ascii=False, sort_keys=True))


def _off_surface(account: Mapping[str, Any], tr: Translator) -> str:
    """Say which places stand on a barrier or beyond the surface; empty where none does."""
    counts = {name: account[name] for name in ("points_outside", "points_on_barrier", "sites_outside", "sites_on_barrier")}
    if not any(counts.values()):
        return ""
    return tr("grids.off_surface", **counts, ids=", ".join([*account["without_way"]["sites"], *account["without_way"]["points"]]))
