"""How fresh the last check of a site is: a number that halves with time, and a word for it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import numpy as np
import pandas as pd

Band = Literal["fresh", "ageing", "stale", "never"]
BANDS: tuple[Band, ...] = ("fresh", "ageing", "stale", "never")
DAYS_PER_MONTH = 365.2425 / 12


def freshness(verified_on: pd.Series, verification: pd.Series, today: dt.date, *, half_life_months: float = 12) -> pd.Series:
    """Say how fresh the last check of each site is.

    Parameters
    ----------
    verified_on : day of the check as ``datetime.date``; missing where unknown.
    verification : ``verified`` or ``unverified``, same index. The date of an unverified site is that of its source,
        not of a check, and does not count.
    today : the day to count from; a check after it is as fresh as one on it.
    half_life_months : months after which a check is worth half, > 0; 12 usually, 3 in an emergency.

    Returns
    -------
    Float64 in 0-1 on the index of ``verified_on``: ``0.5 ** (months / half_life_months)``; NA where nobody checked.

    Raises
    ------
    ValueError : the half-life is not above 0.

    Source: temporal quality after ISO 19157; half-lives as in docs/methods/classes.md.
    """
    if not half_life_months > 0:
        raise ValueError("the half-life must be above 0")
    days = np.array(
        [
            max((today - day).days, 0) if state == "verified" and isinstance(day, dt.date) and not pd.isna(day) else np.nan
            for day, state in zip(verified_on, verification, strict=True)
        ],
        dtype=float,
    )
    value = 0.5 ** (days / DAYS_PER_MONTH / half_life_months)
    return pd.Series(value, index=verified_on.index, dtype="Float64", name="freshness").mask(np.isnan(days))


def freshness_band(values: pd.Series) -> pd.Series:
    """Return the band of each freshness.

    Parameters
    ----------
    values : from ``freshness``.

    Returns
    -------
    Text on the same index: ``fresh`` up to one half-life (0.5 and above), ``ageing`` up to two (0.25 and above),
    ``stale`` beyond, ``never`` where nobody checked.
    """
    known = values.to_numpy(dtype=float, na_value=np.nan)
    bands = np.select([np.isnan(known), known >= 0.5, known >= 0.25], ["never", "fresh", "ageing"], default="stale")
    return pd.Series(bands, index=values.index, dtype=object, name="band")
