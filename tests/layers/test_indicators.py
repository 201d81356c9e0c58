"""The map layer, the chart and the table of an indicator: what is not known stays blank, and hostile words stay words."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n import LANGUAGES, translator
from layers import browser
from layers.indicators import AreasCommand, IndicatorFacts, areas_command, areas_map, indicator_layer, value_text
from layers.indicators_chart import FEW, Line, chart_figure, chart_svg, ticks
from layers.indicators_markup import HELD, KNOWN, UNKNOWN, Cell, SourceLine, TableRow, source_lines, year_table
from layers.palette import NEED_CLASSES

EN = translator("en")
SVG = "{http://www.w3.org/2000/svg}"
FACTS = IndicatorFacts("Poverty", "%", "2023", "Office", "official", 1)


def test_classes_are_the_same_in_every_year_and_turn_round_where_less_is_more_need() -> None:
    every = pd.Series([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    low, legend = indicator_layer(pd.Series({"a": 1.0, "b": np.nan}), every, FACTS, EN)
    high, same = indicator_layer(pd.Series({"a": 10.0}), every, FACTS, EN)
    assert (low, high) == ({"a": 0}, {"a": len(NEED_CLASSES) - 1})
    assert legend.labels == same.labels
    assert legend.colours == NEED_CLASSES
    turned = indicator_layer(pd.Series({"a": 1.0}), every, IndicatorFacts("", "", "", "", "", -1), EN)[1]
    assert turned.colours == NEED_CLASSES[::-1]
    assert indicator_layer(pd.Series(dtype=float), pd.Series(dtype=float), FACTS, EN)[0] == {}


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_values_are_written_to_three_decimals(value: float) -> None:
    written = float(value_text(value, EN).replace(",", ""))
    assert written == pytest.approx(value, abs=0.0005, rel=0.005)


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9))
def test_ticks_hold_the_data_and_are_few(low: float, span: float) -> None:
    found = ticks(low, low + span)
    assert 2 <= len(found) <= 8
    assert found[0] <= low + 1e-6 * max(abs(low), 1)
    assert found[-1] >= low + span - 1e-6 * max(abs(low), span, 1)


def test_the_chart_marks_what_is_official_and_bridges_unknown_years_with_a_dashed_line() -> None:
    lines = [Line("A", {2004: (1.0, True), 2005: (2.0, True), 2011: (3.0, False)}, chosen=True), Line("<b>", {2005: (5.0, True)})]
    root = ET.fromstring(chart_svg(lines, title="<b>&", tr=EN))
    paths = [path for path in root.iter(f"{SVG}path") if path.get("stroke") == "#0b5c8a"]
    assert [path.get("stroke-dasharray") for path in paths] == [None, "4 4"]
    circles = [circle.get("fill") for circle in root.iter(f"{SVG}circle")]
    assert sorted(str(fill) for fill in circles) == ["#0b5c8a", "#0b5c8a", "#a3a39b", "#ffffff"]
    assert not list(root.iter(f"{SVG}script"))
    assert all(set(text.text or "") <= set("0123456789,.-") for text in root.iter(f"{SVG}text"))


@given(
    st.lists(st.dictionaries(st.integers(1950, 2026), st.tuples(st.floats(-1e6, 1e6), st.booleans()), min_size=1, max_size=5), min_size=1, max_size=4)
)
def test_every_known_value_is_one_mark_inside_the_picture(points: list[dict[int, tuple[float, bool]]]) -> None:
    root = ET.fromstring(chart_svg([Line(str(i), some) for i, some in enumerate(points)], title="", tr=EN))
    circles = list(root.iter(f"{SVG}circle"))
    assert len(circles) == sum(map(len, points))
    assert all(0 <= float(str(one.get("cx"))) <= 640 and 0 <= float(str(one.get("cy"))) <= 260 for one in circles)


def test_words_around_the_chart_are_escaped() -> None:
    figure = chart_figure("<svg/>", caption="<script>", alt='"><script>', keys=[("line", "<i>", FEW[0]), ("line", "x", "red;}<style>")])
    assert "<script>" not in figure
    assert "<i>x" not in figure
    assert "red" not in figure
    assert base64.b64encode(b"<svg/>").decode() in figure


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_says_known_unknown_and_held_back_apart(lang: str) -> None:
    tr = translator(lang)
    row = TableRow("<Hebron>", "?area=PS0150", (Cell(KNOWN, "3", "estimate", "s<1>", 2), Cell(UNKNOWN), Cell(HELD)), chosen=True)
    body = year_table([row], (2020, 2021, 2022), 2021, "Poverty", tr)
    assert "&lt;Hebron&gt;" in body
    assert 'href="#indicator-source-s-1-"' in body
    blank, held = re.findall(r'<td class="jw-blank[^"]*"[^>]*>.*?</td>', body)
    assert (tr("indicators.unknown") in blank, "<small>" in blank) == (True, False)
    assert tr("indicators.held_short") in held
    assert tr("indicators.others", n=2) in body
    assert "javascript" not in year_table([TableRow("x", "javascript:1", ())], (), 0, "", tr)


def test_a_source_links_to_web_addresses_alone() -> None:
    lines = [SourceLine("a", "A", "x", "https://example.org/?a=1&b=2", "1"), SourceLine("b", "B", "x", "javascript:alert(1)", "1")]
    body = source_lines("Sources", lines, EN)
    assert body.count("<a href") == 1
    assert "javascript" not in body


def test_the_shell_stays_for_the_same_arguments_and_a_command_carries_classes() -> None:
    first, second = (areas_map(EN, "v1", label="map").get_root().render() for _ in range(2))
    assert re.sub(r"[0-9a-f]{32}", "", first) == re.sub(r"[0-9a-f]{32}", "", second)
    assert "mountAreas" in first
    told = areas_command(
        AreasCommand(
            "t", ("PS",), {"PS0150": 2}, indicator_layer(pd.Series({"a": 1.0}), pd.Series([1.0]), FACTS, EN)[1], tips={"PS0150": "</script>"}
        )
    )
    assert told is not None
    assert b"jiwar.mountAreas" in browser.own_script().body
