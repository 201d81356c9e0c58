"""Shortest paths with a bucket queue, compiled: for work that scipy would take long for.

Costs are whole milliseconds. A bucket holds what is reached within a span of time; inside a bucket a place may be improved again and is then
looked at again, so that the result is exact for any span. Arrays never grow inside the compiled loop; a queue that is too short says so.
"""

from __future__ import annotations

import mmap
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.compiled import Ints, Longs, compiled
from geo.travel_network import BLOCKED, Csr
from geo.travel_search import Entries, Pairs, Straight, Targets, renumbered

_FAR = np.int32(2**31 - 1)
_FAR_KEY = (2**31 - 1 << 32) | 2**31 - 1
_FULL = -1
_WIDE = 2.0
"""Width of a bucket, in usual arcs."""
_BLOCK = 1 << 20
"""Pairs that are kept together."""
_FEW, _SAMPLE = 64, 8
"""Sources that are too few to make the network smaller for them; searches that tell how many nodes one sees."""
_CONTRACTION_WORK = 20
"""Making the network smaller takes about as long as seeing each of its nodes so many times."""


def sparse(arcs: Csr, seeds: Entries, targets: Targets, straight: Straight, limit: int, threads: int) -> Pairs:
    """Return the targets within ``limit`` milliseconds of each source; see `travel_search.sparse`.

    Shares of neighbouring sources are searched by threads; each keeps its pairs in the order in which it finds them, and how many there are of each
    place. From that every pair knows its spot, so that nothing has to be sorted.
    """
    if arcs.number is None:
        arcs = smaller(arcs, seeds, targets, limit)
    seeds, targets = renumbered(arcs, seeds, targets)
    shift, buckets = _buckets(arcs, seeds, _WIDE)
    ends = np.linspace(0, seeds.count, (min(max(1, threads) * 4, max(seeds.count, 1)) if threads > 1 else 1) + 1).astype(np.int64)

    def work(first: int, last: int) -> _Share:
        desk = _Desk(arcs, targets.count, buckets)
        return desk.share(arcs, seeds, targets, straight, first, last, limit, shift)

    with ThreadPoolExecutor(max(1, threads)) as pool:
        shares = list(pool.map(work, ends[:-1].tolist(), ends[1:].tolist()))
        many = np.sum([share.of_place for share in shares], axis=0, dtype=np.int64) if shares else np.zeros(targets.count, dtype=np.int64)
        spots = np.concatenate([[0], np.cumsum(many)])
        source, ms = np.empty(spots[-1], dtype=np.int32), np.empty(spots[-1], dtype=np.int32)
        begins, next_spot = [], spots[:-1].copy()
        for share in shares:
            begins.append(next_spot.copy() if len(shares) > 1 else next_spot)
            next_spot = next_spot + share.of_place
        list(pool.map(lambda share, begin: share.place(begin, source, ms), shares, begins))
    return Pairs(np.repeat(np.arange(targets.count, dtype=np.int32), many), source, ms)


def by_source(arcs: Csr, seeds: Entries, targets: Targets, straight: Straight, limit: int) -> tuple[Ints, Ints, Ints]:
    """Return how many targets each source has within ``limit`` milliseconds, and these and their milliseconds, source after source, as they are found."""
    seeds, targets = renumbered(arcs, seeds, targets)
    shift, buckets = _buckets(arcs, seeds, _WIDE)
    found = _Desk(arcs, targets.count, buckets).share(arcs, seeds, targets, straight, 0, seeds.count, limit, shift)
    none = np.zeros(0, dtype=np.int32)
    many, places, took = (np.concatenate([none, *(block[i] for block in found.blocks)]) for i in range(3))
    return many, places, took


def in_order(source: Ints, many: Ints, places: Ints, took: Ints, count: int, threads: int) -> Pairs:
    """Return pairs by place and source; they are given source after source in any order of the sources, each with all its pairs.

    Parameters
    ----------
    source, many : numbers of the sources, and how many pairs each has. places, took : of the pairs. count : how many places there are.
    """
    rising, begins = np.argsort(source), _begins(many)
    shares = [share for share in np.array_split(rising, max(1, threads)) if len(share)]
    tallies = np.zeros((len(shares), count), dtype=np.int64)
    by_place, ms = np.empty(len(places), dtype=np.int32), np.empty(len(places), dtype=np.int32)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        list(pool.map(lambda share, tally: _tally(begins[share], many[share], places, tally), shares, tallies))
        of_place = tallies.sum(axis=0)
        spots = np.cumsum(of_place) - of_place + np.cumsum(tallies, axis=0) - tallies  # where each share's pairs of a place begin
        list(pool.map(lambda share, spot: _place(source[share], begins[share], many[share], places, took, spot, by_place, ms), shares, spots))
    return Pairs(np.repeat(np.arange(count, dtype=np.int32), of_place), by_place, ms)


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


