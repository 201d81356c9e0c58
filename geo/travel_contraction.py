"""A smaller network with the same ways between places: nodes where no place meets a road are contracted, as long as that adds no arcs.

A contracted node is replaced by arcs between its neighbours, each as long as the way through it, and arcs that a way of two others makes needless go. Distances
between the nodes that stay are the same to the last bit, because costs are whole numbers. Dead ends, bends and junctions of three roads go; what is left is a core
of a third or less of a street network, and a search in it one bounded search as before. Source: Geisberger, Sanders, Schultes & Delling 2008
(contraction hierarchies), of which this is the first floor.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.compiled import Ints, Longs, Truths, compiled
from geo.travel_network import Csr

_MOST_NEIGHBOURS = 24
"""Nodes with more neighbours stay."""
_ROUNDS = 2


def core(arcs: Csr, kept: npt.NDArray[np.bool_], limit: int) -> Csr:
    """Return a network with the same ways of at most ``limit`` milliseconds between the nodes of ``kept``.

    Parameters
    ----------
    arcs : n nodes. kept : n truths: these nodes stay.

    Returns
    -------
    The arcs of the core with its ``number``: n numbers of nodes in it, -1 where a node was contracted; nodes stay in their order.
    """
    number = np.arange(len(kept), dtype=np.int32)
    for _ in range(_ROUNDS):
        contracted, renamed = _contracted(arcs, kept, limit)
        arcs = _reduced(contracted)
        number = np.where(number >= 0, renamed[number], -1).astype(np.int32)
        kept = kept[renamed >= 0]
    return Csr(arcs.start, arcs.head, arcs.cost, number)


def _contracted(arcs: Csr, kept: npt.NDArray[np.bool_], limit: int) -> tuple[Csr, Ints]:
    """Return the arcs that are left, and the new number of each node."""
    nodes = len(kept)
    work = np.empty(5 * (len(arcs.head) + _MOST_NEIGHBOURS * _MOST_NEIGHBOURS), np.int32)
    first_out, first_in, queue = np.full(nodes, -1, np.int32), np.full(nodes, -1, np.int32), np.empty(nodes + 1, np.int32)
    gone, waits = np.zeros(nodes, np.bool_), np.zeros(nodes, np.bool_)
    beside = np.empty(4 * (_MOST_NEIGHBOURS + 1), np.int64)
    total = _contract(arcs.start, arcs.head, arcs.cost, kept, limit, work, first_out, first_in, queue, gone, waits, beside)
    number = np.where(gone, -1, np.cumsum(~gone) - 1).astype(np.int32)
    start = np.zeros(nodes - int(gone.sum()) + 1, np.int64)
    head, cost = np.empty(total, np.int32), np.empty(total, np.int32)
    _lay_down(work, first_out, number, start, head, cost)
    return Csr(start, head, cost), number


@compiled
def _contract(
    start: Longs, head_of: Ints, cost_of: Ints, kept: Truths, limit: int, work: Ints, first_out: Ints, first_in: Ints, queue: Ints, gone: Truths, waits: Truths,
    beside: Longs,
) -> int:  # fmt: skip
    """Contract what may be, and return how many arcs are left.

    Arcs hang in two chains, one by their first node and one by their last; those that are free again hang in a chain of their own.
    """
    nodes, arcs, room = len(start) - 1, len(head_of), len(work) // 5
    tail, head, cost, next_out, next_in = work[:room], work[room : 2 * room], work[2 * room : 3 * room], work[3 * room : 4 * room], work[4 * room :]
    side = len(beside) // 4
    left, left_cost, right, right_cost = beside[:side], beside[side : 2 * side], beside[2 * side : 3 * side], beside[3 * side :]
    for node in range(nodes):
        for arc in range(start[node], start[node + 1]):
            tail[arc], head[arc], cost[arc] = node, head_of[arc], cost_of[arc]
            next_out[arc], first_out[node] = first_out[node], arc
            next_in[arc], first_in[head[arc]] = first_in[head[arc]], arc
    used, free = arcs, -1
    for most in (-2, -1, 0):  # those first that leave the fewest arcs
        begin, end = 0, 0
        for node in range(nodes):
            if not kept[node] and not gone[node]:
                queue[end], waits[node] = node, True
                end += 1
        while begin != end:
            node = queue[begin]
            begin = begin + 1 if begin < nodes else 0
            waits[node] = False
            lefts, removed = _neighbours(first_in[node], next_in, tail, cost, node, left, left_cost)
            rights, leaving = _neighbours(first_out[node], next_out, head, cost, node, right, right_cost)
            if lefts > _MOST_NEIGHBOURS or rights > _MOST_NEIGHBOURS:
                continue
            added = -removed - leaving
            for i in range(lefts):
                for j in range(rights):
                    if left[i] != right[j] and left_cost[i] + right_cost[j] <= limit and _found(first_out[left[i]], next_out, head, right[j]) == -1:
                        added += 1
            if added > most:
                continue
            gone[node] = True
            arc = first_in[node]
            while arc != -1:
                following = next_in[arc]
                if tail[arc] != node:  # an arc from a node to itself goes with those that leave
                    _unhook(first_out, next_out, tail[arc], arc)
                    next_out[arc], free = free, arc
                arc = following
            arc = first_out[node]
            while arc != -1:
                following = next_out[arc]
                if head[arc] != node:
                    _unhook(first_in, next_in, head[arc], arc)
                next_out[arc], free = free, arc
                arc = following
            for i in range(lefts):
                for j in range(rights):
                    there = left_cost[i] + right_cost[j]
                    if left[i] == right[j] or there > limit:
                        continue
                    arc = _found(first_out[left[i]], next_out, head, right[j])
                    if arc != -1:
                        cost[arc] = min(np.int64(cost[arc]), there)
                        continue
                    if free >= 0:
                        arc, free = free, next_out[free]
                    else:
                        arc = used
                        used += 1
                    tail[arc], head[arc], cost[arc] = left[i], right[j], there
                    next_out[arc], first_out[left[i]] = first_out[left[i]], arc
                    next_in[arc], first_in[right[j]] = first_in[right[j]], arc
            for k in range(lefts + rights):
                other = left[k] if k < lefts else right[k - lefts]
                if not kept[other] and not waits[other]:
                    queue[end], waits[other] = other, True
                    end = end + 1 if end < nodes else 0
    total = 0
    for node in range(nodes):
        arc = first_out[node]
        while not gone[node] and arc != -1:
            total += 1
            arc = next_out[arc]
    return total


@compiled
def _lay_down(work: Ints, first_out: Ints, number: Ints, new_start: Longs, new_head: Ints, new_cost: Ints) -> None:
    """Write the arcs of the nodes that stay, one after the other, by the numbers of these."""
    room = len(work) // 5
    head, cost, next_out = work[room : 2 * room], work[2 * room : 3 * room], work[3 * room : 4 * room]
    spot = 0
    for node in range(len(number)):
        if number[node] >= 0:
            arc = first_out[node]
            while arc != -1:
                new_head[spot], new_cost[spot] = number[head[arc]], cost[arc]
                spot += 1
                arc = next_out[arc]
            new_start[number[node] + 1] = spot


def _neighbours(arc: int, following: Ints, ends: Ints, cost: Ints, node: int, found: Longs, found_cost: Longs) -> tuple[int, int]:
    """Write the nodes at the other ends of a chain, each once with its shortest arc; return how many (one too many stands for more), and how many arcs."""
    many, arcs = 0, 0
    while arc != -1:
        arcs += 1
        other = ends[arc]
        if other != node:
            k = 0
            while k < many and found[k] != other:
                k += 1
            if k == many:
                many += 1
                if many > _MOST_NEIGHBOURS:
                    return many, arcs
                found[k], found_cost[k] = other, cost[arc]
            else:
                found_cost[k] = min(found_cost[k], np.int64(cost[arc]))
        arc = following[arc]
    return many, arcs


def _found(arc: int, following: Ints, head: Ints, node: int) -> int:
    """Return the first arc of a chain that leads to a node; -1 where none does."""
    while arc != -1 and head[arc] != node:
        arc = following[arc]
    return arc


def _unhook(first: Ints, following: Ints, node: int, arc: int) -> None:
    """Take an arc out of the chain of a node."""
    if first[node] == arc:
        first[node] = following[arc]
        return
    before = first[node]
    while following[before] != arc:
        before = following[before]
    following[before] = following[arc]


def _reduced(arcs: Csr) -> Csr:
    """Return the arcs without those that a way of two arcs makes needless."""
    keep = np.ones(len(arcs.head), np.bool_)
    _mark_needless(arcs.start, arcs.head, arcs.cost, np.full(len(arcs.start) - 1, -1, np.int32), keep)
    return Csr(np.concatenate([[0], np.cumsum(keep)])[arcs.start], arcs.head[keep], arcs.cost[keep])


@compiled
def _mark_needless(start: Longs, head: Ints, cost: Ints, longest: Ints, keep: Truths) -> None:
    """Mark the arcs that a way of two arcs makes needless; ``longest`` is -1 everywhere.

    Both arcs of such a way cost more than nothing and so less than the one that goes: what takes its place never goes round to it again.
    """
    for node in range(len(start) - 1):
        first, last = start[node], start[node + 1]
        for arc in range(first, last):  # the longest of the arcs from this node to each other one
            longest[head[arc]] = max(longest[head[arc]], cost[arc])
        for arc in range(first, last):
            middle = head[arc]
            if cost[arc] > 0 and middle != node:
                for further in range(start[middle], start[middle + 1]):
                    there = np.int64(cost[arc]) + cost[further]
                    if cost[further] > 0 and there <= longest[head[further]]:
                        for direct in range(first, last):
                            if head[direct] == head[further] and cost[direct] >= there:
                                keep[direct] = False
        for arc in range(first, last):
            longest[head[arc]] = -1
