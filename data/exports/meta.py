"""What a file says besides its rows: what was asked for, which data, from whom, on what day, and the counts per governorate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from data.exports.table import Words, clean
from geo.counts import counts_by_area, newest_values
from geo.registry import Registry

AREA_COLUMNS = {
    "area_id": ("text", "#adm1+code"), "area": ("text", "#adm1+name"), "country": ("text", "#country+code"),
    "sites": ("int", "#meta+count+sites"), "services": ("int", "#meta+count+services"), "organisations": ("int", "#meta+count+org"),
    "planned": ("int", "#meta+count+planned"), "protected": ("int", "#meta+count+protected"),
    "protected_suppressed": ("bool", "#meta+count+protected+suppressed"),
    "population": ("float", "#population"), "population_year": ("int", "#date+year+population"),
    "population_status": ("text", "#population+status"), "population_source": ("text", "#population+source"),
    "sites_per_100k": ("float", "#indicator+sites_per_100k"), "services_per_100k": ("float", "#indicator+services_per_100k"),
    "need_indicator": ("text", "#indicator+code"), "need_label": ("text", "#indicator+name"), "need_value": ("float", "#indicator+value+num"),
    "need_unit": ("text", "#indicator+unit"), "need_year": ("int", "#date+year+indicator"), "need_status": ("text", "#indicator+status"),
    "need_source": ("text", "#indicator+source"), "precision": ("text", "#geo+precision"), "boundary_source": ("text", "#geo+source"),
}  # fmt: skip
"""Columns of the areas: what is in each and its hashtag."""
SOURCE_COLUMNS = ("source_id", "title", "publisher", "year", "licence", "status", "url")


@dataclass(frozen=True, eq=False)
class ExportMeta:
    """Everything that a file says besides its rows.

    Parameters
    ----------
    title : what the file is.
    lang : language of the words; decides the direction.
    words : words of that language, keys ``export.*``.
    filter_text : what was asked for, in words.
    data_version : ``Registry.version``.
    created : day on which the file was asked for.
    training : the sites are invented.
    watermark : words that mark invented data; empty otherwise.
    disclaimer : what boundaries and figures do not mean.
    sources : index-free, columns ``SOURCE_COLUMNS``: every source that the rows and the counts rest on.
    areas : columns ``AREA_COLUMNS`` and the geometry, EPSG:4326: one row a governorate or district.
    hxl : write a row of hashtags under the header, where the format has a header.
    """

    title: str
    lang: str
    words: Words
    filter_text: str
    data_version: str
    created: dt.date
    training: bool
    watermark: str
    disclaimer: str
    sources: pd.DataFrame
    areas: gpd.GeoDataFrame
    hxl: bool = False

    @property
    def rtl(self) -> bool:
        """Whether the language is written from right to left."""
        return self.lang in ("ar", "he")

    def facts(self) -> list[tuple[str, str, str]]:
        """Return (code, words for it, value) of each thing that the file says about itself."""
        values = {
            "title": self.title, "watermark": self.watermark, "filter": self.filter_text, "data_version": self.data_version,
            "created": self.created.isoformat(), "language": self.lang, "disclaimer": self.disclaimer,
        }  # fmt: skip
        return [(code, self.words(f"export.about.{code}"), clean(value)) for code, value in values.items() if value]

    def marked(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return ``table`` with the watermark in a last column ``notice`` of every row if the data is invented; as it is otherwise."""
        return table.assign(notice=self.watermark) if self.training else table


def make_meta(
    registry: Registry,
    mask: np.ndarray,
    *,
    lang: str,
    words: Words,
    filter_text: str,
    created: dt.date,
    countries: Collection[str] = (),
    areas: Collection[str] = (),
    services: Collection[str] = (),
    indicator: str = "",
    hxl: bool = False,
) -> ExportMeta:
    """Collect what an export of the chosen sites says besides them.

    Parameters
    ----------
    registry, mask : as for ``site_table``.
    lang, words : language, and its words for keys ``export.*``.
    filter_text : the filter in words.
    created : today; given, so that the same call makes the same file.
    countries, services : as for ``geo.counts.counts_by_area``; usually the filter's.
    areas : the filter's governorates, the only ones that are counted; all of ``countries`` where empty.
    indicator : need indicator that is shown; its newest value for each area goes along.
    hxl : write hashtags.

    Returns
    -------
    The meta data, with its counts and sources.
    """
    counts = counts_by_area(registry, mask, countries=countries, services=services)
    counted = _areas(registry, counts[counts.index.isin(list(areas))] if areas else counts, lang, indicator)
    used = {*registry.sites["source_id"][mask], *counted["population_source"], *counted["need_source"], *counted["boundary_source"]}
    sources = registry.sources[registry.sources.index.isin([source for source in used if isinstance(source, str)])]
    return ExportMeta(
        title=words("export.title"),
        lang=lang,
        words=words,
        filter_text=filter_text,
        data_version=registry.version,
        created=created,
        training=registry.training,
        watermark=words("export.watermark") if registry.training else "",
        disclaimer=words("export.disclaimer"),
        sources=sources.rename_axis("source_id").reset_index()[list(SOURCE_COLUMNS)],
        areas=counted,
        hxl=hxl,
    )


def _areas(registry: Registry, counts: pd.DataFrame, lang: str, indicator: str) -> gpd.GeoDataFrame:
    need = newest_values(registry, indicator).reindex(counts.index)
    own = registry.governorates.loc[counts.index]
    known = need["value"].notna()
    frame = counts.assign(
        area=[registry.label("area", area_id, lang) for area_id in counts.index],
        need_indicator=pd.Series(indicator, index=counts.index).where(known),
        need_label=pd.Series(registry.label("indicator", indicator, lang), index=counts.index).where(known),
        need_value=need["value"].astype("Float64"),
        need_unit=need["unit"],
        need_year=need["year"].astype("Int64"),
        need_status=need["status"],
        need_source=need["source_id"],
        precision=own["precision"],
        boundary_source=own["source_id"],
    ).rename_axis("area_id").reset_index()[list(AREA_COLUMNS)]  # fmt: skip
    for column, (dtype, _) in AREA_COLUMNS.items():
        if dtype == "text":
            frame[column] = frame[column].astype(object).fillna("").map(clean)
    return gpd.GeoDataFrame(frame, geometry=own.geometry.to_numpy(), crs=4326)
