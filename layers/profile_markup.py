"""The parts of a profile as HTML: figures with what they are worth, tables with every cell drawn, and governorates side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from geo.profile import Figure, ProfileTable
from i18n import Translator
from layers.markup import safe
from layers.profile_text import figure_text, number_text, worth_parts

_SHORT = 24


def facts(figures: Sequence[Figure], titles: dict[str, str], tr: Translator) -> str:
    """Return figures as lines: label with year, status, source and note under it, and the value beside them, for ``st.html``."""
    origins = {figure.source_ids for figure in figures if figure.source_ids}
    rows = "".join(
        f"<tr><th scope='row'>{safe(figure.label)}<small>{_parts(worth_parts(figure, titles, tr, sources=len(origins) > 1))}</small></th>"
        f"<td{_unknown(figure)}>{safe(figure_text(figure, tr))}</td></tr>"
        for figure in figures
    )
    return f"<style>{_CSS}</style><table class='jw-facts jw-profile'><tbody>{rows}</tbody></table>{sources(origins.pop(), titles, tr) if len(origins) == 1 else ''}"


def _parts(parts: Sequence[str]) -> str:
    """Return parts of several languages side by side, each in its own direction."""
    return " · ".join(f"<bdi>{safe(part)}</bdi>" for part in parts)


def sources(source_ids: Iterable[str], titles: dict[str, str], tr: Translator) -> str:
    """Return the sources in one note, each in its own direction and not broken in two lines where it fits into one."""
    codes = list(dict.fromkeys(source_ids))
    named = " ".join(f"<span><bdi>{safe(titles.get(code, code))}</bdi>{';' if code != codes[-1] else ''}</span>" for code in codes)
    before, _, after = safe(tr("profile.sources", sources="\0")).partition("\0")
    return f"<p class='jw-note jw-sources'>{before}{named}{after}</p>" if named else ""


def table(one: ProfileTable, titles: dict[str, str], tr: Translator) -> str:
    """Return a table with its sums and sources, for ``st.html``; what is not known is hatched, and a 0 is drawn as one."""
    heads = "".join(f'<th scope="col"{_side(column.unit)} dir="auto">{safe(column.label)}</th>' for column in one.columns)
    body = ""
    for row in one.rows:
        cells = "".join(_cell(value, column.unit, tr) for value, column in zip(row[1:], one.columns[1:], strict=True))
        body += f'<tr><th scope="row" dir="auto">{safe(number_text(row[0], one.columns[0].unit, tr))}</th>{cells}</tr>'
    note = sources(one.source_ids, titles, tr)
    return (
        f'<style>{_CSS}</style><p class="jw-over">{safe(one.label)}</p><div class="jw-wide" tabindex="0" role="region" aria-label="{safe(one.label)}">'
        f'<table class="jw-list jw-ledger jw-profile" aria-label="{safe(one.label)}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody>{_foot(one, tr)}</table></div>{note}'
    )


def _foot(one: ProfileTable, tr: Translator) -> str:
    if not one.sums or not one.rows:
        return ""
    cells = ""
    for at, column in enumerate(one.columns[1:], start=1):
        numbers = [row[at] for row in one.rows]
        known = [value for value in numbers if isinstance(value, int | float)]
        whole = column.key in one.sums and len(known) == len(numbers)
        cells += f"<td{_side(column.unit)}>{safe(number_text(sum(known), column.unit, tr)) if whole else ''}</td>"
    return f'<tfoot><tr><th scope="row">{safe(tr("profile.total"))}</th>{cells}</tr></tfoot>'


def _cell(value: str | float | None, unit: str, tr: Translator) -> str:
    css = "jw-blank" if value is None else "jw-zero" if value == 0 and unit in ("count", "people") else ""
    css = "jw-long" if isinstance(value, str) and len(value) > _SHORT else css
    return f"<td{_side(unit, css)} dir='auto'>{safe(number_text(value, unit, tr))}</td>"


def _side(unit: str, css: str = "") -> str:
    names = " ".join(name for name in ("jw-number" if unit != "text" else "", css) if name)
    return f' class="{names}"' if names else ""


def _unknown(figure: Figure) -> str:
    return ' class="jw-blank"' if figure.value is None and figure.low is None else ""


def side_by_side(caption: str, names: Sequence[str], rows: Sequence[tuple[str, Sequence[Figure]]], titles: dict[str, str], tr: Translator) -> str:
    """Return the same figures of several governorates in columns, for ``st.html``.

    Parameters
    ----------
    caption : over the table.
    names : of the governorates.
    rows : label, and a figure for each of them.
    titles : of the sources.
    tr : words.
    """
    heads = "".join(f'<th scope="col" dir="auto">{safe(name)}</th>' for name in names)
    body = ""
    for label, figures in rows:
        cells = "".join(
            f"<td{_unknown(figure)}>{_bold(figure_text(figure, tr))}<small>{_parts(worth_parts(replace(figure, note=''), titles, tr, sources=False))}</small></td>"
            for figure in figures
        )
        body += f'<tr><th scope="row" dir="auto">{safe(label)}</th>{cells}</tr>'
    note = sources((code for _, figures in rows for one in figures for code in one.source_ids), titles, tr)
    return (
        f'<style>{_CSS}</style><p class="jw-over">{safe(caption)}</p><div class="jw-wide" tabindex="0" role="region" aria-label="{safe(caption)}">'
        f'<table class="jw-list jw-ledger jw-profile jw-beside" style="min-inline-size:{11 + 9 * len(names)}rem" aria-label="{safe(caption)}"><thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table></div>{note}'
    )


def _bold(text: str) -> str:
    """Return a value that is not broken in two lines unless it is a sentence: an interval would fall apart."""
    return f'<b class="jw-short">{safe(text)}</b>' if len(text) < _SHORT else f"<b>{safe(text)}</b>"


def over(words: str) -> str:
    """Return a heading over a part of a page, for ``st.html``."""
    return f"<style>{_CSS}</style><h3 class='jw-over'>{safe(words)}</h3>"


def notes(lines: Sequence[str]) -> str:
    """Return lines of plain text under a section, for ``st.html``."""
    return "".join(f"<p class='jw-note' dir='auto'>{safe(line)}</p>" for line in lines)


def answer(place: str, words: str) -> str:
    """Return the answer in one line, for ``st.html``."""
    return f"<p class='jw-answer'><strong>{safe(place)}</strong>: {safe(words)}</p>"


_CSS = """
.jw-profile{margin:0 0 .3rem}
.jw-profile td{font-variant-numeric:tabular-nums}
.jw-facts.jw-profile td{font-weight:600}
.jw-profile b.jw-short{white-space:nowrap}
.jw-facts.jw-profile small{max-inline-size:60ch}
.jw-profile .jw-blank{color:#555;font-weight:400;background:repeating-linear-gradient(45deg,transparent 0 5px,#efece5 5px 7px)}
.jw-profile .jw-zero{color:#767676}
.jw-profile tfoot :is(th,td){font-weight:700;border-block-start:2px solid #9a9a92}
.jw-profile tbody th{min-width:9rem!important;max-inline-size:22rem}
.jw-profile thead th{min-width:6rem;max-inline-size:12rem}
html[dir=ltr] .jw-profile .jw-number{text-align:right}
html[dir=rtl] .jw-profile .jw-number{text-align:left}
.jw-beside{table-layout:fixed}
.jw-beside thead td{border:0}
.jw-sources{margin:.1rem 0 .3rem}
.jw-sources span{display:inline-block;vertical-align:top}
.jw-profile .jw-long{min-width:12rem}
.jw-beside td small{display:block;color:#555;font-size:.75rem}
.jw-beside td b{font-weight:600}
.jw-over{font-weight:600;font-size:1rem;margin:.6rem 0 -.4rem;text-align:start}
@media print{.jw-profile .jw-blank{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
