"""Tombstones by feed, so that one can go when no feed holds its article any more."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes the table anew; of a tombstone of before it is not known what feeds held its article, so it stays."""
    op.rename_table("tombstones", "tombstones_before")
    op.create_table(
        "tombstones",
        sa.Column("key", sa.String(), nullable=False, comment="of a deleted article or one of its aliases"),
        sa.Column("feed", sa.String(), nullable=False, comment="that held it, or '' where it never comes back"),
        sa.Column("last_seen", sa.BigInteger(), nullable=False, comment="when that feed last held it"),
        sa.PrimaryKeyConstraint("key", "feed", name="tombstones_by_feed"),
    )
    op.create_index("tombstones_feed", "tombstones", ["feed", "last_seen"])
    op.execute("INSERT INTO tombstones (key, feed, last_seen) SELECT key, '', at FROM tombstones_before")
    op.drop_table("tombstones_before")
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column(
            "rulings",
            "kind",
            existing_type=sa.String(),
            existing_nullable=False,
            comment="together, apart or pinned",
            existing_comment="together, apart, pinned or retracted",
        )
