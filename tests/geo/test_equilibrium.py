"""The equilibrium of crowds on worlds that are larger than the oracle's, many of them with ways of equal length."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.equilibrium import crowds
from geo.errors import InputError
from geo.minutes import Minutes
from geo.raam import rational_agents


def invented(seed: int, n: int, m: int, step: float, share: float = 0.5) -> tuple[np.ndarray, np.ndarray, Minutes]:
    """Return people, room and pairs whose minutes are multiples of ``step``."""
    rng = np.random.default_rng(seed)
    point, site = np.nonzero(rng.random((n, m)) < share)
    minutes = np.floor(rng.uniform(0, 60, len(point)) / step) * step
    ids = (pd.Index([f"{name}{i:04d}" for i in range(many)]) for name, many in (("p", n), ("s", m)))
    near = Minutes.from_rows(point, site, minutes, *ids)
    return rng.integers(0, 60, n).astype(float), rng.integers(1, 40, m).astype(float), near


@given(st.integers(0, 10_000), st.integers(1, 120), st.integers(1, 25), st.sampled_from([0.1, 10.0, 60.0]), st.sampled_from([1e-4, 1.0, 1e4]))
def test_the_crowds_are_the_least_cost_there_is(seed: int, n: int, m: int, step: float, plenty: float) -> None:
    people, room, near = invented(seed, n, m, step)
    room, way = room * plenty, near.minutes / 60
    found = crowds(people, room, near, way)
    reached = np.diff(near.starts) > 0
    assert found.sum() == pytest.approx(people[reached].sum())
    # Weak duality: with any prices the dual lies below the least cost; with those of the crowds it must be at what people
    # pay without it, and they must pay the price of a site only if it is the cheapest for somebody.
    price = found / room
    cost = way + price[near.site]
    least = np.full(n, np.inf)
    np.minimum.at(least, near.point, cost)
    asked = set(near.site[(cost <= least[near.point] + 1e-6 * (1 + price.max())) & (people[near.point] > 0)].tolist())
    assert set(np.flatnonzero(found > 1e-6 * max(found.max(), 1)).tolist()) <= asked
    dual = (people[reached] * least[reached]).sum() - (found**2 / (2 * room)).sum()
    moved = found * np.random.default_rng(seed).uniform(0.9, 1.1, m)
    other = np.full(n, np.inf)
    np.minimum.at(other, near.point, way + (moved / room)[near.site])
    assert (people[reached] * other[reached]).sum() - (moved**2 / (2 * room)).sum() <= dual + 1e-9 * abs(dual) + 1e-9


def test_a_hundred_thousand_pairs_settle_and_the_order_of_ids_changes_no_cost() -> None:
    people, room, near = invented(1, 2_000, 100, 0.01)
    first = rational_agents(pd.Series(people, near.point_ids), pd.Series(room, near.site_ids), near)
    names = pd.Index([f"x{i:04d}" for i in np.random.default_rng(2).permutation(len(room))])
    other = Minutes.from_rows(near.point, near.site, near.minutes, near.point_ids, names)
    second = rational_agents(pd.Series(people, near.point_ids), pd.Series(room, names), other)
    assert second.to_numpy() == pytest.approx(first.to_numpy(), rel=1e-9)


def test_the_search_of_pysal_is_refused_before_it_takes_all_memory() -> None:
    n, m = 10_000, 2_001
    near = Minutes.from_rows(np.arange(n), np.arange(n) % m, np.ones(n), pd.RangeIndex(n).astype(str), pd.RangeIndex(m).astype(str))
    with pytest.raises(InputError, match=r"access\.pysal_cells"):
        rational_agents(pd.Series(1.0, near.point_ids), pd.Series(1.0, near.site_ids), near, pysal_compat=True)
