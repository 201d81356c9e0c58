"""Where a row belongs: areas around a point, areas and localities by name in any language, and what to do when they disagree."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.memo import kept_with_registry
from geo.model import COUNTRIES, LANGUAGES
from geo.registry import Registry
from geo.text import fold

TOLERANCE_KM = 5.0
"""Boundaries are generalised: a point this near to an area may belong to it."""

# Equal-area around the middle of the region: distances over 5 km are right within a few metres.
_METRES = pyproj.CRS.from_proj4("+proj=laea +lat_0=33 +lon_0=36 +datum=WGS84 +units=m")
_LEVEL_WORDS = frozenset(
    fold(word) for word in ("governorate", "district", "province", "muhafazat", "محافظة", "لواء", "قضاء", "מחוז", "נפת", "מחוז ה")
)
_LIST = re.compile("[,،;]")
_MOST = 0.8
_ARTICLES = frozenset(fold(word) for word in ("al", "el", "ad", "an", "ar", "as", "ash", "at", "az", "אל"))
_COUNTRY_WORDS = {
    "PS": (
        "ps",
        "pse",
        "palestine",
        "state of palestine",
        "occupied palestinian territory",
        "opt",
        "west bank and gaza",
        "فلسطين",
        "دولة فلسطين",
        "פלסטין",
    ),
    "SY": ("sy", "syr", "syria", "syrian arab republic", "سوريا", "سورية", "الجمهورية العربية السورية", "סוריה"),
    "IL": ("il", "isr", "israel", "state of israel", "إسرائيل", "ישראל", "מדינת ישראל"),
}
_COUNTRY_OF = {fold(word): country for country, words in _COUNTRY_WORDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Settled:
    """The area that a point was given.

    Parameters
    ----------
    area_id, country : empty where ``problem`` is set.
    flags : ``area_mismatch`` (the stated area is another one), ``in_two_packs`` (two packs hold the point, nobody chose).
    problem : ``import.outside``, ``import.swapped`` or ``import.other_pack``; empty where an area was found.
    found : the area that the point is in, where it is not the one that was given.
    """

    area_id: str = ""
    country: str = ""
    flags: tuple[str, ...] = ()
    problem: str = ""
    found: str = ""


@functools.lru_cache(maxsize=1024)
def country_named(text: str) -> str:
    """Return the pack that ``text`` names (code, ISO code or name in three languages); empty where it names none."""
    return _COUNTRY_OF.get(fold(text), "")


def points_in(shapes: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return for each of many points the area around it: the work is by areas, and no point becomes a geometry.

    Parameters
    ----------
    shapes : m areas. lon, lat : n coordinates in the areas' system.

    Returns
    -------
    n numbers of ``shapes``, borders included, the first where areas overlap; -1 in none of them.
    """
    order = np.argsort(lon, kind="stable")
    x, y = lon[order], lat[order]
    found = np.full(len(lon), -1, dtype=np.int64)
    bounds = shapely.bounds(shapes)
    first, after = np.searchsorted(x, bounds[:, 0], side="left"), np.searchsorted(x, bounds[:, 2], side="right")
    shapely.prepare(shapes)
    for i in range(len(shapes)):
        here = slice(first[i], after[i])
        near = first[i] + np.flatnonzero((y[here] >= bounds[i, 1]) & (y[here] <= bounds[i, 3]) & (found[here] < 0))
        found[near[shapely.intersects_xy(shapes[i], x[near], y[near])]] = i
    out = np.empty_like(found)
    out[order] = found
    return out


