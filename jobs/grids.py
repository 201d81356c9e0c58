"""Population grids loaded for a country: read once, kept as points with people, and put in the place of its localities."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from data.rasters.read import read_grid
from data.roads.register import Loaded, entries, write_synced
from geo.counts import newest_values
from geo.demand import LEFT_OUT, demand_points
from geo.errors import InputError
from geo.grids import MOST_POINTS, grid_points
from geo.model import COUNTRIES
from geo.registry import Registry
from i18n import Translator
from jobs.loaded import Note, check, check_place, digest, kept_file, serve

FORMAT = 1
"""Of the file on disk and the rules it was made by: a change asks for the grid again."""


def add_grid(file: Path, countries: Sequence[str], note: Note, data_dir: Path, registry: Registry) -> list[Loaded]:
    """Read a population grid and let its points stand for where people are in some countries, in place of what stood there.

    Parameters
    ----------
    file : GeoTIFF of people by cell. countries : codes. note : about the source; its year is needed. data_dir : folder that holds what is written.
    registry : knows the governorates, which the cells are shared out to, and the localities that are no demand points.

    Raises
    ------
    InputError : what ``data.rasters.read.read_grid`` and ``geo.grids.grid_points`` say; ``roads.unknown_country``, ``roads.bad_year``, ``roads.elsewhere``.
    """
    check(countries, note)
    sha256, added = digest(file), []
    points = {country: _points(file, country, registry) for country in dict.fromkeys(countries)}
    for country, found in points.items():
        west, east, south, north = found["lon"].min(), found["lon"].max(), found["lat"].min(), found["lat"].max()
        bounds = (float(west), float(south), float(east), float(north))
        check_place(registry, [country], bounds)
        key = _key(sha256[:32], country, registry)
        write_synced(kept_file(data_dir, "grids", key), found.to_csv(index=False, lineterminator="\n").encode())
        counts = {
            "points": len(found),
            "governorates": int(found["area_id"].nunique()),
            **{str(name): int(count) for name, count in found.attrs.items()},
        }
        added += serve("grids", [country], key, file, sha256, note, bounds, counts, data_dir)
    return added


def people_at(registry: Registry, data_dir: Path | None) -> tuple[pd.DataFrame, dict[str, dict[str, object]]]:
    """Return the demand points of everybody, from the grids of countries that have one, and by country what they were made from.

    Parameters
    ----------
    data_dir : folder that holds what is loaded; None = nothing is.

    Raises
    ------
    InputError : ``roads.add_again`` where the points of a grid are not there, or governorates or localities have changed since.
    """
    people = newest_values(registry, "population", statuses=("official", "estimate"))
    loaded = [] if data_dir is None else entries(data_dir, "grids")
    cells = [_kept(one, data_dir, registry) for one in loaded if data_dir is not None]
    points = demand_points(registry.governorates, registry.localities, people["value"], grid=pd.concat(cells, ignore_index=True) if cells else None)
    told: dict[str, dict[str, object]] = {country: {"basis": "localities"} for country in COUNTRIES}
    for one in loaded:
        here = points[points["country"] == one.country]
        told[one.country] = {
            "basis": "grid", "source": one.title, "year": one.year, "licence": one.licence, "status": "estimate", "points": int((here["basis"] == "grid").sum()),
            "most_points": MOST_POINTS, "grid_people": one.counts.get("people", 0), "grid_people_left_out": one.counts.get("left_out", 0),
            "areas_without_grid": sorted(here.loc[here["basis"] != "grid", "area_id"].unique()),
        }  # fmt: skip
    return points, told


def grid_line(told: Mapping[str, Any], country: str, tr: Translator) -> str:
    """Say where people are taken to live in a country with a grid: source, year, and that it is an estimate; empty without one.

    Parameters
    ----------
    told : of one country, from ``people_at`` or the ``where`` of a ledger's account.
    """
    if told.get("basis") != "grid":
        return ""
    left_out = told["grid_people_left_out"] / told["grid_people"] if told["grid_people"] else 0.0
    line = tr(
        "grids.where", country=country, source=told["source"], year=told["year"], points=tr.number(told["points"]), most=told["most_points"],
        left_out=f"{100 * left_out:.1f}",
    )  # fmt: skip
    without = told["areas_without_grid"]
    return f"{line} {tr('grids.without', areas=', '.join(without))}" if without else line


def _points(file: Path, country: str, registry: Registry) -> pd.DataFrame:
    areas = registry.governorates
    shapes = areas.geometry[(areas["country"] == country).to_numpy(dtype=bool)]
    west, south, east, north = (float(value) for value in shapes.total_bounds)
    if not np.isfinite([west, south, east, north]).all():
        raise InputError("grids.nobody")
    places = registry.localities
    apart = pd.DataFrame({"lon": places["lon"], "lat": places["lat"], "out": places["flag"].isin(LEFT_OUT)}).dropna()
    return grid_points(read_grid(file, (west, south, east, north)), shapes, apart)


def _kept(one: Loaded, data_dir: Path, registry: Registry) -> pd.DataFrame:
    again = InputError("roads.add_again", what="grids", country=one.country)
    if one.key != _key(one.sha256[:32], one.country, registry):
        raise again
    try:
        found = pd.read_csv(kept_file(data_dir, "grids", one.key), dtype={"area_id": str, "lon": float, "lat": float, "weight": float})
    except (OSError, ValueError) as error:
        raise again from error
    numbers = found.reindex(columns=["lon", "lat", "weight"]).to_numpy(dtype=float)
    if not len(found) or not np.isfinite(numbers).all() or (found["weight"] <= 0).any():
        raise again
    return found


def _key(file_hash: str, country: str, registry: Registry) -> str:
    """Return under which key the points are kept: a hash of the file, of the governorates, and of the localities whose people are left out."""
    areas, places = registry.governorates, registry.localities
    own = areas[(areas["country"] == country).to_numpy(dtype=bool)]
    seen = hashlib.sha256(repr(list(own.index)).encode())
    seen.update(b"".join(shapely.to_wkb(one) for one in own.geometry if one is not None))
    seen.update(repr(list(zip(places["lon"], places["lat"], places["flag"].isin(LEFT_OUT), strict=True))).encode())
    return f"{file_hash}-{seen.hexdigest()[:16]}-{FORMAT}"
