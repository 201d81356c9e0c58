"""An invented registry on an invented road network, for tests of what goes by loaded roads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from data.roads.obstacles_kept import FORMAT, keep_obstacles
from data.roads.read import KEY_END, keep_graph
from data.roads.register import Loaded, write_entry
from geo import model
from geo.obstacles import Obstacle
from geo.registry import Registry
from geo.roads import RoadGraph
from jobs.roads import Roads
from tests.geo.roads_support import Place
from tests.make import frame, make_registry

DAY = dt.date(2026, 6, 1)


def registry_of(points: Mapping[str, Place], sites: Mapping[str, Place], country: str = "PS", area: str = "PS0101") -> Registry:
    """Return a registry whose localities (of equal size) and open sites of medical care, for all, stand at these places of one area."""
    plain = make_registry(max(len(sites), 1))
    localities = frame(
        model.LOCALITIES,
        [{"locality_id": name, "area_id": area, "country": country, "lon": lon, "lat": lat, "population": 1000.0, "flag": "", "distance_km": 0.0,
          "source_id": "invented"} for name, (lon, lat) in points.items()],
    )  # fmt: skip
    rows = plain.sites.iloc[: len(sites)].copy()
    rows.index = pd.Index(list(sites), name="site_id")
    rows["country"], rows["area_id"], rows["status"], rows["position_kind"] = country, area, "active", "exact"
    rows["lon"], rows["lat"] = [place[0] for place in sites.values()], [place[1] for place in sites.values()]
    rows["services"], rows["target_groups"] = [("medical_care",)] * len(sites), [("all",)] * len(sites)
    return replace(plain, localities=localities, sites=rows)


def load(data_dir: Path, graph: RoadGraph, obstacles: Sequence[Obstacle] = (), country: str = "PS") -> Roads:
    """Let a graph and obstacles serve a country, and return what is loaded."""
    key = "ab" * 16 + KEY_END
    keep_graph(graph, data_dir / "roads" / key)
    plain = Loaded(
        "roads", country, key, "Invented roads", "CC0", 2026, "ab" * 32, 1, "2026-06-01", graph.bounds, {"nodes": graph.nodes, "edges": graph.edges}
    )
    write_entry(data_dir, plain)
    if obstacles:
        keep_obstacles(data_dir / "obstacles" / f"cd-{FORMAT}.geojson", obstacles)
        write_entry(data_dir, replace(plain, what="obstacles", key=f"cd-{FORMAT}", title="Invented obstacles", counts={"obstacles": len(obstacles)}))
    return Roads(data_dir, DAY)
