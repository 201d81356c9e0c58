"""Send many proposals at once: the form to fill in, what an uploaded file would propose, and sending all of it or nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from data.exports.error_workbook import error_workbook
from data.exports.template import template_workbook
from data.ingest.bulk import Proposal, judge_rows
from data.ingest.clean import clean_text
from data.ingest.form import Form, read_form
from data.ingest.template import is_template, read_lists
from data.own_sites import own_sites
from data.sandbox import parse
from data.sources.table import RawTable
from data.store import Store
from geo.errors import BadCell, InputError
from geo.model import LANGUAGES, Scope
from geo.registry import Registry
from i18n import Translator, translator

MOST_BYTES = 20_000_000
Own = Mapping[str, tuple[Mapping[str, Any], int]]


class Sender(Protocol):
    """Takes proposals, for example ``data.submissions.Submissions``."""

    def send_all(self, scope: Scope, items: Sequence[Mapping[str, Any]], *, comment: str = "") -> tuple[int, int]:
        """Send all proposals in one transaction; return how many were made and how many had been sent before."""


@dataclass(frozen=True, eq=False)
class BulkPlan:
    """What an uploaded file would propose; nothing is written.

    Parameters
    ----------
    source_name : the file's name without its folders.
    organisation_id : whose new sites would be.
    total : rows in the file: those in ``rows``, the unchanged and the refused ones add up to it.
    rows : a proposal for each row that adds or changes a site.
    cells : refused and flagged cells in the order of rows, under the headings that the person sees.
    unchanged : rows that say what stands there already.
    raw : the file as the person sees it.
    codes : codes of its columns where it is the form; empty for any other table.
    """

    source_name: str
    organisation_id: str
    total: int
    rows: tuple[Proposal, ...]
    cells: tuple[BadCell, ...]
    unchanged: int
    raw: RawTable = field(repr=False)
    codes: tuple[str, ...] = ()

    @property
    def added(self) -> int:
        """Rows that propose a new site."""
        return sum(row.op == "add" for row in self.rows)

    @property
    def edited(self) -> int:
        """Rows that propose a change."""
        return len(self.rows) - self.added

    @property
    def refused(self) -> int:
        """Rows that cannot be used."""
        return self.total - len(self.rows) - self.unchanged

    def items(self) -> list[dict[str, Any]]:
        """Return the proposals as they are sent; the same proposal for the same version of a site has the same key."""
        return [
            {"op": row.op, "site_id": row.site_id, "proposed": row.proposed, "organisation_id": self.organisation_id, "client_key": self._key(row)}
            for row in self.rows
        ]

    def workbook(self, tr: Translator) -> bytes:
        """Return the file's rows as a workbook with the bad cells marked, which can be corrected and sent again."""
        return error_workbook(self, tr, rtl=tr.direction == "rtl", codes=self.codes)

    def _key(self, row: Proposal) -> str:
        said = [self.organisation_id, row.op, row.site_id, row.version, row.proposed]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def make_template(store: Store, registry: Registry, organisation_id: str, tr: Translator) -> bytes:
    """Return the form with an organisation's sites in it, as a workbook.

    Raises
    ------
    InputError : ``bulk.no_organisation``: there is no such organisation.
    """
    if organisation_id not in registry.organisations.index:
        raise InputError("bulk.no_organisation", organisation=organisation_id[:120])
    rows = [{**record, "site_id": site_id, "version": version} for site_id, (record, version) in own_sites(store, organisation_id).items()]
    return template_workbook(registry, rows, tr, rtl=tr.direction == "rtl")


def plan_bulk(registry: Registry, body: bytes, name: str, *, own: Own, organisation_id: str, tr: Translator) -> BulkPlan:
    """Read an uploaded file in the sandbox and say what it would propose.

    Parameters
    ----------
    registry : areas, localities and terms to check against.
    body : the file: the form in any language, or any table that ``cli.py import`` takes. Nothing in it is trusted.
    name : what the person calls it; never opened.
    own : id to record and version of each site that may be changed, as ``data.own_sites.own_sites`` gives it.
    organisation_id : whose new sites are.
    tr : the reader's language, for the headings of a form that has lost its own.

    Raises
    ------
    InputError : the file as a whole cannot be used; one reason.
    """
    if len(body) > MOST_BYTES:
        raise InputError("import.too_large", megabytes=round(len(body) / 1e6), limit=MOST_BYTES // 1_000_000)
    _, table = parse(body)
    source_name = clean_text(re.split(r"[\\/]", name)[-1])[:120] or "file"
    if not is_template(table.headers):
        found = judge_rows(table, registry, own, name=source_name)
        return BulkPlan(source_name, organisation_id, len(table), found.proposals, found.cells, found.unchanged, table)
    form = read_form(table, [read_lists(registry, translator(lang)) for lang in (tr.lang, *(lang for lang in LANGUAGES if lang != tr.lang))])
    if not len(form.table):
        raise InputError("import.empty")
    found = judge_rows(form.table, registry, own)
    cells = tuple(_as_seen(cell, form) for cell in found.cells)
    return BulkPlan(source_name, organisation_id, len(form.table), found.proposals, cells, found.unchanged, form.shown, form.table.headers)


def send_bulk(submissions: Sender, scope: Scope, plan: BulkPlan, tr: Translator) -> str:
    """Send a plan's proposals for review in one transaction, and return the account in words; the same file again sends nothing.

    Raises
    ------
    InputError : this person may not propose one of them. StoreError : as ``Submissions.send_all``. Nothing is sent then.
    """
    made, before = submissions.send_all(scope, plan.items())
    return tr("bulk.account", sent=tr.number(made), unchanged=tr.number(before + plan.unchanged), refused=tr.number(plan.refused))


def _as_seen(cell: BadCell, form: Form) -> BadCell:
    """Return a bad cell under the heading, and with the text, that the person sees."""
    if cell.column not in form.table.headers:
        return cell
    j, i = form.table.headers.index(cell.column), form.table.numbers.index(cell.row)
    same = cell.value == clean_text(form.table.rows[i][j])[: len(cell.value)]
    return replace(cell, column=form.shown.headers[j], value=clean_text(form.shown.rows[i][j])[:120] if same else cell.value)
