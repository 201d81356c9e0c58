"""Need and access in one map: three classes of each on fixed cut points, so that two maps can be compared."""

from __future__ import annotations

import numpy as np
import pandas as pd

NEED_CUTS = (10 / 3, 20 / 3)
"""Thirds of the scale of 0-10: not those of the governorates of the day."""
MINUTES_CUTS = (15.0, 30.0)
"""Up to a quarter of an hour, up to half an hour, and more."""
SIDE = 3


def bivariate_classes(need: pd.Series, minutes: pd.Series) -> pd.Series:
    """Return the class of each area: 3 times its class of need plus its class of minutes, 0 the least of both and 8 the most.

    Parameters
    ----------
    need : scores of 0-10 by area; NaN where there is none.
    minutes : by area; NaN where they are not known, infinite where nobody gets there. A cut point belongs to the class below it.

    Returns
    -------
    Int64 on the index of ``need``; NA where either is not known.
    """
    scores, times = need.to_numpy(dtype=float, na_value=np.nan), minutes.reindex(need.index).to_numpy(dtype=float, na_value=np.nan)
    known = ~(np.isnan(scores) | np.isnan(times))
    out = pd.Series(pd.NA, index=need.index, dtype="Int64", name="class")
    out[known] = SIDE * np.searchsorted(NEED_CUTS, scores[known], side="left") + np.searchsorted(MINUTES_CUTS, times[known], side="left")
    return out


def weighted_quantile(values: pd.Series, people: pd.Series, share: float) -> float:
    """Return the smallest value within which at least this share of the people lie.

    Parameters
    ----------
    values : minutes by point, infinite where nobody gets there.
    people : by point, 0 or more.
    share : 0-1.

    Returns
    -------
    NaN where there are no people.
    """
    x, p = values.to_numpy(dtype=float), people.reindex(values.index).to_numpy(dtype=float, na_value=0.0)
    there = p > 0
    if not there.any():
        return float("nan")
    order = np.argsort(x[there], kind="stable")
    upto = np.cumsum(p[there][order])
    return float(x[there][order][np.searchsorted(upto, share * upto[-1] * (1 - 1e-12))])
