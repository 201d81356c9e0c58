"""Capacities of a row: a number beside each service, "service: number" in one cell, or one number for the only service."""

from __future__ import annotations

import math
import re

from data.ingest.cells import Cell, RowCells, RowNotes
from data.ingest.clean import read_number
from data.ingest.vocabulary import Vocabulary

_PARTS = re.compile(r"[;،|\n]")
_NAMED = re.compile(r"^(.+?)\s*[:=]\s*(\S+)$")


def read_capacities(row: RowCells, services: tuple[str, ...], vocabulary: Vocabulary, notes: RowNotes) -> dict[str, float]:
    """Return the capacity of each service that has one; what is no number, or of no service of the row, is flagged and left out.

    Parameters
    ----------
    row : its cells. The first column of ``capacities`` belongs to the first one of ``services``, the second to the second, and so on.
    services : codes that the row gives; one number under ``capacity`` counts only where there is one service.
    vocabulary : the words of the services.
    notes : takes the flags.
    """
    out: dict[str, float] = {}
    beside, amounts = row.placed("services"), row.placed("capacities")
    alone = services[0] if len(services) == 1 and len(amounts) == 1 else ""
    for i, cell in enumerate(amounts):
        if cell is None:
            continue
        own = beside[i] if i < len(beside) else None
        for name, text in _pairs(cell, own.text if own else ""):
            code = vocabulary.word("service", name) if name else alone
            _note(out, code, Cell(cell.header, text), services, notes)
    single = row.first("capacity")
    if single is not None:
        value = _number(single, notes)
        # Of several services one number says nothing about each.
        if len(services) == 1 and not math.isnan(value):
            out.setdefault(services[0], value)
    return out


def _pairs(cell: Cell, beside: str) -> list[tuple[str, str]]:
    """Return the cell as names of services and texts of numbers."""
    if not math.isnan(read_number(cell.text)):
        return [(beside, cell.text)]
    found = [_NAMED.match(part.strip()) for part in _PARTS.split(cell.text) if part.strip()]
    return [(match[1], match[2]) for match in found if match] if all(found) else [(beside, cell.text)]


def _note(out: dict[str, float], code: str, cell: Cell, services: tuple[str, ...], notes: RowNotes) -> None:
    value = _number(cell, notes)
    if math.isnan(value):
        return
    if code in services:
        out[code] = value
    else:
        notes.flag("import.capacity_without_service", cell)


def _number(cell: Cell, notes: RowNotes) -> float:
    """Return the number of a cell; NaN with a flag where it is none or negative."""
    value = read_number(cell.text)
    if value >= 0:
        return value
    notes.flag("import.capacity_unreadable", cell)
    return math.nan
