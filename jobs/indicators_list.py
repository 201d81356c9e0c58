"""The list of indicators: by country and year, for how many governorates each is known and of what worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from data.indicators_issues import INDICATOR, issue_counts
from data.store import Store
from geo.registry import Registry
from i18n import Translator
from jobs.indicators import IndicatorsAsked, coverage, held_back, indicators_of, values_of, years_of


def held_of(store: Store, registry: Registry) -> pd.DataFrame:
    """Return the areas and years whose number is held back."""
    return held_back(registry, issue_counts(store), INDICATOR)


def coverage_rows(store: Store, registry: Registry, countries: Sequence[str]) -> list[dict[str, Any]]:
    """Return a row for each country, indicator and year: known, total, held_back, wider, unit, status and sources."""
    held = held_of(store, registry)
    rows = []
    for country in countries:
        for indicator in indicators_of(registry, country, held):
            values = values_of(registry, country, indicator)
            for year in years_of(registry, country, indicator, held):
                found = coverage(registry, IndicatorsAsked(country, indicator, year), held)
                now = values[values["year"] == year]
                rows.append({
                    "country": country, "indicator": indicator, "year": year, "known": found.known, "total": found.total, "held_back": found.held_back,
                    "wider": list(found.wider), "unit": str(registry.indicators["unit"][indicator]), "status": sorted(set(now["status"])),
                    "sources": sorted(set(now["source_id"])),
                })  # fmt: skip
    return rows


def coverage_lines(registry: Registry, rows: Sequence[dict[str, Any]], tr: Translator) -> list[str]:
    """Return the rows as lines of words."""
    return [
        " · ".join(
            part
            for part in (
                registry.label("area", row["country"], tr.lang), f"{registry.label('indicator', row['indicator'], tr.lang)} ({row['indicator']})",
                str(row["year"]), tr("indicators.known", known=tr.number(row["known"]), total=tr.number(row["total"])),
                tr.plural("indicators.held_count", row["held_back"]) if row["held_back"] else "",
                tr("indicators.wider", areas=", ".join(registry.label("area", area, tr.lang) for area in row["wider"])) if row["wider"] else "",
                ", ".join(tr(f"need.status.{status}") for status in row["status"]),
            )
            if part
        )
        for row in rows
    ]  # fmt: skip
