"""Wiring: GatherWindow."""

from collections.abc import Iterable

import apache_beam as beam

import transforms.coders  # noqa: F401
from transforms.records import Poll, Rejected, Window


def only_rejected(rejected: Rejected) -> Window:
    """Returns a part of a window that contains one rejected input."""
    return Window([], [], [rejected], [])


def only_poll(poll: Poll) -> Window:
    """Returns a part of a window that contains the result of one poll."""
    return Window([], [], [], [poll])


def _key_by_window(part: Window) -> tuple[int, Window]:
    return 0, part


def _unite(element: tuple[int, Iterable[Window]]) -> Window:
    parts = list(element[1])
    return Window(
        [block for part in parts for block in part.blocks],
        sorted(sighting for part in parts for sighting in part.sightings),
        sorted(rejected for part in parts for rejected in part.rejected),
        sorted(poll for part in parts for poll in part.polls),
        pairs=sorted(pairs for part in parts for pairs in part.pairs),
    )


class GatherWindow(beam.PTransform[beam.PCollection[Window], beam.PCollection[Window]]):
    """Brings all parts of a window to one worker, where it is matched, folded and written.

    In:  PCollection[Window]: parts, as returned by SketchArticles, PairCopies, `only_rejected` and `only_poll`.
    Out: PCollection[Window], one for each window that is not empty. Blocks cross this shuffle as columns: some
         megabytes for a thousand articles.

    Example:
        >>> from transforms import CleanItems, GatherWindow, ParseDocuments, SketchArticles, UniteArticles
        >>> def show(window):
        ...     print(sum(len(block.articles) for block in window.blocks), "articles in one place")
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     parsed = pipeline | beam.Create(documents) | ParseDocuments(max_entries=100)
        ...     cleaned = parsed.items | CleanItems()
        ...     sketched = cleaned.articles | UniteArticles(store=store) | SketchArticles()
        ...     gathered = sketched | GatherWindow()
        ...     _ = gathered | beam.Map(show)
        6 articles in one place
    """

    def expand(self, parts: beam.PCollection[Window]) -> beam.PCollection[Window]:
        output: beam.PCollection[Window] = (
            parts
            | "KeyByWindow" >> beam.Map(_key_by_window).with_output_types(tuple[int, Window])
            | "GroupByWindow" >> beam.GroupByKey()
            | "UniteWindow" >> beam.Map(_unite).with_output_types(Window)
        )
        return output
