"""The log of exact places that somebody opened: who, when, which and why, never the value; which and why are sealed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from data import change_models
from data.engine import reading
from data.store import Store
from geo.errors import InputError
from geo.model import Scope

OWNER = "exact view"


@dataclass(frozen=True, slots=True)
class View:
    """Somebody (a person's id) opened what is kept of a site."""

    at: dt.datetime
    actor: str
    site_id: str
    purpose: str


def log_view(connection: sa.Connection, store: Store, scope: Scope, site_id: str, *, purpose: str, at: dt.datetime) -> None:
    """Write that somebody opens the exact place of a site, in the transaction in which it is read.

    Raises
    ------
    InputError : nobody is named.
    """
    if not scope.user_id:
        raise InputError("review.not_allowed")
    sealed = store.secret.seal(OWNER, {"site_id": site_id, "purpose": purpose})
    connection.execute(sa.insert(change_models.ExactView), {"at": at, "actor": scope.user_id, "sealed": sealed})


def exact_views(store: Store, *, newest: int = 200) -> list[View]:
    """Return who opened which exact place, the newest first."""
    table = change_models.ExactView
    with reading(store.engine) as connection:
        rows = connection.execute(sa.select(table).order_by(table.view_id.desc()).limit(newest)).all()
    return [View(row.at, row.actor, **store.secret.unseal(OWNER, row.sealed)) for row in rows]
