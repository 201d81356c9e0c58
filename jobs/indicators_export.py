"""Values of indicators as a file: the very rows of the page and of ``cli.py indicators show``."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from data.exports.meta import SOURCE_COLUMNS, ExportMeta
from data.indicators_export import FORMATS
from geo.errors import InputError
from geo.registry import Registry
from i18n import Translator
from jobs.indicators import values_table

MIME = {extension: mime for extension, (mime, _) in FORMATS.items()}


def export_values(registry: Registry, country: str, indicator: str, held: pd.DataFrame, extension: str, tr: Translator) -> bytes:
    """Return the values of an indicator in a country as a file.

    Parameters
    ----------
    registry : the public's.
    country, indicator, held : as for ``jobs.indicators.values_table``.
    extension : a key of ``MIME``.
    tr : words of the file.

    Raises
    ------
    InputError : the format is not one of ours.
    """
    if extension not in FORMATS:
        raise InputError("export.unknown_format", name=extension, formats=", ".join(FORMATS))
    table = values_table(registry, country, indicator, held, tr.lang)
    used = registry.sources[registry.sources.index.isin(set(table["source_id"]))]
    name = registry.label("indicator", indicator, tr.lang) if indicator else tr("indicators.all")
    meta = ExportMeta(
        title=f"{tr('app.name')}: {tr('indicators.menu')}", lang=tr.lang, words=tr, filter_text=f"{registry.label('area', country, tr.lang)} · {name}",
        data_version=registry.version, created=registry.today, training=registry.training,
        watermark=tr("export.watermark") if registry.training else "", disclaimer=tr("export.disclaimer"),
        sources=used.rename_axis("source_id").reset_index()[list(SOURCE_COLUMNS)], areas=gpd.GeoDataFrame(geometry=[], crs=4326),
    )  # fmt: skip
    return FORMATS[extension][1](table, meta)
