"""PostgreSQL databases for tests: making one takes longer than most tests, so one is handed out again and again, emptied in between."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

_SCHEMA = """
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
    SELECT concat('c', oid, relname, relrowsecurity, relforcerowsecurity, relowner, relacl) FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat('a', attrelid, attname, atttypid, attnotnull) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
              WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    UNION ALL SELECT concat('t', oid, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat('k', oid, convalidated) FROM pg_constraint
    UNION ALL SELECT concat('p', oid, polcmd, polroles, pg_get_expr(polqual, polrelid)) FROM pg_policy
    UNION ALL SELECT concat('f', pg_proc.oid, prosrc) FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
              WHERE pronamespace = 'public'::regnamespace AND lanname = 'plpgsql'
    UNION ALL SELECT concat('s', setdatabase, setrole, setconfig) FROM pg_db_role_setting
) AS lines(line)
"""
"""Changes with every table, column, trigger, rule and function that a test makes or drops, as each new one has a number of its own."""
_EMPTY = """
DO $$
DECLARE one text; filled boolean; found text[] := '{}';
BEGIN
    SET LOCAL session_replication_role = replica;  -- append-only tables, too
    FOR one IN SELECT oid::regclass FROM pg_class
               WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ('spatial_ref_sys', 'alembic_version', 'account_version') LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO filled;
        IF filled THEN
            EXECUTE 'DELETE FROM ' || one;
        END IF;
    END LOOP;
    FOR one IN SELECT oid::regclass FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE 'ALTER SEQUENCE ' || one || ' RESTART';
    END LOOP;
END $$
"""


def run_sql(url: sa.URL, *statements: str) -> None:
    """Run statements, each outside a transaction."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


class Database:
    """A database with all tables and no rows, for one test at a time.

    Parameters
    ----------
    admin : URL of the server, of somebody who may do everything.
    template : database to copy.
    owner : whose it is; the administrator's by default.
    """

    def __init__(self, admin: sa.URL, template: str, owner: str = "") -> None:
        self._admin = admin
        self._template = template
        self._owner = owner
        self.name = ""
        self._schema = ""
        self._is_lent = False

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Yield the name of the database; nothing that is written to it meanwhile stays."""
        assert not self._is_lent, "one test at a time"
        if not self.name:
            self.name = f"jiwar_test_{uuid.uuid4().hex[:8]}"
            run_sql(self._admin, f"CREATE DATABASE {self.name} TEMPLATE {self._template}" + (f" OWNER {self._owner}" if self._owner else ""))
            self._schema = self._asked(lambda connection: str(connection.exec_driver_sql(_SCHEMA).scalar_one()))
        self._is_lent = True
        try:
            yield self.name
        finally:
            self._give_back()
            self._is_lent = False

    def drop(self) -> None:
        """Drop it, whoever is connected."""
        if self.name:
            run_sql(self._admin, f"DROP DATABASE {self.name} WITH (FORCE)")
        self.name = ""

    def _give_back(self) -> None:
        def empty(connection: sa.Connection) -> str:
            connection.exec_driver_sql(
                f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{self.name}' AND pid <> pg_backend_pid()"
            )
            if connection.exec_driver_sql(_SCHEMA).scalar_one() != self._schema:
                return ""
            connection.exec_driver_sql(_EMPTY)
            return self.name

        if not self._asked(empty):
            self.drop()

    def _asked(self, ask: Callable[[sa.Connection], str]) -> str:
        engine = sa.create_engine(self._admin.set(database=self.name), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            return ask(connection)
