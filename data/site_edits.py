"""What is done to one site outside of imports and proposals: read it, open its exact place, take it back to a version, merge it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from data import models
from data.engine import reading
from data.exact_views import log_view
from data.history import record_at
from data.publishing import write_record
from data.row_security import SERVER, seeing
from data.site_records import HIDDEN, Stored, may_see, read_records
from data.store import Store
from data.submission_reading import is_locked
from geo.errors import InputError, StoreError
from geo.model import Scope
from geo.permissions import may
from geo.submissions import PROPOSABLE, PROTECTED


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site as somebody may see it.

    Parameters
    ----------
    record : the fields that can be proposed; None for those that are withheld.
    version : to be handed back with a change.
    locked : its list is kept elsewhere.
    source_id, organisation_id : as stored.
    merged_into : the site that stands for it now; empty where it stands for itself.
    area_id, country : where it is; never withheld.
    sensitivity : 0-3.
    withheld : the fields that are kept from everybody; somebody cleared opens them by ``exact_place``.
    may_open : the asker has that clearance.
    """

    site_id: str
    record: dict[str, Any]
    version: int
    locked: bool
    source_id: str
    organisation_id: str
    merged_into: str
    area_id: str
    country: str
    sensitivity: int
    withheld: tuple[str, ...]
    may_open: bool


def read_site(store: Store, scope: Scope, site_id: str) -> SiteView:
    """Return a site as ``scope`` may see it, one that was merged too.

    Raises
    ------
    InputError : there is no such site, or the asker may not know of it.
    """
    with reading(store.engine) as connection, seeing(connection, scope, store.secret):
        stored = _visible(connection, store, scope, site_id)
        locked = is_locked(connection, stored.record["source_id"])
    record = stored.record
    withheld = PROTECTED if record["sensitivity"] else ()
    return SiteView(
        site_id=site_id, record={name: None if name in withheld else record[name] for name in PROPOSABLE}, version=stored.version, locked=locked,
        source_id=record["source_id"], organisation_id=record["organisation_id"], merged_into=record["merged_into"], area_id=record["place"]["area_id"],
        country=record["place"]["country"], sensitivity=record["sensitivity"], withheld=withheld,
        may_open=bool(withheld) and bool(scope.user_id) and may_see(scope, record),
    )  # fmt: skip


def exact_place(store: Store, scope: Scope, site_id: str, *, purpose: str) -> dict[str, Any]:
    """Return what is kept of a sensitive site: ``place``, ``address`` and ``note``; that it was opened is logged in the same transaction.

    Raises
    ------
    InputError : there is no such site, or the asker may not open it.
    """
    with store.transaction() as connection, seeing(connection, scope, store.secret):
        stored = _visible(connection, store, scope, site_id)
        if not may_see(scope, stored.record):
            raise InputError("review.not_allowed")
        log_view(connection, store, scope, site_id, purpose=purpose, at=dt.datetime.now(dt.UTC))
    return {name: stored.record[name] for name in PROTECTED}


def revert(store: Store, scope: Scope, site_id: str, *, to_version: int, seen_version: int, reason: str) -> None:
    """Write a site as it stood at an earlier version: a new revision, nothing is taken out of the history.

    Raises
    ------
    InputError : the asker may not, there is no such site or version, no reason is given, or its list is kept elsewhere.
    StoreError : the site was changed since ``seen_version``.
    """
    with store.transaction() as connection, seeing(connection, SERVER, store.secret):
        stored = _changeable(connection, store, scope, site_id, reason)
        if stored.version != seen_version:
            raise StoreError("review.stale")
        record = record_at(connection, store, site_id, to_version)
        if scope.clearance < max(record["sensitivity"], stored.record["sensitivity"]):
            raise InputError("review.not_allowed")
        # Undoing a merge is no correction of the list.
        if is_locked(connection, stored.record["source_id"]) and {**record, "merged_into": ""} != {**stored.record, "merged_into": ""}:
            raise InputError("review.locked")
        write_record(store, connection, scope.user_id, site_id, record, stored, action="revert", reason=reason.strip())


def merge(store: Store, scope: Scope, loser: str, winner: str, *, reason: str) -> None:
    """Let one site stand for another one: both keep their history, the merged one's address leads to the other; a revert undoes it.

    Raises
    ------
    InputError : the asker may not, one of them is not there, they are the same, either is merged already, or no reason is given.
    """
    with store.transaction() as connection, seeing(connection, SERVER, store.secret):
        gone, stays = (_changeable(connection, store, scope, site_id, reason) for site_id in (loser, winner))
        if loser == winner or stays.record["merged_into"] or gone.record["merged_into"]:
            raise InputError("review.cannot_merge")
        if scope.clearance < max(gone.record["sensitivity"], stays.record["sensitivity"]) or HIDDEN in (
            gone.record["sensitivity"],
            stays.record["sensitivity"],
        ):
            raise InputError("review.not_allowed")
        earlier = connection.execute(sa.select(models.Site.site_id).where(models.Site.merged_into == loser)).scalars().all()
        for site_id, stored in read_records(connection, store.secret, [*earlier, loser]).items():
            record = {**stored.record, "merged_into": winner}
            write_record(store, connection, scope.user_id, site_id, record, stored, action="merge", reason=reason.strip())


def _visible(connection: sa.Connection, store: Store, scope: Scope, site_id: str) -> Stored:
    stored = read_records(connection, store.secret, [site_id]).get(site_id)
    if stored is None or (stored.record["sensitivity"] >= HIDDEN and not may_see(scope, stored.record)):
        raise InputError("history.no_site", site=site_id)
    return stored


def _changeable(connection: sa.Connection, store: Store, scope: Scope, site_id: str, reason: str) -> Stored:
    """Return a site that this reviewer may change outright."""
    stored = _visible(connection, store, scope, site_id)
    place = stored.record["place"]
    if not scope.user_id or not may(scope, "review", area_id=place["area_id"], country=place["country"]):
        raise InputError("review.not_allowed")
    if not reason.strip():
        raise InputError("review.reason_missing")
    return stored
