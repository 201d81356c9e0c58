"""The counts that centres send: what may be shown, and, sealed, what was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "issue_sent",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_issue_sent")),
    )
    op.create_table(
        "issue_count",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_issue_count_count")),
        sa.CheckConstraint("months BETWEEN 1 AND 12", name=op.f("ck_issue_count_months")),
        sa.ForeignKeyConstraint(["area_id"], ["area.area_id"], name=op.f("fk_issue_count_area_id_area")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_issue_count_source_id_source")),
        sa.PrimaryKeyConstraint("sender", "issue", "area_id", "year", name=op.f("pk_issue_count")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("issue_count")
    op.drop_table("issue_sent")
