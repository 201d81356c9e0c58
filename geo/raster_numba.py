"""The compiled search across a surface: a bucket queue on a padded grid, exact for any width of its buckets."""

from __future__ import annotations

import numpy as np

from geo.compiled import Floats, Ints, Longs, compiled


@compiled
def search(
    cost: Floats, wide: int, heights: Floats, flat: int, sign: float, rate: float, best: float, seeds: Longs, offsets: Longs, half: Floats, lengths: Floats,
    per_bucket: float, reach: Floats, first: Ints, following: Ints, cell: Ints, at: Floats,
) -> int:  # fmt: skip
    """Fill ``reach`` with the least costs from ``seeds``; 0 where the queue (``following``, ``cell``, ``at``) was too short, else 1.

    Parameters
    ----------
    cost : friction of the padded grid, row by row; infinite = barrier, as the padding is. wide : cells of a row. heights : metres, empty where ``flat``.
    sign : 1 away from the seeds, -1 towards them. rate, best : of Tobler's function. offsets, half, lengths : of the eight steps, half of their lengths and these.
    per_bucket : buckets a minute. reach : everywhere just more than is looked for. first : the buckets, -1 everywhere, a power of two.
    """
    mask = len(first) - 1
    size = len(at)
    used = 0
    waiting = 0
    touched = 0.0
    for seed in seeds:
        reach[seed] = 0.0
        cell[used] = seed
        at[used] = 0.0
        following[used] = first[0]
        first[0] = used
        used += 1
        waiting += 1
    free = -1  # places in the queue that were used and are free again
    bucket = 0
    while waiting > 0:
        entry = first[bucket]
        if entry == -1:
            bucket = (bucket + 1) & mask
            continue
        first[bucket] = following[entry]
        waiting -= 1
        here, reached = cell[entry], at[entry]
        following[entry] = free
        free = entry
        after = first[bucket]
        if after != -1:  # what will be needed next is fetched meanwhile: most of the time goes on waiting for memory
            then = cell[after]
            touched += reach[then - wide] + reach[then] + reach[then + wide] + cost[then - wide] + cost[then] + cost[then + wide]
        if reached != reach[here]:
            continue
        own = cost[here]
        for k in range(8):
            other = here + offsets[k]
            step = half[k] * (own + cost[other])
            if not flat:
                slope = sign * (heights[other] - heights[here]) / lengths[k]
                step *= np.exp(rate * abs(slope + best) - rate * best)
            there = reached + step
            if there < reach[other]:
                if free >= 0:
                    spot = free
                    free = following[spot]
                elif used < size:
                    spot = used
                    used += 1
                else:
                    return 0
                reach[other] = there
                slot = np.int64(there * per_bucket) & mask
                cell[spot] = other
                at[spot] = there
                following[spot] = first[slot]
                first[slot] = spot
                waiting += 1
    at[0] = touched  # used, so that the compiler keeps it
    return 1
