"""Scenarios of movement: closing or delaying never shortens a way, opening never lengthens one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.roads.scenarios import scenario_of
from geo.errors import InputError
from geo.obstacles import REGIMES, Day
from tests.geo.roads_support import at, grid
from tests.geo.test_obstacles import minutes, point

OBSTACLES = [point("a", "checkpoint", at(100, 0)), point("b", "road_gate_open", at(300, 200)), point("c=1", "earth_mound", at(200, 300)),
             point("d", "partial_checkpoint", at(0, 100))]  # fmt: skip
PLACES = [at(0, 0), at(400, 400), at(400, 0), at(0, 400)]
GRAPH = grid(3, 3)
change = st.one_of(st.just("closed"), st.integers(1, 300).map(lambda minutes: f"delay:{minutes}"))


def day_of(edits: dict[str, str], regime: str, mobility: str = "resident") -> Day:
    return scenario_of("Test", [f"{one}={change}" for one, change in edits.items()], regime).day(Day("Test", mobility))


@given(
    st.dictionaries(st.sampled_from([one.obstacle_id for one in OBSTACLES]), change, min_size=1),
    st.sampled_from(REGIMES),
    st.sampled_from(["car", "walk"]),
)
def test_closing_or_delaying_never_shortens(edits: dict[str, str], regime: str, mode: str) -> None:
    before = minutes(GRAPH, OBSTACLES, PLACES, Day(regime), mode)
    after = minutes(GRAPH, OBSTACLES, PLACES, day_of(edits, regime), mode)
    assert (after >= before).all()
    assert (minutes(GRAPH, OBSTACLES, PLACES, day_of(dict.fromkeys(edits, "open"), regime), mode) <= before).all()
    closed = minutes(GRAPH, OBSTACLES, PLACES, day_of(dict.fromkeys(edits, "closed"), regime), mode)
    assert (closed >= after).all()


def test_a_delay_comes_on_top_of_the_day_and_what_is_closed_stays_closed() -> None:
    corridor = grid(1, 3)
    gate = [point("g", "checkpoint", at(100, 0))]
    ends = [at(0, 0), at(400, 0)]
    usual = minutes(corridor, gate, ends, Day())[0, 1]
    assert minutes(corridor, gate, ends, day_of({"g": "delay:20"}, "usual"))[0, 1] == pytest.approx(usual + 20, abs=0.01)
    assert np.isinf(minutes(corridor, gate, ends, day_of({"g": "delay:20"}, "closed"))[0, 1])
    assert minutes(corridor, gate, ends, day_of({"g": "open"}, "closed"))[0, 1] == pytest.approx(usual - 15, abs=0.01)


@pytest.mark.parametrize(("name", "edits", "code"), [
    ("closed", ["a=closed"], "name"), ("x,y", ["a=closed"], "name"), ("../x", ["a=closed"], "name"), (" ", ["a=closed"], "name"), ("x", [], "number"),
    ("x", ["a"], "edit"), ("x", ["=closed"], "edit"), ("x", ["a=shut"], "edit"), ("x", ["a=delay:-1"], "edit"), ("x", ["a=delay:nan"], "edit"),
    ("x", ["a=delay:inf"], "edit"), ("x", ["a=delay:0"], "edit"), ("x", ["a=closed", "a=open"], "twice"),
])  # fmt: skip
def test_what_is_no_scenario_is_refused(name: str, edits: list[str], code: str) -> None:
    with pytest.raises(InputError) as raised:
        scenario_of(name, edits)
    assert raised.value.code == f"scenarios.{code}"


def test_an_id_may_hold_the_sign_and_a_name_any_letters() -> None:
    assert scenario_of(" إغلاق  طريق ", ["a=b=delay:2.5"]).edits == {"a=b": "delay:2.5"}
    assert scenario_of("x", ["a=delay:٢٫٥", "b=delay:۱۵"]).edits == {"a": "delay:2.5", "b": "delay:15"}
    assert scenario_of(" إغلاق  طريق ", ["a=closed"]).name == "إغلاق طريق"
