"""Write down what was refused at the door: sessions that do not count, forms that were not ours, rights that somebody claimed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from data.account_models import LoginAttempt
from data.audit import record
from data.engine import reading, writing
from data.secrecy import Secret
from data.throttle import MOST, WINDOW


class Refusals:
    """The lines about refusals: a few for each address and kind in a while, so that nobody fills the audit from outside.

    Parameters
    ----------
    engine : of the accounts.
    secret : makes keys of addresses that tell nothing.
    clock : the present, with a time zone.
    """

    def __init__(self, engine: sa.Engine, secret: Secret, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._secret = secret
        self._clock = clock

    def note(self, action: str, *, address: str, user_id: str = "", why: str = "") -> None:
        """Write that something was refused.

        Parameters
        ----------
        action : what was tried: ``sign_in_locked``, ``session_refused``, ``form_refused``, ``right_claimed``, ``identity_unknown``, ``page_refused``.
        address : of the asker; counted as a keyed digest and not written.
        user_id : whose account or session it was about; empty where that is not known.
        why : one word of ours; never anything that was sent.
        """
        key = self._secret.keyed_digest(f"refused\0{action}\0{address}")
        now = self._clock()
        seen = sa.select(sa.func.count()).select_from(LoginAttempt).where(LoginAttempt.key == key, LoginAttempt.at > now - WINDOW)
        with reading(self._engine) as connection:
            if connection.execute(seen).scalar_one() >= MOST:
                return
        with writing(self._engine) as connection:
            connection.execute(sa.insert(LoginAttempt), {"key": key, "at": now})
            record(connection, now, actor=user_id, action=action, user_id=user_id, changes={"why": why} if why else None)
