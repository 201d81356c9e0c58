"""The shipped default data: areas, places, indicators, lists of terms and known sites of each country, each row with its source."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import shape

from data.packs.registry import registry_records
from data.packs.tables import NAMES, names_of, read_text, typed
from geo.incoming import incoming_frame
from geo.model import AREAS, COUNTRIES, INDICATOR_VALUES, INDICATORS, LOCALITIES, SOURCES, TERMS, Table

PACKS_DIR = Path(__file__).parent
COMMON = "common"
TAXONOMIES = {"sector": "sectors.csv", "kind": "kinds.csv", "service": "services.csv", "target_group": "target_groups.csv"}


@dataclass(frozen=True, slots=True)
class About:
    """What a pack says of itself.

    Parameters
    ----------
    country : its code.
    title : key of its name in the catalogues.
    disclaimers : keys of what must be said beside its data.
    sources : ids of all sources that it uses.
    totals : ``indicator.year`` to the sum over its governorates or districts, as published.
    """

    country: str
    title: str
    disclaimers: tuple[str, ...]
    sources: tuple[str, ...]
    totals: dict[str, float]


@dataclass(frozen=True, eq=False)
class Packs:
    """The packs of some countries together. Their areas overlap and their totals are never added up.

    Parameters
    ----------
    areas : ``model.AREAS`` with ``geometry`` in EPSG:4326; countries and regions have none.
    localities, terms, sources, indicators, values : frames of the tables of ``geo.model``.
    names : columns entity (area, locality, term, indicator, source), entity_id, lang, text.
    registry : source to the sites that it names, a frame of ``model.INCOMING``.
    about : what each pack says of itself.
    version : SHA-256 over the files, in hexadecimal digits.
    """

    areas: gpd.GeoDataFrame
    localities: pd.DataFrame
    terms: pd.DataFrame
    sources: pd.DataFrame
    indicators: pd.DataFrame
    values: pd.DataFrame
    names: pd.DataFrame
    registry: dict[str, pd.DataFrame]
    about: tuple[About, ...]
    version: str


def load_packs(countries: Sequence[str] = COUNTRIES, *, folder: Path = PACKS_DIR) -> Packs:
    """Read the packs of ``countries``.

    Parameters
    ----------
    countries : codes of packs; lists of terms, indicators and sources come whole with any of them.
    folder : where the packs are.

    Raises
    ------
    SchemaError : a file is not as ``geo.model`` says; every bad cell of the file is listed.
    """
    common = folder / COMMON
    names: list[pd.DataFrame] = []
    terms = _terms(common, names)
    sources = _table(common / "sources.csv", SOURCES, "source", names)
    indicators = _table(common / "indicators.csv", INDICATORS, "indicator", names)
    areas, localities, values, records = [], [], [], []
    for country in countries:
        pack = folder / country
        areas.append(_table(pack / "areas.csv", AREAS, "area", names))
        localities.append(_table(pack / "localities.csv", LOCALITIES, "locality", names))
        values.append(_table(pack / "indicator_values.csv", INDICATOR_VALUES, "", names))
        records += registry_records(read_text(pack / "registry.csv"), terms, country=country)
    boundaries = _boundaries([folder / country / "boundaries.geojson" for country in countries])
    by_source = sorted({str(record["source_id"]) for record in records})
    return Packs(
        areas=_with_boundaries(pd.concat(areas), boundaries),
        localities=pd.concat(localities),
        terms=terms,
        sources=sources,
        indicators=indicators,
        values=pd.concat(values),
        names=_corrected(pd.concat(names, ignore_index=True), common / "name_corrections.csv"),
        registry={source: incoming_frame(record for record in records if record["source_id"] == source) for source in by_source},
        about=tuple(_about(folder / country / "pack.toml") for country in countries),
        version=packs_version(countries, folder=folder),
    )


def packs_version(countries: Sequence[str] = COUNTRIES, *, folder: Path = PACKS_DIR) -> str:
    """Return the version of the packs, ``Packs.version``, without reading what is in them."""
    digest = hashlib.sha256()
    for path in pack_files(folder, countries):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def basemap_path() -> Path:
    """Return the file of the region's land, countries as GeoJSON features with ``iso3``, names and source."""
    return PACKS_DIR / COMMON / "basemap_countries.geojson"


def basemap() -> dict[str, Any]:
    """Return the land of the region as a GeoJSON FeatureCollection in WGS 84 (Natural Earth 1:10m, generalised)."""
    collection: dict[str, Any] = json.loads(basemap_path().read_text(encoding="utf-8"))
    return collection


def pack_files(folder: Path = PACKS_DIR, countries: Sequence[str] = COUNTRIES) -> list[Path]:
    """Return the data files of the packs in the order of their paths."""
    return sorted(path for part in (COMMON, *countries) for path in (folder / part).iterdir() if path.suffix in {".csv", ".geojson", ".toml"})


def _table(path: Path, table: Table, entity: str, names: list[pd.DataFrame]) -> pd.DataFrame:
    """Return a file as a frame of ``table``; the names in it, if it names things, are put with ``names``."""
    raw = read_text(path)
    if entity:
        names.append(names_of(raw, entity, raw[table.index]))
    return typed(raw, table, file=path.name)


def _terms(common: Path, names: list[pd.DataFrame]) -> pd.DataFrame:
    frames = []
    for taxonomy, file in TAXONOMIES.items():
        raw = read_text(common / file)
        raw["taxonomy"] = taxonomy
        raw["term_id"] = taxonomy + ":" + raw["code"]
        names.append(names_of(raw, "term", raw["term_id"]))
        frames.append(typed(raw, TERMS, file=file))
    return pd.concat(frames)


def _boundaries(paths: list[Path]) -> dict[str, shapely.Geometry]:
    features = [feature for path in paths for feature in json.loads(path.read_text(encoding="utf-8"))["features"]]
    return {feature["properties"]["area_id"]: shape(feature["geometry"]) for feature in features}


def _with_boundaries(areas: pd.DataFrame, boundaries: dict[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Add the geometry; where a source publishes no centre, a point inside the area stands in for it."""
    geometry = gpd.GeoSeries([boundaries.get(str(area)) for area in areas.index], index=areas.index, crs=4326)
    inside = shapely.point_on_surface(geometry.to_numpy())
    areas["lon"] = areas["lon"].fillna(pd.Series(shapely.get_x(inside), index=areas.index))
    areas["lat"] = areas["lat"].fillna(pd.Series(shapely.get_y(inside), index=areas.index))
    return gpd.GeoDataFrame(areas, geometry=geometry)


def _corrected(names: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Put right the names of places that the gazetteer has wrong, where it still lists the wrong one."""
    localities = set(names.loc[names["entity"] == "locality", "entity_id"])
    texts = {tuple(row[:3]): row[3] for row in names[list(NAMES)].itertuples(index=False, name=None)}
    for row in read_text(path).to_dict("records"):
        key = ("locality", row["locality_id"], row["lang"])
        if row["locality_id"] in localities and texts.get(key, "") == row["as_listed"]:
            texts[key] = row["text"]
    return pd.DataFrame([(*key, text) for key, text in texts.items()], columns=list(NAMES), dtype=object)


def _about(path: Path) -> About:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return About(
        raw["country"], raw["title"], tuple(raw["disclaimers"]), tuple(raw["sources"]), {key: float(total) for key, total in raw["totals"].items()}
    )
