"""How a profile is written and drawn: units, intervals, blanks and zeros, hostile words, and classes around zero."""

from __future__ import annotations

import base64
import math
import re
from xml.etree import ElementTree as ET

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.profile import UNITS, Figure, ProfileColumn, ProfileTable
from i18n import LANGUAGES, translator
from layers import profile_markup
from layers.profile_map import CLASSES, difference_classes, difference_legend, difference_svg, picture
from layers.profile_text import figure_text, number_text, value_text, worth_text
from tests.xss import PAYLOADS

EN = translator("en")


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (12300, "people", "12,300 people"), (1, "people", "1 person"), (12.2, "minutes", "13 minutes"), (0.296, "share", "30%"), (0.063, "share", "6.3%"),
        (29.66, "percent", "29.7%"), (7.31, "score", "7.3"), (4, "rank", "4"), (0, "count", "0"), (None, "count", "not known"), ("words", "text", "words"),
    ],
)  # fmt: skip
def test_values_are_written_with_their_unit(value: str | float | None, unit: str, expected: str) -> None:
    assert value_text(value, unit, EN) == expected


def test_a_table_says_people_in_its_heading_only() -> None:
    assert number_text(12300, "people", EN) == "12,300"
    assert number_text(None, "people", EN) == "not known"


def test_figures_tell_interval_estimate_and_bound() -> None:
    assert figure_text(Figure("a", "A", 2.0, "rank", 1.0, 4.0), EN) == "2 (\u20661-4\u2069)"
    assert figure_text(Figure("a", "A", 123_456.0, "people", status="estimate"), EN) == "about 123,000 people"
    assert figure_text(Figure("a", "A", 123_456.0, "people", status="official"), EN) == "123,456 people"
    assert figure_text(Figure("a", "A", None, "minutes", 120.0), EN) == "over 120 minutes"
    assert figure_text(Figure("a", "A", None, "minutes"), EN) == "not known"


@pytest.mark.parametrize("lang", LANGUAGES)
@given(value=st.none() | st.floats(0, 1e9), unit=st.sampled_from(UNITS))
def test_no_value_is_without_words_in_any_language(lang: str, value: float | None, unit: str) -> None:
    assert value_text(value, unit, translator(lang))


def test_what_a_figure_is_worth_leaves_out_what_there_is_not() -> None:
    figure = Figure("a", "A", 1.0, "count", None, None, 2020, "official", ("s", "t"), "note")
    assert worth_text(figure, {"s": "Source"}, EN) == "2020 · official · Source; t · note"
    assert worth_text(Figure("a", "A", None, "count"), {}, EN) == ""


def table(*rows: tuple[str | float | None, ...], sums: tuple[str, ...] = ("n",)) -> ProfileTable:
    return ProfileTable("t", "Table", (ProfileColumn("name", "Name", "text"), ProfileColumn("n", "Sites", "count")), rows, sums, ("s",))


def test_a_zero_is_drawn_and_a_blank_is_hatched_and_never_added_up() -> None:
    body = profile_markup.table(table(("a", 0), ("b", 3)), {"s": "Source"}, EN)
    assert re.search(r'class="jw-number jw-zero"[^>]*>0<', body)
    assert re.search(r"<tfoot>.*>3</td>", body)
    assert "Source" in body
    body = profile_markup.table(table(("a", None), ("b", 3)), {}, EN)
    assert re.search(r'class="jw-number jw-blank"[^>]*>not known<', body)
    assert re.search(r'<tfoot>.*<td class="jw-number"></td>', body)


@pytest.mark.parametrize("words", PAYLOADS)
def test_hostile_words_are_text(words: str) -> None:
    figure = Figure("a", words, 1.0, "count", note=words, source_ids=("s",))
    found = (
        profile_markup.facts([figure], {"s": words}, EN) + profile_markup.table(table((words, 1)), {"s": words}, EN) + profile_markup.notes([words])
    )
    found += profile_markup.side_by_side(words, [words], [(words, [figure])], {"s": words}, EN) + profile_markup.answer(words, words)
    found += picture("<svg/>", words, words, [("#fff", words)], words)
    assert "<" not in words or words not in found
    assert "<img src=x" not in found
    assert "<script" not in found


@given(
    st.dictionaries(
        st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=3), st.floats(-1e6, 1e6) | st.just(math.nan), max_size=9
    )
)
def test_classes_tell_the_sign_and_stand_around_zero(values: dict[str, float]) -> None:
    classes = difference_classes(values)
    for code, value in values.items():
        found = classes[code]
        assert (found is None) == math.isnan(value)
        if found is not None:
            assert (found > 2) == (value > 0)
            assert (found < 2) == (value < 0)
    known = {code: abs(value) for code, value in values.items() if value}
    most = [code for code, value in known.items() if value == max((one for one in known.values() if not math.isnan(one)), default=0)]
    assert all(classes[code] in (0, 4) for code in most)


def test_the_map_colours_by_class_and_hatches_what_is_not_known() -> None:
    shapes = gpd.GeoSeries(
        {"a": shapely.box(35, 31, 35.5, 31.5), "b": shapely.box(35.5, 31, 36, 31.5), "c": shapely.box(35, 31.5, 36, 32), "d": None}, crs=4326
    )
    values = {"a": -5.0, "b": 0.0, "c": math.nan}
    svg = difference_svg(shapes, values, "<b>Title</b>", translator("ar"))
    paths = [path.get("fill") for path in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}path") if path.get("fill-rule")]
    assert paths == [CLASSES[0], CLASSES[2], "url(#h)"]
    legend = difference_legend(values, "count", EN)
    assert legend == [(CLASSES[0], EN("snapshots.less", n="5")), (CLASSES[2], EN("snapshots.same")), ("", EN("profile.not_known"))]
    image = re.search(r"base64,([^\"]+)", picture(svg, "c", "a", legend))
    assert image
    assert base64.b64decode(image[1]).decode() == svg
