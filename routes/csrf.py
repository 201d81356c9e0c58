"""Signed tokens that show that a form was drawn by us, for this browser and this purpose, not long ago; each is good once."""

from __future__ import annotations

import datetime as dt
import hmac
import re
import secrets
from collections.abc import Callable

from data.secrecy import Secret
from data.spent import Spent

LIFETIME = dt.timedelta(minutes=30)
_TOKEN = re.compile(r"([0-9]{1,11})[.]([A-Za-z0-9_-]{16})[.]([0-9a-f]{64})")


class FormTokens:
    """Makes and checks tokens.

    Parameters
    ----------
    secret : the installation's secret.
    clock : the present, with a time zone.
    """

    def __init__(self, secret: Secret, clock: Callable[[], dt.datetime]) -> None:
        self._secret = secret
        self._clock = clock

    def make(self, binding: str, purpose: str, lifetime: dt.timedelta = LIFETIME) -> str:
        """Return a token for one purpose, unlike any other.

        Parameters
        ----------
        binding : what only this browser has: its session's token, or the cookie set with the form.
        purpose : which form.
        lifetime : how long it is good for.
        """
        expires = str(int((self._clock() + lifetime).timestamp()))
        nonce = secrets.token_urlsafe(12)
        return f"{expires}.{nonce}.{self._sign(binding, purpose, expires, nonce)}"

    def check(self, token: str, binding: str, purpose: str) -> dt.datetime | None:
        """Return until when a token made for this browser and purpose is good; None for any other, and without a binding."""
        found = _TOKEN.fullmatch(token)
        if not binding or found is None:
            return None
        expires, nonce, signature = found.groups()
        good = hmac.compare_digest(signature, self._sign(binding, purpose, expires, nonce))
        return dt.datetime.fromtimestamp(int(expires), dt.UTC) if good and int(expires) > self._clock().timestamp() else None

    def use(self, token: str, binding: str, purpose: str, spent: Spent) -> bool:
        """Check a token and use it up; False for one that was used before, in whichever tab or process."""
        expires = self.check(token, binding, purpose)
        return expires is not None and spent.spend(token, expires)

    def _sign(self, binding: str, purpose: str, expires: str, nonce: str) -> str:
        return self._secret.keyed_digest(f"form\0{purpose}\0{expires}\0{nonce}\0{binding}")
