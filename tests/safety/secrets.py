"""Unmistakable secrets, and a search for them in anything that anybody is given: text, packed numbers, archives, databases."""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely

_WORD = re.compile(rb"zq[a-z]+x[0-9a-f]{10}q[0-9]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBER = re.compile(rb"[0-9]{2}\.[0-9]{4,}|[0-9]{7,9}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{48,}={0,2}")


@dataclass(frozen=True)
class Plant:
    """A sensitive site of the test.

    Parameters
    ----------
    site_id, level : of the site.
    area_id : where it is.
    truth : its exact place, longitude and latitude.
    points : every place that is kept of it, those that were only proposed too.
    words : what is kept of it besides: addresses, notes, outside ids, words of proposals that were never published.
    hidden : what tells of its existence; empty where that may be known.
    """

    site_id: str
    level: int
    area_id: str
    truth: tuple[float, float]
    points: tuple[tuple[float, float], ...]
    words: tuple[str, ...]
    hidden: tuple[str, ...] = ()


@dataclass
class Mint:
    """Makes secrets that stand nowhere else.

    Parameters
    ----------
    taken : digits (``"35.0713"``) that public coordinates have.
    """

    taken: set[str]
    chance: random.Random = field(default_factory=lambda: random.Random(20261122))
    made: int = 0

    def word(self, what: str) -> str:
        """Return a word that nothing else holds, readable in a failure."""
        self.made += 1
        return f"zq{what}x{self.chance.getrandbits(40):010x}q{self.made}"

    def point(self, inside: shapely.Geometry) -> tuple[float, float]:
        """Return a place in a polygon whose digits nothing public has."""
        west, south, east, north = inside.bounds
        while True:
            lon = round(self.chance.uniform(west, east), 7)
            lat = round(self.chance.uniform(south, north), 7)
            digits = {text for value in (lon, lat) for text in four_decimals(value)}
            if not digits & self.taken and shapely.contains_xy(inside, lon, lat):
                self.taken |= digits
                return lon, lat


def four_decimals(value: float) -> set[str]:
    """Return a coordinate cut and rounded to four decimals: everything longer starts with one of them."""
    return {f"{value:.9f}"[:-5], f"{value:.4f}"}


def searched(points: Iterable[tuple[float, float]], words: Iterable[str]) -> Search:
    """Return a search for places, in digits and in the ways in which programs pack them, and for words."""
    return Search(list(points), list(words))


class Search:
    """Looks for secrets in bytes, and in what is packed in them.

    A place is found by six decimals of either coordinate (cut or rounded), by four of both that follow each other, by whole hundred
    thousandths or smaller parts of a degree, and by eight bytes: one double, or two singles or integers. Words are those of ``Mint``, and ids.
    """

    def __init__(self, points: list[tuple[float, float]], words: list[str]) -> None:
        self._words = {word.lower().encode() for word in words}
        assert all(_WORD.fullmatch(word) for word in self._words)
        self._single: dict[bytes, str] = {}
        self._pair: dict[tuple[bytes, bytes], str] = {}
        self._packed: dict[int, str] = {}
        self._seen: dict[bytes, frozenset[str]] = {}
        for lon, lat in points:
            name = f"{lon:.7f} {lat:.7f}"
            for value in (lon, lat):
                self._single |= {text.encode(): name for text in (f"{value:.9f}"[:-3], f"{value:.6f}")}
                self._single |= {str(round(value * 10**places)).encode(): name for places in (5, 6, 7)}
                self._packed |= {_eight(struct.pack(kind, value)): name for kind in ("<d", ">d")}
            fours = [{text.encode() for text in four_decimals(value)} for value in (lon, lat)]
            self._pair |= {pair: name for one in fours[0] for other in fours[1] for pair in ((one, other), (other, one))}
            for pair in ((lon, lat), (lat, lon)):
                self._packed |= {_eight(struct.pack(kind, *pair)): name for kind in ("<ff", ">ff")}
                for scale in (10**5, 10**6, 10**7):
                    self._packed |= {_eight(struct.pack(kind, *(round(value * scale) for value in pair))): name for kind in ("<ii", ">ii")}
        self._keys = np.array(sorted(self._packed), dtype="<u8")

    def hits(self, body: bytes | str) -> set[str]:
        """Return the secrets that a body holds, plainly or packed."""
        raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        key = hashlib.sha256(raw).digest()
        if key not in self._seen:
            self._seen[key] = frozenset(hit for part in unpacked(raw) for hit in self._hits(part))
        return set(self._seen[key])

    def _hits(self, part: bytes) -> Iterator[str]:
        yield from (word.decode() for word in set(_WORD.findall(part.lower())) & self._words)
        last, end = b"", -100
        for match in _NUMBER.finditer(part):
            text = match[0]
            cut = text[: text.index(b".") + 5] if b"." in text else b""
            for form in (text, text[: len(cut) + 2]):
                if form in self._single:
                    yield self._single[form]
            if cut and match.start() - end < 60 and (last, cut) in self._pair:
                yield self._pair[last, cut]
            last, end = cut, match.end()
        for offset in range(8):
            values = np.frombuffer(part[offset : offset + (len(part) - offset) // 8 * 8], dtype="<u8")
            nearest = self._keys[np.searchsorted(self._keys, values).clip(max=len(self._keys) - 1)]
            yield from (self._packed[int(value)] for value in np.unique(values[nearest == values]))


def _eight(packed: bytes) -> int:
    return int.from_bytes(packed, "little")


def unpacked(body: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield a body, and what it holds compressed, archived or as base64, four layers deep."""
    yield body
    if depth >= 4:
        return
    if body[:2] == b"\x1f\x8b":
        yield from unpacked(gzip.decompress(body), depth + 1)
    elif body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from unpacked(archive.read(name), depth + 1)
    else:
        for match in _BASE64.finditer(body):
            text = match[0].rstrip(b"=")
            try:
                inner = base64.b64decode(text + b"=" * (-len(text) % 4))
            except binascii.Error:
                continue
            yield from unpacked(inner, depth + 1) if inner[:2] != b"PK" else iter((inner,))
        if body[:1] == b"\x78":
            try:
                yield from unpacked(zlib.decompress(body), depth + 1)
            except zlib.error:
                return
