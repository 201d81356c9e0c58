"""What stands on the one page of a brief, in words and in order: printed as PDF and shown in the stand-alone file alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from geo.model import LANGUAGES
from geo.profile import Figure, Profile, ProfileTable, Section
from geo.registry import Registry
from i18n import Translator
from layers.profile_text import figure_text, number_text

LEFT_OUT = ("ledger", "freshness", "positions")
"""Tables that are for files only."""
SAID = "source"
"""Column that the numbers beside the heading of a table say already."""
MATRIX, STATES = "who_does_what", "sites_by_state"
LONGEST = 34
"""Signs of a cell that make its column no wider."""
NUMERIC = frozenset(("people", "minutes", "share", "score", "rank", "count", "per_1000", "percent", "km2"))

_NEGATIVE = re.compile(r"(?<![\w\u2066])-\d[\d,.]*")
Shown = Callable[[Section], Sequence[Figure]]


@dataclass(frozen=True, slots=True)
class Line:
    """A figure as it stands on the page: what it is, the value, and its year, status, sources and worth."""

    key: str
    label: str
    value: str
    about: str
    note: str


@dataclass(frozen=True, slots=True)
class Block:
    """A table as it stands on the page.

    Parameters
    ----------
    key, heading, sources : which, its words, and the numbers of its sources.
    head, rows : texts.
    numeric, widths : for each column whether it holds numbers, and how wide it is beside the others.
    more : words for so many rows that were cut; empty where none ever are.
    """

    key: str
    heading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    widths: tuple[int, ...]
    sources: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it stands on the page."""

    key: str
    heading: str
    figures: tuple[Line, ...]
    tables: tuple[Block, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BriefPage:
    """A brief: plain texts only, each one hostile to whoever puts it into markup.

    Parameters
    ----------
    title, subtitle, names, day : the head: the governorate, what this is and of which country, its other names, and the day.
    parts : the sections in their order.
    method : (name, value).
    sources : as cited, each with the number that the figures refer to.
    foot : edition and fingerprint.
    labels : words of the page itself by key.
    watermark : marks invented data; empty otherwise.
    legend : (colour, words) of the marks on the map.
    """

    lang: str
    direction: str
    title: str
    subtitle: str
    names: str
    day: str
    date: str
    parts: tuple[Part, ...]
    method: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    foot: tuple[str, ...]
    labels: Mapping[str, str]
    watermark: str
    legend: tuple[tuple[str, str], ...]

    def values(self) -> dict[str, Any]:
        """Return it as JSON-able values."""
        return asdict(self)


def brief_page(
    registry: Registry, profile: Profile, tr: Translator, *, fingerprint: str, shown: Shown, legend: Sequence[tuple[str, str]] = ()
) -> BriefPage:
    """Return what stands on the page.

    Parameters
    ----------
    registry : names and sources; the public's.
    profile : in the language of ``tr``.
    fingerprint : SHA-256 of the figures and the edition.
    shown : figures of a section that no table on the page repeats.
    legend : (colour, words) of the marks on the map.
    """
    numbers = {source: i for i, source in enumerate(profile.source_ids, start=1)}
    named = registry.names["area"].loc[profile.area_id]
    other = [str(named[lang]) for lang in LANGUAGES if lang != tr.lang and pd.notna(named[lang]) and str(named[lang]) != profile.name]
    labels = {key: tr(f"brief.{key}") for key in ("method", "limits", "sources", "marks_note")}
    if registry.sites.empty:  # a brief of a snapshot, which keeps no places
        labels["marks_note"] = ""
    return BriefPage(
        tr.lang, tr.direction, profile.name, tr("brief.subtitle", country=profile.country_name), " · ".join(other), tr.date(registry.today),
        registry.today.isoformat(), tuple(_part(section, shown(section), numbers, tr) for section in profile.sections), profile.method,
        tuple(f"\u2066[{numbers[source]}]\u2069 {cited(registry, source)}" for source in profile.source_ids),
        (tr("brief.edition", edition=f"\u2066{profile.edition}\u2069"), tr("brief.fingerprint", digest=f"\u2066{fingerprint[:16]}\u2069")), labels,
        tr("export.watermark") if registry.training else "", tuple(legend),
    )  # fmt: skip


def cited(registry: Registry, source_id: str) -> str:
    """Return a source as it is cited: title, publisher and year, in its own direction; its id where it is not listed."""
    if source_id not in registry.sources.index:
        return source_id
    row = registry.sources.loc[source_id]
    stated: Any = row["year"]
    year = "" if pd.isna(stated) else str(int(stated))
    parts = [str(row["title"]), "" if pd.isna(row["publisher"]) else str(row["publisher"]), year]
    return f"\u2068{', '.join(dict.fromkeys(part for part in parts if part))}\u2069"


def about_text(figure: Figure, numbers: Mapping[str, int], tr: Translator) -> str:
    """Return year, status and the numbers of the sources of a figure."""
    parts = [str(figure.year) if figure.year else "", tr(f"need.status.{figure.status}") if figure.status else "", _marks(figure.source_ids, numbers)]
    return " · ".join(part for part in parts if part)


def _part(section: Section, figures: Sequence[Figure], numbers: Mapping[str, int], tr: Translator) -> Part:
    lines = tuple(
        Line(figure.key, figure.label, _signed(figure_text(figure, tr)), about_text(figure, numbers, tr), figure.note) for figure in figures
    )
    tables = tuple(_block(table, numbers, tr) for table in section.tables if table.key not in LEFT_OUT)
    return Part(section.key, section.label, lines, tables, section.lines)


def _block(table: ProfileTable, numbers: Mapping[str, int], tr: Translator) -> Block:
    columns, rows = table.columns, table.rows
    kept = [i for i, column in enumerate(columns) if column.key != SAID]
    more: tuple[str, ...] = ()
    if table.key == MATRIX:
        # What is cut at the end, when the page is full, is what nobody gives here.
        rows = tuple(sorted(rows, key=lambda row: -sum(cell for cell in row[1:] if isinstance(cell, int | float))))
        more = tuple(tr.plural("brief.and_more", left) if left else "" for left in range(len(rows) + 1))
    cells = [[_signed(number_text(row[i], columns[i].unit, tr)) for i in kept] for row in rows]
    head, numeric = [columns[i].label for i in kept], [columns[i].unit in NUMERIC for i in kept]
    if table.key == STATES and cells:
        head, *cells = [list(line) for line in zip(head, *cells, strict=True)]
        numeric = [False, *([True] * (len(head) - 1))]
    widths = [_width(words, [row[i] for row in cells]) for i, words in enumerate(head)]
    return Block(
        table.key,
        table.label,
        tuple(head),
        tuple(tuple(row) for row in cells),
        tuple(numeric),
        tuple(widths),
        _marks(table.source_ids, numbers),
        more,
    )


def _signed(text: str) -> str:
    """Keep the sign of a number before it: in a line that runs from right to left it would else stand behind."""
    return _NEGATIVE.sub("\u2066\\g<0>\u2069", text)


def _width(head: str, cells: Sequence[str]) -> int:
    """Return how wide a column is beside the others: as its longest cell, or what is over it in three lines."""
    return max(2, -(-len(head) // 3), *(len(word) for word in head.split()), *(min(len(cell), LONGEST) for cell in cells)) + 2


def _marks(source_ids: Sequence[str], numbers: Mapping[str, int]) -> str:
    """Return the numbers of sources, in a row as a range: ``[1-3, 7]``."""
    found = sorted(numbers[source] for source in source_ids)
    runs: list[list[int]] = []
    for number in found:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    texts = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return f"\u2066[{', '.join(texts)}]\u2069" if texts else ""
