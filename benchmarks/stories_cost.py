"""Measures the CPU time of matching and folding, by the number of new articles and of stored ones."""

import random
import re
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.growth import short_articles
from benchmarks.material import Row
from benchmarks.recall import read_articles
from benchmarks.report import Check, Part, Table
from pipeline.config import Config
from pipeline.settings import fold_settings, match_settings
from pipeline.store import outbox
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from transforms.fold.fold import fold
from transforms.match.match import match
from transforms.records import Delta, SketchedBlock, Window
from transforms.sketch.block import pack, sketch

_AT_ONCE = 512  # articles per block
_OUTLETS = 400
_RETOLD = 5  # retellings of each article
_NOW = 1_767_830_400  # a week into 2026, after all articles
_BATCH = 10_000
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def retold(corpus: Sequence[Row], count: int, seed: int) -> Iterator[Row]:
    """Makes undated articles: each of the corpus, and five that retell it with half of its sentences and some others.

    The size of stories does not depend on the number of articles, since more articles retell more of the corpus.
    Without dates any article may belong to the same story as any other.

    Args:
        corpus: the articles that are retold.
        count: number of articles to make.
        seed: of all random choices.
    """
    chance = random.Random(seed)  # noqa: S311
    sentences = [_SENTENCE.split(row["text"]) for row in corpus]
    for number in range(count):
        place, retelling = divmod(number, 1 + _RETOLD)
        text = sentences[place % len(corpus)]
        if retelling:
            own = chance.sample(text, max(1, len(text) // 2))
            other = chance.choice(sentences)
            text = own + chance.sample(other, min(len(other), len(own) // 2))
            chance.shuffle(text)
        outlet = chance.randrange(_OUTLETS)
        yield {
            "id": f"retold-{number}",
            "url": f"https://outlet-{outlet:03d}.example/{seed}/{number}",
            "title": " ".join(text[0].split()[:9]),
            "text": " ".join(text),
            "source": f"Outlet {outlet:03d}",
        }


class Spent(NamedTuple):
    """The CPU seconds of one window."""

    match: float
    fold: float
    articles: int
    stories: int

    @property
    def both(self) -> float:
        """CPU seconds of matching and folding."""
        return self.match + self.fold


def blocks_of(rows: Sequence[Row]) -> list[SketchedBlock]:
    """Cleans and sketches rows into the blocks that the matcher gets."""
    articles = read_articles(rows)
    return [pack(sketch(articles[low : low + _AT_ONCE])) for low in range(0, len(articles), _AT_ONCE)]


def spend(blocks: Sequence[SketchedBlock], store: SqlStore, config: Config) -> tuple[Spent, Delta]:
    """Matches and folds one window without writing anything."""
    matching, folding = match_settings(config), fold_settings(config)
    started = time.process_time()
    matched = match(Window(list(blocks), [], [], []), store, matching)
    between = time.process_time()
    delta = fold(matched, store, folding)
    ended = time.process_time()
    return Spent(between - started, ended - between, len(matched.sketched.articles), len(delta.stories)), delta


def _opened(folder: Path) -> SqlStoreFactory:
    return SqlStoreFactory(f"sqlite:///{folder / 'store.db'}", "benchmark")


class Sizes(NamedTuple):
    """Numbers of articles that are measured."""

    windows: Sequence[int]
    """New articles of each window over an empty store."""
    few: int
    """Stored articles, a multiple of 10,000."""
    many: int
    """Stored articles, a multiple of 10,000."""
    new: int
    """New articles over the stored ones."""


def judge(corpus: Sequence[Row], sizes: Sizes, rounds: int, config: Config) -> Part:
    """Measures windows of increasing size, and one small window over few and over many stored articles."""
    windows = []
    for size in sizes.windows:
        blocks = blocks_of(list(retold(corpus, size, 1)))
        spent = []
        for _ in range(rounds):
            with TemporaryDirectory() as folder, _opened(Path(folder))() as store:
                store.create()
                spent.append(spend(blocks, store, config)[0])
        windows.append(min(spent, key=lambda one: one.both))
    steps: list[float | None] = [None, *(after.both / before.both for before, after in pairwise(windows))]
    table = Table(
        "one window of undated articles of full length, processor seconds",
        ("articles", "match", "fold", "times", "articles/s", "stories"),
        [
            (f"{one.articles:,}", one.match, one.fold, step, one.articles / one.both, one.stories)
            for one, step in zip(windows, steps, strict=True)
        ],
    )
    found = _stored(corpus, sizes, rounds, config)
    stored = Table(
        f"{sizes.new:,} new articles, by the number of stored ones, processor seconds, median of {rounds}",
        ("stored", "match", "fold", "both"),
        [
            (f"{count:,}", *(median(getattr(one, what) for one in spent) for what in ("match", "fold", "both")))
            for count, spent in found.items()
        ],
    )
    ratio = median(one.both for one in found[sizes.many]) / median(one.both for one in found[sizes.few])
    rates = [one.articles / one.both for one in windows]
    checks = [
        Check(
            f"4.4 / (time x for articles x 4, {sizes.windows[-1]:,})", 1.0, 4.4 * windows[-2].both / windows[-1].both
        ),
        *(Check(f"articles/s, {size:,}", 2000, rate) for size, rate in zip(sizes.windows, rates, strict=True)),
        Check(f"1.5 / (time with {sizes.many:,} stored / with {sizes.few:,})", 1.0, 1.5 / ratio),
    ]
    figures = {
        "windows": {str(size): one._asdict() for size, one in zip(sizes.windows, windows, strict=True)},
        "stored": {str(count): [one._asdict() for one in spent] for count, spent in found.items()},
        "stored_ratio": ratio,
    }
    return Part([table, stored], checks, figures)


def _stored(corpus: Sequence[Row], sizes: Sizes, rounds: int, config: Config) -> dict[int, list[Spent]]:
    """Measures short articles; the first stored ones resemble the new ones, the others share only the language."""
    fresh = blocks_of(list(short_articles(corpus, sizes.new, 7, 5, 0.1)))
    found: dict[int, list[Spent]] = {}
    with TemporaryDirectory() as folder, _opened(Path(folder))() as store:
        store.create()
        outbox.start_run(store, "benchmark", _NOW)
        for batch in range(sizes.many // _BATCH):
            stored = (batch + 1) * _BATCH
            exchanged = 0.1 if stored <= sizes.few else 1.0
            rows = list(short_articles(corpus, _BATCH, 100 + batch, batch * _BATCH / sizes.many * 5, exchanged))
            store.commit(spend(blocks_of(rows), store, config)[1])
            if stored in (sizes.few, sizes.many):
                found[stored] = [spend(fresh, store, config)[0] for _ in range(rounds)]
    return found
