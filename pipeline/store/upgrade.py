"""Upgrades the tables of a store to the newest revision."""

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from pipeline.store import schema
from pipeline.store.errors import StoreError

_SCRIPTS = Path(__file__).parent / "migrations"
_FIRST_RELEASE = "0005"


def revision(connection: Connection) -> str | None:
    """Reads the revision of the store's tables, None without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(select(column("version_num")).select_from(table("alembic_version")))


def upgrade(connection: Connection) -> None:
    """Upgrades the tables to the newest revision within the caller's transaction: all of it or nothing.

    Raises:
        StoreError: a later version of newsfold wrote the store, or one before the first release.
    """
    found = revision(connection)
    if found == schema.VERSION:
        return
    if found is not None:
        refuse_unknown(found)
    # Imported here because it is slow and only needed to create or upgrade a store.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, schema.VERSION)


def refuse_unknown(found: str) -> None:
    """Rejects a revision that this version of newsfold does not know.

    Raises:
        StoreError: the revision is newer, or older than the first release.
    """
    if found > schema.VERSION:
        raise StoreError(f"a later newsfold wrote the store: it has revision {found}, this one knows {schema.VERSION}")
    if found < _FIRST_RELEASE:
        raise StoreError(
            f"a newsfold before its first release wrote the store (revision {found}): read its inputs into a new one"
        )
