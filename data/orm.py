"""What the tables of the store are made of: column types that work on SQLite (a GeoPackage) and on PostgreSQL, and the base class."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Geometry(sa.types.UserDefinedType[bytes]):
    """A geometry column: a GeoPackage BLOB in SQLite, ``geometry`` in PostGIS. Always generated, never written."""

    cache_ok = True

    def __init__(self, kind: str) -> None:
        self.kind = kind


@compiles(Geometry, "sqlite")
def _geometry_sqlite(type_: Geometry, _compiler: object, **_: object) -> str:
    return type_.kind.upper()


@compiles(Geometry, "postgresql")
def _geometry_postgresql(type_: Geometry, _compiler: object, **_: object) -> str:
    return f"geometry({type_.kind}, 4326)"


@compiles(sa.JSON, "sqlite")
def _json_sqlite(_type: sa.JSON, _compiler: object, **_: object) -> str:
    return "TEXT"  # GDAL drops columns that are typed JSON


class Instant(sa.TypeDecorator[dt.datetime]):
    """An instant in UTC: ISO-8601 text with Z in SQLite (what a GeoPackage asks for), timestamptz in PostgreSQL."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Pick the column type of the database."""
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> Any:
        """Refuse an instant without a time zone; write UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(dt.UTC)
        return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z" if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, _dialect: sa.Dialect) -> dt.datetime | None:
        """Read an aware instant."""
        return dt.datetime.fromisoformat(value) if isinstance(value, str) else value


Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
LongId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def one_of(column: str, values: tuple[str, ...], *, name: str) -> sa.CheckConstraint:
    """Return a check that a column holds one of ``values``."""
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=name)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - read once by SQLAlchemy
        str: sa.Text(),
        float: sa.Double(),
        int: sa.Integer(),
        bytes: sa.LargeBinary(),
        dt.datetime: Instant(),
        dt.date: sa.Date(),
        list[str]: Json,
        dict[str, Any]: Json,
    }
