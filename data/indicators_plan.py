"""The plan of an upload of indicator values: which values come in, which cells stay out and why; nothing is written."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from data.indicators_cells import EARLIEST, AreaNames
from data.indicators_columns import IndicatorNames, Layout, layout_of
from data.indicators_reader import ValueReader
from data.indicators_said import PERCENT, SHOWN, UNITS, NewIndicator, SourceSaid, ValuesAsked, own_statuses
from data.ingest.clean import clean_text, script_of
from data.sandbox import parse
from data.sources.table import RawTable
from geo.errors import BadCell, InputError
from geo.model import LANGUAGES, Scope
from geo.registry import Registry
from geo.text import fold

MOST_BYTES = 20_000_000
FORMATS = ("csv", "xlsx")
COLUMNS = ("row", "column", "indicator_id", "area_id", "year", "value", "unit", "status", "source")


@dataclass(frozen=True, eq=False)
class ValuesPlan:
    """What an upload would write.

    Parameters
    ----------
    values : columns ``COLUMNS``: values that passed; ``source`` is the title.
    cells : refused and flagged cells in the order of rows.
    filled : cells of the file that hold a value; ``values`` and ``refused`` add up to it.
    blank : cells without one: they stay unknown.
    asked : as said.
    new : indicators to make, by id.
    layout, raw, format, sha256 : of the file.
    """

    values: pd.DataFrame
    cells: tuple[BadCell, ...]
    filled: int
    blank: int
    asked: ValuesAsked
    new: Mapping[str, NewIndicator]
    layout: Layout
    raw: RawTable = field(repr=False)
    format: str = "csv"
    sha256: str = ""

    @property
    def refused(self) -> int:
        """Cells with a value that stays out."""
        return self.filled - len(self.values)


def read_upload(body: bytes) -> tuple[str, RawTable]:
    """Read a CSV or XLSX file in the sandbox.

    Raises
    ------
    InputError : it is too large, unreadable, or of another format.
    """
    if len(body) > MOST_BYTES:
        raise InputError("import.too_large", megabytes=round(len(body) / 1e6), limit=MOST_BYTES // 1_000_000)
    found, table = parse(body)
    if found not in FORMATS:
        raise InputError("indicators.format", found=found)
    return found, table


def plan_values(table: RawTable, registry: Registry, asked: ValuesAsked, scope: Scope, *, file_format: str = "csv", sha256: str = "") -> ValuesPlan:
    """Check every cell of a table.

    Parameters
    ----------
    table : from ``read_upload``.
    registry : areas and indicators to check against, and the day.
    asked : what is said about the file.
    scope : who wants to add the values, and where that person may.
    file_format, sha256 : kept for the account.

    Returns
    -------
    The plan.

    Raises
    ------
    InputError : the file as a whole, or what is said about it, cannot be used; one reason.
    """
    asked = _checked(asked, scope, registry.today)
    names = IndicatorNames(registry)
    areas = AreaNames(registry)
    layout = layout_of(table, names, areas, country=asked.country)
    given, new = _given(asked, names, registry, layout)
    reader = ValueReader(table, layout, registry, asked, scope, areas, names, given)
    for number, row in zip(table.numbers, table.rows, strict=True):
        reader.read(number, row)
    values, twice = _once(reader.good)
    cells = [*table.issues, *reader.cells, *twice, *_shares(values)]
    cells += [BadCell(0, header, "", "indicators.unread_column", severity="flag") for header in layout.unread]
    long = {issue.row for issue in table.issues if issue.severity == "reject"}
    kept = [value for value in values if value["row"] not in long]
    frame = pd.DataFrame(kept, columns=list(COLUMNS))
    return ValuesPlan(
        frame, tuple(sorted(cells, key=lambda cell: cell.row)), reader.filled, reader.blank, asked, new, layout, table, file_format, sha256
    )


def _checked(asked: ValuesAsked, scope: Scope, today: dt.date) -> ValuesAsked:
    """Return what is said about a file with clean words; InputError where something required is missing or not allowed."""
    said = asked.source
    source = SourceSaid(clean_text(said.title)[:200], clean_text(said.publisher)[:200], said.year, clean_text(said.licence)[:200], said.url)
    for name in ("title", "publisher", "licence"):
        if not getattr(source, name):
            raise InputError(f"indicators.missing_{name}")
    if source.year is None or not EARLIEST <= source.year <= today.year:
        raise InputError("indicators.missing_year")
    if asked.year is not None and not EARLIEST <= asked.year <= today.year:
        raise InputError("indicators.year_given", year=asked.year, first=EARLIEST, last=today.year)
    if asked.status not in own_statuses(scope):
        raise InputError("indicators.status_not_allowed")
    return ValuesAsked(clean_text(asked.indicator), asked.year, asked.status, source, asked.new, asked.country)


def _given(asked: ValuesAsked, names: IndicatorNames, registry: Registry, layout: Layout) -> tuple[tuple[str, str], dict[str, NewIndicator]]:
    """Return id and unit of the indicator that is said besides the file, and what is to be made."""
    if layout.kind == "indicators" or not (asked.indicator or asked.new):
        return ("", ""), {}
    wording = next(iter(asked.new.names.values()), "") if asked.new and not asked.indicator else asked.indicator
    code = names.find(wording)
    if code:
        return (code, str(registry.indicators["unit"][code])), {}
    if asked.new is None:
        raise InputError("indicators.unknown_indicator_given", indicator=wording[:SHOWN])
    made = {lang: text for lang, name in asked.new.names.items() if lang in LANGUAGES and (text := clean_text(name)[:120])}
    if not made or asked.new.unit not in UNITS or asked.new.direction not in (-1, 0, 1):
        raise InputError("indicators.new_incomplete", units=", ".join(UNITS))
    code = _new_id(made, registry)
    return (code, asked.new.unit), {code: NewIndicator(made, asked.new.unit, asked.new.direction)}


def _new_id(names: Mapping[str, str], registry: Registry) -> str:
    """Return an id made of the name; another one where that is taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", fold(names.get("en", ""))).strip("_")[:40]
    digest = hashlib.sha256("|".join(f"{lang}={fold(names[lang])}" for lang in sorted(names)).encode()).hexdigest()[:8]
    return plain if plain and plain not in registry.indicators.index else f"{plain or 'indicator'}_{digest}"


