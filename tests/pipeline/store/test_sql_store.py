"""The store: what is committed is found again, all of it or nothing."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select, text, update

from pipeline.store import outbox, schema
from pipeline.store.errors import OvertakenError, StoreError
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.support.samples import article
from transforms.fold.fold import Settings as FoldSettings
from transforms.fold.fold import fold
from transforms.match.match import Settings as MatchSettings
from transforms.match.match import match
from transforms.match.segments import COPY, MERGE_WIDTH, STORY, TERM, look_up_counts
from transforms.ports import MovedOnError
from transforms.records import Article, Delta, Poll, Reference, Rejected, Sighting, Window
from transforms.sketch.block import pack, sketch

DAY = 86400
NOW = 1_700_100_000
MATCH = MatchSettings(0.5, 0.8, 0.99, 0.16, 7 * DAY)
FOLD = FoldSettings(0.16, 3 * DAY, 7 * DAY)


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    with SqlStoreFactory(store_url, "run")() as opened:
        opened.create()
        outbox.start_run(opened, "run", NOW)
        yield opened


def delta(
    store: SqlStore, *articles: Article, sightings: tuple[Sighting, ...] = (), polls: tuple[Poll, ...] = ()
) -> Delta:
    rejected = [Rejected("parse", "malformed", "feed.xml", "no element found", "")]
    window = Window([pack(sketch(list(articles)))] if articles else [], list(sightings), rejected, list(polls))
    return fold(match(window, store, MATCH), store, FOLD)


FERRY = article(
    key="k1", id="1", title="Ferry runs aground at Port Ellen", text="The ferry struck a reef off Port Ellen."
)
VOTE = article(
    key="k2",
    id="2",
    title="Parliament passes budget",
    text="Members voted late at night.",
    site="b.example",
    published=1_700_000_001,
)


def test_what_is_committed_is_found_again(store: SqlStore) -> None:
    assert store.next_numbers() == (1, 1)
    committed = store.commit(delta(store, FERRY, VOTE))
    assert committed.articles == 2
    assert store.next_numbers() == (3, 3)
    known = store.known(["k1", "k2", "absent"])
    assert {key: (found.number, found.id, found.version) for key, found in known.items()} == {
        "k1": (1, "1", 1),
        "k2": (2, "2", 1),
    }
    assert store.owners(["1", "absent"]) == {"1": "k1"}
    assert store.clock() == VOTE.published
    sketches = store.sketches(np.array([2, 1]))
    expected = pack(sketch([VOTE, FERRY]))
    assert sketches.shingles.values.tobytes() == expected.shingles
    assert sketches.terms.ids.values.tobytes() == expected.terms
    assert sketches.terms.counts.tobytes() == expected.frequencies
    assert [member.id for member in store.members([1, 2])] == ["1", "2"]
    assert store.texts([1]) == {1: FERRY.text}
    assert len(store.active_records()) == 2
    assert len(outbox.changes_of(store, "run")) == 2
    assert b"no element found" in outbox.rejected_of(store, "run")[0]


def test_a_failed_commit_leaves_nothing(store: SqlStore) -> None:
    good = delta(store, FERRY)
    broken = good._replace(placements=[placement._replace(story=99) for placement in good.placements])
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store.commit(broken)
    assert store.known(["k1"]) == {}
    assert store.active_records() == []
    assert store.segments(COPY, 0) == []
    store.commit(good)
    assert len(store.known(["k1"])) == 1


def test_what_rests_on_an_older_store_is_refused(store: SqlStore) -> None:
    late, early = delta(store, VOTE), delta(store, FERRY)
    store.commit(early)
    with pytest.raises(MovedOnError):
        store.commit(late)
    assert store.known(["k2"]) == {}
    store.commit(delta(store, VOTE))
    assert len(store.known(["k1", "k2"])) == 2


def test_an_overtaken_run_writes_nothing(store: SqlStore, store_url: str) -> None:
    late = delta(store, FERRY)
    with SqlStoreFactory(store_url, "next")() as other:
        outbox.start_run(other, "next", NOW)
    with pytest.raises(OvertakenError, match="run was overtaken by next"):
        store.commit(late)
    assert store.known(["k1"]) == {}


def test_a_stream_that_is_overtaken_is_to_end(store: SqlStore, store_url: str) -> None:
    """Its client may be dead, and its lock with it, while a cluster goes on polling."""
    assert not store.draining()
    with SqlStoreFactory(store_url, "next")() as other:
        outbox.start_run(other, "next", NOW)
        assert store.draining()
        assert not other.draining()


def test_sightings_refresh_and_add_references(store: SqlStore) -> None:
    store.commit(delta(store, FERRY))
    again = Sighting(1, [Reference("a", "1"), Reference("other", "x")], NOW + 5)
    store.commit(delta(store, sightings=(again,)))
    with store.reading() as connection:
        rows = connection.execute(select(schema.sightings).order_by(schema.sightings.c.feed)).all()
    assert [tuple(row) for row in rows] == [(1, "a", "1", NOW + 5), (1, "other", "x", NOW + 5)]


def test_aliases_of_new_and_of_seen_articles_lead_to_them(store: SqlStore) -> None:
    store.commit(delta(store, FERRY._replace(aliases=["old"]), VOTE))
    store.commit(delta(store, sightings=(Sighting(1, FERRY.references, NOW, ["older"]),)))
    assert store.aliases(["old", "older", "k1", "absent"]) == {"old": "k1", "older": "k1"}


def test_a_new_version_replaces_text_sketch_and_links(store: SqlStore) -> None:
    store.commit(delta(store, FERRY))
    changed = FERRY._replace(
        text="All aboard were taken off by lifeboat at dawn.", content_hash="x", number=1, version=2
    )
    store.commit(delta(store, changed))
    with store.reading() as connection:
        row = connection.execute(select(schema.articles)).one()
    assert (row.text, row.version, row.number) == (changed.text, 2, 1)
    assert store.sketches(np.array([1])).shingles.values.tobytes() == pack(sketch([changed])).shingles
    (record,) = store.active_records()
    assert b'"version":2' in record


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


def test_line_hashes_of_a_site_newest_first(store: SqlStore) -> None:
    articles = [
        article(key=f"k{n}", id=str(n), line_hashes=bytes([n, 0, 0, 0]), published=n, site="one.example")
        for n in (1, 2, 3)
    ]
    store.commit(delta(store, *articles))
    found = store.line_hashes(["one.example", "other.example"], 2, without=[2])
    assert [hashes[0] for hashes in found["one.example"]] == [3]
    assert list(found["other.example"]) == []


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


def test_the_password_of_a_store_is_not_shown() -> None:
    pytest.importorskip("psycopg", reason="needs the extra `postgresql`")
    url = "postgresql+psycopg://me:secret@127.0.0.1:1/none"
    with SqlStoreFactory(url, "")() as opened, pytest.raises(StoreError) as error:
        opened.create()
    assert "secret" not in str(error.value)


def test_concurrent_increments_are_all_counted(store: SqlStore) -> None:
    """Reading and then writing in one transaction: the driver's default loses three of four."""

    def increment() -> None:
        for _ in range(25):
            with store.writing() as connection:
                value = connection.scalar(text("SELECT value FROM store_meta WHERE name = 'clock'"))
                connection.execute(
                    update(schema.store_meta).where(schema.store_meta.c.name == "clock").values(value=value + 1)
                )

    threads = [threading.Thread(target=increment) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.clock() == 100
