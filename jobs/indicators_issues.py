"""Counts of issues as everybody may see them, as a table: what the command lists."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data.exports.csv import neutralise
from data.indicators_issues import issue_counts
from data.store import Store
from geo.registry import Registry
from i18n import Translator


def issues_table(
    store: Store, registry: Registry, countries: Sequence[str], year: int | None, tr: Translator
) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return the published counts of issues, and how many of them are held back.

    Parameters
    ----------
    store, registry : the public's.
    countries : codes. year : only this one; None for all.
    tr : words of the areas.

    Returns
    -------
    Columns country, area_id, area, year, issue (empty for all issues together), count (empty where it is held back), held_back (1 or 0),
    months that were sent, and source; in the order of areas, years and issues. What partners wrote can be no formula of a spreadsheet.
    """
    counts = issue_counts(store)
    country = counts["area_id"].map(registry.areas["country"])
    kept = counts[country.isin(list(countries)) & ((counts["year"] == year) if year is not None else True)]
    table = pd.DataFrame({
        "country": country.loc[kept.index], "area_id": kept["area_id"], "area": [registry.label("area", area, tr.lang) for area in kept["area_id"]],
        "year": kept["year"], "issue": kept["issue"].map(neutralise), "count": kept["count"], "held_back": kept["count"].isna().astype(int),
        "months": kept["months"], "source": kept["source"].map(neutralise),
    }).sort_values(["country", "area_id", "year", "issue", "source"], ignore_index=True)  # fmt: skip
    return table, {"rows": len(table), "held_back": int(table["held_back"].sum()), "years": sorted({int(one) for one in table["year"]})}
