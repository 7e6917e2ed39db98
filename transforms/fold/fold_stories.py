"""Wiring: FoldStories and WriteStories."""

from collections.abc import Iterator

import apache_beam as beam

import transforms.coders  # noqa: F401
from transforms.counts import count, timed
from transforms.fold.fold import Settings, fold
from transforms.ports import StoreFactory
from transforms.records import Committed, Delta, Matched
from transforms.store_access import StoreDoFn


class FoldStories(beam.PTransform[beam.PCollection[Matched], beam.PCollection[Delta]]):
    """Places every article of a window in one story, new or stored.

    In:  PCollection[Matched] as of MatchArticles.
    Out: PCollection[Delta], one for one: what a store has to change, nothing is written yet.
    Counts: `fold/in`, `fold/out` (articles), `fold/stories_<kind>` (changes).
    """

    def __init__(self, *, store: StoreFactory, settings: Settings, now: int) -> None:
        super().__init__()
        self._store = store
        self._settings = settings
        self._now = now

    def expand(self, matched: beam.PCollection[Matched]) -> beam.PCollection[Delta]:
        output: beam.PCollection[Delta] = matched | "Fold" >> beam.ParDo(
            _Fold(self._store, self._settings, self._now)
        ).with_output_types(Delta)
        return output


class _Fold(StoreDoFn):
    def __init__(self, factory: StoreFactory, settings: Settings, now: int) -> None:
        super().__init__(factory)
        self._settings = settings
        self._now = now

    def process(self, matched: Matched) -> Iterator[Delta]:
        with timed("fold"):
            delta = fold(matched, self.store, self._settings, self._now)
        placed = {placement.number for placement in delta.placements}
        count("fold", "in", len(matched.block.articles))
        count("fold", "out", sum(article.number in placed for article in delta.block.articles))
        for change in delta.changes:
            count("fold", f"stories_{change.kind}")
        yield delta


class WriteStories(beam.PTransform[beam.PCollection[Delta], beam.PCollection[Committed]]):
    """Applies each delta to the store in one transaction.

    In:  PCollection[Delta] as of FoldStories.
    Out: PCollection[Committed], one for one, after the commit.
    Counts: `write/in`, `write/out` (articles).
    """

    def __init__(self, *, store: StoreFactory) -> None:
        super().__init__()
        self._store = store

    def expand(self, deltas: beam.PCollection[Delta]) -> beam.PCollection[Committed]:
        output: beam.PCollection[Committed] = deltas | "Write" >> beam.ParDo(_Write(self._store)).with_output_types(
            Committed
        )
        return output


class _Write(StoreDoFn):
    def process(self, delta: Delta) -> Iterator[Committed]:
        count("write", "in", len(delta.block.articles))
        with timed("write"):
            committed = self.store.commit(delta)
        count("write", "out", committed.articles)
        yield committed
