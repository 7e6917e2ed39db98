"""Access to the single numbers of a store in `store_meta`."""

import secrets

from sqlalchemy import Connection, insert, select, update

from pipeline.store import schema
from pipeline.store.errors import StoreError


def add_missing_meta(connection: Connection) -> None:
    """Adds the numbers that are missing, with their initial values."""
    wanted = {"clock": 0, "next_article": 1, "next_story": 1, "commits": 0, "draining": 0}
    wanted["identity"] = secrets.randbits(63)
    found = set(connection.scalars(select(schema.store_meta.c.name)))
    missing = [{"name": name, "value": value} for name, value in wanted.items() if name not in found]
    if missing:
        connection.execute(insert(schema.store_meta), missing)


def read_meta(connection: Connection, name: str) -> int:
    """Reads one number.

    Raises:
        StoreError: the store was never created.
    """
    value: int | None = connection.scalar(select(schema.store_meta.c.value).where(schema.store_meta.c.name == name))
    if value is None:
        raise StoreError(f"the store {connection.engine.url!r} has no {name!r} in store_meta: it was never created")
    return value


def set_meta(connection: Connection, name: str, value: int) -> None:
    """Replaces one number."""
    connection.execute(update(schema.store_meta).where(schema.store_meta.c.name == name).values(value=value))


def raise_meta(connection: Connection, name: str, value: int) -> None:
    """Replaces one number if the new one is greater."""
    meta = schema.store_meta.c
    connection.execute(update(schema.store_meta).where(meta.name == name, meta.value < value).values(value=value))
