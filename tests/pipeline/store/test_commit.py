"""Commits: what is committed is found again, all of it or nothing."""

import numpy as np
import pytest
from sqlalchemy import select

from pipeline.store import outbox, schema
from pipeline.store.sql_store import SqlStore
from tests.pipeline.store.deltas import FERRY, NOW, VOTE, delta
from transforms.match.segments import COPY
from transforms.ports import MovedOnError
from transforms.records import Reference, Sighting
from transforms.sketch.block import pack, sketch


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


def test_sightings_refresh_and_add_references(store: SqlStore) -> None:
    store.commit(delta(store, FERRY))
    again = Sighting(1, [Reference("a", "1"), Reference("other", "x")], NOW + 5)
    store.commit(delta(store, sightings=(again,)))
    with store.reading() as connection:
        rows = connection.execute(select(schema.sightings).order_by(schema.sightings.c.feed)).all()
    assert [tuple(row) for row in rows] == [(1, "a", "1", NOW + 5), (1, "other", "x", NOW + 5)]


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
