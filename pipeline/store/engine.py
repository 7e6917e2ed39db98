"""SQLAlchemy engines for SQLite and PostgreSQL, and queries over lists of any length."""

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

_BATCH = 500  # values in one IN list: old versions of SQLite allow 999 parameters
_BUSY_SECONDS = 30

WRITERS = 0x6E657773
"""Key of PostgreSQL's advisory lock for writers of a store, per database; SQLite locks the whole database by itself."""


def open_engine(url: str) -> Engine:
    """Opens an engine whose transactions are isolated on either database, and whose failures raise a StoreError.

    By default SQLAlchemy leaves SQLite's transactions to its driver, with which reading and then writing
    in one transaction loses updates; here every SQLite transaction takes the write lock when it begins, or never
    writes (https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable).

    Args:
        url: SQLAlchemy URL of the store, `sqlite:///path` or `postgresql+psycopg://...`.

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
    """Opens an engine as `open_engine` does, and closes its connections at the end of the block."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _fail(context: ExceptionContext) -> None:
    """Raises a database error as a one-line StoreError, except a violated constraint, which is a bug of newsfold."""
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
    """Yields the rows of a query whose column has one of any number of values."""
    limited = statement.where(column.in_(bindparam("values", expanding=True)))
    for chunk in chunks(values):
        yield from connection.execute(limited, {"values": chunk}).all()
