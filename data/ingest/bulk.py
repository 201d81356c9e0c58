"""Many proposals from one file: which rows add a site, which change one and in which fields, and which cannot be used."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from data.ingest.cells import SHOWN, Cell, RowNotes
from data.ingest.clean import clean_text, read_number
from data.ingest.differences import differences, is_there, named
from data.ingest.form import touched, without_kept
from data.ingest.guess import guess_mapping
from data.ingest.mapping import Mapping as FieldMapping
from data.ingest.placing import Place
from data.ingest.plan import check_enough, settle
from data.ingest.rows import Record, RowReader
from data.ingest.template import SITE_VERSION, field_of, is_kept, is_template, mapping_of
from data.ingest.vocabulary import vocabulary_of
from data.proposals import Fault, clean_proposal
from data.site_records import record_of_incoming
from data.sources.table import RawTable
from geo.errors import BadCell
from geo.registry import Registry
from geo.submissions import PROPOSABLE

_PLACE = ("area", "locality", "lon", "lat")
_FIELD_OF = {**dict.fromkeys(_PLACE, "place"), **dict.fromkeys(("name", "name_ar", "name_he", "name_en"), "names"), "capacity": "capacities",
             **{name: name for name in PROPOSABLE if name not in ("names", "place")}}  # fmt: skip
_FIELD_OF_WHOLE_ROW = {"import.no_name": "names", "import.named_by_kind": "names", "import.no_kind": "kind", "import.no_place": "place"}
_LOST = frozenset(
    f"import.{name}"
    for name in ("status_unknown", "day_unreadable", "day_in_future", "capacity_unreadable", "capacity_without_service", "phone_unreadable",
                 "email_unreadable", "website_unreadable", "service_unknown", "target_group_unknown", "accessibility_unknown")
)  # fmt: skip
"""Flags that say that what stands in the cell was left out: a site that is there keeps what it has."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a row of the file proposes.

    Parameters
    ----------
    number : of the row as a person sees it.
    op : ``add`` or ``edit``.
    site_id : of the site to be changed; empty for a new one.
    version : of the site when it was read; 0 for a new one.
    proposed : the fields that change, as a site's record has them; all of them for a new site.
    """

    number: int
    op: str
    site_id: str
    version: int
    proposed: dict[str, Any]

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that change, in the order of the form."""
        return tuple(name for name in PROPOSABLE if name in self.proposed)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of the rows of a file; ``proposals``, ``unchanged`` and the refused rows are all of them."""

    proposals: tuple[Proposal, ...]
    cells: tuple[BadCell, ...]
    unchanged: int


def judge_rows(
    table: RawTable, registry: Registry, own: Mapping[str, tuple[Mapping[str, Any], int]], *, name: str = "", today: dt.date | None = None
) -> Judgement:
    """Check the rows of a form, or of any table of sites, against what stands there already.

    Parameters
    ----------
    table : the form with codes for words, or a table as it was written; its mapping is guessed then.
    registry : areas, localities and terms to check against.
    own : id to record and version of each site that may be changed.
    name : of the file, for the guess.
    today : checks dated later are not believed; None for the day in UTC.

    Returns
    -------
    In a form an emptied cell empties its field. In any other table an empty cell says nothing, and protected fields are left alone.

    Raises
    ------
    InputError : no row could ever pass: no column says the kind, the place or the name of new sites.
    """
    is_form = is_template(table.headers)
    mapping = mapping_of(table.headers) if is_form else guess_mapping(table.headers, vocabulary_of(registry), filename=name)
    judge = _Judge(table, mapping, registry, own, is_form=is_form, today=today or dt.datetime.now(tz=dt.UTC).date())
    if not is_form and not any(judge.id_cell(i).text in own for i in range(len(table))):
        check_enough(table, mapping)
    for i in range(len(table)):
        judge.read(i)
    return judge.settle()


class _Judge:
    """Reads the rows of one file one after the other, and keeps of each what it says that is new."""

    def __init__(
        self,
        table: RawTable,
        mapping: FieldMapping,
        registry: Registry,
        own: Mapping[str, tuple[Mapping[str, Any], int]],
        *,
        is_form: bool,
        today: dt.date,
    ) -> None:
        plain = replace(table, rows=tuple(without_kept(row) for row in table.rows)) if is_form else table
        self._table, self._mapping, self._registry, self._own, self._is_form = table, mapping, registry, own, is_form
        self._reader, self._today = RowReader(plain, mapping, registry, today=today), today
        self._fields = {header: _FIELD_OF.get(name, "") for name, headers in mapping.columns.items() for header in headers} | {"geometry": "place"}
        self._read: list[tuple[Record, Place, RowNotes]] = []
        self._edits: dict[int, tuple[str, set[str]]] = {}
        self._first: dict[str, int] = {}
        self._unchanged = 0

    def id_cell(self, index: int) -> Cell:
        """Return the cell that names the site of a row."""
        row = self._row(index)
        return next((Cell(h, clean_text(row[h])) for h in self._mapping.columns.get("external_id", ()) if clean_text(row[h])), Cell("", ""))

    def read(self, index: int) -> None:
        """Read one row: of a site that may be changed only what is new in it."""
        cell = self.id_cell(index)
        if cell.text in self._own:
            self._edit(index, cell)
            return
        record, place, notes = self._reader.read(index)
        if cell.text and (self._is_form or cell.text in self._registry.sites.index):
            notes.reject("bulk.not_own", cell)
        self._read.append((record, place, notes))

    def _edit(self, index: int, cell: Cell) -> None:
        present, version = self._own[cell.text]
        known = {**present, "site_id": cell.text, "version": version}
        row, number = self._row(index), self._table.numbers[index]
        new = touched(row, known) if self._is_form else self._stated(index)
        kept = set() if self._is_form else {name for name in new if is_kept(present, name)}
        new -= kept
        first = self._first.setdefault(cell.text, number)
        if not new and first == number:
            self._unchanged += 1
            return
        record, place, notes = self._reader.read(index, None if "place" in new else _place(known, self._registry))
        notes.cells = [bad for bad in notes.cells if self._field_of(bad) in {*new, ""}]
        if first != number:
            notes.reject("import.duplicate_id", cell, first=first)
        if self._is_form and read_number(row[SITE_VERSION]) != version:
            notes.reject("bulk.older", cell)
        named = [bad for bad in notes.cells if bad.code != "import.named_by_kind"]
        if len(named) < len(notes.cells):
            # A site that has a name is not to lose it.
            notes.cells = named
            notes.reject("import.no_name")
        if kept:
            notes.flag("bulk.protected", cell)
        self._edits[number] = (cell.text, new - {self._field_of(bad) for bad in notes.cells if bad.code in _LOST})
        self._read.append((record, place, notes))

    def settle(self) -> Judgement:
        """Return what becomes of the rows that were read."""
        good, cells = settle(self._read, self._mapping)
        proposals: list[Proposal] = []
        faults: list[BadCell] = []
        there: dict[frozenset[tuple[str, str]], list[Mapping[str, Any]]] = defaultdict(list)
        for one, _ in self._own.values():
            there[named(one)].append(one)
        for record in good:
            number = int(str(record["row"]))
            site_id, new = self._edits.get(number, ("", set(PROPOSABLE)))
            stated = record_of_incoming(record, organisation_id="", source_id="")
            present, version = self._own.get(site_id, ({}, 0))
            proposed = {name: stated[name] for name in PROPOSABLE if name in new}
            if site_id:
                proposed = differences(proposed, stated, present)
            elif any(is_there(proposed, one) for one in there.get(named(proposed), ())):
                proposed = {}
            if not proposed:
                self._unchanged += 1
                continue
            op = "edit" if site_id else "add"
            # The same check that a single proposal goes through; what the rows' own rules did not see stays out too.
            clean, bad = clean_proposal(self._registry, proposed, op=op, whole=present, today=self._today)
            faults += [self._bad_cell(number, fault) for fault in bad]
            if not bad:
                proposals.append(Proposal(number, op, site_id, version, clean))
        return Judgement(tuple(proposals), tuple(sorted([*cells, *faults], key=lambda cell: cell.row)), self._unchanged)

    def _bad_cell(self, number: int, fault: Fault) -> BadCell:
        """Return a fault of a field as one of its first filled cell in the row."""
        row = self._row(self._table.numbers.index(number))
        columns = [header for header, name in self._fields.items() if name == fault.field and row.get(header)]
        header = columns[0] if columns else ""
        return BadCell(number, header, clean_text(row.get(header, ""))[:SHOWN], fault.code, fault.params)

    def _row(self, index: int) -> dict[str, str]:
        return dict(zip(self._table.headers, self._table.rows[index], strict=True))

    def _stated(self, index: int) -> set[str]:
        """Return the fields of a site that a row of an ordinary table says anything about."""
        row, lon = self._row(index), self._table.lon
        columns = self._mapping.columns.items()
        found = {_FIELD_OF.get(name, "") for name, headers in columns if any(clean_text(row[header]) for header in headers)} - {""}
        return found | ({"place"} if lon is not None and lon[index] is not None else set())

    def _field_of(self, cell: BadCell) -> str:
        return self._fields.get(cell.column) or field_of(cell.column) or _FIELD_OF_WHOLE_ROW.get(cell.code, "")


def _place(record: Mapping[str, Any], registry: Registry) -> Place:
    """Return where a site is; of a protected one its country, as far as everybody may know it."""
    if is_kept(record, "place"):
        sites = registry.sites
        return Place(country=str(sites.at[record["site_id"], "country"]) if record["site_id"] in sites.index else "")
    own = {
        name: value for name, value in (record["place"] or {}).items() if name in ("country", "area_id", "locality_id", "lon", "lat", "position_kind")
    }
    return Place(**{name: value for name, value in own.items() if value is not None})
