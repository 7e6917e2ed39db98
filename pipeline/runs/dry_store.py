"""The store of a dry run: all stages read the real store, and the changes of the commit go to a file instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from pipeline.store.engine import opened_engine
from pipeline.store.sql_store import SqlStore
from transforms.records import Committed, Delta


class DryStoreFactory(NamedTuple):
    """Factory of stores whose commits go to a file.

    Attributes:
        url: SQLAlchemy URL of the store.
        changes: path of the file that the lines of changes.jsonl are appended to.
    """

    url: str
    changes: str

    @contextmanager
    def __call__(self) -> Iterator["DryStore"]:
        with opened_engine(self.url) as engine:
            yield DryStore(engine, Path(self.changes))


class DryStore(SqlStore):
    """A store that is never written to.

    Args:
        engine: engine as returned by `open_engine`.
        changes: file that the changes of each commit are appended to.
    """

    def __init__(self, engine: Engine, changes: Path) -> None:
        super().__init__(engine, "")
        self._changes = changes

    def commit(self, delta: Delta) -> Committed:
        with self._changes.open("ab") as file:
            file.writelines(change.record + b"\n" for change in delta.changes)
        return Committed(len(delta.sketched.articles), len(delta.changes))
