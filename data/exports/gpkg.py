"""GeoPackage with the sites, the governorates with their counts and need, and what the file says about itself."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from data.exports.meta import AREA_COLUMNS, SOURCE_COLUMNS, ExportMeta
from data.exports.table import COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

_TYPES = {"text": "string", "float": "float64", "int": "int64", "bool": "bool", "date": "date32"}


def write_gpkg(table: pd.DataFrame, meta: ExportMeta) -> bytes:
    """Write a GeoPackage.

    Parameters
    ----------
    table : from ``site_table``.
    meta : the areas and what the file says about itself.

    Returns
    -------
    A GeoPackage in EPSG:4326 with the layers ``sites`` (points; a site without a position is a row without geometry) and
    ``areas`` (multipolygons with counts and need), and the tables ``about`` and ``sources`` without geometry. The same
    input gives the same bytes: the times of writing are set to the day in ``meta``.
    """
    sites = meta.marked(table)
    placed = shapely.points(sites["lon"].to_numpy(), sites["lat"].to_numpy())
    placed[sites["lon"].isna() | sites["lat"].isna()] = None
    areas = meta.marked(pd.DataFrame(meta.areas.drop(columns="geometry")))
    rings = [None if shape is None else shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape for shape in meta.areas.geometry]
    about = pd.DataFrame(meta.facts(), columns=["code", "label", "value"])
    with tempfile.TemporaryDirectory(prefix="jiwar-") as folder:
        path = Path(folder) / "export.gpkg"
        write_layer(path, "sites", sites, {column.name: column.dtype for column in COLUMNS}, shapes=("Point", placed))
        write_layer(path, "areas", areas, {name: dtype for name, (dtype, _) in AREA_COLUMNS.items()}, shapes=("MultiPolygon", rings))
        write_layer(path, "about", about, {})
        write_layer(path, "sources", meta.sources, {name: "int" if name == "year" else "text" for name in SOURCE_COLUMNS})
        return settle(path, meta, "sites")


def write_layer(path: Path, layer: str, frame: pd.DataFrame, types: Mapping[str, str], shapes: tuple[str, Iterable[object]] | None = None) -> None:
    """Write one layer through Arrow, which keeps dates as dates; ``shapes`` is the geometry's type and one geometry a row."""
    import pyarrow as pa
    import pyogrio

    arrays = {name: _array(frame[name], types.get(name, "text")) for name in frame.columns}
    geometry = {}
    if shapes:
        arrays["geom"] = pa.array(gpd.GeoSeries(shapes[1], crs=4326).to_wkb(), type=pa.binary())
        geometry = {"geometry_name": "geom", "geometry_type": shapes[0], "crs": "EPSG:4326"}
    pyogrio.write_arrow(pa.table(arrays), path, layer=layer, driver="GPKG", **geometry)


def _array(column: pd.Series, dtype: str) -> pa.Array:
    import pyarrow as pa

    cells = column.astype(object).where(column.notna(), None).tolist()
    return pa.array(cells, type=pa.type_for_alias(_TYPES[dtype]))


def settle(path: Path, meta: ExportMeta, layer: str) -> bytes:
    """Return the file with the times of writing set to the day, and rewritten, so that it does not count how often it was flushed; its main layer is described."""
    clean = path.with_suffix(".clean")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE gpkg_contents SET last_change = ?", (f"{meta.created.isoformat()}T00:00:00.000Z",))
        connection.execute("UPDATE gpkg_contents SET description = ? WHERE table_name = ?", (f"{meta.title} {meta.watermark}".strip(), layer))
        connection.execute("VACUUM INTO ?", (str(clean),))
    return clean.read_bytes()
