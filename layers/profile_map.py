"""Governorates as a picture of our own markup: how much a figure differs, in classes around zero."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import shapely

from i18n import Translator
from layers import palette
from layers.markup import safe
from layers.profile_text import number_text

WIDTH, HEIGHT = 360, 400
CLASSES = ("#e66101", "#fdb863", "#f7f7f7", "#b2abd2", "#5e3c99")
"""Much less, less, the same, more, much more: ColorBrewer PuOr, centred on zero."""
_HATCH = "url(#h)"
_BARS = (200, 100, 50, 20, 10)
_KM = 111.195


def difference_classes(values: Mapping[str, float]) -> dict[str, int | None]:
    """Return the class of each difference: beyond half of the largest one is much; None where it is not known.

    Parameters
    ----------
    values : area to difference; NaN where it is not known.
    """
    most = max((abs(value) for value in values.values() if not math.isnan(value)), default=0.0)

    def place(value: float) -> int | None:
        if math.isnan(value):
            return None
        return 2 if value == 0 else 2 + int(math.copysign(2 if abs(value) > most / 2 else 1, value))

    return {code: place(value) for code, value in values.items()}


def difference_svg(shapes: gpd.GeoSeries, values: Mapping[str, float], title: str, tr: Translator) -> str:
    """Return the map as an SVG document; north is up.

    Parameters
    ----------
    shapes : governorates of one country by id, EPSG:4326; those without a shape are left out.
    values : governorate to difference; NaN or no entry is hatched.
    title : what the picture says, for readers who cannot see it.
    tr : words of the scale bar.
    """
    drawn = shapes[shapes.notna()]
    west, south, east, north = drawn.total_bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = 0.94 * min(WIDTH / ((east - west) * squeeze), HEIGHT / (north - south))
    left, top = (WIDTH - (east - west) * squeeze * scale) / 2, (HEIGHT - (north - south) * scale) / 2
    classes = difference_classes({str(code): values.get(str(code), math.nan) for code in drawn.index})
    paths = ""
    for code, shape in drawn.items():
        found = classes[str(code)]
        path = "".join(
            "M" + "L".join(f"{left + (lon - west) * squeeze * scale:.1f} {top + (north - lat) * scale:.1f}" for lon, lat in ring) + "Z"
            for ring in _rings(shape)
        )
        paths += f'<path d="{path}" fill="{_HATCH if found is None else CLASSES[found]}" fill-rule="evenodd" stroke="{palette.BOUNDARY}" stroke-width="1.2"/>'
    length = next((km for km in _BARS if km * scale / _KM <= WIDTH / 3), _BARS[-1])
    x, y, end = 10, HEIGHT + 22, 10 + length * scale / _KM
    bar = f'<path d="M{x} {y - 5}V{y}H{end:.1f}V{y - 5}" fill="none" stroke="{palette.LABEL}"/><text x="{x}" y="{y - 8}">{safe(tr("brief.kilometres", n=length))}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT + 28}" role="img" font-family="Heebo,Noto Sans,Arial,sans-serif" font-size="12" fill="{palette.LABEL}">'
        f'<title>{safe(title)}</title><defs><pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>'
        f'<path d="M0 0V6" stroke="#9a9a92" stroke-width="2"/></pattern></defs><rect width="{WIDTH}" height="{HEIGHT + 28}" fill="{palette.BEYOND}"/>{paths}{bar}</svg>'
    )


def _rings(shape: shapely.Geometry) -> list[np.ndarray]:
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]
    return [np.asarray(ring.coords)[:, :2] for part in parts for ring in (part.exterior, *part.interiors)]


def difference_legend(values: Mapping[str, float], unit: str, tr: Translator) -> list[tuple[str, str]]:
    """Return (colour, words) for each class that a governorate is in, from much less to much more; hatching has no colour."""
    classes = difference_classes(values)
    out = []
    for at, colour in enumerate(CLASSES):
        own = [abs(values[code]) for code, found in classes.items() if found == at]
        if own:
            low, high = (number_text(bound, unit, tr) for bound in (min(own), max(own)))
            n = low if low == high else f"\u2066{low}-{high}\u2069"
            out.append((colour, tr("snapshots.same") if at == 2 else tr("snapshots.less" if at < 2 else "snapshots.more", n=n)))
    if None in classes.values():
        out.append(("", tr("profile.not_known")))
    return out


def picture(svg: str, caption: str, alt: str, legend: Sequence[tuple[str, str]] = (), below: str = "") -> str:
    """Return a picture with its words around it, for ``st.html``, which lets no SVG element through: it goes in as an image."""
    image = base64.b64encode(svg.encode()).decode("ascii")
    keys = "".join(f'<li><i style="{f"background:{safe(colour)}" if colour else _NO_DATA}"></i>{safe(words)}</li>' for colour, words in legend)
    return (
        f'<style>{_CSS}</style><figure class="jw-picture"><figcaption>{safe(caption)}</figcaption>{f"<ul>{keys}</ul>" if keys else ""}'
        f'<img src="data:image/svg+xml;base64,{image}" alt="{safe(alt)}">{f"<p dir=auto>{safe(below)}</p>" if below else ""}</figure>'
    )


_NO_DATA = "background:repeating-linear-gradient(45deg,#fff 0 3px,#9a9a92 3px 5px)"
_CSS = """
.jw-picture{margin:.2rem 0 0}
.jw-picture figcaption{font-weight:600;text-align:start}
.jw-picture ul{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;margin:.2rem 0;padding:0!important;font-size:.875rem}
.jw-picture li{display:flex;align-items:center;gap:.4rem;margin:0}
.jw-picture i{flex:none;inline-size:18px;block-size:12px;border:1px solid #9a9a92}
.jw-picture img{display:block;inline-size:100%;max-inline-size:34rem;block-size:auto;direction:ltr;border:1px solid #e6e3dc}
.jw-picture p{margin:.2rem 0 0;font-size:.8rem;color:#5b5b55;text-align:start}
"""
