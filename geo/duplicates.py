"""Which sites may be one and the same: names in three scripts, distance, phone, organisation and kind make a score. Nothing is merged."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.lexicon import Lexicon, Part
from geo.matching import Record, compare
from geo.model import LANGUAGES
from geo.registry import Registry
from geo.text import fold

AT_LEAST = 70
_WITHIN_M = 500.0
_OWN_PLACE = 0.1
# Equal-area around the middle of the region: right within a few metres over the distances that matter here.
_TO_METRES = pyproj.Transformer.from_crs(4326, pyproj.CRS.from_proj4("+proj=laea +lat_0=33 +lon_0=36 +datum=WGS84 +units=m"), always_xy=True)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site that may be the one that was asked about.

    Parameters
    ----------
    site_id : of the registry.
    score : 0 to 100.
    reasons : codes; their words are ``duplicates.reason.<code>``.
    metres : distance, None where one of the two has no place of its own.
    """

    site_id: str
    score: int
    reasons: tuple[str, ...]
    metres: float | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sites that may be one; ``a`` comes before ``b`` in the registry. The other fields are those of ``Candidate``."""

    a: str
    b: str
    score: int
    reasons: tuple[str, ...]
    metres: float | None


class Finder:
    """Compares the sites of one registry with each other and with rows that are not in it yet.

    Parameters
    ----------
    registry : as the asker may see it.
    lexicon : from ``Lexicon.from_registry``.
    """

    def __init__(self, registry: Registry, lexicon: Lexicon) -> None:
        self.registry = registry
        self.lexicon = lexicon
        sites = registry.sites
        self._ids = [str(site_id) for site_id in sites.index]
        self._position = {site_id: i for i, site_id in enumerate(self._ids)}
        self._columns: dict[str, list[object]] = {
            name: sites[name].tolist() for name in ("kind", "area_id", "locality_id", "phone", "organisation_id", "position_kind")
        }
        own = (sites["position_kind"] == "exact").to_numpy(dtype=bool) & sites["lon"].notna().to_numpy() & sites["lat"].notna().to_numpy()
        xs, ys = _TO_METRES.transform(sites["lon"].where(own, 0.0).to_numpy(dtype=float), sites["lat"].where(own, 0.0).to_numpy(dtype=float))
        self._own, self._xs, self._ys = own, xs, ys
        self._names = _texts(registry.names["site"], self._ids)
        self._organisations = {str(row[0]): _folded(row[1:]) for row in registry.names["organisation"][list(LANGUAGES)].itertuples(name=None)}
        self._areas, self._area_codes = _coded(sites["area_id"])
        self._localities, self._locality_codes = _coded(sites["locality_id"])
        self._records: dict[int, Record] = {}

    def candidates(self, query: str | Mapping[str, object], *, top: int = 3, within_m: float = _WITHIN_M, at_least: int = 1) -> list[Candidate]:
        """Return the sites that are most likely the one asked about, best first.

        Parameters
        ----------
        query : id of a site of the registry (KeyError for another), or a row of ``model.INCOMING``.
        top : how many at most.
        within_m : sites that have a place of their own are compared up to this distance, metres; where one has none, those
            of one locality are, or of one area where a locality is unknown.
        at_least : lowest score.
        """
        here = self._position[query] if isinstance(query, str) else -1
        asked = self._record(here) if isinstance(query, str) else self.record(query)
        found = []
        for i in self._near(asked, within_m):
            if i != here:
                score, reasons, metres = compare(asked, self._record(i))
                if score >= at_least:
                    found.append(Candidate(self._ids[i], score, reasons, metres))
        return sorted(found, key=lambda one: (-one.score, one.metres if one.metres is not None else math.inf, one.site_id))[:top]

    def all_pairs(self, at_least: int = AT_LEAST, *, within_m: float = _WITHIN_M) -> list[Pair]:
        """Return all pairs of the registry with at least this score, best first.

        Sites without a place of their own are compared within their locality, or where theirs is unknown within the area.
        """
        found = []
        for i, j in self._blocked(within_m):
            score, reasons, metres = compare(self._record(i), self._record(j))
            if score >= at_least:
                found.append(Pair(self._ids[i], self._ids[j], score, reasons, metres))
        return sorted(found, key=lambda pair: (-pair.score, pair.a, pair.b))

    def record(self, row: Mapping[str, object]) -> Record:
        """Return what is compared of a row of ``model.INCOMING``; fields that it lacks are unknown."""
        names, organisation = row.get("names") or {}, row.get("organisation") or {}
        if not isinstance(names, Mapping) or not isinstance(organisation, Mapping):
            raise TypeError("names and organisation are dicts of language to text")
        lon, lat = _number(row.get("lon")), _number(row.get("lat"))
        place = _TO_METRES.transform(lon, lat) if lon is not None and lat is not None and row.get("position_kind", "exact") == "exact" else None
        return self._make(
            [str(text) for text in names.values()], _text(row.get("kind")), _text(row.get("area_id")), _text(row.get("locality_id")), place,
            _text(row.get("phone")), _folded(organisation.values()),
        )  # fmt: skip

    def _record(self, i: int) -> Record:
        if i not in self._records:
            column = self._columns
            organisation = _text(column["organisation_id"][i])
            place = (float(self._xs[i]), float(self._ys[i])) if self._own[i] else None
            self._records[i] = self._make(
                self._names[i], _text(column["kind"][i]), _text(column["area_id"][i]), _text(column["locality_id"][i]), place,
                _text(column["phone"][i]), self._organisations.get(organisation, frozenset()) | ({f"id {organisation}"} if organisation else set()),
            )  # fmt: skip
        return self._records[i]

    def _make(
        self, texts: Iterable[str], kind: str, area: str, locality: str, place: tuple[float, float] | None, phone: str, organisations: frozenset[str]
    ) -> Record:
        own = {area, locality} - {""}
        names: dict[str, tuple[Part, ...]] = {}
        for text in texts:
            if fold(text):
                names.setdefault(fold(text), tuple(_weighed(part, own) for part in self.lexicon.parts(text)))
        said: dict[str, frozenset[str]] = {}
        for part in (part for parts in names.values() for part in parts if part.group):
            said[part.group] = said.get(part.group, frozenset()) | (part.places or {part.text})
        if self.lexicon.groups.get(kind) == "facility":
            said.setdefault("facility", frozenset({kind}))
        phones = frozenset(number for number in (part.strip() for part in phone.split(";")) if number)
        x, y = place or (None, None)
        return Record(names, kind, area, locality, x, y, phones, organisations, said)

    def _near(self, asked: Record, within_m: float) -> list[int]:
        """Return the sites that a record is compared with."""
        same = np.ones(len(self._ids), dtype=bool)
        for code, column, codes in ((asked.area_id, self._areas, self._area_codes), (asked.locality_id, self._localities, self._locality_codes)):
            if code:
                same &= (column == codes.get(code, -1)) | (column == codes[""])
        if asked.x is not None and asked.y is not None:
            near = np.hypot(self._xs - asked.x, self._ys - asked.y) <= within_m
            same = np.where(self._own, near, same)
        return [int(i) for i in np.flatnonzero(same)]

    def _blocked(self, within_m: float) -> Iterator[tuple[int, int]]:
        own = np.flatnonzero(self._own)
        points = shapely.points(self._xs[own], self._ys[own])
        left, right = shapely.STRtree(points).query(points, predicate="dwithin", distance=within_m)
        for i, j in zip(own[left].tolist(), own[right].tolist(), strict=True):
            if i < j:
                yield i, j
        for i in np.flatnonzero(~self._own).tolist():
            for j in self._near(self._record(i), within_m):
                if not self._own[j] and i < j:
                    yield i, j
                elif self._own[j]:
                    yield min(i, j), max(i, j)


def _weighed(part: Part, own: set[str]) -> Part:
    """Return a part as it counts at a site: the name of its own place says next to nothing."""
    return Part(part.text, part.words, part.places, part.group, _OWN_PLACE) if part.places & own else part


def _coded(column: pd.Series) -> tuple[np.ndarray, dict[str, int]]:
    """Return a column of codes as numbers, and the number of each code and of the empty one."""
    values = ["", *(_text(value) for value in column)]
    numbers, codes = pd.factorize(np.array(values, dtype=object))
    return numbers[1:], {str(code): number for number, code in enumerate(codes)}


def _texts(names: pd.DataFrame, ids: list[str]) -> list[list[str]]:
    by_id = {str(row[0]): [str(text) for text in row[1:] if not pd.isna(text)] for row in names[list(LANGUAGES)].itertuples(name=None)}
    return [by_id.get(site_id, []) for site_id in ids]


def _folded(texts: Iterable[object]) -> frozenset[str]:
    return frozenset(folded for folded in (fold(str(text)) for text in texts if not pd.isna(text)) if folded)  # type: ignore[call-overload]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
