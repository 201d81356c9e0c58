"""Bring a database to the current schema, or back: the registry's, or that of the accounts."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data.engine import WRITE, set_up_sqlite_file, told_plainly


@dataclass(frozen=True, slots=True)
class Chain:
    """Migrations that follow each other.

    Parameters
    ----------
    scripts : their folder.
    version_table : where a database keeps which of them it has had; two chains may share a database.
    prepare_sqlite : what a new SQLite file needs before the first of them.
    """

    scripts: Path
    version_table: str
    prepare_sqlite: Callable[[sa.Engine], None]


def _use_wal(engine: sa.Engine) -> None:
    raw: Any = engine.raw_connection()
    try:
        raw.execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


REGISTRY = Chain(Path(__file__).parent / "migrations", "alembic_version", set_up_sqlite_file)
ACCOUNTS = Chain(Path(__file__).parent / "account_migrations", "account_version", _use_wal)


def upgrade(engine: sa.Engine, chain: Chain = REGISTRY, to: str = "head") -> None:
    """Run the missing migrations in one transaction; nothing is left half done.

    Parameters
    ----------
    engine : of the database.
    chain : which migrations.
    to : a revision, ``head`` by default.
    """
    from alembic import command

    with told_plainly():
        if engine.dialect.name == "sqlite":
            chain.prepare_sqlite(engine)
        with engine.connect().execution_options(**WRITE) as connection, connection.begin():
            command.upgrade(_config(connection, chain), to)  # type: ignore[arg-type]


def downgrade(engine: sa.Engine, chain: Chain = REGISTRY, to: str = "base") -> None:
    """Take migrations back down to ``to``; with ``base`` every table of the chain and its rows are gone."""
    from alembic import command

    with engine.connect().execution_options(**WRITE) as connection, connection.begin():
        command.downgrade(_config(connection, chain), to)  # type: ignore[arg-type]


def is_current(engine: sa.Engine, chain: Chain = REGISTRY) -> bool:
    """Say whether the database has the current schema."""
    from alembic.runtime.migration import MigrationContext

    with told_plainly(), engine.connect() as connection:
        have = MigrationContext.configure(connection, opts={"version_table": chain.version_table}).get_current_revision()
    return have == _newest(chain.scripts)


@functools.cache
def _newest(scripts: Path) -> str | None:
    """Return the last of the migrations in a folder, which are read once: they do not change while a process runs."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(scripts)).get_current_head()


def _config(connection: sa.Connection, chain: Chain) -> object:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(chain.scripts))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["version_table"] = chain.version_table
    return config
