"""Wiring: PairCopies."""

from collections.abc import Iterable, Iterator

import apache_beam as beam

import transforms.coders  # noqa: F401
from transforms.counts import count, timed
from transforms.match.bands import banding
from transforms.match.match import Settings
from transforms.match.numbering import block_id
from transforms.match.shards import deal_bands, pair_shard, send_shingles, verify_block
from transforms.records import AtBlock, BandShare, BlockShingles, Window

_Keyed = beam.PCollection[tuple[int, AtBlock]]


class PairCopies(beam.PTransform[beam.PCollection[Window], beam.PCollection[Window]]):
    """Finds the copies within a window with as many workers as the runner has.

    In:  PCollection[Window]: parts, as returned by SketchArticles.
    Out: PCollection[Window]: further parts of the same windows, which contain only pairs of copies. Keys and
         shingles cross three shuffles as columns, no text does.
    Counts: `match/oversized_buckets`, as for CommitWindows.

    Example:
        >>> from transforms import CleanItems, PairCopies, ParseDocuments, SketchArticles, UniteArticles
        >>> from transforms.match.match import Settings
        >>> settings = Settings(
        ...     copy_similarity=0.5,
        ...     copy_containment=0.8,
        ...     copy_recall=0.99,
        ...     story_threshold=0.17,
        ...     horizon_seconds=604_800,
        ...     shards=4,
        ... )
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     parsed = pipeline | beam.Create(documents) | ParseDocuments(max_entries=100)
        ...     cleaned = parsed.items | CleanItems()
        ...     sketched = cleaned.articles | UniteArticles(store=store) | SketchArticles()
        ...     paired = sketched | PairCopies(settings=settings)
        ...     _ = paired | beam.Map(lambda window: print(len(window.pairs), "pair of copies"))
        1 pair of copies
    """

    def __init__(self, *, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def expand(self, parts: beam.PCollection[Window]) -> beam.PCollection[Window]:
        candidates: _Keyed = (
            parts
            | "DealBands" >> beam.ParDo(_DealBands(self._settings)).with_output_types(tuple[int, BandShare])
            | "GroupByShard" >> beam.GroupByKey()
            | "PairShard" >> beam.ParDo(_PairShard()).with_output_types(tuple[int, AtBlock])
        )
        shingles: _Keyed = parts | "Shingles" >> beam.FlatMap(_shingles).with_output_types(tuple[int, AtBlock])
        sent: _Keyed = (
            (candidates, shingles)
            | "AtLeft" >> beam.Flatten()
            | "GroupByLeft" >> beam.GroupByKey()
            | "SendShingles" >> beam.ParDo(_SendShingles()).with_output_types(tuple[int, AtBlock])
        )
        output: beam.PCollection[Window] = (
            (sent, shingles)
            | "AtRight" >> beam.Flatten()
            | "GroupByRight" >> beam.GroupByKey()
            | "VerifyBlock" >> beam.ParDo(_VerifyBlock(self._settings)).with_output_types(Window)
        )
        return output


def _shingles(part: Window) -> Iterator[tuple[int, AtBlock]]:
    for block in part.blocks:
        yield block_id(block), AtBlock([BlockShingles(block.shingles, block.shingle_counts)], [], [])


class _DealBands(beam.DoFn):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def process(self, part: Window) -> Iterator[tuple[int, BandShare]]:
        bands = banding(self._settings.copy_similarity, self._settings.copy_recall)
        with timed("match"):
            shares = [share for block in part.blocks for share in deal_bands(block, bands, self._settings.shards)]
        yield from shares


class _PairShard(beam.DoFn):
    def process(self, element: tuple[int, Iterable[BandShare]]) -> Iterator[tuple[int, AtBlock]]:
        with timed("match"):
            found = pair_shard(list(element[1]))
        count("match", "oversized_buckets", found.oversized_buckets)
        for block, pairs in found.pairs:
            yield block, AtBlock([], [pairs], [])


class _SendShingles(beam.DoFn):
    def process(self, element: tuple[int, Iterable[AtBlock]]) -> Iterator[tuple[int, AtBlock]]:
        with timed("match"):
            sent = list(send_shingles(element[0], list(element[1])))
        yield from sent


class _VerifyBlock(beam.DoFn):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def process(self, element: tuple[int, Iterable[AtBlock]]) -> Iterator[Window]:
        with timed("match"):
            pairs = list(verify_block(element[0], list(element[1]), self._settings))
        if pairs:
            yield Window([], [], [], [], pairs=pairs)
