"""Builds a store of invented articles that are already folded, of any size, to measure what reads it."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from pipeline.config import Config
from pipeline.outputs.folder import OutputFolder
from pipeline.settings import bands as index_bands
from pipeline.store import outbox
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from transforms.fetch.health import READ, REFUSED
from transforms.fold.story_record import Description, change, story_record
from transforms.match.match import index
from transforms.match.segments import TERM
from transforms.records import Article, Delta, Link, Member, Placement, Poll, Reference, Sketched, StoredStory
from transforms.sketch.block import sketch

if TYPE_CHECKING:
    from transforms.records import Segment

START = 1_767_225_600  # 2026-01-01
_DAYS = 30
_BATCH = 5_000
_WORDS = 20_000
_OUTLETS = 400
_SYLLABLES = (
    "ba be bo da de do fa fi fo ga go ka ke ki la le lo ma me mi na ne no pa pe po ra re ro sa se so ta te to".split()
)


def build(folder: Path, count: int, seed: int = 1) -> None:
    """Fills the store of an output folder with articles in about two thirds as many stories.

    Args:
        folder: the output folder, created if missing.
        count: how many articles.
        seed: of all random choices.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)  # noqa: S311
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(_WORDS)]
    weights = [1 / (rank + 20) for rank in range(_WORDS)]
    bands = index_bands(Config())
    with SqlStoreFactory(OutputFolder(folder).store_url, "run-of-all")() as store:
        store.create()
        outbox.start_run(store, "run-of-all", START)
        counted: list[Segment] = []
        story = 0
        for low in range(0, count, _BATCH):
            articles = [_article(number, count, words, weights, chance) for number in range(low + 1, low + _BATCH + 1)]
            sketched = sketch(articles)
            segments = index(sketched, bands, counted)
            counted.append(segments[TERM])
            delta, story = _folded(sketched, story, chance)
            store.commit(delta._replace(segments=segments, as_of=store.commits()))
        _finish(store, count)


def _article(number: int, count: int, words: Sequence[str], weights: Sequence[float], chance: random.Random) -> Article:
    outlet = int(_OUTLETS * chance.random() ** 2)
    text = " ".join(chance.choices(words, weights=weights, k=chance.randint(120, 280)))
    feed = f"https://outlet-{outlet:03d}.example/feed.xml"
    published = START + int(number / count * _DAYS * 86_400)
    return Article(
        key=f"url:{number}", id=f"a_{number:016x}", url=f"https://outlet-{outlet:03d}.example/{number}",
        title=" ".join(text.split()[:8]).capitalize(), text=text, source=f"Outlet {outlet:03d}",
        site=f"outlet-{outlet:03d}.example", language=chance.choices(("en", "de", "fr", "ja"), (70, 15, 10, 5))[0],
        published=published, published_quality="zoned", updated=None, fetched_at=published + 600, version=1,
        content_hash=f"{number:032x}", rules=[],
        references=[Reference(feed, str(number))], feed=feed, number=number,
    )  # fmt: skip


def _sizes(count: int, chance: random.Random) -> Iterator[int]:
    while count > 0:
        size = min(count, 1 if chance.random() < 0.8 else min(200, int(chance.paretovariate(1.2)) + 1))
        yield size
        count -= size


def _folded(sketched: Sketched, story: int, chance: random.Random) -> tuple[Delta, int]:
    articles = sketched.articles
    rows, links, placements, changes = [], [], [], []
    low = 0
    for size in _sizes(len(articles), chance):
        story += 1
        members = [_member(one, story, first=articles[low].number, chance=chance) for one in articles[low : low + size]]
        own = [
            Link(newer.number, members[0].number, "copy" if newer.copy_of else "story", newer.similarity, 0.0)
            for newer in members[1:]
        ]
        fresh = StoredStory(story, f"s_{story:012x}", "active", members[-1].first_seen, [], None, b"")
        description = Description(members[0], articles[low].text, articles[low].text.split()[:8])
        record = story_record(fresh, members, description, own, members[-1].first_seen)
        rows.append(fresh._replace(record=record))
        changes.append(change("new", record, articles=[one.id for one in members]))
        links += own
        placements += [Placement(one.number, story, one.copy_of, one.similarity) for one in members]
        low += size
    polls = [
        Poll(f"https://outlet-{outlet:03d}.example/feed.xml", articles[-1].fetched_at,
             REFUSED if outlet % 40 == 0 else READ, 3600, 200,
             "timeout" if outlet % 40 == 0 else "", kind="rss", title=f"Outlet {outlet:03d}")
        for outlet in range(_OUTLETS)
    ]  # fmt: skip
    return Delta(sketched, links, placements, rows, [], changes, {}, [], [], polls, articles[-1].fetched_at, 0), story


def _member(article: Article, story: int, *, first: int, chance: random.Random) -> Member:
    copies = article.number != first and chance.random() < 0.4
    return Member(
        number=article.number, story=story, id=article.id, url=article.url, title=article.title, source=article.source,
        site=article.site, language=article.language, published=article.published,
        published_quality=article.published_quality, first_seen=article.fetched_at, version=1,
        copy_of=first if copies else 0, similarity=round(chance.uniform(0.2, 1), 3),
    )  # fmt: skip


def _finish(store: SqlStore, count: int) -> None:
    stages = ("fetch", "parse", "clean", "unite", "recognise", "strip", "sketch", "match", "fold", "write")
    manifest = {
        "schema": 1, "run": "run-of-all", "started": "2026-01-31T00:00:00Z", "seconds": 60.0, "inputs": [],
        "config": Config().model_dump(), "runner": "FnApiRunner", "versions": {},
        "counts": {stage: {"in": count, "out": count} for stage in stages},
        "stage_seconds": dict.fromkeys(stages, 6.0),
    }  # fmt: skip
    outbox.finish_run(store, "run-of-all", START + _DAYS * 86_400, orjson.dumps(manifest))
    outbox.mark_exported(store, "run-of-all")
