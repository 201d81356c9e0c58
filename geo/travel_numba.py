"""Shortest paths with a bucket queue, compiled: for work that scipy would take long for.

Costs are whole milliseconds. A bucket holds what is reached within a span of time; inside a bucket a place may be improved again and is then
looked at again, so that the result is exact for any span. Arrays never grow inside the compiled loop; a queue that is too short says so.
"""

# mypy: disable-error-code="untyped-decorator,no-any-return"
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from geo.travel_network import BLOCKED, Csr
from geo.travel_search import Entries, Found, Targets

_FAR = np.int32(2**31 - 1)
_FAR_KEY = (2**31 - 1 << 32) | 2**31 - 1
_FULL = -1


def sparse(arcs: Csr, seeds: Entries, targets: Targets, limit: int, threads: int) -> Found:
    """Return the targets within ``limit`` milliseconds of each source; see `travel_search.sparse`."""
    shift, buckets = _buckets(arcs, seeds, 2)
    shares = [share for share in np.array_split(np.arange(seeds.count), max(1, threads) * 4 if threads > 1 else 1) if len(share)]

    def work(share: npt.NDArray[Any]) -> list[tuple[int, npt.NDArray[np.int32], npt.NDArray[np.int32]]]:
        desk = _Desk(arcs, targets.count, buckets)
        return [(int(source), *desk.search(arcs, seeds, int(source), targets, limit, shift)) for source in share]

    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            found = [one for part in pool.map(work, shares) for one in part]
    else:
        found = [one for share in shares for one in work(share)]
    lengths = [len(places) for _, places, _ in found]
    source = np.repeat(np.array([one[0] for one in found], dtype=np.int32), lengths)
    place = np.concatenate([one[1] for one in found]) if found else np.zeros(0, dtype=np.int32)
    ms = np.concatenate([one[2] for one in found]) if found else np.zeros(0, dtype=np.int32)
    return Found(source, place, ms)


