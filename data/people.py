"""People who can sign in: how logins and names are written, and the rows they are kept in."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from data import account_models
from data.identities import Identity
from data.passwords import check_new, hash_password
from data.rights import Grant, grants_of
from geo.errors import InputError

_LOGIN = re.compile(r"[^\W_][\w.@+-]{2,63}")
_JOINERS = "\u200c\u200d"
"""Signs without width that some names need; other signs of their kind can turn the direction of what follows."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can sign in, with all grants ever given."""

    user_id: str
    login: str
    display_name: str
    active: bool
    created_at: dt.datetime
    grants: tuple[Grant, ...]


def everybody(connection: sa.Connection) -> list[User]:
    """Return all people, those with closed accounts too, by login."""
    rows = connection.execute(sa.select(account_models.AppUser.__table__).order_by(account_models.AppUser.login)).all()
    return [User(row.user_id, row.login, row.display_name, row.active, row.created_at, tuple(grants_of(connection, row.user_id))) for row in rows]


def names_of(connection: sa.Connection, user_ids: Collection[str]) -> dict[str, str]:
    """Return the display names of people by id, those with closed accounts too; unknown ids are left out."""
    user = account_models.AppUser
    rows = connection.execute(sa.select(user.user_id, user.display_name).where(user.user_id.in_(user_ids)))
    return {row.user_id: row.display_name for row in rows}


def id_of(connection: sa.Connection, login: str) -> str:
    """Return the id of whoever has a login.

    Raises
    ------
    InputError : nobody has.
    """
    folded = fold_login(login)
    found = connection.scalar(sa.select(account_models.AppUser.user_id).where(account_models.AppUser.login == folded)) if is_login(folded) else None
    if found is None:
        raise InputError("account.unknown_user", login=login)
    return found


def new_row(login: str, display_name: str, password: str, *, locale: str, now: dt.datetime) -> dict[str, object]:
    """Return the row of a new person.

    Raises
    ------
    InputError : the login has signs that it may not have, the name is empty, or the password is easy to guess.
    """
    folded = fold_login(login)
    if not is_login(folded):
        raise InputError("account.login_shape")
    name = _one_line(display_name)
    if not name:
        raise InputError("account.name_shape")
    check_new(password, folded)
    return {"user_id": uuid.uuid4().hex, "login": folded, "display_name": name, "password_hash": hash_password(password), "locale": locale,
            "active": True, "created_at": now}  # fmt: skip


def new_identity_row(identity: Identity, *, locale: str, now: dt.datetime) -> dict[str, object]:
    """Return the row of a new person who signs in through a provider: without a password, the verified address as the login shown."""
    folded = fold_login(identity.email)
    login = folded if is_login(folded) else random_login()
    name = _one_line(identity.name) or login
    return {"user_id": uuid.uuid4().hex, "login": login, "display_name": name, "password_hash": None, "locale": locale, "active": True,
            "created_at": now}  # fmt: skip


def random_login() -> str:
    """Return a login that nobody has, for somebody whose own is taken or cannot be one."""
    return f"person-{uuid.uuid4().hex[:12]}"


def is_login(folded: str) -> bool:
    """Say whether a folded login is one that could exist; nothing else is looked up."""
    return _LOGIN.fullmatch(folded) is not None


def fold_login(login: str) -> str:
    """Return the one form of a login: however it is typed, it is the same account."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", login[:100]).casefold()).strip()


def _one_line(name: str) -> str:
    """Return a name without control signs and without signs that turn the direction of what follows."""
    kept = "".join(" " if sign.isspace() else sign for sign in name if sign.isspace() or sign in _JOINERS or unicodedata.category(sign)[0] != "C")
    return " ".join(kept.split())[:80].strip()
