"""Alembic's entry: run the migrations of accounts on the connection that is handed over."""

from __future__ import annotations

from alembic import context

from data.account_models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=context.config.attributes["version_table"],
    render_as_batch=True,
    include_name=lambda name, kind, _parents: kind != "table" or name in Base.metadata.tables,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
