"""A run that changes nothing: all stages over the store as it is, and the commit written down instead of made."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from pipeline.store.engine import opened_engine
from pipeline.store.sql_store import SqlStore
from transforms.records import Committed, Delta


class DryStoreFactory(NamedTuple):
    """Opens a store whose commits go into a file.

    Attributes:
        url: SQLAlchemy's address of the store.
        changes: path of the file that takes the lines of changes.jsonl.
    """

    url: str
    changes: str

    @contextmanager
    def __call__(self) -> Iterator["DryStore"]:
        with opened_engine(self.url) as engine:
            yield DryStore(engine, Path(self.changes))


class DryStore(SqlStore):
    """A store that is only read.

    Args:
        engine: as returned by `open_engine`.
        changes: file that takes what a commit would change.
    """

    def __init__(self, engine: Engine, changes: Path) -> None:
        super().__init__(engine, "")
        self._changes = changes

    def commit(self, delta: Delta) -> Committed:
        with self._changes.open("ab") as file:
            file.writelines(change.record + b"\n" for change in delta.changes)
        return Committed(len(delta.sketched.articles), len(delta.changes))
