"""What stands around the map of the gap ledger: the governorates as stacked bars, the ledger as a table, and what it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from geo.ledger import PARTS
from i18n import Translator
from layers.gaps import STATE_COLOURS, shares
from layers.markup import safe

COLUMNS = ("need", *PARTS)


def about(value: float, tr: Translator) -> str:
    """Write an estimate to three figures."""
    if value < 1000:
        return tr.number(value)
    unit = 10 ** (len(str(int(value))) - 3)
    return tr.number(round(value / unit) * unit)


def roughly(value: int, tr: Translator) -> str:
    """Write an estimate to three figures, and say where that is not the number itself."""
    text = about(value, tr)
    return text if text == tr.number(value) else tr("gaps.roughly", n=text)


def percent(share: float) -> str:
    """Write a share without decimals, below 10 % with one."""
    return f"{100 * share:.1f}%" if 0 < share < 0.0995 else f"{100 * share:.0f}%"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A line of bars and table.

    Parameters
    ----------
    label : name of a governorate, or of the total.
    values : need and ``PARTS``, Int64; NA where the need is not known.
    href : where the name leads; empty for nowhere.
    chosen : the reader chose it.
    """

    label: str
    values: pd.Series
    href: str = ""
    chosen: bool = False


def stacked_bars(rows: Sequence[LedgerRow], caption: str, tr: Translator) -> str:
    """Return each governorate's people as one bar of five parts, with the share without a place beside it, for ``st.html``."""
    keys = "".join(f'<li><i class="jw-part-{part}"></i>{safe(tr(f"gaps.part.{part}"))}</li>' for part in PARTS)
    body = "".join(_bar(row, tr) for row in rows)
    heads = "".join(f'<th scope="col">{safe(tr(key))}</th>' for key in ("gaps.area", "gaps.people", "gaps.without_heading", "gaps.part.unknown"))
    return (
        f'<style>{_CSS}</style><ul class="jw-parts">{keys}</ul><table class="jw-stack"><caption>{safe(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def _bar(row: LedgerRow, tr: Translator) -> str:
    found = shares(row.values)
    if found is None:
        bar = '<i class="jw-part-none"></i>'
        words = tr("gaps.not_known") if pd.isna(row.values["need"]) else tr("gaps.nobody")
        texts = (words, "")
    else:
        bar = "".join(f'<i class="jw-part-{part}" style="inline-size:{100 * found[part]:.2f}%"></i>' for part in PARTS if found[part] > 0)
        texts = (percent(found["without"]), percent(found["unknown"]))
        words = "; ".join(f"{tr(f'gaps.part.{part}')} {percent(found[part])}" for part in PARTS if found[part] > 0)
    css = ' class="jw-chosen"' if row.chosen else ""
    return (
        f'<tr{css}><th scope="row" dir="auto">{row_name(row)}</th>'
        f'<td><span role="img" aria-label="{safe(words)}" title="{safe(words)}">{bar}</span></td>'
        f"{''.join(f'<td>{safe(text)}</td>' for text in texts)}</tr>"
    )


def proof(parts: Sequence[str]) -> str:
    """Return pieces of markup one under the other, for ``st.html``; empty ones are left out."""
    return f"<div class='jw-proof'>{''.join(f'<div>{part}</div>' for part in parts if part)}</div>"


def row_name(row: LedgerRow) -> str:
    """Return the name of a row, with the link that it leads to."""
    if not row.href.startswith(("?", "/")):
        return safe(row.label)
    return f'<a href="{safe(row.href)}" target="_self">{safe(row.label)}</a>'


def ledger_table(rows: Sequence[LedgerRow], total: LedgerRow, caption: str, tr: Translator) -> str:
    """Return the ledger in whole people, the total last; each number leads to what it was made from (``section_id``), for ``st.html``."""
    heads = "".join(f'<th scope="col">{safe(tr("gaps.area"))}</th>' if name == "area" else _head(name, tr) for name in ("area", *COLUMNS))
    body = "".join(
        f"<tr{' class=jw-chosen' if row.chosen else ''}><th scope='row' dir='auto'>{row_name(row)}</th>{_cells(row, tr)}</tr>" for row in rows
    )
    foot = f"<tr><th scope='row' dir='auto'>{safe(total.label)}</th>{_cells(total, tr)}</tr>"
    return f"<style>{_CSS}</style>{_over(caption)}<table class='jw-list jw-ledger' aria-label='{safe(caption)}'><thead><tr>{heads}</tr></thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table></div>"


def _over(caption: str) -> str:
    """Return a table's caption and the opening of its scroller: in it, a long one would stretch the table on a narrow screen."""
    return f'<p class="jw-over">{safe(caption)}</p><div class="jw-wide" tabindex="0" role="region" aria-label="{safe(caption)}">'


def _head(name: str, tr: Translator) -> str:
    mark = f'<i class="jw-part-{name}"></i>' if name in PARTS else ""
    return f'<th scope="col">{mark}{safe(tr(f"gaps.part.{name}") if name in PARTS else tr("gaps.need"))}</th>'


def _cells(row: LedgerRow, tr: Translator) -> str:
    out = []
    for name in COLUMNS:
        value = row.values[name]
        text = tr("gaps.not_known") if pd.isna(value) else tr.number(int(value))
        out.append(f'<td><a href="#{section_id(name)}">{safe(text)}</a></td>')
    return "".join(out)


def section_id(name: str) -> str:
    """Return the id of the section that says what a column of the ledger was made from."""
    return f"gaps-from-{name.replace('_', '-')}"


def sections(heading: str, parts: Sequence[tuple[str, str, Sequence[str], Sequence[tuple[str, str, str]]]]) -> str:
    """Return what the numbers were made from, one section a column of the ledger, for ``st.html``.

    Parameters
    ----------
    heading : over all.
    parts : name of the column, heading, lines of plain text, and sites as (name, link, what is said beside it).
    """
    body = ""
    for name, title, lines, sites in parts:
        told = "".join(f"<p>{safe(line)}</p>" for line in lines)
        items = "".join(
            f'<li><a href="{safe(href)}" target="_self" dir="auto">{safe(label)}</a> <span dir="auto">{safe(beside)}</span></li>'
            for label, href, beside in sites
            if href.startswith("/")
        )
        body += f'<section id="{safe(section_id(name))}"><h3>{safe(title)}</h3>{told}{f"<ul>{items}</ul>" if items else ""}</section>'
    return f'<style>{_CSS}</style><div class="jw-from"><h2>{safe(heading)}</h2>{body}</div>'


def plain_table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], links: Sequence[str] = (), actions: Sequence[tuple[str, str]] = ()
) -> str:
    """Return a table of texts for ``st.html``, the first cell of a row its heading.

    Parameters
    ----------
    caption, heads : over the table and its columns.
    rows : texts, as many as there are columns; one less where there are actions.
    links : one a row: where its heading leads, a path of ours or empty.
    actions : one a row: words and link of its last cell; an empty cell where the link is empty.
    """
    head = "".join(f'<th scope="col">{safe(text)}</th>' for text in heads)
    paths = list(links) or [""] * len(rows)
    last = [f"<td>{row_name(LedgerRow(words, pd.Series(dtype=float), href))}</td>" for words, href in actions] or [""] * len(rows)
    body = "".join(
        f'<tr><th scope="row" dir="auto">{row_name(LedgerRow(row[0], pd.Series(dtype=float), path))}</th>'
        + "".join(f'<td dir="auto">{safe(cell)}</td>' for cell in row[1:])
        + f"{action}</tr>"
        for row, path, action in zip(rows, paths, last, strict=True)
    )
    return (
        f'<style>{_CSS}</style>{_over(caption)}<table class="jw-list jw-ledger" aria-label="{safe(caption)}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _filling(part: str) -> str:
    """Return a filling that tells the part in grey too: plain, dotted, striped across, striped down, and hatched for what nobody knows."""
    colour = STATE_COLOURS[part]
    return {
        "served": f"{colour}",
        "full": f"radial-gradient(#fff8 1.2px,transparent 1.5px) 0 0/5px 5px {colour}",
        "out_of_reach": f"repeating-linear-gradient(0deg,transparent 0 4px,#fff8 4px 5px) {colour}",
        "excluded": f"repeating-linear-gradient(90deg,transparent 0 4px,#fff8 4px 5px) {colour}",
        "unknown": f"repeating-linear-gradient(45deg,#fff 0 3px,{colour} 3px 4.4px)",
    }[part]


_CSS = (
    "".join(f".jw-part-{part}{{background:{_filling(part)}}}" for part in PARTS)
    + """
.jw-part-none{background:repeating-linear-gradient(45deg,#fff 0 3px,#bdbdb6 3px 4px);inline-size:100%}
.jw-parts{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1rem;margin:0 0 .4rem;padding:0!important;font-size:.875rem}
.jw-parts li{display:flex;align-items:center;gap:.4rem;margin:0}
.jw-parts i,.jw-ledger th i{flex:none;display:inline-block;inline-size:18px;block-size:12px;border:1px solid #9a9a92;margin-inline-end:.3rem}
.jw-stack{inline-size:100%;border-collapse:collapse;font-size:.875rem}
.jw-stack caption{text-align:start;font-weight:600;padding-block-end:.3rem}
.jw-stack :is(th,td){border:0;padding:.2rem .3rem;text-align:start;font-weight:400;vertical-align:middle}
.jw-stack thead th{color:#5b5b55;font-size:.8rem;border-block-end:1px solid #d8d8d2}
.jw-stack :is(th,td):nth-child(2){inline-size:42%}
.jw-stack :is(th,td):nth-child(n+3){text-align:end}
html[dir=rtl] .jw-stack :is(th,td){text-align:right}
html[dir=rtl] .jw-stack :is(th,td):nth-child(n+3){text-align:left}
.jw-stack td span{display:flex;block-size:.95rem;border:1px solid #9a9a92;background:#fff}
.jw-stack td i{display:block;block-size:100%;min-inline-size:0}
.jw-chosen th{font-weight:700!important}
.jw-ledger tfoot :is(th,td){font-weight:700;border-block-start:2px solid #9a9a92}
.jw-ledger td{white-space:nowrap}
.jw-proof{display:grid;gap:1rem}
.jw-proof>*{min-inline-size:0}
.jw-ledger tbody th{min-width:7rem!important}
.jw-over{font-weight:600;font-size:1.05rem;margin:.8rem 0 -.4rem;text-align:start}
:is(.jw-stack,.jw-ledger,.jw-from,.jw-list,.jw-answer) a{color:#0b5c8a;text-underline-offset:2px}
:is(.jw-stack,.jw-ledger,.jw-from,.jw-list,.jw-answer) a:focus-visible{outline:3px solid #0b5c8a;outline-offset:2px}
.jw-from section{border-inline-start:3px solid #e0e0da;padding:.1rem .8rem;margin-block:.5rem;scroll-margin-block-start:5rem}
.jw-from section:target{border-inline-start-color:#0b5c8a;background:#eef3f6}
.jw-from h3{font-size:1rem!important;padding:0!important;margin:0;text-align:start}
.jw-from p{margin:.15rem 0;max-inline-size:75ch}
.jw-from ul{margin:.2rem 0;padding-inline-start:1.2rem!important}
.jw-from li span{color:#4c4c48;font-size:.875rem}
@media print{.jw-stack i{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
)
