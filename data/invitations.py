"""Codes that make an account with one right: issued, found and used up once. The store keeps their SHA-256 only."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import secrets
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from data import account_models
from data.rights import Right
from geo.errors import InputError

_BYTES = 15
_GROUP = 6


@dataclass(frozen=True, slots=True)
class Invited:
    """What a code that still works gives.

    Parameters
    ----------
    invitation_id : which one.
    right : what the new account may do.
    set_up : it is for the first admin, and void as soon as there is one.
    created_by : who invited.
    """

    invitation_id: str
    right: Right
    set_up: bool
    created_by: str


def issue(connection: sa.Connection, right: Right, *, now: dt.datetime, lifetime: dt.timedelta, created_by: str, set_up: bool = False) -> str:
    """Write an invitation and return its code: 120 random bits in letters and digits that can be read out."""
    code = base64.b32encode(secrets.token_bytes(_BYTES)).decode()
    row = {"invitation_id": uuid.uuid4().hex, "code_sha256": _digest(code), "set_up": set_up, "created_by": created_by, "created_at": now,
           "expires_at": now + lifetime, "used_at": None, **right.columns()}  # fmt: skip
    connection.execute(sa.insert(account_models.Invitation), row)
    return "-".join(code[i : i + _GROUP] for i in range(0, len(code), _GROUP))


def find(connection: sa.Connection, code: str, *, now: dt.datetime) -> Invited:
    """Return what a code gives.

    Raises
    ------
    InputError : it is unknown, used or too old; the words do not say which.
    """
    table = account_models.Invitation
    good = (table.code_sha256 == _digest(code)) & table.used_at.is_(None) & (table.expires_at > now)
    row = connection.execute(sa.select(table.__table__).where(good)).one_or_none()
    if row is None:
        raise InputError("account.code")
    right = Right(row.role, row.area_id or "", row.organisation_id or "", row.clearance)
    return Invited(row.invitation_id, right, row.set_up, row.created_by)


def use_up(connection: sa.Connection, invited: Invited, *, now: dt.datetime) -> None:
    """Let the code never work again."""
    table = account_models.Invitation
    connection.execute(sa.update(table).where(table.invitation_id == invited.invitation_id).values(used_at=now))


def _digest(code: str) -> str:
    plain = re.sub(r"[\s-]", "", code[:100]).upper()
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
