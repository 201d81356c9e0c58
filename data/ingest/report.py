"""An import in words: the mapping before it is applied, and one line for every refused or flagged cell."""

from __future__ import annotations

from typing import Protocol

from data.ingest.mapping import FIELDS, Mapping
from data.ingest.plan import ImportPlan
from geo.errors import BadCell


class Words(Protocol):
    """Key and parameters to words in one language, for example ``i18n.Translator``."""

    def __call__(self, key: str, /, **params: object) -> str:
        """Return the words for ``key`` with ``params`` filled in."""


def reason_text(cell: BadCell, tr: Words) -> str:
    """Return what is wrong with a cell, in words."""
    return tr(f"error.{cell.code}", **cell.params)


def fix_text(cell: BadCell, tr: Words) -> str:
    """Return what to do about a cell, in words."""
    return tr(f"fix.{cell.code}", **cell.params)


def report_text(plan: ImportPlan, tr: Words) -> str:
    """Return one line for each refused or flagged cell: row, column, value, reason and fix; empty where there is none."""
    return "\n".join(_line(cell, tr) for cell in plan.cells)


def mapping_text(mapping: Mapping, tr: Words) -> str:
    """Return the mapping as lines "field: columns" and "field: constant", to be shown before it is applied."""
    lines = []
    for name in FIELDS:
        if mapping.columns.get(name):
            lines.append(tr("import.mapping.column", field=tr(f"import.field.{name}"), columns=", ".join(mapping.columns[name])))
        if mapping.constants.get(name):
            lines.append(tr("import.mapping.constant", field=tr(f"import.field.{name}"), value=mapping.constants[name]))
    return "\n".join(lines)


def _line(cell: BadCell, tr: Words) -> str:
    return tr(
        "import.report.line",
        severity=tr(f"import.severity.{cell.severity}"),
        row=cell.row,
        column=cell.column or tr("import.report.whole_row"),
        value=cell.value or tr("import.report.no_value"),
        reason=reason_text(cell, tr),
        fix=fix_text(cell, tr),
    )
