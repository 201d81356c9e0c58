"""Alembic's entry: run the migrations on the connection that the store hands over."""

from __future__ import annotations

from alembic import context

from data import change_models, indicators_models, kept_models  # noqa: F401 - register their tables
from data.migrations_scope import ours
from data.models import Site

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Site.metadata,
    render_as_batch=True,
    include_object=ours,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
