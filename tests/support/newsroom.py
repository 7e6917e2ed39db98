"""Runs over served feeds, at times of the test's choosing."""

from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.inspect.feed_health import feeds_health
from pipeline.outputs.folder import OutputFolder
from pipeline.runs.batch import run
from pipeline.runs.request import Report, RunRequest
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.command import lines
from tests.support.fault_server import NOW
from transforms.records import FeedState

HOUR, DAY = 3600, 86_400
CONFIG = Config.model_validate(
    {
        "fetch": {
            "private_addresses": True,
            "connect_seconds": 5,
            "read_seconds": 5,
            "total_seconds": 6,
            "gap_seconds": 0,
            "max_bytes": 100_000,
        }
    }
)


class Newsroom:
    """Runs over one output folder at times of the test's choosing."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.factory = SqlStoreFactory(OutputFolder(output).store_url, "")

    def run(self, inputs: list[str], at: int, *, refresh: bool = False, config: Config = CONFIG) -> Report:
        request = RunRequest(OutputFolder(self.output), inputs, config=config, refresh=refresh)
        return run(request, clock=lambda: at)

    def feeds(self) -> dict[str, FeedState]:
        with self.factory() as store:
            return {one.state.feed: one.state for one in feeds_health(store, NOW)}

    def rejected(self, report: Report) -> dict[str, dict[str, Any]]:
        return {letter["location"]: letter for letter in lines(self.output / "runs" / report.run / "rejected.jsonl")}

    def titles(self) -> set[str]:
        return {article["title"] for story in lines(self.output / "stories.jsonl") for article in story["articles"]}
