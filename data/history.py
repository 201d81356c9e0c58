"""History: what every change of a site was, and how the registry stood on any day, read from the append-only audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from data import change_models, models
from data.engine import reading
from data.row_security import seeing
from data.site_records import FIELDS, HIDDEN, NO_PLACE, differences, may_see, read_records
from data.store import Store
from geo.errors import InputError
from geo.model import PUBLIC, Scope
from geo.submissions import EMPTY, PROTECTED

WITHHELD = "…"
"""Stands for a value that is kept from everybody."""
PROTECTED_FIELDS = (*PROTECTED, "external_id")
_BLANK: Mapping[str, Any] = {
    **EMPTY, "place": NO_PLACE, "organisation_id": "", "organisation_names": {}, "verification": "unverified", "flags": [], "source_id": "",
    "external_id": "", "merged_into": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after; both are ``WITHHELD`` for a protected field of a site that is or was sensitive."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Event:
    """One change of a site.

    Parameters
    ----------
    at : when.
    actor : id of who did it, or what: ``command line``, ``packs``.
    action : ``insert``, ``update``, ``approve``, ``revert`` or ``merge``.
    version : of the site after it.
    source : title of the source that brought it; empty where it came from no import.
    reason : as it was given; empty where there was none, and ``WITHHELD`` where the site is or was sensitive and the asker may not
        open its place: people write places in reasons.
    submission_id : the proposal that was approved; empty where there was none.
    changes : fields in the order of the record.
    """

    at: dt.datetime
    actor: str
    action: str
    version: int
    source: str
    reason: str
    submission_id: str
    changes: tuple[Change, ...]


def timeline(store: Store, site_id: str, scope: Scope = PUBLIC) -> list[Event]:
    """Return the changes of a site, the oldest first.

    Parameters
    ----------
    store : whose audit is read.
    site_id : also of a site that was merged into another one.
    scope : who asks; decides only about sites whose existence is hidden. Protected fields are withheld from everybody. Of a time when
        a site was hidden others see only what came out of it, as one change.

    Raises
    ------
    InputError : there is no such site, or the asker may not know of it.
    """
    event, batch = change_models.AuditEvent, models.ImportBatch
    query = (
        sa.select(event.__table__, models.Source.title)
        .outerjoin(batch, batch.batch_id == event.batch_id)
        .outerjoin(models.Source, models.Source.source_id == batch.source_id)
        .where(event.entity == "site", event.entity_id == site_id)
        .order_by(event.event_id)
    )
    with reading(store.engine) as connection, seeing(connection, scope, store.secret):
        stored = read_records(connection, store.secret, [site_id]).get(site_id)
        if stored is None or (stored.record["sensitivity"] >= HIDDEN and not may_see(scope, stored.record)):
            raise InputError("history.no_site", site=site_id)
        rows = connection.execute(query).all()
    knows = may_see(scope, {**stored.record, "sensitivity": HIDDEN})
    events = []
    record, shown = dict(_BLANK), dict(_BLANK)
    for row in rows:
        said = store.secret.unseal(site_id, row.sealed)
        before = record["sensitivity"]
        _follow(record, said)
        if record["sensitivity"] >= HIDDEN and not knows:
            continue
        fields = said["changes"] if knows or before < HIDDEN else differences(shown, record)
        shown = dict(record)
        level = max(stored.record["sensitivity"], before, record["sensitivity"])
        protected = level > 0
        changes = tuple(
            Change(name, *((WITHHELD, WITHHELD) if protected and name in PROTECTED_FIELDS else fields[name])) for name in FIELDS if name in fields
        )
        reason, submission = str(said.get("reason", "")), str(said.get("submission_id", ""))
        if reason and protected and not may_see(scope, {**stored.record, "sensitivity": level}):
            reason = WITHHELD
        events.append(Event(row.at, row.actor, row.action, row.entity_version, row.title or "", reason, submission, changes))
    return events


def replay(store: Store, *, until: dt.datetime | None = None) -> dict[str, dict[str, Any]]:
    """Return every site as it stood at an instant, made from the audit alone, as the public may see it.

    Parameters
    ----------
    store : whose audit is read.
    until : the instant, with its time zone; now where None. Changes at the instant itself count.

    Returns
    -------
    Site id to its record. Protected fields of a site that is sensitive now, or was then, are ``WITHHELD``; sites whose existence is
    hidden now, or was then, are left out.
    """
    event = change_models.AuditEvent
    query = sa.select(event.entity_id, event.sealed).where(event.entity == "site").order_by(event.event_id)
    if until is not None:
        query = query.where(event.at <= until)
    sites: dict[str, dict[str, Any]] = {}
    with reading(store.engine) as connection:
        now = {str(site_id): int(level) for site_id, level in connection.execute(sa.select(models.Site.site_id, models.Site.sensitivity))}
        for site_id, sealed in connection.execute(query):
            _follow(sites.setdefault(site_id, dict(_BLANK)), store.secret.unseal(site_id, sealed))
    shown = {}
    for site_id, record in sites.items():
        level = max(now.get(site_id, HIDDEN), record["sensitivity"])
        if level < HIDDEN:
            shown[site_id] = {name: WITHHELD if level and name in PROTECTED_FIELDS else value for name, value in record.items()}
    return shown


def record_at(connection: sa.Connection, store: Store, site_id: str, version: int) -> dict[str, Any]:
    """Return a site's whole record as it stood at a version, exact place included: for the server alone.

    Raises
    ------
    InputError : the site never had this version.
    """
    for number, record in _versions(connection, store, site_id):
        if number == version:
            return record
    raise InputError("history.no_version", version=version)


def _versions(connection: sa.Connection, store: Store, site_id: str) -> Iterator[tuple[int, dict[str, Any]]]:
    event = change_models.AuditEvent
    query = sa.select(event.entity_version, event.sealed).where(event.entity == "site", event.entity_id == site_id).order_by(event.event_id)
    record = dict(_BLANK)
    for version, sealed in connection.execute(query):
        _follow(record, store.secret.unseal(site_id, sealed))
        yield version, dict(record)


def _follow(record: dict[str, Any], said: Mapping[str, Any]) -> None:
    """Bring a record forward by one event; a field that became empty takes the blank of its kind."""
    for name, (_, after) in said["changes"].items():
        record[name] = _BLANK[name] if after is None else after
