"""Wiring: MatchArticles."""

from collections.abc import Iterator

import apache_beam as beam

import transforms.coders  # noqa: F401
from transforms.counts import count, timed
from transforms.match.match import Settings, match
from transforms.ports import StoreFactory
from transforms.records import Matched, Window
from transforms.store_access import StoreDoFn


class MatchArticles(beam.PTransform[beam.PCollection[Window], beam.PCollection[Matched]]):
    """Finds copies and articles on the same event, in the window and in the store, and verifies each.

    In:  PCollection[Window] as of GatherWindow.
    Out: PCollection[Matched], one for one.
    Counts: `match/in` = `match/out` + `match/dropped_known` (of a window delivered twice), `match/copy_links`,
        `match/story_links`; `match/capped` keys of copies that more articles shared than were all paired, and
        `match/templates` pairs that nothing but a template made alike.
    """

    def __init__(self, *, store: StoreFactory, settings: Settings) -> None:
        super().__init__()
        self._store = store
        self._settings = settings

    def expand(self, windows: beam.PCollection[Window]) -> beam.PCollection[Matched]:
        output: beam.PCollection[Matched] = windows | "Match" >> beam.ParDo(
            _Match(self._store, self._settings)
        ).with_output_types(Matched)
        return output


class _Match(StoreDoFn):
    def __init__(self, factory: StoreFactory, settings: Settings) -> None:
        super().__init__(factory)
        self._settings = settings

    def process(self, window: Window) -> Iterator[Matched]:
        with timed("match"):
            matched = match(window, self.store, self._settings)
        copies = sum(matched.links.copies)
        given = sum(len(block.articles) for block in window.blocks)
        count("match", "in", given)
        count("match", "out", len(matched.block.articles))
        count("match", "dropped_known", given - len(matched.block.articles))
        count("match", "copy_links", copies)
        count("match", "story_links", len(matched.links.copies) - copies)
        count("match", "capped", matched.capped)
        count("match", "templates", matched.templates)
        yield matched
