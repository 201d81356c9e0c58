"""Output formats: one table of sites and what is said about it, written as a file of each format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from data.exports.csv import write_csv
from data.exports.geojson import write_geojson
from data.exports.gpkg import write_gpkg
from data.exports.meta import ExportMeta, make_meta
from data.exports.table import COLUMNS, all_sites, site_table
from data.exports.xlsx import write_xlsx

__all__ = ["COLUMNS", "FORMATS", "ExportMeta", "Format", "all_sites", "file_name", "make_meta", "site_table"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of exports.

    Parameters
    ----------
    extension : of its files, without the dot.
    mime : media type.
    write : table and meta data to the bytes of a file.
    """

    extension: str
    mime: str
    write: Callable[[pd.DataFrame, ExportMeta], bytes]


FORMATS = {
    "csv": Format("csv", "text/csv; charset=utf-8", write_csv),
    "xlsx": Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "geojson": Format("geojson", "application/geo+json", write_geojson),
    "gpkg": Format("gpkg", "application/geopackage+sqlite3", write_gpkg),
}
"""Name to format; callers that can draw add theirs, such as a map in HTML."""


def file_name(meta: ExportMeta, extension: str) -> str:
    """Return a plain name for a file, such as ``jiwar-sites-2026-11-22.csv``; invented data says so in the name."""
    return f"jiwar-{'TRAINING-' if meta.training else ''}sites-{meta.created.isoformat()}.{extension}"
