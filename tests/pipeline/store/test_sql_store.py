"""Runs that were overtaken, and addresses that are not shown."""

import pytest

from pipeline.store import outbox
from pipeline.store.errors import OvertakenError
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.pipeline.store.deltas import FERRY, NOW, delta


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
