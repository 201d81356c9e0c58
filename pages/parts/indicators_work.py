"""What the Indicators page shows, kept as long as the registry it was made from."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd

from data.indicators_issues import INDICATOR, issue_counts
from geo.memo import kept_with_registry
from geo.registry import Registry
from i18n import Translator
from jobs.indicators import Coverage, IndicatorsAsked, coverage, held_back, indicators_of, values_of, years_of
from layers import indicators_chart, markup
from layers.explore import Legend
from layers.indicators import IndicatorFacts, indicator_layer, value_text
from layers.indicators_chart import FEW, Line
from layers.indicators_markup import HELD, KNOWN, UNKNOWN, Cell, SourceLine, TableRow, answer, source_lines, value_bars, year_table
from layers.markup import BarRow
from pages.parts import load


@kept_with_registry
def counts(registry: Registry) -> pd.DataFrame:
    """Return the counts of issues as everybody may see them; a write to them makes another registry."""
    del registry
    return issue_counts(load.store())


@kept_with_registry
def held(registry: Registry) -> pd.DataFrame:
    """Return the areas and years whose number is held back."""
    return held_back(registry, counts(registry), INDICATOR)


@kept_with_registry
def codes(registry: Registry, country: str) -> list[str]:
    """Return the indicators of a country."""
    return indicators_of(registry, country, held(registry))


@kept_with_registry
def years(registry: Registry, country: str, indicator: str) -> list[int]:
    """Return the years of an indicator in a country."""
    return years_of(registry, country, indicator, held(registry))


@kept_with_registry
def known(registry: Registry, asked: IndicatorsAsked) -> Coverage:
    """Say of how many governorates the year's value is known."""
    return coverage(registry, asked, held(registry))


@kept_with_registry
def values(registry: Registry, country: str, indicator: str) -> pd.DataFrame:
    """Return the values of an indicator in a country."""
    return values_of(registry, country, indicator)


def unit_words(registry: Registry, indicator: str, tr: Translator) -> str:
    """Return the unit of an indicator in words; as it is written where there are none."""
    unit = str(registry.indicators["unit"][indicator])
    return tr(f"packs.unit.{unit}") if tr.has(f"packs.unit.{unit}") else unit


@kept_with_registry
def answer_line(registry: Registry, asked: IndicatorsAsked, tr: Translator) -> str:
    """Return the indicator, its year and unit, and for how many areas it is known."""
    found = known(registry, asked)
    lines = [
        str(asked.year), unit_words(registry, asked.indicator, tr), tr("indicators.known", known=tr.number(found.known), total=tr.number(found.total)),
        tr.plural("indicators.held_count", found.held_back) if found.held_back else "",
        tr("indicators.wider", areas=", ".join(registry.label("area", area, tr.lang) for area in found.wider)) if found.wider else "",
    ]  # fmt: skip
    return answer(registry.label("indicator", asked.indicator, tr.lang), lines)


def status_words(status: str, tr: Translator) -> str:
    """Return what a value is worth, in words; nothing where it is official."""
    return "" if status == "official" else tr(f"need.status.{status}")


@kept_with_registry
def layer(registry: Registry, asked: IndicatorsAsked, tr: Translator) -> tuple[dict[str, int], Legend, dict[str, str]]:
    """Return classes, legend and tips of the map."""
    every = values(registry, asked.country, asked.indicator)
    here = every[every["area_id"].isin(registry.governorates.index)]
    now = here[here["year"] == asked.year]
    facts = IndicatorFacts(
        registry.label("indicator", asked.indicator, tr.lang), unit_words(registry, asked.indicator, tr), str(asked.year),
        "; ".join(str(registry.sources["title"].get(code, code)) for code in dict.fromkeys(now["source_id"])),
        ", ".join(tr(f"need.status.{code}") for code in dict.fromkeys(now["status"])), int(registry.indicators["direction"][asked.indicator]),
    )  # fmt: skip
    classes, legend = indicator_layer(now.set_index("area_id")["value"], here["value"], facts, tr)
    told = {
        str(row["area_id"]): f"{value_text(row['value'], tr)} {facts.unit} ({tr('need.status.' + str(row['status']))})"
        for row in now.to_dict("records")
    }
    hidden = {area: tr("indicators.held") for area, year in _hidden(registry, asked.indicator) if year == asked.year}
    return classes, legend, hidden | told


@kept_with_registry
def bars(registry: Registry, asked: IndicatorsAsked, tr: Translator) -> str:
    """Return the year's values as bars, the largest first, after the larger areas; governorates without one last, hatched. Below 0 there is no bar."""
    found = values(registry, asked.country, asked.indicator)
    now = found[found["year"] == asked.year].set_index("area_id")
    number, worth = now["value"].to_dict(), now["status"].to_dict()
    kept = _hidden(registry, asked.indicator)
    here = _here(registry, asked.country)

    def bar(area: str) -> BarRow:
        value = number.get(area)
        text = tr("indicators.held_short") if (area, asked.year) in kept else "" if value is None else value_text(value, tr)
        href = _href(asked, area, tr) if area in here else None
        status = "" if value is None else tr(f"need.status.{worth[area]}")
        dimmed = bool(asked.area) and area != asked.area and value is not None
        return BarRow(registry.label("area", area, tr.lang), None if value is None else max(value, 0.0), text, (status,), href, dimmed)

    wider = [str(area) for area in registry.areas.index if area in number and area not in here]
    ordered = [*wider, *sorted(here, key=lambda area: (area not in number, -number.get(area, 0.0)))]
    heads = (tr("indicators.area"), unit_words(registry, asked.indicator, tr), tr("indicators.status"))
    return value_bars(
        markup.bars(
            [bar(area) for area in ordered], f"{registry.label('indicator', asked.indicator, tr.lang)}{tr('profile.comma')}{asked.year}", heads
        )
    )


