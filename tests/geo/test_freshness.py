import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.freshness import BANDS, freshness, freshness_band

TODAY = dt.date(2026, 7, 1)
DAYS = st.one_of(st.none(), st.dates(dt.date(1990, 1, 1), dt.date(2040, 1, 1)))


def fresh(*days: dt.date | None, state: str = "verified", half_life: float = 12) -> list[object]:
    return freshness(pd.Series(days, dtype=object), pd.Series([state] * len(days)), TODAY, half_life_months=half_life).tolist()


def test_a_check_halves_in_worth_with_each_half_life() -> None:
    now, a_year, two_years = fresh(TODAY, dt.date(2025, 7, 1), dt.date(2024, 7, 1))
    assert now == 1
    assert a_year == pytest.approx(0.5, abs=0.001)
    assert two_years == pytest.approx(0.25, abs=0.001)


def test_an_emergency_ages_four_times_as_fast() -> None:
    assert fresh(dt.date(2026, 4, 1), half_life=3)[0] == pytest.approx(0.5, abs=0.005)


def test_nobody_checked_is_not_zero() -> None:
    assert fresh(None)[0] is pd.NA
    assert fresh(TODAY, state="unverified")[0] is pd.NA


def test_a_check_after_today_is_fresh() -> None:
    assert fresh(dt.date(2027, 1, 1)) == [1]


def test_bands_change_at_one_and_two_half_lives() -> None:
    values = pd.Series([1, 0.5, 0.4999, 0.25, 0.2499, 0, pd.NA], dtype="Float64", index=list("abcdefg"))
    bands = freshness_band(values)
    assert bands.tolist() == ["fresh", "fresh", "ageing", "ageing", "stale", "stale", "never"]
    assert bands.index.tolist() == list("abcdefg")


def test_no_sites() -> None:
    assert freshness_band(freshness(pd.Series([], dtype=object), pd.Series([], dtype=object), TODAY)).tolist() == []


@pytest.mark.parametrize("half_life", [0, -1, float("nan")])
def test_a_half_life_must_be_above_zero(half_life: float) -> None:
    with pytest.raises(ValueError, match="half-life"):
        fresh(TODAY, half_life=half_life)


def test_missing_times_of_pandas_are_missing() -> None:
    days = pd.Series([pd.NaT, pd.NA, float("nan")], dtype=object)
    assert freshness(days, pd.Series(["verified"] * 3), TODAY).isna().all()


@settings(deadline=None)
@given(st.lists(st.tuples(DAYS, st.sampled_from(["verified", "unverified"])), max_size=30), st.floats(0.1, 100))
def test_freshness_is_a_share_and_an_older_check_is_never_fresher(rows: list[tuple[dt.date | None, str]], half_life: float) -> None:
    days = pd.Series([day for day, _ in rows], dtype=object)
    states = pd.Series([state for _, state in rows], dtype=object)
    values = freshness(days, states, TODAY, half_life_months=half_life)
    known = values.dropna()
    assert known.between(0, 1).all()
    assert known.index.tolist() == [i for i, (day, state) in enumerate(rows) if day is not None and state == "verified"]
    by_day = known.iloc[days[known.index].argsort()] if len(known) else known
    assert by_day.is_monotonic_increasing
    assert set(freshness_band(values)) <= set(BANDS)
    assert (freshness_band(values) == "never").tolist() == values.isna().tolist()
