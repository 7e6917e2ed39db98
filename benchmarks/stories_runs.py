"""Runs newsfold several times in this process and reads its stories after each run."""

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
    """The result of one run."""

    stories: list[dict[str, Any]]
    """The lines of stories.jsonl."""
    changes: list[dict[str, Any]]
    """The lines of this run's changes.jsonl."""
    seconds: Mapping[str, float]
    """Time of each stage."""

    def story_of(self) -> dict[str, str]:
        """Returns the story id of each article id."""
        return {article["id"]: story["id"] for story in self.stories for article in story["articles"]}


def states(batches: Sequence[Sequence[Row]], config: Config, folder: Path) -> Iterator[State]:
    """Runs newsfold over one batch of rows after the other, an hour apart.

    Args:
        batches: rows of each run.
        config: of all runs.
        folder: empty; takes the rows and the store.

    Yields:
        The result of each run.
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
    """Returns the path of a file of the shared data.

    Raises:
        SkippedError: there is no shared data.
    """
    folder = shared_data()
    if folder is None:
        raise SkippedError("no real material: set NEWSFOLD_SHARED to a folder that holds data/")
    return folder.joinpath(*names)


def gold_of(rows: Sequence[Row]) -> list[Gold]:
    """Returns the labels of labelled rows."""
    return [Gold(row["id"], row["label"], row["title"] or row["text"][:100]) for row in rows]
