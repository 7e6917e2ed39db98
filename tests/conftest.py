"""Fixtures shared by all tests."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fault_server import FaultServer, fault_server
from tests.support.folded import fold_samples
from tests.support.once import made_once
from tests.support.postgresql import Server, shared_postgresql
from tests.support.stores import make_tables


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real material that is not part of the project; skips where it is absent."""
    folder = Path(os.environ.get("NEWSFOLD_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"no real material at {folder}: set NEWSFOLD_SHARED to a folder that holds data/")
    return folder / "data"


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of pytest-xdist share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def postgresql_server(session_folder: Path) -> Iterator[Server]:
    """A PostgreSQL for all tests; skips where there is none."""
    with shared_postgresql(session_folder / "postgresql.json") as server:
        yield server


@pytest.fixture(scope="session")
def tables(session_folder: Path) -> Path:
    """A SQLite file with the tables of a store and nothing in them."""
    return made_once(session_folder / "tables.db", lambda path: make_tables(f"sqlite:///{path}"))


@pytest.fixture(scope="session")
def tables_database(postgresql_server: Server, session_folder: Path) -> str:
    """The name of a PostgreSQL database with the tables of a store and nothing in them."""

    def make(path: Path) -> None:
        url = postgresql_server.new_database()
        make_tables(url)
        path.write_text(url.rpartition("/")[2], encoding="utf-8")

    return made_once(session_folder / f"tables-{postgresql_server.port}", make).read_text(encoding="utf-8")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new store, once of each kind; its tables are there, so that no migration is run."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("tables"), tmp_path / "store.db")
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: Server = request.getfixturevalue("postgresql_server")
    return server.new_database(request.getfixturevalue("tables_database"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database in which nothing is, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: Server = request.getfixturevalue("postgresql_server")
    return server.new_database()


@pytest.fixture(scope="session")
def folded_samples(session_folder: Path) -> Path:
    """The output folder of two runs over the sample feeds; to be copied by whoever writes."""
    return made_once(session_folder / "samples", fold_samples)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A server of feeds and pages that misbehaves where it is asked to."""
    with fault_server() as running:
        yield running
