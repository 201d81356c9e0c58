"""Results of travel time, and places on their roads, kept on disk by a hash of everything that they were made of."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from geo.roads import Floats
from geo.roads_snap import Snapped
from geo.travel import Minutes

VERSION = 1
KEEP = 200
"""How many results stay; the oldest go first."""


def key_of(*parts: object) -> str:
    """Return a hash of texts, numbers and arrays; their order counts."""
    digest = hashlib.sha256(str(VERSION).encode())
    for part in parts:
        body = np.ascontiguousarray(part).tobytes() if isinstance(part, np.ndarray) else repr(part).encode()
        digest.update(len(body).to_bytes(8, "little"))
        digest.update(body)
    return digest.hexdigest()[:40]


def kept(folder: Path, key: str) -> Minutes | None:
    """Return a result that was kept; None where there is none, or none that can be read."""
    try:
        with np.load(folder / f"{key}.npz", allow_pickle=False) as found:
            minutes = Minutes(found["point"], found["site"], found["ms"], int(found["size"][0]), int(found["size"][1]))
    except (OSError, ValueError, KeyError, EOFError, IndexError, zipfile.BadZipFile):
        return None
    inside = not len(minutes.ms) or (minutes.point.max() < minutes.points and minutes.site.max() < minutes.sites)
    return minutes if inside and len(minutes.point) == len(minutes.site) == len(minutes.ms) else None


def keep(folder: Path, key: str, minutes: Minutes) -> None:
    """Write a result whole or not at all, and let the oldest go."""
    _keep(folder, key, {"point": minutes.point, "site": minutes.site, "ms": minutes.ms, "size": np.array([minutes.points, minutes.sites])})


def kept_places(folder: Path, key: str, lon: Floats, lat: Floats) -> Snapped | None:
    """Return places on their roads that were kept; None where there are none, or none that can be read."""
    try:
        with np.load(folder / f"{key}.npz", allow_pickle=False) as found:
            places = Snapped(found["edge"], found["fraction"], found["metres"], lon, lat)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return places if len(places.edge) == len(places.fraction) == len(places.metres) == len(lon) else None


def keep_places(folder: Path, key: str, places: Snapped) -> None:
    """Write where places stand on their roads, whole or not at all, and let the oldest go; the places themselves are not written."""
    _keep(folder, key, {"edge": places.edge, "fraction": places.fraction, "metres": places.metres})


def _keep(folder: Path, key: str, arrays: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as part:
        here = Path(part) / "arrays.npz"
        np.savez(here, **arrays)
        here.rename(folder / f"{key}.npz")
    aged = sorted(folder.glob("*.npz"), key=lambda file: file.stat().st_mtime)
    for old in aged[:-KEEP]:
        with contextlib.suppress(OSError):  # another process may have been faster
            old.unlink()
