"""The versions that a group keeps of an index or a decision: how to keep one, what was kept, and how anyone makes it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from data.kept import Kept, KeptRecords
from geo.errors import AppError
from geo.permissions import may
from geo.registry import Registry
from i18n import Translator
from jobs.need import Need
from jobs.need_asked import NeedPage
from jobs.need_saved import decision_body, index_body
from layers import markup
from layers.markup import safe
from pages.parts import identity, load
from pages.parts.need_weights import VOTES

LISTED = 12


def index_versions(registry: Registry, need: Need, asked: NeedPage, tr: Translator) -> None:
    """Show the indexes that were kept, and let who may keep this one."""

    def body() -> dict[str, Any]:
        return index_body(need, asked.index, edition=registry.edition, year=registry.today.year, votes=st.session_state.get(VOTES) or {})

    _show("index", registry, asked, body, tr)


def decisions(registry: Registry, asked: NeedPage, tr: Translator) -> None:
    """Show the weights that groups decided on, and let who may keep these."""
    _show("decision", registry, asked, lambda: decision_body(asked.decision, limit=asked.limit, edition=registry.edition), tr)


def _show(kind: str, registry: Registry, asked: NeedPage, body: Callable[[], dict[str, Any]], tr: Translator) -> None:
    records = KeptRecords(load.store())
    scope = identity.scope()
    st.subheader(tr(f"needs.saved.{kind}"), anchor=False)
    if may(scope, "plan", area_id=asked.country, country=asked.country):
        with st.form(f"needs_do_keep_{kind}", border=False):
            left, right = st.columns([3, 1], vertical_alignment="bottom")
            name = left.text_input(tr("needs.keep_name"), max_chars=80, placeholder=tr("needs.keep_example"))
            sent = right.form_submit_button(tr("needs.keep"))
        if sent:
            try:
                kept = records.keep(scope, kind, country=asked.country, name=name, body=body(), edition=registry.edition)
            except AppError as error:
                st.error(tr(f"error.{error.code}", **error.params))
            else:
                st.success(tr("needs.kept", name=kept.name, version=kept.version, record=kept.record_id))
    else:
        st.html(f"<p class='jw-note'>{safe(tr('needs.keep_who'))}</p>")
    found = records.all(kind, country=asked.country)[:LISTED]
    if not found:
        st.html(f"<p class='jw-note'>{safe(tr('needs.saved_none'))}</p>")
        return
    st.html(_table(kind, found, asked, records, tr))
    if kind == "index":
        st.html(f"<p class='jw-note'>{safe(tr('needs.again'))} <code dir='ltr'>cli.py index --saved {found[0].record_id}</code></p>")


def _table(kind: str, found: list[Kept], asked: NeedPage, records: KeptRecords, tr: Translator) -> str:
    heads = "".join(f'<th scope="col">{safe(tr(f"needs.saved_head.{name}"))}</th>' for name in ("name", "version", "when", "record", "digest"))
    body = ""
    for one in found:
        query = urlencode(_query(kind, one, asked, records) | {"lang": [tr.lang]}, doseq=True)
        cells = (str(one.version), tr.date(one.created_at.date()), str(one.record_id), one.sha256[:12])
        texts = "".join(f"<td><bdi>{safe(text)}</bdi></td>" for text in cells)
        body += f'<tr><th scope="row" dir="auto"><a href="?{safe(query)}" target="_self">{safe(one.name)}</a></th>{texts}</tr>'
    return f"<div class='jw-wide'><table class='jw-list jw-needs'><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"


def _query(kind: str, one: Kept, asked: NeedPage, records: KeptRecords) -> dict[str, list[str]]:
    """Return the address that chooses what was kept, on the data of today."""
    _, body = records.get(one.record_id)
    plain = asked.to_query()
    if kind == "index":
        method = body["method"]
        nodes = [node for node in body["tree"] if node["kind"] == "indicator"]
        weights = [f"{node['node_id']}:{node['weight']:g}" for node in nodes] if len({node["weight"] for node in nodes}) > 1 else []
        changed = {"missing": [method["missing"]], "scale": [method["normalisation"]], "mean": [method["aggregation"]], "weight": weights}
    else:
        changed = {
            "u": [f"{code}:{weight:g}" for code, weight in body["services"].items()],
            "w": [f"{code}:{weight:g}" for code, weight in body["groups"].items()], "beta": [f"{body['beta']:g}"], "limit": [str(body["limit"])],
        }  # fmt: skip
    return {key: value for key, value in (plain | changed).items() if value}


def downloads(asked: NeedPage, tr: Translator) -> None:
    """Offer the view as files."""
    query = urlencode(asked.to_query() | {"lang": tr.lang}, doseq=True)
    st.html(markup.downloads(tr("needs.download"), [(tr(f"explore.format_{name}"), f"/data/need.{name}?{query}") for name in ("csv", "xlsx")]))
