"""What partners propose and what reviewers decide: sealed until published, moved by one table of states, applied in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from data import change_models
from data.publishing import publish
from data.site_records import Stored
from data.submission import Submission, open_submission, seal_submission
from data.submission_drafts import check_complete, draft_of
from data.submission_reading import SubmissionReader
from geo.errors import InputError, StoreError
from geo.model import Scope
from geo.submissions import MOVES, OPEN_STATES, PROPOSABLE

MOST_PER_PERSON = 2000
"""Open proposals that one person may have: nobody fills the store."""


class Submissions(SubmissionReader):
    """The submissions of a store. Safe to share between threads; made like ``SubmissionReader``."""

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
                made = draft_of(self.store, connection, scope, item, comment=comment, now=self.clock(), held=held)
                return self._move(connection, replace(made, state=held.state), "save", scope.user_id)
            key = self._key(scope, client_key or uuid.uuid4().hex)
            known = connection.execute(sa.select(change_models.Submission).where(change_models.Submission.client_key == key)).one_or_none()
            if known is not None:
                return open_submission(self.store.secret, known)
            item = {"op": op, "site_id": site_id, "proposed": proposed, "organisation_id": organisation_id}
            return self._insert(connection, draft_of(self.store, connection, scope, item, comment=comment, now=self.clock()), key, "save")

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
                known = connection.execute(sa.select(change_models.Submission).where(change_models.Submission.client_key == key)).one_or_none()
                while known is not None and known.state in ("rejected", "withdrawn"):
                    key = self._key(scope, f"{key}|{known.submission_id}")
                    known = connection.execute(sa.select(change_models.Submission).where(change_models.Submission.client_key == key)).one_or_none()
                if known is not None:
                    unchanged += 1
                    continue
                draft = replace(
                    draft_of(self.store, connection, scope, item, comment=comment, now=self.clock()), state="submitted", submitted_at=self.clock()
                )
                check_complete(draft)
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
            check_complete(held)
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

    def _move(self, connection: sa.Connection, before: Submission, move: str, actor: str, reason: str = "") -> Submission:
        """Write a submission after a move that the table of states allows."""
        state = MOVES.get((before.state, move))
        if state is None:
            raise InputError("review.closed")
        after = replace(before, state=state, version=before.version + 1, updated_at=self.clock())
        table = change_models.Submission
        values = {"state": state, "version": after.version, "updated_at": after.updated_at, "submitted_at": after.submitted_at, "seen": after.seen,
                  "sealed": seal_submission(self.store.secret, after)}  # fmt: skip
        done = connection.execute(
            sa.update(table).where(table.submission_id == after.submission_id, table.version == before.version).values(**values)
        ).rowcount
        if not done:
            raise StoreError("review.changed_meanwhile")
        self._note(connection, after, move, actor, reason)
        return after

    def _insert(self, connection: sa.Connection, made: Submission, key: str, move: str) -> Submission:
        table = change_models.Submission
        open_now = sa.select(sa.func.count()).where(table.submitted_by == made.submitted_by, table.state.in_(OPEN_STATES))
        if connection.execute(open_now).scalar_one() >= MOST_PER_PERSON:
            raise InputError("review.too_many", most=MOST_PER_PERSON)
        row = {"submission_id": made.submission_id, "client_key": key, "state": made.state, "version": made.version, "submitted_by": made.submitted_by,
               "created_at": made.created_at, "updated_at": made.updated_at, "submitted_at": made.submitted_at, "seen": made.seen,
               "sealed": seal_submission(self.store.secret, made)}  # fmt: skip
        connection.execute(sa.insert(table), row)
        self._note(connection, made, move, made.submitted_by, "")
        return made

    def _note(self, connection: sa.Connection, after: Submission, move: str, actor: str, reason: str) -> None:
        event = {"submission_id": after.submission_id, "at": self.clock(), "actor": actor, "move": move, "state": after.state,
                 "sealed": self.store.secret.seal(after.submission_id, {"reason": reason})}  # fmt: skip
        connection.execute(sa.insert(change_models.SubmissionEvent), event)

    def _key(self, scope: Scope, client_key: str) -> str:
        return self.store.secret.keyed_digest(f"submission|{scope.user_id}|{client_key}")
