"""Runs of newsfold in this process, and what its stories are after each."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from benchmarks.material import Row, shared_data, write_rows
from benchmarks.report import SkippedError
from pipeline.config import Config
from pipeline.evaluate.gold import Gold
from pipeline.outputs.folder import OutputFolder
from pipeline.runs.batch import run
from pipeline.runs.request import RunRequest

_HOUR = 3600


class State(NamedTuple):
    """What stands after a run."""

    stories: list[dict[str, Any]]
    """The lines of stories.jsonl."""
    changes: list[dict[str, Any]]
    """The lines of this run's changes.jsonl."""
    seconds: Mapping[str, float]
    """Of each stage."""

    def story_of(self) -> dict[str, str]:
        """The id of the story of each article."""
        return {article["id"]: story["id"] for story in self.stories for article in story["articles"]}


def states(batches: Sequence[Sequence[Row]], config: Config, folder: Path) -> Iterator[State]:
    """Runs over one batch of rows after the other, an hour apart, and gives what stands after each.

    Args:
        batches: rows of each run.
        config: of all runs.
        folder: of the rows and the store, empty.
    """
    rows, output = folder / "rows.jsonl", OutputFolder(folder / "output")
    began = int(time.time()) - len(batches) * _HOUR
    for place, batch in enumerate(batches):
        write_rows(rows, batch)
        now = began + place * _HOUR
        report = run(
            RunRequest(output, [str(rows)], config=config),
            clock=lambda now=now: now,  # type: ignore[misc]
        )
        seconds = orjson.loads(output.manifest(report.run).read_bytes())["stage_seconds"]
        yield State(_lines(output.stories("json")), _lines(output.changes(report.run, "json")), seconds)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def material(*names: str) -> Path:
    """A file of the shared data.

    Raises:
        SkippedError: it is absent.
    """
    folder = shared_data()
    if folder is None:
        raise SkippedError("no real material: set NEWSFOLD_SHARED to a folder that holds data/")
    return folder.joinpath(*names)


def gold_of(rows: Sequence[Row]) -> list[Gold]:
    """The labels of rows that have one."""
    return [Gold(row["id"], row["label"], row["title"] or row["text"][:100]) for row in rows]
