"""`newsfold explain-config`: what is in force, and what follows from it."""

import re
from pathlib import Path

from pipeline.config import Config
from tests.support.command import newsfold
from transforms.match.bands import banding, chance


def test_the_configuration_in_force_and_its_bands(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("copies: {similarity: 0.65}\n", encoding="utf-8")
    done = newsfold("explain-config", "--config", tmp_path / "own.yaml")
    assert done.code == 0, done.err
    bands, rows = banding(0.65, 0.99)
    assert "similarity: 0.65" in done.out
    assert f"threshold: {Config().stories.threshold}" in done.out
    assert f"bands: {bands} of {rows}" in done.out
    assert f"{chance(0.65, bands, rows):.4f} copies.similarity" in done.out
    assert re.search(rf"0\.30 │ +{chance(0.3, bands, rows):.4f} │", done.out)


def test_a_wrong_configuration_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("copies: {similarity: 2}\n", encoding="utf-8")
    done = newsfold("explain-config", "--config", tmp_path / "own.yaml")
    assert done.code == 1
    assert done.err.count("\n") == 1
