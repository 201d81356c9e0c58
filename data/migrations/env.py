"""Alembic's entry: run the migrations on the connection that the store hands over."""

from __future__ import annotations

from alembic import context

from data.models import Base

GPKG_TABLES = ("gpkg_", "rtree_", "sqlite_", "spatial_ref_sys", "geography_columns", "geometry_columns")


def ours(_object: object, name: str | None, type_: str, _reflected: bool, _compare_to: object) -> bool:
    """Leave the tables of GeoPackage and PostGIS alone; leave out generated geometries, which reflection cannot read."""
    return not (type_ == "table" and (name or "").startswith(GPKG_TABLES)) and not (type_ == "column" and name == "geom")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    include_object=ours,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
