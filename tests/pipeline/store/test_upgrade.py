"""The tables are those of the models, and a store that this newsfold does not know is refused."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from pipeline.store import schema
from pipeline.store.errors import StoreError
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.command import ROOT


def test_the_revisions_make_the_tables_of_the_models(empty_url: str) -> None:
    with SqlStoreFactory(empty_url, "")() as store:
        store.create()
        with store.reading() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, schema.metadata) == []


def test_the_version_is_the_newest_revision() -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(ROOT / "pipeline" / "store" / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.VERSION]


def test_a_store_from_before_the_first_release_is_refused(store_url: str) -> None:
    with SqlStoreFactory(store_url, "")() as store:
        store.create()
        with store.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))
        for attempt in (store.check, store.create):
            with pytest.raises(StoreError, match="before its first release"):
                attempt()


def test_a_later_revision_is_refused(store_url: str) -> None:
    with SqlStoreFactory(store_url, "")() as store:
        store.create()
        with store.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        for attempt in (store.check, store.create):
            with pytest.raises(StoreError, match="later newsfold"):
                attempt()


def test_a_database_without_a_store_is_refused(empty_url: str) -> None:
    with SqlStoreFactory(empty_url, "")() as store, pytest.raises(StoreError, match="no store"):
        store.check()
