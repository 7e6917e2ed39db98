"""The inspector over sample stores, asked without a network."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.inspector import client


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory, folded_samples: Path) -> Any:
    return client(shutil.copytree(folded_samples, tmp_path_factory.mktemp("web") / "out"))


@pytest.fixture(scope="session")
def hostile_web(hostile: tuple[Path, str]) -> tuple[Any, str]:
    output, story = hostile
    return client(output), story
