"""Invented road networks of any size for the benchmarks: perturbed street grids, 17 junctions a square kilometre, three speeds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geo.roads import UNITS, RoadGraph
from geo.roads_build import RawRoads, build_graph
from geo.roads_snap import Snapped

STEP = 0.0024
"""Degrees between junctions, about 243 m."""
KEPT = 0.7
"""Share of a grid's streets that are there, so that a junction has 2.8 roads as real ones have."""
SPEEDS = (25.0, 40.0, 65.0)


def streets(nodes: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return degrees of about ``nodes`` junctions, and streets as pairs of junctions with their speeds."""
    rng = np.random.default_rng(seed)
    side = int(np.sqrt(nodes))
    number = np.arange(side * side)
    lon = 30 + STEP * (number % side) + rng.uniform(-0.3, 0.3, side * side) * STEP
    lat = 30 + STEP * (number // side) + rng.uniform(-0.3, 0.3, side * side) * STEP
    east, north = number[number % side < side - 1], number[number < side * (side - 1)]
    pairs = np.concatenate([np.stack([east, east + 1], axis=1), np.stack([north, north + side], axis=1)])
    main = (np.concatenate([east // side, north % side]) % 8) == 0
    kept = main | (rng.random(len(pairs)) < KEPT)
    speed = np.where(main, SPEEDS[2], np.where(rng.random(len(pairs)) < 0.3, SPEEDS[1], SPEEDS[0]))
    return np.stack([lon, lat], axis=1), pairs[kept], speed[kept].astype("f4"), number


def raw_roads(nodes: int, seed: int = 1) -> RawRoads:
    """Return the streets as a reader of road files would."""
    places, pairs, speed, _ = streets(nodes, seed)
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
    return build_graph(raw_roads(nodes, seed))


def at_junctions(graph: RoadGraph, many: int, seed: int) -> Snapped:
    """Return places that stand on junctions drawn at random."""
    edge = np.random.default_rng(seed).choice(graph.edges, many, replace=graph.edges < many)
    node = graph.u[edge]
    return Snapped(edge, np.zeros(many), np.zeros(many), graph.lon[node] / UNITS, graph.lat[node] / UNITS)


def write_pbf(path: Path, nodes: int) -> None:
    """Write the streets as an OpenStreetMap file."""
    import osmium
    from osmium.osm.mutable import Node, Way

    places, pairs, speed, number = streets(nodes)
    classes = {25.0: "residential", 40.0: "tertiary", 65.0: "primary"}
    with osmium.SimpleWriter(str(path)) as writer:
        for i in number.tolist():
            writer.add_node(Node(id=i + 1, location=tuple(places[i].tolist())))
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
