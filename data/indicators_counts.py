"""Counts of issues that a centre sends, by issue, area and month: read and checked, with no column that could hold a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from data.indicators_cells import EARLIEST, AreaNames, read_amount, read_month
from data.indicators_columns import roles_of
from data.ingest.clean import clean_text
from data.sources.table import RawTable
from geo.errors import BadCell, InputError
from geo.registry import Registry
from geo.text import fold

ROLES = ("code", "area", "issue", "month", "count")
LONGEST_ISSUE = 60
MOST_ISSUES = 60
"""More different ones look like cases, not like issues."""
MOST_COUNT = 1_000_000
SHOWN = 120
_TELLING = re.compile(r"@|://|www\.|\d{4,}")


@dataclass(frozen=True, slots=True)
class MonthCount:
    """One count.

    Parameters
    ----------
    issue : as written; spelling apart, the same letters are the same issue.
    area_id : a governorate or district.
    year, month : of the count.
    count : >= 0.
    """

    issue: str
    area_id: str
    year: int
    month: int
    count: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the count: a later one of the same key takes its place."""
        return fold(self.issue), self.area_id, f"{self.year}-{self.month:02d}"


@dataclass(frozen=True, eq=False)
class CountsPlan:
    """What an upload of counts would write.

    Parameters
    ----------
    counts : that passed, one a key.
    cells : refused cells in the order of rows.
    rows : rows of the file that say anything.
    raw, sha256, format : of the file.
    """

    counts: tuple[MonthCount, ...]
    cells: tuple[BadCell, ...]
    rows: int
    raw: RawTable = field(repr=False)
    sha256: str = ""
    format: str = "csv"

    @property
    def refused(self) -> int:
        """Rows that stay out."""
        return self.rows - len(self.counts)


def plan_counts(table: RawTable, registry: Registry, *, file_format: str = "csv", sha256: str = "") -> CountsPlan:
    """Check every row of a table of counts.

    Raises
    ------
    InputError : ``indicators.other_columns``: there is a column that is not issue, area, month or count, whatever it holds;
        ``indicators.count_columns``: one of these is missing; ``indicators.too_many_issues``.
    """
    roles = roles_of(table.headers, ROLES)
    ours = {header for headers in roles.values() for header in headers[:1]}
    others = [header for header in table.headers if header not in ours]
    if others:
        raise InputError("indicators.other_columns", columns=", ".join(others)[:400])
    if not {"issue", "month", "count"} <= set(roles) or not {"code", "area"} & set(roles):
        raise InputError("indicators.count_columns", headers=", ".join(table.headers)[:400])
    reader = _Counts(table, registry, {role: headers[0] for role, headers in roles.items()})
    for number, row in zip(table.numbers, table.rows, strict=True):
        reader.read(number, row)
    if len({count.key[0] for _, count in reader.good}) > MOST_ISSUES:
        raise InputError("indicators.too_many_issues", most=MOST_ISSUES)
    groups: dict[tuple[str, str, str], list[tuple[int, MonthCount]]] = {}
    for number, count in reader.good:
        groups.setdefault(count.key, []).append((number, count))
    cells = [*table.issues, *reader.cells]
    for same in groups.values():
        if len(same) > 1:
            rows = ", ".join(str(number) for number, _ in same)
            cells += [BadCell(number, roles["count"][0], str(count.count), "indicators.twice", {"rows": rows}) for number, count in same]
    long = {issue.row for issue in table.issues}
    kept = tuple(same[0][1] for same in groups.values() if len(same) == 1 and same[0][0] not in long)
    return CountsPlan(kept, tuple(sorted(cells, key=lambda cell: cell.row)), reader.rows, table, sha256, file_format)


class _Counts:
    """Reads the rows of a table of counts."""

    def __init__(self, table: RawTable, registry: Registry, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._at = {role: table.headers.index(header) for role, header in headers.items()}
        self._registry = registry
        self._areas = AreaNames(registry)
        self._places = set(registry.governorates.index)
        self.good: list[tuple[int, MonthCount]] = []
        self.cells: list[BadCell] = []
        self.rows = 0

    def read(self, number: int, row: tuple[str, ...]) -> None:
        """Read one row."""
        texts = {role: clean_text(row[at]) for role, at in self._at.items()}
        if not any(texts.values()):
            return
        self.rows += 1
        before = len(self.cells)
        issue = self._issue(number, texts["issue"])
        area_id = self._area(number, "code" if texts.get("code") else "area" if "area" in texts else "code", texts)
        year, month = self._month(number, texts["month"])
        count = self._count(number, texts["count"])
        if len(self.cells) == before:
            self.good.append((number, MonthCount(issue, area_id, year, month, count)))

    def _no(self, number: int, role: str, text: str, code: str, **params: object) -> None:
        self.cells.append(BadCell(number, self._headers[role], text[:SHOWN], code, params))

    def _issue(self, number: int, text: str) -> str:
        if not text or len(text) > LONGEST_ISSUE or _TELLING.search(text) or not any(sign.isalpha() for sign in text):
            self._no(number, "issue", "", "indicators.issue_unfit", most=LONGEST_ISSUE)  # what stands there may be a person's: it is not repeated
        return text

    def _area(self, number: int, role: str, texts: Mapping[str, str]) -> str:
        text = texts[role]
        ids = [area_id for area_id in self._areas.find(text) if area_id in self._places] if text else []
        if len(ids) == 1:
            return ids[0]
        if len(ids) > 1:
            self._no(number, role, text, "indicators.area_ambiguous", areas=self._areas.labels(tuple(ids)))
        elif not text:
            self._no(number, role, "", "indicators.area_missing")
        else:
            near = tuple(area_id for area_id in self._areas.nearest(text) if area_id in self._places)
            self._no(number, role, text, "indicators.area_unknown", nearest=self._areas.labels(near))
        return ""

    def _month(self, number: int, text: str) -> tuple[int, int]:
        found, today = read_month(text), self._registry.today
        if found is None:
            self._no(number, "month", text, "indicators.month_unreadable")
        elif found[0] < EARLIEST or found > (today.year, today.month):
            self._no(number, "month", text, "indicators.month_range", first=EARLIEST, last=f"{today:%Y-%m}")
        else:
            return found
        return 0, 0

    def _count(self, number: int, text: str) -> int:
        value, code = read_amount(text, counted=True)
        if code:
            self._no(number, "count", text, code)
        elif value < 0:
            self._no(number, "count", text, "indicators.negative", unit="cases")
        elif value != int(value) or value > MOST_COUNT:
            self._no(number, "count", text, "indicators.not_whole", most=MOST_COUNT)
        else:
            return int(value)
        return 0
