"""What partners propose and what reviewers decide: sealed until published, moved by one table of states, applied in one transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from data import models
from data.engine import reading
from data.exact_views import log_view
from data.history import WITHHELD
from data.publishing import publish
from data.row_security import SERVER, seeing
from data.site_records import HIDDEN, NO_PLACE, Stored, is_id, may_see, read_records
from data.store import Store
from geo.errors import InputError, StoreError
from geo.model import Scope
from geo.permissions import may
from geo.submissions import EMPTY, MOVES, OPEN_STATES, OPERATIONS, PROPOSABLE, PROTECTED, FieldDiff, clearance_needed, three_way, urgency

MOST_PER_PERSON = 2000
"""Open proposals that one person may have: nobody fills the store."""


def utc_now() -> dt.datetime:
    """The present."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Submission:
    """A proposal for a site.

    Parameters
    ----------
    op : ``add``, ``edit`` or ``verify``.
    base_version : version of the site that the proposer saw; 0 for a new one.
    organisation_id, country, area_id : whose site it is, and where it stands (a new one: where it is to stand).
    sensitivity : of the site, or the proposed one where that is higher.
    proposed, base : the fields that would change, and what the proposer saw in them.
    decisions : field to (``accepted`` or ``rejected``, reason).
    reason : of the last decision as a whole.
    comment : what the proposer says to the reviewer.
    seen : the proposer has seen the last decision.
    words_withheld : comment and reasons are kept from this reader, since the site is sensitive.
    """

    submission_id: str
    op: str
    state: str
    version: int
    site_id: str
    base_version: int
    organisation_id: str
    country: str
    area_id: str
    sensitivity: int
    submitted_by: str
    created_at: dt.datetime
    updated_at: dt.datetime
    submitted_at: dt.datetime | None
    proposed: dict[str, Any]
    base: dict[str, Any]
    decisions: dict[str, tuple[str, str]] = field(default_factory=dict)
    reason: str = ""
    comment: str = ""
    seen: bool = True
    words_withheld: bool = False


