"""The gap ledger as map, bars, table and curve: the unknown is hatched and never light, numbers say the same, and text stays text."""

from __future__ import annotations

import base64
import itertools
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from geo.counts import newest_values
from geo.demand import demand_points
from geo.ledger import PARTS
from i18n import LANGUAGES, translator
from layers.curve import HEIGHT, WIDTH, curve_figure, curve_svg
from layers.explore import Legend
from layers.gaps import STATE_COLOURS, GapsCommand, gaps_command, gaps_map, part_marks, point_signs, points_payload, share_layer, shares
from layers.gaps_answer import answer
from layers.gaps_markup import LedgerRow, about, ledger_table, percent, plain_table, section_id, sections, stacked_bars
from tests.make import make_registry
from tests.xss import PAYLOADS

tr = translator("en")
ABOUT = Legend(unit="u", year="2020", source="s", status="estimate")


def row(*parts: int | None) -> pd.Series:
    values = [None, *[None] * 5] if parts[0] is None else [sum(part or 0 for part in parts), *parts]
    return pd.Series(dict(zip(("need", *PARTS), values, strict=True))).astype("Int64")


ROWS = pd.DataFrame(
    {"A": row(90, 5, 5, 0, 0), "B": row(0, 0, 100, 0, 0), "C": row(10, 0, 30, 0, 60), "D": row(None), "E": row(0, 0, 0, 0, 0)}
).T.astype("Int64")


def test_what_nobody_knows_is_hatched_and_never_the_lightest_colour() -> None:
    classes, legend = share_layer(ROWS, "without", ABOUT, tr)
    assert classes == {"A": 0, "B": 4}
    assert len(legend.labels) == len(legend.colours) == 5
    assert share_layer(ROWS, "unknown", ABOUT, tr)[0] == {"A": 0, "B": 0, "C": 3}


def test_served_is_drawn_the_other_way_round() -> None:
    classes, legend = share_layer(ROWS, "served", ABOUT, tr)
    assert classes == {"A": 4, "B": 0}
    assert legend.colours == tuple(reversed(share_layer(ROWS, "without", ABOUT, tr)[1].colours))


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (0.1999, 0), (0.2, 1), (0.8, 4), (1.0, 4)])
def test_a_class_begins_at_its_lower_bound(share: float, expected: int) -> None:
    out = int(10_000 * share)
    assert share_layer(pd.DataFrame({"A": row(10_000 - out, 0, out, 0, 0)}).T, "without", ABOUT, tr)[0] == {"A": expected}


def test_shares_sum_to_one_and_without_is_what_is_known_to_be_a_gap() -> None:
    found = shares(row(10, 20, 30, 15, 25))
    assert found is not None
    assert sum(found[part] for part in PARTS) == pytest.approx(1.0)
    assert found["without"] == pytest.approx(0.65)
    assert shares(row(None)) is None is shares(row(0, 0, 0, 0, 0))


def test_each_place_has_the_sign_of_most_people_and_none_where_nobody_is() -> None:
    points = pd.DataFrame([row(90, 5, 5, 0, 0), row(0, 0, 1, 0, 9), row(None), row(0, 0, 0, 0, 0), row(0, 200_000, 0, 0, 0)]).astype("Int64")
    states, sizes = point_signs(points, np.ones(5, dtype=bool))
    assert states == "04--1"
    assert sizes[0] > sizes[1]
    assert sizes[4] == "9"
    assert point_signs(points, np.array([True, False, True, True, False])) == ("0----", sizes)


def test_the_payload_holds_the_points_in_their_order_and_nothing_of_sites() -> None:
    registry = make_registry(site_name="zq secret site")
    points = demand_points(registry.governorates, registry.localities, newest_values(registry, "population")["value"])
    packed = points_payload(registry, points, "en")
    told = json.loads(packed)
    assert [entry[:2] for entry in told["points"]] == points[["lon", "lat"]].round(5).to_numpy().tolist()
    assert [entry[2] for entry in told["points"]] == [registry.label("locality", point, "en") for point in points.index]
    assert b"secret" not in packed


def test_the_shell_stays_the_same_and_a_command_is_small() -> None:
    one, two = (gaps_map(tr, "v1").get_root().render() for _ in range(2))
    clean = [re.sub(r"[0-9a-f]{32}", "", text) for text in (one, two)]
    assert clean[0] == clean[1] != re.sub(r"[0-9a-f]{32}", "", gaps_map(tr, "v2").get_root().render())
    told = GapsCommand(
        "t", ("PS",), {f"PS{i}": 1 for i in range(16)}, share_layer(ROWS, "without", ABOUT, tr)[1], "0" * 1412, "5" * 1412, part_marks(tr), "x"
    )
    shell = gaps_map(tr, "v1")
    gaps_command(told).add_to(shell)
    assert 3_000 < len(shell.get_root().render()) - len(one) < 6_000


@pytest.mark.parametrize("text", PAYLOADS)
def test_no_name_runs(text: str) -> None:
    line = LedgerRow(text, row(1, 2, 3, 4, 5), f"?x={text}")
    html = stacked_bars([line], text, tr) + ledger_table([line], line, text, tr) + plain_table(text, [text], [[text]], [text])
    html += sections(text, [("need", text, [text], [(text, "/site?id=1", text), (text, f"javascript:{text}", text)])]) + answer(
        text, dict(line.values), 30, tr, line
    )
    html += curve_figure(curve_svg([0, 1], [0, 1], [0, 1], limit=1, title=text), caption=text, alt=text, keys=[("open", text)], axis=text)
    assert not re.search(r"<(img(?! src=\"data:image/svg)|script|svg|iframe|math)", html)
    assert not re.search(r"(href|src)=[\"']?\s*javascript:", html)
    assert "${" not in html


