"""Who is served: AccessMod's cases, slow oracles, and that the best is never worse than any order."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geo.allocation import best_flow, serve_best
from geo.capacity import Served, amounts, serve_in_order
from geo.errors import InputError
from geo.rounding import share_out
from tests.geo.access_support import World, golden, world, worlds

LIMITS = st.sampled_from([0.0, 10.0, 30.0, 60.0, math.inf])


def in_order(w: World, limit: float = 60.0, **how: object) -> Served:
    return serve_in_order(w.population, w.supply, w.minutes, limit=limit, **how)  # type: ignore[arg-type]


def best(w: World, limit: float = 60.0, **how: object) -> Served:
    return serve_best(w.population, w.supply, w.minutes, limit=limit, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", "ABCD")
def test_the_cases_of_accessmod(case: str) -> None:
    g = golden("accessmod_cases")[case]
    w = world(list(np.diff([0, *g["cum"]])), [g["cap"]], [[float(i + 1)] for i in range(5)])
    for found in (in_order(w), best(w)):
        assert found.total == pytest.approx(g["served"])
        assert found.unused["s0"] == pytest.approx(g["residual_cap"])


def test_the_last_zone_is_served_in_proportion() -> None:
    w = world([5, 30, 10], [25], [[0.4], [1.2], [2.0]])
    assert in_order(w).people.tolist() == [5, 15, 5]  # zones of minute 1 and 2: 1.2 and 2.0 are in one
    assert best(w).people.tolist() == [5, 20, 0]  # the best has the fewest minutes instead
    assert in_order(world([1, 1, 1], [2], [[3.0]] * 3), whole=True).people.tolist() == [1, 1, 0]


def test_order_matters_and_the_best_does_not_depend_on_it() -> None:
    w = world([10, 10], [10, 10], [[1.0, 2.0], [3.0, None]])
    assert in_order(w, order=["s1", "s0"]).total == 20
    assert in_order(world([10, 10], [10, 10], [[1.0, 2.0], [3.0, None]]), order=["s0", "s1"]).total == 10
    assert best(w).total == 20
    assert in_order(w).people.to_dict() == in_order(w, order=["s0", "s1"]).people.to_dict()
    for order in (["s0"], ["s0", "s0"], ["s0", "s9"], ["s0", "s1", "s1"]):
        with pytest.raises(InputError, match=r"access\.order"):
            in_order(w, order=order)


def slow_in_order(w: World, limit: float) -> tuple[dict[str, float], dict[str, float]]:
    rest, left = dict(w.people), dict(w.places)
    for s in w.places:
        zones: dict[int, list[str]] = {}
        for (p, t_site), t in w.table.items():
            if t_site == s and t <= limit:
                zones.setdefault(math.ceil(t), []).append(p)
        for zone in sorted(zones):
            total = sum(rest[p] for p in zones[zone])
            part = min(1.0, left[s] / total) if total else 0.0
            for p in zones[zone]:
                left[s] -= rest[p] * part
                rest[p] -= rest[p] * part
            if part < 1 and total:
                break
    return {p: w.people[p] - rest[p] for p in rest}, left


@given(worlds(whole=False), LIMITS)
def test_in_order_is_the_rule_in_plain_loops(w: World, limit: float) -> None:
    people, left = slow_in_order(w, limit)
    found = in_order(w, limit)
    assert found.people.to_dict() == pytest.approx(people, abs=1e-9)
    assert found.unused.to_dict() == pytest.approx(left, abs=1e-9)


def most_by_cuts(w: World, limit: float) -> float:
    """Return the greatest flow as the least cut: each set of sites is either full or their people are."""
    pairs = {key for key, t in w.table.items() if t <= limit}
    choices = itertools.chain.from_iterable(itertools.combinations(w.places, size) for size in range(len(w.places) + 1))
    return min(
        sum(w.places[s] for s in full) + sum(w.people[p] for p in w.people if any((p, s) in pairs for s in w.places if s not in full))
        for full in choices
    )


@given(worlds(), LIMITS)
def test_the_best_is_the_greatest_flow_and_at_least_every_order(w: World, limit: float) -> None:
    found = best(w, limit)
    assert found.total == pytest.approx(most_by_cuts(w, limit), abs=1e-6)
    for order in itertools.permutations(w.places):
        assert in_order(w, limit, order=order).total <= found.total + 1e-6
    for served in (found, in_order(w, limit)):
        assert (served.people >= -1e-9).all()
        assert (served.people <= w.population[served.people.index] + 1e-9).all()
        assert (served.unused >= -1e-9).all()
        assert served.total == pytest.approx((w.supply - served.unused).sum(), abs=1e-6)
        reached = {p for (p, _), t in w.table.items() if t <= limit}
        assert all(p in reached for p, v in served.people.items() if v > 1e-9)


@settings(max_examples=30, deadline=None)
@given(worlds(points=30, sites=15))
def test_the_best_takes_the_fewest_minutes_of_all_that_serve_as_many(w: World) -> None:
    """Beside two programmes over all pairs: first the most people, then the fewest minutes for so many."""
    pairs = [(p, s) for p, s in w.table if w.people[p] > 0 and w.places[s] > 0]
    if not pairs:
        return
    sums = np.array([[float(p == q) for p, _ in pairs] for q in w.people] + [[float(s == t) for _, s in pairs] for t in w.places])
    limits = np.array([*w.people.values(), *w.places.values()])
    most = -linprog(-np.ones(len(pairs)), A_ub=sums, b_ub=limits).fun
    ways = np.array([w.table[pair] for pair in pairs])
    least = linprog(ways, A_ub=sums, b_ub=limits, A_eq=np.ones((1, len(pairs))), b_eq=[most]).fun
    people, room = amounts(w.population, w.supply, w.minutes, whole=False)
    flow = best_flow(people, room, w.minutes)
    assert best(w, math.inf).total == pytest.approx(most, abs=1e-6)
    assert (flow * w.minutes.minutes).sum() == pytest.approx(least, rel=1e-6, abs=1e-4)


@given(worlds(), LIMITS)
def test_whole_people_stay_whole(w: World, limit: float) -> None:
    half = World(w.people, {s: v + 0.5 for s, v in w.places.items()}, w.table)
    for served in (best(half, limit, whole=True), in_order(half, limit, whole=True)):
        assert (served.people == np.floor(served.people)).all()
        assert (served.unused == np.floor(served.unused)).all()
        assert served.total == (w.supply - served.unused).sum()
    assert best(half, limit, whole=True).total == pytest.approx(best(w, limit).total, abs=1e-6)


@given(worlds(), LIMITS)
def test_sites_without_a_limit_serve_everybody_in_reach(w: World, limit: float) -> None:
    endless = World(w.people, dict.fromkeys(w.places, math.inf), w.table)
    reached = {p for (p, _), t in w.table.items() if t <= limit}
    for served in (best(endless, limit), in_order(endless, limit)):
        assert served.total == sum(v for p, v in w.people.items() if p in reached)
        assert np.isinf(served.unused).all()


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(w: World, random: object) -> None:
    keys = list(w.table)
    random.shuffle(keys)  # type: ignore[attr-defined]
    other = World(dict(reversed(w.people.items())), dict(reversed(w.places.items())), {key: w.table[key] for key in keys})
    assert best(other).people.to_dict() == best(w).people.to_dict()
    assert in_order(other, order=list(w.places)).people.to_dict() == in_order(w).people.to_dict()


def test_the_shortest_of_the_best() -> None:
    # Both could serve 20; sending p0 to s1 and p1 to s0 would cost 30 minutes a head more.
    w = world([10, 10], [10, 10], [[1.0, 20.0], [12.0, 1.0]])
    assert best(w).people.tolist() == [10, 10]
    crowded = world([10, 10], [10], [[5.0], [4.0]])
    assert best(crowded).people.tolist() == [0, 10]


@pytest.mark.parametrize("value", [-1.0, math.nan])
def test_bad_capacities_and_halves_of_people(value: float) -> None:
    w = world([1], [value], [[1.0]])
    for serve in (in_order, best):
        with pytest.raises(InputError, match=r"access\.value"):
            serve(w)
        with pytest.raises(InputError, match=r"access\.whole"):
            serve(world([0.5], [1], [[1.0]]), whole=True)


@given(st.integers(0, 10_000), st.lists(st.one_of(st.just(0.0), st.floats(1e-3, 1e6)), max_size=20).map(np.array))
def test_shares_are_whole_sum_to_the_total_and_are_within_one(total: int, weights: np.ndarray) -> None:
    parts = share_out(total, weights)
    if not len(weights) or not weights.sum():
        assert parts.sum() == 0
        return
    assert parts.sum() == total
    assert (np.abs(parts - total * weights / weights.sum()) < 1 + 1e-6).all()
    assert (parts[weights == 0] == 0).all()


def test_of_equal_remainders_the_first_are_rounded_up() -> None:
    assert share_out(2, np.array([1.0, 1.0, 1.0])).tolist() == [1, 1, 0]
    assert share_out(100, np.array([1.0, 1.0, 1.0])).tolist() == [34, 33, 33]
    assert share_out(5, np.array([])).tolist() == []


def test_a_world_without_points_or_sites() -> None:
    for serve in (in_order, best):
        assert serve(world([], [3], [])).unused.tolist() == [3]
        assert serve(world([4], [], [[]])).people.tolist() == [0]
    assert pd.Index(in_order(world([4], [3], [[None]])).people.index).tolist() == ["p0"]
