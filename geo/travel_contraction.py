"""A smaller network with the same ways between places: nodes where no place meets a road are contracted, as long as that adds no arcs.

A contracted node is replaced by arcs between its neighbours, each as long as the way through it, and arcs that a way of two others makes needless go. Distances
between the nodes that stay are the same to the last bit, because costs are whole numbers. Dead ends, bends and junctions of three roads go; what is left is a core
of a third or less of a street network, and a search in it one bounded search as before. Source: Geisberger, Sanders, Schultes & Delling 2008
(contraction hierarchies), of which this is the first floor.
"""

# mypy: disable-error-code="untyped-decorator,no-any-return"
from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

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
        *shorter, renamed = _contract(arcs.start, arcs.head, arcs.cost, kept, np.int64(limit))
        arcs = Csr(*_reduce(*shorter))
        number = np.where(number >= 0, renamed[number], -1).astype(np.int32)
        kept = kept[renamed >= 0]
    return Csr(arcs.start, arcs.head, arcs.cost, number)


@numba.njit(nogil=True, cache=True)
def _contract(start: Any, head_of: Any, cost_of: Any, kept: Any, limit: Any) -> Any:
    """Return start, head and cost of the arcs that are left, and the new number of each node.

    Arcs hang in two chains, one by their first node and one by their last; those that are free again hang in a chain of their own.
    """
    nodes, arcs = len(start) - 1, len(head_of)
    room = arcs + _MOST_NEIGHBOURS * _MOST_NEIGHBOURS
    tail, head, cost = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    next_out, next_in = np.empty(room, np.int32), np.empty(room, np.int32)
    first_out, first_in = np.full(nodes, -1, np.int32), np.full(nodes, -1, np.int32)
    for node in range(nodes):
        for arc in range(start[node], start[node + 1]):
            tail[arc], head[arc], cost[arc] = node, head_of[arc], cost_of[arc]
            next_out[arc], first_out[node] = first_out[node], arc
            next_in[arc], first_in[head[arc]] = first_in[head[arc]], arc
    used, free = arcs, -1
    gone, waits = np.zeros(nodes, np.bool_), np.zeros(nodes, np.bool_)
    queue = np.empty(nodes + 1, np.int32)
    left, left_cost = np.empty(_MOST_NEIGHBOURS + 1, np.int32), np.empty(_MOST_NEIGHBOURS + 1, np.int64)
    right, right_cost = np.empty(_MOST_NEIGHBOURS + 1, np.int32), np.empty(_MOST_NEIGHBOURS + 1, np.int64)
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
    number = np.full(nodes, -1, np.int32)
    many, total = 0, 0
    for node in range(nodes):
        if not gone[node]:
            number[node] = many
            many += 1
            arc = first_out[node]
            while arc != -1:
                total += 1
                arc = next_out[arc]
    new_start, new_head, new_cost = np.zeros(many + 1, np.int64), np.empty(total, np.int32), np.empty(total, np.int32)
    spot = 0
    for node in range(nodes):
        if not gone[node]:
            arc = first_out[node]
            while arc != -1:
                new_head[spot], new_cost[spot] = number[head[arc]], cost[arc]
                spot += 1
                arc = next_out[arc]
            new_start[number[node] + 1] = spot
    return new_start, new_head, new_cost, number


@numba.njit(nogil=True, cache=True)
def _neighbours(arc: Any, following: Any, ends: Any, cost: Any, node: Any, found: Any, found_cost: Any) -> Any:
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


@numba.njit(nogil=True, cache=True)
def _found(arc: Any, following: Any, head: Any, node: Any) -> Any:
    """Return the first arc of a chain that leads to a node; -1 where none does."""
    while arc != -1 and head[arc] != node:
        arc = following[arc]
    return arc


@numba.njit(nogil=True, cache=True)
def _unhook(first: Any, following: Any, node: Any, arc: Any) -> None:
    """Take an arc out of the chain of a node."""
    if first[node] == arc:
        first[node] = following[arc]
        return
    before = first[node]
    while following[before] != arc:
        before = following[before]
    following[before] = following[arc]


@numba.njit(nogil=True, cache=True)
def _reduce(start: Any, head: Any, cost: Any) -> Any:
    """Return start, head and cost of the arcs without those that a way of two arcs makes needless.

    Both arcs of such a way cost more than nothing and so less than the one that goes: what takes its place never goes round to it again.
    """
    nodes = len(start) - 1
    longest = np.full(nodes, -1, np.int32)  # of the arcs from this node to each other one
    keep = np.ones(len(head), np.bool_)
    for node in range(nodes):
        first, last = start[node], start[node + 1]
        for arc in range(first, last):
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
    new_start = np.zeros(nodes + 1, np.int64)
    many = 0
    for node in range(nodes):
        for arc in range(start[node], start[node + 1]):
            many += keep[arc]
        new_start[node + 1] = many
    return new_start, head[keep], cost[keep]
