"""The labelled pairs of ``tests/data/duplicate_pairs.csv`` as rows to compare and as registries to search."""

from __future__ import annotations

import csv
import dataclasses
import functools
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.packs import load_packs
from data.packs.words import name_words
from geo import model
from geo.duplicates import Finder
from geo.lexicon import Lexicon
from geo.registry import Registry
from geo.text import fold
from tests import make

FILE = Path(__file__).parents[1] / "data" / "duplicate_pairs.csv"
PARTS = ("tuning", "holdout")
METRES_A_DEGREE = 110_900
LANG_OF = {"ا": "ar", "א": "he"}


@dataclass(frozen=True)
class Labelled:
    """A pair as people judged it: two rows of ``model.INCOMING`` and whether they are one site."""

    case: str
    a: Mapping[str, object]
    b: Mapping[str, object]
    entity_a: str
    entity_b: str

    @property
    def same(self) -> bool:
        return self.entity_a == self.entity_b


@functools.cache
def pack_registry() -> Registry:
    """A registry with the packs' areas, localities and terms, and no site."""
    packs = load_packs()
    names = {
        entity: rows.pivot_table(index="entity_id", columns="lang", values="text", aggfunc="first")
        .reindex(columns=list(model.LANGUAGES))
        .astype("string")
        for entity, rows in packs.names.groupby("entity")
    }
    base = make.make_registry(1)
    empty = pd.DataFrame(columns=list(model.LANGUAGES), dtype="string")
    return dataclasses.replace(
        base, areas=packs.areas, localities=packs.localities, terms=packs.terms, sites=base.sites.iloc[:0],
        names=base.names | {entity: names[entity] for entity in ("area", "locality", "term")} | {"site": empty},
    )  # fmt: skip


@functools.cache
def lexicon() -> Lexicon:
    return Lexicon.from_registry(pack_registry(), name_words())


def finder(rows: Mapping[str, Mapping[str, object]] | None = None) -> Finder:
    """A finder over the packs with ``rows`` (site id to fields of ``model.INCOMING``) as its sites."""
    return Finder(registry_of(rows or {}), lexicon())


def registry_of(rows: Mapping[str, Mapping[str, object]]) -> Registry:
    base = pack_registry()
    sites = make.frame(
        model.SITES,
        [
            {"site_id": site_id, "organisation_id": "", **{k: v for k, v in row.items() if k not in ("names", "organisation")}}
            for site_id, row in rows.items()
        ],
    )
    names = (
        pd.DataFrame.from_dict({site_id: dict(row["names"]) for site_id, row in rows.items()}, orient="index")
        .reindex(columns=list(model.LANGUAGES))
        .astype("string")
    )  # type: ignore[call-overload]
    return dataclasses.replace(base, sites=sites, names=base.names | {"site": names})


def row(
    name: str, *, place: str = "Nablus", kind: str = "clinic", phone: str = "", east: float | None = 0.0, north: float = 0.0
) -> dict[str, object]:
    """A row named ``name`` in the language of its letters, so many metres from its locality's point; no point where ``east`` is None."""
    locality = localities()[fold(place)]
    found = pack_registry().localities.loc[locality]
    lang = "ar" if any("؀" <= c <= "ۿ" for c in name) else "he" if any("א" <= c <= "ת" for c in name) else "en"
    lon = lat = math.nan
    if east is not None:
        lat = float(found["lat"]) + north / METRES_A_DEGREE
        lon = float(found["lon"]) + east / (METRES_A_DEGREE * math.cos(math.radians(lat)))
    return {
        "names": {lang: name}, "kind": kind, "area_id": str(found["area_id"]), "locality_id": locality, "phone": phone,
        "lon": lon, "lat": lat, "position_kind": "none" if east is None else "exact",
    }  # fmt: skip


@functools.cache
def localities() -> dict[str, str]:
    """Folded English name to the id of the most populous locality so called."""
    registry = pack_registry()
    people = registry.localities["population"].fillna(0)
    english = registry.names["locality"]["en"].dropna()
    ordered = english.loc[people.loc[english.index].sort_values().index]
    return {fold(str(name)): str(locality) for locality, name in ordered.items()}


@functools.cache
def labelled(part: str) -> tuple[Labelled, ...]:
    """The pairs of a part, the two of each so far apart as the file says."""
    out = []
    with FILE.open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            if line["part"] == part:
                metres = float(line["metres"]) if line["metres"] else None
                here = spot(line["entity_a"])
                same_town = line["place_a"] == line["place_b"]
                a = row(
                    line["name_a"],
                    place=line["place_a"],
                    kind=line["kind_a"],
                    phone=line["phone_a"],
                    east=None if metres is None else here[0],
                    north=here[1],
                )
                b = row(line["name_b"], place=line["place_b"], kind=line["kind_b"], phone=line["phone_b"],
                        east=None if metres is None else here[0] + (metres if same_town else 0), north=here[1])  # fmt: skip
                out.append(Labelled(line["case"], a, b, line["entity_a"], line["entity_b"]))
    return tuple(out)


def spot(entity: str) -> tuple[float, float]:
    """Where an entity stands: metres east and north of its town's point, within 150 m."""
    digest = zlib.crc32(entity.encode())
    angle, distance = digest % 360, 150 * (digest // 360 % 1000) / 1000
    return distance * math.cos(math.radians(angle)), distance * math.sin(math.radians(angle))


def sites_of(part: str) -> tuple[dict[str, Mapping[str, object]], dict[str, str]]:
    """All different rows of a part as sites, crowded in their towns, and the entity of each."""
    rows: dict[str, Mapping[str, object]] = {}
    entities: dict[str, str] = {}
    seen: set[tuple[object, ...]] = set()
    for pair in labelled(part):
        for one, entity in ((pair.a, pair.entity_a), (pair.b, pair.entity_b)):
            key = (entity, *dict(one["names"]).values(), one["kind"])  # type: ignore[call-overload]
            if key not in seen:
                seen.add(key)
                site_id = f"s{len(rows):03d}"
                rows[site_id], entities[site_id] = one, entity
    return rows, entities
