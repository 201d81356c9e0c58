"""Tokens that work once: using one is written down, and a second use is refused, in whichever process it comes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

import sqlalchemy as sa

from data.account_models import SpentToken
from data.engine import writing


class Spent:
    """The tokens that were used.

    Parameters
    ----------
    engine : of the accounts.
    clock : the present, with a time zone.
    """

    def __init__(self, engine: sa.Engine, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def spend(self, token: str, expires_at: dt.datetime) -> bool:
        """Use a token up, and say whether this was the first time.

        Parameters
        ----------
        token : of which only the SHA-256 is kept.
        expires_at : when it is too old anyway, so that nothing needs to be kept of it any longer.
        """
        row = {"token_sha256": hashlib.sha256(token.encode("utf-8", "replace")).hexdigest(), "expires_at": expires_at}
        try:
            with writing(self._engine) as connection:
                connection.execute(sa.delete(SpentToken).where(SpentToken.expires_at <= self._clock()))
                connection.execute(sa.insert(SpentToken), row)
        except sa.exc.IntegrityError:
            return False
        return True
