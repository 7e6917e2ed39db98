"""Engines of SQLAlchemy for SQLite and PostgreSQL, and queries over lists of any length."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    ExceptionContext,
    Select,
    bindparam,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.pool import NullPool

from pipeline.store.errors import StoreError

_BATCH = 500  # values in one IN list: SQLite's oldest limit on parameters is 999
_BUSY_SECONDS = 30

WRITERS = 0x6E657773
"""PostgreSQL's advisory lock of those who write a store, as SQLite has one for the whole database; every database has
its own."""


def open_engine(url: str) -> Engine:
    """Opens an engine whose transactions are isolated on either database, and whose failures are a StoreError.

    SQLAlchemy leaves SQLite's transactions to its driver by default, under which reading and then writing
    in one transaction loses updates; here every transaction of SQLite begins at once as a writer's or stays
    a reader's (https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable).

    Args:
        url: SQLAlchemy's address of the store, `sqlite:///path` or `postgresql+psycopg://...`.

    Raises:
        StoreError: the address is malformed, names an unknown database, or one whose driver is not installed.
    """
    try:
        sqlite = make_url(url).get_backend_name() == "sqlite"
        pool: dict[str, Any] = {"poolclass": NullPool} if sqlite else {"pool_pre_ping": True}
        engine = create_engine(url, hide_parameters=True, **pool)
    except (ArgumentError, ImportError) as error:
        raise StoreError(f"cannot use the store {url.rpartition('@')[2]}: {error}") from error
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite if sqlite else _begin_postgresql)
    event.listen(engine, "handle_error", _fail)
    return engine


@contextmanager
def opened_engine(url: str) -> Iterator[Engine]:
    """Opens an engine for a block, as `open_engine` does, and closes its connections at the end."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _fail(context: ExceptionContext) -> None:
    """Says in one line what the database says; what a constraint refuses is a fault of newsfold and stays as it is."""
    if context.engine is not None and not isinstance(context.sqlalchemy_exception, IntegrityError):
        cause = " ".join(str(context.original_exception).split())
        raise StoreError(f"cannot use the store {context.engine.url!r}: {cause}")


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
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
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
