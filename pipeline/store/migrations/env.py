"""Alembic's way into the store: it gets the connection of the transaction that upgrades."""

from alembic import context

from pipeline.store import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
