"""The rules of docs/exactly-once.md: each holds, and where it is taken away the store is another one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import pytest
from sqlalchemy.exc import IntegrityError

from pipeline.outputs.folder import OutputFolder
from pipeline.runs import batch as bounded
from pipeline.runs import session
from pipeline.runs.request import RunRequest
from pipeline.store import commit, engine, outbox, schema
from pipeline.store.errors import OvertakenError
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.support.command import ROOT
from tests.support.ferry import COPY, DAY, FERRY, FILLER, LATER, START, TOLD, VOTE
from tests.support.samples import article
from tests.support.stores import content
from transforms.fetch.health import READ
from transforms.fold import commit_windows as settle_windows
from transforms.fold.fold import Settings as FoldSettings
from transforms.match import match as matching
from transforms.match import numbering
from transforms.match.match import Settings as MatchSettings
from transforms.recognise import recognise as recognising
from transforms.records import Article, Delta, Known, Poll, Window
from transforms.sketch.block import pack, sketch

PAGE = ROOT / "docs" / "exactly-once.md"
MATCH, FOLD = MatchSettings(0.5, 0.8, 0.99, 0.17, 7 * DAY), FoldSettings(0.17, 3 * DAY, 7 * DAY)
FEED = "https://paper.example/feed"


class Worlds:
    """Makes stores, and settles windows in them as the graph does."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._names = folder, count()

    @contextmanager
    def store(self) -> Iterator[SqlStore]:
        """A new store, in which a run has begun."""
        with self.opened(f"sqlite:///{self._folder / f'{next(self._names)}.db'}", "run") as store:
            store.create()
            outbox.start_run(store, "run", START)
            yield store

    @contextmanager
    def opened(self, url: str, run: str) -> Iterator[SqlStore]:
        with SqlStoreFactory(url, run)() as store:
            yield store

    def undisturbed(self, *windows: Window) -> dict[str, list[Any]]:
        """What is in a store after these windows, one after the other."""
        with self.store() as store:
            for window in windows:
                settle(store, window)
            return everything(store)


def window(*articles: Article) -> Window:
    return Window([pack(sketch([one])) for one in articles], [], [], [Poll(FEED, START, READ, 3600)])


def settle(store: SqlStore, given: Window) -> None:
    doing = settle_windows._CommitWindow(lambda: None, MATCH, FOLD)  # type: ignore[arg-type]
    doing.store = store
    assert len(list(doing.process(given))) == 1


def everything(store: SqlStore) -> dict[str, list[Any]]:
    return content(store._engine.url.render_as_string(hide_password=False))


def _interrupt(*_: object) -> None:
    """Whatever ends a process in its midst."""
    raise InterruptedError


# What must hold: each takes Worlds and fails where its rule does not hold.


def a_commit_is_whole_or_not_at_all(worlds: Worlds) -> None:
    first, second = window(FERRY, VOTE), window(COPY, TOLD)
    with worlds.store() as store:
        settle(store, first)
        before = everything(store)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(commit, "_write_meta", _interrupt)
            with pytest.raises(InterruptedError):
                settle(store, second)
        assert everything(store) == before
        settle(store, second)
        assert everything(store) == worlds.undisturbed(first, second)


def windows_that_commit_at_once_are_as_one_after_the_other(worlds: Worlds) -> None:
    first, second = window(FERRY, VOTE), window(COPY, LATER)
    with worlds.store() as store:
        matched = matching.match
        others = iter([first])

        def match_while_another_commits(*given: Any) -> Any:
            found = matched(*given)
            for other in others:
                settle(store, other)
            return found

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(settle_windows, "match", match_while_another_commits)
            settle(store, second)
        assert everything(store) == worlds.undisturbed(first, second)


def a_window_may_come_twice(worlds: Worlds) -> None:
    first, second = window(FERRY, COPY, VOTE), window(TOLD, *FILLER)
    with worlds.store() as store:
        for given in (first, second, first, second):
            settle(store, given)
        assert everything(store)["articles"] == worlds.undisturbed(first, second)["articles"]


def the_parts_of_a_window_come_in_any_order(worlds: Worlds) -> None:
    articles = [FERRY, COPY, TOLD, VOTE, *FILLER]
    assert worlds.undisturbed(window(*articles)) == worlds.undisturbed(window(*reversed(articles)))


def the_same_content_is_no_new_version(_: Worlds) -> None:
    seen = article(feed="a")
    known = {seen.key: Known(7, seen.id, 1, seen.content_hash, "a", len(seen.text))}
    found = recognising.recognise([seen], known, {})
    assert not found.articles
    assert [sighting.number for sighting in found.sightings] == [7]


