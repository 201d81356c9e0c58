"""Measures of inequality: golden numbers, oracles over single persons, and what must always hold."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo import equity, inequality, welfare
from geo.errors import InputError
from tests.geo.access_support import golden

VALUES = st.one_of(st.just(0.0), st.integers(0, 50).map(float), st.floats(0.01, 1000).map(lambda v: round(v, 3)))
ROWS = st.lists(st.tuples(VALUES, st.integers(0, 12), st.integers(0, 6)), min_size=1, max_size=8)


def columns(rows: list[tuple[float, int, int]]) -> tuple[pd.Series, pd.Series, pd.Series]:
    index = [f"u{i}" for i in range(len(rows))]
    values, people, ranks = zip(*rows, strict=True)
    return pd.Series(values, index=index, dtype=float), pd.Series(people, index=index, dtype=float), pd.Series(ranks, index=index, dtype=float)


def bh5() -> tuple[pd.Series, pd.Series, pd.Series]:
    g = golden("bh5")
    return tuple(pd.Series(g[key], index=g["ids"], dtype=float) for key in ("access30", "pop", "income"))  # type: ignore[return-value]


def test_the_golden_numbers_of_the_r_package() -> None:
    g = golden("bh5")
    access, people, income = bh5()
    found = equity.all_metrics(access, people, income, line=100_000)
    assert found["gini"] == pytest.approx(g["gini"], abs=5e-5)
    assert found["concentration_index"] == pytest.approx(g["ci"], abs=5e-5)
    assert found["erreygers"] == pytest.approx(g["ci_erreygers_sample_bounds"], abs=5e-5)
    assert [found["fgt0"], found["fgt1"], found["fgt2"]] == pytest.approx(g["fgt_100000"], abs=5e-5)
    # Its marks are those of the whole city, of which the five places are a part: the 40 % mark between the two poorest ones.
    ranked = income.dropna()
    assert inequality.palma(access[ranked.index], people[ranked.index], ranked, cuts=(1_000, 3_000)) == pytest.approx(g["palma"], abs=5e-5)
    # Of Theil's five places one is another: the one without people gives way.
    other = g["theil_first_id_replaced"]
    access.iloc[4], people.iloc[4] = other["access30"], other["pop"]
    assert inequality.theil(access, people) == pytest.approx(other["theil"], abs=5e-5)


def test_the_golden_numbers_of_kolm_pollak_and_atkinson() -> None:
    g = golden("kp_toy")
    values = pd.Series(g["a"], dtype=float)
    ones = pd.Series(1.0, index=values.index)
    assert welfare.kolm_pollak_kappa(values, ones, eps=g["eps"]) == pytest.approx(g["kappa"])
    assert welfare.kolm_pollak(values, ones, eps=g["eps"]) == pytest.approx(g["ede"])
    g = golden("atkinson")
    values = pd.Series(g["x"], dtype=float)
    ones = pd.Series(1.0, index=values.index)
    assert welfare.atkinson(values, ones, aversion=1) == pytest.approx(g["eps1"], abs=1e-7)
    assert welfare.atkinson(values, ones, aversion=0.5) == pytest.approx(g["eps05"], abs=1e-5)


def persons(rows: list[tuple[float, int, int]]) -> list[tuple[float, int]]:
    """Return value and rank of each single person."""
    return [(value, rank) for value, people, rank in rows for _ in range(people)]


@given(ROWS)
def test_measures_are_those_of_single_persons(rows: list[tuple[float, int, int]]) -> None:
    values, people, ranks = columns(rows)
    everybody = persons(rows)
    n, total = len(everybody), sum(value for value, _ in everybody)
    if not total:
        assert math.isnan(inequality.gini(values, people))
        assert math.isnan(inequality.theil(values, people))
        return
    mean = total / n
    assert inequality.gini(values, people) == pytest.approx(
        sum(abs(a - b) for a, _ in everybody for b, _ in everybody) / (2 * n * n * mean), abs=1e-9
    )
    assert inequality.theil(values, people) == pytest.approx(sum(v / mean * math.log(v / mean) for v, _ in everybody if v) / n, abs=1e-9)
    assert inequality.hoover(values, people) == pytest.approx(sum(abs(v - mean) for v, _ in everybody) / (2 * total), abs=1e-9)
    middle = {rank: (sum(r < rank for _, r in everybody) + sum(r == rank for _, r in everybody) / 2) / n for _, rank in everybody}
    expected = 2 * sum((middle[r] - 0.5) * (v - mean) for v, r in everybody) / (n * mean)
    assert inequality.concentration_index(values, people, ranks) == pytest.approx(expected, abs=1e-9)
    kappa = -total / sum(v * v for v, _ in everybody)
    ede = -math.log(sum(math.exp(-kappa * v) for v, _ in everybody) / n) / kappa if -kappa * max(v for v, _ in everybody) < 600 else None
    if ede is not None:
        assert welfare.kolm_pollak(values, people) == pytest.approx(ede)
    assert welfare.kolm_pollak(values, people) >= mean - 1e-9 * mean
    assert welfare.kolm_pollak(values, people, eps=1) <= mean * (1 + 1e-9)
    for power in (0, 1, 2):
        poor = sum(((20 - v) / 20) ** power for v, _ in everybody if v < 20) / n
        assert welfare.access_poverty(values, people, line=20, power=power) == pytest.approx(poor, abs=1e-12)


@given(ROWS)
def test_palma_takes_people_not_places(rows: list[tuple[float, int, int]]) -> None:
    rows = [(value, people * 10, rank) for value, people, rank in rows]
    assume(len({rank for _, _, rank in rows}) == len(rows))
    values, people, ranks = columns(rows)
    everybody = [value for value, _ in sorted(persons(rows), key=lambda person: person[1])]
    n = len(everybody)
    low, high = everybody[: n * 4 // 10], everybody[n - n // 10 :]
    found = inequality.palma(values, people, ranks)
    if not n or not sum(low):
        assert math.isnan(found)
    else:
        assert found == pytest.approx((sum(high) / len(high)) / (sum(low) / len(low)), rel=1e-6)


@given(ROWS, st.integers(2, 1000), st.randoms(use_true_random=False))
def test_scale_and_order_change_nothing(rows: list[tuple[float, int, int]], k: int, random: object) -> None:
    values, people, ranks = columns(rows)
    order = list(values.index)
    random.shuffle(order)  # type: ignore[attr-defined]
    relative = ("gini", "theil", "hoover", "palma", "concentration_index", "atkinson_0.5", "atkinson_1")
    first = equity.all_metrics(values, people, ranks)
    crowd = equity.all_metrics(values, people * k, ranks)
    richer = equity.all_metrics(values * k, people, ranks)
    mixed = equity.all_metrics(values[order], people, ranks)
    for name in relative:
        for other in (crowd, richer, mixed):
            assert other[name] == (None if first[name] is None else pytest.approx(first[name], abs=1e-9)), name
    assert crowd["kolm_pollak_ede"] == (None if first["kolm_pollak_ede"] is None else pytest.approx(first["kolm_pollak_ede"]))


@given(ROWS, st.lists(st.sampled_from("ABC"), min_size=8, max_size=8))
def test_theil_is_what_lies_between_groups_and_within(rows: list[tuple[float, int, int]], names: list[str]) -> None:
    values, people, _ = columns(rows)
    groups = pd.Series(names[: len(values)], index=values.index)
    between, within = inequality.theil_parts(values, people, groups)
    if math.isnan(inequality.theil(values, people)):
        assert math.isnan(between)
        return
    assert between + within == pytest.approx(inequality.theil(values, people), abs=1e-12)
    assert between >= -1e-9
    assert within >= -1e-9
    means = {g: np.average(values[groups == g], weights=people[groups == g]) for g in set(groups) if people[groups == g].sum()}
    assert between == pytest.approx(inequality.theil(groups.map(means).fillna(0), people), abs=1e-9)


def test_everybody_equal_is_no_inequality() -> None:
    values, people = pd.Series([7.0, 7.0, 7.0]), pd.Series([1.0, 100.0, 0.0])
    for name, value in equity.all_metrics(values, people, pd.Series([1.0, 2.0, 3.0]), groups=pd.Series(["a", "b", "b"]), line=7).items():
        if name in {"gini", "theil", "hoover", "concentration_index", "fgt0", "atkinson_1", "atkinson_0.5", "theil_between", "theil_within"}:
            assert value == pytest.approx(0, abs=1e-12), name
    assert inequality.palma(values, people, pd.Series([1.0, 2.0, 3.0])) == pytest.approx(1)
    assert welfare.kolm_pollak(values, people) == pytest.approx(7)


def test_a_zero_stays_in() -> None:
    assert inequality.theil(pd.Series([0.0, 2.0]), pd.Series([1.0, 1.0])) == pytest.approx(math.log(2))
    assert welfare.atkinson(pd.Series([0.0, 2.0]), pd.Series([1.0, 1.0]), aversion=1) == 1
    assert welfare.atkinson(pd.Series([0.0, 2.0]), pd.Series([0.0, 1.0]), aversion=1) == 0
    assert welfare.kolm_pollak(pd.Series([0.0, 0.0]), pd.Series([1.0, 1.0])) == 0


def test_theoretical_bounds() -> None:
    shares, people, rank = pd.Series([0.2, 0.4]), pd.Series([1.0, 1.0]), pd.Series([1.0, 2.0])
    ci = inequality.concentration_index(shares, people, rank)
    assert inequality.erreygers(shares, people, rank, bounds=(0, 1)) == pytest.approx(4 * 0.3 * ci)
    assert inequality.erreygers(shares, people, rank) == pytest.approx(4 * 0.3 / 0.2 * ci)
    for bounds in ((0.3, 1.0), (0.0, 0.3), (1.0, 0.0)):
        with pytest.raises(InputError, match=r"access\.bounds"):
            inequality.erreygers(shares, people, rank, bounds=bounds)


def test_who_has_no_rank_is_left_out_and_told() -> None:
    values, people, rank = pd.Series([1.0, 2.0, 9.0]), pd.Series([10.0, 10.0, 5.0]), pd.Series([1.0, 2.0, math.nan])
    found = equity.all_metrics(values, people, rank)
    assert found["people_without_ranking"] == 5
    assert found["concentration_index"] == pytest.approx(inequality.concentration_index(values[:2], people[:2], rank[:2]))
    assert equity.all_metrics(values, people)["concentration_index"] is None
    assert equity.all_metrics(values, people, rank * math.nan)["palma"] is None
    assert equity.all_metrics(values, people)["fgt1"] is None
    with pytest.raises(InputError, match=r"access\.value"):
        inequality.palma(values, people, rank)


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_bad_numbers(bad: float) -> None:
    for values, people in (([bad], [1.0]), ([1.0], [bad])):
        with pytest.raises(InputError, match=r"access\.value"):
            inequality.gini(pd.Series(values), pd.Series(people))
    one = pd.Series([1.0])
    with pytest.raises(InputError, match=r"access\.line"):
        welfare.access_poverty(one, one, line=bad)
    with pytest.raises(InputError, match=r"access\.aversion"):
        welfare.atkinson(one, one, aversion=bad)
    if bad != -1:
        with pytest.raises(InputError, match=r"access\.eps"):
            welfare.kolm_pollak(one, one, eps=bad)


def test_whole_places_on_each_side_of_the_marks() -> None:
    """The R package's ratio: its marks are quantiles of single persons, taken in between where they lie between two."""
    chance = np.random.default_rng(4)
    for _ in range(60):
        people, rank, x = chance.integers(1, 9, 7), chance.integers(1, 9, 7).astype(float), chance.random(7)
        low, high = np.quantile(np.repeat(rank, people), [0.4, 0.9])
        poor, rich = rank <= low, rank > high
        expected = np.average(x[rich], weights=people[rich]) / np.average(x[poor], weights=people[poor]) if rich.any() else math.nan
        found = inequality.palma_of_units(pd.Series(x), pd.Series(people), pd.Series(rank))
        assert found == pytest.approx(expected, nan_ok=True)


def test_nobody_at_all() -> None:
    none = pd.Series([], dtype=float)
    assert math.isnan(inequality.gini(none, none))
    found = equity.all_metrics(pd.Series([1.0]), pd.Series([0.0]), pd.Series([1.0]), groups=pd.Series(["a"]), line=5)
    assert {name for name, value in found.items() if value is not None} <= {"units", "population", "people_without_ranking", "erreygers_bounds", "eps",
                                                                           "poverty_line", "kolm_pollak_kappa"}  # fmt: skip
