"""Tests that the archive of the inspecting benchmark is what a run would have stored."""

from pathlib import Path

import orjson
import pytest

from benchmarks.archive import build
from pipeline.commands.common import opened_store
from pipeline.inspect.index import opened_index
from pipeline.inspect.listing import Filter, count_stories, totals
from pipeline.outputs.folder import OutputFolder

pytestmark = pytest.mark.slow


def test_the_archive_adds_up(tmp_path: Path) -> None:
    build(tmp_path, 5_000)
    with opened_store(tmp_path, "") as store, opened_index(OutputFolder(tmp_path).index, store, words=True) as index:
        stories = [orjson.loads(record) for record in store.active_records()]
        assert sum(story["size"] for story in stories) == totals(index)["articles"] == 5_000
        assert count_stories(index, Filter(), 0.0) == len(stories)
        assert 0 < totals(index)["copies"] < 5_000