def new_names(text: str) -> dict[str, str]:
    """Return a name under the language of its letters."""
    plain = clean_text(text)
    return {script_of(plain): plain} if plain else {}


def _once(good: list[dict[str, object]]) -> tuple[list[dict[str, object]], list[BadCell]]:
    """Return the values of which there is one a cell; where a file says one thing twice all of its rows are refused, unless they agree."""
    groups: dict[tuple[object, ...], list[dict[str, object]]] = {}
    for value in good:
        groups.setdefault(tuple(value[name] for name in ("indicator_id", "area_id", "year", "source")), []).append(value)
    kept, cells = [], []
    for same in groups.values():
        first, *others = same
        params = {"rows": ", ".join(str(value["row"]) for value in same)}
        if any((value["value"], value["status"]) != (first["value"], first["status"]) for value in others):
            cells += [
                BadCell(int(str(value["row"])), str(value["column"]), f"{value['value']:g}", "indicators.twice", dict(params)) for value in same
            ]
            continue
        kept.append(first)
        cells += [
            BadCell(int(str(value["row"])), str(value["column"]), f"{value['value']:g}", "indicators.repeated", dict(params)) for value in others
        ]
    return kept, cells


def _shares(values: list[dict[str, object]]) -> list[BadCell]:
    """Flag columns of percentages that are all at most 1: a spreadsheet keeps 12.5 % as 0.125."""
    by_column: dict[tuple[str, str], list[float]] = {}
    for value in values:
        if value["unit"] in PERCENT:
            by_column.setdefault((str(value["column"]), str(value["indicator_id"])), []).append(float(str(value["value"])))
    return [
        BadCell(0, column, "", "indicators.shares", severity="flag")
        for (column, _), some in by_column.items()
        if len(some) > 1 and max(some) <= 1 and any(0 < value < 1 for value in some)
    ]