def _here(registry: Registry, country: str) -> list[str]:
    return [str(area) for area in registry.governorates.index[registry.governorates["country"] == country]]


def _hidden(registry: Registry, indicator: str) -> set[tuple[str, int]]:
    return {(str(area), int(year)) for code, area, year in held(registry).itertuples(index=False) if code == indicator}


def _href(asked: IndicatorsAsked, area: str, tr: Translator) -> str:
    """Return the query that chooses an area, or lets go of it."""
    return f"?{urlencode(asked.to_query() | {'area': [] if area == asked.area else [area], 'lang': [tr.lang]}, doseq=True)}"


@kept_with_registry
def table(registry: Registry, asked: IndicatorsAsked, tr: Translator) -> str:
    """Return areas by years."""
    caption = f"{registry.label('indicator', asked.indicator, tr.lang)} ({unit_words(registry, asked.indicator, tr)})"
    return year_table(_rows(registry, asked, tr), years(registry, asked.country, asked.indicator), asked.year, caption, tr)


def _rows(registry: Registry, asked: IndicatorsAsked, tr: Translator) -> list[TableRow]:
    found = {(str(row["area_id"]), int(row["year"])): row for row in values(registry, asked.country, asked.indicator).to_dict("records")}
    hidden = _hidden(registry, asked.indicator)
    own = years(registry, asked.country, asked.indicator)
    here = _here(registry, asked.country)
    having = {area for area, _ in found}

    def cell(area: str, year: int) -> Cell:
        value = found.get((area, year))
        if value is None:
            return Cell(HELD if (area, year) in hidden else UNKNOWN)
        return Cell(KNOWN, value_text(value["value"], tr), status_words(str(value["status"]), tr), str(value["source_id"]), int(value["others"]))

    def row(area: str, *, wider: bool) -> TableRow:
        href = "" if wider else _href(asked, area, tr)
        return TableRow(registry.label("area", area, tr.lang), href, tuple(cell(area, year) for year in own), area == asked.area, wider)

    return [*(row(str(area), wider=True) for area in registry.areas.index if area in having - set(here)), *(row(area, wider=False) for area in here)]


@kept_with_registry
def chart(registry: Registry, asked: IndicatorsAsked, tr: Translator) -> str:
    """Return the values over the years as a picture; nothing where there is one year only."""
    own = years(registry, asked.country, asked.indicator)
    found = values(registry, asked.country, asked.indicator)
    if len(own) < 2 or found.empty:
        return ""
    few = found["area_id"].nunique() <= len(FEW) and not asked.area
    lines = []
    for place, (area, some) in enumerate(found.groupby("area_id", sort=False)):
        points = {int(y): (float(v), s == "official") for y, v, s in zip(some["year"], some["value"], some["status"], strict=True)}
        lines.append(Line(registry.label("area", str(area), tr.lang), points, area == asked.area, FEW[place] if few else ""))
    name = registry.label("indicator", asked.indicator, tr.lang)
    chosen = next((line for line in lines if line.chosen), None)
    said = "; ".join(f"{year}: {value_text(value, tr)}" for year, (value, _) in sorted(chosen.points.items())) if chosen else ""
    alt = tr("indicators.chart_alt", indicator=name, years=f"{own[0]}-{own[-1]}", areas=tr.number(len(lines))) + (
        f" {chosen.name}: {said}" if chosen else ""
    )
    keys = [("line", line.name, line.colour) for line in lines if line.colour] + ([("chosen", chosen.name, "")] if chosen else [])
    keys += [] if few else [("other", tr("indicators.other_areas"), "")]
    keys += [("official", tr("need.status.official"), ""), ("unofficial", tr("indicators.not_official"), "")]
    svg = indicators_chart.chart_svg(lines, title=alt, tr=tr)
    return indicators_chart.chart_figure(
        svg, caption=tr("indicators.chart", indicator=name, unit=unit_words(registry, asked.indicator, tr)), alt=alt, keys=keys
    )


@kept_with_registry
def sources(registry: Registry, asked: IndicatorsAsked, tr: Translator) -> str:
    """Return the lines of the sources that the values lead to."""
    found = values(registry, asked.country, asked.indicator)
    names = registry.labels("source", tr.lang) if "source" in registry.names else pd.Series(dtype=object)
    lines = []
    for source_id, count in found["source_id"].value_counts(sort=False).items():
        source = registry.sources.loc[str(source_id)]
        title = names.get(source_id, source["title"])
        about = " · ".join(
            str(part) for part in (
                "" if title == source["title"] else source["title"], source["publisher"], "" if pd.isna(source["year"]) else int(source["year"]),
                tr(f"need.status.{source['status']}") if source["status"] else "", source["licence"],
            ) if part
        )  # fmt: skip
        lines.append(SourceLine(str(source_id), str(title), about, str(source["url"]), tr.plural("indicators.values", int(count))))
    return source_lines(tr("indicators.sources"), lines, tr)
