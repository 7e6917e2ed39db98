"""Engines: transactions are isolated, and passwords are not shown."""

import threading

import pytest
from sqlalchemy import insert, make_url, text, update
from sqlalchemy.exc import IntegrityError

from pipeline.store import schema
from pipeline.store.engine import open_engine
from pipeline.store.errors import StoreError
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.pipeline.store.deltas import NOW


def test_the_password_of_a_store_is_not_shown() -> None:
    pytest.importorskip("psycopg", reason="needs the extra `postgresql`")
    url = "postgresql+psycopg://me:secret@127.0.0.1:1/none"
    with SqlStoreFactory(url, "")() as opened, pytest.raises(StoreError) as error:
        opened.create()
    assert "secret" not in str(error.value)


def test_an_address_of_no_database_is_an_error_of_the_store() -> None:
    with pytest.raises(StoreError, match=r"^cannot use the store nosuchdatabase://x: "):
        open_engine("nosuchdatabase://x")


def test_what_a_database_says_is_one_line_that_names_the_store(store: SqlStore, store_url: str) -> None:
    with store.reading() as connection, pytest.raises(StoreError, match="absent") as error:
        connection.exec_driver_sql("SELECT *\nFROM absent")
    assert str(error.value).startswith(f"cannot use the store {make_url(store_url)!r}: ")
    assert len(str(error.value).splitlines()) == 1


def test_what_a_constraint_refuses_is_a_fault_of_the_program(store: SqlStore) -> None:
    with store.transaction() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(schema.rulings).values(kind="pinned", left=7, at=NOW))


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
