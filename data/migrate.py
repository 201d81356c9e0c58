"""Bring a store to the current schema, or back."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from data.engine import WRITE, set_up_sqlite_file, told_plainly

SCRIPTS = Path(__file__).parent / "migrations"


def _config(connection: sa.Connection) -> object:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: sa.Engine, to: str = "head") -> None:
    """Run the missing migrations in one transaction; nothing is left half done.

    Parameters
    ----------
    engine : the store's engine.
    to : a revision, ``head`` by default.
    """
    from alembic import command

    with told_plainly():
        if engine.dialect.name == "sqlite":
            set_up_sqlite_file(engine)
        with engine.connect().execution_options(**WRITE) as connection, connection.begin():
            command.upgrade(_config(connection), to)  # type: ignore[arg-type]


def downgrade(engine: sa.Engine, to: str = "base") -> None:
    """Take migrations back down to ``to``; with ``base`` every table and its rows are gone."""
    from alembic import command

    with engine.connect().execution_options(**WRITE) as connection, connection.begin():
        command.downgrade(_config(connection), to)  # type: ignore[arg-type]


def is_current(engine: sa.Engine) -> bool:
    """Say whether the store has the current schema."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with told_plainly(), engine.connect() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
    return have == ScriptDirectory(str(SCRIPTS)).get_current_head()
