"""Storage of the subscribed feeds."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from pipeline.store import schema
from pipeline.store.sql_store import SqlStore


class Subscription(NamedTuple):
    """A subscribed feed: every run without an INPUT reads it."""

    feed: str
    """Address without credentials."""
    named: str
    """Address as given: may contain credentials and must never be shown."""
    title: str
    folder: tuple[str, ...]


def subscribe(store: SqlStore, given: Iterable[Subscription]) -> int:
    """Adds subscriptions; existing ones get the new title, folder and credentials.

    Returns:
        The number of new ones.
    """
    table = schema.subscriptions
    rows = {one.feed: one._asdict() | {"folder": json.dumps(one.folder)} for one in given}
    with store.writing() as connection:
        before = set(connection.scalars(select(table.c.feed)))
        for feed in rows.keys() & before:
            connection.execute(delete(table).where(table.c.feed == feed))
        if rows:
            connection.execute(insert(table), list(rows.values()))
    return len(rows.keys() - before)


def unsubscribe(store: SqlStore, feeds: Iterable[str]) -> list[str]:
    """Deletes subscriptions; the articles and the history of the feeds stay.

    Returns:
        The feeds among these that were subscribed.
    """
    table = schema.subscriptions
    with store.writing() as connection:
        return [feed for feed in feeds if connection.execute(delete(table).where(table.c.feed == feed)).rowcount]


def subscriptions(store: SqlStore) -> list[Subscription]:
    """Reads all subscriptions, sorted by folder and address."""
    with store.reading() as connection:
        rows = connection.execute(select(schema.subscriptions)).all()
    found = [Subscription(row.feed, row.named, row.title, tuple(json.loads(row.folder))) for row in rows]
    return sorted(found, key=lambda one: (one.folder, one.feed))