class Places:
    """Areas and localities of a registry, indexed by place and by name.

    Parameters
    ----------
    registry : areas of level governorate or district with geometry in EPSG:4326, localities, and their names.
    """

    def __init__(self, registry: Registry) -> None:
        areas: gpd.GeoDataFrame = registry.governorates
        self.area_ids = [str(area_id) for area_id in areas.index]
        self.country_of = dict(zip(self.area_ids, areas["country"].astype(str), strict=True))
        columns = registry.localities.columns
        self._localities: dict[str, Mapping[str, object]] = {
            str(row[0]): dict(zip(columns, row[1:], strict=True)) for row in registry.localities.itertuples(name=None)
        }
        self._shapes = np.asarray(areas.geometry.to_crs(_METRES).values, dtype=object)
        self._tree = shapely.STRtree(self._shapes)
        self._to_metres = pyproj.Transformer.from_crs(4326, _METRES, always_xy=True)
        self._areas_by_name = _area_index(areas, registry.names["area"])
        self._exact, self._loose = _locality_index(registry.localities, registry.names["locality"])
        # The rows of a file name the same few places over and over.
        self._area_of = functools.lru_cache(maxsize=10_000)(self._find_area)
        self._locality_of = functools.lru_cache(maxsize=10_000)(self._find_locality)

    def areas_near(self, lon: float, lat: float) -> dict[str, float]:
        """Return the areas within ``TOLERANCE_KM`` of a point, with the distance in km (0 inside), nearest first."""
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            return {}
        point = shapely.Point(*self._to_metres.transform(lon, lat))
        if not np.isfinite(point.x) or not np.isfinite(point.y):
            return {}
        hits = self._tree.query(point, predicate="dwithin", distance=TOLERANCE_KM * 1000)
        near = {self.area_ids[i]: float(shapely.distance(self._shapes[i], point)) / 1000 for i in hits}
        return dict(sorted(near.items(), key=lambda item: (item[1], COUNTRIES.index(self.country_of[item[0]]), item[0])))

    def area_named(self, text: str, country: str = "") -> tuple[str, ...]:
        """Return the areas that ``text`` names: id, ISO 3166-2 code or name in any language, folded.

        Parameters
        ----------
        text : as a person wrote it; words such as "governorate" do not matter.
        country : only areas of this pack; empty for all.

        Returns
        -------
        No area, one, or several where packs share a name (Jerusalem).
        """
        return self._area_of(text, country)

    def _find_area(self, text: str, country: str) -> tuple[str, ...]:
        found: Iterable[str] = next((self._areas_by_name[key] for key in _area_keys(text) if key in self._areas_by_name), ())
        return tuple(sorted(area for area in found if country in ("", self.country_of[area])))

    def locality_named(self, text: str, *, country: str = "", areas: tuple[str, ...] = ()) -> tuple[str, bool]:
        """Return the locality that ``text`` names.

        Parameters
        ----------
        text : a name in any language; what follows a dash, a comma or a bracket is left off when the whole is unknown.
        country : only localities that this pack lists; empty for all.
        areas : the areas that the row states: they decide between localities of one name.

        Returns
        -------
        Its id and whether the name only nearly matches (articles and Hebrew vowel letters left out);
        an empty id where there is none, or more than one.
        """
        return self._locality_of(text, country, areas)

    def _find_locality(self, text: str, country: str, areas: tuple[str, ...]) -> tuple[str, bool]:
        parts = re.split(r"\s[-–]|[-–]\s|[,،;(]", text.strip())
        # Three parts or more are a list of places, and its first one is not the place.
        for wording in dict.fromkeys((text, parts[0])) if len(parts) < 4 and len(_LIST.findall(text)) < 2 else (text,):
            for near in (False, True):
                named = self._nearly(wording) if near else self._exact.get(fold(wording), ())
                found = [locality for locality in named if country in ("", self._localities[locality]["country"])]
                chosen = self._one_of(found, areas)
                if chosen:
                    return chosen, near
                if found:
                    return "", near
        return "", False

    def area_of_list(self, text: str, *, country: str = "") -> str:
        """Return the area of a list of localities parted by commas, as rural councils are described.

        Parameters
        ----------
        text : names; those that are unknown do not count.
        country : only localities that this pack lists; empty for all.

        Returns
        -------
        The area of at least two and four fifths of the known ones; empty where there is no such area, and a locality
        that its pack lists outside its own areas counts as being in none.
        """
        parts = [part for part in _LIST.split(text) if fold(part)]
        found = dict.fromkeys(self.locality_named(part, country=country)[0] for part in parts) if len(parts) > 1 else {}
        areas = Counter("" if self._localities[name]["flag"] else str(self._localities[name]["area_id"]) for name in found if name)
        area_id, count = areas.most_common(1)[0] if areas else ("", 0)
        return area_id if count > 1 and count >= _MOST * areas.total() else ""

    def locality(self, locality_id: str) -> Mapping[str, object]:
        """Return the row of a locality: area_id, country, lon, lat, flag."""
        return self._localities[locality_id]

    def settle(self, lon: float, lat: float, *, country: str = "", stated: tuple[str, ...] = ()) -> Settled:
        """Decide which area a point belongs to.

        Parameters
        ----------
        lon, lat : degrees, WGS 84.
        country : the pack that the row states; empty where it states none.
        stated : the areas that the row's own words may mean.

        Returns
        -------
        The stated area where the point is in it or within 5 km; else the area around the point, flagged where another
        was stated. In two packs at once, the stated pack wins, else the first of PS, SY, IL with a flag. A point in no
        area has a problem instead, and so has one that lies in another pack than the stated one.
        """
        near = self.areas_near(lon, lat)
        inside = [area for area, distance in near.items() if distance == 0.0]
        meant = [area for area in near if area in stated and country in ("", self.country_of[area])]
        if meant:
            disagrees = meant[0] not in inside and bool(inside)
            return Settled(meant[0], self.country_of[meant[0]], ("area_mismatch",) * disagrees, found=inside[0] if disagrees else "")
        if not near:
            return Settled(problem="import.swapped" if self._inside_any(lat, lon) else "import.outside")
        mismatch = ("area_mismatch",) if stated else ()
        own = [area for area in (inside or near) if country and self.country_of[area] == country]
        if own:
            return Settled(own[0], country, mismatch)
        if country:
            return self._across_border(country, near, inside)
        packs = {self.country_of[area] for area in inside}
        chosen = min(inside or list(near)[:1], key=lambda area: COUNTRIES.index(self.country_of[area]))
        return Settled(chosen, self.country_of[chosen], (*mismatch, *(("in_two_packs",) if len(packs) > 1 else ())))

    def _across_border(self, country: str, near: Mapping[str, float], inside: list[str]) -> Settled:
        """Settle a point that lies in no area of its stated pack: within the tolerance of one, or a problem."""
        own = [area for area in near if self.country_of[area] == country]
        if own:
            return Settled(own[0], country, ("area_mismatch",), found=inside[0] if inside else "")
        return Settled(problem="import.other_pack", found=next(iter(near)))

    def _inside_any(self, lon: float, lat: float) -> bool:
        return any(distance == 0.0 for distance in self.areas_near(lon, lat).values())

    def _nearly(self, text: str) -> set[str]:
        """Return the localities whose name differs from ``text`` only by vowel letters that one of the two has more."""
        letters = _letters(text)
        candidates = self._loose.get(_consonants(letters), ())
        return {locality for locality, other in candidates if _is_within(letters, other) or _is_within(other, letters)}

    def _one_of(self, found: list[str], areas: tuple[str, ...]) -> str:
        inside = [locality for locality in found if self._localities[locality]["area_id"] in areas]
        candidates = inside or found
        return candidates[0] if len(candidates) == 1 else ""


