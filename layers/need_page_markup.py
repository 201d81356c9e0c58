"""What stands around the map of the Need page: the ranking with dots and intervals, the legend square, bars of shares and plain tables."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.bivariate import SIDE
from geo.priority import GAPS
from i18n import Translator
from layers.gaps_markup import percent
from layers.markup import safe
from layers.need_page import BIVARIATE, band_words, need_words

WIDE, TALL, EDGE = 240, 18, 8
_INK, _DOT, _GRID = "#0b5c8a", "#993404", "#d8d8d2"
GAP_COLOURS = {"full": "#e6ab02", "out_of_reach": "#d95f02", "excluded": "#7570b3", "unknown": "#8f8f88"}


def interval_svg(low: float, middle: float, high: float, count: int, *, mirrored: bool) -> str:
    """Return one line of the chart: an interval of ranks with a dot, on an axis from rank 1 to ``count``; mirrored, rank 1 stands right."""

    def x(rank: float) -> float:
        share = (rank - 1) / max(count - 1, 1)
        return round(EDGE + (WIDE - 2 * EDGE) * (1 - share if mirrored else share), 1)

    ticks = "".join(f'<path d="M{x(rank)} 0V{TALL}" stroke="{_GRID}"/>' for rank in range(1, count + 1))
    mid = TALL / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {TALL}" width="{WIDE}" height="{TALL}">{ticks}'
        f'<path d="M{x(low)} {mid}H{x(high)}M{x(low)} {mid - 4}V{mid + 4}M{x(high)} {mid - 4}V{mid + 4}" stroke="{_INK}" stroke-width="2.4"/>'
        f'<circle cx="{x(middle)}" cy="{mid}" r="5" fill="{_DOT}" stroke="#fff" stroke-width="1.2"/></svg>'
    )


def rank_words(rank: int, low: int, high: int, tr: Translator) -> str:
    """Write a rank with its interval: "2 (1-4)"."""
    return tr("needs.rank_interval", rank=rank, low=low, high=high)


@dataclass(frozen=True, slots=True)
class RankRow:
    """A governorate of the ranking: its name and its row of ``jobs.need.Need.table``."""

    label: str
    values: pd.Series


def ranking(rows: Sequence[RankRow], caption: str, tr: Translator) -> str:
    """Return the ranking as a table, tier by tier, for ``st.html``; governorates without a score stand last, with empty cells.

    Parameters
    ----------
    rows : in the order of drawing.
    caption : over the table.
    """
    columns = ("rank", "area", "score", "chart", "top", "reliability")
    heads = "".join(f'<th scope="col">{safe(tr(f"needs.head.{name}"))}</th>' for name in columns)
    count = sum(1 for row in rows if pd.notna(row.values["rank"]))
    body, tier = "", 0
    for row in rows:
        if pd.isna(row.values["rank"]):
            gap = f'<td colspan="4">{safe(tr("needs.not_in_index"))}</td>'
            body += f'<tr class="jw-blank"><td>{safe(tr("needs.no_rank"))}</td><th scope="row" dir="auto">{safe(row.label)}</th>{gap}</tr>'
            continue
        if int(row.values["tier"]) != tier:
            tier = int(row.values["tier"])
            body += f'<tr class="jw-tier"><th colspan="6" scope="rowgroup">{safe(tr("needs.tier", n=tier))}</th></tr>'
        body += _ranked(row, count, tr)
    scale = f"<p class='jw-note'>{safe(tr('needs.chart_note', n=count))}</p>"
    return (
        f"<style>{_CSS}</style><p class='jw-over'>{safe(caption)}</p><div class='jw-wide' tabindex='0' role='region' aria-label='{safe(caption)}'>"
        f"<table class='jw-list jw-ranking'><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>{scale}"
    )


def _ranked(row: RankRow, count: int, tr: Translator) -> str:
    values = row.values
    rank, low, middle, high = (int(values[name]) for name in ("rank", "rank_p05", "rank_p50", "rank_p95"))
    words = rank_words(rank, low, high, tr)
    image = base64.b64encode(interval_svg(low, middle, high, count, mirrored=tr.direction == "rtl").encode()).decode("ascii")
    chart = f'<img src="data:image/svg+xml;base64,{image}" alt="{safe(words)}" width="{WIDE}" height="{TALL}">'
    texts = (percent(float(values["p_top3"])), tr("needs.reliability", share=percent(float(values["reliability"]))))
    cells = "".join(f"<td>{safe(text)}</td>" for text in texts)
    return f"<tr><td><bdi>{safe(words)}</bdi></td><th scope='row' dir='auto'>{safe(row.label)}</th><td>{float(values['score']):.1f}</td><td>{chart}</td>{cells}</tr>"


def square(names: Mapping[int, Sequence[str]], tr: Translator) -> str:
    """Return the legend of need and minutes as a square of nine cells, with the governorates that are in each, for ``st.html``.

    Parameters
    ----------
    names : class to the names of its governorates.
    """
    head = "".join(f'<th scope="col">{safe(band_words(part, tr))}</th>' for part in range(SIDE))
    body = ""
    for need in reversed(range(SIDE)):
        cells = ""
        for part in range(SIDE):
            number = SIDE * need + part
            light = number in (SIDE * SIDE - 1, SIDE * SIDE - 2, SIDE * SIDE - 3)
            here = names.get(number, ())
            css = f"background:{BIVARIATE[number]};color:{'#fff' if light else '#111'}"
            cells += f'<td style="{css}" dir="auto"><b>{len(here)}</b> <small>{safe(", ".join(here))}</small></td>'
        body += f'<tr><th scope="row">{safe(need_words(need, tr))}</th>{cells}</tr>'
    return f'<style>{_CSS}</style><table class="jw-square"><caption>{safe(tr("needs.both"))}</caption><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>'


def plain_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, note: str = "") -> str:
    """Return a table of plain texts, the first cell of each row being its heading, for ``st.html``."""
    top = "".join(f'<th scope="col">{safe(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row" dir="auto">{safe(row[0])}</th>{"".join(f"<td dir=auto>{safe(cell)}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    below = f"<p class='jw-note'>{safe(note)}</p>" if note else ""
    return (
        f"<style>{_CSS}</style><p class='jw-over'>{safe(caption)}</p><div class='jw-wide' tabindex='0' role='region' aria-label='{safe(caption)}'>"
        f"<table class='jw-list jw-needs'><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>{below}"
    )


def contributions(rows: Sequence[tuple[str, Mapping[str, float]]], caption: str, tr: Translator) -> str:
    """Return each governorate's priority as one bar of its gaps, as long as it is high, for ``st.html``.

    Parameters
    ----------
    rows : name, and gap to its contribution.
    """
    most = max((sum(parts.values()) for _, parts in rows), default=0.0)
    keys = "".join(f'<li><i style="background:{GAP_COLOURS[gap]}"></i>{safe(tr(f"needs.gap.{gap}"))}</li>' for gap in GAPS)
    body = ""
    for label, parts in rows:
        words = "; ".join(f"{tr(f'needs.gap.{gap}')} {tr.number(parts.get(gap, 0.0))}" for gap in GAPS if parts.get(gap, 0.0) > 0)
        bar = "".join(
            f'<i style="inline-size:{100 * parts[gap] / most:.2f}%;background:{GAP_COLOURS[gap]}"></i>'
            for gap in GAPS
            if most > 0 and parts.get(gap, 0.0) > 0
        )
        image = f'<span role="img" aria-label="{safe(words)}" title="{safe(words)}">{bar}</span>'
        body += f'<tr><th scope="row" dir="auto">{safe(label)}</th><td>{image}</td></tr>'
    return f'<style>{_CSS}</style><ul class="jw-gapkeys">{keys}</ul><table class="jw-contributions"><caption>{safe(caption)}</caption><tbody>{body}</tbody></table>'


_CSS = """
.jw-over{font-weight:600;font-size:1.05rem;margin:.8rem 0 .2rem}
.jw-ranking td img{display:block;max-inline-size:none}
.jw-ranking tbody th{min-width:9rem!important}
.jw-ranking thead th:nth-child(n+5){min-width:9rem}
.jw-ranking .jw-tier th{background:#f5f3ee;font-weight:600;color:#4c4c48}
.jw-ranking .jw-blank :is(td,th){color:#5b5b55}
.jw-ranking td,.jw-needs td{white-space:nowrap}
.jw-needs td{white-space:normal}
.jw-needs tbody th{min-width:10rem!important}
.jw-square{border-collapse:collapse;inline-size:100%;font-size:.85rem;table-layout:fixed}
.jw-square caption{text-align:start;font-weight:600;padding-block-end:.3rem}
.jw-square :is(th,td){border:1px solid #fff;padding:.35rem .4rem;text-align:start;vertical-align:top;font-weight:400}
.jw-square tbody td{block-size:4.2rem;overflow-wrap:anywhere}
.jw-square small{font-size:.75rem}
.jw-gapkeys{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1rem;margin:.2rem 0;padding:0!important;font-size:.85rem}
.jw-gapkeys li{display:flex;align-items:center;gap:.35rem;margin:0}
.jw-gapkeys i{inline-size:.9rem;block-size:.9rem}
.jw-contributions{inline-size:100%;border-collapse:collapse;font-size:.875rem}
.jw-contributions caption{text-align:start;font-weight:600}
.jw-contributions :is(th,td){border:0;padding:.15rem .3rem;font-weight:400;text-align:start}
.jw-contributions td{inline-size:65%}
.jw-contributions span{display:flex;block-size:.85rem;border-inline-start:1px solid #9a9a92}
.jw-contributions i{display:block;block-size:100%;print-color-adjust:exact}
"""
