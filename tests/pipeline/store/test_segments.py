"""Segments of the index never change, and merge by eight."""

from pathlib import Path

import numpy as np
from sqlalchemy import select

from pipeline.store import outbox, schema
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.pipeline.store.deltas import DAY, FERRY, NOW, VOTE, delta
from tests.support.samples import article
from transforms.match.segments import COPY, MERGE_WIDTH, STORY, TERM, look_up_counts
from transforms.sketch.block import sketch


def test_counts_are_those_of_the_current_texts(store: SqlStore) -> None:
    """A version takes the counts of the text that it replaces back, whatever segments they lie in."""
    texts = ["Lifeboats took all ashore", "Divers looked at the hull", "The owner spoke of luck"]
    for version, words in enumerate(texts, 1):
        number = 1 if version > 1 else 0
        store.commit(delta(store, FERRY._replace(text=words, content_hash=words, number=number, version=version)))
        store.commit(delta(store, article(key=f"other{version}", id=f"other{version}", title="Vote", text="On luck.")))
    current = sketch([FERRY._replace(text=texts[-1]), *[article(title="Vote", text="On luck.")] * 3]).terms
    former = sketch([FERRY._replace(text=words) for words in texts]).terms
    ids, counts = np.unique(current.ids.values, return_counts=True)
    gone = np.setdiff1d(former.ids.values, ids)
    segments = store.segments(TERM, 0)
    assert look_up_counts(segments, ids.astype(np.uint64)).tolist() == counts.tolist()
    assert len(gone) > 3
    assert not look_up_counts(segments, gone.astype(np.uint64)).any()
    assert sum(segment.articles for segment in segments) == 4


def test_segments_are_read_once(store: SqlStore) -> None:
    store.commit(delta(store, FERRY))
    (first,) = store.segments(COPY, 0)
    store.commit(delta(store, VOTE))
    again, second = store.segments(COPY, 0)
    assert again.keys is first.keys
    assert second.keys is not first.keys


def test_no_id_of_a_segment_is_used_again(store: SqlStore) -> None:
    seen: set[int] = set()
    for n in range(2 * MERGE_WIDTH):
        store.commit(delta(store, article(key=f"k{n}", id=str(n), title=f"Item {n}", text=f"Subject number{n} here.")))
        with store.reading() as connection:
            ids = set(connection.scalars(select(schema.segments.c.id)))
        assert max(ids) > max(seen, default=0)
        seen |= ids


def test_two_stores_of_one_process_are_told_apart(store: SqlStore, tmp_path: Path) -> None:
    store.commit(delta(store, FERRY))
    with SqlStoreFactory(f"sqlite:///{tmp_path / 'other.db'}", "run")() as other:
        other.create()
        outbox.start_run(other, "run", NOW)
        assert other.segments(COPY, 0) == []
        other.commit(delta(other, VOTE))
        assert not np.array_equal(other.segments(COPY, 0)[0].keys, store.segments(COPY, 0)[0].keys)


def test_segments_merge_eight_to_one_and_keep_their_answers(store: SqlStore) -> None:
    for n in range(MERGE_WIDTH + 1):
        store.commit(delta(store, article(key=f"k{n}", id=str(n), title=f"Item {n}", text=f"Subject number{n} here.")))
    assert [segment.articles for segment in store.segments(COPY, 0)] == [MERGE_WIDTH, 1]
    assert sorted(set(np.concatenate([part.values for part in store.segments(STORY, 0)]).tolist())) == list(
        range(1, 10)
    )
    assert max(store.segments(TERM, 0)[0].values) == MERGE_WIDTH
    assert store.segments(COPY, (FERRY.published or 0) + 2 * DAY) == []
