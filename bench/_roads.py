"""Invented road networks of any size for the benchmarks: towns of perturbed street grids, and roads between them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geo.roads import UNITS, RoadGraph
from geo.roads_build import RawRoads, build_graph
from geo.roads_snap import Snapped

DENSITY = 17.0
"""Junctions a square kilometre."""
IN_TOWNS = 0.75
"""Share of the junctions that lie in towns; the others lie anywhere."""
IN_A_TOWN = 300
"""Junctions of a town, on average; towns of rank r have them in the ratio 1 / r."""
BLOCK = 0.12
"""Kilometres between a town's junctions."""
KEPT = 0.4
"""Share of the streets beyond what holds the network together that are there."""
MAIN, MIDDLE = 400, 40
"""Junctions that have no other way to the rest of the country than over a road: from so many on it is a main road, and one of the middle class."""
SPEEDS = (30.0, 50.0, 80.0)
KM = 1 / 111.2
"""Degrees of a kilometre; the network lies at the equator."""


def junctions(nodes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the kilometres east and north of junctions, and whether each lies in a town."""
    side = np.sqrt(nodes / DENSITY)
    ranks = np.arange(1, max(int(nodes * IN_TOWNS / IN_A_TOWN), 1) + 1)
    sizes = np.floor(nodes * IN_TOWNS / ranks / (1 / ranks).sum()).astype(int)
    towns = []
    for size in sizes[sizes > 0]:
        half = int(np.sqrt(size / np.pi)) + 2
        block = np.stack(np.meshgrid(np.arange(-half, half + 1), np.arange(-half, half + 1)), axis=-1).reshape(-1, 2)
        block = block[np.argsort((block**2).sum(axis=1), kind="stable")[:size]]
        angle = rng.uniform(0, np.pi / 2)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        towns.append(rng.uniform(0, side, 2) + (block + rng.uniform(-0.3, 0.3, block.shape)) * BLOCK @ turn)
    alone = rng.uniform(0, side, (nodes - sum(map(len, towns)), 2))
    return np.concatenate([*towns, alone]), np.arange(nodes) < nodes - len(alone)


def streets(nodes: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return degrees of ``nodes`` junctions, and streets as pairs of junctions with their speeds.

    Streets are sides of Delaunay's triangles that are the longest of none (Urquhart's graph): those of a spanning tree, and a part of the others.
    """
    from scipy.spatial import Delaunay

    rng = np.random.default_rng(seed)
    places, town = junctions(nodes, rng)
    corners = Delaunay(places).simplices
    sides = np.sort(np.stack([corners, np.roll(corners, 1, axis=1)], axis=-1), axis=-1).astype(np.int64)
    length = np.hypot(*np.moveaxis(places[sides[..., 0]] - places[sides[..., 1]], -1, 0))
    number = sides[..., 0] * nodes + sides[..., 1]
    longest = np.take_along_axis(number, length.argmax(axis=1)[:, None], axis=1).ravel()
    pairs = np.stack(np.divmod(np.setdiff1d(number, longest), nodes), axis=1)
    far = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    tree, behind = _tree(pairs, far, nodes)
    other, behind_other = _tree(pairs, far * rng.uniform(0.5, 1.5, len(pairs)), nodes)
    flow = np.zeros(len(pairs), dtype=np.int64)
    flow[tree] = behind
    flow[other] = np.maximum(flow[other], behind_other)
    kept = rng.random(len(pairs)) < KEPT
    kept[tree] = kept[other] = True
    within = town[pairs].all(axis=1)
    speed = np.where(flow >= MAIN, SPEEDS[2], np.where((flow >= MIDDLE) | ~within, SPEEDS[1], SPEEDS[0]))
    return places * KM + (30, 0), pairs[kept], speed[kept].astype("f4")


def _tree(pairs: np.ndarray, length: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which pairs make the shortest spanning tree, and how many junctions lie on the lesser side of each."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

    order = np.argsort(length, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    kept = minimum_spanning_tree(coo_array((rank.astype(float), pairs.T), shape=(nodes, nodes)).tocsr()).tocoo()
    tree = order[kept.data.astype(np.int64) - 1]
    visited, parent = breadth_first_order(kept.tocsr(), 0, directed=False)
    behind = np.ones(nodes, dtype=np.int64)
    for node in visited[:0:-1].tolist():
        behind[parent[node]] += behind[node]
    child = np.where(parent[pairs[tree, 1]] == pairs[tree, 0], pairs[tree, 1], pairs[tree, 0])
    return tree, np.minimum(behind[child], nodes - behind[child])


def kept_streets(folder: Path, nodes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the streets from a folder; a process of its own invents them, once, because that takes gigabytes where there are millions."""
    path = folder / f"streets-{nodes}.npz"
    if not path.exists():
        invent = f"import numpy as np; from bench._roads import streets; np.savez({str(path)!r}, *streets({nodes}))"
        subprocess.run([sys.executable, "-c", invent], check=True)
    with np.load(path) as kept:
        return kept["arr_0"], kept["arr_1"], kept["arr_2"]


def raw_roads(places: np.ndarray, pairs: np.ndarray, speed: np.ndarray) -> RawRoads:
    """Return streets as a reader of road files would."""
    refs = pairs.ravel()
    whole = np.rint(places * UNITS).astype("i4")
    ways = len(pairs)
    return RawRoads(
        way=np.arange(0, 2 * ways + 1, 2), ref=refs, ref_lon=whole[refs, 0], ref_lat=whole[refs, 1], car=speed, ambulance=speed,
        walk=np.full(ways, 5, dtype="f4"), oneway=np.zeros(ways, dtype="i1"), minutes=np.zeros(ways, dtype="f4"), length=np.zeros(ways),
        node=np.zeros(0, dtype="i8"), barrier=np.zeros(0, dtype="u1"), signal=np.zeros(0, dtype=bool),
    )  # fmt: skip


def network(nodes: int, seed: int = 1) -> RoadGraph:
    """Return the graph of the streets."""
    return build_graph(raw_roads(*streets(nodes, seed)))


def at_junctions(graph: RoadGraph, many: int, seed: int) -> Snapped:
    """Return places that stand on junctions drawn at random."""
    edge = np.random.default_rng(seed).choice(graph.edges, many, replace=graph.edges < many)
    node = graph.u[edge]
    return Snapped(edge, np.zeros(many), np.zeros(many), graph.lon[node] / UNITS, graph.lat[node] / UNITS)


def write_pbf(path: Path, nodes: int) -> None:
    """Write the streets as an OpenStreetMap file."""
    import osmium
    from osmium.osm.mutable import Node, Way

    places, pairs, speed = kept_streets(path.parent, nodes)
    classes = dict(zip(SPEEDS, ("residential", "tertiary", "primary"), strict=True))
    with osmium.SimpleWriter(str(path)) as writer:
        for i, place in enumerate(places.tolist()):
            writer.add_node(Node(id=i + 1, location=tuple(place)))
        for i, (pair, kph) in enumerate(zip((pairs + 1).tolist(), speed.tolist(), strict=True)):
            writer.add_way(Way(id=i + 1, nodes=pair, tags={"highway": classes[kph]}))


@dataclass(frozen=True)
class World:
    """A network with sites and points on its junctions, as peers take it: arrays that know nothing of Jiwar.

    Parameters
    ----------
    start, head, cost : arcs by their first node, milliseconds; every road goes both ways. lon, lat : of the nodes.
    sites, points : nodes. people, supply : of the points and sites.
    """

    start: np.ndarray
    head: np.ndarray
    cost: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    sites: np.ndarray
    points: np.ndarray
    people: np.ndarray
    supply: np.ndarray


def world_folder(folder: Path, nodes: int) -> Path:
    """Return where a world is kept."""
    return folder / f"world-{nodes}"


def build_world(folder: Path, nodes: int, sites: int, points: int) -> None:
    """Write a network with sites and points, once: as a graph that Jiwar has loaded, and as arrays for peers."""
    from data.roads.read import keep_graph
    from geo.travel_network import make_network

    here = world_folder(folder, nodes)
    if here.exists():
        return
    here.mkdir()
    graph = keep_graph(network(nodes), here / "graph")
    arcs = make_network(graph, "car").arcs()
    rng = np.random.default_rng(5)
    at = {"sites": at_junctions(graph, sites, 2), "points": at_junctions(graph, points, 3)}
    arrays: dict[str, np.ndarray] = {
        "start": arcs.start, "head": arcs.head, "cost": arcs.cost, "lon": graph.lon / UNITS, "lat": graph.lat / UNITS,
        **{name: graph.u[one.edge] for name, one in at.items()}, "people": rng.integers(1, 5_000, points).astype(float),
        "supply": rng.integers(10, 4_000, sites).astype(float),
    }  # fmt: skip
    np.savez(here / "arrays.npz", **arrays)  # type: ignore[arg-type]


def read_world(folder: Path, nodes: int) -> World:
    """Read a world as peers take it."""
    with np.load(world_folder(folder, nodes) / "arrays.npz") as kept:
        return World(**kept)
