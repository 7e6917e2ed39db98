"""The lock that admits one run at a time to a store; it is released when its process ends."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

from pipeline.errors import NewsfoldError
from pipeline.store.engine import opened_engine
from pipeline.store.errors import StoreError

_PAUSE_SECONDS = 0.1
_RUNS = 0x6E657772
"""Key of PostgreSQL's advisory lock for runs, per database."""


class LockedError(NewsfoldError):
    """Another run holds the lock."""

    exit_code = 75
    """EX_TEMPFAIL of sysexits.h: a temporary failure."""


@contextmanager
def run_lock(store_url: str, wait_seconds: float = 0) -> Iterator[None]:
    """Holds the lock of a store: flock on a file beside a SQLite database, or an advisory lock in PostgreSQL.

    The system releases it however the process ends. PostgreSQL also releases it when the connection breaks; the epochs
    of runs then prevent the run that lost it from writing.

    Args:
        store_url: SQLAlchemy address of the store.
        wait_seconds: how long to wait while another process holds it.

    Raises:
        LockedError: another process holds it.
        StoreError: PostgreSQL cannot be reached.
        OSError: the file cannot be created.
    """
    deadline = time.monotonic() + wait_seconds
    with ExitStack() as stack:
        try_lock = _flock(store_url, stack) if store_url.startswith("sqlite") else _advisory(store_url, stack)
        while not try_lock():
            if time.monotonic() >= deadline:
                raise LockedError(f"another run holds {make_url(store_url).render_as_string()}")
            time.sleep(_PAUSE_SECONDS)
        yield


def _flock(store_url: str, stack: ExitStack) -> Callable[[], bool]:
    file = stack.enter_context(Path(make_url(store_url).database or "").resolve().with_suffix(".lock").open("a"))

    def try_lock() -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    return try_lock


def _advisory(store_url: str, stack: ExitStack) -> Callable[[], bool]:
    engine = stack.enter_context(opened_engine(store_url)).execution_options(isolation_level="AUTOCOMMIT")
    connection = stack.enter_context(engine.connect())

    def release() -> None:
        # The server keeps the locks of a closed connection until it notices.
        with suppress(StoreError):
            connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")

    stack.callback(release)
    return lambda: bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_RUNS})").scalar())
