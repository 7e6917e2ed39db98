"""The store in SQLite or PostgreSQL: transactions, reads and commits."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, select

from pipeline.store import schema
from pipeline.store.articles import (
    buried_keys,
    earliest_with_content,
    keys_of_aliases,
    keys_of_ids,
    known_articles,
    newest_line_hashes,
    texts_by_id,
    texts_without_boilerplate,
)
from pipeline.store.commit import write_delta
from pipeline.store.engine import opened_engine
from pipeline.store.errors import OvertakenError, StoreError
from pipeline.store.feed_states import read_feed_states
from pipeline.store.meta import add_missing_meta, read_meta, set_meta
from pipeline.store.segments import read_segments
from pipeline.store.sketches import read_signatures, read_sketches
from pipeline.store.stories import (
    active_records,
    active_story_of,
    quiet_stories,
    read_links,
    read_members,
    read_rulings,
    read_stories,
    story_by_id,
    story_numbers,
)
from pipeline.store.upgrade import refuse_unknown, revision, upgrade
from transforms.records import Committed, Delta

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")


class SqlStoreFactory(NamedTuple):
    """Opens a store in a worker; small and picklable.

    Attributes:
        url: SQLAlchemy URL of the store, `sqlite:///path` or `postgresql+psycopg://...`.
        run: id of the run that commits, '' for a reader.
    """

    url: str
    run: str

    @contextmanager
    def __call__(self) -> Iterator["SqlStore"]:
        with opened_engine(self.url) as engine:
            yield SqlStore(engine, self.run)


def _reads(
    query: Callable[Concatenate[Connection, Arguments], Value],
) -> Callable[Concatenate["SqlStore", Arguments], Value]:
    """Makes a method that runs a function of a connection in its own read transaction."""

    @functools.wraps(query)
    def method(store: "SqlStore", /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
        with store.reading() as connection:
            return query(connection, *args, **kwargs)

    return method


class SqlStore:
    """An open store; implements `transforms.ports.Store`, where its methods are documented.

    Args:
        engine: as returned by `open_engine`.
        run: id of the run that commits, '' for a reader.
    """

    def __init__(self, engine: Engine, run: str) -> None:
        self._engine = engine
        self._run = run

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Opens a connection for reading, in one transaction."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Opens a transaction that holds the write lock from its first statement.

        Raises:
            OvertakenError: the store was opened for a run, and a later run has begun.
        """
        with self.transaction() as connection:
            newest = _newest_run(connection)
            if self._run and newest != self._run:
                raise OvertakenError(f"run {self._run} was overtaken by {newest}: nothing of it is kept")
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Opens a transaction as `writing` does, without checking that this run is the newest."""
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    def create(self) -> None:
        """Creates the tables, or upgrades those of an earlier version of newsfold.

        Raises:
            StoreError: the database cannot be reached, or a later newsfold wrote it.
        """
        with self.transaction() as connection:
            upgrade(connection)
            add_missing_meta(connection)

    def check(self) -> None:
        """Checks that the store can be read as it is.

        Raises:
            StoreError: the database cannot be reached, or another version of newsfold wrote it.
        """
        with self.reading() as connection:
            found = revision(connection)
        if found is None:
            raise StoreError(f"there is no store at {self._engine.url!r}: newsfold run creates one")
        refuse_unknown(found)
        if found < schema.VERSION:
            raise StoreError(f"an earlier newsfold wrote {self._engine.url!r}: the next newsfold run upgrades it")

    feeds = _reads(read_feed_states)
    known = _reads(known_articles)
    aliases = _reads(keys_of_aliases)
    buried = _reads(buried_keys)
    same_texts = _reads(earliest_with_content)
    owners = _reads(keys_of_ids)
    line_hashes = _reads(newest_line_hashes)
    texts = _reads(texts_without_boilerplate)
    texts_by_id = _reads(texts_by_id)
    segments = _reads(read_segments)
    sketches = _reads(read_sketches)
    active_stories = _reads(active_story_of)
    active_records = _reads(active_records)
    story_by_id = _reads(story_by_id)
    story_numbers = _reads(story_numbers)
    stories = _reads(read_stories)
    members = _reads(read_members)
    links = _reads(read_links)
    rulings = _reads(read_rulings)
    quiet_stories = _reads(quiet_stories)
    _meta = _reads(read_meta)

    def signatures(self) -> Iterator[tuple[str, NDArray[np.uint32]]]:
        """Yields the public id and the MinHash signature of every article, in order of their numbers."""
        with self.reading() as connection:
            yield from read_signatures(connection)

    def clock(self) -> int:
        return self._meta("clock")

    def commits(self) -> int:
        return self._meta("commits")

    def next_numbers(self) -> tuple[int, int]:
        with self.reading() as connection:
            return read_meta(connection, "next_article"), read_meta(connection, "next_story")

    def draining(self) -> bool:
        with self.reading() as connection:
            return _newest_run(connection) != self._run or read_meta(connection, "draining") > 0

    def drain(self, *, wanted: bool) -> None:
        """Requests that the stream that writes this store ends, or cancels the request."""
        with self.writing() as connection:
            set_meta(connection, "draining", int(wanted))

    def commit(self, delta: Delta) -> Committed:
        with self.writing() as connection:
            self.apply(connection, delta)
        return Committed(len(delta.sketched.articles), len(delta.changes))

    def apply(self, connection: Connection, delta: Delta) -> None:
        """Applies a delta as `commit` does, but within the caller's transaction, as opened by `writing`."""
        write_delta(connection, delta, self._run)

    def compact(self) -> None:
        """Frees the disk space of deleted rows in SQLite; PostgreSQL does so by itself."""
        if self._engine.dialect.name == "sqlite":
            with self._outside_transactions() as connection:
                connection.exec_driver_sql("VACUUM")

    def copy_to(self, file: Path) -> None:
        """Copies a consistent snapshot of a SQLite store into a new file.

        Raises:
            StoreError: the file cannot be written.
        """
        with self._outside_transactions() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(file),))

    def _outside_transactions(self) -> Connection:
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _newest_run(connection: Connection) -> str | None:
    runs = schema.runs.c
    return connection.scalar(select(runs.id).order_by(runs.epoch.desc()).limit(1))