@dataclass(frozen=True, slots=True)
class SubmissionEvent:
    """A move of a submission: when, by whom (a person's id), where to and why."""

    at: dt.datetime
    actor: str
    move: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A proposal beside the site as it stands now.

    Parameters
    ----------
    diffs : the proposed fields.
    version : of the site now, to be handed back with the decision; 0 where it does not stand there yet.
    present : the site's record as the reviewer may see it; empty for a new one.
    stale : the site changed since the proposer saw it.
    locked : the site's list is kept elsewhere.
    """

    submission: Submission
    diffs: list[FieldDiff]
    version: int
    present: dict[str, Any]
    stale: bool
    locked: bool


class Submissions:
    """The submissions of a store. Safe to share between threads.

    Parameters
    ----------
    store : an open store.
    clock : the present, with a time zone.
    """

    def __init__(self, store: Store, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self.store = store
        self.clock = clock

    def save(
        self, scope: Scope, *, op: str, proposed: Mapping[str, Any], site_id: str = "", submission_id: str = "", version: int = 0, comment: str = "",
        client_key: str = "", organisation_id: str = "",
    ) -> Submission:  # fmt: skip
        """Keep a draft, or renew one of one's own that is a draft still or was sent back.

        Parameters
        ----------
        scope : who proposes.
        op : ``add``, ``edit`` or ``verify``.
        proposed : fields of ``PROPOSABLE``, checked by ``data.proposals.clean_proposal``.
        site_id : of the site that is to change; a new one gets its own.
        submission_id, version : the draft that is renewed, and the version of it that the proposer saw.
        comment : for the reviewer.
        client_key : the same key again is the same draft, however often it is sent.
        organisation_id : whose a new site is; a partner's own by default.

        Raises
        ------
        InputError : it may not be proposed by this person, nothing of it can be changed here, or its list is kept elsewhere.
        StoreError : the draft was changed meanwhile.
        """
        with self._working() as connection:
            if submission_id:
                held = self._held(connection, scope, submission_id, version)
                item = {"op": held.op, "site_id": held.site_id, "proposed": proposed, "organisation_id": held.organisation_id}
                made = self._made(connection, scope, item, comment, held)
                return self._move(connection, replace(made, state=held.state), "save", scope.user_id)
            key = self._key(scope, client_key or uuid.uuid4().hex)
            known = connection.execute(sa.select(models.Submission).where(models.Submission.client_key == key)).one_or_none()
            if known is not None:
                return self._open(known)
            item = {"op": op, "site_id": site_id, "proposed": proposed, "organisation_id": organisation_id}
            return self._insert(connection, self._made(connection, scope, item, comment), key, "save")

    def send_all(self, scope: Scope, items: Sequence[Mapping[str, Any]], *, comment: str = "") -> tuple[int, int]:
        """Send many proposals for review at once, in one transaction: all of them or none.

        Parameters
        ----------
        items : each with ``op``, ``proposed``, ``client_key``, and for an edit ``site_id``; ``organisation_id`` as in ``save``.

        Returns
        -------
        How many were made, and how many had been sent before (by their ``client_key``) and wait or were approved.
        """
        made = unchanged = 0
        with self._working() as connection:
            for item in items:
                key = self._key(scope, item["client_key"])
                known = connection.execute(sa.select(models.Submission).where(models.Submission.client_key == key)).one_or_none()
                while known is not None and known.state in ("rejected", "withdrawn"):
                    key = self._key(scope, f"{key}|{known.submission_id}")
                    known = connection.execute(sa.select(models.Submission).where(models.Submission.client_key == key)).one_or_none()
                if known is not None:
                    unchanged += 1
                    continue
                draft = replace(self._made(connection, scope, item, comment), state="submitted", submitted_at=self.clock())
                self._check_complete(draft)
                self._insert(connection, draft, key, "submit")
                made += 1
        return made, unchanged

    def submit(self, scope: Scope, submission_id: str, *, version: int) -> Submission:
        """Send one's own draft for review.

        Raises
        ------
        InputError : it is not one's own or no draft, or it lacks what a site needs. StoreError : it was changed meanwhile.
        """
        with self._working() as connection:
            held = self._held(connection, scope, submission_id, version)
            self._check_complete(held)
            return self._move(connection, replace(held, submitted_at=self.clock(), decisions={}, reason=""), "submit", scope.user_id)

    def withdraw(self, scope: Scope, submission_id: str, *, version: int) -> Submission:
        """Take back one's own proposal; InputError and StoreError as ``submit``."""
        with self._working() as connection:
            return self._move(connection, self._held(connection, scope, submission_id, version), "withdraw", scope.user_id)

    def request_changes(self, scope: Scope, submission_id: str, *, version: int, reason: str) -> Submission:
        """Send a proposal back to its proposer, with the reason.

        Raises
        ------
        InputError : there is no such proposal for this reviewer, it is the reviewer's own, it does not wait, or no reason is given.
        StoreError : it was changed meanwhile.
        """
        if not reason.strip():
            raise InputError("review.reason_missing")
        with self._working() as connection:
            waiting, _ = self._waiting(connection, scope, submission_id, version)
            return self._move(connection, replace(waiting, reason=reason.strip(), seen=False), "request_changes", scope.user_id, reason.strip())

    def decide(
        self, scope: Scope, submission_id: str, *, version: int, seen_version: int, accept: Collection[str], reasons: Mapping[str, str] | None = None,
        reason: str = "",
    ) -> Submission:  # fmt: skip
        """Approve a proposal, some of its fields, or none; what is approved stands in the registry at the end of the same transaction.

        Parameters
        ----------
        accept : the fields that are approved; all: approved, none: rejected.
        seen_version : version of the site that the reviewer saw.
        reasons, reason : why a field is rejected; the common one where it has none of its own.

        Raises
        ------
        InputError : there is no such proposal for this reviewer, it is the reviewer's own or does not wait, a reason is missing, a new
            site would lack what it needs, or the site's list is kept elsewhere.
        StoreError : the proposal or the site was changed meanwhile (``review.changed_meanwhile``, ``review.stale``).
        """
        with self._working() as connection:
            waiting, stored = self._waiting(connection, scope, submission_id, version)
            fields = [name for name in PROPOSABLE if name in waiting.proposed]
            if not set(accept) <= set(fields):
                raise InputError("review.unknown_field", field=", ".join(sorted(set(accept) - set(fields))))
            decisions: dict[str, tuple[str, str]] = {name: ("accepted", "") for name in fields if name in accept}
            for name in (name for name in fields if name not in accept):
                why = ((reasons or {}).get(name) or reason).strip()
                if not why:
                    raise InputError("review.reason_missing")
                decisions[name] = ("rejected", why)
            move = "reject" if not accept else "approve" if len(decisions) == len(set(accept)) else "approve_some"
            said = "; ".join(dict.fromkeys(why for _, why in decisions.values() if why)) or reason.strip()
            decided = replace(waiting, decisions=decisions, reason=said, seen=False)
            if accept:
                if (stored.version if stored else 0) != seen_version:
                    raise StoreError("review.stale")
                accepted = {name: waiting.proposed[name] for name in fields if name in accept}
                publish(self.store, connection, scope.user_id, decided, accepted, stored)
            return self._move(connection, decided, move, scope.user_id, said)

    def get(self, scope: Scope, submission_id: str) -> Submission:
        """Return one's own submission, or one that one may review; InputError where there is none."""
        with self._looking() as connection:
            found = self._find(connection, submission_id)
            if found.submitted_by != scope.user_id or not scope.user_id:
                return _as_seen(scope, found, self._check_reviewable(connection, scope, found))
        return found

    def compare(self, scope: Scope, submission_id: str) -> Comparison:
        """Return a proposal beside the site as it stands now; opening the exact place of a sensitive site is logged.

        Raises
        ------
        InputError : there is no such submission for this person.
        """
        with self._working() as connection:
            found = self._find(connection, submission_id)
            own = bool(scope.user_id) and found.submitted_by == scope.user_id
            seen = found if own else _as_seen(scope, found, self._check_reviewable(connection, scope, found))
            with seeing(connection, scope, self.store.secret):
                stored = self._stored(connection, found)
            if stored is not None and not _may_know(scope, stored):
                stored = None
            record: dict[str, Any] = stored.record if stored else {}
            exact = any(name in found.proposed for name in PROTECTED)
            hides = own or not exact
            withheld = PROTECTED if record.get("sensitivity") and hides else ()
            if found.sensitivity and exact and not own:
                log_view(connection, self.store, scope, found.site_id, purpose="review", at=self.clock())
            diffs = three_way(found.base, record, found.proposed, withheld=withheld)
            shown = {name: (None if name in withheld else value) for name, value in record.items()}
            version = stored.version if stored else 0
            locked = bool(record) and is_locked(connection, record["source_id"])
        return Comparison(seen, diffs, version, shown, version != found.base_version, locked)

    def own(self, scope: Scope) -> list[Submission]:
        """Return one's own submissions, the newest first."""
        if not scope.user_id:
            return []
        table = models.Submission
        query = sa.select(table).where(table.submitted_by == scope.user_id).order_by(table.updated_at.desc(), table.submission_id)
        with reading(self.store.engine) as connection:
            return [self._open(row) for row in connection.execute(query)]

    def queue(self, scope: Scope) -> list[Submission]:
        """Return what waits for this reviewer, the most urgent first, then the longest waiting; nothing of one's own."""
        table = models.Submission
        query = sa.select(table).where(table.state == "submitted", table.submitted_by != scope.user_id)
        with self._looking() as connection:
            found = [self._open(row) for row in connection.execute(query)]
            stored = read_records(connection, self.store.secret, sorted({one.site_id for one in found}))
        waiting = [_as_seen(scope, one, stored.get(one.site_id)) for one in found if _may_review(scope, one, stored.get(one.site_id))]
        order = ("escalated", "late", "")
        return sorted(waiting, key=lambda one: (order.index(urgency(one.submitted_at, self.clock())), one.submitted_at or one.created_at))

    def events(self, scope: Scope, submission_id: str) -> list[SubmissionEvent]:
        """Return the moves of a submission, the oldest first; InputError as ``get``."""
        told = self.get(scope, submission_id)
        table = models.SubmissionEvent
        query = sa.select(table).where(table.submission_id == submission_id).order_by(table.event_id)
        with reading(self.store.engine) as connection:
            rows = connection.execute(query).all()
        return [
            SubmissionEvent(
                row.at, row.actor, row.move, row.state, _unless(told.words_withheld, self.store.secret.unseal(submission_id, row.sealed)["reason"])
            )
            for row in rows
        ]

    def mark_seen(self, scope: Scope, submission_id: str) -> None:
        """Keep that the proposer saw the last decision."""
        table = models.Submission
        with self.store.transaction() as connection:
            connection.execute(sa.update(table).where(table.submission_id == submission_id, table.submitted_by == scope.user_id).values(seen=True))

    def unseen(self, scope: Scope) -> int:
        """Return how many decisions about one's own submissions one has not seen."""
        table = models.Submission
        query = sa.select(sa.func.count()).where(table.submitted_by == scope.user_id, table.seen.is_(False))
        with reading(self.store.engine) as connection:
            return int(connection.execute(query).scalar_one()) if scope.user_id else 0

    @contextmanager
    def _working(self) -> Iterator[sa.Connection]:
        """Open a writing transaction of the server's own."""
        with self.store.transaction() as connection, seeing(connection, SERVER, self.store.secret):
            yield connection

    @contextmanager
    def _looking(self) -> Iterator[sa.Connection]:
        """Open a reading transaction in which the server checks who may see what."""
        with reading(self.store.engine) as connection, seeing(connection, SERVER, self.store.secret):
            yield connection

    def _made(self, connection: sa.Connection, scope: Scope, item: Mapping[str, Any], comment: str, held: Submission | None = None) -> Submission:
        """Return a draft of what is proposed; InputError where it may not be."""
        proposed = {name: item["proposed"][name] for name in PROPOSABLE if name in item["proposed"]}
        unknown = sorted(set(item["proposed"]) - set(PROPOSABLE))
        if unknown or item["op"] not in OPERATIONS:
            raise InputError("review.unknown_field", field=", ".join(unknown) or item["op"])
        if item["op"] == "add":
            site_id = held.site_id if held else str(uuid.uuid4())
            stored, record = None, {}
            organisation_id = item.get("organisation_id") or scope.organisation_id
            place: Mapping[str, Any] = proposed.get("place") or NO_PLACE
            if organisation_id and not connection.scalar(sa.select(models.Organisation.organisation_id).filter_by(organisation_id=organisation_id)):
                raise InputError("review.not_allowed")
        else:
            site_id = item["site_id"]
            stored = read_records(connection, self.store.secret, [site_id]).get(site_id)
            if stored is None or stored.record["merged_into"] or not _may_know(scope, stored):
                raise InputError("history.no_site", site=site_id)
            record, place = stored.record, stored.record["place"]
            organisation_id = record["organisation_id"]
        # A draft without a place yet is the proposer's own affair: it is checked again when it is sent.
        somewhere = (
            {"area_id": place["area_id"], "country": place["country"]} if place["area_id"] or held or stored else {"area_id": "", "country": ""}
        )
        allowed = may(scope, "propose", organisation_id=organisation_id, **somewhere)
        if not allowed and not (item["op"] == "add" and not place["area_id"] and scope.role == "planner"):
            raise InputError("review.not_allowed")
        if stored is not None and is_locked(connection, record["source_id"]):
            raise InputError("review.locked")
        withheld = PROTECTED if record.get("sensitivity") else ()
        base = {name: None if name in withheld else record.get(name, EMPTY[name]) for name in proposed}
        now = self.clock()
        return Submission(
            submission_id=held.submission_id if held else str(uuid.uuid4()), op=item["op"], state=held.state if held else "draft",
            version=held.version if held else 1, site_id=site_id, base_version=stored.version if stored else 0, organisation_id=organisation_id,
            country=place["country"], area_id=place["area_id"], sensitivity=max(record.get("sensitivity") or 0, proposed.get("sensitivity") or 0),
            submitted_by=scope.user_id, created_at=held.created_at if held else now, updated_at=now, submitted_at=held.submitted_at if held else None,
            proposed=proposed, base=base, decisions=dict(held.decisions) if held else {}, reason=held.reason if held else "",
            comment=" ".join(comment.split())[:500],
        )  # fmt: skip

    def _check_complete(self, draft: Submission) -> None:
        if not draft.proposed:
            raise InputError("review.nothing_proposed")
        if draft.op == "add":
            lacking = [name for name in ("names", "kind") if not draft.proposed.get(name)] + ([] if draft.area_id else ["place"])
            if lacking:
                raise InputError("review.needs", field=lacking[0])

    def _held(self, connection: sa.Connection, scope: Scope, submission_id: str, version: int) -> Submission:
        """Return one's own submission for a move of one's own."""
        found = self._find(connection, submission_id)
        if not scope.user_id or found.submitted_by != scope.user_id:
            raise InputError("review.no_submission")
        if found.state not in OPEN_STATES:
            raise InputError("review.closed")
        if found.version != version:
            raise StoreError("review.changed_meanwhile")
        return found

    def _waiting(self, connection: sa.Connection, scope: Scope, submission_id: str, version: int) -> tuple[Submission, Stored | None]:
        """Return a submission that waits for this reviewer, and the site that it is about."""
        found = self._find(connection, submission_id)
        if found.submitted_by == scope.user_id:
            raise InputError("review.own")
        stored = self._check_reviewable(connection, scope, found)
        if found.version != version:
            raise StoreError("review.changed_meanwhile")
        if found.state != "submitted":
            raise InputError("review.closed")
        return found, stored

    def _check_reviewable(self, connection: sa.Connection, scope: Scope, found: Submission) -> Stored | None:
        stored = self._stored(connection, found)
        if found.state == "draft" or not _may_review(scope, found, stored):
            raise InputError("review.no_submission")
        return stored

    def _stored(self, connection: sa.Connection, found: Submission) -> Stored | None:
        return read_records(connection, self.store.secret, [found.site_id]).get(found.site_id)

    def _find(self, connection: sa.Connection, submission_id: str) -> Submission:
        query = sa.select(models.Submission).where(models.Submission.submission_id == submission_id)
        row = connection.execute(query).one_or_none() if is_id(submission_id) else None
        if row is None:
            raise InputError("review.no_submission")
        return self._open(row)

    def _move(self, connection: sa.Connection, before: Submission, move: str, actor: str, reason: str = "") -> Submission:
        """Write a submission after a move that the table of states allows."""
        state = MOVES.get((before.state, move))
        if state is None:
            raise InputError("review.closed")
        after = replace(before, state=state, version=before.version + 1, updated_at=self.clock())
        table = models.Submission
        values = {"state": state, "version": after.version, "updated_at": after.updated_at, "submitted_at": after.submitted_at, "seen": after.seen,
                  "sealed": self._seal(after)}  # fmt: skip
        done = connection.execute(
            sa.update(table).where(table.submission_id == after.submission_id, table.version == before.version).values(**values)
        ).rowcount
        if not done:
            raise StoreError("review.changed_meanwhile")
        self._note(connection, after, move, actor, reason)
        return after

    def _insert(self, connection: sa.Connection, made: Submission, key: str, move: str) -> Submission:
        table = models.Submission
        open_now = sa.select(sa.func.count()).where(table.submitted_by == made.submitted_by, table.state.in_(OPEN_STATES))
        if connection.execute(open_now).scalar_one() >= MOST_PER_PERSON:
            raise InputError("review.too_many", most=MOST_PER_PERSON)
        row = {"submission_id": made.submission_id, "client_key": key, "state": made.state, "version": made.version, "submitted_by": made.submitted_by,
               "created_at": made.created_at, "updated_at": made.updated_at, "submitted_at": made.submitted_at, "seen": made.seen,
               "sealed": self._seal(made)}  # fmt: skip
        connection.execute(sa.insert(table), row)
        self._note(connection, made, move, made.submitted_by, "")
        return made

    def _note(self, connection: sa.Connection, after: Submission, move: str, actor: str, reason: str) -> None:
        event = {"submission_id": after.submission_id, "at": self.clock(), "actor": actor, "move": move, "state": after.state,
                 "sealed": self.store.secret.seal(after.submission_id, {"reason": reason})}  # fmt: skip
        connection.execute(sa.insert(models.SubmissionEvent), event)

    def _key(self, scope: Scope, client_key: str) -> str:
        return self.store.secret.keyed_digest(f"submission|{scope.user_id}|{client_key}")

    def _seal(self, made: Submission) -> bytes:
        said = {name: getattr(made, name) for name in _SEALED}
        return self.store.secret.seal(made.submission_id, said)

    def _open(self, row: Any) -> Submission:
        said = self.store.secret.unseal(row.submission_id, row.sealed)
        said["decisions"] = {name: (str(verdict), str(why)) for name, (verdict, why) in said["decisions"].items()}
        return Submission(
            submission_id=row.submission_id, state=row.state, version=row.version, submitted_by=row.submitted_by, created_at=row.created_at,
            updated_at=row.updated_at, submitted_at=row.submitted_at, seen=row.seen, **said,
        )  # fmt: skip


