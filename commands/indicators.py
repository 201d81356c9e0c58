"""``cli.py indicators``: list what is known, print the values of one indicator, add values from a file, and send and list counts of issues."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import Lang, give, one_line, printable, told, words, write_whole
from commands.review import As

if TYPE_CHECKING:
    from data.indicators_said import NewIndicator
    from data.store import Store
    from geo.registry import Registry
    from i18n import Translator
    from jobs.indicators_import import Account, Upload

indicators = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="List indicators, print their values, add values from a file, and send and list counts of issues.",
)
Country = Annotated[str, typer.Option("--country", help="One country: PS, SY or IL.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line instead of sentences.")]


@indicators.command(name="list")
def list_command(country: Country = "", *, as_json: AsJson = False, lang: Lang = "") -> None:
    """List every indicator by country and year: for how many governorates it is known, from when, and of what worth."""
    from jobs.indicators_list import coverage_lines, coverage_rows

    tr = words(lang)
    with told(tr):
        store, registry = _opened()
        rows = coverage_rows(store, registry, _countries(registry, country))
        for line in map(one_line, rows) if as_json else coverage_lines(registry, rows, tr):
            print(printable(line))


@indicators.command(name="show")
def show_command(
    indicator: Annotated[str, typer.Argument(help="The indicator, by its code or its name in any of the three languages.")],
    country: Country,
    out: Annotated[str, typer.Option("--out", help="The file to write (.csv or .xlsx), or - for CSV on standard output.")] = "-",
    lang: Lang = "",
) -> None:
    """Write the values of an indicator in a country: the rows of the page's table and files, empty where nothing is known."""
    from data.indicators_columns import IndicatorNames
    from geo.errors import InputError
    from jobs.indicators_export import export_values
    from jobs.indicators_list import held_of

    tr = words(lang)
    with told(tr):
        store, registry = _opened()
        code = IndicatorNames(registry).find(indicator)
        if not code:
            raise InputError("indicators.unknown_indicator_given", indicator=indicator)
        extension = "csv" if out == "-" else Path(out).suffix.removeprefix(".").lower()
        body = export_values(registry, _countries(registry, country)[0], code, held_of(store, registry), extension, tr)
        if out == "-":
            print(body.decode("utf-8-sig").replace("\r\n", "\n"), end="")
            return
        write_whole(Path(out), body)
        print(tr("indicators.written", file=out))


@indicators.command(name="import")
def import_command(
    file: Annotated[Path, typer.Argument(help="The file: CSV or XLSX, a row a value, or a column a year, or a column an indicator.")],
    source_title: Annotated[str, typer.Option("--source-title", help="Title of the source, as it will be cited.")],
    publisher: Annotated[str, typer.Option(help="Who publishes it.")],
    licence: Annotated[str, typer.Option(help="Terms of use of the source.")],
    source_year: Annotated[int | None, typer.Option("--source-year", help="Year of the source; the year of the values by default.")] = None,
    indicator: Annotated[str, typer.Option(help="The indicator, by code or name, where no column says it; with --unit a new one's name.")] = "",
    year: Annotated[int | None, typer.Option(help="Year of the values, where no column says it.")] = None,
    unit: Annotated[str, typer.Option(help="Unit of a new indicator, e.g. people, %, or % of households.")] = "",
    direction: Annotated[int, typer.Option(min=-1, max=1, help="Of a new indicator: 1, more is more need; -1, less is more need; 0, neither.")] = 0,
    status: Annotated[
        str, typer.Option(help="Worth of the values: estimate, derived or inferred; official with --as of a person of the ministry.")
    ] = "estimate",
    country: Country = "",
    login: As = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and store nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the account as one line of JSON.")] = False,
    lang: Lang = "",
) -> None:
    """Add values from a file in one transaction: good cells come in, bad ones are listed with row, column and fix; the same file again changes nothing."""
    from commands.review import opened
    from data.indicators_said import SourceSaid, ValuesAsked
    from data.ingest.plan import read_file
    from jobs.indicators_import import read_values, write_upload

    tr = words(lang)
    with told(tr):
        office = opened(login)
        registry = office.registry()
        said = SourceSaid(source_title, publisher, source_year or year, licence)
        asked = ValuesAsked(indicator, year, status, said, _new(indicator, unit, direction), country)
        upload = read_values(office.store, registry, read_file(file), asked, office.scope)
        account = upload.account if dry_run else write_upload(office.store, office.scope, upload)
        _tell(upload, account, tr, dry_run=dry_run, as_json=as_json)


