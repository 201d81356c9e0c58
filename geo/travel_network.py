"""The road graph as one way of travelling sees it: whole milliseconds on arcs, cut where obstacles stand.

Costs are whole numbers, so that every engine finds the same minutes to the last bit, and so that a road cut in two costs exactly what it
cost before. A wait (barrier, traffic light, obstacle) is paid on arrival at its node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from geo.roads import Bools, Ints, RoadGraph
from geo.roads_rules import BARRIER_CODES, BARRIERS, MODES, SIGNAL_MINUTES, TAXI_FACTOR, TAXI_WAIT_MINUTES
from geo.roads_snap import Snapped

MS = 60_000
"""Milliseconds in a minute."""
BLOCKED = 1 << 30
"""The wait where nobody passes: more than any limit, small enough that sums stay in 32 bits."""
MAX_MINUTES = 10_000.0
"""The longest limit: a week."""
SERVING_SHARE = 0.05
SERVING_METRES = 100_000.0
"""A connected part of the network serves a mode if it has this share of the largest part's length, or this length (own choice)."""
STRONG_SHARE = 0.9
STRONG_FROM = 100
"""Where this share of a part's junctions can be driven to and from, only their roads take places, in parts of this many junctions (own choice)."""


@dataclass(frozen=True, slots=True)
class Csr:
    """Arcs by their first node: those of node i are ``start[i]`` to ``start[i + 1]``; ``cost`` in milliseconds.

    Where they are of a smaller network (see ``geo.travel_contraction``), ``number`` tells for each node of the whole one its number here, -1 for none.
    """

    start: npt.NDArray[np.int64]
    head: npt.NDArray[np.int32]
    cost: npt.NDArray[np.int32]
    number: npt.NDArray[np.int32] | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """Roads for one mode; n nodes of the graph and after them k cuts, s pieces of edges.

    Parameters
    ----------
    mode : one of ``MODES``. nodes : n + k.
    edge_ms : milliseconds along each edge of the graph; -1 = not allowed.
    first : for each edge of the graph, its first piece (and one more at the end); an edge has a piece more than cuts.
    low, high : s positions, milliseconds from the edge's ``u``, where a piece begins and ends.
    a, b : s nodes at its ends. forward, backward : s truths: may one go from a to b, from b to a.
    cut_edge, cut_ms : k cuts, sorted: edge and position.
    node_wait : n waits at nodes, milliseconds, ``BLOCKED`` where nobody passes.
    extra_ms : added to every trip (waiting for a shared taxi).
    """

    mode: str
    nodes: int
    edge_ms: Ints
    first: Ints
    low: Ints
    high: Ints
    a: Ints
    b: Ints
    forward: Bools
    backward: Bools
    cut_edge: Ints
    cut_ms: Ints
    node_wait: Ints
    cut_wait: Ints
    cut_wait_back: Ints
    extra_ms: int

    def with_waits(self, forward: Ints, backward: Ints, at_nodes: Ints | None = None) -> Network:
        """Return the network with other waits at its cuts, for those who come from ``u`` and from ``v``, and further waits at nodes."""
        nodes = self.node_wait if at_nodes is None else np.minimum(self.node_wait + at_nodes, BLOCKED)
        return replace(self, cut_wait=forward, cut_wait_back=backward, node_wait=nodes)

    def arcs(self, *, reverse: bool = False) -> Csr:
        """Return the arcs with their costs: on the reversed graph the way back from a site to those who come to it."""
        to_b = np.concatenate([self.node_wait, self.cut_wait])[self.b]
        to_a = np.concatenate([self.node_wait, self.cut_wait_back])[self.a]
        along = self.high - self.low
        tail = np.concatenate([self.a[self.forward], self.b[self.backward]])
        head = np.concatenate([self.b[self.forward], self.a[self.backward]])
        cost = np.concatenate([(along + to_b)[self.forward], (along + to_a)[self.backward]])
        if reverse:
            tail, head = head, tail
        open_ = cost < BLOCKED
        return csr(self.nodes, tail[open_], head[open_], cost[open_])

    def locate(self, places: Snapped) -> tuple[Ints, Ints]:
        """Return the piece on which each place stands (-1 = off the network) and its position on the edge, milliseconds."""
        on = places.edge >= 0
        position = np.where(on, np.rint(places.fraction * self.edge_ms[places.edge]), 0).astype(np.int64)
        keys = self.cut_edge * _WIDE + self.cut_ms
        before = np.searchsorted(keys, places.edge * _WIDE + position, side="left") - np.searchsorted(self.cut_edge, places.edge, side="left")
        return np.where(on, self.first[places.edge] + before, -1), position


_WIDE = 1 << 31


def csr(nodes: int, tail: npt.NDArray[Any], head: npt.NDArray[Any], cost: npt.NDArray[Any]) -> Csr:
    """Return arcs sorted by their first node."""
    order = np.argsort(tail, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))]).astype(np.int64)
    return Csr(start, head[order].astype(np.int32), cost[order].astype(np.int32))


