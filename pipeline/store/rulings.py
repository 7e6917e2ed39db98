"""Commits manual edits: rulings and retracted articles, in one transaction with the changes that follow from them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from pipeline.store import schema
from pipeline.store.purge import delete_permanently, delete_stories
from pipeline.store.sql_store import SqlStore
from transforms.records import Delta, Ruling


class Edit(NamedTuple):
    """A manual edit; stories and articles are given by number."""

    stories: Sequence[int]
    """The stories that are folded again."""
    before: AbstractSet[Ruling]
    """The rulings about their articles so far."""
    after: AbstractSet[Ruling]
    """The rulings about their articles from now on."""
    retracted: Sequence[int] = ()
    """Those of their articles that are deleted permanently."""


def commit_edit(store: SqlStore, delta: Delta, edit: Edit, at: int) -> None:
    """Commits a manual edit: all of it or nothing.

    Args:
        store: the store, opened for a run.
        delta: the changes that follow from the edit, as returned by `fold_edit`.
        edit: the manual edit.
        at: time of the edit, in UTC epoch seconds.

    Raises:
        MovedOnError: another commit was made since the store was read for this delta.
        OvertakenError: a later run has begun.
    """
    columns, articles = schema.rulings.c, schema.articles.c
    with store.writing() as connection:
        store.apply(connection, delta)
        for ruling in edit.before - edit.after:
            same = [columns[name].is_not_distinct_from(value) for name, value in ruling._asdict().items()]
            connection.execute(delete(schema.rulings).where(*same))
        fresh = sorted(edit.after - edit.before, key=lambda one: (one.kind, one.left, one.right or 0))
        if fresh:
            connection.execute(insert(schema.rulings), [one._asdict() | {"at": at} for one in fresh])
        if edit.retracted:
            delete_permanently(connection, list(edit.retracted))
            inhabited = set(connection.scalars(select(articles.story).where(articles.story.in_(edit.stories))))
            delete_stories(connection, sorted(set(edit.stories) - inhabited))
