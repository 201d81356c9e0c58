"""Weights by entropy, by principal components where they are allowed, and by votes."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.weights import component_weights, components_refused, effective_weights, entropy_weights, kmo, voted_weights


def test_entropy_by_hand() -> None:
    p = [0.25, 0.75]
    first = 1 + sum(x * math.log(x) for x in p) / math.log(2)
    found = entropy_weights(pd.DataFrame({"a": [1.0, 3.0], "b": [0.0, 5.0], "same": [2.0, 2.0]}))
    assert found.to_dict() == pytest.approx({"a": first / (first + 1), "b": 1 / (first + 1), "same": 0.0})
    assert entropy_weights(pd.DataFrame({"a": [1.0, 1.0], "b": [2.0, 2.0]})).tolist() == [0.5, 0.5]
    with pytest.raises(InputError, match=r"needs\.negative"):
        entropy_weights(pd.DataFrame({"a": [-1.0, 1.0]}))


@given(st.lists(st.lists(st.floats(0, 100).map(lambda x: round(x, 3)), min_size=3, max_size=3), min_size=2, max_size=12), st.floats(0.1, 50))
def test_entropy_knows_neither_units_nor_order(rows: list[list[float]], factor: float) -> None:
    frame = pd.DataFrame(rows, columns=list("abc"))
    plain = entropy_weights(frame)
    assert plain.sum() == pytest.approx(1)
    assert entropy_weights(frame.iloc[::-1]).tolist() == pytest.approx(plain.tolist(), abs=1e-9)
    assert entropy_weights(frame.assign(a=frame["a"] * factor)).tolist() == pytest.approx(plain.tolist(), abs=1e-6)


def correlated(n: int) -> pd.DataFrame:
    chance = np.random.default_rng(3)
    common = chance.standard_normal(n)
    return pd.DataFrame({name: common + 0.5 * chance.standard_normal(n) for name in "abcd"})


def test_kmo_of_three_equally_correlated_indicators() -> None:
    # with correlation r between all three, the partial one is r / (1 + r): KMO = 1 / (1 + 1 / (1 + r)^2)
    chance = np.random.default_rng(0)
    plain = np.linalg.qr(chance.standard_normal((60, 4)) - 0.0)[0]
    plain -= plain.mean(axis=0)
    plain = np.linalg.qr(plain)[0]
    r = 0.5
    mixed = pd.DataFrame(plain[:, :3] @ np.linalg.cholesky(np.full((3, 3), r) + np.eye(3) * (1 - r)).T)
    assert kmo(mixed) == pytest.approx(1 / (1 + 1 / (1 + r) ** 2))


def test_components_give_weights_only_where_they_are_allowed() -> None:
    assert components_refused(correlated(16)) == "few_units"
    assert components_refused(correlated(80)[["a"]]) == "few_indicators"
    alone = pd.DataFrame(np.random.default_rng(1).standard_normal((80, 4)))
    assert components_refused(alone) == "kmo"
    with pytest.raises(InputError, match=r"needs\.components"):
        component_weights(alone)
    weights = component_weights(correlated(80))
    assert weights.sum() == pytest.approx(1)
    assert weights.tolist() == pytest.approx([0.25] * 4, abs=0.02)


def test_votes_have_a_mean_and_a_spread_and_a_wrong_one_is_named() -> None:
    found = voted_weights({"1": {"a": 60, "b": 40}, "2": {"a": 20, "b": 80}}, ["a", "b"])
    assert found["mean"].to_dict() == {"a": 0.4, "b": pytest.approx(0.6)}
    assert found["spread"]["a"] == pytest.approx(math.sqrt(2) * 0.2)
    assert (found["least"]["a"], found["most"]["a"]) == (0.2, 0.6)
    assert voted_weights({"1": {"a": 33.3, "b": 33.3, "c": 33.3}}, ["a", "b", "c"])["mean"].tolist() == pytest.approx([1 / 3] * 3)
    for vote in ({"a": 60, "b": 60}, {"a": 120, "b": -20}, {"x": 100}):
        with pytest.raises(InputError, match=r"needs\.vote") as told:
            voted_weights({"2": vote}, ["a", "b"])
        assert told.value.params["member"] == "2"
    with pytest.raises(InputError, match=r"needs\.no_votes"):
        voted_weights({}, ["a"])


def test_effective_weights_are_correlations() -> None:
    total = pd.Series([1.0, 2.0, 3.0, 4.0])
    found = effective_weights(pd.DataFrame({"a": [2.0, 4, 6, 8], "b": [4.0, 3, 2, 1], "c": [1.0, 1, 1, 1], "d": [1.0, np.nan, np.nan, 2]}), total)
    assert found["a"] == pytest.approx(1)
    assert found["b"] == pytest.approx(-1)
    assert found[["c", "d"]].isna().all()
