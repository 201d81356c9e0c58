"""An indicator over the years as a picture of our own markup without any script: a line an area, a mark for each known year."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from i18n import Translator
from layers.indicators import value_text
from layers.markup import safe

WIDTH, HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 18, 14, 30
_CHOSEN, _OTHER = "#0b5c8a", "#a3a39b"
_TICKS = 4
FEW = ("#0b5c8a", "#d55e00", "#009e73", "#cc79a7")
"""Colours of the lines where there are so few that each is named, after Okabe and Ito 2008."""


@dataclass(frozen=True, slots=True)
class Line:
    """One area's values.

    Parameters
    ----------
    name : of the area.
    points : year to (value, whether it is official); a year that is not in it is not known.
    chosen : drawn strong.
    colour : one of ``FEW``; empty for the usual one.
    """

    name: str
    points: Mapping[int, tuple[float, bool]]
    chosen: bool = False
    colour: str = ""


def ticks(low: float, high: float) -> list[float]:
    """Return a few round numbers, equally far apart, the first not above ``low`` and the last not below ``high``."""
    span = max(high - low, 1e-6 * max(abs(low), abs(high)))
    span = span if span > 1e-9 else 1.0
    power = 10.0 ** math.floor(math.log10(span / _TICKS))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor * _TICKS >= span)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(step * i, 12) for i in range(first, max(last, first + 1) + 1)]


def chart_svg(lines: Sequence[Line], *, title: str, tr: Translator) -> str:
    """Return the chart as an SVG document; it holds numbers alone and is read from left to right in every language.

    Parameters
    ----------
    lines : the areas; the chosen one is drawn last. At least one point among them.
    title : what the picture says, for readers who cannot see it.
    tr : writes the numbers.

    Returns
    -------
    Full marks are official values, hollow ones are of another worth. Years that are not known between two known ones are bridged by a
    dashed line: it says how the two compare, and nothing of the years between.
    """
    years = sorted({year for line in lines for year in line.points})
    values = [value for line in lines for value, _ in line.points.values()]
    low = min(0.0, *values) if min(values) < 0 or min(values) < 0.5 * max(values) else min(values)
    marks = ticks(low, max(values))
    wide, tall = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def x(year: int) -> float:
        return round(_LEFT + (wide * (year - years[0]) / (years[-1] - years[0]) if len(years) > 1 else wide / 2), 1)

    def y(value: float) -> float:
        return round(_TOP + tall * (1 - (value - marks[0]) / (marks[-1] - marks[0])), 1)

    grid = "".join(
        f'<path d="M{_LEFT} {y(mark)}H{WIDTH - _RIGHT}" stroke="#d8d8d2"/><text x="{_LEFT - 8}" y="{y(mark) + 4}" text-anchor="end">{safe(value_text(mark, tr))}</text>'
        for mark in marks
    )
    bottom = "".join(f'<text x="{x(year)}" y="{HEIGHT - 8}" text-anchor="middle">{year}</text>' for year in _spaced(years))
    drawn = "".join(_line(line, x, y, years) for line in sorted(lines, key=lambda line: line.chosen))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="Heebo,Noto Sans,Arial,sans-serif" font-size="13" fill="#444">'
        f"<title>{safe(title)}</title>{grid}{bottom}{drawn}</svg>"
    )


def _spaced(years: Sequence[int]) -> list[int]:
    """Return the years that have room for their number."""
    if len(years) < 2:
        return list(years)
    room = (years[-1] - years[0]) * 44 / (WIDTH - _LEFT - _RIGHT)
    out = [years[-1]]
    for year in reversed(years[:-1]):
        if out[-1] - year >= room:
            out.append(year)
    return out


def _line(line: Line, x: object, y: object, years: Sequence[int]) -> str:
    colour, width, radius = (_CHOSEN, 2.6, 4.5) if line.chosen else (line.colour, 2.2, 4.0) if line.colour else (_OTHER, 1.3, 2.8)
    own = sorted(line.points)
    out = ""
    for before, after in pairwise(own):
        dashed = ' stroke-dasharray="4 4"' if any(before < year < after for year in years) or after - before > 1 else ""
        start, end = line.points[before][0], line.points[after][0]
        out += f'<path d="M{x(before)} {y(start)}L{x(after)} {y(end)}" stroke="{colour}" stroke-width="{width}"{dashed}/>'  # type: ignore[operator]
    for year in own:
        value, official = line.points[year]
        out += (
            f'<circle cx="{x(year)}" cy="{y(value)}" r="{radius}" fill="{colour if official else "#ffffff"}" stroke="{colour}" stroke-width="1.5"/>'  # type: ignore[operator]
        )
    return f"<g>{out}</g>"


def chart_figure(svg: str, *, caption: str, alt: str, keys: Sequence[tuple[str, str, str]]) -> str:
    """Return the picture with its words around it, for ``st.html``, which lets no SVG element through: it goes in as an image.

    Parameters
    ----------
    svg : of ``chart_svg``.
    caption : what it shows.
    alt : what it says, for readers who cannot see it.
    keys : (``line``, ``chosen``, ``other``, ``official`` or ``unofficial``, words, and of a ``line`` its colour of ``FEW``).
    """
    image = base64.b64encode(svg.encode()).decode("ascii")
    legend = ""
    for kind, words, colour in keys:
        style = f' style="border-color:{colour}"' if colour in FEW else ""
        legend += f'<li><i class="jw-chart-{safe(kind)}"{style}></i>{safe(words)}</li>'
    return (
        f'<style>{_CSS}</style><figure class="jw-chart"><figcaption>{safe(caption)}</figcaption><ul>{legend}</ul>'
        f'<img src="data:image/svg+xml;base64,{image}" alt="{safe(alt)}" width="{WIDTH}" height="{HEIGHT}"></figure>'
    )


_CSS = """
.jw-chart{margin:.6rem 0 0;max-inline-size:52rem}
.jw-chart figcaption{font-weight:600;font-size:1.05rem;text-align:start}
.jw-chart ul{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;margin:.2rem 0;padding:0!important;font-size:.875rem}
.jw-chart li{display:flex;align-items:center;gap:.4rem;margin:0}
.jw-chart i{flex:none;inline-size:24px;block-size:0;border-block-start:3px solid #0b5c8a}
.jw-chart i.jw-chart-other{border-block-start:2px solid #a3a39b}
.jw-chart i:is(.jw-chart-official,.jw-chart-unofficial){inline-size:10px;block-size:10px;border:2px solid #0b5c8a;border-radius:50%;background:#0b5c8a}
.jw-chart i.jw-chart-unofficial{background:#fff}
.jw-chart img{display:block;inline-size:100%;block-size:auto;direction:ltr}
"""
