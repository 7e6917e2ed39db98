"""The index: segments that never change, by kind, day and tier."""

from sqlalchemy import Connection, delete, insert, select

from pipeline.store import schema
from pipeline.store.engine import select_in
from pipeline.store.meta import read_meta
from transforms.match.segments import MERGE_WIDTH, TERM, merge_counts, merge_index
from transforms.records import Segment

DAY = 86400

_SEGMENTS: dict[tuple[int, str], dict[int, Segment]] = {}
"""Segments by identity of the store and kind, then by id, as last read: they never change, and every stage of a
process reads the same."""


def read_segments(connection: Connection, kind: str, since: int) -> list[Segment]:
    """Reads all segments of a kind whose articles arrived at data clock `since` or later, in order of their ids."""
    columns = schema.segments.c
    wanted = (columns.kind == kind, columns.day >= since // DAY)
    ids = list(connection.scalars(select(columns.id).where(*wanted).order_by(columns.id)))
    place = read_meta(connection, "identity"), kind
    held = _SEGMENTS.get(place, {})
    statement = select(columns.id, columns["keys"], columns["values"], columns.articles)
    rows = select_in(connection, statement, columns.id, (number for number in ids if number not in held))
    fresh = {row[0]: Segment.of_bytes(*row[1:]) for row in rows}
    _SEGMENTS[place] = {number: held[number] if number in held else fresh[number] for number in ids}
    return list(_SEGMENTS[place].values())


def write_segment(connection: Connection, kind: str, segment: Segment, day: int) -> None:
    """Adds a segment; eight of one day and tier become one of the next tier."""
    table = schema.segments
    merge = merge_counts if kind == TERM else merge_index
    tier = 0
    while True:
        columns = {"keys": segment.keys.tobytes(), "values": segment.values.tobytes(), "articles": segment.articles}
        connection.execute(insert(table).values(kind=kind, day=day, tier=tier, **columns))
        found = connection.execute(
            select(table.c.id, table.c["keys"], table.c["values"], table.c.articles)
            .where(table.c.kind == kind, table.c.day == day, table.c.tier == tier)
            .order_by(table.c.id)
        ).all()
        if len(found) < MERGE_WIDTH:
            return
        segment = merge([Segment.of_bytes(*row[1:]) for row in found])
        connection.execute(delete(table).where(table.c.id.in_([row[0] for row in found])))
        tier += 1
