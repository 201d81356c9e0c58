"""The brief as one HTML file that opens without any network: the map that answers, and under it all that the printed page tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from geo.registry import Registry
from i18n import Translator
from layers.brief_page import Block, BriefPage, Line, Part
from layers.explore import MapCommand
from layers.markup import safe
from layers.standalone import standalone_map

_STYLE = Path(__file__).with_name("brief.css")
_LETTER = re.compile(r"[^\W\d_]")


def brief_html(registry: Registry, page: BriefPage, mask: np.ndarray, area_id: str, tr: Translator, *, basemap: Mapping[str, Any]) -> str:
    """Return the file.

    Parameters
    ----------
    registry : the public's.
    page : what the printed page tells.
    mask : sites on the map; the others are not in the file at all.
    area_id : the governorate in view.
    tr : words.
    basemap : GeoJSON of the land of the region.
    """
    shape = registry.governorates.geometry[area_id]
    bounds = None if shape is None or shape.is_empty else tuple(round(float(end), 5) for end in shape.bounds)
    fit = None if bounds is None else (bounds[0], bounds[1], bounds[2], bounds[3])
    told = MapCommand(token="brief", sites="", countries=(str(registry.governorates["country"][area_id]),), selected_areas=(area_id,), fit=fit)  # noqa: S106
    return standalone_map(
        registry, mask, told, tr, basemap=basemap, title=f"{page.title} · {page.subtitle}", notes=page.foot, below=article(page),
        style=_STYLE.read_text(encoding="utf-8"),
    )  # fmt: skip


def article(page: BriefPage) -> str:
    """Return what the page tells as markup; every text is escaped."""
    head = f'<div class="jw-brief-head"><span>{safe(page.names)}</span><span>{safe(page.day)}</span></div>'
    method = "".join(f"<p>{safe(name)}: {safe(value)}</p>" for name, value in page.method) + f"<p>{safe(page.labels['limits'])}</p>"
    sources = "".join(f"<p>{safe(source)}</p>" for source in page.sources)
    return (
        f'<article class="jw-brief">{head}{"".join(_part(part) for part in page.parts)}<section><h2>{safe(page.labels["method"])}</h2>{method}</section>'
        f"<section><h2>{safe(page.labels['sources'])}</h2>{sources}</section></article>"
    )


def _part(part: Part) -> str:
    figures = f"<table><tbody>{''.join(_line(line) for line in part.figures)}</tbody></table>" if part.figures else ""
    lines = "".join(f"<p>{safe(line)}</p>" for line in part.lines)
    return f'<section id="{safe(part.key)}"><h2>{safe(part.heading)}</h2>{figures}{"".join(_table(block) for block in part.tables)}{lines}</section>'


def _line(line: Line) -> str:
    note = f" <small>{safe(line.note)}</small>" if line.note else ""
    return f'<tr><th scope="row">{safe(line.label)}{note}</th><td class="jw-n"><b>{safe(line.value)}</b></td><td><small>{safe(line.about)}</small></td></tr>'


def _table(block: Block) -> str:
    head = "".join(f'<th scope="col"{_kind(number)}>{safe(words)}</th>' for words, number in zip(block.head, block.numeric, strict=True))
    rows = "".join(f"<tr>{''.join(_cell(cell, number) for cell, number in zip(row, block.numeric, strict=True))}</tr>" for row in block.rows)
    return (
        f"<h3>{safe(block.heading)} <small>{safe(block.sources)}</small></h3>"
        f'<div class="jw-scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _cell(text: str, number: bool) -> str:
    # A number alone reads from left to right beside Arabic too: else the sign of a negative one would stand behind it.
    inner = f'<bdi dir="ltr">{safe(text)}</bdi>' if number and not _LETTER.search(text) else safe(text)
    return f"<td{_kind(number)}>{inner}</td>"


def _kind(number: bool) -> str:
    return ' class="jw-n"' if number else ""
