"""Wires sketching into Beam: the transform SketchArticles."""

from collections.abc import Iterator

import apache_beam as beam

import transforms.coders  # noqa: F401
from transforms.counts import count, timed
from transforms.records import Recognised, Window
from transforms.sketch.block import pack, sketch

_BLOCK = 2048
"""Articles sketched at once: short texts are signed fast only in large blocks."""


class SketchArticles(beam.PTransform[beam.PCollection[Recognised], beam.PCollection[Window]]):
    """Computes shingles, MinHash signatures and term counts of new articles, one block at a time.

    In:  PCollection[Recognised] as returned by StripBoilerplate.
    Out: PCollection[Window] without rejected inputs and polls, one per input element.
    Counts: `sketch/in` = `sketch/out` (articles).

    Example:
        >>> from transforms import CleanItems, ParseDocuments, SketchArticles, UniteArticles
        >>> def show(window):
        ...     for block in window.blocks:
        ...         print(len(block.articles), "articles,", len(block.signatures), "bytes of signatures")
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     parsed = pipeline | beam.Create(documents[:1]) | ParseDocuments(max_entries=100)
        ...     cleaned = parsed.items | CleanItems()
        ...     sketched = cleaned.articles | UniteArticles(store=store) | SketchArticles()
        ...     _ = sketched | beam.Map(show)
        2 articles, 1024 bytes of signatures
    """

    def expand(self, shards: beam.PCollection[Recognised]) -> beam.PCollection[Window]:
        output: beam.PCollection[Window] = shards | "Sketch" >> beam.ParDo(_Sketch()).with_output_types(Window)
        return output


class _Sketch(beam.DoFn):
    def process(self, shard: Recognised) -> Iterator[Window]:
        articles = list(shard.articles)
        with timed("sketch"):
            blocks = [pack(sketch(articles[low : low + _BLOCK])) for low in range(0, len(articles), _BLOCK)]
        count("sketch", "in", len(articles))
        count("sketch", "out", sum(len(block.articles) for block in blocks))
        yield Window(blocks, shard.sightings, [], [])
