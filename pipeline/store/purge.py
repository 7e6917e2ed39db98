"""Deleting what is old: articles of closed stories go, and what they were known by stays, so that they stay gone."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, or_, select

from pipeline.store import schema
from pipeline.store.sql_store import DAY, SqlStore

_BATCH = 500


class Purged(NamedTuple):
    """What was deleted."""

    articles: int
    stories: int
    runs: int


def purge(store: SqlStore, *, before: int, now: int, horizon_seconds: int) -> Purged:
    """Deletes closed stories that last changed before a time, whole, and the runs before it.

    Each article leaves a tombstone for every key that it was known by: a feed that still lists it does not bring it
    back. Index segments go that no window looks at any more.

    Args:
        store: held by the caller alone.
        before: the data clock, in seconds since 1970.
        now: for the tombstones.
        horizon_seconds: how far back windows look.
    """
    stories = schema.stories.c
    with store.transaction() as connection:
        ended = select(stories.number).where(stories.state == "closed", stories.quiet_since < before)
        numbers = list(connection.scalars(ended))
        articles = 0
        for chunk in _chunks(numbers):
            articles += _delete_stories(connection, chunk, now)
        clock = connection.scalar(select(schema.facts.c.value).where(schema.facts.c.name == "clock")) or 0
        oldest = min(before, clock - horizon_seconds) // DAY
        connection.execute(delete(schema.segments).where(schema.segments.c.day < oldest))
        runs = _delete_runs(connection, before)
    store.compact()
    return Purged(articles, len(numbers), runs)


def _chunks(numbers: Iterable[int]) -> Iterator[list[int]]:
    every = list(numbers)
    return (every[low : low + _BATCH] for low in range(0, len(every), _BATCH))


def _delete_stories(connection: Connection, stories: list[int], now: int) -> int:
    articles = schema.articles.c
    rows = connection.execute(select(articles.number, articles.key).where(articles.story.in_(stories)))
    keys_of = {row.number: row.key for row in rows}
    for chunk in _chunks(keys_of):
        others = connection.scalars(select(schema.aliases.c.key).where(schema.aliases.c.article.in_(chunk)))
        buried = {keys_of[number] for number in chunk}.union(others)
        connection.execute(insert(schema.tombstones), [{"key": key, "at": now} for key in sorted(buried)])
        for table, condition in _all_of(chunk):
            connection.execute(delete(table).where(condition))
    ended = schema.stories.c
    connection.execute(delete(schema.stories).where(ended.merged_into.in_(stories)))
    connection.execute(delete(schema.stories).where(ended.number.in_(stories)))
    return len(keys_of)


def _all_of(articles: list[int]) -> list[tuple[Table, ColumnElement[bool]]]:
    """Everything that hangs on these articles, and at last they themselves."""
    links, rulings = schema.links.c, schema.rulings.c
    return [
        (schema.links, or_(links.left.in_(articles), links.right.in_(articles))),
        (schema.rulings, or_(rulings.left.in_(articles), rulings.right.in_(articles))),
        (schema.sketches, schema.sketches.c.article.in_(articles)),
        (schema.sightings, schema.sightings.c.article.in_(articles)),
        (schema.aliases, schema.aliases.c.article.in_(articles)),
        (schema.articles, schema.articles.c.number.in_(articles)),
    ]


def _delete_runs(connection: Connection, before: int) -> int:
    runs = schema.runs.c
    newest = connection.scalar(select(func.max(runs.epoch))) or 0
    old = select(runs.id).where(runs.started < before, runs.exported.is_(True), runs.epoch < newest)
    ids = list(connection.scalars(old))
    for low in range(0, len(ids), _BATCH):
        chunk = ids[low : low + _BATCH]
        for table in (schema.changes, schema.rejected):
            connection.execute(delete(table).where(table.c.run.in_(chunk)))
        connection.execute(delete(schema.runs).where(runs.id.in_(chunk)))
    return len(ids)