def a_run_that_was_overtaken_writes_nothing(worlds: Worlds) -> None:
    with worlds.store() as store:
        settle(store, window(FERRY))
        outbox.start_run(store, "later", START + 1)
        before = everything(store)
        with suppress(OvertakenError):
            settle(store, window(COPY))
        assert everything(store) == before


def what_a_dead_run_left_unwritten_is_written_by_the_next(worlds: Worlds) -> None:
    output = worlds._folder / f"output{next(worlds._names)}"

    def run(at: int) -> str:
        return bounded.run(
            RunRequest(OutputFolder(output), [str(ROOT / "configs" / "quickstart")]),
            clock=lambda: at,
        ).run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "export", _interrupt)
        with pytest.raises(InterruptedError):
            run(1_793_000_000)
    later = run(1_793_000_001)
    (died,) = (folder for folder in (output / "runs").iterdir() if folder.name != later)
    assert (died / "changes.jsonl").read_bytes().count(b"\n") == 15


def an_id_of_a_segment_means_one_segment(worlds: Worlds) -> None:
    with worlds.store() as store:
        settle(store, window(FERRY))
        (old,) = store.segments("copy", 0)
        with store.writing() as connection:
            connection.execute(schema.segments.delete())
            values = {"kind": "copy", "day": 1, "tier": 0, "articles": 1, "keys": b"k" * 8, "values": b"v" * 4}
            connection.execute(schema.segments.insert(), values)
        (new,) = store.segments("copy", 0)
        assert new.keys.tolist() != old.keys.tolist()


# What takes each rule away.


def _without_transactions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(engine, "_begin_sqlite", lambda _: None)


def _whatever_it_rests_on(patch: pytest.MonkeyPatch) -> None:
    apply = SqlStore.apply

    def anyhow(self: SqlStore, connection: Any, delta: Delta) -> None:
        apply(self, connection, delta._replace(as_of=self.commits()))

    patch.setattr(SqlStore, "apply", anyhow)


def _known_by_nothing(patch: pytest.MonkeyPatch) -> None:
    class Forgetful:
        def __init__(self, store: SqlStore) -> None:
            self.next_numbers = store.next_numbers

        def known(self, _: Sequence[str]) -> dict[str, Known]:
            return {}

    patch.setattr(matching, "number", lambda blocks, store: numbering.number(blocks, cast("Any", Forgetful(store))))


def _in_order_of_arrival(patch: pytest.MonkeyPatch) -> None:
    def order(self: numbering.Precedence) -> Any:
        return np.arange(len(self.times))

    patch.setattr(numbering.Precedence, "order", order)


def _every_sighting_is_news(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recognising, "has_new_version", lambda *_: True)


def _without_epochs(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SqlStore, "writing", SqlStore.transaction)


def _nobody_looks_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(session.RunSession, "_finish_interrupted", lambda *_: None)


def _ids_used_again(patch: pytest.MonkeyPatch) -> None:
    """As SQLite gives ids without AUTOINCREMENT."""
    begin = engine._begin_sqlite

    def forget(connection: Any) -> None:
        begin(connection)
        if connection.get_execution_options().get("writes", False):
            made = "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'"
            if connection.exec_driver_sql(made).scalar():
                connection.exec_driver_sql("DELETE FROM sqlite_sequence")

    patch.setattr(engine, "_begin_sqlite", forget)


class Invariant(NamedTuple):
    """A rule of the page."""

    holds: Callable[[Worlds], None]
    without: Callable[[pytest.MonkeyPatch], None]


INVARIANTS = [
    Invariant(a_commit_is_whole_or_not_at_all, _without_transactions),
    Invariant(windows_that_commit_at_once_are_as_one_after_the_other, _whatever_it_rests_on),
    Invariant(a_window_may_come_twice, _known_by_nothing),
    Invariant(the_parts_of_a_window_come_in_any_order, _in_order_of_arrival),
    Invariant(the_same_content_is_no_new_version, _every_sighting_is_news),
    Invariant(a_run_that_was_overtaken_writes_nothing, _without_epochs),
    Invariant(what_a_dead_run_left_unwritten_is_written_by_the_next, _nobody_looks_back),
    Invariant(an_id_of_a_segment_means_one_segment, _ids_used_again),
]
NAMES = [one.holds.__name__ for one in INVARIANTS]


@pytest.mark.parametrize("invariant", INVARIANTS, ids=NAMES)
def test_it_holds(invariant: Invariant, tmp_path: Path) -> None:
    invariant.holds(Worlds(tmp_path))


@pytest.mark.parametrize("invariant", INVARIANTS, ids=NAMES)
def test_without_its_rule_it_does_not(invariant: Invariant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    invariant.without(monkeypatch)
    with pytest.raises((AssertionError, ValueError, IntegrityError)):
        invariant.holds(Worlds(tmp_path))


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_it(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")
