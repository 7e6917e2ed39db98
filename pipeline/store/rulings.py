"""What people do to stories: rulings, and articles that go for good, in one transaction with what follows from them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from pipeline.store import schema
from pipeline.store.purge import delete_for_ever, delete_stories
from pipeline.store.sql_store import SqlStore
from transforms.records import Delta, Ruling


class Edit(NamedTuple):
    """What a person does, by numbers."""

    stories: Sequence[int]
    """Those that are folded anew."""
    before: AbstractSet[Ruling]
    """What was ruled about their articles."""
    after: AbstractSet[Ruling]
    """What holds for these from now on."""
    retracted: Sequence[int] = ()
    """Those of these articles that go for good."""


def commit_edit(store: SqlStore, delta: Delta, edit: Edit, at: int) -> None:
    """Applies what a person did, all of it or nothing.

    Args:
        store: of a run.
        delta: what follows from it, as of `fold_edit`.
        edit: what was done.
        at: when, in seconds since 1970.
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
            delete_for_ever(connection, list(edit.retracted))
            inhabited = set(connection.scalars(select(articles.story).where(articles.story.in_(edit.stories))))
            delete_stories(connection, sorted(set(edit.stories) - inhabited))
