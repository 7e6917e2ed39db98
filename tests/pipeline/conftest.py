"""Stores of the sample feeds that several rooms read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.commands.common import opened_store
from pipeline.store.sql_store import SqlStore
from tests.support.folded import make_hostile, sample_store


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_store(tmp_path_factory.mktemp("samples"))


@pytest.fixture
def store(samples: Path) -> Iterator[SqlStore]:
    with opened_store(samples, "") as opened:
        yield opened


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    output = sample_store(tmp_path_factory.mktemp("hostile"))
    return output, make_hostile(output)
