"""Fixtures shared by all tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgresql import Server, postgresql


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real material that is not part of the project; skips where it is absent."""
    folder = Path(os.environ.get("NEWSFOLD_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"no real material at {folder}: set NEWSFOLD_SHARED to a folder that holds data/")
    return folder / "data"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL for all tests; skips where there is none."""
    with postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new store, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: Server = request.getfixturevalue("postgresql_server")
    return server.new_database()
