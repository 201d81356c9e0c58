"""Indicators as a page, its files and the command line need them: what was asked for in an address, the values, and for how many areas they are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.model import COUNTRIES, VALUE_STATUS
from geo.registry import Registry

LEVELS = ("country", "region", "governorate", "district")
COLUMNS = (
    "area_id", "area", "level", "country", "indicator_id", "indicator", "year", "value", "unit", "status", "source_id", "source", "held_back",
)  # fmt: skip
"""Columns of the table of values, in files and from the command line."""


@dataclass(frozen=True, slots=True)
class IndicatorsAsked:
    """What a reader asks for.

    Parameters
    ----------
    country : one of the packs; figures of different packs are never added up.
    indicator : its id; empty where the country has none.
    year : of the map and the bars; 0 where there is no value.
    area : a governorate that is marked; empty for none.
    """

    country: str = "PS"
    indicator: str = ""
    year: int = 0
    area: str = ""

    def to_query(self) -> dict[str, list[str]]:
        """Return the values of the address; what is empty is left out."""
        values = {"country": self.country, "indicator": self.indicator, "year": str(self.year or ""), "area": self.area}
        return {name: [value] for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of how many governorates a value is known in a year.

    Parameters
    ----------
    known, total : governorates or districts with a value, and all of the country.
    held_back : those whose number is known but too small to be shown, or would give such a one away; they are not in ``known``.
    wider : the larger areas that have a value of their own.
    """

    known: int
    total: int
    held_back: int
    wider: tuple[str, ...]


def read_asked(query: Mapping[str, Sequence[str]], registry: Registry, held: pd.DataFrame) -> IndicatorsAsked:
    """Read what is asked for from the values of an address; what is not known is as by default.

    Parameters
    ----------
    query : short name to values, as they stand in the address: hostile text.
    registry : knows the codes.
    held : columns area_id and year of the counts that are held back.
    """
    countries = [country for country in COUNTRIES if country in registry.known["countries"]]
    country = next((code for code in query.get("country", ()) if code in countries), countries[0])
    codes = indicators_of(registry, country, held)
    indicator = next((code for code in query.get("indicator", ()) if code in codes), codes[0] if codes else "")
    years = years_of(registry, country, indicator, held)
    year = next((one for one in years for text in query.get("year", ()) if text == str(one)), years[-1] if years else 0)
    here = registry.governorates
    area = next((code for code in query.get("area", ()) if code in here.index and here["country"][code] == country), "")
    return IndicatorsAsked(country, indicator, year, area)


def indicators_of(registry: Registry, country: str, held: pd.DataFrame) -> list[str]:
    """Return the indicators of which a country has a value, in their order."""
    areas = registry.areas.index[registry.areas["country"] == country]
    having = set(registry.values["indicator_id"][registry.values["area_id"].isin(areas)])
    having |= set(held["indicator_id"][held["area_id"].isin(areas)])
    return [str(code) for code in registry.indicators.sort_values("sort", kind="stable").index if code in having]


def values_of(registry: Registry, country: str, indicator: str) -> pd.DataFrame:
    """Return the values of an indicator in a country, one for an area and year.

    Returns
    -------
    Columns area_id, year, value, unit, status, source_id and ``others``, how many other sources say something of the same area and year.
    Of several the one that stands first in ``geo.model.VALUE_STATUS`` is taken, as in ``geo.counts.newest_values``. In the order of the
    registry's areas and of years.
    """
    areas = registry.areas.index[registry.areas["country"] == country]
    found = registry.values[(registry.values["indicator_id"] == indicator) & registry.values["area_id"].isin(areas)]
    ordered = found.assign(_worth=found["status"].map(VALUE_STATUS.index), _place=registry.areas.index.get_indexer(pd.Index(found["area_id"])))
    ordered = ordered.sort_values(["_place", "year", "_worth"], kind="stable")
    count = ordered.groupby(["area_id", "year"])["value"].transform("size")
    first = ordered.assign(others=count - 1).drop_duplicates(["area_id", "year"])
    return first[["area_id", "year", "value", "unit", "status", "source_id", "others"]].reset_index(drop=True)


