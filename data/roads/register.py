"""The register of what is loaded: which roads, obstacles and population grid serve which country, and where they are from.

Each country has a small file of its own, written whole: whoever is killed in the middle leaves the old one or the new one.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from geo.errors import InputError
from geo.model import COUNTRIES

What = Literal["roads", "obstacles", "grids"]
WHAT: tuple[What, ...] = get_args(What)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Roads, obstacles or a population grid that serve a country.

    Parameters
    ----------
    what : one of ``WHAT``. country : code.
    key : under which they are kept: a hash of the content and of the rules by which it was read.
    title, licence, year : of the source; year None where it is not stated.
    sha256, size_bytes : of the file they were read from. added : ISO day.
    bounds : west, south, east, north, degrees.
    counts : nodes and edges, or obstacles, or points and what else is counted of a grid.
    """

    what: What
    country: str
    key: str
    title: str
    licence: str
    year: int | None
    sha256: str
    size_bytes: int
    added: str
    bounds: tuple[float, float, float, float]
    counts: Mapping[str, int] = field(hash=False)


def folder(data_dir: Path, what: What) -> Path:
    """Return the folder that keeps the graphs, the obstacles or the points of grids."""
    return data_dir / what


def entry(data_dir: Path, what: What, country: str) -> Loaded | None:
    """Return what serves a country; None where nothing does.

    Raises
    ------
    InputError : ``roads.register_damaged``.
    """
    path = _path(data_dir, what, country)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("roads.register_damaged", file=path.name) from error
    try:
        found = _loaded(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, StopIteration) as error:
        raise InputError("roads.register_damaged", file=path.name) from error
    if (found.what, found.country) != (what, country):
        raise InputError("roads.register_damaged", file=path.name)
    return found


def entries(data_dir: Path, what: What) -> list[Loaded]:
    """Return all that is loaded, in the order of the countries."""
    found = (entry(data_dir, what, country) for country in COUNTRIES)
    return [one for one in found if one is not None]


def write_entry(data_dir: Path, one: Loaded) -> None:
    """Let something serve its country from now on, in place of what did."""
    path = _path(data_dir, one.what, one.country)
    body = json.dumps(asdict(one), ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    write_synced(path, body.encode())


def remove_entry(data_dir: Path, what: What, country: str) -> None:
    """Let nothing serve a country any more."""
    _path(data_dir, what, country).unlink(missing_ok=True)


def write_synced(path: Path, body: bytes) -> None:
    """Write a file whole or not at all, also where the power fails; its folder is made if it is not there.

    Raises
    ------
    InputError : ``cli.cannot_write``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        part = Path(name)
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(body)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InputError("cli.cannot_write", file=str(path), reason=error.strerror or "") from error


def _path(data_dir: Path, what: What, country: str) -> Path:
    if country not in COUNTRIES:
        raise InputError("roads.unknown_country", country=country[:40], known=", ".join(COUNTRIES))
    return folder(data_dir, what) / "serving" / f"{country}.json"


def _loaded(found: Any) -> Loaded:
    west, south, east, north = (float(value) for value in found["bounds"])
    year = found["year"]
    return Loaded(
        what=next(one for one in WHAT if one == found["what"]), country=str(found["country"]), key=_plain(found["key"]),
        title=str(found["title"]), licence=str(found["licence"]), year=None if year is None else int(year), sha256=str(found["sha256"]),
        size_bytes=int(found["size_bytes"]), added=str(found["added"]), bounds=(west, south, east, north),
        counts={str(name): int(count) for name, count in found["counts"].items()},
    )  # fmt: skip


def _plain(key: object) -> str:
    """Return a key that is one name in a folder; ValueError for one that leads elsewhere."""
    text = str(key)
    if not text.replace("-", "").replace(".", "").isalnum() or text.startswith("."):
        raise ValueError(text)
    return text
