"""Wiring: CommitWindows."""

import time
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.transforms.window import IntervalWindow

import transforms.coders  # noqa: F401
from transforms.counts import count, timed
from transforms.fold.fold import Settings as FoldSettings
from transforms.fold.fold import fold
from transforms.match.match import Matched, match
from transforms.match.match import Settings as MatchSettings
from transforms.ports import CommitStore, MovedOnError, StoreFactory
from transforms.records import Committed, Delta, Window
from transforms.store_access import StoreDoFn


class CommitWindows(beam.PTransform[beam.PCollection[Window], beam.PCollection[Committed]]):
    """Matches the articles of a window, folds them into stories and applies all changes in one transaction.

    A runner may process several windows at once. Each is computed from the store as it was when its matching began; if
    there was another commit since, the window is matched and folded again: optimistic concurrency control (Kung &
    Robinson 1981, doi:10.1145/319566.319567).

    In:  PCollection[Window] as returned by GatherWindow.
    Out: PCollection[Committed], one per window, after its commit.
    Counts:
        `match/in` = `match/out` + `match/dropped_known` (of a window delivered twice), `match/copy_links`,
        `match/story_links`; `match/oversized_buckets`: band keys shared by more articles than were paired;
        `match/template_pairs`: pairs similar only because of a template; `match/oversized_terms`: salient words shared
        by more articles than were paired; `match/pruned_pairs`: pairs that share a salient word and were not compared.
        `fold/in`, `fold/out` (articles), `fold/stories_<kind>` (changes).
        `write/in`, `write/out` (articles), `write/repeated` (windows that were retried).
        For the windows of a stream, the distributions `commit/milliseconds`, from the first read to the commit, and
        `commit/lag_milliseconds`, from the end of the window to the commit.

    Example:
        >>> from transforms import CleanItems, CommitWindows, GatherWindow, ParseDocuments
        >>> from transforms import SketchArticles, UniteArticles
        >>> from transforms.fold.fold import Settings as FoldSettings
        >>> from transforms.match.match import Settings as MatchSettings
        >>> matching = MatchSettings(
        ...     copy_similarity=0.5,
        ...     copy_containment=0.8,
        ...     copy_recall=0.99,
        ...     story_threshold=0.17,
        ...     horizon_seconds=604_800,
        ... )
        >>> folding = FoldSettings(threshold=0.17, sigma_seconds=259_200, close_after_seconds=604_800)
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     parsed = pipeline | beam.Create(documents) | ParseDocuments(max_entries=100)
        ...     cleaned = parsed.items | CleanItems()
        ...     sketched = cleaned.articles | UniteArticles(store=store) | SketchArticles()
        ...     committed = sketched | GatherWindow() | CommitWindows(store=store, matching=matching, folding=folding)
        ...     _ = committed | beam.Map(lambda done: print(done.articles, "articles,", done.changes, "new stories"))
        6 articles, 5 new stories
    """

    def __init__(self, *, store: StoreFactory[CommitStore], matching: MatchSettings, folding: FoldSettings) -> None:
        super().__init__()
        self._commit = _CommitWindow(store, matching, folding)

    def expand(self, windows: beam.PCollection[Window]) -> beam.PCollection[Committed]:
        output: beam.PCollection[Committed] = windows | "Commit" >> beam.ParDo(self._commit).with_output_types(
            Committed
        )
        return output


class _CommitWindow(StoreDoFn[CommitStore]):
    def __init__(self, factory: StoreFactory[CommitStore], matching: MatchSettings, folding: FoldSettings) -> None:
        super().__init__(factory)
        self._matching = matching
        self._folding = folding

    def process(self, window: Window, of: Any = beam.DoFn.WindowParam) -> Iterator[Committed]:
        began = time.perf_counter()
        while True:
            with timed("match"):
                matched = match(window, self.store, self._matching)
            with timed("fold"):
                delta = fold(matched, self.store, self._folding)
            try:
                with timed("write"):
                    committed = self.store.commit(delta)
            except MovedOnError:
                count("write", "repeated")
                continue
            _count(window, matched, delta, committed)
            if isinstance(of, IntervalWindow):
                took = round((time.perf_counter() - began) * 1000)
                Metrics.distribution("commit", "milliseconds").update(took)
                Metrics.distribution("commit", "lag_milliseconds").update(round((time.time() - float(of.end)) * 1000))
            yield committed
            return


def _count(window: Window, matched: Matched, delta: Delta, committed: Committed) -> None:
    given, numbered = sum(len(block.articles) for block in window.blocks), len(matched.sketched.articles)
    copies = int(matched.links.copies.sum())
    count("match", "in", given)
    count("match", "out", numbered)
    count("match", "dropped_known", given - numbered)
    count("match", "copy_links", copies)
    count("match", "story_links", len(matched.links.copies) - copies)
    for name, amount in matched.skipped._asdict().items():
        count("match", name, amount)
    placed = {placement.number for placement in delta.placements}
    count("fold", "in", numbered)
    count("fold", "out", sum(article.number in placed for article in delta.sketched.articles))
    for change in delta.changes:
        count("fold", f"stories_{change.kind}")
    count("write", "in", len(delta.sketched.articles))
    count("write", "out", committed.articles)