@kept_with_registry
def places_of(registry: Registry) -> Places:
    """Return the finder of places of a registry, made once for each."""
    return Places(registry)


def _area_keys(text: str) -> list[str]:
    whole = fold(text)
    words = [word for word in whole.split() if word not in _LEVEL_WORDS]
    bare = [re.sub(r"^(ال|ה)(?=..)", "", word) for word in words]
    return list(dict.fromkeys((whole, "".join(whole.split()), " ".join(words), _LOOSE_MARK + " ".join(bare))))


_LOOSE_MARK = "~"
"""Sets keys without articles apart, so that they never hide an exact name."""


def _area_index(areas: gpd.GeoDataFrame, names: pd.DataFrame) -> dict[str, set[str]]:
    index: dict[str, set[str]] = defaultdict(set)
    written = [(str(area_id), text) for area_id, iso in areas["iso"].items() for text in (str(area_id), str(iso))]
    written += [(str(area_id), str(name)) for lang in LANGUAGES for area_id, name in names[lang].dropna().items() if area_id in areas.index]
    for area_id, text in written:
        for key in _area_keys(text):
            if key.strip(_LOOSE_MARK):
                index[key].add(area_id)
    return dict(index)


def _locality_index(localities: pd.DataFrame, names: pd.DataFrame) -> tuple[dict[str, set[str]], dict[str, set[tuple[str, str]]]]:
    exact: dict[str, set[str]] = defaultdict(set)
    loose: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for lang in LANGUAGES:
        for locality_id, name in names[lang].dropna().items():
            if locality_id in localities.index and fold(str(name)):
                letters = _letters(str(name))
                exact[fold(str(name))].add(str(locality_id))
                loose[_consonants(letters)].add((str(locality_id), letters))
    loose.pop("", None)
    return dict(exact), dict(loose)


def _letters(text: str) -> str:
    """Return a name without its articles and spaces."""
    return "".join(re.sub(r"^ال(?=..)", "", word) for word in fold(text).split() if word not in _ARTICLES)


def _consonants(letters: str) -> str:
    """Return Hebrew letters without those that write vowels; empty where under three are left."""
    bare = re.sub("[יו]|(?<!^)א", "", letters)
    return bare if len(bare) > 2 else ""


def _is_within(short: str, long: str) -> bool:
    """Say whether the letters of ``short`` stand in ``long`` in the same order."""
    rest = iter(long)
    return all(letter in rest for letter in short)
