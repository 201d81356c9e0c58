"""Reading submissions: one's own, those that wait for a reviewer, and one beside the site as it stands now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from data import change_models, models
from data.clock import utc_now
from data.engine import reading
from data.exact_views import log_view
from data.row_security import SERVER, seeing
from data.site_records import Stored, is_id, read_records
from data.store import Store
from data.submission import Comparison, Submission, SubmissionEvent, as_seen, may_know, may_review, open_submission, unless
from geo.errors import InputError
from geo.model import Scope
from geo.submissions import PROTECTED, three_way, urgency


class SubmissionReader:
    """Reads the submissions of a store. Safe to share between threads.

    Parameters
    ----------
    store : an open store.
    clock : the present, with a time zone.
    """

    def __init__(self, store: Store, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self.store = store
        self.clock = clock

    def get(self, scope: Scope, submission_id: str) -> Submission:
        """Return one's own submission, or one that one may review; InputError where there is none."""
        with self._looking() as connection:
            found = self._find(connection, submission_id)
            if found.submitted_by != scope.user_id or not scope.user_id:
                return as_seen(scope, found, self._check_reviewable(connection, scope, found))
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
            seen = found if own else as_seen(scope, found, self._check_reviewable(connection, scope, found))
            with seeing(connection, scope, self.store.secret):
                stored = self._stored(connection, found)
            if stored is not None and not may_know(scope, stored):
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
        table = change_models.Submission
        query = sa.select(table).where(table.submitted_by == scope.user_id).order_by(table.updated_at.desc(), table.submission_id)
        with reading(self.store.engine) as connection:
            return [open_submission(self.store.secret, row) for row in connection.execute(query)]

    def queue(self, scope: Scope) -> list[Submission]:
        """Return what waits for this reviewer, the most urgent first, then the longest waiting; nothing of one's own."""
        table = change_models.Submission
        query = sa.select(table).where(table.state == "submitted", table.submitted_by != scope.user_id)
        with self._looking() as connection:
            found = [open_submission(self.store.secret, row) for row in connection.execute(query)]
            stored = read_records(connection, self.store.secret, sorted({one.site_id for one in found}))
        waiting = [as_seen(scope, one, stored.get(one.site_id)) for one in found if may_review(scope, one, stored.get(one.site_id))]
        order = ("escalated", "late", "")
        return sorted(waiting, key=lambda one: (order.index(urgency(one.submitted_at, self.clock())), one.submitted_at or one.created_at))

    def edition(self) -> str:
        """Return text that changes whenever a submission or a site does: the key of what anybody keeps of a queue."""
        table = change_models.SubmissionEvent
        with reading(self.store.engine) as connection:
            newest = connection.execute(sa.select(sa.func.max(table.event_id))).scalar_one()
        return f"{self.store.version(hidden=True)}.{newest or 0}"

    def events(self, scope: Scope, submission_id: str) -> list[SubmissionEvent]:
        """Return the moves of a submission, the oldest first; InputError as ``get``."""
        told = self.get(scope, submission_id)
        table = change_models.SubmissionEvent
        query = sa.select(table).where(table.submission_id == submission_id).order_by(table.event_id)
        with reading(self.store.engine) as connection:
            rows = connection.execute(query).all()
        return [
            SubmissionEvent(
                row.at, row.actor, row.move, row.state, unless(told.words_withheld, self.store.secret.unseal(submission_id, row.sealed)["reason"])
            )
            for row in rows
        ]

    def mark_seen(self, scope: Scope, submission_id: str) -> None:
        """Keep that the proposer saw the last decision."""
        table = change_models.Submission
        with self.store.transaction() as connection:
            connection.execute(sa.update(table).where(table.submission_id == submission_id, table.submitted_by == scope.user_id).values(seen=True))

    def unseen(self, scope: Scope) -> int:
        """Return how many decisions about one's own submissions one has not seen."""
        table = change_models.Submission
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

    def _check_reviewable(self, connection: sa.Connection, scope: Scope, found: Submission) -> Stored | None:
        stored = self._stored(connection, found)
        if found.state == "draft" or not may_review(scope, found, stored):
            raise InputError("review.no_submission")
        return stored

    def _stored(self, connection: sa.Connection, found: Submission) -> Stored | None:
        return read_records(connection, self.store.secret, [found.site_id]).get(found.site_id)

    def _find(self, connection: sa.Connection, submission_id: str) -> Submission:
        query = sa.select(change_models.Submission).where(change_models.Submission.submission_id == submission_id)
        row = connection.execute(query).one_or_none() if is_id(submission_id) else None
        if row is None:
            raise InputError("review.no_submission")
        return open_submission(self.store.secret, row)


def is_locked(connection: sa.Connection, source_id: str) -> bool:
    """Say whether a source's list is kept elsewhere."""
    return bool(connection.execute(sa.select(models.Source.locked).where(models.Source.source_id == source_id)).scalar_one_or_none())
