"""Measures of access: golden numbers, slow oracles written from the papers' formulas, and what must always hold."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import catchment
from geo.access import coverage_curve, coverage_share, nearest
from geo.decay import BINARY, EXPONENTIAL, LUO_QI, WAN, Decay, parse_decay
from geo.errors import InputError, SchemaError
from geo.measures import MEASURES, find_measure, measure
from geo.minutes import Minutes
from tests.geo.access_support import World, bh5, golden, hospital, world, worlds

LIMITS = st.sampled_from([0.0, 10.0, 30.0, 45.0, 60.0, math.inf])
DECAYS = st.sampled_from([BINARY, EXPONENTIAL, LUO_QI, WAN, Decay("power", 1.0), Decay("exp", 0.01)])
SHARED = [name for name in MEASURES if name not in {"nearest", "coverage", "raam"}]


def run(method: str, w: World, **how: object) -> pd.Series:
    return measure(method, w.population, w.supply, w.minutes, **how)  # type: ignore[arg-type]


# --- golden numbers ---------------------------------------------------------------------------------------------------


def test_the_golden_numbers_of_the_r_package() -> None:
    g, w = golden("bh5"), bh5()
    assert run("2sfca", w, limit=45).round(4).tolist() == g["tsfca_T45"]
    assert run("bfca", w, limit=45).round(4).tolist() == g["bfca_T45"]
    assert run("2sfca", w, limit=50).round(4).tolist()[:4] == [g["tsfca_T50_all"]] * 4
    assert (run("bfca", w, limit=45) * w.population).sum() == pytest.approx(730, abs=0.5)  # a level, not places: there are 599


def test_the_golden_numbers_of_pysal() -> None:
    g, w, near = golden("pysal_hospital"), hospital(), parse_decay("power:1")
    assert run("2sfca", w, limit=61, decay=near).tolist() == pytest.approx(g["tsfca"], abs=1e-6)
    assert run("2sfca", w, limit=61).tolist() == pytest.approx(g["binary61"], abs=1e-6)
    assert run("e2sfca", w, limit=61).tolist() == pytest.approx(g["e2_default"], abs=1e-12)
    assert run("3sfca", w, limit=61, decay=near).tolist() == pytest.approx([0.156332, 0.406293, 9.905212], abs=1e-6)
    assert run("3sfca", w, limit=61, decay=near, pysal_compat=True).tolist() == pytest.approx(g["pysal_3sfca"], abs=1e-6)
    assert run("raam", w, pysal_compat=True).tolist() == pytest.approx(g["raam_tau60"], abs=1e-6)
    # PySAL moves whole people and stops after 150 cycles; nobody gains by moving at 1.498, 1.498, .848.
    assert run("raam", w).tolist() == pytest.approx([1.498148, 1.498148, 0.848148], abs=1e-6)


# --- slow oracles -----------------------------------------------------------------------------------------------------


def slow(method: str, w: World, limit: float, f: Decay) -> dict[str, float]:
    """Return a measure by the formula of its paper, with plain loops."""

    def weight(p: str, s: str) -> float:
        t = w.table.get((p, s))
        return 0.0 if t is None or t > limit else float(f.weights(np.array([t]))[0])

    points, sites = list(w.people), list(w.places)
    if method in {"cumulative", "gravity"}:
        inside = {key for key, t in w.table.items() if t <= limit}
        return {p: sum(w.places[s] * (1.0 if method == "cumulative" else weight(p, s)) for s in sites if (p, s) in inside) for p in points}
    chosen = {(p, s): 0.0 for p in points for s in sites}
    for p in points:
        row = sum(weight(p, s) for s in sites)
        for s in sites:
            chosen[p, s] = weight(p, s) / row if row else 0.0
    out = dict.fromkeys(points, 0.0)
    for s in sites:
        column = sum(weight(p, s) for p in points)
        demand = {
            "bfca": sum(w.people[p] * chosen[p, s] for p in points),
            "3sfca": sum(w.people[p] * chosen[p, s] * weight(p, s) for p in points),
        }.get(method, sum(w.people[p] * weight(p, s) for p in points))
        for p in points:
            part = {
                "3sfca": chosen[p, s] * weight(p, s),
                "m2sfca": weight(p, s) ** 2,
                "bfca": weight(p, s) / column if column else 0.0,
                "availability": w.people[p] * weight(p, s),
            }.get(method, weight(p, s))
            out[p] += w.places[s] / demand * part if demand else 0.0
    return out


@given(st.sampled_from(SHARED), worlds(), LIMITS, DECAYS)
def test_measures_are_the_formulas_of_their_papers(method: str, w: World, limit: float, decay: Decay) -> None:
    expected = slow(method, w, limit, decay)
    assert run(method, w, limit=limit, decay=decay).to_dict() == pytest.approx(expected, rel=1e-9, abs=1e-300)


@given(worlds(), LIMITS, DECAYS)
def test_compiled_sums_are_those_of_numpy(w: World, limit: float, decay: Decay) -> None:
    plain = run("e2sfca", w, limit=limit, decay=decay)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catchment, "COMPILED_PAIRS", 0)
        assert run("e2sfca", w, limit=limit, decay=decay).to_dict() == pytest.approx(plain.to_dict(), rel=1e-12, abs=0)


@pytest.mark.parametrize("place", [-1, 2])
def test_a_pair_that_names_no_place_is_refused_before_anything_is_read(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catchment, "COMPILED_PAIRS", 0)
    ids = pd.Index(["a", "b"])
    made = Minutes(ids, ids, np.array([0, 1], "i4"), np.array([0, place], "i4"), np.array([1.0, 2.0]))
    with pytest.raises(IndexError):
        catchment.two_step(pd.Series([1.0, 1.0], ids), pd.Series([1.0, 1.0], ids), made)


@given(worlds(), LIMITS)
def test_nearest_and_coverage(w: World, limit: float) -> None:
    times = {p: min((t for (q, _), t in w.table.items() if q == p), default=math.inf) for p in w.people}
    assert run("nearest", w, limit=limit).to_dict() == times
    inside = {p: float(any(q == p and t <= limit for (q, _), t in w.table.items())) for p in w.people}
    assert run("coverage", w, limit=limit).to_dict() == inside
    total = sum(w.people.values())
    share = coverage_share(w.population, w.minutes, limit=limit)
    assert math.isnan(share) if total == 0 else share == pytest.approx(sum(w.people[p] * inside[p] for p in times) / total)


@given(worlds())
def test_nobody_gains_by_going_elsewhere(w: World) -> None:
    """Check RAAM by brute force: spread each point's people in small parcels until no parcel can improve."""
    cost = run("raam", w, tau=30.0)
    places = {s: v for s, v in w.places.items() if v > 0}
    total = sum(w.people.values())
    rho = total / sum(places.values()) if places else 0.0
    reach = {p: [s for s in places if (p, s) in w.table] for p in w.people}
    assert [p for p in w.people if math.isinf(cost[p])] == [p for p in w.people if not reach[p]]
    if not places or not total:
        return
    # With prices = crowd / (rho S), each cost is the way plus the least price: the prices must fit the people who pay them.
    price = {s: max(0.0, *(cost[p] - w.table[p, s] / 30 for p in w.people if s in reach[p] and w.people[p] > 0), 0.0) for s in places}
    for p in w.people:
        if reach[p] and w.people[p] > 0:
            assert cost[p] == pytest.approx(min(w.table[p, s] / 30 + price[s] for s in reach[p]), abs=1e-5)
    seen = sum(w.people[p] for p in w.people if reach[p])
    assert sum(price[s] * rho * places[s] for s in places) == pytest.approx(seen, rel=1e-4, abs=1e-4)


