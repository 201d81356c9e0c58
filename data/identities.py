"""People whom an OpenID Connect provider vouches for, and the accounts that they are linked to. Rights never come from a provider."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from data.account_models import AppUser, LoginIdentity
from geo.errors import InputError

LONGEST_SUBJECT = 255
LONGEST_ISSUER = 500


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as a provider knows them.

    Parameters
    ----------
    issuer, subject : who says so, and its name for the person that is never given to anybody else: together the key.
    name : to be shown; may be empty.
    email : only one that the provider has verified, and only to be shown as a login; it links to nothing.
    """

    issuer: str
    subject: str
    name: str = ""
    email: str = ""

    @classmethod
    def from_claims(cls, claims: Mapping[str, object]) -> Identity | None:
        """Read the claims of a verified ID token; None where the issuer or the subject is missing or out of shape."""
        issuer, subject = claims.get("iss"), claims.get("sub")
        if not _good(issuer, LONGEST_ISSUER) or not _good(subject, LONGEST_SUBJECT):
            return None
        name = next((str(claims[key]) for key in ("name", "preferred_username") if claims.get(key)), "")
        email = str(claims.get("email") or "") if claims.get("email_verified") is True else ""
        return cls(str(issuer), str(subject), name[:200], email[:200])


def _good(text: object, longest: int) -> bool:
    return isinstance(text, str) and 0 < len(text) <= longest and text.isprintable()


def user_of(connection: sa.Connection, identity: Identity) -> str | None:
    """Return the id of the open account that an identity is linked to; None where there is none."""
    mine = (LoginIdentity.issuer == identity.issuer) & (LoginIdentity.subject == identity.subject) & AppUser.active
    return connection.scalar(sa.select(AppUser.user_id).join(LoginIdentity, LoginIdentity.user_id == AppUser.user_id).where(mine))


def link(connection: sa.Connection, user_id: str, identity: Identity, *, now: dt.datetime, linked_by: str) -> None:
    """Let an identity sign in to an account.

    Raises
    ------
    InputError : it is out of shape, or linked already, be it to a closed account.
    """
    if not _good(identity.issuer, LONGEST_ISSUER) or not _good(identity.subject, LONGEST_SUBJECT):
        raise InputError("account.identity_shape")
    there = (LoginIdentity.issuer == identity.issuer) & (LoginIdentity.subject == identity.subject)
    if connection.scalar(sa.select(LoginIdentity.user_id).where(there)) is not None:
        raise InputError("account.identity_taken")
    row = {"issuer": identity.issuer, "subject": identity.subject, "user_id": user_id, "linked_by": linked_by, "linked_at": now}
    connection.execute(sa.insert(LoginIdentity), row)


def unlink(connection: sa.Connection, user_id: str) -> int:
    """Let no identity sign in to an account any more, and return how many could."""
    return connection.execute(sa.delete(LoginIdentity).where(LoginIdentity.user_id == user_id)).rowcount
