"""The coverage curve: which share of people has a place within so many minutes, as a picture of our own markup without any script."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from layers.markup import safe

WIDTH, HEIGHT = 420, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 12, 28
_OPEN, _UNKNOWN, _LIMIT = "#1b9e77", "#767676", "#0b5c8a"


def curve_svg(minutes: Sequence[float], sure: Sequence[float], maybe: Sequence[float], *, limit: float, title: str) -> str:
    """Return the curve as an SVG document.

    Parameters
    ----------
    minutes : rising, the first is 0; the last ends the axis.
    sure, maybe : for each of them the share of people, 0-1, who have an open place within it, and who have one that may serve them.
        The area between is hatched: nobody knows.
    limit : marked by a line.
    title : what the picture says, for readers who cannot see it.
    """
    wide, tall, last = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM, max(minutes)

    def x(at: float) -> float:
        return round(_LEFT + wide * at / last, 1)

    def y(share: float) -> float:
        return round(_TOP + tall * (1 - min(max(share, 0.0), 1.0)), 1)

    def steps(shares: Sequence[float]) -> list[str]:
        # A share holds from its minute on: stairs, not slopes.
        out = [f"{x(minutes[0])},{y(shares[0])}"]
        for at, before, share in zip(minutes[1:], shares[:-1], shares[1:], strict=True):
            out += [f"{x(at)},{y(before)}", f"{x(at)},{y(share)}"]
        return out

    low, high = steps(sure), steps(maybe)
    floor = [f"{x(last)},{y(0)}", f"{x(minutes[0])},{y(0)}"]
    grid = "".join(
        f'<path d="M{_LEFT} {y(share)}H{WIDTH - _RIGHT}" stroke="#d8d8d2"/><text x="{_LEFT - 6}" y="{y(share) + 4}" text-anchor="end">{share:.0%}</text>'
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    ticks = "".join(
        f'<text x="{x(at)}" y="{HEIGHT - 8}" text-anchor="middle">{at:g}</text>' for at in range(0, int(last) + 1, 15 if last <= 60 else 30)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="Heebo,Noto Sans,Arial,sans-serif" font-size="13" fill="#444">'
        f"<title>{safe(title)}</title>"
        f'<defs><pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6" stroke="{_UNKNOWN}" stroke-width="1.4"/></pattern></defs>'
        f'{grid}<polygon points="{" ".join([*low, *floor])}" fill="{_OPEN}" fill-opacity=".22"/>'
        f'<polygon points="{" ".join([*high, *reversed(low)])}" fill="url(#h)"/>'
        f'<polyline points="{" ".join(high)}" fill="none" stroke="{_UNKNOWN}" stroke-width="1.8" stroke-dasharray="5 3"/>'
        f'<polyline points="{" ".join(low)}" fill="none" stroke="{_OPEN}" stroke-width="2.6"/>'
        f'<path d="M{x(limit)} {_TOP}V{y(0)}" stroke="{_LIMIT}" stroke-width="2"/>{ticks}</svg>'
    )


def curve_figure(svg: str, *, caption: str, alt: str, keys: Sequence[tuple[str, str]], axis: str) -> str:
    """Return the picture with its words around it, for ``st.html``, which lets no SVG element through: it goes in as an image.

    Parameters
    ----------
    svg : of ``curve_svg``.
    caption : what it shows.
    alt : what it says, for readers who cannot see it.
    keys : (``open``, ``maybe`` or ``limit``, words).
    axis : what runs along the bottom.
    """
    image = base64.b64encode(svg.encode()).decode("ascii")
    legend = "".join(f'<li><i class="jw-key-{kind}"></i>{safe(words)}</li>' for kind, words in keys if kind in ("open", "maybe", "limit"))
    return (
        f'<style>{_CSS}</style><figure class="jw-curve"><figcaption>{safe(caption)}</figcaption><ul>{legend}</ul>'
        f'<img src="data:image/svg+xml;base64,{image}" alt="{safe(alt)}" width="{WIDTH}" height="{HEIGHT}"><p>{safe(axis)}</p></figure>'
    )


_CSS = """
.jw-curve{margin:.6rem 0 0;max-inline-size:36rem}
.jw-curve figcaption{font-weight:600;font-size:1.05rem;text-align:start}
.jw-curve ul{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;margin:.2rem 0;padding:0!important;font-size:.875rem}
.jw-curve li{display:flex;align-items:center;gap:.4rem;margin:0}
.jw-curve i{flex:none;inline-size:26px;block-size:0;border-block-start:3px solid #1b9e77}
.jw-curve i.jw-key-maybe{border-block-start:2px dashed #767676}
.jw-curve i.jw-key-limit{inline-size:0;block-size:16px;border:0;border-inline-start:2px solid #0b5c8a}
.jw-curve img{display:block;inline-size:100%;block-size:auto;direction:ltr}
.jw-curve p{margin:0;text-align:center;font-size:.8rem;color:#5b5b55}
"""
