"""Which tables and columns of a database are ours to migrate."""

from __future__ import annotations

_FOREIGN = ("gpkg_", "rtree_", "sqlite_", "spatial_ref_sys", "geography_columns", "geometry_columns")


def ours(_object: object, name: str | None, type_: str, _reflected: bool, _compare_to: object) -> bool:
    """Leave the tables of GeoPackage and PostGIS alone, and generated geometries, which reflection cannot read."""
    name = name or ""
    return not (
        (type_ == "table" and name.startswith(_FOREIGN)) or (type_ == "column" and name == "geom") or (type_ == "index" and name == "ix_site_geom")
    )
