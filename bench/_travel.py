"""Travel time and its peers: nearest site, matrices, surfaces, and two threads and Dask beside one."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np

from bench._roads import World, at_junctions, read_world, world_folder
from bench._run import Arrays, Spent, Told, clock

MS = 60_000
LIMIT = 30.0
EGO = 15.0
"""Minutes of the ego graph."""
SAMPLE = 10
"""Sites that a slow peer does; its time is multiplied up."""
LONG = 60.0
"""The limit where threads and Dask are compared."""


def _network(folder: Path, nodes: int) -> tuple[object, ...]:
    """Return Jiwar's network, points and sites."""
    from data.roads.read import kept_graph
    from geo.travel_network import make_network

    graph = kept_graph(world_folder(folder, nodes) / "graph")
    assert graph is not None
    here = read_world(folder, nodes)
    return make_network(graph, "car"), at_junctions(graph, len(here.points), 3), at_junctions(graph, len(here.sites), 2)


def _table(here: World) -> object:
    from scipy.sparse import csr_array

    return csr_array((here.cost.astype(float), here.head, here.start), shape=(len(here.lon), len(here.lon)))


def _digraph(here: World) -> object:
    nx = import_module("networkx")

    tail = np.repeat(np.arange(len(here.lon)), np.diff(here.start))
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(zip(tail.tolist(), here.head.tolist(), here.cost.tolist(), strict=True), weight="ms")
    return graph


# --- nearest site of every junction -----------------------------------------------------------------------------------


def nearest_ours(nodes: int, folder: Path) -> Told:
    from geo.travel_numba import one_tree

    net, _, _ = _network(folder, nodes)
    arcs, sites = net.arcs(reverse=True), np.unique(read_world(folder, nodes).sites)  # type: ignore[attr-defined]
    nothing = np.zeros(len(sites), dtype=np.int64)
    (reach, _), spent = clock(lambda: one_tree(arcs, sites, nothing, nothing, 600_000_000))
    return Told(spent, {"ms": reach.astype(np.int64)})


def nearest_scipy(nodes: int, folder: Path) -> Told:
    from scipy.sparse.csgraph import dijkstra

    here = read_world(folder, nodes)
    table, sites = _table(here), np.unique(here.sites)
    reach, spent = clock(lambda: dijkstra(table, indices=sites, min_only=True))
    return Told(spent, {"ms": np.where(np.isfinite(reach), reach, 2**31 - 1).astype(np.int64)})


def nearest_networkx(nodes: int, folder: Path) -> Told:
    nx = import_module("networkx")

    here = read_world(folder, nodes)
    graph, sites = _digraph(here), set(here.sites.tolist())
    found, spent = clock(lambda: nx.multi_source_dijkstra_path_length(graph, sites, weight="ms"), 1, warm=False)
    return Told(spent, {"ms": np.array([found.get(i, 2**31 - 1) for i in range(nodes_of(here))])})


def nearest_ego(nodes: int, folder: Path) -> Told:
    """Cut out what lies within 15 minutes of each site, as is often shown for OSMnx: some sites, multiplied up."""
    nx = import_module("networkx")

    here = read_world(folder, nodes)
    graph, sites = _digraph(here), np.unique(here.sites)
    few = sites[:SAMPLE].tolist()
    _, spent = clock(lambda: [nx.ego_graph(graph, site, radius=EGO * MS, distance="ms") for site in few], 1, warm=False, part=len(few) / len(sites))
    return Told(spent)


def nodes_of(here: World) -> int:
    return len(here.lon)


# --- pairs within a limit ---------------------------------------------------------------------------------------------


def matrix_ours(nodes: int, folder: Path, *, threads: int = 1, limit: float = LIMIT) -> Told:
    from geo.travel import matrix

    net, points, sites = _network(folder, nodes)
    found, spent = clock(lambda: matrix(net, points, sites, limit, threads=threads), 3 if nodes <= 500_000 else 1, warm=nodes <= 500_000)  # type: ignore[arg-type]
    return Told(spent, _pairs(found.point, found.site, found.ms, sorted_=True), {"pairs": len(found.ms)})


def matrix_scipy(nodes: int, folder: Path, *, lean: bool = False, limit: float = LIMIT) -> Told:
    """Search 50 sites at once; the pairs are what numpy makes of them, 24 bytes each, or ``lean``, cast to 12 bytes a pair portion by portion."""
    from scipy.sparse.csgraph import dijkstra

    here = read_world(folder, nodes)
    table = _table(here)

    def work() -> list[np.ndarray]:
        parts = []
        for first in range(0, len(here.sites), 50):
            reach = dijkstra(table, indices=here.sites[first : first + 50], limit=limit * MS)[:, here.points]
            site, point = np.nonzero(np.isfinite(reach))
            columns = (point, site + first, reach[site, point])
            parts.append([column.astype(np.int32) for column in columns] if lean else columns)
        return [np.concatenate(column) for column in zip(*parts, strict=True)]

    (point, site, ms), spent = clock(work, 1, warm=False)
    return Told(spent, _pairs(point, site, ms), {"pairs": len(ms)})


