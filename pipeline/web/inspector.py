"""Read-only access to the store and its index, shared by all pages."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import event
from sqlalchemy.engine import make_url

from pipeline.inspect.index import open_index
from pipeline.store.engine import open_engine
from pipeline.store.sql_store import SqlStore

Value = TypeVar("Value")


class Sources(NamedTuple):
    """The data sources of one request."""

    store: SqlStore
    stories: sqlite3.Connection
    """Connection to the index."""
    at: str
    """Version of the store, which changes with every write to it."""


class Inspector:
    """Opens the store and its index for each request; safe for threads.

    Args:
        url: SQLAlchemy URL of the store.
        index: path of the index.
        labels: path of the file of judgements.
    """

    def __init__(self, url: str, index: Path, labels: Path) -> None:
        engine = open_engine(url)
        if make_url(url).get_backend_name() == "sqlite":
            event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
        self._store = SqlStore(engine, "")
        self._index = index
        self._lock = Lock()
        self._kept: dict[str, tuple[str, Any]] = {}
        self.labels = labels

    @contextmanager
    def reading(self) -> Iterator[Sources]:
        """Opens the store and its up-to-date index while the block runs."""
        with closing(open_index(self._index, self._store, words=True)) as index:
            (at,) = index.execute("SELECT value FROM index_meta WHERE name = 'at'").fetchone()
            yield Sources(self._store, index, at)

    def keep(self, name: str, at: str, make: Callable[[], Value]) -> Value:
        """Returns the result of `make`, cached until the store changes.

        Args:
            name: cache key.
            at: `Sources.at` of the sources that `make` reads.
            make: computes the value.
        """
        with self._lock:
            kept = self._kept.get(name)
        if kept and kept[0] == at:
            value: Value = kept[1]
            return value
        value = make()
        with self._lock:
            self._kept[name] = (at, value)
        return value