def edge_times(graph: RoadGraph, mode: str) -> tuple[Ints, Bools, Bools]:
    """Return milliseconds along each edge (-1 = not allowed) and whether it may be taken from u to v and from v to u.

    Raises
    ------
    InputError : ``travel.unknown_mode``.
    """
    if mode not in MODES:
        raise InputError("travel.unknown_mode", mode=mode, known=", ".join(MODES))
    speed = np.asarray({"walk": graph.walk, "ambulance": graph.ambulance}.get(mode, graph.car), dtype=float)
    slower = TAXI_FACTOR if mode == "shared_taxi" else 1.0
    allowed = speed > 0
    took = np.divide(np.asarray(graph.length) * 3600.0 * slower, speed, out=np.zeros(graph.edges), where=allowed)
    took = np.where(graph.minutes > 0, np.asarray(graph.minutes, dtype=float) * MS, took)
    times = np.where(allowed, np.clip(np.rint(took), 1, BLOCKED - 1), -1).astype(np.int64)
    both = mode == "walk"
    return times, allowed & (both | (graph.oneway >= 0)), allowed & (both | (graph.oneway <= 0))


def node_waits(graph: RoadGraph, mode: str, mobility: str) -> Ints:
    """Return the wait at each node, milliseconds: barriers of the road map for a mobility class, and traffic lights."""
    foot = mode == "walk"
    table = np.zeros(len(BARRIER_CODES), dtype=np.int64)
    for code, name in enumerate(BARRIER_CODES):
        rule = BARRIERS.get(name)
        if rule is None:
            continue
        minutes = rule.minutes if not foot or rule.foot_minutes is None else rule.foot_minutes
        passes = rule.foot if foot else rule.car or (rule.ambulance and mode == "ambulance")
        table[code] = BLOCKED if not passes else 0 if mobility in rule.free_for else round(minutes * MS)
    lights = 0 if mode in {"walk", "ambulance"} else round(SIGNAL_MINUTES * MS)
    waits: Ints = np.minimum(table[graph.barrier] + np.where(graph.signal, lights, 0), BLOCKED)
    return waits


def make_network(graph: RoadGraph, mode: str, mobility: str = "", cuts: tuple[Ints, npt.NDArray[np.float64]] | None = None) -> Network:
    """Return the network of a mode, cut where ``cuts`` (edges, shares of their length from u) say, without waits at the cuts.

    Cuts on one and the same millisecond are one cut; ``Network.cut_edge`` and ``cut_ms`` say which there are.
    """
    times, forward, backward = edge_times(graph, mode)
    edge, position = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if cuts is not None and len(cuts[0]):
        on = times[cuts[0]] >= 0
        keys = np.unique(cuts[0][on] * _WIDE + np.rint(cuts[1][on] * times[cuts[0][on]]).astype(np.int64))
        edge, position = keys // _WIDE, keys % _WIDE
    many = np.bincount(edge, minlength=graph.edges)
    first = np.concatenate([[0], np.cumsum(many + 1)]).astype(np.int64)
    whose = np.repeat(np.arange(graph.edges), many + 1)
    pieces = len(whose)
    low, high = np.zeros(pieces, dtype=np.int64), times[whose]
    a, b = graph.u[whose].astype(np.int64), graph.v[whose].astype(np.int64)
    left = first[edge] + np.arange(len(edge)) - np.searchsorted(edge, edge, side="left")
    node = graph.nodes + np.arange(len(edge))
    high[left], b[left] = position, node
    low[left + 1], a[left + 1] = position, node
    none = np.zeros(len(edge), dtype=np.int64)
    extra = round(TAXI_WAIT_MINUTES * MS) if mode == "shared_taxi" else 0
    return Network(mode, graph.nodes + len(edge), times, first, low, high, a, b, forward[whose], backward[whose], edge, position,
                   node_waits(graph, mode, mobility), none, none, extra)  # fmt: skip


def serving_edges(graph: RoadGraph, mode: str) -> Bools:
    """Return which edges places may be snapped to: those of the mode in its largest connected part, or in one that serves as well.

    Where nearly all of a part can be driven to and from, a one-way road that only leads out of the extract is left out: a place on it
    would reach nothing. Barriers do not count: a closed gate must not move a place to another road.
    """
    times, forward, backward = edge_times(graph, mode)
    on = times >= 0
    if not on.any():
        raise InputError("travel.no_roads_for_mode", mode=mode)
    u, v, metres = np.asarray(graph.u), np.asarray(graph.v), np.where(on, graph.length, 0.0)
    part = _parts(graph.nodes, u[on], v[on], "weak")[u]
    size = np.bincount(part, weights=metres)
    enough = min(SERVING_SHARE * size.max(), SERVING_METRES)
    usable: Bools = on & (size >= enough)[part]
    strong = _parts(graph.nodes, np.concatenate([u[forward], v[backward]]), np.concatenate([v[forward], u[backward]]), "strong")
    inside = usable & (strong[u] == strong[v])
    inside &= (np.bincount(strong[u], weights=np.where(inside, metres, 0.0), minlength=int(strong.max()) + 1) >= enough)[strong[u]]
    # Junctions are counted, not edges or metres: how finely a file cuts its roads must not matter.
    junction = np.bincount(np.concatenate([u[on], v[on]]), minlength=graph.nodes) > 2
    within = np.zeros(graph.nodes, dtype=bool)
    within[u[inside]] = within[v[inside]] = True
    part_of = np.zeros(graph.nodes, dtype=np.int64)
    part_of[u], part_of[v] = part, part
    many, good = (np.bincount(part_of[some], minlength=len(size)) for some in (junction, junction & within))
    return np.where(((many >= STRONG_FROM) & (good >= STRONG_SHARE * many))[part], inside, usable)


def _parts(nodes: int, tail: npt.NDArray[Any], head: npt.NDArray[Any], connection: str) -> npt.NDArray[Any]:
    """Return the number of the connected part of each node."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    arcs = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(nodes, nodes))
    labels: npt.NDArray[Any] = connected_components(arcs, directed=True, connection=connection)[1]
    return labels
