"""Jiwar from the command line: the same jobs as the pages, without a browser."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.access import access
from commands.brief import brief
from commands.clusters import moran
from commands.common import Lang, printable, told, words, write_whole
from commands.completeness import completeness
from commands.freshness import freshness
from commands.grids import grids
from commands.history import history, merge, revert
from commands.index import index
from commands.indicators import indicators
from commands.need import priority
from commands.profile import profile
from commands.reach import reach
from commands.review import review
from commands.roads import obstacles, roads
from commands.scenarios import scenarios
from commands.snapshots import snapshots
from commands.template import template
from commands.travel import travel_time
from commands.users import users

if TYPE_CHECKING:
    from geo.model import Filter
    from geo.registry import Registry

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="Jiwar overlays social-service providers, community centres and need by governorate. Every command works without internet.",
)  # fmt: skip


@app.command()
def init(lang: Lang = "") -> None:
    """Make the store if it is not there, bring it up to date and load the shipped data."""
    from jobs.opening import open_store
    from settings import Settings

    tr = words(lang)
    with told(tr):
        settings = Settings.from_env()
        store = open_store(settings)
        print(tr("cli.ready", workspace=tr(f"cli.workspace.{settings.workspace}"), place=_place(settings.database_url), version=store.version()))


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    file_format: Annotated[str, typer.Option("--format", help="One of csv, xlsx, geojson, gpkg or html.")] = "csv",
    country: Annotated[list[str] | None, typer.Option(help="Only this country: PS, SY or IL. May be given more than once.")] = None,
    governorate: Annotated[
        list[str] | None, typer.Option(help="Only this governorate, by its code, e.g. PS0150. May be given more than once.")
    ] = None,
    service: Annotated[list[str] | None, typer.Option(help="Only sites with this service, by its code.")] = None,
    target_group: Annotated[list[str] | None, typer.Option(help="Only sites for this target group, by its code.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind of site, by its code.")] = None,
    organisation: Annotated[list[str] | None, typer.Option(help="Only sites of this organisation, by its id.")] = None,
    status: Annotated[list[str] | None, typer.Option(help="Only sites in this working state, e.g. active.")] = None,
    last_check: Annotated[
        list[str] | None, typer.Option(help="Only sites whose last check is fresh, ageing or stale, or never was. May be given more than once.")
    ] = None,
    verified_since: Annotated[str, typer.Option(help="Only sites checked on this day or later, as YYYY-MM-DD.")] = "",
    text: Annotated[str, typer.Option("--search", help="Only sites whose name, place or organisation holds these words.")] = "",
    need: Annotated[str, typer.Option(help="The need indicator that goes along, by its code.")] = "",
    *,
    hxl: Annotated[bool, typer.Option("--hxl", help="Write a row of HXL hashtags under the header (CSV and XLSX).")] = False,
    lang: Lang = "",
) -> None:
    """Write the sites that pass the filter to a file: the same rows as the page's table."""
    from geo.model import QUERY_KEYS
    from jobs.exporting import export_sites

    tr = words(lang)
    with told(tr):
        registry = _registry()
        given: dict[str, list[str]] = {
            "countries": country or [], "areas": governorate or [], "services": service or [], "target_groups": target_group or [],
            "kinds": kind or [], "organisations": organisation or [], "statuses": status or [], "freshness": last_check or [],
            "verified_since": [verified_since] if verified_since else [], "text": [text] if text else [],
        }  # fmt: skip
        wanted = _strict_filter({QUERY_KEYS[name]: values for name, values in given.items() if values}, registry)
        body = export_sites(registry, wanted, file_format, tr, indicator=need, hxl=hxl)
        write_whole(out, body)
        print(tr.plural("cli.exported", int(registry.select(wanted).sum()), file=str(out)))


