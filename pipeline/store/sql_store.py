"""The store in SQL, for SQLite and PostgreSQL alike."""

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    Connection,
    Engine,
    Table,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from pipeline.store import schema
from pipeline.store.errors import OvertakenError, StoreError
from pipeline.store.upgrade import refuse_unknown, revision, upgrade
from transforms.fetch.health import UNCHANGED, FeedState, after
from transforms.match.segments import MERGE_WIDTH, TERM, Segment, merge_counts, merge_index
from transforms.ports import Known, Member, MovedOnError, Ruling, Sketches, StoryState
from transforms.recognise.boilerplate import without_spans
from transforms.records import Article, Committed, Delta, IndexSegment, Link, Poll, Rejected, SketchedBlock
from transforms.sketch.block import shingles_of, signatures_of, terms_of
from transforms.sketch.ragged import Ragged, offsets_of
from transforms.sketch.terms import Terms

DAY = 86400
_BATCH = 500  # values in one IN list: SQLite's oldest limit on parameters is 999
_BUSY_SECONDS = 30

_UPSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


_SEGMENTS: dict[tuple[int, str], dict[int, Segment]] = {}
"""Segments by store and kind, then by id, as of the last reading: they never change, and every stage of a process
asks for the same."""


WRITERS = 0x6E657773
"""PostgreSQL's advisory lock of those who write a store, as SQLite has one for the whole database; every database has
its own."""


