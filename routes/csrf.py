"""Signed tokens that show that a form was drawn by us, for this browser and this purpose, not long ago."""

from __future__ import annotations

import datetime as dt
import hmac
import re
from collections.abc import Callable

from data.secrecy import Secret

LIFETIME = dt.timedelta(minutes=30)
_TOKEN = re.compile(r"[0-9]{1,12}[.][0-9a-f]{64}")


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
        """Return a token for one purpose.

        Parameters
        ----------
        binding : what only this browser has: its session's token, or the cookie set with the form.
        purpose : which form.
        lifetime : how long it is good for.
        """
        expires = str(int((self._clock() + lifetime).timestamp()))
        return f"{expires}.{self._sign(binding, purpose, expires)}"

    def check(self, token: str, binding: str, purpose: str) -> bool:
        """Say whether a token was made for this browser and purpose and is not too old; without a binding none is."""
        if not binding or not _TOKEN.fullmatch(token):
            return False
        expires, _, signature = token.partition(".")
        good = hmac.compare_digest(signature, self._sign(binding, purpose, expires))
        return good and int(expires) > self._clock().timestamp()

    def _sign(self, binding: str, purpose: str, expires: str) -> str:
        return self._secret.keyed_digest(f"form\0{purpose}\0{expires}\0{binding}")
