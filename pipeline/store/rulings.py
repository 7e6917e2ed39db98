"""Committing a manual edit: rulings and retracted articles, in one transaction with what follows from them."""

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
    """Those of their articles that are deleted and never come back."""


def commit_edit(store: SqlStore, delta: Delta, edit: Edit, at: int) -> None:
    """Commits a manual edit, all of it or nothing.

    Args:
        store: of a run.
        delta: what follows from the edit, as returned by `fold_edit`.
        edit: the manual edit.
        at: when it was made, in UTC epoch seconds.

    Raises:
        MovedOnError: there was another commit since the reading that the delta rests on.
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
