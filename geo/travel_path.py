"""The way itself: over which junctions people come to the nearest site, and which obstacles stand on it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from geo.obstacles_place import Placed
from geo.roads import Ints
from geo.roads_snap import Snapped
from geo.travel import limit_ms, nearest
from geo.travel_network import MS, Csr, Network
from geo.travel_search import Entries, entries


@dataclass(frozen=True, slots=True)
class Way:
    """The fastest way from one place to its nearest site.

    Parameters
    ----------
    site : number of the site; -1 where none is within the limit.
    minutes : as ``geo.travel.nearest`` says; infinite where there is none.
    nodes : those of the network that are come to, in order; none where both places stand on one piece of road.
    heading : for each of them 1 where it is a cut that is passed from the ``u`` of its edge, -1 from ``v``, 0 where it is a junction
        or both ends of its edge are one.
    """

    site: int
    minutes: float
    nodes: tuple[int, ...]
    heading: tuple[int, ...]


def ways_to_nearest(net: Network, points: Snapped, sites: Snapped, limit: float) -> list[Way]:
    """Return the fastest way of each point to its nearest site within a limit (minutes, included).

    Notes
    -----
    One search from all sites at once on the reversed roads, by scipy's Dijkstra with predecessors. Site and minutes are those of
    ``geo.travel.nearest`` to the millisecond, ties included.
    """
    site, minutes = nearest(net, points, sites, limit, engine="scipy")
    reach, following, owner = _tree(net.arcs(reverse=True), entries(net, sites, leaving=False), limit_ms(limit) - net.extra_ms)
    out = entries(net, points, leaving=True)
    piece, at = net.locate(points)
    found = []
    for i in range(len(points)):
        here = slice(int(out.start[i]), int(out.start[i + 1]))
        doors = list(zip(out.node[here].tolist(), out.ms[here].tolist(), strict=True))
        best = min(((int(reach[node]) + ms, int(owner[node]), node) for node, ms in doors if reach[node] >= 0), default=None)
        whole = round(minutes[i] * MS) - net.extra_ms if site[i] >= 0 else -1
        if best is None or best[:2] != (whole, int(site[i])):  # no way at all, or one along a single piece of road
            found.append(Way(int(site[i]), float(minutes[i]), (), ()))
            continue
        node = best[2]
        nodes = [node]
        while following[nodes[-1]] >= 0:
            nodes.append(int(following[nodes[-1]]))
        heading = [_heading(net, before, after) for before, after in itertools.pairwise(nodes)]
        p = int(piece[i])
        if node in (net.b[p] if at[i] == net.high[p] else -1, net.a[p] if at[i] == net.low[p] else -1):
            nodes = nodes[1:]  # whoever stands on a junction does not come to it
        else:
            heading = [_door(net, int(piece[i]), node), *heading]
        found.append(Way(int(site[i]), float(minutes[i]), tuple(nodes), tuple(heading)))
    return found


def passed_obstacles(net: Network, placed: Placed, way: Way) -> list[int]:
    """Return the numbers of the obstacles that hold up those who go along a way, in its order, each once.

    Parameters
    ----------
    net : the network on which the way was found: cut at ``placed``.
    """
    on = np.flatnonzero(net.edge_ms[placed.cut_edge] >= 0)
    at = np.rint(placed.cut_share[on] * net.edge_ms[placed.cut_edge[on]]).astype(np.int64)
    cut = len(net.node_wait) + np.searchsorted(net.cut_edge * _WIDE + net.cut_ms, placed.cut_edge[on] * _WIDE + at)
    found: list[int] = []
    for node, heading in zip(way.nodes, way.heading, strict=True):
        here = on[cut == node]
        held = here[(placed.ahead[here] & (heading >= 0)) | (placed.back[here] & (heading <= 0))]
        found += [*placed.cut_obstacle[held].tolist(), *placed.node_obstacle[placed.node == node].tolist()]
    return list(dict.fromkeys(found))


_WIDE = 1 << 31


def _tree(arcs: Csr, seeds: Entries, most: int) -> tuple[Ints, Ints, Ints]:
    """Return for each node the milliseconds to the nearest site (-1 beyond), the node that follows on the way (-1 = the site), and the site.

    Milliseconds and site travel as one whole number, as in ``geo.travel_search.one_tree``.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    many = len(arcs.start) - 1
    label = np.repeat(np.arange(seeds.count), np.diff(seeds.start))
    radix = max(seeds.count, 1)
    first = np.lexsort((label, seeds.ms, seeds.node))  # of several sites at one node the nearest
    first = first[np.concatenate([[True], np.diff(seeds.node[first]) != 0])] if len(first) else first
    data = np.concatenate([arcs.cost.astype(float) * radix, seeds.ms[first].astype(float) * radix + label[first]])
    heads = np.concatenate([arcs.head, seeds.node[first]])
    graph = csr_array((data, heads, np.append(arcs.start, arcs.start[-1] + len(first))), shape=(many + 1, many + 1))
    key, before = dijkstra(graph, directed=True, indices=many, limit=float(max(most, 0)) * radix + radix - 1, return_predecessors=True)
    near = np.isfinite(key[:many])
    whole = np.where(near, key[:many], 0).astype(np.int64)
    following = np.where(near & (before[:many] != many), before[:many], -1).astype(np.int64)
    return np.where(near, whole // radix, -1), following, np.where(near, whole % radix, -1)


def _heading(net: Network, before: int, node: int) -> int:
    """Return from which end of its edge a cut is passed that is come to from a neighbouring node."""
    if node < len(net.node_wait):
        return 0
    left = _left(net, node)
    from_u, from_v = net.a[left] == before, net.b[left + 1] == before
    return int(from_u) - int(from_v)


def _door(net: Network, piece: int, node: int) -> int:
    """Return the same for one that is come to from a place on a piece of road."""
    if node < len(net.node_wait):
        return 0
    return 1 if piece == _left(net, node) else -1


def _left(net: Network, node: int) -> int:
    """Return the piece that ends at a cut, seen from its edge's ``u``."""
    cut = node - len(net.node_wait)
    edge = net.cut_edge[cut]
    return int(net.first[edge]) + cut - int(np.searchsorted(net.cut_edge, edge, side="left"))
