"""Indexes for runs whose files are unwritten, and for the aliases of an article."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the indexes."""
    op.create_index("runs_exported", "runs", ["exported"])
    op.create_index("aliases_article", "aliases", ["article"])
