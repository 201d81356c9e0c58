"""The first tables of accounts, and the triggers that keep what happened to accounts append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.orm

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER account_event_no_{verb.lower()} BEFORE {verb} ON account_event "
        "BEGIN SELECT RAISE(ABORT, 'account_event is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        """CREATE FUNCTION account_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'account_event is append-only'; END $$""",
        """CREATE TRIGGER account_event_no_change BEFORE UPDATE OR DELETE ON account_event
        FOR EACH ROW EXECUTE FUNCTION account_event_refuse()""",
        """CREATE TRIGGER account_event_no_truncate BEFORE TRUNCATE ON account_event
        FOR EACH STATEMENT EXECUTE FUNCTION account_event_refuse()""",
    ),
}
TABLES = ("role_grant", "login_session", "login_identity", "account_book", "account_event", "app_user", "invitation", "login_attempt", "spent_token")
"""In the order in which they can be dropped."""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "account_book",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.CheckConstraint("workspace IN ('registry', 'training')", name=op.f("ck_account_book_workspace")),
        sa.CheckConstraint("id = 1", name=op.f("ck_account_book_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_book")),
    )
    op.create_table(
        "account_event",
        sa.Column("event_id", data.orm.LongId, autoincrement=True, nullable=False),
        sa.Column("at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("changes", data.orm.Json, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_account_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_account_event_at"), "account_event", ["at"], unique=False)
    op.create_index(op.f("ix_account_event_user_id"), "account_event", ["user_id"], unique=False)
    op.create_table(
        "app_user",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", data.orm.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("locale IN ('ar', 'he', 'en')", name=op.f("ck_app_user_locale")),
        sa.CheckConstraint("substr(password_hash, 1, 10) = '$argon2id$'", name=op.f("ck_app_user_password_is_hashed")),
        sa.CheckConstraint("length(display_name) BETWEEN 1 AND 80", name=op.f("ck_app_user_display_name_length")),
        sa.CheckConstraint("length(login) BETWEEN 3 AND 64", name=op.f("ck_app_user_login_length")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("login", name=op.f("uq_app_user_login")),
    )
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
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_invitation_code_sha256")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("attempt_id", data.orm.LongId, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", data.orm.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("length(key) = 64", name=op.f("ck_login_attempt_key_is_hashed")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_login_attempt")),
    )
    op.create_index(op.f("ix_login_attempt_key_at"), "login_attempt", ["key", "at"], unique=False)
    op.create_table(
        "spent_token",
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("expires_at", data.orm.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_spent_token_token_is_hashed")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_spent_token")),
    )
    op.create_index(op.f("ix_spent_token_expires_at"), "spent_token", ["expires_at"], unique=False)
    op.create_table(
        "login_identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("linked_by", sa.Text(), nullable=False),
        sa.Column("linked_at", data.orm.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name=op.f("fk_login_identity_user_id_app_user")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_login_identity")),
    )
    op.create_index(op.f("ix_login_identity_user_id"), "login_identity", ["user_id"], unique=False)
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
    op.create_index(op.f("ix_login_session_user_id"), "login_session", ["user_id"], unique=False)
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
        sa.ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name=op.f("fk_role_grant_user_id_app_user")),
        sa.PrimaryKeyConstraint("grant_id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_user_id"), "role_grant", ["user_id"], unique=False)
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take the tables back, with all accounts."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION account_event_refuse()")
