"""Open the database of accounts: on SQLite a file that only its owner may read, on PostgreSQL tables beside the registry's."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa

from data.account_models import AccountBook
from data.engine import make_engine, writing
from data.migrate import ACCOUNTS, is_current, upgrade
from geo.errors import StoreError


def open_account_book(url: str, workspace: str) -> sa.Engine:
    """Return the engine of the accounts at ``url``, made and brought up to date where that is needed.

    Raises
    ------
    StoreError : it cannot be reached or written, or holds the accounts of the other workspace.
    SetupError : the database's driver is missing.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        _keep_to_owner(Path(parsed.database))
    engine = make_engine(url)
    set_up(engine, workspace)
    return engine


def set_up(engine: sa.Engine, workspace: str) -> None:
    """Run missing migrations and write whose accounts these are; refuse those of the other workspace."""
    if not is_current(engine, ACCOUNTS):
        upgrade(engine, ACCOUNTS)
    with writing(engine) as connection:
        have = connection.scalar(sa.select(AccountBook.workspace))
        if have is None:
            connection.execute(sa.insert(AccountBook), {"id": 1, "workspace": workspace})
        elif have != workspace:
            raise StoreError("account.other_workspace", have=have, wanted=workspace)


def _keep_to_owner(path: Path) -> None:
    """Make the file, or make it the owner's alone; SQLite gives the files beside it the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.fchmod(handle, 0o600)
        finally:
            os.close(handle)
    except OSError as error:
        raise StoreError("store.unavailable", reason=error.strerror or type(error).__name__) from error
