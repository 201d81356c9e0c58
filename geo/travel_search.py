"""What both engines share: where searches start and end, and the scipy engine, which is enough for a governorate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.roads import Floats, Ints
from geo.roads_rules import CONNECTOR_KPH
from geo.roads_snap import Snapped
from geo.travel_network import BLOCKED, Csr, Network

_DENSE = 8_000_000
"""Numbers in one dense table of distances: 64 MB."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Where places meet the network: those of place i are ``start[i]`` to ``start[i + 1]``; milliseconds between place and node."""

    start: Ints
    node: Ints
    ms: Ints

    @property
    def count(self) -> int:
        """How many places."""
        return len(self.start) - 1


@dataclass(frozen=True, slots=True)
class Targets:
    """Entries by node: those at node i are ``start[i]`` to ``start[i + 1]``; ``count`` places."""

    start: Ints
    place: Ints
    ms: Ints
    count: int


@dataclass(frozen=True, slots=True)
class Straight:
    """Pairs that stand on one piece of road, by source: those of source i are ``start[i]`` to ``start[i + 1]``; milliseconds along it."""

    start: Ints
    place: Ints
    ms: Ints

    @classmethod
    def none(cls, sources: int) -> Straight:
        """Return that no pair does."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(np.zeros(sources + 1, dtype=np.int64), nothing, nothing)

    @classmethod
    def of(cls, source: Ints, place: Ints, ms: Ints, sources: int) -> Straight:
        """Return these pairs by source."""
        order = np.argsort(source, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=sources))]).astype(np.int64)
        return cls(start, place[order], ms[order])


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs within the limit, each once, sorted by place and source: number of the place, of the source, milliseconds."""

    place: npt.NDArray[np.integer[Any]]
    source: npt.NDArray[np.integer[Any]]
    ms: npt.NDArray[np.integer[Any]]


def connectors(places: Snapped) -> Ints:
    """Return milliseconds on foot between each place and its road; 0 for a place without one."""
    metres: Floats = np.where(np.isfinite(places.metres), places.metres, 0.0)
    return np.rint(metres * 3600.0 / CONNECTOR_KPH).astype(np.int64)


def entries(net: Network, places: Snapped, *, leaving: bool) -> Entries:
    """Return how places leave for the network's nodes, or how they are reached from them.

    A place between two nodes leaves towards both where the road's direction lets it; the wait at the node is part of the way to it.
    A place on a node is that node.
    """
    piece, position = net.locate(places)
    on = np.flatnonzero(piece >= 0)
    p, at, walk = piece[on], position[on], connectors(places)[on]
    at_b, at_a = at == net.high[p], at == net.low[p]
    waits = np.concatenate([net.node_wait, net.cut_wait])[net.b[p]], np.concatenate([net.node_wait, net.cut_wait_back])[net.a[p]]
    to_b = np.where(at_b, 0, net.high[p] - at + (waits[0] if leaving else 0)) + walk
    to_a = np.where(at_a, 0, at - net.low[p] + (waits[1] if leaving else 0)) + walk
    # A piece that is only driven from a to b is left by b and entered by a.
    by_b, by_a = (net.forward[p], net.backward[p]) if leaving else (net.backward[p], net.forward[p])
    use_b = at_b | (by_b & ~at_a)
    use_a = ~at_b & (at_a | by_a)
    place = np.concatenate([on[use_b], on[use_a]])
    node = np.concatenate([net.b[p][use_b], net.a[p][use_a]])
    ms = np.concatenate([to_b[use_b], to_a[use_a]])
    free = ms < BLOCKED
    place, node, ms = place[free], node[free], ms[free]
    order = np.lexsort((ms, place))
    start = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=len(places)))]).astype(np.int64)
    return Entries(start, node[order], ms[order])


def by_node(some: Entries, nodes: int) -> Targets:
    """Return entries ordered by node."""
    place = np.repeat(np.arange(some.count), np.diff(some.start))
    order = np.argsort(some.node, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(some.node, minlength=nodes))]).astype(np.int64)
    return Targets(start, place[order], some.ms[order], some.count)