_SEALED = (
    "op",
    "site_id",
    "base_version",
    "organisation_id",
    "country",
    "area_id",
    "sensitivity",
    "proposed",
    "base",
    "decisions",
    "reason",
    "comment",
)


def _may_review(scope: Scope, found: Submission, stored: Stored | None) -> bool:
    """Say whether a reviewer may see and decide a submission: where it stands and where it would go, with the clearance that it shows."""
    record: Mapping[str, Any] = stored.record if stored else {}
    places = [{"area_id": found.area_id, "country": found.country}, record.get("place") or {}, found.proposed.get("place") or {}]
    everywhere = all(may(scope, "review", area_id=place["area_id"], country=place["country"]) for place in places if place)
    return everywhere and scope.clearance >= clearance_needed(record, found.proposed)


def _as_seen(scope: Scope, found: Submission, stored: Stored | None) -> Submission:
    """Return another person's submission as a reviewer may read it: about a sensitive site people write places in comments and reasons."""
    level = max(found.sensitivity, stored.record["sensitivity"] if stored else 0)
    if scope.clearance >= level:
        return found
    decisions = {name: (verdict, _unless(True, why)) for name, (verdict, why) in found.decisions.items()}
    return replace(found, comment=_unless(True, found.comment), reason=_unless(True, found.reason), decisions=decisions, words_withheld=True)


def _unless(withheld: bool, text: str) -> str:
    return WITHHELD if withheld and text else text


def _may_know(scope: Scope, stored: Stored) -> bool:
    """Say whether somebody may know that a site exists."""
    return stored.record["sensitivity"] < HIDDEN or may_see(scope, stored.record)


def is_locked(connection: sa.Connection, source_id: str) -> bool:
    """Say whether a source's list is kept elsewhere."""
    return bool(connection.execute(sa.select(models.Source.locked).where(models.Source.source_id == source_id)).scalar_one_or_none())
