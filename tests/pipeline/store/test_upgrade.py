"""Every store that a newsfold has written can be opened by the ones after it."""

import gzip
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from pipeline.store import schema, upgrade
from pipeline.store.errors import StoreError
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.command import ROOT, newsfold

FIRST = ROOT / "tests" / "data" / "store_0001.db.gz"
"""What the first revision made of the sample feeds of configs/quickstart."""


@pytest.fixture
def old_output(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "newsfold.db").write_bytes(gzip.decompress(FIRST.read_bytes()))
    return tmp_path / "out"


def test_the_revisions_make_the_tables_of_the_models(store_url: str) -> None:
    with SqlStoreFactory(store_url, "")() as store:
        store.create()
        with store.reading() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, schema.metadata) == []


def test_the_version_is_the_newest_revision() -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(ROOT / "pipeline" / "store" / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.VERSION]


def test_a_store_of_the_first_revision_goes_on(old_output: Path) -> None:
    refused = newsfold("stories", "--output", old_output)
    assert refused.code == 1
    assert "an earlier newsfold wrote" in refused.err
    done = newsfold("run", ROOT / "configs" / "quickstart", "--output", old_output)
    assert done.code == 0, done.err
    assert "19 seen before" in done.out  # one item has no address, and its feed lay elsewhere
    with SqlStoreFactory(f"sqlite:///{old_output / 'newsfold.db'}", "")() as store, store.reading() as connection:
        assert upgrade.revision(connection) == schema.VERSION
        epochs = connection.execute(select(schema.runs.c.epoch).order_by(schema.runs.c.started, schema.runs.c.id)).all()
        assert [row.epoch for row in epochs] == [1, 2]
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    assert newsfold("stories", "--output", old_output).code == 0


def test_a_later_revision_is_refused(store_url: str) -> None:
    with SqlStoreFactory(store_url, "")() as store:
        store.create()
        with store.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        for attempt in (store.check, store.create):
            with pytest.raises(StoreError, match="later newsfold"):
                attempt()


def test_a_database_without_a_store_is_refused(store_url: str) -> None:
    with SqlStoreFactory(store_url, "")() as store, pytest.raises(StoreError, match="no store"):
        store.check()
