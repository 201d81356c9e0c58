"""Accounts: people, what they may do, their sessions, attempts to sign in, and invitations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.orm

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "app_user",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", data.orm.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("locale IN ('ar', 'he', 'en')", name=op.f("ck_app_user_locale")),
        sa.CheckConstraint("length(display_name) BETWEEN 1 AND 80", name=op.f("ck_app_user_display_name_length")),
        sa.CheckConstraint("length(login) BETWEEN 3 AND 64", name=op.f("ck_app_user_login_length")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("login", name=op.f("uq_app_user_login")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", data.orm.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("length(key) = 64", name=op.f("ck_login_attempt_key_is_hashed")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_login_attempt")),
    )
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_attempt_key_at"), ["key", "at"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("created_at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("revoked_at", data.orm.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_login_session_ends_after_it_begins")),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_login_session_token_is_hashed")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name=op.f("fk_login_session_user_id_app_user")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_login_session_token_sha256")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_user_id"), ["user_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("invitation_id", sa.Text(), nullable=False),
        sa.Column("code_sha256", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Text(), nullable=True),
        sa.Column("clearance", sa.Integer(), nullable=False),
        sa.Column("set_up", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("used_at", data.orm.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("(role = 'partner') = (organisation_id IS NOT NULL)", name=op.f("ck_invitation_partner_has_organisation")),
        sa.CheckConstraint("(role = 'planner') = (area_id IS NOT NULL)", name=op.f("ck_invitation_planner_has_area")),
        sa.CheckConstraint("role <> 'admin' OR clearance = 0", name=op.f("ck_invitation_admin_is_not_cleared")),
        sa.CheckConstraint("role IN ('partner', 'planner', 'ministry', 'admin')", name=op.f("ck_invitation_role")),
        sa.CheckConstraint("clearance BETWEEN 0 AND 3", name=op.f("ck_invitation_clearance")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_invitation_ends_after_it_begins")),
        sa.CheckConstraint("length(code_sha256) = 64", name=op.f("ck_invitation_code_is_hashed")),
        sa.ForeignKeyConstraint(["area_id"], ["area.area_id"], name=op.f("fk_invitation_area_id_area")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_invitation_organisation_id_organisation")),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_invitation_code_sha256")),
    )
    op.create_table(
        "role_grant",
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Text(), nullable=True),
        sa.Column("clearance", sa.Integer(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("valid_until", data.orm.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("(role = 'partner') = (organisation_id IS NOT NULL)", name=op.f("ck_role_grant_partner_has_organisation")),
        sa.CheckConstraint("(role = 'planner') = (area_id IS NOT NULL)", name=op.f("ck_role_grant_planner_has_area")),
        sa.CheckConstraint("role <> 'admin' OR clearance = 0", name=op.f("ck_role_grant_admin_is_not_cleared")),
        sa.CheckConstraint("role IN ('partner', 'planner', 'ministry', 'admin')", name=op.f("ck_role_grant_role")),
        sa.CheckConstraint("clearance BETWEEN 0 AND 3", name=op.f("ck_role_grant_clearance")),
        sa.ForeignKeyConstraint(["area_id"], ["area.area_id"], name=op.f("fk_role_grant_area_id_area")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_role_grant_organisation_id_organisation")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name=op.f("fk_role_grant_user_id_app_user")),
        sa.PrimaryKeyConstraint("grant_id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    """Take the tables back, with all accounts."""
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_user_id"))
    op.drop_table("role_grant")
    op.drop_table("invitation")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_user_id"))
    op.drop_table("login_session")
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_attempt_key_at"))
    op.drop_table("login_attempt")
    op.drop_table("app_user")
