"""What is known of indicators: the taken value of several sources, coverage, held-back numbers and blanks, on a small registry."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from geo.counts import newest_values
from geo.registry import Registry
from jobs.indicators import COLUMNS, Coverage, IndicatorsAsked, coverage, held_back, indicators_of, read_asked, values_of, values_table, years_of
from tests.make import make_registry

NONE = pd.DataFrame(columns=["indicator_id", "area_id", "year"])


def with_values(*rows: tuple[str, str, int, float, str]) -> Registry:
    registry = make_registry()
    more = pd.DataFrame(
        [(f"x{i}", code, area, year, value, "%", status, "invented") for i, (code, area, year, value, status) in enumerate(rows)],
        columns=["value_id", *registry.values.columns],
    ).set_index("value_id")
    return replace(registry, values=pd.concat([registry.values, more]))


def test_of_several_sources_the_one_of_most_worth_is_taken_as_everywhere() -> None:
    registry = with_values(
        ("poverty_rate", "PS0150", 2023, 30.0, "derived"),
        ("poverty_rate", "PS0150", 2023, 40.0, "official"),
        ("poverty_rate", "PS0150", 2020, 5.0, "demo"),
    )
    found = values_of(registry, "PS", "poverty_rate")
    own = found[found["area_id"] == "PS0150"]
    assert own[["year", "value", "status", "others"]].to_numpy().tolist() == [[2020, 5.0, "demo", 0], [2023, 40.0, "official", 2]]
    newest = newest_values(registry, "poverty_rate")
    assert newest["value"]["PS0150"] == 40.0


def test_coverage_counts_governorates_alone() -> None:
    registry = make_registry()
    assert coverage(registry, IndicatorsAsked("PS", "poverty_rate", 2023), NONE) == Coverage(2, 2, 0, ())
    assert coverage(registry, IndicatorsAsked("PS", "poverty_rate", 1999), NONE) == Coverage(0, 2, 0, ())
    assert coverage(registry, IndicatorsAsked("IL", "poverty_rate", 2023), NONE) == Coverage(0, 1, 0, ())
    assert indicators_of(registry, "IL", NONE) == []
    assert years_of(registry, "SY", "poverty_rate", NONE) == [2023]


def test_a_held_back_number_is_neither_known_nor_lost() -> None:
    registry = make_registry()
    counts = pd.DataFrame({"issue": ["", "", "Housing"], "area_id": ["PS0150", "PS0101", "PS0150"], "year": [2025, 2023, 2025]})
    held = held_back(registry, counts, "poverty_rate")
    assert held.to_numpy().tolist() == [["poverty_rate", "PS0150", 2025]]
    assert coverage(registry, IndicatorsAsked("PS", "poverty_rate", 2025), held) == Coverage(0, 2, 1, ())
    assert years_of(registry, "PS", "poverty_rate", held) == [2023, 2025]
    table = values_table(registry, "PS", "poverty_rate", held, "en")
    assert list(table.columns) == list(COLUMNS)
    assert table[table["held_back"] == 1][["area_id", "year"]].to_numpy().tolist() == [["PS0150", 2025]]
    assert table[table["held_back"] == 1]["value"].isna().all()
    assert held_back(registry, counts.iloc[:0], "poverty_rate").empty


def test_the_table_has_a_row_for_each_governorate_and_year_and_zero_stays_zero() -> None:
    registry = with_values(("poverty_rate", "PS0101", 2020, 1.0, "official"))
    table = values_table(registry, "PS", "poverty_rate", NONE, "ar")
    assert table[["area_id", "year"]].to_numpy().tolist() == [["PS0101", 2020], ["PS0101", 2023], ["PS0150", 2020], ["PS0150", 2023]]
    assert table["value"].isna().tolist() == [False, False, True, False]
    assert table[table["value"].isna()][["status", "source_id", "source"]].to_numpy().tolist() == [["", "", ""]]
    assert values_table(registry, "SY", "poverty_rate", NONE, "en")["value"].tolist() == [0.0]


@pytest.mark.parametrize("query", [{}, {"country": ["xx"], "indicator": ["<b>"], "year": ["2023x"], "area": ["SY01"]}, {"year": ["٢٠٢٣"]}])
def test_hostile_addresses_are_read_as_the_default(query: dict[str, list[str]]) -> None:
    assert read_asked(query, make_registry(), NONE) == IndicatorsAsked("PS", "population", 2020, "")


def test_an_address_comes_back() -> None:
    asked = IndicatorsAsked("PS", "poverty_rate", 2023, "PS0150")
    assert read_asked(asked.to_query(), make_registry(), NONE) == asked
