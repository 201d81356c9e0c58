"""The cells of one row as its mapping sees them, and the notes that its checks make on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from data.ingest.clean import LIMITS, clean_text, script_of
from data.ingest.mapping import Mapping
from data.sources.table import RawTable
from geo.errors import BadCell
from geo.model import LANGUAGES

SHOWN = 120
"""Characters of a bad value that a report repeats."""
_USUAL_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell: the header it stands under (empty for a constant of the mapping) and its cleaned text."""

    header: str
    text: str


@dataclass(slots=True)
class RowNotes:
    """What the checks found in one row.

    Parameters
    ----------
    number : the row's number as a person sees it.
    cells : cells refused or flagged so far.
    flags : codes that the site itself will carry.
    """

    number: int
    cells: list[BadCell] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    @property
    def refusals(self) -> int:
        """How many cells keep the row out."""
        return sum(cell.severity == "reject" for cell in self.cells)

    @property
    def rejected(self) -> bool:
        """Say whether any cell keeps the row out."""
        return self.refusals > 0

    def reject(self, code: str, cell: Cell | None = None, **params: object) -> None:
        """Keep the row out because of ``cell``, or as a whole."""
        self._add(code, cell, "reject", params)

    def flag(self, code: str, cell: Cell | None = None, *, mark: str = "", **params: object) -> None:
        """Let the row in with a note on ``cell``; ``mark`` is the flag that the site keeps."""
        self._add(code, cell, "flag", params)
        if mark and mark not in self.flags:
            self.flags.append(mark)

    def _add(self, code: str, cell: Cell | None, severity: str, params: dict[str, object]) -> None:
        header, text = (cell.header, cell.text) if cell else ("", "")
        self.cells.append(BadCell(self.number, header, text[:SHOWN], code, params, severity))


class Fields:
    """Where each field of a table's rows is: made once for the table, read by every `RowCells`."""

    def __init__(self, table: RawTable, mapping: Mapping) -> None:
        at = {header: i for i, header in enumerate(table.headers)}
        self.columns = {name: tuple((header, at[header]) for header in headers) for name, headers in mapping.columns.items()}
        self.constants = {name: [Cell("", text)] for name, constant in mapping.constants.items() if (text := clean_text(constant))}


class RowCells:
    """Access to the cells of one row by field."""

    def __init__(self, row: tuple[str, ...], fields: Fields) -> None:
        self._row = row
        self._fields = fields

    def all(self, name: str) -> list[Cell]:
        """Return the filled cells of a field in the mapping's order; its constant where there are none."""
        filled = [Cell(header, text) for header, at in self._fields.columns.get(name, ()) if self._row[at] and (text := clean_text(self._row[at]))]
        return filled or self._fields.constants.get(name, [])

    def placed(self, name: str) -> tuple[Cell | None, ...]:
        """Return a cell for each column of a field, in the mapping's order; None where it is empty."""
        return tuple(Cell(header, text) if (text := clean_text(self._row[at])) else None for header, at in self._fields.columns.get(name, ()))

    def first(self, name: str) -> Cell | None:
        """Return the first filled cell of a field, or its constant; None where it has neither."""
        found = self.all(name)
        return found[0] if found else None

    def text(self, name: str, notes: RowNotes, *, limit_of: str = "") -> str:
        """Return the text of a field, cut to its limit with a note where it is longer."""
        cell = self.first(name)
        if cell is None:
            return ""
        limit = LIMITS.get(limit_of or name, _USUAL_LIMIT)
        if len(cell.text) > limit:
            notes.flag("import.too_long", cell, limit=limit)
        return cell.text[:limit].rstrip()

    def names(self, name: str, notes: RowNotes) -> dict[str, str]:
        """Return the text of a named thing by language; one without a language goes by its letters."""
        found = {lang: text for lang in LANGUAGES if (text := self.text(f"{name}_{lang}", notes, limit_of=name))}
        plain = self.text(name, notes)
        if plain:
            found.setdefault(script_of(plain), plain)
        return {lang: found[lang] for lang in LANGUAGES if lang in found}
