"""The map of the gap ledger as a difference of two days and as chances: centred, hatched where nobody knows, and the same in every shape."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.ledger import PARTS
from i18n import LANGUAGES, translator
from layers.explore import Legend
from layers.gaps import MEASURES, SHAPES
from layers.gaps_views import (
    CHANCE_COLOURS,
    DIFFERENCE_COLOURS,
    chance_layer,
    chance_marks,
    chance_signs,
    difference_layer,
    difference_marks,
    difference_signs,
    signed,
)  # fmt: skip
from tests.layers.test_gaps import row

tr = translator("en")
ABOUT = Legend(unit="u", year="2020", source="s", status="estimate")


def frame(**rows: tuple[int | None, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: row(*parts) for name, parts in rows.items()}).T.astype("Int64")


BEFORE = frame(
    same=(60, 0, 40, 0, 0), worse=(90, 0, 10, 0, 0), better=(0, 0, 100, 0, 0), little=(999, 0, 1, 0, 0), dark=(0, 0, 40, 0, 60), none=(None,)
)
AFTER = frame(
    same=(60, 0, 0, 40, 0), worse=(0, 0, 100, 0, 0), better=(90, 0, 10, 0, 0), little=(998, 0, 2, 0, 0), dark=(100, 0, 0, 0, 0), none=(None,)
)


def test_a_difference_is_centred_on_none_and_hatched_where_nobody_knows() -> None:
    classes, legend = difference_layer(BEFORE, AFTER, "without", ABOUT, tr)
    assert classes == {"same": 3, "worse": 6, "better": 0, "little": 3}
    assert legend.colours == DIFFERENCE_COLOURS
    assert len(legend.labels) == 7
    assert legend.labels[3] == tr("gaps.change.same")
    assert "dark" in difference_layer(BEFORE, AFTER, "unknown", ABOUT, tr)[0]


def test_more_people_who_have_a_place_are_drawn_as_a_gain() -> None:
    classes, legend = difference_layer(BEFORE, AFTER, "served", ABOUT, tr)
    assert (classes["worse"], classes["better"]) == (0, 6)
    assert legend.colours[0] == DIFFERENCE_COLOURS[-1]
    assert difference_marks("served", tr)[0].colour == DIFFERENCE_COLOURS[0] == difference_marks("without", tr)[1].colour


@given(st.lists(st.tuples(*[st.integers(0, 50)] * 4), min_size=2, max_size=2), st.sampled_from(["without", "served"]))
def test_the_way_back_is_as_dark_on_the_other_side(parts: list[tuple[int, ...]], measure: str) -> None:
    one, other = (frame(a=(200 - sum(some), *some)) for some in parts)
    there, _ = difference_layer(one, other, measure, ABOUT, tr)
    back, _ = difference_layer(other, one, measure, ABOUT, tr)
    assert there.keys() == back.keys()
    assert all(there[area] + back[area] == 6 for area in there)


def test_each_place_tells_who_gains_and_who_loses() -> None:
    assert difference_signs(BEFORE, AFTER, np.ones(6, dtype=bool), "without") == "20103-"
    assert difference_signs(BEFORE, AFTER, np.zeros(6, dtype=bool), "without") == "------"
    assert difference_signs(BEFORE, AFTER, np.ones(6, dtype=bool), "unknown")[4] == "1"


def test_chances_have_five_classes_and_are_hatched_where_most_live_off_the_roads() -> None:
    areas = pd.DataFrame(
        {"need": [100.0, 100, 100, np.nan], "off": [0.0, 51, 50, 0], "probability": [1.0, 1.0, 0.0, np.nan]}, index=["sure", "off", "never", "none"]
    )
    classes, legend = chance_layer(areas, ABOUT, tr)
    assert classes == {"sure": 4, "never": 0}
    assert (legend.colours, len(legend.labels)) == (CHANCE_COLOURS, 5)
    points = pd.DataFrame({"need": [10, 10, 10, 0], "probability": [0.2, np.nan, 0.999, 1.0]}, index=list("abcd"))
    assert chance_signs(points, pd.Index(list("dxcba")), np.ones(5, dtype=bool)) == "--451"


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_marks_look_alike(lang: str, measure: str) -> None:
    words = translator(lang)
    for marks in (difference_marks(measure, words), chance_marks(words)):
        looks = [(mark.shape, mark.colour) if mark.shape == SHAPES["outlined"] else mark.shape for mark in marks]
        assert all(one != other for one, other in itertools.combinations(looks, 2))


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (1234, "+1,234"), (-5, "\u22125")])
def test_a_difference_has_its_sign_in_every_direction(value: int, text: str) -> None:
    assert signed(value, tr) == f"\u2066{text}\u2069"
    assert set(PARTS) == set(BEFORE.columns) - {"need"}
