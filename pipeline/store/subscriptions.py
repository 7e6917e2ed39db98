"""Feeds in the store: subscriptions, and how each feed is."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import case, delete, func, insert, select

from pipeline.store import schema
from pipeline.store.sql_store import SqlStore
from transforms.records import FeedState

_DAYS = 7
"""The articles of so many days are counted."""


class Subscription(NamedTuple):
    """A feed that runs without an INPUT read."""

    feed: str
    """Address without credentials."""
    named: str
    """Address as given: may hold credentials, never to be shown."""
    title: str
    folder: tuple[str, ...]


class FeedHealth(NamedTuple):
    """One line of the health table."""

    state: FeedState
    articles_per_day: float
    """Articles of the last seven days that it held, a day."""
    duplicates: float
    """Share of these that another feed brought first or that copy another article, 0 to 1."""


def subscribe(store: SqlStore, given: Iterable[Subscription]) -> int:
    """Adds subscriptions; what is there already gets its new title, folder and credentials.

    Returns:
        How many are new.
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
    """Takes feeds off the list; their articles and their history stay. Returns those that were on it."""
    table = schema.subscriptions
    with store.writing() as connection:
        return [feed for feed in feeds if connection.execute(delete(table).where(table.c.feed == feed)).rowcount]


def subscriptions(store: SqlStore) -> list[Subscription]:
    """All of them, by folder and address."""
    with store.reading() as connection:
        rows = connection.execute(select(schema.subscriptions)).all()
    found = [Subscription(row.feed, row.named, row.title, tuple(json.loads(row.folder))) for row in rows]
    return sorted(found, key=lambda one: (one.folder, one.feed))


def feeds_health(store: SqlStore, now: int) -> Sequence[FeedHealth]:
    """How every feed is that was ever asked or is subscribed to, by address.

    Args:
        store: to be read.
        now: UTC epoch seconds, the end of the days that are counted.
    """
    articles, sightings = schema.articles.c, schema.sightings.c
    pairs = select(sightings.article, sightings.feed).distinct().subquery()
    foreign = case(((articles.feed != pairs.c.feed) | (articles.copy_of != 0), 1), else_=0)
    statement = (
        select(pairs.c.feed, func.count(), func.sum(foreign))
        .join(schema.articles, articles.number == pairs.c.article)
        .where(func.coalesce(articles.published, articles.first_seen) > now - _DAYS * 86_400)
        .group_by(pairs.c.feed)
    )
    with store.reading() as connection:
        states = {row.feed: FeedState(**row._mapping) for row in connection.execute(select(schema.feeds))}
        counts = {feed: (total, other) for feed, total, other in connection.execute(statement)}
    for one in subscriptions(store):
        states.setdefault(one.feed, FeedState(one.feed, title=one.title))
    return [
        FeedHealth(state, total / _DAYS, other / total if total else 0.0)
        for feed, state in sorted(states.items())
        for total, other in [counts.get(feed, (0, 0))]
    ]
