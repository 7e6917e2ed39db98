"""Writes the delta of a window within the caller's transaction."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.store import schema
from pipeline.store.engine import chunks
from pipeline.store.feed_states import read_feed_states
from pipeline.store.meta import raise_meta, read_meta, set_meta
from pipeline.store.segments import DAY, write_segment
from pipeline.store.sketches import sketch_rows
from transforms.fetch.health import UNCHANGED, after
from transforms.ports import MovedOnError
from transforms.records import Article, Delta, FeedState, Placement, Poll, Rejected

_UPSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def write_delta(connection: Connection, delta: Delta, run: str) -> None:
    """Writes everything that a window changes.

    Args:
        connection: a connection in a transaction that holds the write lock.
        delta: the changes.
        run: id of the run whose files list them.

    Raises:
        MovedOnError: another commit was made since the store was read for this delta.
    """
    if read_meta(connection, "commits") != delta.as_of:
        raise MovedOnError
    _write_stories(connection, delta)
    _write_articles(connection, delta)
    _write_aliases(connection, delta)
    _write_sightings(connection, delta)
    _write_polls(connection, delta.polls)
    _write_links(connection, delta)
    for kind, segment in delta.segments.items():
        if len(segment.keys):
            write_segment(connection, kind, segment, delta.clock // DAY)
    _write_outbox(connection, delta, run)
    _write_meta(connection, delta)


def _write_many(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def upsert(
    connection: Connection,
    table: Table,
    key: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    *,
    kept: Sequence[str] = (),
) -> None:
    """Inserts rows, or updates those that have the same key.

    Args:
        connection: in a transaction that holds the write lock.
        table: takes the rows.
        key: names of the columns of a unique key.
        rows: by column name; no two have the same key.
        kept: names of other columns that an update leaves as they are.
    """
    statement = _UPSERTS[connection.dialect.name](table)
    updated = [column.name for column in table.c if column.name not in (*key, *kept)]
    others = {name: statement.excluded[name] for name in updated}
    _write_many(connection, statement.on_conflict_do_update(index_elements=key, set_=others), rows)


def _write_stories(connection: Connection, delta: Delta) -> None:
    table = schema.stories
    rows = [story._asdict() | {"merged_from": json.dumps(list(story.merged_from))} for story in delta.stories]
    upsert(connection, table, ["number"], rows)
    for gone, survivor in delta.redirects:
        # Stories already redirected to the one that ends are redirected to its survivor: a redirect is always one step.
        connection.execute(
            update(table)
            .where((table.c.number == gone) | (table.c.merged_into == gone))
            .values(state="merged", merged_into=survivor)
        )


def _write_articles(connection: Connection, delta: Delta) -> None:
    placements = {placement.number: placement for placement in delta.placements}
    rows = [_article_row(article, placements.pop(article.number)) for article in delta.sketched.articles]
    changed = [row for row in rows if row["version"] > 1]
    _write_many(connection, insert(schema.articles), [row for row in rows if row["version"] == 1])
    upsert(connection, schema.articles, ["number"], changed, kept=["first_seen"])
    for chunk in chunks(row["number"] for row in changed):
        for column in (schema.sketches.c.article, schema.links.c.left, schema.links.c.right):
            connection.execute(delete(column.table).where(column.in_(chunk)))
    _write_many(connection, insert(schema.sketches), list(sketch_rows(delta.sketched)))
    _write_many(
        connection,
        update(schema.articles)
        .where(schema.articles.c.number == bindparam("at"))
        .values(story=bindparam("s"), copy_of=bindparam("c"), similarity=bindparam("n")),
        [{"at": p.number, "s": p.story, "c": p.copy_of, "n": p.similarity} for p in placements.values()],
    )


def _article_row(article: Article, placement: Placement) -> dict[str, Any]:
    names = {column.name for column in schema.articles.c}
    row = {name: value for name, value in article._asdict().items() if name in names}
    return (
        row
        | placement._asdict()
        | {
            "first_seen": article.fetched_at,
            "rules": json.dumps(list(article.rules)),
            "boilerplate": json.dumps(list(article.boilerplate)),
        }
    )


def _write_aliases(connection: Connection, delta: Delta) -> None:
    found = {alias: seen.number for seen in delta.sightings if seen.number for alias in seen.aliases}
    found |= {alias: article.number for article in delta.sketched.articles for alias in article.aliases}
    upsert(connection, schema.aliases, ["key"], [{"key": key, "article": at} for key, at in sorted(found.items())])


def _write_sightings(connection: Connection, delta: Delta) -> None:
    seen: dict[tuple[int, str, str], int] = {}
    for article in delta.sketched.articles:
        for reference in article.references:
            seen[article.number, reference.feed, reference.id] = article.fetched_at
    buried: dict[tuple[str, str], int] = {}
    for sighting in delta.sightings:
        for reference in sighting.references:
            if sighting.number:
                seen[sighting.number, reference.feed, reference.id] = sighting.seen_at
            else:
                buried |= {(key, reference.feed): sighting.seen_at for key in sighting.aliases}
    rows = [{"article": a, "feed": f, "id": i, "last_seen": at} for (a, f, i), at in sorted(seen.items())]
    upsert(connection, schema.sightings, ["article", "feed", "id"], rows)
    graves = [{"key": key, "feed": feed, "last_seen": at} for (key, feed), at in sorted(buried.items())]
    upsert(connection, schema.tombstones, ["key", "feed"], graves)


def _write_polls(connection: Connection, polls: Sequence[Poll]) -> None:
    states = read_feed_states(connection, (poll.feed for poll in polls))
    for poll in polls:
        before = states.get(poll.feed, FeedState(poll.feed))
        if poll.outcome == UNCHANGED and poll.at > before.polled_at:
            for table in (schema.sightings, schema.tombstones):
                _touch(connection, table, poll, before.succeeded_at)
        states[poll.feed] = after(before, poll)
    upsert(connection, schema.feeds, ["feed"], [state._asdict() for state in states.values()])


def _touch(connection: Connection, table: Table, poll: Poll, before: int) -> None:
    """Marks the articles that an unchanged feed listed at its last success as seen again."""
    held = (table.c.feed == poll.feed, table.c.last_seen == before)
    connection.execute(update(table).where(*held).values(last_seen=poll.at))


def _write_links(connection: Connection, delta: Delta) -> None:
    _write_many(connection, insert(schema.links), [link._asdict() for link in delta.links])


def _write_outbox(connection: Connection, delta: Delta, run: str) -> None:
    changes = schema.changes
    first = connection.scalar(select(func.count()).select_from(changes).where(changes.c.run == run)) or 0
    _write_many(
        connection,
        insert(schema.changes),
        [
            {"run": run, "position": position, "record": change.record}
            for position, change in enumerate(delta.changes, first)
        ],
    )
    columns = [schema.rejected.c[name] for name in Rejected._fields]
    written = Counter(
        Rejected(*row) for row in connection.execute(select(*columns).where(schema.rejected.c.run == run))
    )
    fresh = Counter(delta.rejected) - written
    _write_many(
        connection,
        insert(schema.rejected),
        [
            {"run": run, "position": position, **rejected._asdict()}
            for position, rejected in enumerate(sorted(fresh.elements()), written.total())
        ],
    )


def _write_meta(connection: Connection, delta: Delta) -> None:
    raise_meta(connection, "clock", delta.clock)
    raise_meta(connection, "next_article", max((article.number + 1 for article in delta.sketched.articles), default=0))
    raise_meta(connection, "next_story", max((story.number + 1 for story in delta.stories), default=0))
    set_meta(connection, "commits", delta.as_of + 1)
