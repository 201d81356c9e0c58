"""``cli.py roads`` and ``cli.py obstacles``: which road graph and which obstacles serve which country."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import Lang, one_line, told, words

if TYPE_CHECKING:
    from data.roads.register import Loaded, What
    from geo.registry import Registry
    from i18n import Translator

roads = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Load the roads that travel goes by, country by country.")
obstacles = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Load the obstacles that stand on the roads, country by country.")
Country = Annotated[list[str], typer.Option("--country", help="The country that it serves: PS, SY or IL. May be given more than once.")]
Title = Annotated[str, typer.Option(help="Title of the source, as it will be cited; the name of the file by default.")]
Licence = Annotated[str, typer.Option(help="Terms of use of the source.")]
Year = Annotated[int | None, typer.Option(help="Year of the data.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line instead of sentences.")]


@roads.command(name="add")
def add_roads_command(
    country: Country,
    file: Annotated[Path | None, typer.Argument(help="The roads: .osm, .osm.pbf or .graphml.")] = None,
    place: Annotated[
        str, typer.Option(help="Instead of a file, ask OpenStreetMap for the roads of a place, e.g. An-Nabk, Syria; needs internet.")
    ] = "",
    title: Title = "",
    licence: Licence = "",
    year: Year = None,
    *,
    as_json: AsJson = False,
    lang: Lang = "",
) -> None:
    """Read a road file once, keep its graph, and go by it in a country from now on, in place of the roads before."""
    from geo.errors import InputError
    from jobs.loaded import Note
    from jobs.roads import add_place, add_roads
    from settings import Settings

    tr = words(lang)
    with told(tr):
        where, data_dir = Note(title, licence, year), Settings.from_env().data_dir
        if (file is None) == (not place):
            raise InputError("roads.file_or_place")
        registry = public_registry()
        added = add_place(place, country, where, data_dir, registry) if file is None else add_roads(file, country, where, data_dir, registry)
        tell_loaded(added, tr, as_json=as_json)


@roads.command(name="list")
def list_roads_command(*, as_json: AsJson = False, lang: Lang = "") -> None:
    """List the roads that are loaded, with their source, year, terms, size and extent."""
    list_loaded("roads", words(lang), as_json=as_json)


@roads.command(name="remove")
def remove_roads_command(country: Country, *, as_json: AsJson = False, lang: Lang = "") -> None:
    """Take the roads of a country away; from then on its minutes are estimates."""
    remove_loaded("roads", country, words(lang), as_json=as_json)


@obstacles.command(name="add")
def add_obstacles_command(
    file: Annotated[Path, typer.Argument(help="The obstacles: GeoJSON with Jiwar's fields, or OCHA's closure layer. Public data only.")],
    country: Country,
    title: Title = "",
    licence: Licence = "",
    year: Year = None,
    *,
    as_json: AsJson = False,
    lang: Lang = "",
) -> None:
    """Read a file of obstacles, and let them stand on a country's roads from now on, in place of those before."""
    from jobs.loaded import Note
    from jobs.roads import add_obstacles
    from settings import Settings

    tr = words(lang)
    with told(tr):
        tell_loaded(add_obstacles(file, country, Note(title, licence, year), Settings.from_env().data_dir, public_registry()), tr, as_json=as_json)


@obstacles.command(name="list")
def list_obstacles_command(*, as_json: AsJson = False, lang: Lang = "") -> None:
    """List the obstacles that are loaded, with their source, year, terms, number and extent."""
    list_loaded("obstacles", words(lang), as_json=as_json)


@obstacles.command(name="remove")
def remove_obstacles_command(country: Country, *, as_json: AsJson = False, lang: Lang = "") -> None:
    """Take the obstacles of a country away."""
    remove_loaded("obstacles", country, words(lang), as_json=as_json)


def list_loaded(what: What, tr: Translator, *, as_json: bool) -> None:
    """Print what is loaded, country by country."""
    from data.roads.register import entries
    from settings import Settings

    with told(tr):
        found = entries(Settings.from_env().data_dir, what)
        tell_loaded(found, tr, as_json=as_json)
        if not found and not as_json:
            print(tr(f"roads.none.{what}"))


def remove_loaded(what: What, countries: list[str], tr: Translator, *, as_json: bool) -> None:
    """Take what is loaded away from countries, and say what it was."""
    from jobs.loaded import remove
    from settings import Settings

    with told(tr):
        for one in remove(what, countries, Settings.from_env().data_dir):
            print(one_line(_row(one)) if as_json else tr(f"roads.removed.{what}", country=one.country, title=one.title))


def tell_loaded(found: list[Loaded], tr: Translator, *, as_json: bool) -> None:
    """Print what is loaded, one line each."""
    for one in found:
        print(one_line(_row(one)) if as_json else _sentence(one, tr))


def _row(one: Loaded) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(one)


def _sentence(one: Loaded, tr: Translator) -> str:
    unstated = tr("roads.unstated")
    counts = tr(f"roads.counts.{one.what}", **{name: f"{count:,}" for name, count in one.counts.items()})
    return tr(
        "roads.line", country=one.country, title=one.title, year=one.year or unstated, licence=one.licence or unstated, counts=counts,
        megabytes=f"{one.size_bytes / 1e6:.1f}", bounds=", ".join(f"{value:.3f}" for value in one.bounds), added=one.added, sha256=one.sha256[:12],
    )  # fmt: skip


def public_registry() -> Registry:
    """Return the registry as everybody may see it."""
    from data.snapshot import read_registry
    from jobs.opening import open_store
    from settings import Settings

    return read_registry(open_store(Settings.from_env()))
