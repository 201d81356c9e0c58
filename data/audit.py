"""What happened to accounts, one line each, and the lock under which accounts are changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from data.account_models import AccountEvent


@dataclass(frozen=True, slots=True)
class Event:
    """One line: when, who did what to whose account, and what changed; ``actor`` and ``user_id`` as in ``record``."""

    at: dt.datetime
    actor: str
    action: str
    user_id: str
    changes: Mapping[str, object]


def record(connection: sa.Connection, at: dt.datetime, *, actor: str, action: str, user_id: str, changes: Mapping[str, object] | None = None) -> None:
    """Write one line about an account, in the transaction of the change itself.

    Parameters
    ----------
    at : when, with a time zone.
    actor : id of who does it, or what: ``command line``, ``set-up``; empty for whoever is not known.
    user_id : whose account; empty where there is none, because what was typed as a login may be a password.
    changes : what changed; never a password, a token, a code or a hash of one.
    """
    line = {"at": at, "actor": actor, "action": action, "user_id": user_id, "changes": dict(changes or {})}
    connection.execute(sa.insert(AccountEvent), line)


def latest(connection: sa.Connection, limit: int) -> list[Event]:
    """Return the last lines, the newest first."""
    event = AccountEvent
    query = sa.select(event.at, event.actor, event.action, event.user_id, event.changes).order_by(event.event_id.desc()).limit(limit)
    return [Event(*row) for row in connection.execute(query)]


def one_at_a_time(connection: sa.Connection) -> None:
    """Let nobody else change accounts or count attempts until this transaction ends.

    A writer of SQLite is alone anyway; PostgreSQL needs to be told.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(0x4A495741)))
