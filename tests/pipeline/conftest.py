"""Stores of the sample feeds that several rooms read."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.commands.common import opened_store
from pipeline.store.sql_store import SqlStore
from tests.support.folded import make_hostile


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory, folded_samples: Path) -> Path:
    return shutil.copytree(folded_samples, tmp_path_factory.mktemp("samples") / "out")


@pytest.fixture
def store(samples: Path) -> Iterator[SqlStore]:
    with opened_store(samples, "") as opened:
        yield opened


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory, folded_samples: Path) -> tuple[Path, str]:
    output = shutil.copytree(folded_samples, tmp_path_factory.mktemp("hostile") / "out")
    return output, make_hostile(output)
