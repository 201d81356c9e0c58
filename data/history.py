"""History: what every change of a site was, and how the registry stood on any day, read from the append-only audit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from data import models
from data.engine import reading
from data.store import Store
from geo.errors import InputError
from geo.model import SENSITIVITY

HIDDEN = "…"
"""Stands for a value of a sensitive place."""
HIDDEN_FROM = SENSITIVITY["hidden"]
"""Sensitivity from which nobody without clearance knows of a site."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after; both are ``HIDDEN`` for the place of a site that is sensitive now."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Event:
    """One change of a site.

    Parameters
    ----------
    at : when.
    actor : through whom.
    action : ``insert`` or ``update``.
    version : of the site after it.
    source : title of the source that brought it; empty where it came from no import.
    changes : fields in alphabetical order.
    """

    at: dt.datetime
    actor: str
    action: str
    version: int
    source: str
    changes: tuple[Change, ...]


def timeline(store: Store, site_id: str) -> list[Event]:
    """Return the changes of a site, the oldest first, as the public may see them.

    Raises
    ------
    InputError : there is no such site, or everybody is kept from knowing of it.
    """
    event, batch = models.AuditEvent, models.ImportBatch
    query = (
        sa.select(event.at, event.actor, event.action, event.entity_version, event.changes, event.sealed, models.Source.title)
        .outerjoin(batch, batch.batch_id == event.batch_id)
        .outerjoin(models.Source, models.Source.source_id == batch.source_id)
        .where(event.entity == "site", event.entity_id == site_id)
        .order_by(event.event_id)
    )
    with reading(store.engine) as connection:
        sensitivity = connection.execute(sa.select(models.Site.sensitivity).where(models.Site.site_id == site_id)).scalar_one_or_none()
        if sensitivity is None or sensitivity >= HIDDEN_FROM:
            raise InputError("history.no_site", site=site_id)
        rows = connection.execute(query).all()
    events = []
    for row in rows:
        fields = row.changes | _place(store, site_id, row.sealed, hide=sensitivity > 0)
        changes = tuple(Change(name, *fields[name]) for name in sorted(fields))
        events.append(Event(row.at, row.actor, row.action, row.entity_version, row.title or "", changes))
    return events


def replay(store: Store, *, until: dt.datetime | None = None) -> dict[str, dict[str, Any]]:
    """Return every site as it stood at an instant, made from the audit alone, as the public may see it.

    Parameters
    ----------
    store : whose audit is read.
    until : the instant, with its time zone; now where None. Changes at the instant itself count.

    Returns
    -------
    Site id to its fields. The place of a site that is sensitive now is ``HIDDEN``, whatever it was then; sites whose existence
    is hidden now are left out.
    """
    event = models.AuditEvent
    query = sa.select(event.entity_id, event.changes, event.sealed).where(event.entity == "site").order_by(event.event_id)
    if until is not None:
        query = query.where(event.at <= until)
    sites: dict[str, dict[str, Any]] = {}
    with reading(store.engine) as connection:
        now = {str(site_id): int(level) for site_id, level in connection.execute(sa.select(models.Site.site_id, models.Site.sensitivity))}
        for site_id, changes, sealed in connection.execute(query):
            fields = changes | _place(store, site_id, sealed, hide=now.get(site_id, HIDDEN_FROM) > 0)
            sites.setdefault(site_id, {}).update({name: pair[1] for name, pair in fields.items()})
    return {site_id: site for site_id, site in sites.items() if now.get(site_id, HIDDEN_FROM) < HIDDEN_FROM}


def _place(store: Store, site_id: str, sealed: bytes | None, *, hide: bool) -> dict[str, Any]:
    """Return the changes of a place: unsealed, or only their names where it is to stay hidden."""
    if sealed is None:
        return {}
    fields = store.secret.unseal(site_id, sealed)
    return {name: [HIDDEN, HIDDEN] for name in fields} if hide else fields
