"""An attacker with a linear program: between which values each count that is held back must lie, from what is shown alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linprog


def feasible_intervals(shown: pd.DataFrame, *, two_ways: bool) -> dict[tuple[int, int], tuple[float, float]]:
    """Return for each count that is held back the least and the largest value that agrees with everything shown.

    Parameters
    ----------
    shown : a table with totals, NA where held back. Zeros are always shown, so whatever is held back is at least 1.
    two_ways : rows are added up as well as columns.
    """
    missing = shown.isna().to_numpy()
    places = [tuple(map(int, place)) for place in np.argwhere(missing)]
    known = shown.astype("Float64").fillna(0).to_numpy(dtype=float)
    rows, columns = shown.shape
    sums = [[((i, j), 1.0 if i < rows - 1 else -1.0) for i in range(rows)] for j in range(columns)]
    if two_ways:
        sums += [[((i, j), 1.0 if j < columns - 1 else -1.0) for j in range(columns)] for i in range(rows)]
    position = {place: number for number, place in enumerate(places)}
    left, right = np.zeros((len(sums), len(places))), np.zeros(len(sums))
    for number, parts in enumerate(sums):
        for place, sign in parts:
            if place in position:
                left[number, position[place]] = sign
            else:
                right[number] -= sign * known[place]
    out = {}
    for place, number in position.items():
        aim = np.zeros(len(places))
        aim[number] = 1.0
        ends = []
        for direction in (1.0, -1.0):
            found = linprog(direction * aim, A_eq=left, b_eq=right, bounds=(1, None), method="highs")
            assert found.status in (0, 3), found.message
            ends.append(direction * np.inf * -1 if found.status == 3 else float(found.x[number]))
        out[place] = (ends[0], ends[1])
    return out
