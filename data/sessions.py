"""Signed-in browsers: opened, looked up, listed and revoked. The browser holds a token, the store its SHA-256."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from data import account_models
from data.audit import record
from data.engine import reading, writing
from data.rights import grants_of, scope_from
from geo.model import PUBLIC, Scope

COOKIE = "jiwar_session"
LIFETIME = dt.timedelta(hours=12)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a session belongs to, and what that person may do at this moment."""

    user_id: str
    login: str
    display_name: str
    locale: str
    session_id: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that has not ended; times in UTC."""

    session_id: str
    created_at: dt.datetime
    expires_at: dt.datetime


class Sessions:
    """The sessions of a store.

    Parameters
    ----------
    engine : the store's engine.
    clock : the present, with a time zone.
    """

    def __init__(self, engine: sa.Engine, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def open(self, user_id: str) -> str:
        """Open a session for somebody who has just shown who they are, and return its token; it is kept nowhere else."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        row = {"session_id": uuid.uuid4().hex, "token_sha256": _digest(token), "user_id": user_id, "created_at": now, "expires_at": now + LIFETIME,
               "revoked_at": None}  # fmt: skip
        with writing(self._engine) as connection:
            connection.execute(sa.insert(account_models.LoginSession), row)
            record(connection, now, actor=user_id, action="sign_in", user_id=user_id)
        return token

    def find(self, token: str) -> SignedIn | None:
        """Return whose session a token opens; None for one that is forged, expired or revoked, or of a closed account.

        Asked for at every rerun and every request, so that taking a right or a session away works at once.
        """
        if not _TOKEN.fullmatch(token):
            return None
        now = self._clock()
        session, user = account_models.LoginSession, account_models.AppUser
        query = (
            sa.select(session.session_id, user.user_id, user.login, user.display_name, user.locale)
            .join(user, user.user_id == session.user_id)
            .where(session.token_sha256 == _digest(token), session.revoked_at.is_(None), session.expires_at > now, user.active)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            scope = scope_from(row.user_id, grants_of(connection, row.user_id), now)
        return SignedIn(row.user_id, row.login, row.display_name, row.locale, row.session_id, scope)

    def scope(self, token: str) -> Scope:
        """Return what the holder of a token may do; the public's for a token that opens nothing."""
        found = self.find(token)
        return PUBLIC if found is None else found.scope

    def why_not(self, token: str) -> tuple[str, str]:
        """Return whose a token that opens nothing was, and why not, for the audit alone: ``forged``, ``revoked``, ``expired`` or ``closed``."""
        session = account_models.LoginSession
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(session.user_id, session.revoked_at, session.expires_at).where(session.token_sha256 == _digest(token)))
            found = row.one_or_none()
        if found is None:
            return "", "forged"
        return found.user_id, "revoked" if found.revoked_at else "expired" if found.expires_at <= self._clock() else "closed"

    def list_open(self, user_id: str) -> list[OpenSession]:
        """Return a person's sessions that have not ended, the newest first."""
        session = account_models.LoginSession
        query = sa.select(session.session_id, session.created_at, session.expires_at).where(*self._open_of(user_id))
        with reading(self._engine) as connection:
            return [OpenSession(*row) for row in connection.execute(query.order_by(session.created_at.desc()))]

    def revoke(self, user_id: str, *, session_id: str = "", keep: str = "", actor: str) -> int:
        """End one session of a person, or all but ``keep``, and return how many ended.

        Parameters
        ----------
        user_id : whose; a session of anybody else is left alone.
        session_id : which one; all where it is empty.
        keep : one that stays.
        actor : who does it, for the audit.
        """
        now = self._clock()
        session = account_models.LoginSession
        which = [*self._open_of(user_id), session.session_id != keep]
        if session_id:
            which.append(session.session_id == session_id)
        with writing(self._engine) as connection:
            ended = connection.execute(sa.update(session).where(*which).values(revoked_at=now)).rowcount
            if ended:
                record(connection, now, actor=actor, action="sign_out", user_id=user_id, changes={"sessions": ended})
        return ended

    def _open_of(self, user_id: str) -> list[sa.ColumnElement[bool]]:
        session = account_models.LoginSession
        return [session.user_id == user_id, session.revoked_at.is_(None), session.expires_at > self._clock()]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
