"""Read a road file, whose content nobody vouches for, in a confined process, and keep the graph made of it on disk."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from dataclasses import fields
from io import FileIO
from pathlib import Path
from typing import IO

import numpy as np

from data.confined import ask
from geo.errors import InputError
from geo.roads import DTYPES, RoadGraph
from geo.roads_build import RawRoads, build_graph
from geo.roads_rules import RULES_VERSION

MAX_BYTES = 4_000_000_000
WALL_SECONDS = 3600.0
FORMAT = 1
"""Of the folder on disk: a change makes new folders."""
KEY_END = f"-{RULES_VERSION}.{FORMAT}"
"""How the keys of graphs end that were read by the present rules."""
REFUSALS = (
    "travel.damaged",
    "travel.graphml_highway",
    "travel.graphml_places",
    "travel.graphml_projected",
    "travel.too_many_roads",
    "travel.no_roads",
)
_DRAWN = re.compile(rb"<node[^>]*\sid=[\"']-")
_CHILD = Path(__file__).parent / "child.py"


def road_graph(path: Path, keep_in: Path) -> tuple[RoadGraph, str]:
    """Return the graph of a road file, from disk where this very content was read before.

    Parameters
    ----------
    path : OSM XML, OSM PBF or GraphML; known by its content, not by its name.
    keep_in : folder for graphs (made if it is not there); each is a folder of ``.npy`` files that are mapped, not loaded.

    Returns
    -------
    The graph, and its key: a hash of the content and the rules.

    Raises
    ------
    InputError : ``travel.no_file``, ``travel.unknown_graph``, ``travel.too_large``, ``travel.damaged``, ``travel.too_heavy``,
        ``travel.no_roads`` and what `data.roads.graphml` says.
    """
    try:
        with path.open("rb", buffering=0) as stream:
            if path.stat().st_size > MAX_BYTES:
                raise InputError("travel.too_large", gigabytes=MAX_BYTES // 1_000_000_000)
            key = hashlib.file_digest(stream, "sha256").hexdigest()[:32] + KEY_END
            kept = kept_graph(keep_in / key)
            if kept is not None:
                return kept, key
            graph = build_graph(read_roads(stream))
    except OSError as error:
        raise InputError("travel.no_file", file=str(path), reason=error.strerror or "") from error
    return keep_graph(graph, keep_in / key), key


def read_roads(stream: FileIO) -> RawRoads:
    """Return the roads of an open, unbuffered file, read by a child process that can do nothing else; see `road_graph` for the errors."""
    stream.seek(0)
    kind = _kind(stream.read(4096))
    with ask(_CHILD, [kind], stream, part="travel", refusals=REFUSALS, seconds=WALL_SECONDS, environment={"OSMIUM_POOL_THREADS": "1"}) as answer:
        return _raw(answer)


def _kind(start: bytes) -> str:
    if b"OSMHeader" in start[:32]:
        return "pbf"
    if b"<graphml" in start:
        return "graphml"
    if b"<osm" in start:
        return "drawn" if _DRAWN.search(start) else "osm"
    raise InputError("travel.unknown_graph")


def _raw(answer: IO[bytes]) -> RawRoads:
    try:
        raw = RawRoads(**{one.name: np.lib.format.read_array(answer, allow_pickle=False) for one in fields(RawRoads)})
    except (ValueError, EOFError) as error:
        raise InputError("travel.damaged") from error
    if not raw.sound():
        raise InputError("travel.damaged")
    return raw


def kept_graph(folder: Path) -> RoadGraph | None:
    """Return the graph in a folder; None where it is not there or not whole."""
    try:
        graph = RoadGraph(**{name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in DTYPES})
    except (OSError, ValueError, EOFError):
        return None
    return None if graph.problems() else graph


def keep_graph(graph: RoadGraph, folder: Path) -> RoadGraph:
    """Write a graph whole or not at all, and return it mapped from there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".part-") as part:
        here = Path(part) / "graph"
        here.mkdir()
        for name, array in graph.arrays().items():
            np.save(here / f"{name}.npy", array, allow_pickle=False)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            here.rename(folder)
        except OSError:  # somebody else was faster with the same content
            return kept_graph(folder) or graph
    return kept_graph(folder) or graph
