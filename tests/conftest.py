"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real material that is not part of the project; skips where it is absent."""
    folder = Path(os.environ.get("NEWSFOLD_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"no real material at {folder}: set NEWSFOLD_SHARED to a folder that holds data/")
    return folder / "data"
