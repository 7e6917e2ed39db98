"""The outbox: the runs, and the lines that their commits left to be written to files."""

from collections.abc import Sequence
from typing import NamedTuple

import orjson
from sqlalchemy import exists, func, insert, or_, select, update

from pipeline.store import schema
from pipeline.store.sql_store import SqlStore


def start_run(store: SqlStore, run: str, started: int) -> None:
    """Records a run before it reads anything; from now on no earlier run can write."""
    with store.transaction() as connection:
        epoch = (connection.scalar(select(func.max(schema.runs.c.epoch))) or 0) + 1
        values = {"id": run, "epoch": epoch, "started": started, "exported": False, "manifest": ""}
        connection.execute(insert(schema.runs).values(values))


def finish_run(store: SqlStore, run: str, finished: int, manifest: bytes) -> None:
    """Records that a run ended, before its files are written."""
    with store.writing() as connection:
        connection.execute(
            update(schema.runs).where(schema.runs.c.id == run).values(finished=finished, manifest=manifest.decode())
        )


def mark_exported(store: SqlStore, run: str) -> None:
    """Records that all files of a run are written."""
    with store.writing() as connection:
        connection.execute(update(schema.runs).where(schema.runs.c.id == run).values(exported=True))


def mark_interrupted(store: SqlStore, run: str, manifest: bytes) -> None:
    """Records that a run died before it ended: it gets a manifest and never `finished`."""
    with store.writing() as connection:
        connection.execute(update(schema.runs).where(schema.runs.c.id == run).values(manifest=manifest.decode()))


class Unexported(NamedTuple):
    """A run whose files are not all written."""

    id: str
    started: int
    finished: int | None
    """UTC epoch seconds, None for a run that died."""
    manifest: str
    """Content of manifest.json, '' for a run that died and was not yet marked as interrupted."""
    committed: bool
    """True when it left lines of changes or rejected inputs."""


def unexported_runs(store: SqlStore, *, before: str) -> Sequence[Unexported]:
    """Reads the runs other than `before` whose files are not all written, the oldest first."""
    columns = schema.runs.c
    left = or_(*(exists().where(table.c.run == columns.id) for table in (schema.changes, schema.rejected)))
    with store.reading() as connection:
        rows = connection.execute(
            select(columns.id, columns.started, columns.finished, columns.manifest, left)
            .where(columns.exported.is_(False), columns.id != before)
            .order_by(columns.epoch)
        )
        return [Unexported(*row) for row in rows]


def last_change(store: SqlStore) -> str:
    """Returns the id of the last run that changed a story, '' when none did; ids ascend with time."""
    with store.reading() as connection:
        return connection.scalar(select(func.max(schema.changes.c.run))) or ""


def changes_of(store: SqlStore, run: str, *, after: int = 0) -> Sequence[bytes]:
    """Reads the lines of a run's changes.jsonl, without the first `after` of them."""
    columns = schema.changes.c
    wanted = (columns.run == run, columns.position >= after)
    with store.reading() as connection:
        return list(connection.scalars(select(columns.record).where(*wanted).order_by(columns.position)))


def rejected_of(store: SqlStore, run: str) -> Sequence[bytes]:
    """Renders the lines of a run's rejected.jsonl."""
    columns = schema.rejected.c
    names = ("stage", "reason", "location", "detail", "payload")
    with store.reading() as connection:
        rows = connection.execute(
            select(*(columns[name] for name in names)).where(columns.run == run).order_by(columns.position)
        )
        return [orjson.dumps(dict(zip(names, row, strict=True))) for row in rows]
