"""A fresh store on both databases; on PostgreSQL opened by an ordinary role, which row-level security holds."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.engine import make_engine
from data.store import Store
from tests.conftest import SECRET
from tests.databases import Database, run_sql

PASSWORD = "ordinary"


@pytest.fixture(scope="session")
def ordinary_template(postgres_admin: sa.URL) -> Iterator[sa.URL]:
    """URL of a PostgreSQL database with all tables, made by a role that is no superuser; an administrator brought PostGIS."""
    name = f"jiwar_ordinary_{uuid.uuid4().hex[:8]}"
    run_sql(postgres_admin, f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}' NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
    run_sql(postgres_admin, f"CREATE DATABASE {name} OWNER {name}")
    run_sql(postgres_admin.set(database=name), "CREATE EXTENSION postgis")
    url = postgres_admin.set(database=name, username=name, password=PASSWORD)
    store = Store(make_engine(url.render_as_string(hide_password=False)), SECRET)
    store.set_up()
    store.engine.dispose()
    yield url
    run_sql(postgres_admin, f"DROP DATABASE {name} WITH (FORCE)")
    run_sql(postgres_admin, f"DROP ROLE {name}")


@pytest.fixture(scope="session")
def ordinary_database(postgres_admin: sa.URL, ordinary_template: sa.URL) -> Iterator[Database]:
    """The database of an ordinary role that tests are lent one after the other."""
    database = Database(postgres_admin, str(ordinary_template.database), owner=str(ordinary_template.username))
    yield database
    database.drop()


@contextmanager
def fresh_postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    """Lend a database of an ordinary role for a while; yield its URL."""
    template: sa.URL = request.getfixturevalue("ordinary_template")
    with request.getfixturevalue("ordinary_database").lent() as name:
        yield template.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a fresh store with all tables: once SQLite, once PostgreSQL as an ordinary role."""
    if request.param == "sqlite":
        target = tmp_path / "store.gpkg"
        shutil.copy(request.getfixturevalue("sqlite_template"), target)
        yield f"sqlite:///{target}"
        return
    with fresh_postgres(request) as url:
        yield url


@pytest.fixture
def postgres_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A fresh PostgreSQL store, opened by an ordinary role."""
    with fresh_postgres(request) as url:
        store = Store(make_engine(url), SECRET)
        store.set_up()
        yield store
        store.engine.dispose()