# --- what always holds ------------------------------------------------------------------------------------------------


@given(st.sampled_from(["2sfca", "e2sfca", "3sfca", "availability"]), worlds(), LIMITS)
def test_what_is_given_out_is_what_there_is(method: str, w: World, limit: float) -> None:
    decay = MEASURES[method].decay or BINARY
    near = {s for (p, s), t in w.table.items() if t <= limit and w.people[p] > 0 and decay.weights(np.array([t]))[0] > 0}
    values = run(method, w, limit=limit)
    given_out = values.sum() if method == "availability" else (values * w.population).sum()
    assert given_out == pytest.approx(sum(w.places[s] for s in near), rel=1e-9, abs=1e-9)


@given(worlds(), LIMITS)
def test_balanced_areas_keep_people_and_levels(w: World, limit: float) -> None:
    values = run("bfca", w, limit=limit)
    inside = {key: t for key, t in w.table.items() if t <= limit}
    degree = {p: sum(q == p for q, _ in inside) for p in w.people}
    demand = {s: sum(w.people[p] / degree[p] for p, t in inside if t == s) for s in w.places}
    assert sum(demand.values()) == pytest.approx(sum(v for p, v in w.people.items() if degree[p]))
    assert values.sum() == pytest.approx(sum(v / demand[s] for s, v in w.places.items() if demand[s] > 0))


