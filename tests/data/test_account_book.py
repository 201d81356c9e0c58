"""The database of accounts on both databases: apart from the registry, its owner's alone, append-only, and of one workspace."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import sqlalchemy as sa

from data import account_models
from data.account_book import open_account_book, set_up
from data.accounts import Accounts
from data.engine import reading, writing
from data.migrate import ACCOUNTS, downgrade, is_current, upgrade
from data.rights import Right
from data.store import Store
from geo.errors import StoreError
from tests.conftest import SECRET
from tests.data.test_accounts import PASSWORD, START


def tables(engine: sa.Engine) -> set[str]:
    with reading(engine) as connection:
        return set(sa.inspect(connection).get_table_names())


OURS = set(account_models.Base.metadata.tables)


def test_the_registrys_file_holds_no_account(tmp_path: Path) -> None:
    from jobs.accounts import open_accounts
    from jobs.opening import open_store
    from settings import Settings

    settings = Settings.from_env({"JIWAR_DATA_DIR": str(tmp_path / "data"), "JIWAR_KEY_FILE": str(tmp_path / "places.key")})
    store = open_store(settings)
    accounts = open_accounts(settings, store)
    user_id = accounts.create_user("unmistakable.login", "Unmistakable Name", PASSWORD, locale="en", actor="test", right=Right("ministry"))
    accounts.sessions.open(user_id)
    assert tables(store.engine) & OURS == set()
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for name in ("registry.gpkg", "registry.gpkg-wal"):
        content = (tmp_path / "data" / name).read_bytes() if (tmp_path / "data" / name).exists() else b""
        assert not [word for word in (b"nmistakable", user_id.encode(), b"argon2id") if word in content]
    store.engine.dispose()


def test_a_file_of_accounts_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "accounts.sqlite"
    engine = open_account_book(f"sqlite:///{path}", "registry")
    with writing(engine) as connection:
        connection.execute(sa.insert(account_models.LoginAttempt), {"key": "x" * 64, "at": START})
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "accounts.sqlite-wal" in modes
    engine.dispose()
    path.chmod(0o644)
    open_account_book(f"sqlite:///{path}", "registry").dispose()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match="unavailable"):
        open_account_book(f"sqlite:///{tmp_path / 'file' / 'accounts.sqlite'}", "registry")


def test_accounts_belong_to_one_workspace(account_book: sa.Engine) -> None:
    set_up(account_book, "registry")
    with pytest.raises(StoreError, match="other_workspace"):
        set_up(account_book, "training")


@pytest.mark.parametrize("statement", ["UPDATE account_event SET actor = 'nobody'", "DELETE FROM account_event", "TRUNCATE account_event"])
def test_what_happened_to_accounts_cannot_be_changed(accounts: Accounts, account_book: sa.Engine, statement: str) -> None:
    accounts.create_user("rana", "Rana", PASSWORD, locale="en", actor="test")
    before = accounts.events()
    with pytest.raises(sa.exc.DBAPIError, match=r"append-only|syntax error"), account_book.begin() as connection:
        connection.exec_driver_sql(statement)
    assert accounts.events() == before
    assert len(before) == 1


def test_migrations_go_down_and_up_again_and_leave_the_registry_alone(accounts: Accounts, account_book: sa.Engine, store: Store) -> None:
    accounts.create_user("rana", "Rana", PASSWORD, locale="en", actor="test")
    before, version = tables(store.engine) - OURS, store.version()
    assert is_current(account_book, ACCOUNTS)
    downgrade(account_book, ACCOUNTS)
    assert tables(account_book) & OURS == set()
    assert (tables(store.engine), store.version()) == (before, version)
    upgrade(account_book, ACCOUNTS)
    set_up(account_book, "registry")
    assert Accounts(account_book, store.engine, SECRET).list_users() == []


def test_the_models_and_the_migrations_say_the_same(account_book: sa.Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    metadata = account_models.Base.metadata
    with account_book.connect() as connection:
        options = {"include_name": lambda name, kind, _parents: kind != "table" or name in metadata.tables, "version_table": "account_version"}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
