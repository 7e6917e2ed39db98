"""Compares `newsfold run`, with all its stages, with projects that only find copies, on the same articles."""

import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from datasketch import MinHashLSH

from benchmarks.environments import environment
from benchmarks.material import Row, write_rows
from benchmarks.processes import CommandError, Usage, psutil_in, watch
from benchmarks.report import Check, Part, SkippedError, Table
from pipeline.config import Config
from transforms.sketch.shingles import WIDTH
from transforms.sketch.signatures import PERMUTATIONS

TEXT_DEDUP = ("text-dedup==0.4.0",)
"""0.4.1 needs Python 3.12 and took a third longer on the same rows (measured side by side, November 2026)."""
DATATROVE = ("datatrove[io,processing]==0.10.1", "spacy>=3.8,<4")
"""spaCy has the tokeniser that datatrove uses for English."""
WORKERS = 2
_PROJECT = Path(__file__).resolve().parents[1]


class Contestant(NamedTuple):
    """A command that finds the copies among the rows, run in a new folder."""

    name: str
    command: Callable[[Path], list[str]]
    """Returns the command line for an empty folder that takes all output."""
    kept: Callable[[Path], int]
    """Counts, in the folder afterwards, the articles that are not copies of others."""
    target: float | None = None
    """Least ratio of this contestant's time to newsfold's."""


class Inputs(NamedTuple):
    """The same articles in the form that each contestant reads."""

    rows: Path
    """All fields, for newsfold."""
    texts: Path
    """`id` and `text`, with the title before the text, as in newsfold's shingles."""
    parts: Path
    """A folder with the same texts in as many files as there are workers."""


def write_inputs(rows: Sequence[Row], folder: Path) -> Inputs:
    """Writes the articles in the forms that the contestants read."""
    inputs = Inputs(folder / "rows.jsonl", folder / "texts.jsonl", folder / "parts")
    texts = [{"id": row["id"], "text": f"{row['title']}\n{row['text']}"} for row in rows]
    write_rows(inputs.rows, rows)
    write_rows(inputs.texts, texts)
    inputs.parts.mkdir()
    for part in range(WORKERS):
        write_rows(inputs.parts / f"{part}.jsonl", texts[part::WORKERS])
    return inputs


def newsfold(inputs: Inputs, config: Config, beam: Sequence[str], settings: Path) -> Contestant:
    """Returns newsfold with all its stages and a new store."""
    settings.write_text(json.dumps(config.model_dump()), encoding="utf-8")  # JSON is YAML

    def command(folder: Path) -> list[str]:
        start = "from pipeline.commands.main import main; main()"
        words = ["run", str(inputs.rows), "--output", str(folder), "--config", str(settings), "--quiet", *beam]
        return [sys.executable, "-c", start, *words]

    return Contestant(f"newsfold {version('newsfold')}", command, _originals)


def _originals(folder: Path) -> int:
    with (folder / "stories.jsonl").open(encoding="utf-8") as lines:
        return sum(article["copy_of"] is None for line in lines for article in json.loads(line)["articles"])


def text_dedup(inputs: Inputs, config: Config, cache: Path) -> Contestant:
    """Returns text-dedup's MinHash script with its faster hash, and with the bands that it derives from the threshold.

    Raises:
        SkippedError: it cannot be installed.
    """
    python = environment(cache / "text-dedup", TEXT_DEDUP)

    def command(folder: Path) -> list[str]:
        options = {
            "path": "json", "data_files": inputs.texts, "split": "train", "cache_dir": folder / "cache",
            "output": folder / "kept", "column": "text", "ngram": WIDTH, "num_perm": PERMUTATIONS,
            "threshold": config.copies.similarity, "hash_func": "xxh3", "batch_size": 10_000, "num_proc": WORKERS,
        }  # fmt: skip
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        return [str(python), "-m", "text_dedup.minhash", *words]

    def kept(folder: Path) -> int:
        log = (folder.parent / "log.txt").read_text(encoding="utf-8", errors="replace")
        return int(re.findall(r"After\s*:\s*(\d+)", log)[-1])

    return Contestant(TEXT_DEDUP[0].replace("==", " "), command, kept, target=3.0)


def datatrove(inputs: Inputs, config: Config, cache: Path) -> Contestant:
    """Returns datatrove's local executor, which has no threshold and so gets datasketch's bands for newsfold's.

    Raises:
        SkippedError: it cannot be installed.
    """
    python = environment(cache / "datatrove", DATATROVE)
    bands = MinHashLSH(threshold=config.copies.similarity, num_perm=PERMUTATIONS)
    numbers = [str(number) for number in (WIDTH, bands.b, bands.r, WORKERS)]

    def command(folder: Path) -> list[str]:
        script = Path(__file__).with_name("datatrove_run.py")
        return [str(python), str(script), str(inputs.parts), str(folder), *numbers]

    def kept(folder: Path) -> int:
        return sum(path.read_bytes().count(b"\n") for path in (folder / "kept").iterdir())

    return Contestant(DATATROVE[0].replace("[io,processing]==", " "), command, kept, target=20.0)