def matrix_pandana(nodes: int, folder: Path) -> Told:
    """Find all nodes in range of some sites, multiplied up; building its hierarchy is not counted."""
    from bench._pandana import pandana_network

    here = read_world(folder, nodes)
    net = pandana_network(here.lon, here.lat, here.start, here.head, here.cost)
    few = here.sites[:SAMPLE].tolist()
    _, spent = clock(lambda: net.nodes_in_range(few, LIMIT * 60), 1, warm=False, part=len(few) / len(here.sites))
    return Told(spent)


def _pairs(point: np.ndarray, site: np.ndarray, ms: np.ndarray, *, sorted_: bool = False) -> Arrays:
    order = slice(None) if sorted_ else np.lexsort((site, point))
    return {"point": point[order].astype(np.int32), "site": site[order].astype(np.int32), "ms": ms[order].astype(np.int32)}


# --- two threads, processes, Dask -------------------------------------------------------------------------------------


def workers(way: str) -> Callable[[int, Path], Told]:
    """Return the case that does the long matrix by a way: one or two threads, two processes, or Dask with two workers; by the clock."""

    def case(nodes: int, folder: Path) -> Told:
        from geo.travel import matrix
        from jobs.travel_parts import parted

        net, points, sites = _network(folder, nodes)
        matrix(net, points, at_junctions_few(sites), LIMIT, engine="numba")  # type: ignore[arg-type]

        def work() -> object:
            if way in {"one", "two"}:
                return matrix(net, points, sites, LONG, threads=1 if way == "one" else 2)  # type: ignore[arg-type]
            with tempfile.TemporaryDirectory(dir=folder) as here:
                return parted(net, points, sites, LONG, Path(here), "processes" if way == "processes" else "dask", workers=2)  # type: ignore[arg-type]

        found, spent = clock(work, 2, warm=False)
        return Told(spent, _pairs(found.point, found.site, found.ms, sorted_=True))  # type: ignore[attr-defined]

    return case


def at_junctions_few(sites: object) -> object:
    """Return the first site alone: what compiles the code."""
    from dataclasses import fields

    return type(sites)(*(getattr(sites, one.name)[:1] for one in fields(sites)))  # type: ignore[arg-type]


# --- surfaces ---------------------------------------------------------------------------------------------------------


def _surface(side: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    return rng.uniform(0.01, 0.05, (side, side)), rng.integers(0, side, (10, 2))


def _told(minutes: np.ndarray, spent: Spent) -> Told:
    cells = np.random.default_rng(6).integers(0, minutes.size, min(minutes.size, 1_000_000))
    return Told(spent, {"minutes": np.round(minutes.ravel()[cells], 6)})


def surface_ours(side: int, _: Path) -> Told:
    from geo.raster import raster_minutes

    friction, sites = _surface(side)
    answer, spent = clock(lambda: raster_minutes(friction, sites, (1.0, 1.0)), 3 if side <= 2_000 else 1, warm=side <= 2_000)
    return _told(answer.minutes, spent)


def surface_skimage(side: int, _: Path) -> Told:
    from skimage.graph import MCP_Geometric

    friction, sites = _surface(side)
    answer, spent = clock(lambda: MCP_Geometric(friction, fully_connected=True).find_costs(sites.tolist())[0], 1, warm=False)
    return _told(answer, spent)


CASES: dict[tuple[str, str], Callable[[int, Path], Told]] = {
    ("nearest", "ours"): nearest_ours, ("nearest", "scipy"): nearest_scipy, ("nearest", "networkx"): nearest_networkx, ("nearest", "ego_graph"): nearest_ego,
    ("matrix", "ours"): matrix_ours, ("matrix", "scipy"): matrix_scipy, ("matrix", "scipy, lean"): functools.partial(matrix_scipy, lean=True), ("matrix", "pandana"): matrix_pandana,
    ("matrix60", "ours"): functools.partial(matrix_ours, limit=LONG), ("matrix60", "scipy"): functools.partial(matrix_scipy, limit=LONG),
    ("surface", "ours"): surface_ours, ("surface", "skimage"): surface_skimage,
    **{("workers", way): workers(way) for way in ("one", "two", "processes", "dask")},
}  # fmt: skip