class _Share:
    """The pairs of neighbouring sources: places and milliseconds in blocks, source after source."""

    def __init__(self, first: int, of_place: npt.NDArray[np.int32]) -> None:
        self.first = first
        self.of_place = of_place
        self.blocks: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]] = []

    def place(self, spot: npt.NDArray[np.int64], source: npt.NDArray[np.int32], ms: npt.NDArray[np.int32]) -> None:
        """Write the pairs where they belong; ``spot`` is the next one of each place. A block that was written is let go."""
        at = self.first
        while self.blocks:
            many, places, took = self.blocks.pop(0)
            _place(np.arange(at, at + len(many), dtype=np.int32), _begins(many), many, places, took, spot, source, ms)
            at += len(many)


class _Desk:
    """The arrays that one thread works on."""

    def __init__(self, arcs: Csr, places: int, buckets: int) -> None:
        nodes = len(arcs.start) - 1
        self.distance = np.full(nodes, _FAR, dtype=np.int32)
        self.touched = np.empty(nodes, dtype=np.int32)
        self.first = np.full(buckets, -1, dtype=np.int32)
        self.queue = np.empty((3, nodes // 4 + 4096), dtype=np.int32)
        self.best = np.full(places, _FAR, dtype=np.int32)
        self.seen = 0

    def share(self, arcs: Csr, seeds: Entries, targets: Targets, straight: Straight, first: int, last: int, limit: int, shift: int) -> _Share:
        """Return the pairs of the sources from ``first`` to before ``last``."""
        found = _Share(first, np.zeros(len(self.best), dtype=np.int32))
        size = max(_BLOCK, len(self.best))
        many, told, at = np.zeros(last - first, dtype=np.int32), np.zeros(2, dtype=np.int64), first
        while at < last:
            places, took = _room(size), _room(size)
            begun = at
            at = _search(
                arcs.start, arcs.head, arcs.cost, seeds.start, seeds.node, seeds.ms, at, last, limit, shift, self.distance, self.touched,
                self.first, self.queue[0], self.queue[1], self.queue[2], targets.start, targets.place, targets.ms, straight.start, straight.place,
                straight.ms, self.best, places, took, many[begun - first :], found.of_place, told,
            )  # fmt: skip
            used = int(told[0])
            self.seen += int(told[1])
            if at > begun:
                found.blocks.append((many[begun - first : at - first], places[:used], took[:used]))
            if at < last and len(places) - used >= len(self.best):  # the queue was too short for this source
                self.distance[:] = _FAR
                self.first[:] = -1
                self.queue = np.empty((3, 2 * self.queue.shape[1]), dtype=np.int32)
        return found


def _begins(many: Ints) -> Longs:
    """Return where the pairs of each source begin, which stand one after the other."""
    return np.cumsum(many, dtype=np.int64) - many


def _room(size: int) -> Ints:
    """Return an empty array whose memory goes back at once where it is let go; that of the allocator would stay between others."""
    return np.frombuffer(mmap.mmap(-1, size * np.dtype(np.int32).itemsize), dtype=np.int32)


def smaller(arcs: Csr, seeds: Entries, targets: Targets, limit: int) -> Csr:
    """Return the core of the network where that is worth its time, by how many nodes some of the searches see; else the network itself."""
    nodes = len(arcs.start) - 1
    kept = np.diff(targets.start) > 0
    kept[seeds.node] = True
    if seeds.count < _FEW or 2 * int(kept.sum()) > nodes:
        return arcs
    shift, buckets = _buckets(arcs, seeds, _WIDE)
    desk = _Desk(arcs, targets.count, buckets)
    none = Straight.none(seeds.count)
    for source in np.linspace(0, seeds.count - 1, _SAMPLE).astype(int).tolist():
        desk.share(arcs, seeds, targets, none, source, source + 1, limit, shift)
    if desk.seen / _SAMPLE * seeds.count < _CONTRACTION_WORK * nodes:
        return arcs
    del desk
    from geo.travel_contraction import core

    return core(arcs, kept, limit)


def _buckets(arcs: Csr, seeds: Entries, wide: float) -> tuple[int, int]:
    """Return the width of a bucket (as a shift), about ``wide`` usual arcs, and how many there are: enough that no two spans of time share one."""
    longest = int(arcs.cost.max()) if len(arcs.cost) else 1
    offset = int(seeds.ms[seeds.ms < BLOCKED].max(initial=0))
    middle = float(np.median(arcs.cost[:: max(1, len(arcs.cost) // 10_000)])) if len(arcs.cost) else 1.0
    shift = max(0, int(np.log2(max(1.0, wide * middle))))
    while (max(longest, offset) >> shift) > 1 << 16:
        shift += 1
    return shift, 1 << int(np.ceil(np.log2((max(longest, offset) >> shift) + 3)))


@compiled
def _search(
    start: Longs, head: Ints, cost: Ints, seed_start: Longs, seed_node: Longs, seed_ms: Longs, source: int, last: int, limit: int, shift: int, distance: Ints,
    touched: Ints, first: Ints, cell: Ints, at: Ints, following: Ints, target_start: Longs, target_place: Longs, target_ms: Longs, straight_start: Longs,
    straight_place: Longs, straight_ms: Longs, best: Ints, places: Ints, took: Ints, many: Ints, of_place: Ints, told: Longs,
) -> int:  # fmt: skip
    """Search from one source after the other, as long as the pairs of another one fit; return the next source, and write the pairs and the nodes that were seen.

    It ends early at a source for which the queue is too short; what that one has written is to be cleaned up.
    """
    mask = len(first) - 1
    size = len(cell)
    pairs = 0
    looked = 0
    begun = source
    while source < last and len(places) - pairs >= len(best):
        used = 0
        waiting = 0
        seen = 0
        for i in range(seed_start[source], seed_start[source + 1]):
            node, reached = seed_node[i], np.int32(seed_ms[i])
            if seed_ms[i] <= limit and reached < distance[node]:
                if distance[node] == _FAR:
                    touched[seen] = node
                    seen += 1
                distance[node] = reached
                slot = (reached >> shift) & mask
                cell[used], at[used], following[used] = node, reached, first[slot]
                first[slot] = used
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
                        told[0], told[1] = pairs, looked
                        return source
                    if before == _FAR:
                        touched[seen] = other
                        seen += 1
                    distance[other] = there
                    slot = (there >> shift) & mask
                    cell[spot], at[spot], following[spot] = other, there, first[slot]
                    first[slot] = spot
                    waiting += 1
        found = pairs
        for k in range(straight_start[source], straight_start[source + 1]):
            place = straight_place[k]
            if best[place] == _FAR:
                places[found] = place
                found += 1
            best[place] = min(best[place], straight_ms[k])
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
        for i in range(pairs, found):
            place = places[i]
            took[i] = best[place]
            best[place] = _FAR
            of_place[place] += 1
        many[source - begun] = found - pairs
        pairs = found
        looked += seen
        source += 1
    told[0], told[1] = pairs, looked
    return source


@compiled
def _place(number: Ints, begin: Longs, many: Ints, places: Ints, took: Ints, spot: Longs, source: Ints, ms: Ints) -> None:
    """Write the pairs of one source after the other, each at the next spot of its place."""
    for i in range(len(number)):
        for pair in range(begin[i], begin[i] + many[i]):
            place = places[pair]
            source[spot[place]], ms[spot[place]] = number[i], took[pair]
            spot[place] += 1


@compiled
def _tally(begin: Longs, many: Ints, places: Ints, tally: Longs) -> None:
    """Count the pairs of each place."""
    for i in range(len(begin)):
        for pair in range(begin[i], begin[i] + many[i]):
            tally[places[pair]] += 1


@compiled
def _tree(
    start: Longs, head: Ints, cost: Ints, nodes: Ints, keys: Longs, most: int, shift: int, best: Longs, first: Ints, cell: Ints, at: Longs, following: Ints
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
