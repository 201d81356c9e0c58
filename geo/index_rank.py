"""What a list of ranks is worth: tiers that hold what cannot be told apart, and how far the values behind a score can be relied on."""

from __future__ import annotations

import numpy as np
import pandas as pd

HALF_LIFE_YEARS = 5.0
"""A value this many years old counts half as much for the reliability as one of this year."""


def tiers(low: pd.Series, high: pd.Series) -> pd.Series:
    """Return the tier of each unit: units whose intervals of ranks overlap are in the same one.

    Parameters
    ----------
    low, high : first and last rank of each unit's interval, the same index; NaN or NA where it has none.

    Returns
    -------
    Int64 from 1, the tier with the best ranks; NA where there is no interval. Overlapping is handed on: where A overlaps B and B
    overlaps C all three are in one tier, so that no two units whose intervals overlap are ever told apart.
    """
    out = pd.Series(pd.NA, index=low.index, dtype="Int64", name="tier")
    first, last = (ends.to_numpy(dtype=float, na_value=np.nan) for ends in (low, high))
    number, reached = 0, -np.inf
    for at in np.argsort(first, kind="stable"):
        if np.isnan(first[at]):
            continue
        if first[at] > reached:
            number += 1
        reached = max(reached, last[at])
        out.iloc[at] = number
    return out


def reliability(years: pd.DataFrame, shares: pd.Series, year: int) -> pd.Series:
    """Return how far the values behind each unit's score can be relied on: 1 all there and of this year, 0 none there.

    Parameters
    ----------
    years : units x indicators, year of each value; NaN where the value is missing.
    shares : indicator to its share of the weight; they sum to 1.
    year : the present one; later years count as it.

    Returns
    -------
    Share of the weight that is there, each value halved for every ``HALF_LIFE_YEARS`` years of its age.
    """
    age = (year - years[list(shares.index)].astype(float)).clip(lower=0)
    worth = 0.5 ** (age / HALF_LIFE_YEARS)
    return (worth.fillna(0.0) * shares.to_numpy(dtype=float)).sum(axis=1).rename("reliability")
