"""How fresh the registry is, governorate by governorate, as text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.checks import freshness_by_area
from geo.model import Filter
from geo.registry import Registry
from i18n import Translator


def freshness_table(registry: Registry, areas: Sequence[str] = ()) -> pd.DataFrame:
    """Return ``geo.checks.freshness_by_area`` of all sites, with only the rows of ``areas`` where some are named."""
    table = freshness_by_area(registry, registry.select(Filter()))
    return table.loc[list(dict.fromkeys(areas))] if areas else table


def freshness_text(registry: Registry, table: pd.DataFrame, tr: Translator) -> str:
    """Write the table with one line a governorate: sites, the share checked within 12 months, and how many long ago or never.

    Parameters
    ----------
    registry : gives the names and the day.
    table : from ``freshness_table``.
    tr : words.
    """
    heads = [tr("explore.area"), tr("explore.sites_heading"), tr("freshness.share"), tr("freshness.band.stale"), tr("freshness.band.never")]
    rows = [
        [
            f"{registry.label('area', str(area_id), tr.lang)} ({area_id})", tr.number(int(row["sites"])),
            "-" if pd.isna(row["fresh_share"]) else f"{tr.number(100 * float(row['fresh_share']))} %",
            tr.number(int(row["stale"])), tr.number(int(row["never"])),
        ]
        for area_id, row in table.to_dict("index").items()
    ]  # fmt: skip
    widths = np.array([[len(cell) for cell in row] for row in [heads, *rows]]).max(axis=0)
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [heads, *rows]]
    return "\n".join([tr("freshness.as_of", date=tr.date(registry.today)), "", *lines])
