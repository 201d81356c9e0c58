"""The table of what planning groups keep, append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.orm

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TRIGGERS = {
    "sqlite": tuple(
        f"CREATE TRIGGER kept_record_no_{verb.lower()} BEFORE {verb} ON kept_record BEGIN SELECT RAISE(ABORT, 'kept_record is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE TRIGGER kept_record_no_change BEFORE UPDATE OR DELETE ON kept_record FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER kept_record_no_truncate BEFORE TRUNCATE ON kept_record FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    """Make the table and its triggers."""
    op.create_table(
        "kept_record",
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", data.orm.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('index', 'decision', 'snapshot')", name=op.f("ck_kept_record_kind")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_kept_record")),
        sa.UniqueConstraint("kind", "area_id", "name", "version", name=op.f("uq_kept_record_kind_area_id_name_version")),
        sqlite_autoincrement=True,
    )
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop the table; its triggers go with it."""
    op.drop_table("kept_record")
