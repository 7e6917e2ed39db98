"""Sketches of another version are made anew before anything is compared with them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from pipeline.store import outbox, reindex, schema
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.pipeline.store.deltas import MATCH, delta
from tests.support.samples import article
from transforms.match.bands import banding
from transforms.match.segments import COPY, STORY, TERM
from transforms.records import Article, Delta
from transforms.sketch import shingles, version
from transforms.sketch.block import pack, sketch

START = 1_700_000_000
BANDS = banding(0.5, 0.99)


def told(number: int, **fields: object) -> Article:
    """One of many different texts of 60 words."""
    return article(
        key=f"k{number}", id=str(number), url=f"https://one.example/{number}", title=f"Item {number}",
        text=" ".join(f"word{number}x{place}" for place in range(60)), published=START + number * 3600,
        fetched_at=START + number * 3600, **fields,
    )  # fmt: skip


def window(store: SqlStore, *articles: Article, similarity: float = 0.5) -> Delta:
    return delta(store, *articles, match_settings=MATCH._replace(copy_similarity=similarity))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with SqlStoreFactory(f"sqlite:///{tmp_path / 'store.db'}", "run")() as opened:
        opened.create()
        outbox.start_run(opened, "run", START)
        reindex.reindex_if_outdated(opened, bands=BANDS)
        for low in range(0, 60, 20):
            opened.commit(window(opened, *(told(number) for number in range(low, low + 20))))
        yield opened


def copy_of(number: int) -> Article:
    return told(number)._replace(key="copy", id="copy", url="https://two.example/1", title="Copied", content_hash="c")


def links(delta: Delta) -> list[tuple[int, int, str]]:
    return [(link.left, link.right, link.kind) for link in delta.links if link.kind == "copy"]


def test_sketches_of_another_version_are_made_anew(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shingles, "_FACTORS", shingles._FACTORS[::-1].copy())
    monkeypatch.setattr(version, "SKETCH", "another")
    assert links(window(store, copy_of(7))) == []
    assert reindex.reindex_if_outdated(store, bands=BANDS) == 60
    assert links(window(store, copy_of(7))) == [(61, 8, "copy")]
    expected = pack(sketch([told(number) for number in range(60)]))
    found = store.sketches(np.arange(1, 61))
    assert found.shingles.values.tobytes() == expected.shingles
    assert found.terms.ids.values.tobytes() == expected.terms
    with store.reading() as connection:
        assert {tuple(row) for row in connection.execute(select(schema.formats))} == {
            ("sketch", "another"),
            ("bands", "42 x 3"),
        }


def test_other_bands_make_another_index(store: SqlStore) -> None:
    bands = banding(0.7, 0.99)
    assert bands != BANDS
    assert reindex.reindex_if_outdated(store, bands=bands) == 60
    assert links(window(store, copy_of(7), similarity=0.7)) == [(61, 8, "copy")]


def test_what_is_current_stays(store: SqlStore) -> None:
    with store.reading() as connection:
        before = connection.execute(select(schema.segments)).all()
    assert reindex.reindex_if_outdated(store, bands=BANDS) == 0
    with store.reading() as connection:
        assert connection.execute(select(schema.segments)).all() == before


@pytest.mark.parametrize("kind", [COPY, STORY, TERM])
def test_an_index_made_anew_says_what_the_first_one_said(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def keys() -> set[tuple[int, int]]:
        segments = store.segments(kind, 0)
        return {pair for part in segments for pair in zip(part.keys.tolist(), part.values.tolist(), strict=True)}

    before = keys()
    monkeypatch.setattr(reindex, "_BATCH", 20)
    monkeypatch.setattr(version, "SKETCH", "another")
    reindex.reindex_if_outdated(store, bands=BANDS)
    assert keys() == before
