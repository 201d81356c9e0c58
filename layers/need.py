"""The need layer: an indicator's newest values as classes on the map, with the legend that says what they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from geo.classes import class_breaks, classify
from geo.counts import newest_values
from geo.registry import Registry
from i18n import Translator
from layers.explore import Legend, NeedLayer
from layers.palette import NEED_CLASSES

NEED_METHODS = ("quantile", "fixed")
"""``quantile``: about as many areas in each class; ``fixed``: cut points of all areas and years together, equal for every view."""
_FEWEST_AREAS = 2


def need_indicators(registry: Registry, countries: Collection[str]) -> list[str]:
    """Return the indicators that can be mapped: those with values for at least two governorates of ``countries`` (all where empty).

    Indicators of need come first, those of neither direction, such as population, last.
    """
    areas = registry.governorates
    wanted = areas.index if not countries else areas.index[areas["country"].isin(list(countries))]
    values = registry.values[registry.values["area_id"].isin(wanted)]
    enough = values.groupby("indicator_id")["area_id"].nunique() >= _FEWEST_AREAS
    found = registry.indicators[registry.indicators.index.isin(enough.index[enough])]
    ordered = found.assign(_neutral=found["direction"] == 0).sort_values(["_neutral", "sort"])
    return [str(code) for code in ordered.index]


def need_layer(registry: Registry, indicator_id: str, countries: Collection[str], tr: Translator, *, method: str) -> tuple[NeedLayer | None, Legend]:
    """Return the classes of the areas and the legend.

    Parameters
    ----------
    registry : the registry.
    indicator_id : which indicator; empty for none.
    countries : packs in view; all where empty.
    tr : words.
    method : one of ``NEED_METHODS``.

    Returns
    -------
    The layer (None without an indicator) and its legend. Darker is more need: an indicator whose direction is -1 has its
    colours turned round. An area without a value is in no class.
    """
    if not indicator_id or indicator_id not in registry.indicators.index:
        return None, Legend()
    areas = registry.governorates
    wanted = areas.index if not countries else areas.index[areas["country"].isin(list(countries))]
    newest = newest_values(registry, indicator_id)
    newest = newest[newest.index.isin(wanted)]
    about: dict[str, Any] = registry.indicators.loc[indicator_id].to_dict()  # type: ignore[assignment]
    if method == "fixed":
        everywhere = registry.values[(registry.values["indicator_id"] == indicator_id) & registry.values["area_id"].isin(areas.index)]
        breaks = class_breaks(everywhere["value"], method="equal", count=len(NEED_CLASSES))
    else:
        breaks = class_breaks(newest["value"], method="quantile", count=len(NEED_CLASSES))
    classes = classify(newest["value"], breaks)
    colours = NEED_CLASSES[: len(breaks)] if len(breaks) > 1 else NEED_CLASSES[2:3]
    if int(about["direction"]) < 0:
        colours = tuple(reversed(colours))
    years = sorted({int(year) for year in newest["year"]})
    legend = Legend(
        title=registry.label("indicator", indicator_id, tr.lang),
        unit=tr(f"packs.unit.{about['unit']}"),
        year="" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}",
        source="; ".join(str(registry.sources["title"].get(code, code)) for code in dict.fromkeys(newest["source_id"])),
        status=", ".join(tr(f"need.status.{code}") for code in dict.fromkeys(newest["status"])),
        labels=tuple(_range_words(low, high, str(about["unit"]), tr) for low, high in breaks.labels),
        colours=colours,
    )
    return NeedLayer({str(area_id): int(number) for area_id, number in classes.items() if not pd.isna(number)}), legend


def _range_words(low: float | None, high: float | None, unit: str, tr: Translator) -> str:
    def number(value: float) -> str:
        return tr.number(value) if unit == "people" else f"{value:,.3g}" if abs(value) < 1000 else tr.number(value)

    if low is None:
        return tr("need.range_below", high=number(high or 0.0))
    if high is None:
        return tr("need.range_above", low=number(low))
    return number(low) if low == high else tr("need.range", low=number(low), high=number(high))
