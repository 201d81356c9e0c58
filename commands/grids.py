"""``cli.py grids``: population grids that say where people are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.common import Lang, told, words
from commands.roads import AsJson, Country, Licence, list_loaded, public_registry, remove_loaded, tell_loaded

grids = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Load the population grids that say where people are, country by country.")


@grids.command(name="add")
def add_grid_command(
    file: Annotated[Path, typer.Argument(help="The grid: a GeoTIFF with one band, people by cell.")],
    country: Country,
    year: Annotated[int, typer.Option(help="Year of the data.")],
    source_title: Annotated[str, typer.Option("--source-title", help="Title of the source, as it will be cited.")],
    licence: Licence = "",
    *,
    as_json: AsJson = False,
    lang: Lang = "",
) -> None:
    """Read a population grid once, and let its cells stand for where people are in a country, in place of its localities."""
    from jobs.grids import add_grid
    from jobs.loaded import Note
    from settings import Settings

    tr = words(lang)
    with told(tr):
        added = add_grid(file, country, Note(source_title, licence, year), Settings.from_env().data_dir, public_registry())
        tell_loaded(added, tr, as_json=as_json)


@grids.command(name="list")
def list_grids_command(*, as_json: AsJson = False, lang: Lang = "") -> None:
    """List the population grids that are loaded, with their source, year, terms, size and extent."""
    list_loaded("grids", words(lang), as_json=as_json)


@grids.command(name="remove")
def remove_grid_command(country: Country, *, as_json: AsJson = False, lang: Lang = "") -> None:
    """Take the population grid of a country away; from then on its people are where its localities are."""
    remove_loaded("grids", country, words(lang), as_json=as_json)
