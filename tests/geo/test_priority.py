"""The priority list adds up exactly, whatever the order and the size of the numbers, and its way out is the smallest one."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.priority import BY_CAPACITY, GAPS, Weights, make_priority, need_factor, way_out
from geo.priority_centre import smallest_centre

AREAS = ["a", "b", "c"]
NEED = pd.Series({"a": 8.0, "b": 5.0, "c": math.nan})
PEOPLE = pd.Series({"a": 1000.0, "b": 4000.0, "c": 0.0})


def unmet(rows: dict[tuple[str, str, str], tuple[float, ...]]) -> pd.DataFrame:
    table = [{"area_id": area, "service": s, "group": g, **dict(zip(GAPS, parts, strict=True))} for (area, s, g), parts in rows.items()]
    return pd.DataFrame(table).astype(dict.fromkeys(GAPS, "Int64"))


TWO = unmet({("a", "S", "all"): (10, 0, 5, 5), ("b", "S", "all"): (0, 100, 0, 0), ("c", "S", "all"): (1, 1, 1, 1),
             ("a", "T", "all"): (0, 0, 0, 40), ("b", "T", "all"): (0, 0, 0, 0), ("c", "T", "all"): (0, 0, 0, 0)})  # fmt: skip
WEIGHTS = Weights((("S", 2.0), ("T", 1.0)))


def test_by_hand() -> None:
    found = make_priority(TWO, NEED, PEOPLE, WEIGHTS)
    v = 1 + 0.5 * (8 - 6.5) / 10
    assert found.table["factor"].to_dict() == pytest.approx({"a": v, "b": 1 + 0.5 * (5 - 6.5) / 10, "c": 1.0})
    assert found.table["priority"].to_dict() == pytest.approx({"a": (2 * 20 + 40) * v, "b": 200 * 0.925, "c": 8})
    assert found.table["per_1000"]["a"] == pytest.approx((2 * 20 + 40) * v)
    assert math.isnan(found.table["per_1000"]["c"])
    assert found.table["rank"].tolist() == [2, 1, 3]
    assert found.table["rank_per_1000"].tolist()[:2] == [1, 2]
    assert found.contributions("gap").loc["a"].to_dict() == pytest.approx({"full": 20 * v, "out_of_reach": 0, "excluded": 10 * v, "unknown": 50 * v})


@given(
    st.lists(st.tuples(*[st.integers(0, 5000)] * 4), min_size=6, max_size=6), st.lists(st.floats(0, 5), min_size=2, max_size=2).filter(lambda w: sum(w) > 0.01),
    st.lists(st.one_of(st.none(), st.floats(0, 10)), min_size=3, max_size=3), st.integers(2, 7), st.randoms(use_true_random=False),
)  # fmt: skip
def test_it_adds_up_and_knows_neither_order_nor_scale(rows, weights, need, factor, random) -> None:  # type: ignore[no-untyped-def]
    keys = [(area, service, "all") for area in AREAS for service in "ST"]
    table = unmet(dict(zip(keys, rows, strict=True)))
    scores = pd.Series([math.nan if one is None else one for one in need], index=AREAS)
    decided = Weights(tuple(zip("ST", weights, strict=True)))
    found = make_priority(table, scores, PEOPLE, decided, draws=20)
    for by in ("service", "group", "gap"):
        assert found.contributions(by).sum(axis=1).tolist() == pytest.approx(found.table["priority"].tolist())
    mixed = make_priority(table.sample(frac=1, random_state=random.randint(0, 99)), scores[::-1], PEOPLE, decided, draws=20)
    pd.testing.assert_frame_equal(mixed.table.loc[AREAS, ["priority", "per_1000", "rank"]], found.table[["priority", "per_1000", "rank"]])
    more = make_priority(table.assign(**{gap: table[gap] * factor for gap in GAPS}), scores, PEOPLE * factor, decided, draws=20)
    assert more.table["priority"].tolist() == pytest.approx((found.table["priority"] * factor).tolist())
    assert more.table["per_1000"].dropna().tolist() == pytest.approx(found.table["per_1000"].dropna().tolist())


def test_what_is_not_known_is_no_zero() -> None:
    gaps = TWO.copy()
    gaps.loc[0, list(GAPS)] = pd.NA
    found = make_priority(gaps, NEED, PEOPLE, WEIGHTS)
    assert found.table.loc["a", ["priority", "rank", "tier", "rank_p05"]].isna().all()
    assert found.contributions("service").loc["a"].isna().all()
    assert found.table["rank"]["b"] == 1
    without = make_priority(gaps, NEED, PEOPLE, Weights((("S", 0.0), ("T", 1.0))))
    assert without.table["priority"]["a"] > 0  # a service that weighs nothing is not asked


@given(st.integers(1, 3000), st.integers(0, 3000), st.integers(0, 3000), st.floats(0.2, 4))
def test_the_way_out_is_enough_and_one_place_less_is_not(full: int, other: int, excluded: int, weight: float) -> None:
    rows = {
        ("a", "S", "all"): (full, 0, excluded, 0),
        ("a", "T", "all"): (0, other, 0, 0),
        ("b", "S", "all"): (1, 0, 0, 0),
        ("b", "T", "all"): (0, 0, 0, 0),
    }
    need = pd.Series({"a": 5.0, "b": 5.0})
    decided = Weights((("S", weight), ("T", 1.0)))
    found = make_priority(unmet(rows), need, pd.Series(dtype=float), decided, draws=50)
    told = way_out(found, "a")
    if list(found.table["tier"]) != [1, 2]:
        assert told is None or found.table["tier"]["a"] == 1
        return
    assert told is not None
    able = {"S": full, "T": other}

    def left(places: dict[str, int]) -> float:
        return weight * (full + excluded - places.get("S", 0)) + (other - places.get("T", 0))

    if not told.places:
        assert left(able) >= weight * 1 - 1e-6
        return
    places = {service: count for service, _, count in told.places}
    assert left(places) < weight
    assert all(0 <= count <= able[service] for service, count in places.items())
    last = told.places[-1][0]
    assert left(places | {last: places[last] - 1}) >= weight - 1e-6
    assert told.below == "b"


def test_who_is_not_admitted_is_helped_by_no_capacity() -> None:
    assert "excluded" not in BY_CAPACITY
    rows = {("a", "S", "all"): (0, 0, 900, 0), ("b", "S", "all"): (1, 0, 0, 0)}
    found = make_priority(unmet(rows), pd.Series({"a": 5.0, "b": 5.0}), pd.Series(dtype=float), Weights((("S", 1.0),)))
    told = way_out(found, "a")
    assert told is not None
    assert told.places == ()
    assert way_out(found, "b") is None


@pytest.mark.parametrize("services", [(), (("S", 0.0),), (("S", -1.0), ("T", 2.0)), (("S", math.inf),), (("S", 1.0), ("S", 2.0))])
def test_weights_that_say_nothing_are_refused(services: tuple[tuple[str, float], ...]) -> None:
    with pytest.raises(InputError, match=r"priority\.weight"):
        Weights(services)


def test_need_is_counted_around_the_middle() -> None:
    assert need_factor(pd.Series([2.0, 4.0, 9.0]), 0.0).tolist() == [1, 1, 1]
    assert need_factor(pd.Series([0.0, 10.0, 10.0]), 2.0).tolist() == [0, 1, 1]
    assert np.isnan(need_factor(pd.Series([math.nan]), 1.0).to_numpy()).sum() == 0


@given(st.integers(1, 400), st.integers(1, 400), st.lists(st.integers(0, 500), min_size=1, max_size=5), st.integers(1, 3))
def test_the_smallest_new_centre_is_that_of_trying_everything(mine: int, other: int, reach: list[int], weight: int) -> None:
    """Places help people in reach of the candidate; those beyond stay."""
    rows = {("a", "S", "all"): (mine + other, 0, 0, 0), ("b", "S", "all"): (other, 0, 0, 0)}
    found = make_priority(unmet(rows), pd.Series({"a": 5.0, "b": 5.0}), pd.Series(dtype=float), Weights((("S", float(weight)),)))
    people = {f"p{n}": min(count, mine + other) for n, count in enumerate(reach)}

    def left(candidate: str, places: int) -> float:
        return float(weight * (mine + other - min(places, people[candidate])))

    def after(candidate: str, places: int) -> pd.Series:
        return pd.Series({"a": left(candidate, places), "b": float(weight * other)})

    told = smallest_centre(found, "a", {name: {("S", "all"): float(count)} for name, count in people.items()}, after)
    enough = [(places, name) for name, count in people.items() for places in range(1, count + 1) if left(name, places) < weight * other]
    assert told is not None
    assert (told.places, told.candidates) == (min(enough)[0] if enough else 0, len(reach))
    assert (told.locality_id, told.below) == (("", "") if not enough else (told.locality_id, "b"))
    assert not enough or left(told.locality_id, told.places) < weight * other <= left(told.locality_id, told.places - 1)
    assert smallest_centre(found, "b", {}, after) is None
