"""Alembic's environment, which runs migrations on the connection of the upgrading transaction."""

from alembic import context

from pipeline.store import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
