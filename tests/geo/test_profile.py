"""The values of a profile: found by key, and one table of figures that is the same in every language."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.profile import FIGURE_COLUMNS, Figure, Profile, ProfileColumn, ProfileTable, Section, figures_table


def _profile(area_id: str, lang: str) -> Profile:
    figures = (Figure("people.population", f"People ({lang})", 711_223.0, "people", year=2017, status="official", source_ids=("census",)),
               Figure("need.score", f"Need ({lang})", None, "score"))  # fmt: skip
    table = ProfileTable("sites", "Sites", (ProfileColumn("n", "Number", "count"),), ((3,), (None,)), sums=("n",), source_ids=("osm", "census"))
    return Profile(area_id, "PS", area_id, "Palestine", lang, "e1", (Section("people", "People", figures, (table,)),))


def test_figures_and_tables_are_found_by_key() -> None:
    profile = _profile("PS0150", "en")
    assert profile.figure("people.population").value == 711_223
    assert profile.table("sites").rows == ((3,), (None,))
    assert profile.source_ids == ("census", "osm")
    with pytest.raises(KeyError):
        profile.figure("sites")
    with pytest.raises(KeyError):
        profile.table("people.population")


def test_the_table_of_figures_is_the_same_in_every_language() -> None:
    tables = [figures_table([_profile("PS0150", lang), _profile("PS0101", lang)]) for lang in ("ar", "he", "en")]
    assert tuple(tables[0].columns) == FIGURE_COLUMNS
    assert len(tables[0]) == 4
    assert pd.isna(tables[0].loc[1, "value"])
    for other in tables[1:]:
        pd.testing.assert_frame_equal(tables[0], other)
