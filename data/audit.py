"""Lines of the audit about accounts, and the lock under which accounts are changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from data import models


def record(connection: sa.Connection, at: dt.datetime, *, actor: str, action: str, user_id: str, changes: Mapping[str, object] | None = None) -> None:
    """Write one line about an account, in the transaction of the change itself.

    Parameters
    ----------
    at : when, with a time zone.
    actor : id of who does it, or what: ``command line``, ``set-up``.
    user_id : whose account; empty where there is none, because what was typed as a login may be a password.
    changes : what changed; never a password, a token, a code or a hash of one.
    """
    line = {"at": at, "actor": actor, "action": action, "entity": "app_user", "entity_id": user_id, "entity_version": 1, "batch_id": None,
            "changes": dict(changes or {})}  # fmt: skip
    connection.execute(sa.insert(models.AuditEvent), line)


def one_at_a_time(connection: sa.Connection) -> None:
    """Let nobody else change accounts or count attempts until this transaction ends.

    A writer of SQLite is alone anyway; PostgreSQL needs to be told.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(0x4A495741)))
