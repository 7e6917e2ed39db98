"""Rebuilds sketches and index from the stored texts."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from pipeline.store import schema
from pipeline.store.segments import DAY, write_segment
from pipeline.store.sketches import sketch_rows
from pipeline.store.sql_store import SqlStore
from transforms.match.match import index
from transforms.match.segments import TERM, merge_counts
from transforms.records import Article, Segment
from transforms.records.times import event_time
from transforms.sketch import version
from transforms.sketch.block import sketch

_BATCH = 1024  # articles


def reindex_if_outdated(store: SqlStore, *, bands: tuple[int, int]) -> int:
    """Rebuilds all sketches and the whole index, unless they already have this version and these bands.

    All of it is one transaction: a store never has sketches of two versions.

    Args:
        store: the store, locked by this run.
        bands: number of bands and rows per band of the index of copies.

    Returns:
        Number of articles that were sketched again, 0 for an index that is current.
    """
    with store.writing() as connection:
        if _are_current(connection, bands):
            return 0
        for outdated in (schema.segments, schema.sketches, schema.formats):
            connection.execute(delete(outdated))
        rows = [{"name": name, "value": value} for name, value in _current(bands).items()]
        connection.execute(insert(schema.formats), rows)
        return _reindex(connection, bands)


def index_is_current(store: SqlStore, *, bands: tuple[int, int]) -> bool:
    """Tells whether sketches and index have this version and these bands."""
    with store.reading() as connection:
        return _are_current(connection, bands)


def _current(bands: tuple[int, int]) -> dict[str, str]:
    return {"sketch": version.SKETCH, "bands": "{} x {}".format(*bands)}


def _are_current(connection: Connection, bands: tuple[int, int]) -> bool:
    return {row.name: row.value for row in connection.execute(select(schema.formats))} == _current(bands)


def _reindex(connection: Connection, bands: tuple[int, int]) -> int:
    clock = total = 0
    counts = Segment(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint32), 0)
    for articles in _batches(connection):
        sketched = sketch(articles)
        connection.execute(insert(schema.sketches), list(sketch_rows(sketched)))
        segments = index(sketched, bands, [counts])
        counts = merge_counts([counts, segments[TERM]])
        clock = max([clock, *(event_time(article.published, article.fetched_at) for article in articles)])
        for kind, segment in segments.items():
            write_segment(connection, kind, segment, clock // DAY)
        total += len(articles)
    return total


def _batches(connection: Connection) -> Iterator[list[Article]]:
    """Yields all articles in order of their numbers."""
    table, last = schema.articles, 0
    while True:
        statement = select(table).where(table.c.number > last).order_by(table.c.number).limit(_BATCH)
        rows = connection.execute(statement).mappings().all()
        if not rows:
            return
        yield [_article(dict(row)) for row in rows]
        last = rows[-1]["number"]


def _article(row: dict[str, Any]) -> Article:
    values = {name: value for name, value in row.items() if name in Article._fields}
    values |= {"rules": json.loads(row["rules"]), "boilerplate": json.loads(row["boilerplate"])}
    return Article(**values, updated=None, fetched_at=row["first_seen"], references=())
