"""Queries for stories: their members, links, rulings and states."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from pipeline.store import schema
from pipeline.store.engine import select_in
from transforms.records import Link, Member, Ruling, StoredStory


def active_story_of(connection: Connection, articles: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns the number of the story of each of these articles, 0 where it is not active."""
    columns = schema.articles.c
    numbers = articles.tolist()
    rows = list(select_in(connection, select(columns.number, columns.story), columns.number, numbers))
    active = select_active(connection, {row.story for row in rows})
    story = {row.number: row.story for row in rows if row.story in active}
    return np.array([story.get(number, 0) for number in numbers], dtype=np.int64)


def select_active(connection: Connection, stories: Iterable[int]) -> set[int]:
    """Returns those of these stories that are active.

    A join with the articles would scan all active stories, because SQLite uses their index first.
    """
    columns = schema.stories.c
    rows = select_in(connection, select(columns.number, columns.state), columns.number, stories)
    return {row.number for row in rows if row.state == "active"}


def active_records(connection: Connection) -> list[bytes]:
    """Reads the records of all active stories, which are the lines of stories.jsonl, the oldest first."""
    columns = schema.stories.c
    return list(connection.scalars(select(columns.record).where(columns.state == "active").order_by(columns.number)))


def story_by_id(connection: Connection, identity: str) -> dict[str, Any] | None:
    """Reads the record of a story, or of the one that it was merged into, None for an unknown id."""
    columns = schema.stories.c
    row = connection.execute(select(columns.record, columns.merged_into).where(columns.id == identity)).first()
    if row is not None and row.merged_into is not None:
        row = connection.execute(select(columns.record).where(columns.number == row.merged_into)).one()
    return orjson.loads(row.record) if row is not None else None


def story_numbers(connection: Connection, articles: Iterable[str]) -> dict[int, int]:
    """Returns the numbers of these articles, given by public id, with the numbers of their stories."""
    columns = schema.articles.c
    rows = select_in(connection, select(columns.number, columns.story), columns.id, articles)
    return {row.number: row.story for row in rows}


def read_stories(connection: Connection, stories: Iterable[int]) -> list[StoredStory]:
    """Reads these stories, ascending by number."""
    columns = schema.stories.c
    statement = select(*(columns[name] for name in StoredStory._fields))
    found = (StoredStory(*row) for row in select_in(connection, statement, columns.number, stories))
    return sorted(story._replace(merged_from=orjson.loads(str(story.merged_from))) for story in found)


def read_members(connection: Connection, stories: Iterable[int]) -> list[Member]:
    """Reads the members of these stories, ascending by number."""
    columns = schema.articles.c
    statement = select(*(columns[name] for name in Member._fields))
    return sorted(Member(*row) for row in select_in(connection, statement, columns.story, stories))


def read_links(connection: Connection, articles: Iterable[int]) -> list[Link]:
    """Reads the links whose left article is one of these."""
    columns = schema.links.c
    statement = select(*(columns[name] for name in Link._fields))
    return sorted(Link(*row) for row in select_in(connection, statement, columns.left, articles))


def read_rulings(connection: Connection, articles: Iterable[int]) -> set[Ruling]:
    """Reads the rulings that name any of these articles."""
    columns = schema.rulings.c
    numbers = list(articles)
    statement = select(*(columns[name] for name in Ruling._fields))
    return {
        Ruling(*row) for end in (columns.left, columns.right) for row in select_in(connection, statement, end, numbers)
    }


def quiet_stories(connection: Connection, before: int) -> list[int]:
    """Returns the active stories that last changed at a data clock before this time, ascending."""
    columns = schema.stories.c
    statement = select(columns.number).where(columns.state == "active", columns.quiet_since < before)
    return sorted(connection.scalars(statement))
