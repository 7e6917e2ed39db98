"""Manual edits of stories: each is a run without a graph, and adds a ruling that binds every later window."""

import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from pipeline.errors import UsageError
from pipeline.inspect import reading
from pipeline.runs.request import RunRequest
from pipeline.runs.session import run_session
from pipeline.settings import fold_settings
from pipeline.store import outbox
from pipeline.store.rulings import Edit, commit_edit
from pipeline.store.sql_store import SqlStore
from transforms.fold import rulings
from transforms.fold.fold import fold_edit
from transforms.fold.rulings import ManualEdit
from transforms.records import Ruling


def pin(store: SqlStore, story: str) -> Edit:
    """Keeps the articles of a story together under its id."""
    stories, members, ruled = _active(store, [story])
    return Edit(stories, ruled, rulings.pin(ruled, members))


def unpin(store: SqlStore, story: str) -> Edit:
    """Removes all rulings on the articles of a story."""
    stories, members, ruled = _active(store, [story])
    return Edit(stories, ruled, rulings.unpin(ruled, members))


def merge(store: SqlStore, *stories: str) -> Edit:
    """Merges several stories into one."""
    numbers, members, ruled = _active(store, stories)
    if len(numbers) < 2:
        raise UsageError("name two different stories or more")
    return Edit(numbers, ruled, rulings.merge(ruled, members))


def split(store: SqlStore, story: str, *articles: str) -> Edit:
    """Moves some articles of a story to a new story."""
    stories, members, ruled = _active(store, [story])
    leaving = _placed(store, articles).keys()
    if not leaving <= members:
        raise UsageError(f"not all of these articles are in {story}")
    if leaving == members:
        raise UsageError("these are all articles of the story: nothing would be left of it")
    return Edit(stories, ruled, rulings.split(ruled, leaving, members - leaving))


def retract(store: SqlStore, *articles: str) -> Edit:
    """Deletes articles permanently."""
    gone = _placed(store, articles)
    stories = sorted(set(gone.values()))
    ruled = store.rulings([member.number for member in store.members(stories)])
    return Edit(stories, ruled, rulings.retract(ruled, gone), sorted(gone))


EDITS: Mapping[str, Callable[..., Edit]] = {
    "pin": pin,
    "unpin": unpin,
    "merge": merge,
    "split": split,
    "retract": retract,
}
"""Edits by command name; each takes the store, and the ids of stories and articles as given by the user.

Each raises UnknownIdError and UsageError.
"""


def _active(store: SqlStore, given: Sequence[str]) -> tuple[list[int], AbstractSet[int], AbstractSet[Ruling]]:
    """Resolves active stories; returns their numbers, the numbers of their articles, and the rulings on these."""
    found = [reading.story(store, reading.resolve_story(store, story)) for story in given]
    for story in found:
        if story["state"] != "active":
            raise UsageError(f"{story['id']} is {story['state']}: no fold changes it any more")
    articles = [article["id"] for story in found for article in story["articles"]]
    stories = sorted(set(store.story_numbers(articles).values()))
    members = {member.number for member in store.members(stories)}
    return stories, members, store.rulings(sorted(members))


def _placed(store: SqlStore, given: Sequence[str]) -> dict[int, int]:
    """Resolves articles; returns the number of each one's story by the number of the article."""
    return store.story_numbers([reading.resolve_article(store, article) for article in given])


def run_edit(words: Sequence[str], request: RunRequest, *, clock: Callable[[], float] = time.time) -> Sequence[bytes]:
    """Makes an edit, folds the affected stories, and writes the files as a run does.

    Args:
        words: name of the command in `EDITS`, followed by its arguments.
        request: output folder, store and configuration.
        clock: returns the time in UTC epoch seconds.

    Returns:
        The changes as lines of changes.jsonl.

    Raises:
        UsageError: the edit cannot be applied to these stories and articles.
        LockedError: a run holds the lock.
        StoreError: the store fails.
        OSError: the output folder cannot be written.
    """
    command, *named = words
    with run_session(request, clock) as session:
        edit = EDITS[command](session.store, *named)
        session.begin()
        manual = ManualEdit(edit.stories, edit.after, edit.retracted, session.started)
        delta = fold_edit(manual, session.store, fold_settings(request.config))
        commit_edit(session.store, delta, edit, session.started)
        session.finish({"manual_edit": list(words)})
        if edit.retracted:
            request.output.index.unlink(missing_ok=True)  # it contains their words, and is rebuilt if missing
        return outbox.changes_of(session.store, session.id)
