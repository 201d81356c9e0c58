"""Passwords: argon2id with the parameters of OWASP, one hash of nothing for people who do not exist, and the rules for a new one."""

from __future__ import annotations

import functools
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geo.errors import InputError

SHORTEST = 12
LONGEST = 200
FEWEST_SIGNS = 5
AT_ONCE = 4
"""Each check takes 19 MiB; more of them at the same time wait."""
COMMON = (
    "password", "passw0rd", "qwerty", "123456", "111111", "abcdef", "letmein", "iloveyou", "welcome", "admin", "changeme", "asdfgh", "zxcvbn", "secret",
    "jiwar",
)  # fmt: skip
"""What the commonest passwords are made of: one that is nothing but these and digits is refused."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id, 19 MiB, 2 passes, 1 lane: the OWASP Password Storage Cheat Sheet's minimum."""
_PLACES = threading.BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """Return the hash to keep."""
    with _PLACES:
        return _HASHER.hash(_plain(password))


def is_password(kept: str | None, password: str) -> bool:
    """Say whether ``password`` is the one; with no hash the same work is done and the answer is no.

    Parameters
    ----------
    kept : a hash, or None for somebody who does not exist.
    password : as typed.
    """
    with _PLACES:
        try:
            right = _HASHER.verify(kept or _nobodys(), _plain(password))
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None


def is_outdated(kept: str) -> bool:
    """Say whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def check_new(password: str, login: str) -> None:
    """Refuse a password that is easy to guess.

    Raises
    ------
    InputError : too short, too long, the login, or a common one.
    """
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise InputError("account.password_short", count=SHORTEST)
    if len(password) > LONGEST:
        raise InputError("account.password_long", count=LONGEST)
    folded = plain.casefold()
    if login.casefold() in folded and len(folded) < len(login) + SHORTEST // 2:
        raise InputError("account.password_login")
    rest = functools.reduce(lambda text, word: text.replace(word, ""), COMMON, folded)
    if len(set(folded)) < FEWEST_SIGNS or not rest.strip("0123456789 !.-_@#*"):
        raise InputError("account.password_common")


def _plain(password: str) -> str:
    """One form for letters that can be written in more ways than one; nobody makes us hash a book."""
    return unicodedata.normalize("NFKC", password[: LONGEST + 1])


@functools.cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
