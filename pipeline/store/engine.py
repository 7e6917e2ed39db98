"""Engines of SQLAlchemy for SQLite and PostgreSQL, and queries over lists of any length."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, bindparam, create_engine, event, make_url
from sqlalchemy.pool import NullPool

_BATCH = 500  # values in one IN list: SQLite's oldest limit on parameters is 999
_BUSY_SECONDS = 30

WRITERS = 0x6E657773
"""PostgreSQL's advisory lock of those who write a store, as SQLite has one for the whole database; every database has
its own."""


def open_engine(url: str) -> Engine:
    """Opens an engine whose transactions are isolated on either database.

    SQLAlchemy leaves SQLite's transactions to its driver by default, under which reading and then writing
    in one transaction loses updates; here every transaction of SQLite begins at once as a writer's or stays
    a reader's (https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable).

    Args:
        url: SQLAlchemy's, `sqlite:///path` or `postgresql+psycopg://...`.

    Raises:
        ArgumentError: the URL is malformed or names an unknown database.
        ImportError: the driver of the database is not installed.
    """
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {_BUSY_SECONDS}000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Splits values into lists that are short enough for one IN."""
    everything = list(values)
    for low in range(0, len(everything), _BATCH):
        yield everything[low : low + _BATCH]


def select_in(
    connection: Connection, statement: Select[Any], column: ColumnElement[Any], values: Iterable[Any]
) -> Iterator[Any]:
    """Yields the rows of a query whose column has one of these values, however many these are."""
    limited = statement.where(column.in_(bindparam("values", expanding=True)))
    for chunk in chunks(values):
        yield from connection.execute(limited, {"values": chunk}).all()
