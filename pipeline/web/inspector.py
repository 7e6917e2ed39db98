"""What every page reads from: the store, opened so that nothing can be written, and its index."""

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
    """What one request reads from."""

    store: SqlStore
    stories: sqlite3.Connection
    """The index."""
    at: str
    """Changes whenever the store does."""


class Inspector:
    """Opens the store and its index for each request; safe for threads.

    Args:
        url: SQLAlchemy address of the store.
        index: file of the index.
        labels: file of the judgements.
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
        """The store and its index as they are now."""
        with closing(open_index(self._index, self._store, words=True)) as index:
            (at,) = index.execute("SELECT value FROM index_meta WHERE name = 'at'").fetchone()
            yield Sources(self._store, index, at)

    def keep(self, name: str, at: str, make: Callable[[], Value]) -> Value:
        """What `make` gives, made once as long as the store stays as it is.

        Args:
            name: of the value.
            at: of the sources that it is made from.
            make: reads it.
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