def one_tree(
    arcs: Csr, nodes: npt.NDArray[Any], ms: npt.NDArray[Any], label: npt.NDArray[Any], limit: int
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return for each node the milliseconds from the nearest seed, and its label (the smaller one at a tie); see `travel_search.one_tree`.

    Milliseconds and label are the halves of one whole number: one comparison settles both, and both are in one place in memory.
    """
    shift, buckets = _buckets(arcs, Entries(np.array([0, len(nodes)]), nodes, ms), 4)
    keys = (ms.astype(np.int64) << 32) | label.astype(np.int64)
    size = len(arcs.start) // 4 + len(nodes) + 4096
    while True:
        best = np.full(len(arcs.start) - 1, _FAR_KEY, dtype=np.int64)
        first = np.full(buckets, -1, dtype=np.int32)
        cell, following, at = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int64)
        most = (np.int64(limit) << 32) | np.int64(0xFFFFFFFF)
        done = _tree(arcs.start, arcs.head, arcs.cost, nodes.astype(np.int32), keys, most, shift + 32, best, first, cell, at, following)
        if done != _FULL:
            return (best >> 32).astype(np.int32), (best & 0xFFFFFFFF).astype(np.int32)
        size *= 2


class _Desk:
    """The arrays that one thread works on."""

    def __init__(self, arcs: Csr, places: int, buckets: int) -> None:
        nodes = len(arcs.start) - 1
        self.distance = np.full(nodes, _FAR, dtype=np.int32)
        self.touched = np.empty(nodes, dtype=np.int32)
        self.first = np.full(buckets, -1, dtype=np.int32)
        self.queue = np.empty((3, nodes // 4 + 4096), dtype=np.int32)
        self.best = np.full(places, _FAR, dtype=np.int32)
        self.places = np.empty(places, dtype=np.int32)

    def search(
        self, arcs: Csr, seeds: Entries, source: int, targets: Targets, limit: int, shift: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        here = slice(seeds.start[source], seeds.start[source + 1])
        nodes, ms = seeds.node[here].astype(np.int32), seeds.ms[here].astype(np.int32)
        while True:
            many = _search(arcs.start, arcs.head, arcs.cost, nodes, ms, np.int32(limit), shift, self.distance, self.touched, self.first,
                           self.queue[0], self.queue[1], self.queue[2], targets.start, targets.place, targets.ms, self.best, self.places)  # fmt: skip
            if many != _FULL:
                break
            self.distance[:] = _FAR
            self.first[:] = -1
            self.queue = np.empty((3, 2 * self.queue.shape[1]), dtype=np.int32)
        # Few of many places are sorted; many of them are looked for in order.
        places = np.sort(self.places[:many]) if many * 16 < len(self.best) else np.flatnonzero(self.best != _FAR).astype(np.int32)
        result = self.best[places].copy()
        self.best[places] = _FAR
        return places, result


def _buckets(arcs: Csr, seeds: Entries, wide: int) -> tuple[int, int]:
    """Return the width of a bucket (as a shift), about ``wide`` usual arcs, and how many there are: enough that no two spans of time share one."""
    longest = int(arcs.cost.max()) if len(arcs.cost) else 1
    offset = int(seeds.ms[seeds.ms < BLOCKED].max(initial=0))
    middle = float(np.median(arcs.cost[:: max(1, len(arcs.cost) // 10_000)])) if len(arcs.cost) else 1.0
    shift = max(0, int(np.log2(max(1.0, wide * middle))))
    while (max(longest, offset) >> shift) > 1 << 16:
        shift += 1
    return shift, 1 << int(np.ceil(np.log2((max(longest, offset) >> shift) + 3)))


@numba.njit(nogil=True, cache=True)
def _search(
    start: Any, head: Any, cost: Any, nodes: Any, ms: Any, limit: Any, shift: Any, distance: Any, touched: Any, first: Any, cell: Any, at: Any, following: Any,
    target_start: Any, target_place: Any, target_ms: Any, best: Any, places: Any,
) -> int:  # fmt: skip
    mask = len(first) - 1
    size = len(cell)
    used = 0
    waiting = 0
    seen = 0
    found = 0
    for i in range(len(nodes)):
        if ms[i] <= limit and ms[i] < distance[nodes[i]]:
            if distance[nodes[i]] == _FAR:
                touched[seen] = nodes[i]
                seen += 1
            distance[nodes[i]] = ms[i]
            bucket = (ms[i] >> shift) & mask
            cell[used], at[used], following[used] = nodes[i], ms[i], first[bucket]
            first[bucket] = used
            used += 1
            waiting += 1
    free = -1  # entries that were used and are free again
    bucket = 0
    while waiting > 0:
        entry = first[bucket]
        if entry == -1:
            bucket = (bucket + 1) & mask
            continue
        first[bucket] = following[entry]
        waiting -= 1
        node, reached = cell[entry], at[entry]
        following[entry] = free
        free = entry
        if reached != distance[node]:
            continue
        for arc in range(start[node], start[node + 1]):
            there = reached + cost[arc]
            if there > limit:
                continue
            other = head[arc]
            before = distance[other]
            if there < before:
                if free >= 0:
                    spot = free
                    free = following[spot]
                elif used < size:
                    spot = used
                    used += 1
                else:
                    return _FULL
                if before == _FAR:
                    touched[seen] = other
                    seen += 1
                distance[other] = there
                slot = (there >> shift) & mask
                cell[spot], at[spot], following[spot] = other, there, first[slot]
                first[slot] = spot
                waiting += 1
    for i in range(seen):
        node = touched[i]
        reached = distance[node]
        distance[node] = _FAR
        for k in range(target_start[node], target_start[node + 1]):
            there = reached + target_ms[k]
            if there <= limit:
                place = target_place[k]
                if best[place] == _FAR:
                    places[found] = place
                    found += 1
                best[place] = min(best[place], there)
    return found


@numba.njit(nogil=True, cache=True)
def _tree(
    start: Any, head: Any, cost: Any, nodes: Any, keys: Any, most: Any, shift: Any, best: Any, first: Any, cell: Any, at: Any, following: Any
) -> int:  # fmt: skip
    mask = len(first) - 1
    size = len(cell)
    used = 0
    waiting = 0
    for i in range(len(nodes)):
        node = nodes[i]
        if keys[i] <= most and keys[i] < best[node]:
            best[node] = keys[i]
            bucket = (keys[i] >> shift) & mask
            cell[used], at[used], following[used] = node, keys[i], first[bucket]
            first[bucket] = used
            used += 1
            waiting += 1
    free = -1  # entries that were used and are free again
    bucket = 0
    while waiting > 0:
        entry = first[bucket]
        if entry == -1:
            bucket = (bucket + 1) & mask
            continue
        first[bucket] = following[entry]
        waiting -= 1
        node, reached = cell[entry], at[entry]
        following[entry] = free
        free = entry
        if reached != best[node]:
            continue
        for arc in range(start[node], start[node + 1]):
            there = reached + (np.int64(cost[arc]) << 32)
            other = head[arc]
            if there < best[other] and there <= most:
                if free >= 0:
                    spot = free
                    free = following[spot]
                elif used < size:
                    spot = used
                    used += 1
                else:
                    return _FULL
                best[other] = there
                slot = (there >> shift) & mask
                cell[spot], at[spot], following[spot] = other, there, first[slot]
                first[slot] = spot
                waiting += 1
    return used
