"""How many there are in all, from two lists of the same things: capture and recapture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

FEWEST_SHARED = 7
"""With fewer things on both lists the estimate is biased and its interval worthless (Robson & Regier 1964, Trans. Am. Fish. Soc. 93, 215-226)."""
LEVEL = 0.9
"""Of the interval: from 5 to 95 %, as of ranks."""


@dataclass(frozen=True, slots=True)
class Captured:
    """An estimate of how many there are.

    Parameters
    ----------
    total : the estimate.
    error : its standard error.
    low, high : the interval of the level asked for; never fewer than are listed.
    """

    total: float
    error: float
    low: float
    high: float


def chapman(first: int, second: int, both: int, *, level: float = LEVEL) -> Captured:
    """Return Chapman's estimate, N = (n1 + 1)(n2 + 1) / (m + 1) - 1.

    Parameters
    ----------
    first, second : how many each list has, >= 0.
    both : how many are on both, at most the smaller of the two.
    level : share of such intervals that hold the true number, above 0 and below 1; by the normal distribution, so it means little under
        ``FEWEST_SHARED``.

    Raises
    ------
    ValueError : no two lists can have these numbers.

    Notes
    -----
    The lists must be made without knowledge of each other; where they draw on the same source, the estimate is too low.
    Source: Chapman 1951, Univ. Calif. Publ. Stat. 1, 131-160; the variance: Seber 1970, Biometrika 57, 13-25.
    """
    if not 0 <= both <= min(first, second):
        raise ValueError("more are on both lists than on one of them")
    total = (first + 1) * (second + 1) / (both + 1) - 1
    error = math.sqrt((first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2)))
    wide = NormalDist().inv_cdf((1 + level) / 2) * error
    return Captured(total, error, max(total - wide, float(first + second - both)), total + wide)
