"""Export the filtered registry in any format, with what the file says about itself."""

from __future__ import annotations

import datetime as dt

from data.exports import FORMATS as TABLE_FORMATS
from data.exports import make_meta, site_table
from data.packs import basemap
from geo.errors import InputError
from geo.model import Filter
from geo.registry import Registry
from i18n import Translator
from layers.explore import MARKS, MapCommand
from layers.need import NEED_METHODS, need_indicators, need_layer
from layers.standalone import standalone_map

MIME = {name: each.mime for name, each in TABLE_FORMATS.items()} | {"html": "text/html; charset=utf-8"}
"""Format to media type: those of tables, and the stand-alone map."""


def export_sites(
    registry: Registry,
    wanted: Filter,
    extension: str,
    tr: Translator,
    *,
    indicator: str = "",
    method: str = NEED_METHODS[0],
    marks: str = MARKS[0],
    hxl: bool = False,
    today: dt.date | None = None,
) -> bytes:
    """Return the chosen sites as a file: the same rows as the page's table for the same filter.

    Parameters
    ----------
    registry : the registry as the asker may see it.
    wanted : the filter.
    extension : a key of ``MIME``.
    tr : words of the file.
    indicator : need indicator that goes along; the first of the filter's countries where it is not one.
    method : how its classes are made, for the map.
    marks : what colours the marks of the map; the first of ``MARKS`` where it is not one.
    hxl : a row of HXL hashtags under the header (CSV and XLSX).
    today : day written into the file, from which ages are counted; the registry's by default.

    Raises
    ------
    InputError : the format is not one of ours.
    """
    if extension not in MIME:
        raise InputError("export.unknown_format", name=extension, formats=", ".join(MIME))
    registry = registry.on(today or registry.today)
    mask = registry.select(wanted)
    indicators = need_indicators(registry, wanted.countries)
    shown = indicator if indicator in indicators else indicators[0] if indicators else ""
    text = filter_words(registry, wanted, tr)
    day = registry.today
    if extension == "html":
        need, legend = need_layer(registry, shown, wanted.countries, tr, method=method)
        told = MapCommand(
            token="file", sites="", countries=wanted.countries, need=need, legend=legend, selected_areas=wanted.areas,
            marks=next((known for known in MARKS if known == marks), MARKS[0]),
        )  # fmt: skip
        notes = [f"{text} · {registry.version} · {day.isoformat()}", tr("export.disclaimer")]
        return standalone_map(registry, mask, told, tr, basemap=basemap(), title=f"{tr('app.name')}: {text}", notes=notes).encode()
    meta = make_meta(
        registry, mask, lang=tr.lang, words=tr, filter_text=text, created=day,
        countries=wanted.countries, areas=wanted.areas, services=wanted.services, indicator=shown, hxl=hxl,
    )  # fmt: skip
    return TABLE_FORMATS[extension].write(site_table(registry, mask, lang=tr.lang, words=tr), meta)


def filter_words(registry: Registry, wanted: Filter, tr: Translator) -> str:
    """Say the filter in words, for exports and prints; "everything" where nothing is filtered."""
    lang = tr.lang
    parts = [
        *(registry.label("area", code, lang) for code in (*wanted.countries, *wanted.areas)),
        *(registry.term_label("service", code, lang) for code in wanted.services),
        *(registry.term_label("target_group", code, lang) for code in wanted.target_groups),
        *(registry.term_label("kind", code, lang) for code in wanted.kinds),
        *(registry.label("organisation", code, lang) for code in wanted.organisations),
        *(tr(f"export.status.{code}") for code in wanted.statuses),
        *(f"{tr('explore.freshness')}: {tr(f'freshness.band.{code}')}" for code in wanted.freshness),
    ]
    if wanted.verified_since:
        parts.append(f"{tr('explore.verified_since')} {wanted.verified_since}")
    if wanted.text:
        parts.append(f"“{wanted.text}”")
    return " · ".join(parts) or tr("explore.everything")
