"""Fixtures that several folders share: fresh stores on both databases."""

from __future__ import annotations

import functools
import os
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa
from hypothesis import settings

from data.account_book import open_account_book
from data.accounts import Accounts
from data.engine import make_engine
from data.secrecy import Secret
from data.store import Store
from tests.databases import Database, run_sql

settings.register_profile("jiwar", deadline=None, max_examples=int(os.environ.get("JIWAR_TEST_EXAMPLES", "30")))
settings.load_profile("jiwar")  # machines are shared: nothing is timed in tests

SECRET = Secret(bytes(range(32)))
MAIN = sys.modules["__main__"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Put the main module back: a page under test takes its place, and a spawned process would run that file again."""
    sys.modules["__main__"] = MAIN
    look_once()


def look_once() -> None:
    """Keep what never changes while tests run, and is worked out anew each time a page or a command is tried: a good third of its time.

    For each page ``AppTest`` reads the description of every installed package, to find components; for each command ``CliRunner`` makes the
    whole tree of commands.
    """
    if "streamlit.testing.v1" in sys.modules:
        from streamlit.components.v2 import manifest_scanner

        _kept_once(manifest_scanner, "scan_component_manifests")
    if "typer.testing" in sys.modules:
        _kept_once(sys.modules["typer.testing"], "_get_command")


def _kept_once(module: ModuleType, name: str) -> None:
    found = getattr(module, name)
    if not hasattr(found, "cache_info"):
        setattr(module, name, functools.cache(found))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first: what one processor does alone at the end keeps everybody waiting."""
    items.sort(key=lambda item: "safety" not in item.path.parts)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite store with all tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "store.gpkg"
    store = Store(make_engine(f"sqlite:///{path}"), SECRET)
    store.set_up()
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_admin() -> sa.URL:
    """URL of a PostgreSQL server on which databases may be made (``JIWAR_TEST_POSTGRES``); skips without one."""
    url = os.environ.get("JIWAR_TEST_POSTGRES")
    if not url:
        pytest.skip("JIWAR_TEST_POSTGRES is not set")
    return sa.make_url(url).set(drivername="postgresql+psycopg")


@pytest.fixture(scope="session")
def postgres_template(postgres_admin: sa.URL) -> Iterator[str]:
    """Name of a PostgreSQL database with all tables and no rows."""
    name = f"jiwar_template_{uuid.uuid4().hex[:8]}"
    run_sql(postgres_admin, f"CREATE DATABASE {name}")
    store = Store(make_engine(postgres_admin.set(database=name).render_as_string(hide_password=False)), SECRET)
    store.set_up()
    store.engine.dispose()
    yield name
    run_sql(postgres_admin, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_database(postgres_admin: sa.URL, postgres_template: str) -> Iterator[Database]:
    """The PostgreSQL database that tests are lent one after the other."""
    database = Database(postgres_admin, postgres_template)
    yield database
    database.drop()


@pytest.fixture(scope="session")
def postgres_database_with_accounts(postgres_admin: sa.URL, postgres_template: str) -> Iterator[Database]:
    """The same with the tables of accounts beside those of the registry."""
    name = f"jiwar_template_{uuid.uuid4().hex[:8]}"
    run_sql(postgres_admin, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    open_account_book(postgres_admin.set(database=name).render_as_string(hide_password=False), "registry").dispose()
    database = Database(postgres_admin, name)
    yield database
    database.drop()
    run_sql(postgres_admin, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def accounts_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the tables of accounts and no people, to be copied."""
    path = tmp_path_factory.mktemp("template") / "accounts.sqlite"
    engine = open_account_book(f"sqlite:///{path}", "registry")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a fresh store with all tables: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        target = tmp_path / "store.gpkg"
        shutil.copy(request.getfixturevalue("sqlite_template"), target)
        yield f"sqlite:///{target}"
        return
    admin: sa.URL = request.getfixturevalue("postgres_admin")
    kind = "postgres_database_with_accounts" if "accounts_url" in request.fixturenames else "postgres_database"
    with request.getfixturevalue(kind).lent() as name:
        yield admin.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def open_store(database_url: str) -> Iterator[Callable[[], Store]]:
    """A function that opens the fresh store, as often as one likes."""
    opened: list[Store] = []

    def make() -> Store:
        store = Store(make_engine(database_url), SECRET)
        store.set_up()
        opened.append(store)
        return store

    yield make
    for store in opened:
        store.engine.dispose()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    """The fresh store, opened."""
    return open_store()


@pytest.fixture
def accounts_url(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of fresh accounts: a file beside an SQLite store, or the PostgreSQL database of the store."""
    if not database_url.startswith("sqlite"):
        return database_url
    shutil.copy(request.getfixturevalue("accounts_template"), tmp_path / "accounts.sqlite")
    return f"sqlite:///{tmp_path / 'accounts.sqlite'}"


@pytest.fixture
def account_book(accounts_url: str) -> Iterator[sa.Engine]:
    """The database of fresh accounts."""
    engine = open_account_book(accounts_url, "registry")
    yield engine
    engine.dispose()


@pytest.fixture
def accounts(account_book: sa.Engine, store: Store) -> Accounts:
    """Fresh accounts beside the fresh store."""
    return Accounts(account_book, store.engine, SECRET)


@pytest.fixture(scope="session")
def real_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the packs in its registry store and nobody in its accounts, to be copied; with its key beside it."""
    from jobs.opening import open_store
    from settings import Settings

    folder = tmp_path_factory.mktemp("real")
    settings = Settings.from_env({"JIWAR_DATA_DIR": str(folder / "data"), "JIWAR_KEY_FILE": str(folder / "places.key")})
    open_store(settings).engine.dispose()
    open_account_book(settings.accounts_url, settings.workspace).dispose()
    return folder


@pytest.fixture(scope="session")
def training_data(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the invented sites in its training store and nobody in its accounts, to be copied; the key is that of the real data."""
    from jobs.opening import open_store
    from settings import Settings

    folder = tmp_path_factory.mktemp("training")
    env = {"JIWAR_DATA_DIR": str(folder), "JIWAR_KEY_FILE": str(real_data / "places.key"), "JIWAR_WORKSPACE": "training"}
    settings = Settings.from_env(env)
    open_store(settings).engine.dispose()
    open_account_book(settings.accounts_url, settings.workspace).dispose()
    return folder


@pytest.fixture
def workspace(real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of the test's own with the packs in it, set in the environment; pages and commands use it."""
    from pages.parts import load

    shutil.copytree(real_data / "data", tmp_path / "data")
    monkeypatch.setenv("JIWAR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("JIWAR_KEY_FILE", str(real_data / "places.key"))
    monkeypatch.delenv("JIWAR_DATABASE_URL", raising=False)
    monkeypatch.delenv("JIWAR_ACCOUNTS_URL", raising=False)
    monkeypatch.delenv("JIWAR_WORKSPACE", raising=False)
    load.forget()
    yield tmp_path
    load.forget()


@pytest.fixture
def training_beside(training_data: Path, workspace: Path) -> Path:
    """The data folder of the test's own, with the training store in it too."""
    shutil.copytree(training_data, workspace / "data", dirs_exist_ok=True)
    return workspace


@pytest.fixture
def training(training_beside: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same, as the training workspace: of its invented sites some are full, some state no capacity, some may not work."""
    from pages.parts import load

    monkeypatch.setenv("JIWAR_WORKSPACE", "training")
    load.forget()
    yield training_beside
    load.forget()
