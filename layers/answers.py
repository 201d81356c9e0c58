"""What a record of a site says, in words: the answers of a form, beside what stands there now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from geo.model import LANGUAGES
from geo.registry import Registry
from i18n import Translator
from layers.markup import safe

LTR = ("phone", "email", "website")


def value_words(registry: Registry, field: str, value: Any, tr: Translator) -> list[str]:
    """Return a field of a record as lines of plain text; none where nothing is stated.

    Parameters
    ----------
    registry : names of terms and places.
    field : one of ``geo.submissions.PROPOSABLE``.
    value : as records have it; None for what is withheld counts as not stated.
    tr : words.
    """
    lang = tr.lang
    if field == "sensitivity" and value is not None:
        return [tr(f"contribute.level_{int(value)}")]
    if not value:
        return []
    if field == "names":
        return [str(value[code]) for code in dict.fromkeys((lang, *LANGUAGES)) if value.get(code)]
    if field == "kind":
        return [registry.term_label("kind", value, lang)]
    if field == "status":
        return [tr(f"export.status.{value}")]
    if field == "place":
        return place_words(registry, value, tr)
    if field == "capacities":
        return [
            tr("contribute.capacity_of", service=registry.term_label("service", code, lang), number=f"{number:,.0f}")
            for code, number in value.items()
        ]
    if field in ("services", "target_groups"):
        taxonomy = "service" if field == "services" else "target_group"
        return [registry.term_label(taxonomy, code, lang) for code in value]
    if field == "accessibility":
        return [tr(f"bulk.column.{code}") for code in value]
    if field == "verified_on":
        return [tr.date(dt.date.fromisoformat(value))]
    return [str(value)]


def place_words(registry: Registry, place: Mapping[str, Any], tr: Translator) -> list[str]:
    """Return a place as lines: town and governorate, then the coordinates and what they are worth."""
    names = [(entity, place[key]) for entity, key in (("locality", "locality_id"), ("area", "area_id"))]
    where = tr("map.list_separator").join(registry.label(entity, code, tr.lang) for entity, code in names if code)
    if place["lon"] is None or place["lat"] is None:
        return [where, tr("contribute.only_area")]
    at = tr("contribute.coordinates", lat=f"{place['lat']:.5f}", lon=f"{place['lon']:.5f}")
    return [where, at, tr("contribute.only_town")] if place["position_kind"] == "locality" else [where, at]


def answers_table(rows: Sequence[tuple[str, str, list[str] | None, list[str]]], tr: Translator, *, caption: str) -> str:
    """Return answers as a table for ``st.html``.

    Parameters
    ----------
    rows : field, its label, the lines that stand there now (None leaves the column out) and the lines of the answer.
    tr : words.
    caption : plain text over the table.
    """
    beside = any(before is not None for _, _, before, _ in rows)
    heads = [
        tr("contribute.head_field"),
        *([tr("contribute.head_now")] if beside else []),
        tr("contribute.head_new" if beside else "contribute.head_answer"),
    ]
    head = "".join(f'<th scope="col">{safe(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{safe(label)}</th>{_cell(field, before, tr) if beside else ""}{_cell(field, after, tr)}</tr>'
        for field, label, before, after in rows
    )
    return f'<style>{_CSS}</style><table class="jw-answers"><caption>{safe(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(field: str, lines: list[str] | None, tr: Translator) -> str:
    direction = "ltr" if field in LTR else "auto"
    words = "".join(f'<div dir="{direction}">{safe(line)}</div>' for line in lines or ())
    return f"<td>{words or '<span>' + safe(tr('contribute.not_stated')) + '</span>'}</td>"


_CSS = """
.jw-answers{inline-size:100%;border-collapse:collapse;font-size:.95rem;table-layout:fixed}
.jw-answers caption{text-align:start;font-weight:600;font-size:1.05rem;padding-block:.4rem;color:inherit}
.jw-answers :is(th,td){text-align:start;font-weight:400;vertical-align:top;padding:.35rem .5rem;border:0;border-block-end:1px solid #e6e3dc;overflow-wrap:anywhere}
.jw-answers thead th{background:#f5f3ee;font-weight:600}
.jw-answers tbody th{color:#4c4c48}
.jw-answers td div{text-align:start;unicode-bidi:plaintext}
html[dir=rtl] .jw-answers :is(th,td,td div){text-align:right}
html[dir=ltr] .jw-answers :is(th,td,td div){text-align:left}
.jw-answers td span{color:#6b6b65}
"""
