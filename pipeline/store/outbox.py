"""What the files are made of: runs and the lines that their commits left for export."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import func, insert, select, update

from pipeline.store import schema
from pipeline.store.sql_store import SqlStore


def start_run(store: SqlStore, run: str, started: int) -> None:
    """Records a run before it reads anything."""
    with store.writing() as connection:
        connection.execute(insert(schema.runs).values(id=run, started=started, exported=False, manifest=""))


def finish_run(store: SqlStore, run: str, finished: int, manifest: bytes) -> None:
    """Records how a run ended; its files are still to be written."""
    with store.writing() as connection:
        connection.execute(
            update(schema.runs).where(schema.runs.c.id == run).values(finished=finished, manifest=manifest.decode())
        )


def mark_exported(store: SqlStore, run: str) -> None:
    """Records that all files of a run are written."""
    with store.writing() as connection:
        connection.execute(update(schema.runs).where(schema.runs.c.id == run).values(exported=True))


def unexported_runs(store: SqlStore) -> Sequence[tuple[str, str]]:
    """Runs whose files are not all written, oldest first: id and manifest, '' for one that broke off."""
    columns = schema.runs.c
    with store.reading() as connection:
        rows = connection.execute(
            select(columns.id, columns.manifest)
            .where(columns.exported.is_(False))
            .order_by(columns.started, columns.id)
        )
        return [(row.id, row.manifest) for row in rows]


def changes_of(store: SqlStore, run: str) -> Sequence[bytes]:
    """The lines of a run's changes.jsonl."""
    columns = schema.changes.c
    with store.reading() as connection:
        return list(connection.scalars(select(columns.record).where(columns.run == run).order_by(columns.position)))


def rejected_of(store: SqlStore, run: str) -> Sequence[bytes]:
    """The lines of a run's rejected.jsonl."""
    columns = schema.rejected.c
    names = ("stage", "reason", "location", "detail", "payload")
    with store.reading() as connection:
        rows = connection.execute(
            select(*(columns[name] for name in names)).where(columns.run == run).order_by(columns.position)
        )
        return [orjson.dumps(dict(zip(names, row, strict=True))) for row in rows]


def active_records(store: SqlStore) -> Sequence[bytes]:
    """The lines of stories.jsonl: all active stories, the oldest first."""
    columns = schema.stories.c
    with store.reading() as connection:
        return list(
            connection.scalars(select(columns.record).where(columns.state == "active").order_by(columns.number))
        )


def story_by_id(store: SqlStore, identity: str) -> dict[str, Any] | None:
    """The record of a story, or of the one that it was merged into; None when there is no such id."""
    columns = schema.stories.c
    with store.reading() as connection:
        row = connection.execute(select(columns.record, columns.merged_into).where(columns.id == identity)).first()
        if row is not None and row.merged_into is not None:
            row = connection.execute(
                select(columns.record, columns.merged_into).where(columns.number == row.merged_into)
            ).first()
    return orjson.loads(row.record) if row is not None else None


def totals(store: SqlStore) -> tuple[int, int]:
    """The numbers of articles and of active stories in the store."""
    with store.reading() as connection:
        articles = connection.scalar(select(func.count()).select_from(schema.articles)) or 0
        stories = schema.stories
        active = connection.scalar(select(func.count()).select_from(stories).where(stories.c.state == "active")) or 0
    return articles, active


def texts_of(store: SqlStore, ids: Sequence[str]) -> dict[str, str]:
    """The texts of articles without boilerplate, by public id."""
    columns = schema.articles.c
    with store.reading() as connection:
        rows = connection.execute(select(columns.id, columns.number).where(columns.id.in_(ids))).all()
    texts = store.texts([row.number for row in rows])
    return {row.id: texts[row.number] for row in rows}
