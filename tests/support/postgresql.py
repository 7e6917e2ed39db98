"""A PostgreSQL of the tests' own: on a port of this machine, in a folder that goes with it."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

_USER = "newsfold"
_SUPERUSER_IS_REFUSED = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "60"}


class Server:
    """A running PostgreSQL that can be stopped and started again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._data = folder / "data"
        self._log = folder / "log"
        self._names = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        _as_user(
            "initdb", "--auth=trust", f"--username={_USER}", "--encoding=UTF8", "--no-sync", f"--pgdata={self._data}"
        )

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        words = [_program("postgres"), f"-D{self._data}", f"-p{self.port}", "-clisten_addresses=127.0.0.1"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*words, "-cunix_socket_directories=", *settings], stdout=log, stderr=log, **_SUPERUSER_IS_REFUSED
            )
        until = time.monotonic() + 30
        while True:
            try:
                self._connect().close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """Stops it as an impatient administrator does: connections are cut."""
        if self._process is not None:
            self._process.send_signal(2)
            self._process.wait(30)

    def new_database(self) -> str:
        """The address of a new, empty database, as newsfold takes it."""
        name = f"store{next(self._names)}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self.port}/{name}"

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(host="127.0.0.1", port=self.port, user=_USER, dbname="postgres", autocommit=True)


def _program(name: str) -> str:
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name) or (str(beside[0]) if beside else None)
    if found is None:
        pytest.skip(f"no {name} on this machine: install PostgreSQL")
    return found


def _as_user(program: str, *words: str) -> None:
    subprocess.run([_program(program), *words], check=True, capture_output=True, cwd="/", **_SUPERUSER_IS_REFUSED)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def postgresql() -> Iterator[Server]:
    """A server while the block runs; skips the test where PostgreSQL is missing."""
    _program("postgres")
    with tempfile.TemporaryDirectory(prefix="newsfold-pg-") as name:
        folder = Path(name)
        if _SUPERUSER_IS_REFUSED:
            shutil.chown(folder, "nobody", "nogroup")
        server = Server(folder, _free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()
