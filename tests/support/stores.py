"""Stores without anything in them, and the whole of what is in one."""

import secrets
from typing import Any

from sqlalchemy import MetaData, create_engine, select, update
from sqlalchemy.pool import NullPool

from pipeline.store import schema
from pipeline.store.engine import open_engine
from pipeline.store.upgrade import upgrade

_HISTORY = {"runs"}
_ASIDE = {"run", "runs"}
"""Columns that name a run."""
_OWN_META = {"identity", "commits"}


def make_tables(store_url: str) -> None:
    """Makes the tables of a store in an empty database."""
    engine = open_engine(store_url)
    with engine.execution_options(writes=True).begin() as connection:
        upgrade(connection)
    engine.dispose()


def change_identity(store_url: str) -> None:
    """Gives a copy of a store an identity of its own, by which processes remember its segments."""
    engine = open_engine(store_url)
    identity = schema.store_meta.c.name == "identity"
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(schema.store_meta).where(identity).values(value=secrets.randbits(63)))
    engine.dispose()


def content(store_url: str) -> dict[str, list[Any]]:
    """All rows of all tables, run history aside: whatever a row says of which run wrote it is left out.

    What runs refused is counted once, however many tried; a segment is known by what it holds, since PostgreSQL gives
    an id that was rolled back to nobody.
    """
    engine = create_engine(store_url, poolclass=NullPool)
    tables = MetaData()
    found: dict[str, list[Any]] = {}
    with engine.connect() as connection:
        tables.reflect(connection)
        for name, table in tables.tables.items():
            if name in _HISTORY:
                continue
            aside = _ASIDE | ({"position"} if name == "rejected" else set()) | ({"id"} if name == "segments" else set())
            columns = [column for column in table.c if column.name not in aside]
            rows = [tuple(row) for row in connection.execute(select(*columns))]
            if name == "store_meta":
                rows = [row for row in rows if row[0] not in _OWN_META]
            found[name] = sorted(set(rows) if name == "rejected" else rows, key=repr)
    engine.dispose()
    return found
