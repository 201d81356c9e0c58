"""What the Indicators page shows of a file before it is written: the account, and the bad cells with a workbook in which they are marked."""

from __future__ import annotations

import streamlit as st

from i18n import Translator
from jobs.exporting import MIME
from jobs.indicators_import import Upload
from layers.bulk_tables import plain_table

CELLS_SHOWN = 50


def show_account(upload: Upload, tr: Translator) -> None:
    """Draw how many cells are new, changed, unchanged and refused."""
    account = upload.account
    counts = {"added": account.added, "changed": account.changed, "unchanged": account.unchanged, "refused": account.refused}
    with st.container(horizontal=True):
        for name, count in counts.items():
            st.metric(tr(f"indicators.count.{name}"), tr.number(count), border=True)


def show_cells(upload: Upload, key: str, tr: Translator) -> None:
    """Draw the bad cells, the refused ones first, and offer the workbook."""
    cells = upload.plan.cells
    if not cells:
        return
    ordered = sorted(cells, key=lambda cell: (cell.severity != "reject", cell.row))[:CELLS_SHOWN]
    rows = [
        (tr.number(cell.row) if cell.row else "", cell.column or tr("bulk.whole_row"), cell.value, tr(f"import.severity.{cell.severity}"),
         tr(f"error.{cell.code}", **cell.params), tr(f"fix.{cell.code}", **cell.params))
        for cell in ordered
    ]  # fmt: skip
    heads = [tr(f"bulk.head.{name}") for name in ("row", "column", "value", "severity", "reason", "fix")]
    st.html(plain_table(tr("bulk.cells"), heads, rows))
    if len(cells) > len(ordered):
        st.caption(tr("bulk.cells_more", shown=tr.number(len(ordered)), total=tr.number(len(cells))))
    st.download_button(
        tr("bulk.errors"), data=lambda: upload.workbook(tr), file_name="jiwar-errors.xlsx", mime=MIME["xlsx"], on_click="ignore", key=key,
        icon=":material/edit_note:",
    )  # fmt: skip