def years_of(registry: Registry, country: str, indicator: str, held: pd.DataFrame) -> list[int]:
    """Return the years of which a country has a value of an indicator, rising."""
    areas = registry.areas.index[registry.areas["country"] == country]
    kept = held[(held["indicator_id"] == indicator) & held["area_id"].isin(areas)]
    return sorted({int(year) for year in values_of(registry, country, indicator)["year"]} | {int(year) for year in kept["year"]})


def held_back(registry: Registry, counts: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Return the areas and years whose sum is held back.

    Parameters
    ----------
    counts : ``data.indicators_issues.issue_counts``.
    indicator : that they are the sums of.

    Returns
    -------
    Columns indicator_id, area_id, year: those where a centre has counts, and the registry shows no value.
    """
    sums = counts[counts["issue"] == ""][["area_id", "year"]].drop_duplicates()
    own = registry.values[registry.values["indicator_id"] == indicator]
    shown = set(zip(own["area_id"], own["year"].astype(int), strict=True))
    hidden = pd.Series(
        [(area, int(year)) not in shown for area, year in zip(sums["area_id"], sums["year"], strict=True)], index=sums.index, dtype=bool
    )
    return sums[hidden].assign(indicator_id=indicator)[["indicator_id", "area_id", "year"]].reset_index(drop=True)


def coverage(registry: Registry, asked: IndicatorsAsked, held: pd.DataFrame) -> Coverage:
    """Say of how many governorates the value of the year is known."""
    here = registry.governorates.index[registry.governorates["country"] == asked.country]
    values = values_of(registry, asked.country, asked.indicator)
    known = set(values["area_id"][values["year"] == asked.year])
    kept = held[(held["indicator_id"] == asked.indicator) & (held["year"] == asked.year)]["area_id"]
    return Coverage(
        len(known & set(here)), len(here), int(kept.isin(here).sum()), tuple(area for area in registry.areas.index if area in known - set(here))
    )


def values_table(registry: Registry, country: str, indicator: str, held: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return every value of an indicator in a country, and an empty one for each governorate and year of which none is known.

    Parameters
    ----------
    registry : the public's.
    country, indicator : which; an empty indicator for all of the country.
    held : from ``held_back``.
    lang : of the names.

    Returns
    -------
    Columns ``COLUMNS``: what is not known has an empty value, status and source; ``held_back`` is 1 where a number is known but not shown.
    """
    codes = [indicator] if indicator else indicators_of(registry, country, held)
    frames = [_one_table(registry, country, code, held, lang) for code in codes]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))


def _one_table(registry: Registry, country: str, indicator: str, held: pd.DataFrame, lang: str) -> pd.DataFrame:
    values = values_of(registry, country, indicator)
    years = years_of(registry, country, indicator, held)
    here = registry.governorates.index[registry.governorates["country"] == country]
    wider = [area for area in registry.areas.index if area in set(values["area_id"]) - set(here)]
    known = {(str(row["area_id"]), int(row["year"])): row for row in values.to_dict("records")}
    kept = {(str(area), int(year)) for code, area, year in held.itertuples(index=False) if code == indicator}
    rows: list[dict[str, object]] = []
    for area in (*wider, *here):
        for year in years:
            value = known.get((area, year))
            if value is None and area in wider:
                continue
            rows.append({
                "area_id": area, "area": registry.label("area", area, lang), "level": registry.areas["level"][area], "country": country,
                "indicator_id": indicator, "indicator": registry.label("indicator", indicator, lang), "year": year,
                "value": value["value"] if value else None, "unit": registry.indicators["unit"][indicator], "status": value["status"] if value else "",
                "source_id": value["source_id"] if value else "", "source": registry.sources["title"].get(value["source_id"], "") if value else "",
                "held_back": int((area, year) in kept),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"value": "Float64"})
