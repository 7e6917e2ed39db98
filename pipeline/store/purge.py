"""Deletes articles and stories; tombstones of their keys prevent feeds from bringing them back."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Table,
    delete,
    func,
    or_,
    select,
    union,
)

from pipeline.store import schema
from pipeline.store.commit import upsert
from pipeline.store.engine import chunks
from pipeline.store.meta import read_meta, set_meta
from pipeline.store.segments import DAY, forget_articles
from pipeline.store.sql_store import SqlStore


class Purged(NamedTuple):
    """The numbers of deleted articles, stories and runs."""

    articles: int
    stories: int
    runs: int


def purge(store: SqlStore, *, before: int, horizon_seconds: int) -> Purged:
    """Deletes closed stories that last changed before a time, with all their articles, and the runs before it.

    Each article leaves a tombstone for every key that it was known by and every feed that contained it: a feed that
    still lists it does not bring it back. Tombstones that no feed has listed since that time are deleted too, and so
    are index segments that windows no longer read.

    Args:
        store: the store, locked by the caller.
        before: time of the data clock, in UTC epoch seconds.
        horizon_seconds: how far back windows are compared.
    """
    stories = schema.stories.c
    with store.transaction() as connection:
        ended = select(stories.number).where(stories.state == "closed", stories.quiet_since < before)
        numbers = list(connection.scalars(ended))
        articles = [number for chunk in chunks(numbers) for number in _delete_stories(connection, chunk)]
        oldest = min(before, read_meta(connection, "clock") - horizon_seconds) // DAY
        connection.execute(delete(schema.segments).where(schema.segments.c.day < oldest))
        forget_articles(connection, articles)
        graves = schema.tombstones.c
        connection.execute(delete(schema.tombstones).where(graves.feed != "", graves.last_seen < before))
        # A window that was matched before this purge may refer to deleted articles and must be retried.
        set_meta(connection, "commits", read_meta(connection, "commits") + 1)
        runs = _delete_runs(connection, before)
    store.compact()
    return Purged(len(articles), len(numbers), runs)


def _delete_stories(connection: Connection, stories: list[int]) -> list[int]:
    """Deletes stories with their articles, and returns the numbers of the articles."""
    columns = schema.articles.c
    articles = list(connection.scalars(select(columns.number).where(columns.story.in_(stories))))
    for chunk in chunks(articles):
        seen, keys = schema.sightings.c, _keys_of(chunk).subquery()
        held = select(keys.c.key, seen.feed, func.max(seen.last_seen).label("last_seen")).join_from(
            keys, schema.sightings, seen.article == keys.c.number
        )
        rows = connection.execute(held.group_by(keys.c.key, seen.feed)).mappings()
        # The key of one article can be an alias of another that was deleted before it.
        upsert(connection, schema.tombstones, ["key", "feed"], [dict(row) for row in rows])
        _delete_articles(connection, chunk)
    delete_stories(connection, stories)
    return articles


def delete_permanently(connection: Connection, articles: list[int]) -> None:
    """Deletes articles so that no feed brings them back, however long it lists them."""
    keys = _keys_of(articles).subquery()
    rows = [{"key": key, "feed": "", "last_seen": 0} for key in connection.scalars(select(keys.c.key).distinct())]
    upsert(connection, schema.tombstones, ["key", "feed"], rows)
    _delete_articles(connection, articles)
    forget_articles(connection, articles)


def _keys_of(articles: list[int]) -> CompoundSelect[Any]:
    """Selects the number of each article and every key that it is known by."""
    own, others = schema.articles.c, schema.aliases.c
    return union(
        select(own.number, own.key).where(own.number.in_(articles)),
        select(others.article, others.key).where(others.article.in_(articles)),
    )


def _delete_articles(connection: Connection, articles: list[int]) -> None:
    for table, condition in _rows_of(articles):
        connection.execute(delete(table).where(condition))


def delete_stories(connection: Connection, stories: Sequence[int]) -> None:
    """Deletes stories that have no articles, and those redirected to them."""
    ended = schema.stories.c
    connection.execute(delete(schema.stories).where(ended.merged_into.in_(stories)))
    connection.execute(delete(schema.stories).where(ended.number.in_(stories)))


def _rows_of(articles: list[int]) -> list[tuple[Table, ColumnElement[bool]]]:
    """Returns table and condition of all rows that refer to these articles, and last of the articles themselves."""
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
    for chunk in chunks(ids):
        for table in (schema.changes, schema.rejected):
            connection.execute(delete(table).where(table.c.run.in_(chunk)))
        connection.execute(delete(schema.runs).where(runs.id.in_(chunk)))
    return len(ids)
