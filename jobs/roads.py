"""Roads and obstacles loaded for a country: read once, kept on disk, taken away again, and handed to what computes minutes."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely

from data.roads.obstacles import read_obstacles
from data.roads.obstacles_kept import FORMAT, keep_obstacles
from data.roads.read import KEY_END, kept_graph, road_graph
from data.roads.register import Loaded, What, entries, entry, folder, remove_entry, write_entry
from geo.errors import InputError
from geo.model import COUNTRIES
from geo.obstacles import Obstacle
from geo.registry import Registry
from jobs.country_roads import CountryRoads

YEARS = (1900, 2200)
TEXT = 300
"""How long a title or a licence may be."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a person says about the source of a file: title (its name by default), licence and year."""

    title: str = ""
    licence: str = ""
    year: int | None = None


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
        stamps = [repr(one) for one in (*entries(self.data_dir, "roads"), *entries(self.data_dir, "obstacles"))]
        return hashlib.sha256(repr((self._day(), stamps)).encode()).hexdigest()[:16] if stamps else ""

    def _day(self) -> dt.date:
        return self._date or dt.datetime.now(dt.UTC).date()

    def _open(self, roads: Loaded, barriers: Loaded | None, day: dt.date) -> CountryRoads:
        graph = kept_graph(folder(self.data_dir, "roads") / roads.key) if roads.key.endswith(KEY_END) else None
        if graph is None:
            raise InputError("roads.add_again", what="roads", country=roads.country)
        standing: tuple[Obstacle, ...] = ()
        if barriers is not None:
            path = _obstacle_file(self.data_dir, barriers.key)
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
    _check(countries, note)
    graph, key = road_graph(file, folder(data_dir, "roads"))
    try:
        _check_place(registry, countries, graph.bounds)
    except InputError:
        _tidy("roads", {key}, data_dir)
        raise
    digest = _digest(file)
    if not key.startswith(digest[:32]):
        raise InputError("travel.no_file", file=str(file), reason="")
    return _serve("roads", countries, key, file, digest, note, graph.bounds, {"nodes": graph.nodes, "edges": graph.edges}, data_dir)


def add_obstacles(file: Path, countries: Sequence[str], note: Note, data_dir: Path, registry: Registry | None = None) -> list[Loaded]:
    """Read obstacles and let them stand in some countries, in place of those that stood there; parameters and errors as ``add_roads``.

    Of the file only what the analysis reads is kept. It must be public: whoever may see the ledger sees what it does.
    """
    _check(countries, note)
    obstacles = read_obstacles(file)
    if not obstacles:
        raise InputError("roads.no_obstacle", file=file.name)
    west, south, east, north = (float(value) for value in shapely.total_bounds([one.shape for one in obstacles]))
    _check_place(registry, countries, (west, south, east, north))
    digest = _digest(file)
    key = f"{digest[:32]}-{FORMAT}"
    keep_obstacles(_obstacle_file(data_dir, key), obstacles)
    return _serve("obstacles", countries, key, file, digest, note, (west, south, east, north), {"obstacles": len(obstacles)}, data_dir)


def remove(what: What, countries: Sequence[str], data_dir: Path) -> list[Loaded]:
    """Take roads or obstacles away from some countries, and their files where no other country uses them; return what was there.

    Raises
    ------
    InputError : ``roads.unknown_country``; ``roads.nothing_loaded`` where one of them has none; then nothing is removed.
    """
    _check(countries, Note())
    gone = []
    for country in countries:
        one = entry(data_dir, what, country)
        if one is None:
            raise InputError("roads.nothing_loaded", what=what, country=country)
        gone.append(one)
    for one in gone:
        remove_entry(data_dir, what, one.country)
    _tidy(what, {one.key for one in gone}, data_dir)
    return gone


def _serve(
    what: What,
    countries: Sequence[str],
    key: str,
    file: Path,
    digest: str,
    note: Note,
    bounds: tuple[float, float, float, float],
    counts: dict[str, int],
    data_dir: Path,
) -> list[Loaded]:
    """Write the register: after the data is there, and before what it replaces goes."""
    before = {one.key for one in entries(data_dir, what) if one.country in countries}
    made = [
        Loaded(what, country, key, note.title.strip() or file.name, note.licence.strip(), note.year, digest, file.stat().st_size,
               dt.datetime.now(dt.UTC).date().isoformat(), bounds, counts)
        for country in dict.fromkeys(countries)
    ]  # fmt: skip
    for one in made:
        write_entry(data_dir, one)
    _tidy(what, before - {key}, data_dir)
    return made


def _tidy(what: What, keys: set[str], data_dir: Path) -> None:
    """Remove the data under some keys unless a country is still served by it."""
    for key in keys - {one.key for one in entries(data_dir, what)}:
        if what == "roads":
            shutil.rmtree(folder(data_dir, what) / key, ignore_errors=True)
        else:
            _obstacle_file(data_dir, key).unlink(missing_ok=True)


def _check(countries: Sequence[str], note: Note) -> None:
    for country in countries:
        if country not in COUNTRIES:
            raise InputError("roads.unknown_country", country=country[:40], known=", ".join(COUNTRIES))
    if note.year is not None and not YEARS[0] <= note.year <= YEARS[1]:
        raise InputError("roads.bad_year", value=note.year)
    if max(len(note.title), len(note.licence)) > TEXT:
        raise InputError("roads.long_text", limit=TEXT)


def _check_place(registry: Registry | None, countries: Sequence[str], bounds: tuple[float, float, float, float]) -> None:
    if registry is None:
        return
    areas = registry.governorates
    for country in countries:
        shapes = areas.geometry[areas["country"] == country]
        if len(shapes) and not shapes.intersects(shapely.box(*bounds)).any():
            raise InputError("roads.elsewhere", country=country, bounds=", ".join(f"{value:.3f}" for value in bounds))


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError("travel.no_file", file=str(file), reason=error.strerror or "") from error


def _obstacle_file(data_dir: Path, key: str) -> Path:
    return folder(data_dir, "obstacles") / f"{key}.geojson"
