"""A profile, a list of snapshots and their differences as plain text and JSON for the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from data.kept import Kept
from geo.profile import Profile, ProfileTable
from geo.registry import Registry
from i18n import Translator
from jobs.profile import shown_figures
from jobs.snapshots import differences
from layers.profile_text import figure_text, number_text, value_text, worth_text

UNSEEN = ("ledger",)
"""Tables that only JSON holds: too long to read in a terminal."""


def source_titles(registry: Registry) -> dict[str, str]:
    """Return the titles of all sources by id."""
    return {str(code): str(title) for code, title in registry.sources["title"].items()}


def profile_text(profile: Profile, titles: dict[str, str], tr: Translator) -> str:
    """Return a profile as lines: figures with what they are worth, tables with a tab between cells."""
    lines = [f"{profile.name}, {profile.country_name} ({profile.area_id})"]
    for section in profile.sections:
        lines += ["", section.label]
        for figure in shown_figures(section):
            worth = worth_text(figure, titles, tr)
            lines.append(f"  {figure.label}: {figure_text(figure, tr)}" + (f" [{worth}]" if worth else ""))
        for table in section.tables:
            if table.key not in UNSEEN:
                lines += ["", *_table_lines(table, tr)]
        lines += [f"  {line}" for line in section.lines]
    lines += ["", *(f"{name}: {value}" for name, value in profile.method)]
    return "\n".join(lines)


def _table_lines(table: ProfileTable, tr: Translator) -> list[str]:
    rows = [[column.label for column in table.columns]]
    rows += [[number_text(cell, column.unit, tr) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]
    return [f"  {table.label}", *("    " + "\t".join(row) for row in rows)]


def profile_json(profile: Profile) -> dict[str, Any]:
    """Return a profile as JSON can hold it: values as they are, words in the profile's language."""
    return {
        "area_id": profile.area_id, "country": profile.country, "name": profile.name, "lang": profile.lang, "edition": profile.edition,
        "sections": [
            {
                "key": section.key, "label": section.label, "lines": list(section.lines),
                "figures": [
                    {"key": one.key, "label": one.label, "value": one.value, "low": one.low, "high": one.high, "unit": one.unit, "year": one.year,
                     "status": one.status, "sources": list(one.source_ids), "note": one.note}
                    for one in section.figures
                ],
                "tables": [
                    {"key": one.key, "label": one.label, "columns": [{"key": column.key, "label": column.label, "unit": column.unit} for column in one.columns],
                     "rows": [list(row) for row in one.rows], "sums": list(one.sums), "sources": list(one.source_ids)}
                    for one in section.tables
                ],
            }
            for section in profile.sections
        ],
        "method": [list(pair) for pair in profile.method],
    }  # fmt: skip


def snapshot_line(kept: Kept, registry: Registry, tr: Translator) -> str:
    """Return one line on a record: number, name, version, place, when and of which edition."""
    place = registry.label("area", kept.area_id, tr.lang)
    return tr("snapshots.line", record=kept.record_id, name=kept.name, version=kept.version, place=place, day=tr.date(kept.created_at.date()),
              edition=kept.edition)  # fmt: skip


def snapshots_text(found: Sequence[Kept], registry: Registry, tr: Translator) -> str:
    """Return the list of snapshots; that there is none is said."""
    return "\n".join(snapshot_line(kept, registry, tr) for kept in found) or tr("snapshots.none")


def day_text(day: str, tr: Translator) -> str:
    """Write a day given as YYYY-MM-DD."""
    return tr.date(dt.date.fromisoformat(day))


def differences_text(before: pd.DataFrame, after: pd.DataFrame, registry: Registry, tr: Translator) -> str:
    """Return how many figures differ, and each of them on a line, with the codes that files use."""
    table = differences(before, after)
    lines = [tr.plural("snapshots.differences", len(table))]
    for row in table.to_dict("records"):
        was, now = (value_text(None if pd.isna(row[name]) else float(row[name]), str(row["unit"]), tr) for name in ("before", "after"))
        lines.append(f"{row['area_id']} {registry.label('area', str(row['area_id']), tr.lang)}\t{row['figure']}\t{was} -> {now}")
    return "\n".join(lines)
