"""Results of travel time kept on disk, by a hash of everything that they were made of."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from pathlib import Path

import numpy as np

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
    except (OSError, ValueError, KeyError, EOFError, IndexError):
        return None
    inside = not len(minutes.ms) or (minutes.point.max() < minutes.points and minutes.site.max() < minutes.sites)
    return minutes if inside and len(minutes.point) == len(minutes.site) == len(minutes.ms) else None


def keep(folder: Path, key: str, minutes: Minutes) -> None:
    """Write a result whole or not at all, and let the oldest go."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as part:
        here = Path(part) / "minutes.npz"
        np.savez(here, point=minutes.point, site=minutes.site, ms=minutes.ms, size=np.array([minutes.points, minutes.sites]))
        here.rename(folder / f"{key}.npz")
    aged = sorted(folder.glob("*.npz"), key=lambda file: file.stat().st_mtime)
    for old in aged[:-KEEP]:
        with contextlib.suppress(OSError):  # another process may have been faster
            old.unlink()