def test_the_table_holds_whole_people_that_add_up_and_lead_to_their_inputs() -> None:
    rows = [LedgerRow("A", row(1, 2, 3, 4, 5)), LedgerRow("D", row(None))]
    html = ledger_table(rows, LedgerRow("All", row(1, 2, 3, 4, 5)), "x", tr)
    cells = re.findall(r'<td><a href="#([\w-]+)">([^<]+)</a></td>', html)
    assert [text for _, text in cells[:6]] == ["15", "1", "2", "3", "4", "5"]
    assert {text for _, text in cells[6:12]} == {tr("gaps.not_known")}
    told = sections("x", [(name, name, [], []) for name in ("need", *PARTS)])
    assert {target for target, _ in cells} == set(re.findall(r'id="([\w-]+)"', told)) == {section_id(name) for name in ("need", *PARTS)}


def test_bars_are_as_long_as_the_shares_and_unknown_need_is_hatched() -> None:
    html = stacked_bars([LedgerRow("A", row(10, 20, 30, 15, 25)), LedgerRow("D", row(None))], "x", tr)
    widths = [float(width) for width in re.findall(r'inline-size:([\d.]+)%"', html)]
    assert widths == [10.0, 20.0, 30.0, 15.0, 25.0]
    assert html.count('<i class="jw-part-none"') == 1


def test_no_two_states_look_alike_in_grey_without_their_filling() -> None:
    fillings = re.findall(r"\.jw-part-(\w+)\{background:([^}]+)\}", stacked_bars([], "x", tr))
    plain = {part: re.sub(r"#[0-9a-f]{6}", "", filling) for part, filling in fillings}
    assert set(STATE_COLOURS) <= set(plain)
    for one, other in itertools.combinations(STATE_COLOURS, 2):
        assert plain[one] != plain[other]


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (999, "999"), (1021, "1,020"), (4_665_426, "4,670,000"), (999_600, "1,000,000")])
def test_estimates_have_three_figures(value: int, text: str) -> None:
    assert about(value, tr) == text


@pytest.mark.parametrize(("share", "text"), [(0.0, "0%"), (0.004, "0.4%"), (0.0994, "9.9%"), (0.1, "10%"), (0.996, "100%"), (1.0, "100%")])
def test_shares_have_decimals_below_ten_only(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_need_is_no_answer_of_zero(lang: str) -> None:
    words = translator(lang)
    assert words("gaps.answer_unknown") in answer("X", dict(row(0, 0, 0, 0, 0)), 30, words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_answer_says_only_what_there_is_to_say(lang: str) -> None:
    words = translator(lang)
    doubt, largest = words("gaps.answer_doubt", unknown="0"), words("gaps.answer_largest", place="", n="")[:8]
    assert doubt not in answer("X", dict(row(5, 5, 5, 0, 0)), 30, words)
    assert words("gaps.answer_doubt", unknown="7") in answer("X", dict(row(5, 5, 5, 0, 7)), 30, words)
    nobody = words("gaps.answer_nobody", need="9", within=words.plural("gaps.minutes", 30))
    assert nobody in answer("X", dict(row(0, 0, 9, 0, 0)), 30, words)
    assert nobody not in answer("X", dict(row(0, 1, 8, 0, 0)), 30, words)
    served = LedgerRow("A", row(9, 0, 0, 0, 0), "?x=1")
    assert largest not in answer("X", dict(served.values), 30, words, served)


def test_the_curve_is_a_picture_with_the_shares_at_their_places() -> None:
    svg = curve_svg([0, 60, 120], [0.0, 0.5, 1.0], [0.25, 1.0, 1.0], limit=60, title="t")
    lines = ET.fromstring(svg).findall("{http://www.w3.org/2000/svg}polyline")
    high, low = ([tuple(map(float, point.split(","))) for point in line.get("points", "").split()] for line in lines)
    assert low[0][1] > high[0][1]
    assert low[-1] == high[-1]
    assert low[-1][0] < WIDTH
    assert max(y for _, y in low) < HEIGHT
    assert [x for x, _ in low] == sorted(x for x, _ in low)
    html = curve_figure(svg, caption="c", alt="a", keys=[], axis="x")
    assert base64.b64decode(re.search(r"base64,([^\"]+)", html)[1]).decode() == svg  # type: ignore[index]


def test_a_map_is_another_one_and_fetches_its_points_anew_where_people_may_stand_elsewhere() -> None:
    tr = translator("en")
    plain, other = (re.sub(r"[0-9a-f]{32}", "", gaps_map(tr, "v1", state).get_root().render()) for state in ("", "ab12"))
    assert plain != other
    assert "points.en.json?v=v1" in other
    assert "people=ab12" in other
    assert other.count("ab12") == 1  # boundaries stay as they are


def test_what_a_map_is_asked_for_a_second_time_is_what_it_gave_the_first_time() -> None:
    """As ``st_folium`` does: the root, then the map itself, then the parts of the root."""
    shell = gaps_map(translator("en"), "v1")
    root = shell.get_root()
    before = root.render()
    shell.render()
    assert root.render() == before
    assert "mountGaps" in root.script.render()
    assert root.header.render() in before
