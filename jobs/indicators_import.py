"""Add values of indicators and counts of issues from a file: read, checked, shown, and written; the same for the page and the command line."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data.exports.error_workbook import error_workbook
from data.indicators_counts import CountsPlan, plan_counts
from data.indicators_issues import CountsAccount, compare_counts, write_counts
from data.indicators_plan import ValuesPlan, plan_values, read_upload
from data.indicators_said import SourceSaid, ValuesAsked
from data.indicators_write import ValuesAccount, compare_values, write_values
from data.store import Store
from geo.errors import BadCell
from geo.model import Scope
from geo.registry import Registry
from i18n import Translator

Plan = ValuesPlan | CountsPlan
Account = ValuesAccount | CountsAccount


@dataclass(frozen=True, eq=False)
class Upload:
    """A file that was read and checked, and what writing it would do."""

    plan: Plan
    account: Account

    def workbook(self, tr: Translator) -> bytes:
        """Return the file's rows as a workbook with the bad cells marked."""
        return error_workbook(self.plan, tr, rtl=tr.direction == "rtl")


def read_values(store: Store, registry: Registry, body: bytes, asked: ValuesAsked, scope: Scope) -> Upload:
    """Read a file of values; nothing is written. InputError as ``plan_values`` and ``read_upload``."""
    found, table = read_upload(body)
    plan = plan_values(table, registry, asked, scope, file_format=found, sha256=hashlib.sha256(body).hexdigest())
    return Upload(plan, compare_values(store, scope, plan))


def read_counts(store: Store, registry: Registry, body: bytes, scope: Scope) -> Upload:
    """Read a file of counts of issues; nothing is written. InputError as ``plan_counts``, ``read_upload`` and ``compare_counts``."""
    found, table = read_upload(body)
    plan = plan_counts(table, registry, file_format=found, sha256=hashlib.sha256(body).hexdigest())
    return Upload(plan, compare_counts(store, scope, plan))


def write_upload(store: Store, scope: Scope, upload: Upload, said: SourceSaid | None = None) -> Account:
    """Write what was read; InputError as ``write_values`` and ``write_counts``. ``said`` is the source of counts."""
    if isinstance(upload.plan, CountsPlan):
        return write_counts(store, scope, upload.plan, said or SourceSaid("", "", None, ""))
    return write_values(store, scope, upload.plan)


def account_text(account: Account, tr: Translator) -> str:
    """Say what became of the cells of a file."""
    return tr(
        "indicators.account", added=tr.number(account.added), changed=tr.number(account.changed), unchanged=tr.number(account.unchanged),
        refused=tr.number(account.refused),
    )  # fmt: skip


def account_json(upload: Upload, *, dry_run: bool) -> dict[str, Any]:
    """Return the account for programs: counts, and each refused or flagged cell with its code."""
    account = upload.account
    cells = [
        {"row": cell.row, "column": cell.column, "value": cell.value, "code": cell.code, "severity": cell.severity} for cell in upload.plan.cells
    ]
    counts = {"added": account.added, "changed": account.changed, "unchanged": account.unchanged, "refused": account.refused}
    return counts | {"dry_run": dry_run, "cells": cells}


def cell_lines(cells: Sequence[BadCell], tr: Translator) -> list[str]:
    """Return a line for each refused or flagged cell: row, column, value, reason and fix."""
    return [
        tr(
            "import.report.line", severity=tr(f"import.severity.{cell.severity}"), row=cell.row, column=cell.column or tr("import.report.whole_row"),
            value=cell.value or tr("import.report.no_value"), reason=tr(f"error.{cell.code}", **cell.params), fix=tr(f"fix.{cell.code}", **cell.params),
        )
        for cell in cells
    ]  # fmt: skip
