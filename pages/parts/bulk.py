"""Many sites at once, a part of the Contribute page: the form down, a file up, what it would change, and sending it for review."""

from __future__ import annotations

import hashlib

import streamlit as st

from data.own_sites import own_sites
from data.submissions import Submissions
from geo.errors import AppError
from geo.model import Scope
from geo.registry import FALLBACK, Registry
from i18n import Translator
from jobs.bulk import MOST_BYTES, BulkPlan, Own, make_template, plan_bulk, send_bulk
from jobs.exporting import MIME
from jobs.record_words import field_name, value_text
from layers.bulk_tables import plain_table
from pages.parts import errors, identity

CELLS_SHOWN = 50
CHANGES_SHOWN = 10
_PLAN, _ROUND, _DONE, _FORM = "bulk_plan", "bulk_round", "bulk_done", "bulk_form"


def show(registry: Registry, scope: Scope, submissions: Submissions, tr: Translator) -> None:
    """Draw the part.

    Parameters
    ----------
    registry : as ``scope`` may see it.
    scope : a partner; others are told that this is for partners.
    submissions : where the proposals go.
    """
    st.subheader(tr("bulk.title"), anchor=False)
    if not scope.organisation_id:
        st.caption(tr("bulk.partners_only"))
        return
    st.write(tr("bulk.intro"))
    if _DONE in st.session_state:
        st.success(st.session_state.pop(_DONE))
    _offer_form(registry, scope, submissions, tr)
    # Another key makes an empty field: what was sent is not offered for sending again.
    turn = st.session_state.setdefault(_ROUND, 0)
    upload = st.file_uploader(tr("bulk.upload"), key=f"bulk_file_{turn}", max_upload_size=MOST_BYTES // 1_000_000)
    if upload is None:
        return
    try:
        found = _plan(registry, scope, submissions, upload.getvalue(), upload.name, tr)
    except AppError as error:
        errors.show(error, tr)
        return
    _show_plan(found, registry, submissions, tr)


def _offer_form(registry: Registry, scope: Scope, submissions: Submissions, tr: Translator) -> None:
    """Draw the form's button; the workbook is made when it is pressed, from what stands in the store then."""
    st.download_button(
        tr("bulk.download"), data=lambda: make_template(submissions.store, registry, scope.organisation_id, tr),
        file_name=f"jiwar-sites-{registry.today.isoformat()}.xlsx", mime=MIME["xlsx"], on_click="ignore", key=_FORM, icon=":material/download:",
    )  # fmt: skip


def _plan(registry: Registry, scope: Scope, submissions: Submissions, body: bytes, name: str, tr: Translator) -> tuple[BulkPlan, Own]:
    """Return the plan of a file and the own sites it was compared with; kept until the file, the registry, the person or the language changes."""
    key = (hashlib.sha256(body).hexdigest(), name, submissions.store.version(), registry.version, scope.user_id, scope.organisation_id, tr.lang)
    held = st.session_state.get(_PLAN)
    if held is None or held[0] != key:
        bar = st.progress(0.1, tr("bulk.reading"))
        own = own_sites(submissions.store, scope.organisation_id)
        bar.progress(0.3, tr("bulk.reading"))
        held = (key, plan_bulk(registry, body, name, own=own, organisation_id=scope.organisation_id, tr=tr), own)
        bar.empty()
        st.session_state[_PLAN] = held
    return held[1], held[2]


def _show_plan(found: tuple[BulkPlan, Own], registry: Registry, submissions: Submissions, tr: Translator) -> None:
    plan, own = found
    counts = {"added": plan.added, "edited": plan.edited, "unchanged": plan.unchanged, "refused": plan.refused}
    with st.container(horizontal=True):
        for name, count in counts.items():
            st.metric(tr(f"bulk.count.{name}"), tr.number(count), border=True)
    if plan.cells:
        _show_cells(plan, tr)
    if not plan.rows:
        st.info(tr("bulk.nothing"))
        return
    _show_changes(plan, own, registry, tr)
    st.button(tr("bulk.send"), type="primary", icon=":material/send:", key="bulk_send", on_click=_send, args=(plan, submissions, tr))
    if "bulk_error" in st.session_state:
        errors.show(st.session_state.pop("bulk_error"), tr)


def _show_cells(plan: BulkPlan, tr: Translator) -> None:
    """Draw the bad cells, the refused ones first, and offer the workbook in which they are marked."""
    ordered = sorted(plan.cells, key=lambda cell: (cell.severity != "reject", cell.row))[:CELLS_SHOWN]
    rows = [
        (tr.number(cell.row), cell.column or tr("bulk.whole_row"), cell.value, tr(f"import.severity.{cell.severity}"),
         tr(f"error.{cell.code}", **cell.params), tr(f"fix.{cell.code}", **cell.params))
        for cell in ordered
    ]  # fmt: skip
    heads = [tr(f"bulk.head.{name}") for name in ("row", "column", "value", "severity", "reason", "fix")]
    st.html(plain_table(tr("bulk.cells"), heads, rows))
    if len(plan.cells) > len(ordered):
        st.caption(tr("bulk.cells_more", shown=tr.number(len(ordered)), total=tr.number(len(plan.cells))))
    st.download_button(
        tr("bulk.errors"), data=lambda: plan.workbook(tr), file_name="jiwar-errors.xlsx", mime=MIME["xlsx"], on_click="ignore", key="bulk_errors",
        icon=":material/edit_note:", help=tr("bulk.errors_help"),
    )  # fmt: skip


def _show_changes(plan: BulkPlan, own: Own, registry: Registry, tr: Translator) -> None:
    """Draw the first proposals: the fields that change, and the names of what would be new."""
    rows = []
    for row in plan.rows[:CHANGES_SHOWN]:
        present = own[row.site_id][0] if row.site_id else {}
        names = present.get("names") or row.proposed.get("names", {})
        name = next((names[lang] for lang in FALLBACK[tr.lang] if names.get(lang)), row.site_id)
        if row.op == "add":
            rows.append((tr.number(row.number), name, tr("bulk.new_site"), "", value_text("kind", row.proposed["kind"], registry, tr)))
            continue
        for field in row.changed:
            before = tr("bulk.kept") if field in present and present[field] is None else value_text(field, present.get(field), registry, tr)
            rows.append((tr.number(row.number), name, field_name(field, tr), before, value_text(field, row.proposed[field], registry, tr)))
    heads = [tr(f"bulk.head.{name}") for name in ("row", "site", "field", "before", "after")]
    st.html(plain_table(tr("bulk.sample"), heads, rows))


def _send(plan: BulkPlan, submissions: Submissions, tr: Translator) -> None:
    """Send the plan as who the reader is at this moment, and empty the field for the next file."""
    bar = st.progress(0.2, tr("bulk.sending"))
    try:
        st.session_state[_DONE] = send_bulk(submissions, identity.scope(), plan, tr)
    except AppError as error:
        st.session_state["bulk_error"] = error
        return
    finally:
        bar.empty()
    st.session_state[_ROUND] += 1
    st.session_state.pop(_PLAN, None)
