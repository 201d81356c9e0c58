"""The tables of accounts: in a database of their own, so that a registry which is handed on takes nobody's account along."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from data import orm
from data.orm import LongId, one_of
from geo import model

ROLES = ("partner", "planner", "ministry", "admin")
"""Roles that can be granted; whoever has none is the public."""


class Base(DeclarativeBase):
    """Base of the tables of accounts."""

    metadata = sa.MetaData(naming_convention=orm.NAMING)
    type_annotation_map = orm.Base.type_annotation_map


def _right() -> tuple[sa.CheckConstraint, ...]:
    """Return what a grant and an invitation must both fulfil."""
    return (
        one_of("role", ROLES, name="role"),
        sa.CheckConstraint("clearance BETWEEN 0 AND 3", name="clearance"),
        sa.CheckConstraint("(role = 'planner') = (area_id IS NOT NULL)", name="planner_has_area"),
        sa.CheckConstraint("(role = 'partner') = (organisation_id IS NOT NULL)", name="partner_has_organisation"),
        sa.CheckConstraint("role <> 'admin' OR clearance = 0", name="admin_is_not_cleared"),
    )


class AccountBook(Base):
    """One row: the workspace that these accounts are for, so that a right given for practice is never one over real records."""

    __tablename__ = "account_book"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    workspace: Mapped[str]
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"), one_of("workspace", ("registry", "training"), name="workspace"))


class AppUser(Base):
    """Somebody who can sign in. Holds no contact data; ``login`` is folded, so that it is there once however it is typed.

    Without a ``password_hash`` only a provider's word signs the person in.
    """

    __tablename__ = "app_user"
    user_id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str | None]
    locale: Mapped[str]
    active: Mapped[bool]
    created_at: Mapped[dt.datetime]
    __table_args__ = (
        one_of("locale", model.LANGUAGES, name="locale"),
        sa.CheckConstraint("length(login) BETWEEN 3 AND 64", name="login_length"),
        sa.CheckConstraint("length(display_name) BETWEEN 1 AND 80", name="display_name_length"),
        sa.CheckConstraint("substr(password_hash, 1, 10) = '$argon2id$'", name="password_is_hashed"),
    )


class LoginIdentity(Base):
    """Who a person is at an OpenID Connect provider: its issuer and the subject that it never gives to anybody else."""

    __tablename__ = "login_identity"
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("app_user.user_id"), index=True)
    linked_by: Mapped[str]
    linked_at: Mapped[dt.datetime]


class RoleGrant(Base):
    """What a person may do and where; it ends at ``valid_until`` and is never deleted. Its area and organisation are of the registry."""

    __tablename__ = "role_grant"
    grant_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("app_user.user_id"), index=True)
    role: Mapped[str]
    area_id: Mapped[str | None]
    organisation_id: Mapped[str | None]
    clearance: Mapped[int]
    granted_by: Mapped[str]
    granted_at: Mapped[dt.datetime]
    valid_until: Mapped[dt.datetime | None]
    __table_args__ = _right()


class LoginSession(Base):
    """A signed-in browser: of its token only the SHA-256 is kept."""

    __tablename__ = "login_session"
    session_id: Mapped[str] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("app_user.user_id"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.CheckConstraint("length(token_sha256) = 64", name="token_is_hashed"),
        sa.CheckConstraint("expires_at > created_at", name="ends_after_it_begins"),
    )


class LoginAttempt(Base):
    """A try that counts against an account or an address; both stand as keyed digests."""

    __tablename__ = "login_attempt"
    attempt_id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    key: Mapped[str]
    at: Mapped[dt.datetime]
    __table_args__ = (sa.Index(None, "key", "at"), sa.CheckConstraint("length(key) = 64", name="key_is_hashed"))


class SpentToken(Base):
    """A token that works once and was used: the SHA-256 of it, kept until it would be too old anyway."""

    __tablename__ = "spent_token"
    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)
    __table_args__ = (sa.CheckConstraint("length(token_sha256) = 64", name="token_is_hashed"),)


class Invitation(Base):
    """A code that lets somebody make an account with one right; works once. The set-up code is one for the first admin."""

    __tablename__ = "invitation"
    invitation_id: Mapped[str] = mapped_column(primary_key=True)
    code_sha256: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    area_id: Mapped[str | None]
    organisation_id: Mapped[str | None]
    clearance: Mapped[int]
    set_up: Mapped[bool]
    created_by: Mapped[str]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    __table_args__ = (
        *_right(),
        sa.CheckConstraint("length(code_sha256) = 64", name="code_is_hashed"),
        sa.CheckConstraint("expires_at > created_at", name="ends_after_it_begins"),
    )


class AccountEvent(Base):
    """What happened to accounts, when and through whom; triggers refuse any change of these rows."""

    __tablename__ = "account_event"
    event_id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str]
    user_id: Mapped[str] = mapped_column(index=True)
    changes: Mapped[dict[str, Any]]
    __table_args__ = ({"sqlite_autoincrement": True},)
