"""Whole people: a total shared out so that the parts are whole numbers and their sum is the total."""

from __future__ import annotations

import numpy as np


def share_out(total: int, weights: np.ndarray) -> np.ndarray:
    """Return whole numbers in proportion to the weights that sum to the total (largest remainder).

    Parameters
    ----------
    total : what is shared out, >= 0.
    weights : n finite numbers >= 0. One of weight 0 gets nothing.

    Returns
    -------
    n whole numbers, int64, each the exact share rounded down or up; of equal remainders the first are rounded up. Where
    all weights are 0, nothing is shared out.

    Source: Hamilton's method; Balinski & Young 1982, Fair Representation.
    """
    whole = np.zeros(len(weights), dtype=np.int64)
    given = np.nonzero(weights > 0)[0]
    if total <= 0 or len(given) == 0:
        return whole
    exact = weights[given] * (total / weights[given].sum())
    down = np.floor(exact).astype(np.int64)
    left = total - int(down.sum())
    # Rounding errors may leave more to hand out than there are parts, or less than nothing: never by more than one each.
    first = np.argsort(-(exact - down), kind="stable") if left >= 0 else np.argsort(exact - down, kind="stable")
    for step in range(abs(left)):
        down[first[step % len(first)]] += 1 if left > 0 else -1
    whole[given] = down
    return whole
