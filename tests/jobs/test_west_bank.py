"""OCHA's closure points on roads of the West Bank's kind: usual, bad and closed days differ in the right direction for every locality.

The roads are invented, the places are not. Junctions are the localities of the West Bank, two ends of a short road past each of its closure points,
and places strewn around all of these, ``JUNCTIONS`` in all. The roads are the least that join all of them (the minimum spanning tree of the Delaunay
triangulation) and of its other short sides one in ``SHORTCUT``: a network with few ways round, so that a closure bites. The longest tenth are faster.
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from data.roads.obstacles import read_obstacles
from geo.obstacles import REGIMES, Day, Obstacle
from geo.obstacles_place import cut_network, on_day, place_obstacles
from geo.roads import RoadGraph, great_circle
from geo.travel import nearest
from tests.data.sources.help import pack_registry
from tests.geo.roads_support import graph_of, on

CLOSURES = Path(__file__).parents[2] / ".." / "shared" / "data" / "closures" / "ocha_wb_closure_points_2025.geojson"
JUNCTIONS, SHORTCUT = 25_000, 2
ASIDE = 0.0006
"""Degrees, about 57 m."""
LIMIT = 600.0


def localities() -> pd.DataFrame:
    """Return the localities of the West Bank's eleven governorates, settlements left out."""
    registry = pack_registry()
    governorates = registry.areas.index[registry.areas["parent_id"] == "PS01"]
    found = registry.localities
    return found[found["area_id"].isin(governorates) & (found["flag"] == "")]


def roads(places: np.ndarray) -> RoadGraph:
    """Return the network that joins ``places`` (degrees) and others strewn around them."""
    rng = np.random.default_rng(4)
    strewn = places[rng.integers(0, len(places), JUNCTIONS - len(places))] + rng.normal(0, 0.015, (JUNCTIONS - len(places), 2))
    points = np.concatenate([places, strewn])
    corners = Delaunay(points).simplices.astype(np.int64)
    sides = np.unique(np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1), axis=0)
    metres = great_circle(*points[sides[:, 0]].T, *points[sides[:, 1]].T)
    tree = minimum_spanning_tree(csr_array((metres, (sides[:, 0], sides[:, 1])), shape=(JUNCTIONS, JUNCTIONS))).tocoo()
    inside = np.isin(sides[:, 0] * JUNCTIONS + sides[:, 1], tree.row.astype(np.int64) * JUNCTIONS + tree.col)
    other = np.flatnonzero(~inside & (metres < np.median(metres)))
    kept = np.concatenate([np.flatnonzero(inside), rng.choice(other, len(other) // SHORTCUT, replace=False)])
    fast = metres[kept] > np.quantile(metres[kept], 0.9)
    ways = [(pair, {"highway": "secondary" if main else "unclassified"}) for pair, main in zip(sides[kept].tolist(), fast, strict=True)]
    return graph_of(dict(enumerate(zip(*points.T.tolist(), strict=True))), ways)


@functools.cache
def west_bank() -> tuple[RoadGraph, list[Obstacle]]:
    """Return the roads and the closure points on them; skip where the points are absent."""
    if not CLOSURES.exists():
        pytest.skip("the shared closure points are not here")
    obstacles = read_obstacles(CLOSURES)
    stand = np.array([one.shape.coords[0][:2] for one in obstacles if one.shape.geom_type == "Point"])
    ends = [stand + side for side in ((ASIDE, 0.0), (-ASIDE, 0.0))]
    return roads(np.unique(np.concatenate([localities()[["lon", "lat"]].to_numpy(), *ends]), axis=0)), obstacles


def test_no_day_is_better_than_a_more_open_one_for_any_locality() -> None:
    (graph, obstacles), people = west_bank(), localities()
    assert len(obstacles) == 809  # of 811: two were taken away
    placed = place_obstacles(graph, obstacles)
    assert len(placed.off) == 0
    net = cut_network(graph, "car", "west_bank_id", placed)
    towns = people.loc[people.groupby("area_id")["population"].idxmax()]
    homes, centres = (on(graph, list(zip(frame["lon"], frame["lat"], strict=True))) for frame in (people, towns))
    assert not homes.off.any()
    days = [net, *(on_day(net, placed, Day(regime, "west_bank_id")) for regime in REGIMES)]
    free, usual, bad, closed = (nearest(day, homes, centres, LIMIT)[1] for day in days)
    assert np.isfinite(free).all()
    for better, worse in ((free, usual), (usual, bad), (bad, closed)):
        assert (better <= worse).all()
    assert (usual > free).mean() > 0.5
    assert (bad > usual).mean() > 0.1
    assert (closed > bad).mean() > 0.05
    assert (closed > usual).mean() > 0.2
    cut_off = [float(np.isinf(minutes).mean()) for minutes in (usual, bad, closed)]
    assert 0 < cut_off[0] < cut_off[1] < cut_off[2] < 0.5  # mounds and blocks are closed on every day
