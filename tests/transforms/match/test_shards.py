"""One worker or many find the same links."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import numpy as np
import pytest
from apache_beam import coders
from apache_beam.pipeline import PipelineVisitor
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import FixedWindows, TimestampedValue

from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.support.samples import article
from transforms.match import match as module
from transforms.match import shards
from transforms.match.gather_window import GatherWindow
from transforms.match.match import Matched, Settings, match
from transforms.match.numbering import block_id
from transforms.match.pair_copies import PairCopies
from transforms.match.shards import send_shingles, verify_block
from transforms.records import Article, AtBlock, BandShare, BlockShingles, SketchedBlock, Window
from transforms.sketch.block import pack, sketch

ONE = Settings(0.5, 0.8, 0.99, 0.16, 7 * 86400)
MANY = ONE._replace(shards=5)
WORDS = [f"word{number}" for number in range(4000)]


def articles(seed: int) -> list[Article]:
    """Texts of 80 words, edited copies of them, copies word for word, and a crowd under one template."""
    chance = random.Random(seed)
    texts = [chance.choices(WORDS, k=80) for _ in range(60)]
    for _ in range(120):
        edited = list(chance.choice(texts[:60]))
        for place in chance.sample(range(80), chance.randrange(12)):
            edited[place] = chance.choice(WORDS)
        texts.append(edited)
    template = chance.choices(WORDS, k=60)
    texts += [template + chance.choices(WORDS, k=25) for _ in range(70)]
    texts += [texts[7]] * 50
    chance.shuffle(texts)
    return [
        article(
            key=f"{seed}-{number}", id=f"{seed}-{number}", title="", text=" ".join(text),
            published=1_700_000_000 + number % 7,
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip


def blocks(seed: int) -> list[SketchedBlock]:
    given = articles(seed)
    return [pack(sketch(given[low : low + 32])) for low in range(0, len(given), 32)]


def links(matched: Matched) -> list[tuple[int, int, int, int]]:
    found = matched.links
    columns = (
        found.left,
        found.right,
        found.copies.astype(np.int64),
        np.round(found.scores * 1e9).astype(np.int64),
    )
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with SqlStoreFactory(f"sqlite:///{tmp_path / 'store.db'}", "run")() as opened:
        opened.create()
        yield opened


class _Links(beam.DoFn):
    """What the window's pairs become, against an empty store."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def process(self, window: Window) -> Iterator[list[tuple[int, int, int, int]]]:
        with SqlStoreFactory(self._path, "run")() as store:
            yield links(match(window, store, MANY))


def test_bounded_and_windowed_find_what_one_worker_finds(store: SqlStore, tmp_path: Path) -> None:
    expected = {seed: links(match(Window(blocks(seed), [], [], []), store, ONE)) for seed in (1, 2)}
    kinds = {kind for _, _, kind, _ in expected[1]}
    assert kinds == {0, 1}
    assert match(Window(blocks(1), [], [], []), store, ONE).skipped.oversized_buckets > 0
    for name, seeds in (("bounded", (1,)), ("windowed", (1, 2))):
        with TestPipeline(runner="FnApiRunner") as pipeline:
            parts = (
                pipeline
                | beam.Create(seeds)
                | beam.FlatMap(
                    lambda seed: [TimestampedValue(Window([block], [], [], []), seed * 60) for block in blocks(seed)]
                ).with_output_types(Window)
                | beam.WindowInto(FixedWindows(60))
            )
            found = (
                (parts, parts | PairCopies(settings=MANY))
                | beam.Flatten()
                | GatherWindow()
                | beam.ParDo(_Links(f"sqlite:///{tmp_path / 'store.db'}"))
            )
            assert_that(found, equal_to([expected[seed] for seed in seeds]), label=name)


def shingles_at(block: SketchedBlock) -> AtBlock:
    return AtBlock([BlockShingles(block.shingles, block.shingle_counts)], [], [])


def test_a_pair_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    given = blocks(1)
    ids = [block_id(block) for block in given]
    shares: dict[int, list[BandShare]] = {}
    for block in given:
        for shard, share in shards.deal_bands(block, (42, 3), 5):
            shares.setdefault(shard, []).append(share)
    arrived = {name: [shingles_at(block)] for name, block in zip(ids, given, strict=True)}
    candidates = 0
    for own in shares.values():
        for name, pairs in shards.pair_shard(own).pairs:
            arrived[name].append(AtBlock([], [pairs], []))
            candidates += len(pairs.left_rows) // 4
    asked: dict[int, list[AtBlock]] = {name: [shingles_at(block)] for name, block in zip(ids, given, strict=True)}
    for name in ids:
        for right, question in send_shingles(name, arrived[name]):
            asked[right].append(question)
    verified: list[tuple[int, int, int]] = []
    whole = module.verify

    def spy(sets: Any, left: Any, right: Any, settings: Any) -> Any:
        verified.extend((len(sets.offsets), a, b) for a, b in zip(left.tolist(), right.tolist(), strict=True))
        return whole(sets, left, right, settings)

    monkeypatch.setattr(shards, "verify", spy)
    for name in ids:
        list(verify_block(name, asked[name], MANY))
    assert len(verified) == len(set(verified))
    assert 0 < len(verified) < candidates


def test_a_block_without_its_shingles_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 sets of shingles"):
        list(send_shingles(1, [AtBlock([], [], [])]))


def test_no_element_is_pickled() -> None:
    pipeline = beam.Pipeline(runner="FnApiRunner")
    parts = pipeline | beam.Create([1]) | beam.Map(lambda _: Window([], [], [], [])).with_output_types(Window)
    _ = parts | "PairCopies" >> PairCopies(settings=MANY)
    seen = 0

    class Check(PipelineVisitor):
        def visit_transform(self, node: beam.pipeline.AppliedPTransform) -> None:
            nonlocal seen
            for output in node.outputs.values() if node.full_label.startswith("PairCopies") else ():
                coder = coders.registry.get_coder(output.element_type)
                names = {type(part).__name__ for part in (coder, *getattr(coder, "_coders", ()))}
                assert not any("Pickle" in name or "FastPrimitives" in name for name in names), node.full_label
                seen += 1

    pipeline.visit(Check())
    assert seen > 8
