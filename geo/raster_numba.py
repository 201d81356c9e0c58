"""The compiled search across a surface: a bucket queue on a padded grid, exact for any width of its buckets."""

from __future__ import annotations

import numpy as np

from geo.compiled import Floats, Ints, Longs, compiled


@compiled
def search(
    cost: Floats, wide: int, heights: Floats, flat: int, sign: float, rate: float, best: float, seeds: Longs, offsets: Longs, half: Floats, lengths: Floats,
    per_bucket: float, reach: Floats, first: Ints, following: Ints, cell: Ints,
) -> int:  # fmt: skip
    """Write the least costs from ``seeds`` to ``reach``, those that were reached with a minus; 0 where the queue (``following``, ``cell``) was too short, else 1.

    A cell that was looked at has its costs with a minus, until they are improved and it is to be looked at again. Places in arrays are numbers without a
    sign, so that nothing is spent on those that count from the end.

    Parameters
    ----------
    cost : friction of the padded grid, row by row; infinite = barrier, as the padding is. wide : cells of a row. heights : metres, empty where ``flat``.
    sign : 1 away from the seeds, -1 towards them. rate, best : of Tobler's function. offsets, half, lengths : of the eight steps, half of their lengths and these.
    per_bucket : buckets a minute. reach : everywhere just more than is looked for. first : the buckets, -1 everywhere, a power of two.
    """
    mask = len(first) - 1
    size = len(cell)
    row = np.uintp(wide)
    used = 0
    waiting = 0
    touched = 0.0
    for seed in seeds:
        reach[seed] = 0.0
        cell[used] = seed
        following[used] = first[0]
        first[0] = used
        used += 1
        waiting += 1
    free = np.int32(-1)  # places in the queue that were used and are free again
    bucket = np.uintp(0)
    while waiting > 0:
        top = first[bucket]
        if top == -1:
            bucket = np.uintp((np.int64(bucket) + 1) & mask)
            continue
        entry = np.uintp(top)
        after = following[entry]
        first[bucket] = after
        waiting -= 1
        here = np.uintp(cell[entry])
        following[entry] = free
        free = top
        if after != -1:  # what will be needed next is fetched meanwhile: most of the time goes on waiting for memory
            then = np.uintp(cell[np.uintp(after)])
            touched += reach[then - row] + reach[then] + reach[then + row] + cost[then - row] + cost[then] + cost[then + row]
        reached = reach[here]
        if reached < 0:
            continue
        reach[here] = -reached
        own = cost[here]
        for k in range(8):
            other = np.uintp(np.int64(here) + offsets[k])
            step = half[k] * (own + cost[other])
            if not flat:
                slope = sign * (heights[other] - heights[here]) / lengths[k]
                step *= np.exp(rate * abs(slope + best) - rate * best)
            there = reached + step
            if there < abs(reach[other]):
                if free >= 0:
                    spot = np.uintp(free)
                    free = following[spot]
                elif used < size:
                    spot = np.uintp(used)
                    used += 1
                else:
                    return 0
                reach[other] = there
                slot = np.uintp(np.int64(there * per_bucket) & mask)
                cell[spot] = np.int32(other)
                following[spot] = first[slot]
                first[slot] = np.int32(spot)
                waiting += 1
    cell[0] = np.int32(touched > 0)  # used, so that the compiler keeps it
    return 1
