"""What the Need page says of the priority list: its top in one line, both lists, what they are made of, and the way out of the top tier."""

from __future__ import annotations

import pandas as pd

from geo.registry import Registry
from i18n import Translator
from jobs.need_priority import PriorityList
from layers import markup
from layers.need_page_markup import plain_table


def answer(registry: Registry, found: PriorityList, country: str, tr: Translator) -> str:
    """Return the top of both lists in one line."""
    table = found.found.table
    first, worst = (table[name].astype(float).idxmax() if table[name].notna().any() else "" for name in ("priority", "per_1000"))
    place = registry.label("area", country, tr.lang)
    names = [registry.label("area", str(area), tr.lang) for area in (first, worst)]
    words = tr("needs.priority_answer", most=names[0], worst=names[1]) if first and worst else tr("needs.priority_none")
    return f"<p class='jw-answer'><strong>{markup.safe(place)}</strong>: {markup.safe(words)}</p>"


def one_list(registry: Registry, found: PriorityList, column: str, tr: Translator) -> str:
    """Return one of the two lists: ``priority`` (where most people lack something) or ``per_1000`` (who is worst off)."""
    table = found.found.table.sort_values(column, ascending=False, na_position="last")
    rank = "rank" if column == "priority" else "rank_per_1000"
    rows = []
    for area, row in table.iterrows():
        label = registry.label("area", str(area), tr.lang)
        if pd.isna(row[column]):
            rows.append([label, tr("needs.not_known"), "", ""])
            continue
        told = tr("needs.rank_interval", rank=row[rank], low=row["rank_p05"], high=row["rank_p95"]) if column == "priority" else str(row[rank])
        tier = tr("needs.tier_short", n=row["tier"]) if column == "priority" else ""
        rows.append([label, tr.number(float(row[column]), 0 if column == "priority" else 1), told, tier])
    heads = [tr("gaps.area"), tr(f"needs.column.{column}"), tr("needs.head.rank"), tr("needs.column.tier")]
    if column == "per_1000":
        rows, heads = [row[:3] for row in rows], heads[:3]
    return plain_table(tr(f"needs.list.{column}"), heads, rows, note=tr(f"needs.list_note.{column}"))


def parts(registry: Registry, found: PriorityList, by: str, tr: Translator) -> str:
    """Return what each governorate's priority is made of, by service or group; rows add up exactly."""
    split = found.found.contributions(by).dropna(how="all")
    taxonomy = {"service": "service", "group": "target_group"}[by]
    ordered = split.assign(_all=split.sum(axis=1)).sort_values("_all", ascending=False)
    rows = [
        [registry.label("area", str(area), tr.lang), *(tr.number(float(row[code])) for code in split.columns), tr.number(float(row["_all"]))]
        for area, row in ordered.iterrows()
    ]
    heads = [tr("gaps.area"), *(registry.term_label(taxonomy, str(code), tr.lang) for code in split.columns), tr("needs.sum")]
    return plain_table(tr(f"needs.parts.{by}"), heads, rows)


def ways_out(registry: Registry, found: PriorityList, tr: Translator) -> str:
    """Return for each governorate of the top tier the smallest capacity that takes it out, and the smallest new centre that does."""
    if not found.ways_out:
        return f"<p class='jw-note'>{markup.safe(tr('needs.way_none'))}</p>"
    rows = []
    for area, way in found.ways_out.items():
        told = [
            tr.plural(
                "needs.way_places",
                count,
                service=registry.term_label("service", service, tr.lang),
                group=registry.term_label("target_group", group, tr.lang),
            )
            for service, group, count in way.places
        ]
        below = registry.label("area", way.below, tr.lang)
        label = registry.label("area", area, tr.lang)
        rows.append([label, tr("needs.comma").join(told) or tr("needs.way_not"), below if told else "", _centre(registry, found, area, tr)])
    heads = [tr("gaps.area"), tr("needs.way_capacity"), tr("needs.way_below"), tr("needs.way_centre")]
    return plain_table(tr("needs.ways"), heads, rows, note=tr("needs.ways_note"))


def _centre(registry: Registry, found: PriorityList, area: str, tr: Translator) -> str:
    """Return where the smallest new centre would stand, and how many places it would have."""
    centre = found.centres.get(area)
    if centre is None or not centre.locality_id:
        return tr.plural("needs.centre_not", centre.candidates if centre else 0)
    return tr.plural("needs.centre_places", centre.places, place=registry.label("locality", centre.locality_id, tr.lang))
