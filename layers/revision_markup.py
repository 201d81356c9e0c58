"""Proposals and history as HTML for ``st.html``: the queue, fields side by side, the facts of a site, and its timeline. All texts are given in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from layers.markup import safe

_HREF = re.compile(r"tel:\+?\d+|https?://\S+", re.IGNORECASE)
Lines = Sequence[str]
"""Lines of one value; each has its own direction."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A proposal that waits.

    Parameters
    ----------
    href : path of its page.
    title : name of the site.
    urgency : words in front, e.g. "Escalated to the ministry"; empty for one that is in time.
    level : ``escalated``, ``late`` or empty: how strongly the words stand out.
    details : what stands under the title.
    """

    href: str
    title: str
    urgency: str
    level: str
    details: Lines


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A field side by side: its name, signs in words (a conflict), and its values, one a column."""

    field: str
    signs: Lines
    cells: Sequence[Lines]


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """A change of a site: what in one line, notes such as the reason, and its fields under ``heads``, the first of which is the field's."""

    title: str
    notes: Lines
    heads: Sequence[str]
    changes: Sequence[DiffRow]


def queue(groups: Sequence[tuple[str, Sequence[QueueLine]]]) -> str:
    """Return what waits, under a heading for each governorate."""
    out = []
    for heading, some in groups:
        items = "".join(
            f"<li><a href='{safe(one.href)}' target='_self' dir='auto'>{safe(one.title)}</a>"
            + (f" <strong class='jw-{safe(one.level)}'>{safe(one.urgency)}</strong>" if one.urgency else "")
            + f"<p>{_parts(one.details)}</p></li>"
            for one in some
        )
        out.append(f"<section><h2>{safe(heading)}</h2><ul>{items}</ul></section>")
    return f"<style>{_CSS}</style><div class='jw-queue'>{''.join(out)}</div>"


