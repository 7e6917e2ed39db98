"""Fixtures of the tests of the store."""

from collections.abc import Iterator

import pytest

from pipeline.store import outbox
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.pipeline.store.deltas import NOW


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """A new store, in which a run has begun."""
    with SqlStoreFactory(store_url, "run")() as opened:
        opened.create()
        outbox.start_run(opened, "run", NOW)
        yield opened
