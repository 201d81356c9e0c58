"""Import a file of sites: read and check it, store the good rows, and tell what became of every row."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from data.exports.error_workbook import error_workbook
from data.ingest import ImportPlan, Mapping, mapping_text, plan_import, plan_table, report_text
from data.snapshot import read_registry
from data.sources.osm import fetch_osm_place
from data.store import Account, ImportRequest, Store
from geo.errors import BadCell, InputError
from geo.text import fold
from i18n import Translator

ACTOR = "command line"
LIVE_OSM = "osm:"
OSM_TAGS: dict[str, bool | str | list[str]] = {
    "amenity": ["hospital", "clinic", "doctors", "dentist", "pharmacy", "school", "kindergarten", "college", "university",
                "community_centre", "social_centre", "social_facility", "nursing_home"],
    "healthcare": True, "social_facility": True, "office": ["ngo", "association", "government"],
}  # fmt: skip
"""What is asked of OpenStreetMap's servers for a place."""


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What the importer says about the file's source; what is empty is taken from the file's name.

    Parameters
    ----------
    source_id : the same id again renews the same sites.
    title, licence : as they will be cited.
    year : year of the data.
    locked : the list is kept elsewhere, and its sites are corrected there, not here.
    """

    source_id: str = ""
    title: str = ""
    licence: str = ""
    year: int | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of an import.

    Parameters
    ----------
    account : of the rows.
    plan : what was read, and what is wrong with it.
    text : the mapping, the bad rows and the account in words; its last line is the account.
    dry_run : nothing was stored.
    """

    account: Account
    plan: ImportPlan
    text: str
    dry_run: bool

    def as_json(self) -> dict[str, object]:
        """Return the account for programs: counts, and each refused or flagged cell with its code."""
        cells = [
            {"row": cell.row, "column": cell.column, "value": cell.value, "code": cell.code, "severity": cell.severity} for cell in self.plan.cells
        ]
        account = {"accepted": self.account.accepted, "rejected": self.account.rejected, "unchanged": self.account.unchanged}
        return account | {"rows": self.plan.rows_total, "format": self.plan.format, "dry_run": self.dry_run, "cells": cells}

    def workbook(self, tr: Translator) -> bytes:
        """Return the file's rows as a workbook with the bad cells marked."""
        return error_workbook(self.plan, tr, rtl=tr.direction == "rtl")


def read_plan(store: Store, file: str, *, file_format: str = "", mapping: Path | None = None) -> ImportPlan:
    """Read and check a file, or what OpenStreetMap's servers have for a place; nothing is stored.

    Parameters
    ----------
    store : whose areas, places and terms the rows are checked against.
    file : path of a file, or ``osm:`` and the name of a place.
    file_format : found from the content where empty.
    mapping : a TOML file as ``Mapping.to_toml`` writes it; guessed from the headers where None.

    Raises
    ------
    InputError : the file or the mapping cannot be used at all. SetupError : no internet for ``osm:``.
    """
    columns = None
    if mapping is not None:
        try:
            columns = Mapping.from_toml(mapping.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("cli.cannot_read", file=str(mapping)) from error
    registry = read_registry(store)
    if file.startswith(LIVE_OSM):
        place = file.removeprefix(LIVE_OSM).strip()
        return plan_table(fetch_osm_place(place, OSM_TAGS), "osm", f"OpenStreetMap {place}", registry, mapping=columns)
    return plan_import(Path(file), Path(file).name, registry, format=file_format or None, mapping=columns)


def import_sites(store: Store, plan: ImportPlan, note: SourceNote, tr: Translator, *, dry_run: bool = False, actor: str = ACTOR) -> ImportResult:
    """Store a checked file's good rows in one transaction.

    Parameters
    ----------
    store : where to.
    plan : from ``read_plan``.
    note : the source.
    tr : words of the report.
    dry_run : say what would become of the rows, and take it back.
    actor : for the audit.
    """
    name = Path(plan.source_name).name
    source = {
        "source_id": note.source_id or f"file-{re.sub(r'[^a-z0-9]+', '-', fold(Path(name).stem)).strip('-') or plan.sha256[:12]}",
        "title": note.title or name, "publisher": "", "year": note.year, "url": "", "licence": note.licence or tr("cli.licence_unknown"), "status": "",
        "locked": int(note.locked),
    }  # fmt: skip
    request = ImportRequest(source, plan.incoming, plan.cells, plan.rows_total, plan.sha256, plan.format)
    account = store.apply_import(request, actor=actor, dry_run=dry_run)
    plan = replace(plan, cells=(*plan.cells, *(BadCell(row, "", "", "import.edited_here") for row in account.kept)))
    last = tr("cli.account", accepted=account.accepted, rejected=account.rejected, unchanged=account.unchanged)
    parts = [tr("cli.mapping"), mapping_text(plan.mapping, tr).strip(), report_text(plan, tr).strip(), tr("cli.dry_run") if dry_run else "", last]
    return ImportResult(account, plan, "\n".join(part for part in parts if part), dry_run)
