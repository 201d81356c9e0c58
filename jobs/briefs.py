"""Briefs: the profile of a governorate as a printed page, a workbook, a GeoPackage, a stand-alone file and a list of who does what where."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from data.exports import site_table
from data.exports.brief import WRITERS, BriefFile
from data.exports.meta import SOURCE_COLUMNS, ExportMeta
from data.packs import basemap
from geo.errors import InputError
from geo.profile import Profile
from geo.registry import Registry
from i18n import Translator
from jobs.brief_work import work_counts, work_rows
from jobs.profile import CHANGE, shown_figures
from layers.brief_html import brief_html
from layers.brief_map import brief_map, drawn_sites
from layers.brief_page import BriefPage, brief_page
from layers.brief_pdf import brief_pdf
from layers.brief_style import brief_styles
from layers.palette import OTHER, SECTORS

FORMATS: Mapping[str, str] = {
    "pdf": "application/pdf", **{name: mime for name, (mime, _) in WRITERS.items() if name != "csv"}, "html": "text/html; charset=utf-8",
    "csv": WRITERS["csv"][0],
}  # fmt: skip
"""Extension to media type, in the order in which they are offered."""


def make_brief(registry: Registry, profile: Profile, extension: str, tr: Translator, work: pd.DataFrame | None = None) -> bytes:
    """Return a brief as a file; the same profile of the same edition gives the same bytes.

    Parameters
    ----------
    registry : the public's, from which the profile was made.
    profile : from ``jobs.profile.make_profile``, in the language of ``tr``.
    extension : a key of ``FORMATS``.
    tr : words.
    work : who does what as it was kept (``jobs.briefs_kept.kept_work``); without it, that of the registry.

    Raises
    ------
    InputError : ``export.unknown_format``. SetupError : ``brief.no_typst``.
    """
    if extension not in FORMATS:
        raise InputError("export.unknown_format", name=extension, formats=", ".join(FORMATS))
    if extension == "pdf":
        return brief_pdf(page_of(registry, profile, tr), brief_map(registry, profile.area_id, tr, basemap()))
    if extension == "html":
        mask = public_sites(registry, profile.area_id)
        return brief_html(registry, page_of(registry, profile, tr), mask, profile.area_id, tr, basemap=basemap()).encode()
    return WRITERS[extension][1](_file(registry, profile, tr, work))


def brief_name(registry: Registry, profile: Profile, extension: str) -> str:
    """Return a plain name for a file, such as ``jiwar-brief-PS0150-ar-2026-11-22.pdf``; invented data says so in the name."""
    mark = "TRAINING-" if registry.training else ""
    return f"jiwar-{mark}brief-{profile.area_id}-{profile.lang}-{registry.today.isoformat()}.{extension}"


def fingerprint(profile: Profile) -> str:
    """Return SHA-256 of the governorate, the edition and every figure and number of a table: the same in all languages.

    What changed since an older snapshot is not in it: those numbers are of another edition.
    """
    sections = [section for section in profile.sections if section.key != CHANGE]
    figures = [
        (one.key, one.value, one.low, one.high, one.unit, one.year, one.status, one.source_ids) for section in sections for one in section.figures
    ]
    tables = [
        (table.key, [column.key for column in table.columns], [[cell for cell in row if not isinstance(cell, str)] for row in table.rows])
        for section in sections
        for table in section.tables
    ]
    body = json.dumps([profile.area_id, profile.edition, figures, tables], separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(body.encode()).hexdigest()


def page_of(registry: Registry, profile: Profile, tr: Translator) -> BriefPage:
    """Return what stands on the page of a brief."""
    sectors = set(registry.sites["sector"][drawn_sites(registry, profile.area_id)])
    legend = [(colour, tr(f"map.sector.{code}")) for code, colour in SECTORS.items() if code in sectors]
    legend += [(OTHER, tr("brief.other_sector"))] if sectors - set(SECTORS) else []
    return brief_page(registry, profile, tr, fingerprint=fingerprint(profile), shown=shown_figures, legend=legend)


def public_sites(registry: Registry, area_id: str) -> np.ndarray:
    """Say for each site whether a brief of the governorate lists it: in it, and not sensitive at all."""
    sites = registry.sites
    return (sites["area_id"] == area_id).to_numpy(dtype=bool) & (sites["sensitivity"].fillna(0).astype(int) == 0).to_numpy(dtype=bool)


def _file(registry: Registry, profile: Profile, tr: Translator, work: pd.DataFrame | None) -> BriefFile:
    own = registry.governorates.loc[profile.area_id]
    used = registry.sources[registry.sources.index.isin([*profile.source_ids, own["source_id"]])]
    meta = ExportMeta(
        title=f"{profile.name}: {tr('brief.subtitle', country=profile.country_name)}", lang=tr.lang, words=tr, filter_text=profile.name,
        data_version=registry.version, created=registry.today, training=registry.training,
        watermark=tr("export.watermark") if registry.training else "", disclaimer=f"{tr('export.disclaimer')} {tr('brief.limits')}",
        sources=used.rename_axis("source_id").reset_index()[list(SOURCE_COLUMNS)], areas=gpd.GeoDataFrame(geometry=[], crs=4326),
    )  # fmt: skip
    sites = site_table(registry, public_sites(registry, profile.area_id), lang=tr.lang, words=tr)
    if work is None:
        work = work_rows(registry, work_counts(registry, profile.area_id), tr.lang)
    return BriefFile(profile, fingerprint(profile), registry.governorates.geometry[profile.area_id], sites, work, brief_styles(tr), meta)