def diff_table(caption: str, heads: Sequence[str], rows: Sequence[DiffRow]) -> str:
    """Return fields side by side: a table with a heading for the field and one for each column of values; on a phone a block for each field."""
    head = "".join(f"<th scope='col'>{safe(text)}</th>" for text in heads)
    body = "".join(_diff_row(row, heads) for row in rows)
    return (
        f"<style>{_CSS}</style><table class='jw-diff'><caption>{safe(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a site: its name, its lines, where it leads (only ``tel:`` numbers and web pages; else it is text), and whether it runs left to right."""

    label: str
    lines: Lines
    href: str = ""
    ltr: bool = False


def facts(caption: str, rows: Sequence[Fact]) -> str:
    """Return the facts of a site as a list of names and values."""
    items = "".join(f"<div><dt>{safe(row.label)}</dt><dd>{_fact(row)}</dd></div>" for row in rows)
    return f"<style>{_CSS}</style><section class='jw-site' aria-label='{safe(caption)}'><dl>{items}</dl></section>"


def timeline(items: Sequence[TimelineItem]) -> str:
    """Return the changes of a site as an ordered list, a table of fields for each."""
    out = []
    for item in items:
        notes = "".join(f"<p dir='auto'>{safe(note)}</p>" for note in item.notes)
        head = "".join(f"<th scope='col'>{safe(text)}</th>" for text in item.heads)
        body = "".join(_diff_row(row, item.heads) for row in item.changes)
        table = f"<table class='jw-diff'><caption class='jw-unseen'>{safe(item.title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        out.append(f"<li><h3>{safe(item.title)}</h3>{notes}{table if item.changes else ''}</li>")
    return f"<style>{_CSS}</style><ol class='jw-timeline'>{''.join(out)}</ol>"


def similar(caption: str, rows: Sequence[tuple[str, str, Lines]], *, empty: str) -> str:
    """Return sites that may be the same: words, path and reasons of each; ``empty`` where there are none."""
    if not rows:
        return f"<style>{_CSS}</style><p class='jw-note'>{safe(empty)}</p>"
    items = "".join(
        f"<li><a href='{safe(href)}' target='_blank' rel='noopener' dir='auto'>{safe(title)}</a><p>{_parts(details)}</p></li>"
        for title, href, details in rows
    )
    return f"<style>{_CSS}</style><section class='jw-queue' aria-label='{safe(caption)}'><ul>{items}</ul></section>"


def _diff_row(row: DiffRow, heads: Sequence[str]) -> str:
    signs = "".join(f"<em>{safe(sign)}</em>" for sign in row.signs)
    cells = "".join(f"<td data-head='{safe(head)}'>{_lines(lines)}</td>" for head, lines in zip(heads[1:], row.cells, strict=True))
    return f"<tr{' class=jw-marked' if row.signs else ''}><th scope='row'>{safe(row.field)}{signs}</th>{cells}</tr>"


def _fact(row: Fact) -> str:
    if _HREF.fullmatch(row.href):
        return f"<a href='{safe(row.href)}' target='_blank' rel='noopener noreferrer'><bdi dir='ltr'>{safe(row.lines[0])}</bdi></a>"
    return "".join(f"<div><bdi dir='ltr'>{safe(line)}</bdi></div>" for line in row.lines) if row.ltr else _lines(row.lines)


def _lines(lines: Lines) -> str:
    return "".join(f"<div dir='auto'>{safe(line)}</div>" for line in lines)


def _parts(parts: Lines) -> str:
    return " · ".join(f"<bdi>{safe(part)}</bdi>" for part in parts if part)


_CSS = """
.jw-queue h2{font-size:1.05rem;font-weight:600;margin:.8rem 0 .2rem;padding:0;text-align:start}
.jw-queue ul,.jw-timeline{list-style:none;margin:0 !important;padding:0 !important}
.jw-queue li{border:1px solid #d9d5cb;border-radius:.4rem;padding:.5rem .8rem;margin:0 0 .4rem;text-align:start;overflow-wrap:anywhere}
.jw-queue li>a{color:#0b5c8a;font-weight:600}
.jw-queue p{margin:.1rem 0 0;font-size:.875rem;color:#4c4c48}
.jw-queue strong{font-size:.8rem;border-radius:.3rem;padding:.05rem .45rem;border:1px solid;white-space:nowrap}
.jw-queue .jw-late{color:#7a4b00;background:#fff4d6}
.jw-queue .jw-escalated{color:#fff;background:#8c1d18;border-color:#8c1d18}
.jw-diff{inline-size:100%;border-collapse:collapse;font-size:.9rem;table-layout:fixed}
.jw-diff caption{text-align:start;font-weight:600;padding:.2rem 0 .4rem}
.jw-diff caption.jw-unseen{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);padding:0}
.jw-diff :is(th,td){text-align:start;vertical-align:top;padding:.4rem .6rem;border:1px solid #e0ddd5;font-weight:400;overflow-wrap:anywhere}
.jw-diff thead th{background:#f5f3ee;font-weight:600}
.jw-diff tbody th{font-weight:600;inline-size:20%}
.jw-diff th em{display:block;font-style:normal;font-size:.8rem;font-weight:600;color:#8c1d18}
.jw-diff .jw-marked :is(th,td){background:#fdf1ee}
.jw-diff td:last-child{background:#eef5f9}
html[dir=ltr] :is(.jw-diff,.jw-site) div[dir]{text-align:left}
.jw-site dl{margin:0 !important;padding:0 !important}
.jw-site dl>div{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.1rem .8rem;padding:.3rem 0;border-block-end:1px solid #e6e3dc;font-size:.9rem}
.jw-site a{color:#0b5c8a}
.jw-site dt{color:#4c4c48;text-align:start}
.jw-site dd{margin:0;overflow-wrap:anywhere;min-inline-size:0}
.jw-timeline li{border-inline-start:3px solid #0b5c8a;padding:0 0 .9rem;padding-inline-start:.9rem;margin:0;text-align:start}
.jw-timeline h3{font-size:.95rem !important;font-weight:600;margin:0;padding:0 0 .2rem !important;text-align:start}
.jw-timeline p{margin:.1rem 0 .3rem;font-size:.9rem;text-align:start;overflow-wrap:anywhere}
html[dir=rtl] :is(.jw-diff,.jw-site,.jw-queue,.jw-timeline) :is(th,td,div,dt,dd,li,p,h2,h3){text-align:right}
:is(.jw-queue,.jw-site) a:focus-visible{outline:3px solid #0b5c8a;outline-offset:2px}
@media(max-width:640px){
.jw-diff thead{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
.jw-diff :is(tbody,tr,th,td){display:block;inline-size:auto}
.jw-diff tr{margin-block-end:.5rem}
.jw-diff tbody th{inline-size:auto;background:#f5f3ee}
.jw-diff td::before{content:attr(data-head);display:block;font-size:.75rem;color:#4c4c48}
.jw-site dl>div{grid-template-columns:1fr}
}
@media print{.jw-diff td:last-child,.jw-diff .jw-marked :is(th,td){background:none}}
"""
