"""What is loaded for a country, whatever it is: checked, written into the register, and taken away again."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely

from data.roads.register import Loaded, What, entries, entry, folder, remove_entry, write_entry
from geo.errors import InputError
from geo.model import COUNTRIES
from geo.registry import Registry

YEARS = (1900, 2200)
TEXT = 300
"""How long a title or a licence may be."""
ENDINGS = {"obstacles": ".geojson", "grids": ".csv"}


@dataclass(frozen=True, slots=True)
class Note:
    """What a person says about the source of a file: title (its name by default), licence and year."""

    title: str = ""
    licence: str = ""
    year: int | None = None


def remove(what: What, countries: Sequence[str], data_dir: Path) -> list[Loaded]:
    """Take what is loaded away from some countries, and their files where no other country uses them; return what was there.

    Raises
    ------
    InputError : ``roads.unknown_country``; ``roads.nothing_loaded`` where one of them has none; then nothing is removed.
    """
    check(countries, Note())
    gone = []
    for country in countries:
        one = entry(data_dir, what, country)
        if one is None:
            raise InputError("roads.nothing_loaded", what=what, country=country)
        gone.append(one)
    for one in gone:
        remove_entry(data_dir, what, one.country)
    tidy(what, {one.key for one in gone}, data_dir)
    return gone


def serve(
    what: What,
    countries: Sequence[str],
    key: str,
    file: Path,
    sha256: str,
    note: Note,
    bounds: tuple[float, float, float, float],
    counts: dict[str, int],
    data_dir: Path,
) -> list[Loaded]:
    """Write the register: after the data is there, and before what it replaces goes."""
    before = {one.key for one in entries(data_dir, what) if one.country in countries}
    made = [
        Loaded(what, country, key, note.title.strip() or file.name, note.licence.strip(), note.year, sha256, file.stat().st_size,
               dt.datetime.now(dt.UTC).date().isoformat(), bounds, counts)
        for country in dict.fromkeys(countries)
    ]  # fmt: skip
    for one in made:
        write_entry(data_dir, one)
    tidy(what, before - {key}, data_dir)
    return made


def tidy(what: What, keys: set[str], data_dir: Path) -> None:
    """Remove the data under some keys unless a country is still served by it."""
    for key in keys - {one.key for one in entries(data_dir, what)}:
        if what == "roads":
            shutil.rmtree(folder(data_dir, what) / key, ignore_errors=True)
        else:
            kept_file(data_dir, what, key).unlink(missing_ok=True)


def check(countries: Sequence[str], note: Note) -> None:
    """Refuse countries and notes that cannot be; InputError ``roads.unknown_country``, ``roads.bad_year``, ``roads.long_text``."""
    for country in countries:
        if country not in COUNTRIES:
            raise InputError("roads.unknown_country", country=country[:40], known=", ".join(COUNTRIES))
    if note.year is not None and not YEARS[0] <= note.year <= YEARS[1]:
        raise InputError("roads.bad_year", value=note.year)
    if max(len(note.title), len(note.licence)) > TEXT:
        raise InputError("roads.long_text", limit=TEXT)


def check_place(registry: Registry | None, countries: Sequence[str], bounds: tuple[float, float, float, float]) -> None:
    """Refuse bounds that no governorate of a country lies in; InputError ``roads.elsewhere``."""
    if registry is None:
        return
    areas = registry.governorates
    for country in countries:
        shapes = areas.geometry[areas["country"] == country]
        if len(shapes) and not shapes.intersects(shapely.box(*bounds)).any():
            raise InputError("roads.elsewhere", country=country, bounds=", ".join(f"{value:.3f}" for value in bounds))


def digest(file: Path) -> str:
    """Return the SHA-256 of a file; InputError ``travel.no_file``."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError("travel.no_file", file=str(file), reason=error.strerror or "") from error


def kept_file(data_dir: Path, what: What, key: str) -> Path:
    """Return the file that keeps obstacles, or the points of a grid."""
    return folder(data_dir, what) / f"{key}{ENDINGS[what]}"
