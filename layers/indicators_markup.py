"""What stands around the map of an indicator: the answer, bars, the table of areas and years, and the sources that its values lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from i18n import Translator
from layers.markup import safe

UNKNOWN, HELD, KNOWN = "unknown", "held", "known"


@dataclass(frozen=True, slots=True)
class Cell:
    """An area's value in a year.

    Parameters
    ----------
    state : ``KNOWN``, ``UNKNOWN`` or ``HELD``: known, but too small to be shown, or it would give such a one away.
    text : the value in words; empty where it is not known.
    status : its worth in words; empty where it is official.
    source : id of the line of its source.
    others : how many other sources say something of the same.
    """

    state: str
    text: str = ""
    status: str = ""
    source: str = ""
    others: int = 0


@dataclass(frozen=True, slots=True)
class TableRow:
    """An area: its name, a query that chooses it (or lets go of it), a cell a year, and how it stands out."""

    label: str
    href: str
    cells: tuple[Cell, ...]
    chosen: bool = False
    wider: bool = False


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source: its id, what is said of it, its address (empty for none), and how many values it gives here."""

    source_id: str
    title: str
    about: str
    url: str
    values: str


def answer(title: str, lines: Sequence[str]) -> str:
    """Return the answer under the page's title: the indicator, and for how many areas it is known."""
    return f"<p class='jw-answer'><strong>{safe(title)}</strong>: {' · '.join(safe(line) for line in lines if line)}</p>"


def value_bars(bars: str) -> str:
    """Return ``layers.markup.bars`` with room for large numbers beside the bars."""
    return f'<style>{_CSS}</style><div class="jw-values-bars">{bars}</div>'


def section_id(source_id: str) -> str:
    """Return the id of a source's line."""
    return "indicator-source-" + "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in source_id)


def year_table(rows: Sequence[TableRow], years: Sequence[int], year: int, caption: str, tr: Translator) -> str:
    """Return areas by years, each value with a link to its source's line, for ``st.html``; what is not known is hatched and empty."""
    heads = "".join(f'<th scope="col"{" class=jw-year" if one == year else ""}>{one}</th>' for one in years)
    body = "".join(_row(row, years, year, tr) for row in rows)
    return (
        f'<style>{_CSS}</style><p class="jw-over">{safe(caption)}</p><div class="jw-wide" tabindex="0" role="region" aria-label="{safe(caption)}">'
        f'<table class="jw-list jw-values" aria-label="{safe(caption)}"><thead><tr><th scope="col">{safe(tr("indicators.area"))}</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(row: TableRow, years: Sequence[int], year: int, tr: Translator) -> str:
    css = " ".join(name for name, on in (("jw-chosen", row.chosen), ("jw-wider", row.wider)) if on)
    name = f'<a href="{safe(row.href)}" target="_self">{safe(row.label)}</a>' if row.href.startswith("?") else safe(row.label)
    cells = "".join(_cell(cell, one == year, tr) for cell, one in zip(row.cells, years, strict=True))
    return f'<tr class="{css}"><th scope="row" dir="auto">{name}</th>{cells}</tr>'


def _cell(cell: Cell, now: bool, tr: Translator) -> str:
    css = " jw-year" if now else ""
    if cell.state != KNOWN:
        words = tr(f"indicators.{cell.state}")
        shown = f"<small>{safe(tr('indicators.held_short'))}</small>" if cell.state == HELD else ""
        return f'<td class="jw-blank{css}" title="{safe(words)}" aria-label="{safe(words)}">{shown}</td>'
    notes = [cell.status, tr("indicators.others", n=cell.others) if cell.others else ""]
    small = "".join(f"<small>{safe(note)}</small>" for note in notes if note)
    return f'<td class="{css.strip()}"><a href="#{section_id(cell.source)}" dir="ltr">{safe(cell.text)}</a>{small}</td>'


def source_lines(heading: str, lines: Sequence[SourceLine], tr: Translator) -> str:
    """Return the sources that values lead to, for ``st.html``."""
    body = "".join(_source(line, tr) for line in lines)
    return f'<style>{_CSS}</style><div class="jw-sources"><h2>{safe(heading)}</h2><ul>{body}</ul></div>'


def _source(line: SourceLine, tr: Translator) -> str:
    link = ""
    if line.url.startswith(("https://", "http://")):
        link = f' <a href="{safe(line.url)}" target="_blank" rel="noopener noreferrer">{safe(tr("indicators.open_source"))}</a>'
    return (
        f'<li id="{section_id(line.source_id)}"><strong><bdi>{safe(line.title)}</bdi></strong><span><bdi>{safe(line.about)}</bdi></span>'
        f"<span>{safe(line.values)}{link}</span></li>"
    )


_CSS = """
.jw-over{font-weight:600;font-size:1.05rem;margin:.8rem 0 -.4rem;text-align:start}
.jw-values{inline-size:auto!important;min-inline-size:22rem}
.jw-values :is(th,td){font-variant-numeric:tabular-nums}
.jw-values tbody th{min-width:7rem!important}
.jw-values td{white-space:nowrap}
.jw-values :is(td,thead th:nth-child(n+2)){text-align:right!important;min-inline-size:5.5rem}
.jw-values-bars .jw-bars :is(th,td):nth-child(2){inline-size:48%}
.jw-values-bars .jw-bars td span{inline-size:calc(100% - 5.4rem)}
.jw-values td small{display:block;color:#5b5b55;font-size:.75rem}
.jw-values td.jw-blank{background:repeating-linear-gradient(45deg,#fff 0 4px,#d2d2cb 4px 5px)}
.jw-values td.jw-blank small{background:#fff;display:inline-block;padding-inline:.25rem}
.jw-values thead th.jw-year{border-block-end:3px solid #0b5c8a}
.jw-values .jw-wider th{font-style:italic}
.jw-values .jw-chosen th{font-weight:700!important}
.jw-values .jw-chosen td:not(.jw-blank){background:#eef3f6}
:is(.jw-values,.jw-sources) a{color:#0b5c8a;text-underline-offset:2px}
:is(.jw-values,.jw-sources) a:focus-visible{outline:3px solid #0b5c8a;outline-offset:2px}
.jw-sources h2{font-size:1.05rem!important;font-weight:600;padding:0!important;margin:.8rem 0 .3rem;text-align:start}
.jw-sources ul{list-style:none;margin:0;padding:0!important}
.jw-sources li{margin:0 0 .5rem;border-inline-start:3px solid #e0e0da;padding:.1rem .8rem;scroll-margin-block-start:5rem}
.jw-sources li:target{border-inline-start-color:#0b5c8a;background:#eef3f6}
.jw-sources li>*{display:block;text-align:start;max-inline-size:75ch}
.jw-sources li span{color:#4c4c48;font-size:.875rem}
@media print{.jw-values td.jw-blank{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