def open_engine(url: str) -> Engine:
    """An engine whose transactions are what they seem.

    SQLAlchemy leaves SQLite's transactions to its driver by default, under which reading and then writing
    in one transaction loses updates; here every transaction of SQLite begins at once as a writer's or stays
    a reader's (https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable).
    """
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {_BUSY_SECONDS}000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values in lists that are short enough for one IN."""
    everything = list(values)
    for low in range(0, len(everything), _BATCH):
        yield everything[low : low + _BATCH]


class SqlStoreFactory(NamedTuple):
    """Opens a store in a worker.

    Attributes:
        url: SQLAlchemy's, `sqlite:///path` or `postgresql+psycopg://...`.
        run: id of the run that commits, '' for a reader.
    """

    url: str
    run: str

    def __call__(self) -> AbstractContextManager["SqlStore"]:
        return _opened(self)


@contextmanager
def _opened(factory: SqlStoreFactory) -> Iterator["SqlStore"]:
    try:
        engine = open_engine(factory.url)
    except (ArgumentError, ImportError) as error:
        raise StoreError(f"cannot use the store {factory.url.rpartition('@')[2]}: {error}") from error
    try:
        yield SqlStore(engine, factory.run)
    finally:
        engine.dispose()


class SqlStore:
    """One open store; implements `transforms.ports.Store`.

    Args:
        engine: as of `open_engine`.
        run: id of the run that commits, '' for a reader.
    """

    def __init__(self, engine: Engine, run: str) -> None:
        self._engine = engine
        self._run = run
        self._known_identity = 0

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its first statement.

        Raises:
            OvertakenError: this store is a run's, and a later run has begun.
        """
        with self.transaction() as connection:
            newest = _newest_run(connection)
            if self._run and newest != self._run:
                raise OvertakenError(f"run {self._run} was overtaken by {newest}: nothing of it is kept")
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """As `writing`, for what comes before a run is the newest."""
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    def create(self) -> None:
        """Makes the tables, or brings those of an earlier newsfold up to date.

        Raises:
            StoreError: the database cannot be reached, or a later newsfold wrote it.
        """
        with self._reporting(), self.transaction() as connection:
            upgrade(connection)
            _add_meta(connection)

    def check(self) -> None:
        """Refuses a store that cannot be read as it is.

        Raises:
            StoreError: the database cannot be reached, or another version of newsfold wrote it.
        """
        with self._reporting(), self.reading() as connection:
            found = revision(connection)
        if found is None:
            raise StoreError(f"there is no store at {self._engine.url!r}: newsfold run makes one")
        refuse_unknown(found)
        if found < schema.VERSION:
            raise StoreError(f"an earlier newsfold wrote {self._engine.url!r}: the next newsfold run upgrades it")

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Turns the database's errors into one line."""
        try:
            yield
        except DBAPIError as error:
            raise StoreError(f"cannot use the store {self._engine.url!r}: {error.orig}") from error

    def _select_in(self, table: Table, names: Sequence[str], column: str, values: Iterable[Any]) -> Iterator[Any]:
        statement = select(*(table.c[name] for name in names)).where(
            table.c[column].in_(bindparam("values", expanding=True))
        )
        with self.reading() as connection:
            for chunk in chunks(values):
                yield from connection.execute(statement, {"values": chunk}).all()

    def feeds(self, feeds: Sequence[str]) -> Mapping[str, FeedState]:
        rows = self._select_in(schema.feeds, FeedState._fields, "feed", feeds)
        return {row.feed: FeedState(*row) for row in rows}

    def known(self, keys: Sequence[str]) -> Mapping[str, Known]:
        columns = schema.articles.c
        statement = select(
            columns.key,
            columns.number,
            columns.id,
            columns.version,
            columns.content_hash,
            columns.feed,
            func.length(columns.text),
        ).where(columns.key.in_(bindparam("values", expanding=True)))
        with self.reading() as connection:
            rows = [row for chunk in chunks(keys) for row in connection.execute(statement, {"values": chunk})]
        return {row[0]: Known(*row[1:]) for row in rows}

    def aliases(self, keys: Sequence[str]) -> Mapping[str, str]:
        statement = (
            select(schema.aliases.c.key, schema.articles.c.key)
            .join(schema.articles, schema.articles.c.number == schema.aliases.c.article)
            .where(schema.aliases.c.key.in_(bindparam("values", expanding=True)))
        )
        with self.reading() as connection:
            return {
                alias: key for chunk in chunks(keys) for alias, key in connection.execute(statement, {"values": chunk})
            }

    def buried(self, keys: Sequence[str]) -> AbstractSet[str]:
        return {row.key for row in self._select_in(schema.tombstones, ("key",), "key", keys)}

    def same_texts(self, hashes: Sequence[str]) -> Mapping[str, int]:
        names = ("number", "story", "content_hash")
        rows = sorted(self._select_in(schema.articles, names, "content_hash", hashes), reverse=True)
        active = self._active({row.story for row in rows})
        return {row.content_hash: row.number for row in rows if row.story in active}

    def owners(self, ids: Sequence[str]) -> Mapping[str, str]:
        return {row.id: row.key for row in self._select_in(schema.articles, ("id", "key"), "id", ids)}

    def line_hashes(self, sites: Sequence[str], window: int, without: Sequence[int]) -> Mapping[str, Sequence[bytes]]:
        columns = schema.articles.c
        found = {}
        with self.reading() as connection:
            for site in sites:
                rows = connection.execute(
                    select(columns.number, columns.line_hashes)
                    .where(columns.site == site)
                    .order_by(columns.number.desc())
                    .limit(window)
                )
                found[site] = [row.line_hashes for row in rows if row.number not in without]
        return found

    def compact(self) -> None:
        """Gives back to the disk what was deleted; PostgreSQL does that by itself."""
        if self._engine.dialect.name == "sqlite":
            with closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("VACUUM")

    def copy_to(self, file: Path) -> None:
        """Copies a SQLite store as of one moment into a new file.

        Raises:
            StoreError: the file cannot be written.
        """
        with self._reporting(), closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM INTO ?", (str(file),))

    def _meta(self, name: str) -> int:
        with self.reading() as connection:
            value = connection.scalar(select(schema.store_meta.c.value).where(schema.store_meta.c.name == name))
        if value is None:
            raise StoreError(f"the store {self._engine.url!r} has no fact {name!r}: it was never created")
        return int(value)

    def clock(self) -> int:
        return self._meta("clock")

    def commits(self) -> int:
        return self._meta("commits")

    def draining(self) -> bool:
        with self.reading() as connection:
            overtaken = _newest_run(connection) != self._run
        return overtaken or self._meta("draining") > 0

    def drain(self, *, wanted: bool) -> None:
        """Asks the stream that writes this store to end, or takes that back."""
        with self.writing() as connection:
            _set_meta(connection, "draining", int(wanted))

    def next_numbers(self) -> tuple[int, int]:
        return self._meta("next_article"), self._meta("next_story")

    def segments(self, kind: str, since: int) -> Sequence[Segment]:
        columns = schema.segments.c
        wanted = (columns.kind == kind, columns.day >= since // DAY)
        with self.reading() as connection:
            ids = list(connection.scalars(select(columns.id).where(*wanted).order_by(columns.id)))
            held = _SEGMENTS.get((self._identity(), kind), {})
            found = {number: held[number] for number in ids if number in held}
            for chunk in chunks(number for number in ids if number not in held):
                rows = connection.execute(
                    select(columns.id, columns["keys"], columns["values"], columns.articles).where(
                        columns.id.in_(chunk)
                    )
                )
                found |= {row[0]: Segment.of_bytes(*row[1:]) for row in rows}
        _SEGMENTS[self._identity(), kind] = found
        return [found[number] for number in ids]

    def _identity(self) -> int:
        """What no other store has, wherever it lies."""
        if not self._known_identity:
            self._known_identity = self._meta("identity")
        return self._known_identity

    def sketches(self, numbers: NDArray[np.int64]) -> Sketches:
        names = ("article", "shingles", "terms", "frequencies")
        rows = {row[0]: row[1:] for row in self._select_in(schema.sketches, names, "article", numbers.tolist())}
        columns = [rows[number] for number in numbers.tolist()]
        shingles, terms, frequencies = zip(*columns, strict=True) if columns else ((), (), ())
        counts = np.frombuffer(b"".join(frequencies), dtype=np.uint16)
        return Sketches(_ragged(shingles), Terms(_ragged(terms), counts))

    def signatures(self) -> Iterator[tuple[str, NDArray[np.uint32]]]:
        """Public id and MinHash signature of every article, in order of their numbers."""
        articles, sketches = schema.articles.c, schema.sketches.c
        statement = (
            select(articles.id, sketches.signature)
            .join(schema.sketches, sketches.article == articles.number)
            .order_by(articles.number)
        )
        with self.reading() as connection:
            for row in connection.execute(statement):
                yield row.id, np.frombuffer(row.signature, dtype=np.uint32)

    def active_stories(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        rows = list(self._select_in(schema.articles, ("number", "story"), "number", numbers.tolist()))
        active = self._active({row.story for row in rows})
        story = {row.number: row.story for row in rows if row.story in active}
        return np.array([story.get(number, 0) for number in numbers.tolist()], dtype=np.int64)

    def _active(self, stories: Iterable[int]) -> set[int]:
        """Those of the stories that are. A join would begin at all active stories: SQLite takes their index first."""
        rows = self._select_in(schema.stories, ("number", "state"), "number", stories)
        return {row.number for row in rows if row.state == "active"}

    def story_states(self, stories: Sequence[int]) -> Sequence[StoryState]:
        rows = self._select_in(schema.stories, StoryState._fields, "number", stories)
        return sorted(StoryState(*row) for row in rows)

    def members(self, stories: Sequence[int]) -> Sequence[Member]:
        rows = self._select_in(schema.articles, Member._fields, "story", stories)
        return sorted(Member(*row) for row in rows)

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:
        rows = self._select_in(schema.articles, ("number", "text", "boilerplate"), "number", numbers)
        return {row.number: without_spans(row.text, json.loads(row.boilerplate)) for row in rows}

    def links(self, numbers: Sequence[int]) -> Sequence[Link]:
        return sorted(Link(*row) for row in self._select_in(schema.links, Link._fields, "left", numbers))

    def rulings(self, numbers: Sequence[int]) -> AbstractSet[Ruling]:
        ends = [self._select_in(schema.rulings, Ruling._fields, end, numbers) for end in ("left", "right")]
        return {Ruling(*row) for rows in ends for row in rows}

    def quiet_stories(self, before: int) -> Sequence[int]:
        columns = schema.stories.c
        with self.reading() as connection:
            rows = connection.execute(
                select(columns.number).where(columns.state == "active", columns.quiet_since < before)
            )
            return sorted(row.number for row in rows)

    def commit(self, delta: Delta) -> Committed:
        with self.writing() as connection:
            self.apply(connection, delta)
        return Committed(len(delta.block.articles), len(delta.changes))

    def apply(self, connection: Connection, delta: Delta) -> None:
        """Does what `commit` does within the caller's transaction, as of `writing`."""
        meta = schema.store_meta.c
        if connection.scalar(select(meta.value).where(meta.name == "commits")) != delta.as_of:
            raise MovedOnError
        _write_stories(connection, delta)
        _write_articles(connection, delta)
        _write_aliases(connection, delta)
        _write_sightings(connection, delta)
        _write_polls(connection, delta.polls)
        _write_links(connection, delta)
        for segment in delta.segments:
            if segment.keys:
                write_segment(connection, segment, delta.clock // DAY)
        _write_outbox(connection, delta, self._run)
        _write_meta(connection, delta)
        _set_meta(connection, "commits", delta.as_of + 1)


def _newest_run(connection: Connection) -> str | None:
    runs = schema.runs.c
    return connection.scalar(select(runs.id).order_by(runs.epoch.desc()).limit(1))


def _ragged(rows: Sequence[bytes]) -> Ragged:
    lengths = np.array([len(row) // 4 for row in rows], dtype=np.int64)
    return Ragged(np.frombuffer(b"".join(rows), dtype=np.uint32), offsets_of(lengths))


def _write_many(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def upsert(connection: Connection, table: Table, key: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows, in place of those that have the same key."""
    statement = _UPSERTS[connection.dialect.name](table)
    others = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    _write_many(connection, statement.on_conflict_do_update(index_elements=key, set_=others), rows)


def _write_stories(connection: Connection, delta: Delta) -> None:
    table = schema.stories
    numbers = [story.number for story in delta.stories]
    existing: set[int] = set()
    for chunk in chunks(numbers):
        existing |= set(connection.scalars(select(table.c.number).where(table.c.number.in_(chunk))))
    _write_many(connection, insert(table), [story._asdict() for story in delta.stories if story.number not in existing])
    _write_many(
        connection,
        update(table)
        .where(table.c.number == bindparam("at"))
        .values(state=bindparam("s"), quiet_since=bindparam("q"), record=bindparam("r")),
        [
            {"at": story.number, "s": story.state, "q": story.quiet_since, "r": story.record}
            for story in delta.stories
            if story.number in existing
        ],
    )
    for gone, survivor in delta.redirects:
        # Whoever was redirected to the story that ends now follows it: a redirect is always one step.
        connection.execute(
            update(table)
            .where((table.c.number == gone) | (table.c.merged_into == gone))
            .values(state="merged", merged_into=survivor)
        )


def _write_articles(connection: Connection, delta: Delta) -> None:
    placements = {placement.number: placement for placement in delta.placements}
    existing: set[int] = set()
    for chunk in chunks(article.number for article in delta.block.articles if article.version > 1):
        existing |= set(connection.scalars(select(schema.articles.c.number).where(schema.articles.c.number.in_(chunk))))
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for article in delta.block.articles:
        placement = placements.pop(article.number)
        row = _article_row(article) | {
            "story": placement.story,
            "copy_of": placement.copy_of,
            "similarity": placement.similarity,
        }
        (changed if article.number in existing else fresh).append(row)
    _write_many(connection, insert(schema.articles), fresh)
    for row in changed:
        number = row.pop("number")
        row.pop("first_seen")
        connection.execute(update(schema.articles).where(schema.articles.c.number == number).values(row))
    for table, columns in ((schema.sketches, ("article",)), (schema.links, ("left", "right"))):
        for chunk in chunks(sorted(existing)):
            for column in columns:
                connection.execute(delete(table).where(table.c[column].in_(chunk)))
    _write_many(connection, insert(schema.sketches), list(sketch_rows(delta.block)))
    _write_many(
        connection,
        update(schema.articles)
        .where(schema.articles.c.number == bindparam("at"))
        .values(story=bindparam("s"), copy_of=bindparam("c"), similarity=bindparam("n")),
        [{"at": p.number, "s": p.story, "c": p.copy_of, "n": p.similarity} for p in placements.values()],
    )


def _article_row(article: Article) -> dict[str, Any]:
    names = {column.name for column in schema.articles.c}
    row = {name: value for name, value in article._asdict().items() if name in names}
    return row | {
        "first_seen": article.fetched_at,
        "rules": json.dumps(list(article.rules)),
        "boilerplate": json.dumps(list(article.boilerplate)),
    }


def sketch_rows(block: SketchedBlock) -> Iterator[dict[str, Any]]:
    """The rows of `schema.sketches` of numbered articles."""
    signatures, shingles, terms = signatures_of(block), shingles_of(block), terms_of(block)
    for row, article in enumerate(block.articles):
        low, high = terms.ids.offsets[row], terms.ids.offsets[row + 1]
        yield {
            "article": article.number,
            "signature": signatures[row].tobytes(),
            "shingles": shingles.row(row).tobytes(),
            "terms": terms.ids.row(row).tobytes(),
            "frequencies": terms.counts[low:high].tobytes(),
        }


def _write_aliases(connection: Connection, delta: Delta) -> None:
    found = {alias: seen.number for seen in delta.sightings if seen.number for alias in seen.aliases}
    found |= {alias: article.number for article in delta.block.articles for alias in article.aliases}
    upsert(connection, schema.aliases, ["key"], [{"key": key, "article": at} for key, at in sorted(found.items())])


def _write_sightings(connection: Connection, delta: Delta) -> None:
    seen: dict[tuple[int, str, str], int] = {}
    for article in delta.block.articles:
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
    feeds = schema.feeds
    states: dict[str, FeedState] = {}
    for chunk in chunks(poll.feed for poll in polls):
        for row in connection.execute(select(feeds).where(feeds.c.feed.in_(chunk))):
            states[row.feed] = FeedState(**row._mapping)
    for poll in polls:
        before = states.get(poll.feed, FeedState(poll.feed))
        if poll.outcome == UNCHANGED and poll.at > before.polled_at:
            for table in (schema.sightings, schema.tombstones):
                _touch(connection, table, poll, before.succeeded_at)
        states[poll.feed] = after(before, poll)
    upsert(connection, feeds, ["feed"], [state._asdict() for state in states.values()])


def _touch(connection: Connection, table: Table, poll: Poll, before: int) -> None:
    """What an unchanged feed held at its last success it still holds."""
    held = (table.c.feed == poll.feed, table.c.last_seen == before)
    connection.execute(update(table).where(*held).values(last_seen=poll.at))


def _write_links(connection: Connection, delta: Delta) -> None:
    _write_many(connection, insert(schema.links), [link._asdict() for link in delta.links])


def write_segment(connection: Connection, segment: IndexSegment, day: int) -> None:
    """Adds a segment; eight of one day and tier become one of the next tier."""
    table = schema.segments
    row = segment._asdict() | {"day": day, "tier": 0}
    connection.execute(insert(table).values(row))
    merge = merge_counts if segment.kind == TERM else merge_index
    tier = 0
    while True:
        found = connection.execute(
            select(table.c.id, table.c["keys"], table.c["values"], table.c.articles)
            .where(table.c.kind == segment.kind, table.c.day == day, table.c.tier == tier)
            .order_by(table.c.id)
        ).all()
        if len(found) < MERGE_WIDTH:
            return
        merged = merge([Segment.of_bytes(*columns) for _, *columns in found])
        connection.execute(delete(table).where(table.c.id.in_([row[0] for row in found])))
        tier += 1
        connection.execute(
            insert(table).values(
                kind=segment.kind,
                day=day,
                tier=tier,
                articles=merged.articles,
                keys=merged.keys.tobytes(),
                values=merged.values.tobytes(),
            )
        )


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


def _add_meta(connection: Connection) -> None:
    """Begins those single numbers that are not there yet."""
    wanted = {"clock": 0, "next_article": 1, "next_story": 1, "commits": 0, "draining": 0}
    wanted["identity"] = secrets.randbits(63)
    found = set(connection.scalars(select(schema.store_meta.c.name)))
    missing = [{"name": name, "value": value} for name, value in wanted.items() if name not in found]
    _write_many(connection, insert(schema.store_meta), missing)


def _set_meta(connection: Connection, name: str, value: int) -> None:
    connection.execute(update(schema.store_meta).where(schema.store_meta.c.name == name).values(value=value))


def _write_meta(connection: Connection, delta: Delta) -> None:
    values = {
        "clock": delta.clock,
        "next_article": max((article.number + 1 for article in delta.block.articles), default=0),
        "next_story": max((story.number + 1 for story in delta.stories), default=0),
    }
    meta = schema.store_meta
    for name, value in values.items():
        connection.execute(update(meta).where(meta.c.name == name, meta.c.value < value).values(value=value))
