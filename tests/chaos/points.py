"""The points of the run protocol at which a process is killed; newsfold itself knows nothing of them."""

import functools
import importlib
import itertools
import os
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import Engine, event


class Point(NamedTuple):
    """One place in a run.

    Attributes:
        name: of the point.
        when: 'before' or 'after' a call of a function; 'amid' the lines that it returns; 'sql' after a statement was
            executed; 'sql commit' when the transaction of such a statement is about to be committed.
        where: module:function for the calls, a regular expression for the statements.
        nth: which of the calls or statements.
        config: of the run, beside the defaults.
        again: the point at which the next run is killed too, '' for none.
    """

    name: str
    when: Literal["before", "after", "amid", "sql", "sql commit"]
    where: str
    nth: int = 1
    config: str = ""
    again: str = ""


OTHER_BANDS = "copies: {similarity: 0.8}"

POINTS = (
    Point("after the lock", "before", "pipeline.store.sql_store:SqlStore.create"),
    Point("while the index is made anew", "sql", r"INSERT INTO formats", config=OTHER_BANDS),
    Point("after the run is recorded", "after", "pipeline.store.outbox:start_run"),
    Point("between two files that are read", "before", "transforms.fetch.fetch_documents:read_file", nth=2),
    Point("mid-fetch", "after", "transforms.fetch.fetch_documents:poll_feed"),
    Point("after parse", "before", "transforms.clean.clean_articles:clean"),
    Point("after recognise", "before", "pipeline.store.sql_store:SqlStore.line_hashes"),
    Point("after match", "before", "transforms.fold.commit_windows:fold"),
    Point("before the commit", "before", "pipeline.store.sql_store:SqlStore.commit"),
    Point("inside the commit, stories written", "sql", r"INSERT INTO stories"),
    Point("inside the commit, articles written", "sql", r"INSERT INTO articles"),
    Point("inside the commit, feeds written", "sql", r"INSERT INTO feeds"),
    Point("during a segment merge", "sql", r"DELETE FROM segments"),
    Point("inside the commit, outbox written", "sql", r"INSERT INTO changes"),
    Point("at the very end of the commit", "sql commit", r"INSERT INTO changes"),
    Point("after the commit", "after", "pipeline.store.sql_store:SqlStore.commit"),
    Point("before the run is finished", "before", "pipeline.store.outbox:finish_run"),
    Point("before the files", "before", "pipeline.runs.session:export"),
    Point("between files", "before", "pipeline.outputs.export:_write", nth=2),
    Point("mid-file", "amid", "pipeline.store.sql_store:SqlStore.active_records"),
    Point("before a file is durable", "before", "os:fsync"),
    Point("between the files of the run and the stories", "before", "pipeline.store.sql_store:SqlStore.active_records"),
    Point("before the export mark", "before", "pipeline.store.outbox:mark_exported"),
    Point("at the commit of the export mark", "sql commit", r"UPDATE runs SET exported"),
    Point("after the export mark", "after", "pipeline.store.outbox:mark_exported"),
    Point("twice, while files are finished", "before", "pipeline.runs.session:export", again="mid-file"),
    Point("twice, before two commits", "before", "pipeline.store.sql_store:SqlStore.commit", again="after parse"),
)


def point(name: str) -> Point:
    """The point of this name."""
    return next(one for one in POINTS if one.name == name)


def arm(one: Point, strike: Callable[[], object] | None = None) -> None:
    """Makes this process die by SIGKILL when it comes to a point.

    Args:
        one: the point.
        strike: what happens there instead.
    """
    strike = strike or functools.partial(os.kill, os.getpid(), signal.SIGKILL)
    if one.when.startswith("sql"):
        _arm_statement(one, strike)
    else:
        _arm_call(one, strike)


def _arm_call(one: Point, strike: Callable[[], object]) -> None:
    module, _, path = one.where.partition(":")
    holder: Any = importlib.import_module(module)
    *holders, name = path.split(".")
    for inner in holders:
        holder = getattr(holder, inner)
    function = getattr(holder, name)
    calls = itertools.count(1)

    @functools.wraps(function)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        due = next(calls) == one.nth
        if due and one.when == "before":
            strike()
        result = function(*arguments, **named)
        if due and one.when == "after":
            strike()
        return _half(result, strike) if due and one.when == "amid" else result

    setattr(holder, name, wrapped)


def _half(lines: Sequence[bytes], strike: Callable[[], object]) -> Iterator[bytes]:
    yield from lines[: len(lines) // 2]
    strike()
    yield from lines[len(lines) // 2 :]


def _arm_statement(one: Point, strike: Callable[[], object]) -> None:
    pattern, found = re.compile(one.where), itertools.count(1)
    due: list[Any] = []

    def executed(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if pattern.match(statement) and next(found) == one.nth:
            if one.when == "sql":
                strike()
            due.append(connection)

    def committing(connection: Any) -> None:
        if connection in due:
            strike()

    event.listen(Engine, "after_cursor_execute", executed)
    event.listen(Engine, "commit", committing)
