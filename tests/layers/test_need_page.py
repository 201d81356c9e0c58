"""The Need page's map, chart and tables: the unknown is hatched, the dot stands on its rank, and text stays text."""

from __future__ import annotations

import base64
import math
import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from geo.bivariate import bivariate_classes
from i18n import LANGUAGES, translator
from layers.explore import Legend
from layers.need_page import BIVARIATE, SCORE_CUTS, both_layer, minutes_words, score_layer
from layers.need_page_map import NeedCommand, need_command, need_map
from layers.need_page_markup import EDGE, WIDE, RankRow, contributions, interval_svg, plain_table, ranking, square
from tests.xss import PAYLOADS

tr = translator("en")
ABOUT = Legend(year="2014", source="s", status="official")


def test_scores_are_classed_on_fixed_cut_points_and_a_blank_is_in_none() -> None:
    classes, legend, tips = score_layer(pd.Series({"a": 0.0, "b": 2.0, "c": 2.1, "d": 10.0, "e": math.nan}), ABOUT, tr)
    assert classes == {"a": 0, "b": 0, "c": 1, "d": 4}
    assert "e" not in tips
    assert len(legend.labels) == len(legend.colours) == len(SCORE_CUTS) + 1
    assert (legend.year, legend.source, legend.status) == ("2014", "s", "official")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_need_and_minutes_have_nine_classes_in_words(lang: str) -> None:
    words = translator(lang)
    table = pd.DataFrame({"score": [1.0, 9.0, math.nan], "median": [5.0, math.inf, 5.0]}, index=list("abc"))
    table["class"] = bivariate_classes(table["score"], table["median"])
    classes, legend, tips = both_layer(table, ABOUT, words)
    assert classes == {"a": 0, "b": 8}
    assert len(set(legend.labels)) == len(set(BIVARIATE)) == len(legend.colours) == 9
    assert "120" in tips["b"]
    assert minutes_words(math.nan, words) == words("needs.not_known")


def test_the_dot_stands_on_its_rank_and_the_axis_turns_with_the_language() -> None:
    def at(low: float, middle: float, high: float, *, mirrored: bool) -> float:
        svg = ET.fromstring(interval_svg(low, middle, high, 16, mirrored=mirrored))
        return float(next(one for one in svg.iter() if one.tag.endswith("circle")).attrib["cx"])

    assert at(1, 1, 4, mirrored=False) == EDGE
    assert at(16, 16, 16, mirrored=False) == WIDE - EDGE
    assert at(1, 1, 4, mirrored=True) == WIDE - EDGE
    assert ET.fromstring(interval_svg(1, 1, 1, 1, mirrored=False)) is not None


def row(label: str, rank: int | None, tier: int | None) -> RankRow:
    values = pd.Series(
        {
            "score": 5.0 if rank else math.nan,
            "rank": rank,
            "rank_p05": rank,
            "rank_p50": rank,
            "rank_p95": rank,
            "tier": tier,
            "p_top3": 0.4,
            "reliability": 0.2,
        }
    )
    return RankRow(label, values)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_ranking_goes_tier_by_tier_and_a_blank_is_no_number(lang: str) -> None:
    body = ranking([row("A", 1, 1), row("B", 2, 1), row("C", 3, 2), row("D", None, None)], "caption", translator(lang))
    assert body.count("jw-tier'") + body.count('class="jw-tier"') == 2
    assert len(re.findall(r'<tr class="jw-blank">', body)) == 1
    images = re.findall(r"data:image/svg\+xml;base64,([^\"]+)", body)
    assert len(images) == 3
    assert all(base64.b64decode(image).startswith(b"<svg") for image in images)
    assert translator(lang)("needs.not_in_index") in body


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_names_stay_text(payload: str) -> None:
    shown = [
        ranking([row(payload, 1, 1), row(payload, None, None)], payload, tr), square({0: [payload]}, tr),
        plain_table(payload, [payload], [[payload, payload]], note=payload), contributions([(payload, {"full": 1.0})], payload, tr),
    ]  # fmt: skip
    for body in shown:
        assert not re.search(r"<(img(?! src=\"data:image/svg)|script|svg|iframe|math)", body)
        assert not re.search(r"(href|src)=[\"']?\s*javascript:", body)
        assert "${" not in body


def test_bars_are_as_long_as_their_parts() -> None:
    body = contributions([("A", {"full": 30.0, "unknown": 70.0}), ("B", {"out_of_reach": 50.0})], "c", tr)
    assert [float(width) for width in re.findall(r"inline-size:([\d.]+)%;background", body)] == [30.0, 70.0, 50.0]


def test_the_shell_stays_and_the_command_is_small() -> None:
    shell = need_map(tr, "1")
    before = shell.get_root().render()
    told = need_command(NeedCommand("t", ("PS",), {"PS0101": 1}, ABOUT, {"PS0101": "tip"}))
    other = need_map(tr, "1")  # a map is rendered once a run
    told.add_to(other)
    assert 300 < len(other.get_root().render()) - len(before) < 3_000
