"""Tables of counts that centres send: as everybody may see them, and, sealed, as they were sent."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from data.orm import Base


class IssueCount(Base):
    """How often an issue was brought to a centre in an area in a year, small numbers held back; an empty ``issue`` is the sum of all.

    Parameters
    ----------
    sender : keyed digest of the organisation: of use only with the key.
    months : months of the year for which the centre sent anything.
    count : NULL where it is held back.
    """

    __tablename__ = "issue_count"
    sender: Mapped[str] = mapped_column(primary_key=True)
    issue: Mapped[str] = mapped_column(primary_key=True)
    area_id: Mapped[str] = mapped_column(sa.ForeignKey("area.area_id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    months: Mapped[int]
    count: Mapped[int | None]
    source_id: Mapped[str] = mapped_column(sa.ForeignKey("source.source_id"))
    __table_args__ = (sa.CheckConstraint("count >= 0", name="count"), sa.CheckConstraint("months BETWEEN 1 AND 12", name="months"))


class IssueSent(Base):
    """All that a centre has sent, by month, sealed."""

    __tablename__ = "issue_sent"
    sender: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    sealed: Mapped[bytes]
