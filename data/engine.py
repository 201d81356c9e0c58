"""Connections to the store: an SQLite file that is a GeoPackage, or PostgreSQL with PostGIS, opened the safe way."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from geo.errors import SetupError, StoreError

GPKG_APPLICATION_ID = 0x47504B47  # "GPKG"
GPKG_VERSION = 10300
BUSY_MS = 30_000
WRITE = {"jiwar_write": True}


def gpkg_geometry(wkb: bytes | None) -> bytes | None:
    """Return a GeoPackage geometry (header without envelope, EPSG:4326) around little-endian WKB.

    Source: OGC GeoPackage 1.3, clause 2.1.3 (GeoPackageBinaryHeader).
    """
    return None if wkb is None else b"GP\x00\x01" + struct.pack("<i", 4326) + wkb


def gpkg_point(lon: float | None, lat: float | None) -> bytes | None:
    """Return a GeoPackage point in EPSG:4326, or None where there is no position."""
    if lon is None or lat is None:
        return None
    return gpkg_geometry(struct.pack("<BIdd", 1, 1, lon, lat))


def make_engine(url: str) -> sa.Engine:
    """Return an engine for ``url``; the folder of an SQLite file is made if it is missing.

    Raises
    ------
    SetupError : the URL is neither SQLite nor PostgreSQL, or PostgreSQL's driver is not installed.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, hide_parameters=True)
        _prepare_sqlite(engine)
        return engine
    if parsed.get_backend_name() != "postgresql":
        raise SetupError("store.unknown_database", name=parsed.get_backend_name())
    try:
        return sa.create_engine(parsed.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise SetupError("store.no_postgres_driver") from error


def _prepare_sqlite(engine: sa.Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")  # before anything that may wait for a lock
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()
        connection.create_function("gpkg_point", 2, gpkg_point, deterministic=True)
        connection.create_function("gpkg_geometry", 1, gpkg_geometry, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A deferred BEGIN that later writes fails under load; a writer takes its lock at once.
        write = connection.get_execution_options().get("jiwar_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def set_up_sqlite_file(engine: sa.Engine) -> None:
    """Mark a new SQLite file as a GeoPackage in WAL mode; both stay with the file."""
    raw: Any = engine.raw_connection()
    try:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute(f"PRAGMA application_id = {GPKG_APPLICATION_ID}")
        raw.execute(f"PRAGMA user_version = {GPKG_VERSION}")
    finally:
        raw.close()


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that only reads."""
    with told_plainly(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that writes: all of it is kept, or none."""
    with told_plainly(), engine.connect().execution_options(**WRITE) as connection, connection.begin():
        yield connection


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what a database says when it cannot be reached or written into a StoreError."""
    try:
        yield
    except sa.exc.OperationalError as error:
        raise StoreError("store.unavailable", reason=_reason(error)) from error
    except sqlite3.OperationalError as error:
        raise StoreError("store.unavailable", reason=str(error)) from error


def _reason(error: sa.exc.OperationalError) -> str:
    return str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
