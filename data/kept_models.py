"""The table of what planning groups keep: indexes, decisions and snapshots, each version for good."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from data.orm import Base, LongId, one_of

KINDS = ("index", "decision", "snapshot")


class KeptRecord(Base):
    """One version of something that was given a name; triggers refuse any change of these rows."""

    __tablename__ = "kept_record"
    record_id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    kind: Mapped[str]
    country: Mapped[str]
    area_id: Mapped[str]
    name: Mapped[str]
    version: Mapped[int]
    body: Mapped[str]
    sha256: Mapped[str]
    edition: Mapped[str]
    actor: Mapped[str]
    created_at: Mapped[dt.datetime]
    __table_args__ = (
        one_of("kind", KINDS, name="kind"),
        sa.UniqueConstraint("kind", "area_id", "name", "version"),
        {"sqlite_autoincrement": True},
    )
