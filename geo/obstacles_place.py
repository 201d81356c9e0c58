"""Where obstacles stand on the road graph, and what they cost there on a day or in many draws of chance."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geo.obstacles import KINDS, Day, Obstacle, drawn_wait, wait
from geo.roads import UNITS, Bools, Floats, Ints, RoadGraph, great_circle
from geo.roads_rules import BARRIER_CODES, BARRIERS
from geo.roads_snap import Snapped, crossings, roads_near
from geo.travel import Engine, nearest
from geo.travel_network import BLOCKED, MS, Network, make_network

TOLERANCE_M = 100.0
"""How far a point obstacle may stand from the road that it is on (own choice: the points are read off maps and imagery)."""
NODE_M = 1.0
"""An obstacle this near to a junction stands on it and holds up all who come to it."""
TWIN_M = 40.0
TWIN_DEGREES = 45.0
"""The other carriageway of a divided road is one-way, this near, and runs the other way within this angle."""
SAME_M = 50.0
"""A checkpoint of the road map this near to an obstacle is the same one: the longer of both delays counts, not their sum."""
_STAFFED = Obstacle("", "checkpoint", None)
"""What a checkpoint that only the road map knows is like."""
DRAWS = 200
HORIZON = 360.0
"""Minutes that draws look ahead, so that their 90th percentile is known beyond the limit."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Obstacles on a graph; k cuts of edges and j junctions.

    Parameters
    ----------
    obstacles : all that were given. cut_obstacle, cut_edge, cut_share : k numbers, edges and shares of their length.
    ahead, back : k truths: whether it holds up those who go from u to v, from v to u.
    cut_same : k nodes of the road map's own checkpoint that it is; -1 = none.
    node_obstacle, node : j numbers and nodes. node_same : as ``cut_same``, j nodes.
    unseen : nodes of the road map's own checkpoints that no obstacle stands for; they go by the day as a staffed checkpoint does.
    off : numbers of obstacles that stand on no road within ``TOLERANCE_M``.
    """

    obstacles: tuple[Obstacle, ...]
    cut_obstacle: Ints
    cut_edge: Ints
    cut_share: Floats
    ahead: Bools
    back: Bools
    cut_same: Ints
    node_obstacle: Ints
    node: Ints
    node_same: Ints
    unseen: Ints
    off: tuple[int, ...]

    @property
    def walls(self) -> list[Any]:
        """Lines that nobody is led across from a place to a road, in any regime."""
        return [one.shape for one in self.obstacles if KINDS[one.kind].barrier and one.shape.geom_type != "Point"]


def place_obstacles(graph: RoadGraph, obstacles: Sequence[Obstacle]) -> Placed:
    """Return obstacles on the graph.

    A point holds up the nearest road that cars use within ``TOLERANCE_M`` (any road where there is none), and the other carriageway of a divided
    road; within ``NODE_M`` of a junction it holds up the junction, in all directions. A line holds up every road that it crosses.
    """
    rows: list[tuple[int, int, float, float]] = []
    nodes: list[tuple[int, int]] = []
    points = np.array([i for i, one in enumerate(obstacles) if one.shape.geom_type == "Point"], dtype=np.int64)
    spots = np.array([(obstacles[i].shape.x, obstacles[i].shape.y) for i in points]).reshape(-1, 2)
    found = roads_near(graph, spots[:, 0], spots[:, 1], np.ones(graph.edges, dtype=bool), TOLERANCE_M)
    for k, i in enumerate(points.tolist()):
        here = np.flatnonzero(found[0] == k)
        if len(here):
            _place_point(graph, i, [array[here] for array in found[1:]], rows, nodes)
    everything = np.ones(graph.edges, dtype=bool)
    for i, one in enumerate(obstacles):
        if one.shape.geom_type != "Point":
            rows += [
                (i, int(edge), float(share), float(heading)) for edge, share, heading in zip(*crossings(graph, one.shape, everything), strict=True)
            ]
    columns = np.array(rows, dtype=float).reshape(-1, 4)
    whose = columns[:, 0].astype(np.int64)
    ahead, back = _held_up(obstacles, whose, columns[:, 3])
    used = {*whose.tolist(), *(i for i, _ in nodes)}
    pairs = np.array(nodes, dtype=np.int64).reshape(-1, 2)
    staffed = _staffed(graph)
    cut_same, node_same = (_same_checkpoints(graph, staffed, obstacles, some) for some in (whose, pairs[:, 0]))
    unseen = np.setdiff1d(staffed, np.concatenate([cut_same, node_same]))
    return Placed(tuple(obstacles), whose, columns[:, 1].astype(np.int64), columns[:, 2], ahead, back, cut_same, pairs[:, 0], pairs[:, 1], node_same, unseen,
                  tuple(i for i in range(len(obstacles)) if i not in used))  # fmt: skip


def cut_network(graph: RoadGraph, mode: str, mobility: str, placed: Placed) -> Network:
    """Return the network of a mode, cut at the obstacles, which cost nothing yet; the same for every regime, so that only waits differ."""
    return make_network(graph, mode, mobility, (placed.cut_edge, placed.cut_share))


def on_day(net: Network, placed: Placed, day: Day) -> Network:
    """Return a cut network with what the obstacles cost on a day."""
    own = np.full(len(placed.unseen), wait(_STAFFED, net.mode, replace(day, edits={}, added={})))
    return _with_minutes(net, placed, np.array([wait(one, net.mode, day) for one in placed.obstacles]), own)


def chances(
    net: Network,
    placed: Placed,
    day: Day,
    points: Snapped,
    sites: Snapped,
    limit: float,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    engine: Engine = "auto",
    drawn: Callable[[int], None] | None = None,
) -> tuple[Floats, Floats]:
    """Return what chance does to the way to the nearest site, over seeded draws of which obstacle is open and how long it takes.

    Parameters
    ----------
    net : cut network. day : whose hour, class and edits count; chance takes the place of the regime. limit : minutes.
    drawn : is told after each draw how many are done; what it raises ends the work.

    Returns
    -------
    Points' probabilities of reaching a site within the limit, and points x 3 minutes (10th, 50th and 90th percentile; infinite beyond ``HORIZON``).
    """
    rng = np.random.default_rng(seed)
    minutes = np.empty((draws, len(points)))
    for i in range(draws):
        luck = rng.random((len(placed.obstacles) + len(placed.unseen), 2))
        waits = [drawn_wait(one, net.mode, day, *luck[k]) for k, one in enumerate((*placed.obstacles, *[_STAFFED] * len(placed.unseen)))]
        here, own = np.split(np.array(waits), [len(placed.obstacles)])
        minutes[i] = nearest(_with_minutes(net, placed, here, own), points, sites, max(limit, HORIZON), engine=engine)[1]
        if drawn is not None:
            drawn(i + 1)
    spread = np.quantile(minutes, (0.1, 0.5, 0.9), axis=0, method="inverted_cdf").T
    return (minutes <= limit).mean(axis=0), spread


def _with_minutes(net: Network, placed: Placed, minutes: Floats, own: Floats) -> Network:
    """Return the network with these minutes at obstacles, and ``own`` at the checkpoints that only the road map knows."""
    ms = _whole(minutes)
    on = net.edge_ms[placed.cut_edge] >= 0
    at = np.rint(placed.cut_share[on] * net.edge_ms[placed.cut_edge[on]]).astype(np.int64)
    wide = 1 << 31
    cut = np.searchsorted(net.cut_edge * wide + net.cut_ms, placed.cut_edge[on] * wide + at)
    cost = _beyond(ms[placed.cut_obstacle[on]], placed.cut_same[on], net)
    forward, backward = np.zeros_like(net.cut_ms), np.zeros_like(net.cut_ms)
    np.add.at(forward, cut[placed.ahead[on]], cost[placed.ahead[on]])
    np.add.at(backward, cut[placed.back[on]], cost[placed.back[on]])
    nodes = np.zeros_like(net.node_wait)
    np.add.at(nodes, placed.node, _beyond(ms[placed.node_obstacle], placed.node_same, net))
    usual = round(BARRIERS["checkpoint"].minutes * MS)
    held_up = net.node_wait[placed.unseen] >= usual  # who is not, pays nothing where it is open
    owned = _whole(own)
    nodes[placed.unseen] += np.where(owned >= BLOCKED, BLOCKED, np.where(held_up, owned - usual, 0))
    return net.with_waits(np.minimum(forward, BLOCKED), np.minimum(backward, BLOCKED), nodes)


def _whole(minutes: Floats) -> Ints:
    return np.array([BLOCKED if math.isinf(value) else min(round(value * MS), BLOCKED) for value in minutes], dtype=np.int64)


def _beyond(ms: Ints, same: Ints, net: Network) -> Ints:
    """Return what obstacles cost beyond the checkpoint of the road map that they stand for."""
    own = np.where(same >= 0, net.node_wait[same], 0)
    return np.where(ms < BLOCKED, np.maximum(ms - own, 0), ms)


def _place_point(graph: RoadGraph, i: int, near: list[Any], rows: list[tuple[int, int, float, float]], nodes: list[tuple[int, int]]) -> None:
    edge, share, metres, heading = near
    drivable = graph.ambulance[edge] > 0
    if drivable.any():
        edge, share, metres, heading = (array[drivable] for array in near)
    k = int(np.argmin(metres))
    length = float(graph.length[edge[k]])
    if min(share[k], 1 - share[k]) * length <= NODE_M:
        nodes.append((i, int(graph.u[edge[k]] if share[k] < 0.5 else graph.v[edge[k]])))
        return
    rows.append((i, int(edge[k]), float(share[k]), float(heading[k])))
    oneway = graph.oneway[edge]
    if oneway[k]:
        turned = np.where(oneway < 0, heading + 180, heading)
        opposite = np.abs((turned - turned[k]) % 360 - 180) <= TWIN_DEGREES
        twins = np.flatnonzero((oneway != 0) & opposite & (metres <= TWIN_M))
        rows.extend((i, int(edge[twin]), float(share[twin]), float(heading[twin])) for twin in twins)


def _held_up(obstacles: Sequence[Obstacle], whose: Ints, heading: Floats) -> tuple[Bools, Bools]:
    wanted = np.array([np.nan if obstacles[i].direction is None else obstacles[i].direction for i in whose], dtype=float)
    off = np.abs((heading - wanted + 180) % 360 - 180)
    either = np.isnan(wanted)
    return either | (off < 90), either | (off > 90)


def _staffed(graph: RoadGraph) -> Ints:
    """Return the nodes of the road map's own checkpoints."""
    codes = [BARRIER_CODES.index(name) for name in ("checkpoint", "border_control")]
    return np.flatnonzero(np.isin(graph.barrier, codes))


def _same_checkpoints(graph: RoadGraph, staffed: Ints, obstacles: Sequence[Obstacle], whose: Ints) -> Ints:
    """Return for each of some obstacles the checkpoint of the road map that it stands for, -1 where there is none."""
    same = np.full(len(whose), -1, dtype=np.int64)
    for k, i in enumerate(whose.tolist()) if len(staffed) else []:
        middle = obstacles[i].shape.centroid
        metres = great_circle(graph.lon[staffed] / UNITS, graph.lat[staffed] / UNITS, middle.x, middle.y)
        if obstacles[i].shape.geom_type == "Point" and metres.min() <= SAME_M:
            same[k] = staffed[np.argmin(metres)]
    return same
