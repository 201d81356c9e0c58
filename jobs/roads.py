"""Roads and obstacles loaded for a country: read once, kept on disk, taken away again, and handed to what computes minutes."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import shapely

from data.roads.live import fetch_roads
from data.roads.obstacles import read_obstacles
from data.roads.obstacles_kept import FORMAT, keep_obstacles
from data.roads.read import KEY_END, kept_graph, road_graph
from data.roads.register import WHAT, Loaded, entries, entry, folder
from data.roads.scenarios import scenarios
from geo.errors import InputError
from geo.model import COUNTRIES
from geo.obstacles import Obstacle
from geo.registry import Registry
from jobs.country_roads import CountryRoads
from jobs.loaded import Note, check, check_place, digest, kept_file, serve, tidy

OSM_LICENCE = "ODbL 1.0"


class Roads:
    """The roads and obstacles that are loaded; reads the register anew each time, so that what another process adds is seen.

    Parameters
    ----------
    data_dir : folder that holds what is written.
    date : the day on which obstacles must be valid; today by default.
    """

    def __init__(self, data_dir: Path, date: dt.date | None = None) -> None:
        self.data_dir = data_dir
        self._date = date
        self._opened = functools.lru_cache(maxsize=2 * len(COUNTRIES))(self._open)

    def countries(self) -> tuple[str, ...]:
        """Return the countries that have roads."""
        return tuple(one.country for one in entries(self.data_dir, "roads"))

    def of(self, country: str) -> CountryRoads | None:
        """Return the roads of a country with the obstacles that stand there on the day; None where no roads are loaded.

        Raises
        ------
        InputError : ``roads.add_again`` where what the register names is not whole, or was read by other rules than today's.
        """
        roads = entry(self.data_dir, "roads", country)
        if roads is None:
            return None
        return self._opened(roads, entry(self.data_dir, "obstacles", country), self._day())

    @property
    def state(self) -> str:
        """Text that changes whenever what is loaded, or the day, does: for the keys of what is made from it."""
        stamps = [repr(one) for one in (*(one for what in WHAT for one in entries(self.data_dir, what)), *scenarios(self.data_dir))]
        return hashlib.sha256(repr((self._day(), stamps)).encode()).hexdigest()[:16] if stamps else ""

    def _day(self) -> dt.date:
        return self._date or dt.datetime.now(dt.UTC).date()

    def _open(self, roads: Loaded, barriers: Loaded | None, day: dt.date) -> CountryRoads:
        graph = kept_graph(folder(self.data_dir, "roads") / roads.key) if roads.key.endswith(KEY_END) else None
        if graph is None:
            raise InputError("roads.add_again", what="roads", country=roads.country)
        standing: tuple[Obstacle, ...] = ()
        if barriers is not None:
            path = kept_file(self.data_dir, "obstacles", barriers.key)
            if not path.is_file():
                raise InputError("roads.add_again", what="obstacles", country=roads.country)
            standing = tuple(one for one in read_obstacles(path) if one.valid(day))
        return CountryRoads(roads, graph, barriers, standing, self.data_dir, day)


def add_roads(file: Path, countries: Sequence[str], note: Note, data_dir: Path, registry: Registry | None = None) -> list[Loaded]:
    """Read a road file and let it serve some countries, in place of what served them.

    Parameters
    ----------
    file : OSM XML, OSM PBF or GraphML. countries : codes. note : about the source. data_dir : folder that holds what is written.
    registry : knows where the countries lie; a graph that lies beside one of them is refused. Without it nothing is checked.

    Raises
    ------
    InputError : what ``data.roads.read.road_graph`` says; ``roads.unknown_country``, ``roads.bad_year``, ``roads.elsewhere``.
    """
    check(countries, note)
    graph, key = road_graph(file, folder(data_dir, "roads"))
    try:
        check_place(registry, countries, graph.bounds)
    except InputError:
        tidy("roads", {key}, data_dir)
        raise
    sha256 = digest(file)
    if not key.startswith(sha256[:32]):
        raise InputError("travel.no_file", file=str(file), reason="")
    return serve("roads", countries, key, file, sha256, note, graph.bounds, {"nodes": graph.nodes, "edges": graph.edges}, data_dir)


def add_place(place: str, countries: Sequence[str], note: Note, data_dir: Path, registry: Registry | None = None) -> list[Loaded]:
    """Ask OpenStreetMap for the roads of a named place and let them serve some countries; parameters and errors as ``add_roads``.

    Parameters
    ----------
    place : a name such as ``An-Nabk, Syria``.

    Raises
    ------
    SetupError : ``roads.offline``. InputError : ``roads.no_place``.
    """
    check(countries, note)
    today = dt.datetime.now(dt.UTC).date()
    stated = Note(note.title.strip() or f"OpenStreetMap, {place.strip()}", note.licence.strip() or OSM_LICENCE, note.year or today.year)
    with tempfile.TemporaryDirectory() as part:
        file = Path(part) / "place.graphml"
        fetch_roads(place, file)
        return add_roads(file, countries, stated, data_dir, registry)


def add_obstacles(file: Path, countries: Sequence[str], note: Note, data_dir: Path, registry: Registry | None = None) -> list[Loaded]:
    """Read obstacles and let them stand in some countries, in place of those that stood there; parameters and errors as ``add_roads``.

    Of the file only what the analysis reads is kept. It must be public: whoever may see the ledger sees what it does.
    """
    check(countries, note)
    obstacles = read_obstacles(file)
    if not obstacles:
        raise InputError("roads.no_obstacle", file=file.name)
    west, south, east, north = (float(value) for value in shapely.total_bounds([one.shape for one in obstacles]))
    check_place(registry, countries, (west, south, east, north))
    sha256 = digest(file)
    key = f"{sha256[:32]}-{FORMAT}"
    keep_obstacles(kept_file(data_dir, "obstacles", key), obstacles)
    return serve("obstacles", countries, key, file, sha256, note, (west, south, east, north), {"obstacles": len(obstacles)}, data_dir)
