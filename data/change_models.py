"""The tables of what changes: the audit, what partners propose and what became of it, and who opened what is kept. All of it is sealed."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from data.orm import Base, LongId, one_of
from geo.submissions import STATES


class AuditEvent(Base):
    """What changed, when and through whom; triggers refuse any change of these rows.

    What changed is always sealed: a site that is public today may need protection tomorrow, and this row stays.
    """

    __tablename__ = "audit_event"
    event_id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[str]
    entity_version: Mapped[int]
    batch_id: Mapped[str | None]
    sealed: Mapped[bytes]
    __table_args__ = (sa.Index(None, "entity", "entity_id"), {"sqlite_autoincrement": True})


class ExactView(Base):
    """Somebody opened what is kept from everybody: who, when and, sealed, which site and why; never what was seen. Append-only."""

    __tablename__ = "exact_view"
    view_id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    sealed: Mapped[bytes]
    __table_args__ = ({"sqlite_autoincrement": True},)


class Submission(Base):
    """What a partner proposes and what became of it; all that it says is sealed until it is published."""

    __tablename__ = "submission"
    submission_id: Mapped[str] = mapped_column(primary_key=True)
    client_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    submitted_by: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    seen: Mapped[bool]
    sealed: Mapped[bytes]
    __table_args__ = (one_of("state", STATES, name="state"),)


class SubmissionEvent(Base):
    """A move of a submission, append-only; its reasons are sealed."""

    __tablename__ = "submission_event"
    event_id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    submission_id: Mapped[str] = mapped_column(sa.ForeignKey("submission.submission_id"), index=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    move: Mapped[str]
    state: Mapped[str]
    sealed: Mapped[bytes]
    __table_args__ = (one_of("state", STATES, name="state"), {"sqlite_autoincrement": True})
