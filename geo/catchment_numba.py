"""The compiled sum over pairs of points and sites: for so many that numpy's passes over memory count."""

from __future__ import annotations

from geo.compiled import Floats, Ints, compiled


@compiled
def add(at: Ints, of: Ints, weights: Floats, values: Floats, sums: Floats) -> int:
    """Add the weight of each pair x the value at ``of`` to the sum at ``at``; 0 where a pair names a place that is not there, else 1."""
    for i in range(len(at)):
        if not (0 <= at[i] < len(sums) and 0 <= of[i] < len(values)):
            return 0
        sums[at[i]] += weights[i] * values[of[i]]
    return 1
