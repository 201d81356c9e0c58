"""The need of a governorate: its place in the country's default index, with its doubt, and the indicators behind it."""

from __future__ import annotations

import pandas as pd

from geo.profile import Figure, ProfileColumn, ProfileTable, Section
from geo.registry import Registry
from i18n import Translator
from jobs.profile_inputs import ProfileInputs
from jobs.profile_people import row_of
from layers.cards import need_number


def need_section(registry: Registry, inputs: ProfileInputs, area_id: str, tr: Translator) -> Section:
    """Return score, rank with its 5-95 % interval, tier, probability of the top three and reliability; and each indicator's value.

    Figures ``need.score``, ``need.rank``, ``need.tier``, ``need.top3``, ``need.reliability``, ``need.indicator.<indicator>``; table
    ``indicators``. A governorate that has too few indicators is in no rank, and its figures are None.
    """
    row, cells = row_of(inputs.need.table, area_id), inputs.need.cells.loc[area_id]
    known = cells[cells["value"].notna()]
    sources = tuple(dict.fromkeys(str(code) for code in known["source_id"]))
    year = int(known["year"].max()) if len(known) else None
    ranked = int(inputs.need.table["score"].notna().sum())
    units = {"score": "score", "rank": "rank", "tier": "count", "top3": "share", "reliability": "share"}
    columns = {"top3": "p_top3"}
    notes = {"score": tr("profile.score_note"), "rank": tr.plural("profile.ranked", ranked), "tier": tr("profile.tier_note")}
    figures = []
    for name, unit in units.items():
        value = row[columns.get(name, name)]
        label = tr(f"profile.figure.need.{name}")
        if pd.isna(value):
            figures.append(Figure(f"need.{name}", label, None, unit, note=tr("profile.not_ranked")))
            continue
        low, high = (float(row["rank_p05"]), float(row["rank_p95"])) if name == "rank" else (None, None)
        figures.append(Figure(f"need.{name}", label, float(value), unit, low, high, year, "derived", sources, notes.get(name, "")))
    rows: list[tuple[str | None, ...]] = []
    for indicator_id, cell in cells.iterrows():
        counts = cell["role"] == "indicator"  # what others are divided by, such as the population, is a figure elsewhere
        label, own = registry.label("indicator", str(indicator_id), tr.lang), pd.notna(cell["value"])
        number, unit = (float(cell["value"]), str(cell["unit"])) if own else (None, str(cell["unit"]))
        kind = "people" if unit == "people" else "percent" if unit.startswith("%") else "score"
        text = need_number(number, unit, tr) if number is not None else None
        name, note = f"need.indicator.{indicator_id}", text if text and kind == "score" else ""
        if number is None:
            figures += [Figure(name, label, None, kind)] if counts else []
            rows.append((label, None, None, None, None))
            continue
        said, status, source = int(cell["year"]), str(cell["status"]), str(cell["source_id"])
        figures += [Figure(name, label, number, kind, None, None, said, status, (source,), note)] if counts else []
        rows.append((label, text, str(said), tr(f"need.status.{status}"), str(registry.sources["title"].get(source, source))))
    columns_told = tuple(ProfileColumn(key, tr(f"profile.column.{key}"), "text") for key in ("indicator", "value", "year", "status", "source"))
    table = ProfileTable("indicators", tr("profile.table.indicators"), columns_told, tuple(rows), source_ids=sources)
    lines = [tr("profile.rank_rule", draws=tr.number(inputs.need.draws))]
    if not inputs.need.chosen:
        lines.append(tr("profile.missing_unsaid"))
    return Section("need", tr("profile.section.need"), tuple(figures), (table,), tuple(lines))
