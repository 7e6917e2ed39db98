"""Storage of the index: immutable segments, by kind, day and tier."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from pipeline.store import schema
from pipeline.store.engine import select_in
from pipeline.store.meta import read_meta
from transforms.match.segments import COPY, MERGE_WIDTH, STORY, TERM, merge_counts, merge_index
from transforms.records import Segment

DAY = 86400

_SEGMENTS: dict[tuple[int, str], dict[int, Segment]] = {}
"""Cache of the segments last read, by identity of the store and kind, then by id: segments never change, and all stages
of a process read the same ones."""

_TABLE = schema.segments.c
_CONTENT = (_TABLE["keys"], _TABLE["values"], _TABLE.articles)
"""The columns of a segment, in the order of its fields."""


def read_segments(connection: Connection, kind: str, since: int) -> list[Segment]:
    """Reads all segments of a kind whose articles arrived at data clock `since` or later, in order of their ids."""
    wanted = (_TABLE.kind == kind, _TABLE.day >= since // DAY)
    ids = list(connection.scalars(select(_TABLE.id).where(*wanted).order_by(_TABLE.id)))
    place = read_meta(connection, "identity"), kind
    held = _SEGMENTS.get(place, {})
    missing = (number for number in ids if number not in held)
    rows = select_in(connection, select(_TABLE.id, *_CONTENT), _TABLE.id, missing)
    fresh = {number: Segment.of_bytes(*content) for number, *content in rows}
    _SEGMENTS[place] = {number: held[number] if number in held else fresh[number] for number in ids}
    return list(_SEGMENTS[place].values())


def write_segment(connection: Connection, kind: str, segment: Segment, day: int) -> None:
    """Adds a segment, and merges every eight of one day and tier into one of the next tier."""
    merge = merge_counts if kind == TERM else merge_index
    tier = 0
    while True:
        _insert(connection, kind, segment, day, tier)
        same = (_TABLE.kind == kind, _TABLE.day == day, _TABLE.tier == tier)
        found = connection.execute(select(_TABLE.id, *_CONTENT).where(*same).order_by(_TABLE.id)).all()
        if len(found) < MERGE_WIDTH:
            return
        segment = merge([Segment.of_bytes(*content) for _, *content in found])
        connection.execute(delete(schema.segments).where(_TABLE.id.in_([row.id for row in found])))
        tier += 1


def _insert(connection: Connection, kind: str, segment: Segment, day: int, tier: int) -> None:
    content = {"keys": segment.keys.tobytes(), "values": segment.values.tobytes(), "articles": segment.articles}
    connection.execute(insert(schema.segments).values(kind=kind, day=day, tier=tier, **content))


def forget_articles(connection: Connection, articles: Sequence[int]) -> None:
    """Deletes articles from the index segments of the kinds COPY and STORY."""
    for kind in (COPY, STORY):
        _forget(connection, kind, articles)


def _forget(connection: Connection, kind: str, articles: Sequence[int]) -> None:
    """Deletes articles from the segments of one kind.

    Segments are immutable because processes cache them: one that contains such an article is replaced by another
    with a new id, and so are all later ones, to preserve their order.
    """
    statement = select(_TABLE.id, _TABLE.day, _TABLE.tier, *_CONTENT).where(_TABLE.kind == kind).order_by(_TABLE.id)
    found = [(row[:3], Segment.of_bytes(*row[3:])) for row in connection.execute(statement)]
    kept = [~np.isin(segment.values, articles) for _, segment in found]
    first = next((place for place, mask in enumerate(kept) if not mask.all()), len(found))
    for ((number, day, tier), segment), mask in zip(found[first:], kept[first:], strict=True):
        connection.execute(delete(schema.segments).where(_TABLE.id == number))
        if mask.any():
            values = segment.values[mask]
            rest = Segment(segment.keys[mask], values, len(np.unique(values)))
            _insert(connection, kind, rest, day, tier)
