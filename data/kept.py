"""What planning groups keep under a name: an index, a decision, a snapshot; each change is a new version, and none is ever lost."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from data.clock import utc_now
from data.engine import reading
from data.kept_models import KINDS, KeptRecord
from data.store import Store
from geo.errors import InputError, StoreError
from geo.model import Scope
from geo.permissions import may

LONGEST_NAME = 80
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of a record.

    Parameters
    ----------
    record_id : of this version.
    kind : one of ``KINDS``.
    country, area_id : what it is about; ``area_id`` is the country's code where it is about all of it.
    name : given by whoever keeps it: hostile text.
    version : 1 for the first of that name.
    sha256 : digest of the body's canonical JSON.
    edition : of the registry when it was kept.
    actor, created_at : who (an id, never a name) and when.
    """

    record_id: int
    kind: str
    country: str
    area_id: str
    name: str
    version: int
    sha256: str
    edition: str
    actor: str
    created_at: dt.datetime


class KeptRecords:
    """The records of a store; everybody may read them, who may ``plan`` there may add.

    Parameters
    ----------
    store : opened.
    clock : tells the time.
    """

    def __init__(self, store: Store, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._store = store
        self._clock = clock

    def keep(
        self, scope: Scope, kind: str, *, country: str, name: str, body: Mapping[str, Any], edition: str, area_id: str = "", after: int | None = None
    ) -> Kept:
        """Keep ``body`` as the next version of the record of that name; equal to the newest version, nothing is written.

        Parameters
        ----------
        scope : who keeps it.
        kind : one of ``KINDS``.
        country, area_id : what it is about; without an area the whole country.
        name : 1 to ``LONGEST_NAME`` signs.
        body : JSON-able and without NaN; nothing that not everybody may see.
        edition : ``Registry.edition`` it was made from.
        after : the newest version that the person saw; None does not ask, 0 stands for none.

        Raises
        ------
        InputError : ``kept.not_allowed``, ``kept.name``, ``kept.too_large``.
        StoreError : ``kept.changed_meanwhile``: somebody kept another version since.
        """
        if kind not in KINDS:
            raise KeyError(kind)
        place = area_id or country
        if not may(scope, "plan", area_id=place, country=country):
            raise InputError("kept.not_allowed")
        title = " ".join(name.split())
        if not title or len(title) > LONGEST_NAME or not title.isprintable():
            raise InputError("kept.name", most=LONGEST_NAME)
        text = canonical(body)
        if len(text) > MOST_BYTES:
            raise InputError("kept.too_large")
        digest = hashlib.sha256(text.encode()).hexdigest()
        with self._store.transaction() as connection:
            newest = _newest(connection, kind, place, title)
            version = newest.version if newest else 0
            if after is not None and after != version:
                raise StoreError("kept.changed_meanwhile", name=title)
            if newest is not None and newest.sha256 == digest:
                return newest
            row: dict[str, Any] = {
                "kind": kind, "country": country, "area_id": place, "name": title, "version": version + 1, "sha256": digest, "edition": edition,
                "actor": scope.user_id, "created_at": self._clock(),
            }  # fmt: skip
            record_id = connection.execute(sa.insert(KeptRecord).returning(KeptRecord.record_id), row | {"body": text}).scalar_one()
        return Kept(record_id=record_id, **row)

    def all(self, kind: str, country: str = "", area_id: str = "") -> list[Kept]:
        """Return the records of a kind, every version, the newest first."""
        query = sa.select(*_SHOWN).where(KeptRecord.kind == kind)
        if country:
            query = query.where(KeptRecord.country == country)
        if area_id:
            query = query.where(KeptRecord.area_id == area_id)
        with reading(self._store.engine) as connection:
            return [_kept(row) for row in connection.execute(query.order_by(KeptRecord.record_id.desc()))]

    def newest(self, country: str) -> dict[str, int]:
        """Return the number of the newest record of each kind that there is one of: it changes whenever something is kept."""
        query = sa.select(KeptRecord.kind, sa.func.max(KeptRecord.record_id)).where(KeptRecord.country == country).group_by(KeptRecord.kind)
        with reading(self._store.engine) as connection:
            return {str(kind): int(number) for kind, number in connection.execute(query)}

    def get(self, record_id: int) -> tuple[Kept, dict[str, Any]]:
        """Return one version and its body.

        Raises
        ------
        InputError : ``kept.no_record``.
        StoreError : ``kept.broken``: the body is not the one that was kept.
        """
        with reading(self._store.engine) as connection:
            row = connection.execute(sa.select(*_SHOWN, KeptRecord.body).where(KeptRecord.record_id == record_id)).one_or_none()
        if row is None:
            raise InputError("kept.no_record", record=record_id)
        kept, body = _kept(row), str(row.body)
        if hashlib.sha256(body.encode()).hexdigest() != kept.sha256:
            raise StoreError("kept.broken", name=kept.name)
        return kept, json.loads(body)


_SHOWN = (
    KeptRecord.record_id, KeptRecord.kind, KeptRecord.country, KeptRecord.area_id, KeptRecord.name, KeptRecord.version, KeptRecord.sha256,
    KeptRecord.edition, KeptRecord.actor, KeptRecord.created_at,
)  # fmt: skip


def canonical(body: Mapping[str, Any]) -> str:
    """Return JSON in which equal bodies are equal texts; ValueError for NaN and infinity."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _newest(connection: sa.Connection, kind: str, area_id: str, name: str) -> Kept | None:
    same = sa.select(*_SHOWN).where(KeptRecord.kind == kind, KeptRecord.area_id == area_id, KeptRecord.name == name)
    row = connection.execute(same.order_by(KeptRecord.version.desc()).limit(1)).one_or_none()
    return None if row is None else _kept(row)


def _kept(row: Any) -> Kept:
    return Kept(**{column.key: getattr(row, column.key) for column in _SHOWN})
