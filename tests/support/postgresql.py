"""A PostgreSQL of the tests' own: on a port of this machine, in a folder that goes with it."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.once import locked

_USER = "newsfold"
_SUPERUSER_IS_REFUSED: dict[str, Any] = (
    {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
)
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
fsync = off
full_page_writes = off
synchronous_commit = off
"""


class Server:
    """A running PostgreSQL that can be stopped and started again.

    Args:
        folder: of its data and its log.
        port: where it listens.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._data = folder / "data"

    def initialise(self) -> None:
        """Makes its data."""
        if _SUPERUSER_IS_REFUSED:
            shutil.chown(self.folder, "nobody", "nogroup")
        words = ("--auth=trust", f"--username={_USER}", "--encoding=UTF8", "--no-sync", f"--pgdata={self._data}")
        _as_user("initdb", *words)
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"{_SETTINGS}port = {self.port}\n")

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        _as_user("pg_ctl", f"--pgdata={self._data}", f"--log={self.folder / 'log'}", "--timeout=240", "start")

    def stop(self) -> None:
        """Stops it as an impatient administrator does: connections are cut."""
        _as_user("pg_ctl", f"--pgdata={self._data}", "--mode=fast", "--timeout=240", "stop")

    def new_database(self, template: str = "template1") -> str:
        """The address of a new database, a copy of another one, as newsfold takes it."""
        name = f"store_{uuid.uuid4().hex[:12]}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
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
    """Runs a program of PostgreSQL; what it starts would hold a pipe open, so what it says goes nowhere."""
    quiet = subprocess.DEVNULL
    subprocess.run(
        [_program(program), *words], check=True, stdout=quiet, stderr=quiet, cwd="/", **_SUPERUSER_IS_REFUSED
    )


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _started() -> Server:
    _program("postgres")
    server = Server(Path(tempfile.mkdtemp(prefix="newsfold-pg-")), _free_port())
    server.initialise()
    server.start()
    return server


def _gone(server: Server) -> None:
    server.stop()
    shutil.rmtree(server.folder)


@contextmanager
def postgresql() -> Iterator[Server]:
    """A server while the block runs; skips the test where PostgreSQL is missing."""
    server = _started()
    try:
        yield server
    finally:
        _gone(server)


@contextmanager
def shared_postgresql(register: Path) -> Iterator[Server]:
    """A server that several processes use at once: the first starts it, the last stops it.

    Args:
        register: a file that says to all of them where it is and how many use it.
    """
    with locked(register):
        server, users = _read(register) if register.exists() else (None, 0)
        server = server if server and users else _started()
        _write(register, server, users + 1)
    try:
        yield server
    finally:
        with locked(register):
            _, users = _read(register)
            _write(register, server, users - 1)
            if users == 1:
                _gone(server)


def _read(register: Path) -> tuple[Server, int]:
    content = json.loads(register.read_text(encoding="utf-8"))
    return Server(Path(content["folder"]), content["port"]), content["users"]


def _write(register: Path, server: Server, users: int) -> None:
    content = {"folder": str(server.folder), "port": server.port, "users": users}
    register.write_text(json.dumps(content), encoding="utf-8")
