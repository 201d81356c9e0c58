"""What stands beside the map: the answer in one line, bars for the governorates, and the facts of one governorate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from geo.counts import newest_values
from geo.model import COUNTRIES, Filter
from geo.registry import Registry
from i18n import Translator
from layers import markup
from layers.markup import BarRow, safe


def answer(registry: Registry, mask: np.ndarray, counts: pd.DataFrame, wanted: Filter, tr: Translator) -> str:
    """Return the answer to the filter as one line for each country: they share areas, so they are never added up.

    Parameters
    ----------
    registry : the registry.
    mask : one truth value a site.
    counts : from ``geo.counts.counts_by_area`` for the same filter without its governorates.
    wanted : the filter.
    tr : words.
    """
    lines = []
    for country in COUNTRIES:
        areas = counts[(counts["country"] == country) & (counts.index.isin(wanted.areas) if wanted.areas else True)]
        if areas.empty:
            continue
        here = int((mask & registry.in_country(country)).sum())
        empty = int((areas["sites"] == 0).sum())
        name = registry.label("area", country, tr.lang)
        words = [tr.plural("explore.sites", here)]
        if len(areas) > 1:
            words.append(tr.plural("explore.areas_without", empty, total=tr.number(len(areas))))
        lines.append(f"<p class='jw-answer'><strong>{safe(name)}</strong>: {' · '.join(safe(word) for word in words)}</p>")
    unplaced = int((mask & ~registry.placed).sum())
    if unplaced:
        lines.append(f"<p class='jw-note'>{safe(tr.plural('explore.unplaced', unplaced))}</p>")
    return "".join(lines)


def area_bars(registry: Registry, mask: np.ndarray, counts: pd.DataFrame, wanted: Filter, tr: Translator) -> str:
    """Return the sites of each governorate as bars, zero included, with services and sites for 100,000 people beside; "?" where the people are not known."""
    out = []
    for country in COUNTRIES:
        areas = counts[counts["country"] == country]
        if areas.empty:
            continue
        rows = [
            BarRow(
                label=registry.label("area", str(area_id), tr.lang),
                value=float(row["sites"]),
                text=tr.number(int(row["sites"])),
                more=(tr.number(int(row["services"])), "?" if pd.isna(row["sites_per_100k"]) else tr.number(float(row["sites_per_100k"]), 1)),
                dimmed=bool(wanted.areas) and area_id not in wanted.areas,
            )
            for area_id, row in areas.to_dict("index").items()
        ]
        caption = f"{tr('explore.by_area')}: {registry.label('area', country, tr.lang)}"
        out.append(
            markup.bars(rows, caption, (tr("explore.area"), tr("explore.sites_heading"), tr("explore.services_heading"), tr("explore.rate_heading")))
        )
    nowhere = 0 if wanted.areas else int((mask & (registry.area_positions < 0)).sum())
    if nowhere:
        out.append(f"<p class='jw-note'>{safe(tr.plural('explore.no_area', nowhere))}</p>")
    return "".join(out)


def area_facts(registry: Registry, area_id: str, counts: pd.DataFrame, tr: Translator) -> str:
    """Return what is known about one governorate: each indicator's newest value with its year, status and source."""
    rows = []
    for indicator_id in registry.indicators.sort_values("sort").index:
        newest = newest_values(registry, str(indicator_id))
        if area_id not in newest.index:
            continue
        value: dict[str, Any] = newest.loc[area_id].to_dict()  # type: ignore[assignment]
        source = registry.sources["title"].get(value["source_id"], value["source_id"])
        status = tr(f"need.status.{value['status']}")
        detail = f"{int(value['year'])} · {status} · {source}"
        amount = need_number(float(value["value"]), str(value["unit"]), tr)
        rows.append((registry.label("indicator", str(indicator_id), tr.lang), amount, detail))
    here: dict[str, Any] = counts.loc[area_id].to_dict()  # type: ignore[assignment]
    rows.append((tr("explore.sites_heading"), tr.number(int(here["sites"])), tr("explore.shown_by_filter")))
    if bool(here["protected_suppressed"]):
        rows.append((tr("explore.protected"), tr("explore.protected_held"), tr("explore.protected_note")))
    elif not pd.isna(here["protected"]) and int(here["protected"]):
        rows.append((tr("explore.protected"), tr.number(int(here["protected"])), tr("explore.protected_note")))
    body = "".join(
        f"<tr><th scope='row'>{safe(label)}<small dir='auto'>{safe(detail)}</small></th><td>{safe(value)}</td></tr>" for label, value, detail in rows
    )
    return f"<table class='jw-facts'><caption>{safe(registry.label('area', area_id, tr.lang))}</caption><tbody>{body}</tbody></table>"


def need_number(value: float, unit: str, tr: Translator) -> str:
    """Write a value of an indicator with its unit: people as whole numbers, others with one decimal."""
    text = tr.number(value, 0 if unit == "people" else 1)
    return tr(f"need.unit.{unit_key(unit)}", value=text)


def unit_key(unit: str) -> str:
    """Return the catalogue's key for a unit, e.g. ``percent_of_households`` for "% of households"."""
    return re.sub(r"[^a-z]+", "_", unit.replace("%", "percent").lower()).strip("_")


def source_table(registry: Registry, tr: Translator) -> str:
    """Return every source with its year, terms and status, and how many sites and figures come from it."""
    sites = registry.sites["source_id"].value_counts()
    figures = registry.values["source_id"].value_counts()
    rows = [
        (
            source["title"], source["publisher"], "" if pd.isna(source["year"]) else str(int(source["year"])),
            tr(f"need.status.{source['status']}") if source["status"] else "", source["licence"],
            tr.number(int(sites.get(source_id, 0))), tr.number(int(figures.get(source_id, 0))),
        )
        for source_id, source in registry.sources.iterrows()
    ]  # fmt: skip
    heads = [tr(f"sources.column_{name}") for name in ("title", "publisher", "year", "status", "licence", "sites", "figures")]
    return _table(tr("sources.table"), heads, rows)


def indicator_table(registry: Registry, tr: Translator) -> str:
    """Return for each indicator how many areas have a value, for which years and of what status."""
    rows = []
    for indicator_id in registry.indicators.sort_values("sort").index:
        values = registry.values[registry.values["indicator_id"] == indicator_id]
        if values.empty:
            continue
        years = sorted({int(year) for year in values["year"]})
        countries = [
            registry.label("area", code, tr.lang)
            for code in COUNTRIES
            if values["area_id"].isin(registry.areas.index[registry.areas["country"] == code]).any()
        ]
        span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
        status = ", ".join(tr(f"need.status.{code}") for code in sorted(set(values["status"])))
        rows.append(
            (registry.label("indicator", str(indicator_id), tr.lang), ", ".join(countries), tr.number(values["area_id"].nunique()), span, status)
        )
    heads = [tr(f"sources.column_{name}") for name in ("indicator", "countries", "areas", "years", "status")]
    return _table(tr("sources.indicators"), heads, rows)


def _table(caption: str, heads: list[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th scope='col'>{safe(text)}</th>" for text in heads)
    body = "".join(
        f"<tr><th scope='row' dir='auto'>{safe(row[0])}</th>{''.join(f'<td dir=auto>{safe(cell)}</td>' for cell in row[1:])}</tr>" for row in rows
    )
    return f"<div class='jw-wide' tabindex='0' role='region' aria-label='{safe(caption)}'><table class='jw-list'><caption>{safe(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
