"""One row of a file to one incoming site: every field read, every fault noted, nothing lost."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping as Readable

from data.ingest.amounts import read_capacities
from data.ingest.cells import Cell, Fields, RowCells, RowNotes
from data.ingest.clean import read_day, read_email, read_phones, read_website
from data.ingest.mapping import Mapping
from data.ingest.placing import Place, Placing
from data.ingest.vocabulary import (
    DEFAULT_SERVICE,
    GROUP_KEYS,
    SENSITIVE_TAGS,
    TAG_KEYS,
    accessibility_named,
    sensitivity_named,
    status_named,
    vocabulary_of,
)
from data.sources.table import RawTable
from geo.model import ACCESSIBILITY
from geo.registry import Registry
from geo.sensitivity import SENSITIVE_GROUPS
from geo.text import fold

Record = dict[str, object]
_OSM_TYPES = {"node": "node", "nodes": "node", "way": "way", "ways": "way", "ways_poly": "way", "ways_line": "way", "relation": "relation",
              "relations": "relation"}  # fmt: skip
_UNKNOWN = {"service": "import.service_unknown", "target_group": "import.target_group_unknown"}
_CHECKED = {"email": (read_email, "import.email_unreadable"), "website": (read_website, "import.website_unreadable")}
_LIST = re.compile(r"[;,،|\n]")
_NEGATION = frozenset({"no", "none", "vacant"})


class RowReader:
    """Reads the rows of one table.

    Parameters
    ----------
    table, mapping : the file, and where its fields are.
    registry : areas, localities and terms to check against.
    today : a check dated later than this is no check.
    """

    def __init__(self, table: RawTable, mapping: Mapping, registry: Registry, *, today: dt.date) -> None:
        self._table = table
        self._mapping = mapping
        self._registry = registry
        self._today = today
        self._vocabulary = vocabulary_of(registry)
        self._placing = Placing(registry)
        self._fields = Fields(table, mapping)
        self._issues: dict[int, list[int]] = {}
        for i, issue in enumerate(table.issues):
            self._issues.setdefault(issue.row, []).append(i)

    def read(self, index: int, place: Place | None = None) -> tuple[Record, Place, RowNotes]:
        """Return the record of a row, its place and the notes on it; the record counts only where nothing was refused.

        Parameters
        ----------
        index : of the row in the table, from 0.
        place : where the row is known to be, so that its own words for it are not read; None to find out.
        """
        notes = RowNotes(self._table.numbers[index])
        notes.cells += [self._table.issues[i] for i in self._issues.get(notes.number, ())]
        if notes.rejected:
            return {}, Place(), notes
        if not any(text.strip() for text in self._table.rows[index]):
            notes.reject("import.empty_row")
            return {}, Place(), notes
        row = RowCells(self._table.rows[index], self._fields)
        kind = self._kind(row, notes)
        if any(cell.code == "import.not_social_service" for cell in notes.cells):
            return {}, Place(), notes
        lon, lat = self._table.lon, self._table.lat
        if place is None:
            place = self._placing.place(row, (lon[index], lat[index]) if lon is not None and lat is not None else None, notes)
        names = self._names(row, kind, place, notes)
        services = self._services(row, kind, notes)
        groups = self._codes(row, "target_groups", "target_group", notes)
        checked = self._checked_on(row, notes)
        record: Record = {
            "row": notes.number,
            "names": names,
            "organisation": row.names("organisation", notes),
            "kind": kind,
            "status": self._status(row, notes),
            "country": place.country,
            "area_id": place.area_id,
            "locality_id": place.locality_id,
            "lon": place.lon,
            "lat": place.lat,
            "position_kind": place.position_kind,
            "sensitivity": self._sensitivity(row, kind, services, groups, notes),
            "verification": "verified" if checked else "unverified",
            "verified_on": checked,
            "services": services,
            "target_groups": groups,
            "capacities": read_capacities(row, services, self._vocabulary, notes),
            "accessibility": self._accessibility(row, notes),
            "address": row.text("address", notes),
            "phone": self._phone(row, place.country, notes),
            "email": self._checked(row, "email", notes),
            "website": self._checked(row, "website", notes),
            "hours": row.text("hours", notes),
            "note": row.text("note", notes),
        }
        record["external_id"] = self._external_id(row, record, notes)
        record["flags"] = tuple(notes.flags)
        return record, place, notes

    def _kind(self, row: RowCells, notes: RowNotes) -> str:
        """Return the kind: by word, else by the most telling OSM tag; the row is refused where neither is known."""
        cells = row.all("kind")
        for cell in cells:
            found = self._vocabulary.tag("kind", cell.header, cell.text) if cell.header in TAG_KEYS else self._vocabulary.word("kind", cell.text)
            if found:
                return found
        tags = [cell for cell in cells if cell.header in TAG_KEYS]
        medical = next((cell for cell in tags if cell.header == "healthcare" and cell.text not in _NEGATION), None)
        if medical is not None:
            notes.flag("import.kind_general", medical)
            return "other"
        if tags:
            notes.reject("import.not_social_service", tags[0], tag=f"{tags[0].header}={tags[0].text}"[:80])
        elif cells:
            notes.reject("import.kind_unknown", cells[0])
        else:
            notes.reject("import.no_kind")
        return ""

    def _names(self, row: RowCells, kind: str, place: Place, notes: RowNotes) -> dict[str, str]:
        """Return the names; a nameless place with coordinates and an id of its own is called by its kind, with a flag."""
        names = row.names("name", notes)
        if names:
            return names
        if place.position_kind == "exact" and row.first("external_id"):
            notes.flag("import.named_by_kind", mark="named_by_kind")
            return self._vocabulary.names_of(self._registry, "kind", kind)
        notes.reject("import.no_name")
        return {}

    def _services(self, row: RowCells, kind: str, notes: RowNotes) -> tuple[str, ...]:
        given = self._codes(row, "services", "service", notes)
        default = DEFAULT_SERVICE.get(kind, "")
        return given or ((default,) if default in self._vocabulary.codes("service") else ())

    def _codes(self, row: RowCells, name: str, taxonomy: str, notes: RowNotes) -> tuple[str, ...]:
        """Return the codes of a cell with several words; unknown words are flagged, unknown OSM values are not."""
        found: list[str] = []
        for cell in row.all(name):
            if cell.header in TAG_KEYS or cell.header in GROUP_KEYS:
                found += [self._vocabulary.tag(taxonomy, cell.header, value) for value in cell.text.split(";")]
                found += ["survivors"] * (taxonomy == "target_group" and f"{cell.header}={cell.text}" in SENSITIVE_TAGS)
                continue
            whole = self._vocabulary.word(taxonomy, cell.text)
            parts = [part.strip() for part in _LIST.split(cell.text) if part.strip()]
            # A name in the lists may itself hold a comma ("Service information, guidance").
            for part in [cell.text] if whole else parts:
                code = self._vocabulary.word(taxonomy, part)
                found.append(code)
                if not code:
                    notes.flag(_UNKNOWN[taxonomy], Cell(cell.header, part))
        return tuple(dict.fromkeys(code for code in found if code in self._vocabulary.codes(taxonomy)))

    def _status(self, row: RowCells, notes: RowNotes) -> str:
        cell = row.first("status")
        if cell is None:
            return "unknown"
        status = status_named(cell.text)
        if not status:
            notes.flag("import.status_unknown", cell)
        return status or "unknown"

    def _sensitivity(self, row: RowCells, kind: str, services: tuple[str, ...], groups: tuple[str, ...], notes: RowNotes) -> int:
        """Return the highest sensitivity of the row, its kind, services and groups; one that cannot be read keeps the row out."""
        cell = row.first("sensitivity")
        own = sensitivity_named(cell.text) if cell else 0
        if own is None:
            notes.reject("import.sensitivity_unknown", cell)
            return 3
        terms = [("kind", kind), *(("service", code) for code in services), *(("target_group", code) for code in groups)]
        tags = [SENSITIVE_TAGS.get(f"{found.header}={found.text}", 0) for found in row.all("target_groups")]
        return max(own, *(self._vocabulary.sensitivity.get(term, 0) for term in terms), *(SENSITIVE_GROUPS.get(code, 0) for code in groups), *tags)

    def _checked_on(self, row: RowCells, notes: RowNotes) -> dt.date | None:
        cell = row.first("verified_on")
        day = read_day(cell.text) if cell else None
        if cell and day is None:
            notes.flag("import.day_unreadable", cell)
        if day and day > self._today:
            notes.flag("import.day_in_future", cell)
            return None
        return day

    def _accessibility(self, row: RowCells, notes: RowNotes) -> tuple[str, ...]:
        found = set()
        for cell in row.all("accessibility"):
            for part in (part.strip() for part in _LIST.split(cell.text) if part.strip()):
                code = accessibility_named(part)
                if not code:
                    notes.flag("import.accessibility_unknown", Cell(cell.header, part))
                found.add(code)
        return tuple(code for code in ACCESSIBILITY if code in found)

    def _phone(self, row: RowCells, country: str, notes: RowNotes) -> str:
        cell = row.first("phone")
        if cell is None:
            return ""
        good, bad = read_phones(cell.text, country)
        if bad and (country or not notes.rejected):
            notes.flag("import.phone_unreadable", Cell(cell.header, "; ".join(bad)))
        return "; ".join(good)

    def _checked(self, row: RowCells, name: str, notes: RowNotes) -> str:
        cell = row.first(name)
        read, code = _CHECKED[name]
        value = read(row.text(name, notes)) if cell else ""
        if cell and not value:
            notes.flag(code, cell)
        return value

    def _external_id(self, row: RowCells, record: Readable[str, object], notes: RowNotes) -> str:
        cells = row.all("external_id")
        if self._mapping.columns.get("external_id") == ("osm_type", "osm_id") and len(cells) == 2:
            return f"osm:{_OSM_TYPES.get(cells[0].text, cells[0].text)}/{cells[1].text}"[:120]
        text = re.sub(r"^(\d+)\.0+$", r"\1", row.text("external_id", notes))
        if cells and cells[0].header == "@id" and text.partition("/")[0] in _OSM_TYPES:
            return f"osm:{text}"
        return text or _digest(record)


def _digest(record: Readable[str, object]) -> str:
    """Return an id for a row that has none: the same for the same names, area, locality and address."""
    names = record["names"]
    parts = [*(names.values() if isinstance(names, dict) else ()), str(record["area_id"]), str(record["locality_id"]), str(record["address"])]
    return "digest:" + hashlib.sha256("\n".join(fold(part) for part in parts).encode()).hexdigest()[:24]