class Race(NamedTuple):
    """All runs of one contestant."""

    contestant: Contestant
    usages: list[Usage]
    kept: int
    manifest: Mapping[str, Any]
    """That of newsfold's fastest run; empty for the others."""


def race(contestants: Sequence[Contestant], folder: Path, rounds: int, psutil: Any) -> list[Race]:
    """Runs all contestants in turn, in several rounds, so that changes in the machine's load affect all of them."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    variables |= {"COLUMNS": "200", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(folder / "hub")}
    usages: list[list[Usage]] = [[] for _ in contestants]
    manifests: list[Mapping[str, Any]] = [{} for _ in contestants]
    kept = [0 for _ in contestants]
    for _ in range(rounds):
        for place, contestant in enumerate(contestants):
            lane = folder / "lane"
            shutil.rmtree(lane, ignore_errors=True)
            work = lane / "work"
            work.mkdir(parents=True)
            usage = watch(
                contestant.command(work),
                folder=_PROJECT,
                log=lane / "log.txt",
                environment=variables,
                psutil=psutil,
            )
            kept[place] = contestant.kept(work)
            for path in work.glob("runs/*/manifest.json"):
                if all(usage.seconds < other.seconds for other in usages[place]):
                    manifests[place] = json.loads(path.read_text(encoding="utf-8"))
            usages[place].append(usage)
    return [Race(*one) for one in zip(contestants, usages, kept, manifests, strict=True)]


def judge(rows: Sequence[Row], config: Config, cache: Path, rounds: int, beam: Sequence[str]) -> Part:
    """Races newsfold against those of the others that can be installed.

    Raises:
        SkippedError: psutil cannot be installed, or a command failed.
    """
    psutil = psutil_in(cache)
    notes = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        inputs = write_inputs(rows, folder)
        contestants = [newsfold(inputs, config, beam, folder / "newsfold.yaml")]
        for enter in (text_dedup, datatrove):
            try:
                contestants.append(enter(inputs, config, cache))
            except SkippedError as error:
                notes.append(f"left out: {error}")
        megabytes = inputs.rows.stat().st_size / 1e6
        try:
            races = race(contestants, folder, rounds, psutil)
        except CommandError as error:
            raise SkippedError(str(error)) from error
    return _report(races, len(rows), megabytes, rounds, notes)


def _report(races: Sequence[Race], articles: int, megabytes: float, rounds: int, notes: Sequence[str]) -> Part:
    own = [usage.seconds for usage in races[0].usages]
    ratios = {
        one.contestant.name: median(usage.seconds / seconds for usage, seconds in zip(one.usages, own, strict=True))
        for one in races
    }
    times = Table(
        f"{articles:,} articles, {megabytes:.0f} MB, {rounds} rounds in turn, {WORKERS} workers",
        ("command", "seconds, median", "best", "times newsfold's", "CPU seconds", "peak MB", "articles kept"),
        [
            (
                one.contestant.name,
                median(usage.seconds for usage in one.usages),
                min(usage.seconds for usage in one.usages),
                ratios[one.contestant.name],
                median(usage.cpu_seconds for usage in one.usages),
                max(usage.peak_bytes for usage in one.usages) / 1e6,
                one.kept,
            )
            for one in races
        ],
    )
    stages: Mapping[str, float] = races[0].manifest.get("stage_seconds", {})
    inside = races[0].manifest.get("seconds", 0.0)
    spent = [
        *sorted(stages.items(), key=lambda stage: -stage[1]),
        ("between the stages", inside - sum(stages.values())),
        ("start, export and end", min(own) - inside),
    ]
    checks = [
        Check(f"{one.contestant.name}, times newsfold's seconds", one.contestant.target, ratios[one.contestant.name])
        for one in races
        if one.contestant.target
    ]
    figures = {
        "articles": articles,
        "contestants": {
            one.contestant.name: {
                "seconds": [round(usage.seconds, 3) for usage in one.usages],
                "cpu_seconds": [round(usage.cpu_seconds, 3) for usage in one.usages],
                "peak_megabytes": round(max(usage.peak_bytes for usage in one.usages) / 1e6, 1),
                "times_newsfold": ratios[one.contestant.name],
                "kept": one.kept,
            }
            for one in races
        },
        "stage_seconds": dict(spent),
    }
    stage_table = Table("newsfold's fastest run, seconds over all workers", ("stage", "seconds"), spent)
    return Part([times, stage_table], checks, figures, notes)
