import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.classes import Breaks, class_breaks, classify

NUMBERS = st.one_of(st.integers(-1000, 1000).map(float), st.floats(-1e9, 1e9, allow_nan=False).map(lambda v: round(v, 6)))
COLUMNS = st.lists(st.one_of(NUMBERS, st.just(math.nan)), max_size=60).map(lambda v: pd.Series(v, dtype=float))
METHODS = st.sampled_from(["quantile", "equal"])


def test_quantiles_of_ten_numbers_make_five_pairs() -> None:
    breaks = class_breaks(pd.Series(range(1, 11)), method="quantile")
    assert breaks.uppers == pytest.approx((2.8, 4.6, 6.4, 8.2, 10))
    assert classify(pd.Series(range(1, 11)), breaks).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert breaks.labels == ((1, 2), (2, 4), (4, 6), (6, 8), (8, 10))


def test_a_value_on_a_bound_belongs_to_the_class_below() -> None:
    breaks = class_breaks(pd.Series([0.0, 10.0]), method="equal", count=2)
    assert breaks.uppers == (5, 10)
    assert classify(pd.Series([5.0, 5.0001]), breaks).tolist() == [0, 1]


def test_many_zeros_are_a_class_of_their_own() -> None:
    values = pd.Series([0, 0, 0, 0, 1, 2, 3, 4, 10.3, 20, 33.7])
    breaks = class_breaks(values, method="quantile")
    assert breaks.labels[0] == (0, 0)
    assert classify(values, breaks)[:4].tolist() == [0, 0, 0, 0]
    assert classify(values, breaks)[4] == 1


def test_fewer_distinct_values_than_classes_make_fewer_classes() -> None:
    values = pd.Series([0.0, 0.0, 0.0, 10.0])
    assert class_breaks(values, method="quantile").uppers == (0, 10)
    assert len(class_breaks(pd.Series([1.0, 2.0]), method="quantile")) == 2


def test_equal_values_make_one_class() -> None:
    for method in ("quantile", "equal"):
        breaks = class_breaks(pd.Series([7.0, 7.0, 7.0]), method=method)
        assert (breaks.uppers, breaks.labels) == ((7,), ((7, 7),))
        assert classify(pd.Series([7.0]), breaks).tolist() == [0]


def test_nothing_to_go_by_makes_no_class_and_no_zero() -> None:
    values = pd.Series([math.nan, None, math.inf], index=["a", "b", "c"], dtype=float)
    for method in ("quantile", "equal"):
        breaks = class_breaks(values, method=method)
        assert len(breaks) == 0
        assert classify(pd.Series([1.0]), breaks).isna().all()
    assert class_breaks(pd.Series([], dtype=float), method="quantile") == Breaks("quantile", (), ())


def test_fixed_bounds_hold_whatever_the_values_are() -> None:
    breaks = class_breaks(pd.Series([], dtype=float), method="fixed", fixed=[2, 3.5])
    assert breaks.labels == ((None, 2), (2, 3.5), (3.5, None))
    assert classify(pd.Series([-9, 2, 2.1, 3.5, 99]), breaks).tolist() == [0, 0, 1, 1, 2]


@pytest.mark.parametrize("fixed", [None, [], [2, 2], [3, 1], [math.nan], [1, math.inf]])
def test_bad_fixed_bounds_are_refused(fixed: list[float] | None) -> None:
    with pytest.raises(ValueError, match="rising"):
        class_breaks(pd.Series([1.0]), method="fixed", fixed=fixed)


def test_no_classes_wanted_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        class_breaks(pd.Series([1.0]), method="quantile", count=0)


def test_values_from_outside_the_data_go_to_the_end_classes() -> None:
    breaks = class_breaks(pd.Series([1.0, 2.0, 3.0]), method="equal", count=2)
    assert classify(pd.Series([-5.0, 50.0]), breaks).tolist() == [0, 1]


def test_index_name_and_integers_with_gaps_are_kept() -> None:
    values = pd.Series([1, pd.NA, 3], index=["PS", "SY", "IL"], dtype="Int64", name="sites")
    found = classify(values, class_breaks(values, method="equal", count=2))
    assert found.index.tolist() == ["PS", "SY", "IL"]
    assert found.name == "sites"
    assert found.dtype == "Int64"
    assert found.isna().tolist() == [False, True, False]


def test_narrow_classes_keep_different_labels() -> None:
    breaks = class_breaks(pd.Series([100.0, 200.0]), method="equal", count=20)
    ends = [breaks.labels[0][0], *(upper for _, upper in breaks.labels)]
    assert len(set(ends)) == 21


@settings(deadline=None)
@given(COLUMNS, METHODS, st.integers(1, 9))
def test_missing_stays_missing_and_every_value_has_a_class(values: pd.Series, method: str, count: int) -> None:
    breaks = class_breaks(values, method=method, count=count)
    found = classify(values, breaks)
    assert (found.isna() == values.isna()).all()
    assert len(breaks) <= count
    assert found.dropna().between(0, len(breaks) - 1).all()
    if method == "quantile":
        assert set(found.dropna()) == set(range(len(breaks)))


@settings(deadline=None)
@given(COLUMNS, METHODS, st.integers(1, 9))
def test_labels_rise_and_hold_every_value_of_their_class(values: pd.Series, method: str, count: int) -> None:
    breaks = class_breaks(values, method=method, count=count)
    found = classify(values, breaks)
    for i, (lower, upper) in enumerate(breaks.labels):
        assert lower <= upper
        assert i == 0 or lower == breaks.labels[i - 1][1]
        inside = values[(found == i).fillna(False).to_numpy(dtype=bool)]
        assert (inside <= upper).all()
        assert (inside >= lower).all() if i == 0 else (inside > lower).all()


@settings(deadline=None)
@given(COLUMNS, METHODS, st.integers(1, 9))
def test_a_higher_value_is_never_in_a_lower_class(values: pd.Series, method: str, count: int) -> None:
    known = values.dropna().sort_values()
    assert classify(known, class_breaks(values, method=method, count=count)).is_monotonic_increasing


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=20, max_size=200, unique=True), st.integers(2, 7))
def test_quantile_bounds_are_those_of_numpy(numbers: list[int], count: int) -> None:
    breaks = class_breaks(pd.Series(numbers), method="quantile", count=count)
    assert breaks.uppers == tuple(np.quantile(numbers, np.arange(1, count + 1) / count))


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=3, max_size=100), st.integers(2, 7))
def test_classes_are_those_of_mapclassify(numbers: list[int], count: int) -> None:
    mapclassify = pytest.importorskip("mapclassify")
    values = pd.Series(numbers, dtype=float)
    with warnings.catch_warnings(action="ignore"):
        peer = mapclassify.Quantiles(values, k=count)
    filled = [bound for bound, members in zip(peer.bins, peer.counts, strict=True) if members]
    assert class_breaks(values, method="quantile", count=count).uppers == pytest.approx(filled)


def test_input_is_not_changed() -> None:
    values = pd.Series([3.0, math.nan, 1.0])
    classify(values, class_breaks(values, method="quantile"))
    pd.testing.assert_series_equal(values, pd.Series([3.0, math.nan, 1.0]))
