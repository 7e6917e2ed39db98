"""Epochs of runs; tombstones of deleted articles; rulings of people."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Numbers the runs in their order, and makes the new tables."""
    # Nothing that makes SQLite write the table anew: other tables refer to it.
    op.add_column(
        "runs",
        sa.Column(
            "epoch",
            sa.BigInteger(),
            nullable=False,
            server_default="0",
            comment="fencing token: only the newest run may write",
        ),
    )
    connection = op.get_bind()
    table = sa.table("runs", sa.column("id"), sa.column("started"), sa.column("epoch"))
    ids = connection.scalars(sa.select(table.c.id).order_by(table.c.started, table.c.id)).all()
    for epoch, run in enumerate(ids, 1):
        connection.execute(sa.update(table).where(table.c.id == run).values(epoch=epoch))
    op.create_index("runs_epoch", "runs", ["epoch"], unique=True)
    op.create_table(
        "tombstones",
        sa.Column("key", sa.String(), nullable=False, comment="of a deleted article or one of its aliases"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="when it was deleted"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "rulings",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="together, apart, pinned or retracted"),
        sa.Column("left", sa.BigInteger(), nullable=False, comment="an article"),
        sa.Column("right", sa.BigInteger(), comment="another, for together and apart"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="when it was made"),
        sa.ForeignKeyConstraint(["left"], ["articles.number"]),
        sa.ForeignKeyConstraint(["right"], ["articles.number"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("rulings_left", "rulings", ["left"])
    op.create_index("rulings_right", "rulings", ["right"])
