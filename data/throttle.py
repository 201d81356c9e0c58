"""Attempts to sign in are counted for each account and for each address; too many of either must wait."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable

import sqlalchemy as sa

from data import account_models
from data.audit import one_at_a_time
from data.engine import writing
from data.secrecy import Secret
from geo.errors import InputError

MOST = 5
WINDOW = dt.timedelta(minutes=15)


class Throttled(InputError):  # noqa: N818 - what it is, not what went wrong
    """Too many attempts; ``seconds`` until the next one is heard."""

    def __init__(self, seconds: int) -> None:
        super().__init__("account.throttled", minutes=math.ceil(seconds / 60))
        self.seconds = seconds


class Throttle:
    """Counts attempts.

    Parameters
    ----------
    engine : the store's engine.
    secret : makes keys of logins and addresses that tell nothing.
    clock : the present, with a time zone.
    """

    def __init__(self, engine: sa.Engine, secret: Secret, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._secret = secret
        self._clock = clock

    def begin(self, *, account: str | None = None, address: str) -> tuple[int, ...]:
        """Count an attempt before it is looked at, so that many at the same time get no further than one after another.

        Returns
        -------
        What ``forgive`` takes back.

        Raises
        ------
        Throttled : the account or the address has had its attempts.
        """
        keys = [self._secret.keyed_digest(f"address\0{address}")]
        if account is not None:
            keys.append(self._account_key(account))
        now = self._clock()
        attempt = account_models.LoginAttempt
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            connection.execute(sa.delete(attempt).where(attempt.at <= now - WINDOW))
            waits = []
            for key in keys:
                times = connection.scalars(sa.select(attempt.at).where(attempt.key == key).order_by(attempt.at.desc()).limit(MOST)).all()
                if len(times) == MOST:
                    waits.append(math.ceil((times[-1] + WINDOW - now).total_seconds()))
            if not waits:
                return tuple(connection.scalars(sa.insert(attempt).values([{"key": key, "at": now} for key in keys]).returning(attempt.attempt_id)))
        raise Throttled(max(1, *waits))

    def forgive(self, attempts: tuple[int, ...], *, account: str | None = None) -> None:
        """Take back attempts that turned out right, and all others on the same account."""
        attempt = account_models.LoginAttempt
        mine = attempt.attempt_id.in_(attempts)
        with writing(self._engine) as connection:
            connection.execute(sa.delete(attempt).where(mine if account is None else mine | (attempt.key == self._account_key(account))))

    def _account_key(self, account: str) -> str:
        return self._secret.keyed_digest(f"account\0{account}")