def renumbered(arcs: Csr, seeds: Entries, targets: Targets) -> tuple[Entries, Targets]:
    """Return seeds and targets at the nodes of a smaller network, which has kept all of theirs."""
    if arcs.number is None:
        return seeds, targets
    start = np.concatenate([targets.start[:-1][arcs.number >= 0], targets.start[-1:]])
    return Entries(seeds.start, arcs.number[seeds.node].astype(np.int64), seeds.ms), Targets(start, targets.place, targets.ms, targets.count)


def sparse(arcs: Csr, seeds: Entries, targets: Targets, straight: Straight, limit: int) -> Pairs:
    """Return the targets within ``limit`` milliseconds (inclusive) of each source.

    Sources that share a dense table of distances are searched together; each becomes a node of its own beside the network's.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    nodes = len(arcs.start) - 1
    step = max(1, _DENSE // max(nodes, 1))
    at = np.repeat(np.arange(nodes), np.diff(targets.start))
    used = np.unique(at)
    column = np.searchsorted(used, at)
    found = []
    for low in range(0, seeds.count, step):
        high = min(low + step, seeds.count)
        here = slice(seeds.start[low], seeds.start[high])
        many = np.diff(seeds.start[low : high + 1])
        data = np.concatenate([arcs.cost, seeds.ms[here]]).astype(float)
        heads = np.concatenate([arcs.head, seeds.node[here]])
        starts = np.concatenate([arcs.start, arcs.start[-1] + np.cumsum(many)])
        graph = csr_array((data, heads, starts), shape=(nodes + high - low, nodes + high - low))
        table = dijkstra(graph, directed=True, indices=np.arange(nodes, nodes + high - low), limit=max(limit, 0))
        best = _best(table[:, used], column, targets)
        own = slice(straight.start[low], straight.start[high])
        row = np.repeat(np.arange(high - low), np.diff(straight.start[low : high + 1]))
        np.minimum.at(best, (row, straight.place[own]), straight.ms[own])
        source, place = np.nonzero(best <= limit)
        found.append((source + low, place, best[source, place].astype(np.int64)))
    parts = zip(*found, strict=True) if found else ([np.zeros(0, dtype=np.int64)],) * 3
    source, place, ms = (np.concatenate(list(part)) for part in parts)
    turned = csr_array((ms, place, np.searchsorted(source, np.arange(seeds.count + 1))), shape=(seeds.count, targets.count)).tocsc()
    return Pairs(np.repeat(np.arange(targets.count), np.diff(turned.indptr)), turned.indices, turned.data)


def _best(table: Floats, column: Ints, targets: Targets) -> Floats:
    """Return sources x places: the milliseconds through the nodes at which places are; infinite where there is no way."""
    best = np.full((len(table), targets.count), np.inf)
    rows = table[:, column] + targets.ms
    # A place has at most two entries: the first of each place, then the second.
    order = np.argsort(targets.place, kind="stable")
    again = np.concatenate([[False], targets.place[order][1:] == targets.place[order][:-1]]) if len(order) else np.zeros(0, dtype=bool)
    for chosen in (order[~again], order[again]):
        best[:, targets.place[chosen]] = np.minimum(best[:, targets.place[chosen]], rows[:, chosen])
    return best


def one_tree(arcs: Csr, nodes: Ints, ms: Ints, label: Ints, limit: int) -> tuple[Ints, Ints]:
    """Return for each node the milliseconds from the nearest seed and that seed's label, the smallest one at a tie.

    Beyond ``limit`` both are 2^31 - 1. Milliseconds and label travel as one whole number, so that ties are settled on the way.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    many = len(arcs.start) - 1
    radix = int(label.max(initial=0)) + 1
    data = np.concatenate([arcs.cost.astype(float) * radix, ms.astype(float) * radix + label])
    graph = csr_array((data, np.concatenate([arcs.head, nodes]), np.append(arcs.start, arcs.start[-1] + len(nodes))), shape=(many + 1, many + 1))
    reach = dijkstra(graph, directed=True, indices=many, limit=float(max(limit, 0)) * radix + radix - 1)[:many]
    far = ~np.isfinite(reach)
    whole = np.where(far, 0, reach).astype(np.int64)
    return np.where(far, 2**31 - 1, whole // radix), np.where(far, 2**31 - 1, whole % radix)
