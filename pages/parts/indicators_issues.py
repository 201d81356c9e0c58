"""Counts of issues, a part of the Indicators page: what everybody may see by issue, sending them, and opening them as they were sent."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd
import streamlit as st

from data.indicators_issues import INDICATOR, LEVEL, sent_counts
from data.indicators_plan import MOST_BYTES
from geo.errors import AppError
from geo.memo import kept_with_registry
from geo.model import Scope
from geo.permissions import ALLOWED
from geo.registry import Registry
from i18n import Translator
from jobs.indicators import IndicatorsAsked
from jobs.indicators_import import Upload, account_text, read_counts, write_upload
from layers.bulk_tables import plain_table
from pages.parts import errors, identity, indicators_upload, indicators_work, load
from pages.parts.indicators_add import source_fields

SENT_SHOWN = 500
_PLAN, _ROUND, _DONE, _ERROR = "issues_plan", "issues_round", "issues_done", "issues_error"


def show_published(registry: Registry, asked: IndicatorsAsked, tr: Translator) -> None:
    """Draw the counts of the year by issue, where the page shows their sum."""
    if asked.indicator == INDICATOR:
        st.html(_published(registry, asked, tr))
        st.caption(tr("indicators.issues_note"))


@kept_with_registry
def _published(registry: Registry, asked: IndicatorsAsked, tr: Translator) -> str:
    counts = indicators_work.counts(registry)
    here = registry.governorates.index[registry.governorates["country"] == asked.country]
    own = counts[(counts["issue"] != "") & (counts["year"] == asked.year) & counts["area_id"].isin(here)]
    if asked.area:
        own = own[own["area_id"] == asked.area]
    rows = [
        (registry.label("area", row["area_id"], tr.lang), row["issue"], tr("indicators.held_short") if pd.isna(row["count"]) else tr.number(int(row["count"])),
         tr.plural("indicators.months", int(row["months"])), str(row["source"]))
        for row in own.to_dict("records")
    ]  # fmt: skip
    heads = [tr(f"indicators.issue_{name}") for name in ("area", "issue", "count", "months", "source")]
    return plain_table(tr("indicators.by_issue", year=asked.year), heads, rows)


def show_upload(registry: Registry, scope: Scope, tr: Translator) -> None:
    """Draw the form in which a partner sends counts."""
    with st.expander(tr("indicators.send"), icon=":material/upload_file:", expanded=_DONE in st.session_state or _ERROR in st.session_state):
        if _DONE in st.session_state:
            st.success(st.session_state.pop(_DONE))
        st.write(tr("indicators.send_intro"))
        said = source_fields("issues", registry.today.year, tr)
        turn = st.session_state.setdefault(_ROUND, 0)
        upload = st.file_uploader(tr("indicators.file"), key=f"issues_file_{turn}", max_upload_size=MOST_BYTES // 1_000_000)
        if upload is not None:
            try:
                found = _plan(registry, scope, upload.getvalue())
                indicators_upload.show_account(found, tr)
                indicators_upload.show_cells(found, "issues_errors", tr)
                st.button(
                    tr("indicators.send_now"), type="primary", key="issues_send", icon=":material/send:", on_click=_send, args=(found, said, tr)
                )
            except AppError as error:
                errors.show(error, tr)
        if _ERROR in st.session_state:
            errors.show(st.session_state.pop(_ERROR), tr)


def _plan(registry: Registry, scope: Scope, body: bytes) -> Upload:
    key = (hashlib.sha256(body).hexdigest(), registry.version, scope.user_id, scope.organisation_id)
    held: tuple[Any, Upload] | None = st.session_state.get(_PLAN)
    if held is None or held[0] != key:
        with st.spinner():
            held = (key, read_counts(load.store(), registry, body, scope))
        st.session_state[_PLAN] = held
    return held[1]


def _send(upload: Upload, said: Any, tr: Translator) -> None:
    """Send the counts as who the reader is at this moment, and empty the field for the next file."""
    try:
        st.session_state[_DONE] = account_text(write_upload(load.store(), identity.scope(), upload, said), tr)
    except AppError as error:
        st.session_state[_ERROR] = error
        return
    st.session_state[_ROUND] += 1
    st.session_state.pop(_PLAN, None)


def show_sent(registry: Registry, scope: Scope, tr: Translator) -> None:
    """Offer the counts as they were sent to whoever has the clearance and may see protected places somewhere; they are read only when asked for."""
    if scope.clearance < LEVEL or "view_exact" not in ALLOWED.get(scope.role, {}) or indicators_work.counts(registry).empty:
        return
    with st.expander(tr("indicators.sent"), icon=":material/lock_open:"):
        st.write(tr("indicators.sent_intro"))
        purpose = st.text_input(tr("indicators.purpose"), key="issues_purpose", max_chars=200)
        if st.button(tr("indicators.open"), key="issues_open"):
            try:
                rows = sent_counts(load.store(), scope, purpose=purpose)
            except AppError as error:
                errors.show(error, tr)
                return
            told = [
                (registry.label("area", area, tr.lang), issue, f"{year}-{month:02d}", tr.number(count)) for issue, area, year, month, count in rows
            ]
            heads = [tr(f"indicators.issue_{name}") for name in ("area", "issue", "month", "count")]
            st.html(plain_table(tr("indicators.sent_table"), heads, told[:SENT_SHOWN]))