@indicators.command(name="issues")
def issues_command(
    country: Country = "",
    year: Annotated[int | None, typer.Option(help="Only this year.")] = None,
    out: Annotated[str, typer.Option("--out", help="The CSV file to write, or - for standard output.")] = "-",
    lang: Lang = "",
) -> None:
    """List the counts of issues that centres sent, by governorate and year; small ones, and those that would give them away, are held back."""
    from jobs.indicators_issues import issues_table

    tr = words(lang)
    with told(tr):
        store, registry = _opened()
        give(out, *issues_table(store, registry, _countries(registry, country), year, tr))


@indicators.command(name="send-counts")
def send_counts_command(
    file: Annotated[Path, typer.Argument(help="The file, CSV or XLSX, with the columns issue, governorate, month and count and no other.")],
    source_title: Annotated[str, typer.Option("--source-title", help="Title under which the counts are cited.")],
    publisher: Annotated[str, typer.Option(help="Who publishes them.")],
    licence: Annotated[str, typer.Option(help="Terms of use.")],
    source_year: Annotated[int, typer.Option("--source-year", help="Year of the source.")],
    login: As = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and store nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the account as one line of JSON.")] = False,
    lang: Lang = "",
) -> None:
    """Send counts of issues for the organisation of the person named by --as: sealed as sent, shown by year with small numbers held back."""
    from commands.review import opened
    from data.indicators_said import SourceSaid
    from data.ingest.plan import read_file
    from jobs.indicators_import import read_counts, write_upload

    tr = words(lang)
    with told(tr):
        office = opened(login)
        upload = read_counts(office.store, office.registry(), read_file(file), office.scope)
        said = SourceSaid(source_title, publisher, source_year, licence)
        account = upload.account if dry_run else write_upload(office.store, office.scope, upload, said)
        _tell(upload, account, tr, dry_run=dry_run, as_json=as_json)


def _tell(upload: Upload, account: Account, tr: Translator, *, dry_run: bool, as_json: bool) -> None:
    """Print what became of a file: refused cells with their fix and the counts, or one line of JSON."""
    from jobs.indicators_import import account_json, account_text, cell_lines

    if as_json:
        print(json.dumps(account_json(upload, dry_run=dry_run), ensure_ascii=False, sort_keys=True))
        return
    for line in cell_lines(upload.plan.cells, tr):
        print(printable(line))
    if dry_run:
        print(tr("cli.dry_run"))
    print(account_text(account, tr))


def _new(name: str, unit: str, direction: int) -> NewIndicator | None:
    from data.indicators_plan import new_names
    from data.indicators_said import NewIndicator

    return NewIndicator(new_names(name), unit, direction) if unit else None


def _opened() -> tuple[Store, Registry]:
    from data.snapshot import read_registry
    from jobs.opening import open_store
    from settings import Settings

    store = open_store(Settings.from_env())
    return store, read_registry(store)


def _countries(registry: Registry, country: str) -> list[str]:
    from geo.errors import InputError
    from geo.model import COUNTRIES

    known = [code for code in COUNTRIES if code in set(registry.areas["country"])]
    if country and country not in known:
        raise InputError("cli.unknown_code", option="country", value=country)
    return [country] if country else known