@given(st.sampled_from(sorted(MEASURES)), worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(method: str, w: World, random: object) -> None:
    def mixed(items: dict) -> dict:  # type: ignore[type-arg]
        keys = list(items)
        random.shuffle(keys)  # type: ignore[attr-defined]
        return {key: items[key] for key in keys}

    other = World(mixed(w.people), mixed(w.places), mixed(w.table))
    assert run(method, other).to_dict() == run(method, w).to_dict()
    assert list(run(method, other).index) == list(other.people)


@given(worlds(), LIMITS)
def test_opening_a_site_never_lengthens_a_way_nor_lowers_coverage(w: World, limit: float) -> None:
    if len(w.places) == 1:
        return
    closed = next(iter(w.places))
    less = World(w.people, {s: v for s, v in w.places.items() if s != closed}, {k: t for k, t in w.table.items() if k[1] != closed})
    assert (nearest(w.minutes) <= nearest(less.minutes)).all()
    if sum(w.people.values()):
        assert coverage_share(w.population, w.minutes, limit=limit) >= coverage_share(w.population, less.minutes, limit=limit)


@given(worlds(), st.integers(2, 9))
def test_more_people_everywhere_share_the_same_places(w: World, k: int) -> None:
    crowd = World({p: v * k for p, v in w.people.items()}, w.places, w.table)
    for method in ("2sfca", "e2sfca", "3sfca", "m2sfca", "bfca"):
        assert (run(method, crowd) * k).to_dict() == pytest.approx(run(method, w).to_dict())
    assert run("availability", crowd).to_dict() == pytest.approx(run("availability", w).to_dict())
    assert run("raam", crowd).to_dict() == pytest.approx(run("raam", w).to_dict(), rel=1e-5)


@given(worlds())
def test_the_coverage_curve_never_falls(w: World) -> None:
    curve = coverage_curve(w.population, w.minutes, [0, 10, 10.5, 30, math.inf])
    assert curve.isna().all() if not sum(w.people.values()) else curve.is_monotonic_increasing
    for limit, share in zip(curve.index.to_numpy(dtype=float), curve.to_numpy(), strict=True):
        assert share == pytest.approx(coverage_share(w.population, w.minutes, limit=limit), nan_ok=True)


# --- limits, decay functions, bad input -------------------------------------------------------------------------------


def test_limits_are_inside() -> None:
    w = world([10, 10], [5], [[45.0], [45.0000001]])
    assert run("coverage", w, limit=45).tolist() == [1, 0]
    assert run("cumulative", w, limit=45).tolist() == [5, 0]
    assert run("2sfca", w, limit=45).tolist() == [0.5, 0]
    assert len(w.minutes.within(0)) == 0
    assert len(world([1], [1], [[0.0]]).minutes.within(0)) == 1


@pytest.mark.parametrize(("text", "minutes", "weights"), [
    ("exp:0.1", [0, 10], [1, math.exp(-1)]), ("power:1", [0, 0.5, 1, 4], [1, 1, 1, 0.25]), ("power:2", [3], [1 / 9]), ("binary", [0, 99], [1, 1]),
    ("gaussian:20", [0, 20, 40], [1, math.exp(-0.5), math.exp(-2)]), ("linear:60", [0, 15, 60, 61], [1, 0.75, 0, 0]), ("exp:0.123456789", [1], [math.exp(-0.123456789)]),
    ("steps:10=1,20=.68,30=.22", [0, 10, 10.01, 20, 30, 30.01], [1, 1, 0.68, 0.68, 0.22, 0]),
])  # fmt: skip
def test_decay_functions(text: str, minutes: list[float], weights: list[float]) -> None:
    decay = parse_decay(text)
    assert decay.weights(np.array(minutes, dtype=float)).tolist() == pytest.approx(weights)
    assert parse_decay(str(decay)) == decay


@pytest.mark.parametrize(("text", "end"), [
    ("exp:0.1", math.inf), ("power:1", math.inf), ("gaussian:20", math.inf), ("binary", math.inf), ("linear:60", 60), ("steps:10=1,20=.5", 20), ("steps:10=1,20=0", 10), ("steps:9=0", 0),
])  # fmt: skip
def test_beyond_its_end_a_function_weighs_nothing(text: str, end: float) -> None:
    decay = parse_decay(text)
    assert decay.end == end
    if end < math.inf:
        assert decay.weights(np.array([end + 1e-9, end + 50])).tolist() == [0, 0]


@pytest.mark.parametrize("text", ["", "exp", "exp:", "exp:-1", "exp:0", "exp:nan", "power:inf", "steps:", "steps:10", "steps:10=2", "steps:20=1,10=.5",
                                  "steps:0=1", "steps:10=1,10=.5", "linear:0", "gaussian", "gaussian:-1", "cubic:3", "steps:inf=1", "binary:1", "exp:0.1,2"])  # fmt: skip
def test_a_decay_function_that_there_is_not(text: str) -> None:
    with pytest.raises(InputError) as found:
        parse_decay(text)
    assert found.value.code == "access.decay"


@pytest.mark.parametrize("limit", [-1, math.nan])
def test_a_limit_below_nothing(limit: float) -> None:
    with pytest.raises(InputError, match=r"access\.limit"):
        run("2sfca", world([1], [1], [[1.0]]), limit=limit)


def test_a_measure_that_there_is_not() -> None:
    with pytest.raises(InputError, match=r"access\.method"):
        find_measure("4sfca")


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_people_and_places_must_be_numbers(value: float) -> None:
    minutes = world([1], [1], [[1.0]]).minutes
    for people, places in (([value], [1.0]), ([1.0], [value])):
        with pytest.raises(InputError, match=r"access\.value"):
            measure("2sfca", pd.Series(people, index=["p0"]), pd.Series(places, index=["s0"]), minutes)
    with pytest.raises(InputError, match=r"access\.tau"):
        run("raam", world([1], [1], [[1.0]]), tau=value)


def test_every_bad_pair_is_listed_with_its_row() -> None:
    rows = [
        ("p0", "s0", 5.0),
        ("p9", "s0", 5.0),
        ("p0", "s9", 5.0),
        ("p0", "s0", 6.0),
        ("p1", "s0", -1.0),
        ("p1", "s1", math.nan),
        ("p2", "s1", math.inf),
    ]
    frame = pd.DataFrame(rows, columns=["point_id", "site_id", "minutes"], index=range(2, 9))
    with pytest.raises(SchemaError) as found:
        Minutes.from_frame(frame, pd.Index(["p0", "p1", "p2"]), pd.Index(["s0", "s1"]), file="m.csv")
    assert [(c.row, c.column, c.code.split(".")[1]) for c in found.value.cells] == [
        (3, "point_id", "unknown_point"), (4, "site_id", "unknown_site"), (5, "site_id", "pair_twice"), (6, "minutes", "minutes"), (7, "minutes", "minutes"),
    ]  # fmt: skip
    with pytest.raises(InputError, match=r"access\.id_twice"):
        Minutes.from_frame(frame[:1], pd.Index(["p0", "p0"]), pd.Index(["s0"]))


@given(worlds(), st.randoms(use_true_random=False))
def test_rows_by_their_places_make_the_same_matrix(w: World, random: object) -> None:
    points, sites, keys = list(w.people), list(w.places), list(w.table)
    for items in (points, sites, keys):
        random.shuffle(items)  # type: ignore[attr-defined]
    places = np.array([(points.index(p), sites.index(s)) for p, s in keys], dtype=np.int64).reshape(-1, 2)
    found = Minutes.from_rows(places[:, 0], places[:, 1], np.array([w.table[key] for key in keys], dtype=float), pd.Index(points), pd.Index(sites))
    for name in ("point_ids", "site_ids", "point", "site", "minutes"):
        assert getattr(found, name).tolist() == getattr(w.minutes, name).tolist()


@pytest.mark.parametrize("method", sorted(MEASURES))
def test_a_world_without_routes_sites_or_points(method: str) -> None:
    lost = run(method, world([5, 0], [3], [[None], [None]])).tolist()
    assert lost == [math.inf] * 2 if method in {"nearest", "raam"} else lost == [0, 0]
    assert run(method, world([], [3], [])).empty
    assert run(method, world([5], [], [[]])).tolist() == [math.inf if method in {"nearest", "raam"} else 0]


def _unchanged(make: Callable[[], World]) -> None:
    w = make()
    population, supply = w.population, w.supply
    before = population.copy(), supply.copy()
    for method in MEASURES:
        measure(method, population, supply, w.minutes)
    pd.testing.assert_series_equal(population, before[0])
    pd.testing.assert_series_equal(supply, before[1])


def test_measures_change_no_input() -> None:
    _unchanged(lambda: world([5, 7], [3, 0], [[1.0, 2.0], [None, 40.0]]))