@app.command(name="import")
def import_file(
    file: Annotated[
        str, typer.Argument(help="The file to read: CSV, XLSX, GeoJSON, GeoPackage, OSM XML or OSM PBF; or osm:PLACE to ask OpenStreetMap.")
    ],
    file_format: Annotated[
        str, typer.Option("--format", help="One of csv, xlsx, geojson, gpkg or osm; found from the content when it is not given.")
    ] = "",
    mapping: Annotated[Path | None, typer.Option("--map", help="A mapping of columns (TOML), as --show-map prints it.")] = None,
    source: Annotated[str, typer.Option(help="Id of the list; the same id again renews the same sites. The file's name by default.")] = "",
    title: Annotated[str, typer.Option(help="Title of the source, as it will be cited.")] = "",
    licence: Annotated[str, typer.Option(help="Terms of use of the source.")] = "",
    year: Annotated[int | None, typer.Option(help="Year of the data.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write the refused and flagged rows to this workbook (XLSX), with the cells marked.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and store nothing.")] = False,
    show_map: Annotated[bool, typer.Option("--show-map", help="Only print the mapping that would be used.")] = False,
    locked: Annotated[bool, typer.Option("--locked", help="The list is kept elsewhere: nobody proposes changes to its sites here.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the account as one line of JSON.")] = False,
    lang: Lang = "",
) -> None:
    """Read sites from a file: good rows go into the store, bad rows are listed with row, column and fix."""
    from jobs.importing import SourceNote, import_sites, read_plan
    from jobs.opening import open_store
    from settings import Settings

    tr = words(lang)
    with told(tr):
        store = open_store(Settings.from_env())
        plan = read_plan(store, file, file_format=file_format, mapping=mapping)
        if show_map:
            print(plan.mapping.to_toml())
            return
        result = import_sites(store, plan, SourceNote(source, title, licence, year, locked), tr, dry_run=dry_run)
        if report is not None:
            write_whole(report, result.workbook(tr))
        if as_json:
            print(json.dumps(result.as_json(), ensure_ascii=False, sort_keys=True))
            return
        print(printable(result.text))


@app.command()
def doctor(lang: Lang = "") -> None:
    """Say in plain words what is installed, which store and which data are in use, and what is missing."""
    from jobs.checking import check_set_up
    from settings import Settings

    tr = words(lang)
    with told(tr):
        findings = check_set_up(Settings.from_env(), tr)
    for finding in findings:
        print(f"{'✓' if finding.good else '·' if finding.optional else '✗'} {finding.text}")
    if any(not finding.good and not finding.optional for finding in findings):
        raise typer.Exit(1)


@app.command()
def duplicates(
    at_least: Annotated[int, typer.Option("--at-least", min=0, max=100, help="Lowest score of a pair, from 0 to 100.")] = 70,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the pairs as one line of JSON.")] = False,
    lang: Lang = "",
) -> None:
    """List the sites that may be one and the same, with a score and its reasons; nothing is merged."""
    from jobs.duplicates import duplicates_json, duplicates_text, find_duplicates

    tr = words(lang)
    with told(tr):
        registry = _registry()
        pairs = find_duplicates(registry, at_least=at_least)
        if as_json:
            print(json.dumps(duplicates_json(registry, pairs, tr.lang), ensure_ascii=False, sort_keys=True))
            return
        print(printable(duplicates_text(registry, pairs, tr)))


def _registry() -> Registry:
    from data.snapshot import read_registry
    from jobs.opening import open_store
    from settings import Settings

    return read_registry(open_store(Settings.from_env()))


def _strict_filter(query: dict[str, list[str]], registry: Registry) -> Filter:
    """Read the filter; unlike an address, a command line must not be misspelt."""
    from geo.errors import InputError
    from geo.model import Filter

    wanted = Filter.from_query(query, registry.known)
    taken = wanted.to_query()
    for key, values in query.items():
        lost = [value for value in values if value.strip() and value.strip() not in taken.get(key, [])]
        if lost:
            raise InputError("cli.unknown_code", option=key, value=lost[0])
    return wanted


def _place(url: str) -> str:
    """Return where a store is, without its password."""
    from sqlalchemy import make_url

    return make_url(url).render_as_string(hide_password=True)


app.add_typer(access)
app.add_typer(index)
app.add_typer(indicators, name="indicators")
app.add_typer(reach)
app.add_typer(users, name="users")
app.add_typer(review, name="review")
app.add_typer(roads, name="roads")
app.add_typer(obstacles, name="obstacles")
app.add_typer(grids, name="grids")
app.add_typer(scenarios, name="scenarios")
app.add_typer(snapshots, name="snapshots")
for command in (history, revert, merge, template):
    app.command()(command)
app.command(name="travel-time")(travel_time)
app.command(name="freshness")(freshness)
app.command(name="completeness")(completeness)
app.command(name="moran")(moran)
app.command(name="priority")(priority)
app.command(name="profile")(profile)
app.command(name="brief")(brief)


def main() -> None:
    """Run the command line; what nobody foresaw is told under a short id and written in full to standard error."""
    import logging
    import secrets

    try:
        app()
    except Exception:
        reference = secrets.token_hex(3)
        logging.getLogger("jiwar").exception("unforeseen error %s", reference)
        print(words("")("error.unforeseen", id=reference), file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
