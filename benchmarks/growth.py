"""Runs `make bench-growth`: how time and memory grow with the new articles, and with the stored ones.

Prints a table for each part, then all figures as one line of JSON. Times are CPU times of the whole command, user and
system, since other work on the machine disturbs them less; wall times are given too.
"""

import argparse
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from rich.console import Console

from benchmarks.material import Row, edited_copies, read_rows, shared_data, write_rows
from benchmarks.report import Check, Part, SkippedError, Table, show, write_line

SEED = 1
_SIZES = (3_000, 12_000, 48_000)
_COPIES_OF_SIX = 5
"""Edited copies among six articles; for 48,000 articles the corpus allows no fewer."""
FEW, _MANY, NEW = 10_000, 100_000, 1_000
_BATCH = 10_000  # articles stored in one run
_START = 1_767_225_600  # 2026-01-01
_DONORS = 2_000  # articles whose words are drawn
_STAGES = ("clean", "sketch", "match", "fold", "write")


class Spent(NamedTuple):
    """What one command used."""

    processor: float
    seconds: float
    peak_bytes: int
    stages: dict[str, float]


def newsfold(inputs: Path, output: Path) -> Spent:
    """Runs `newsfold run` in a new process.

    Raises:
        RuntimeError: it failed.
    """
    start = "from pipeline.commands.main import main; main()"
    before = set((output / "runs").iterdir()) if output.exists() else set()
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", start, "run", inputs, "--output", output, "--quiet"])  # noqa: S603
    _, code, usage = os.wait4(process.pid, 0)
    process.returncode = code
    seconds = time.perf_counter() - started
    if code:
        raise RuntimeError(f"newsfold run {inputs} ended with {code}")
    (run,) = set((output / "runs").iterdir()) - before
    stages = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["stage_seconds"]
    return Spent(usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss * 1024, stages)


def articles(corpus: Sequence[Row], count: int) -> list[Row]:
    """Returns articles of the corpus and edited copies of them, always in the same proportion."""
    originals = corpus[: count // (1 + _COPIES_OF_SIX)]
    return [*originals, *(copy.row for copy in edited_copies(originals, count - len(originals), SEED))]


def short_articles(corpus: Sequence[Row], count: int, seed: int, day: float, exchanged: float) -> Iterator[Row]:
    """Makes articles from passages of 40 to 80 words, published within one hour of a day in 2026.

    Args:
        corpus: the articles that the passages and words are taken from.
        count: how many articles to make.
        seed: of all random choices.
        day: days after the first of January.
        exchanged: share of the words that are replaced by words of other articles, each of a different one.
    """
    chance = random.Random(seed)  # noqa: S311
    others = [word for row in chance.sample(corpus, min(_DONORS, len(corpus))) for word in row["text"].split()]
    for number in range(count):
        words = chance.choice(corpus)["text"].split()
        length = chance.randrange(40, 80)
        first = chance.randrange(max(1, len(words) - length))
        passage = words[first : first + length]
        for place in chance.sample(range(len(passage)), round(exchanged * len(passage))):
            passage[place] = chance.choice(others)
        moment = time.gmtime(_START + day * 86_400 + chance.randrange(3600))
        outlet = chance.randrange(400)
        yield {
            "id": f"short-{seed}-{number}",
            "url": f"https://outlet-{outlet:03d}.example/{seed}/{number}",
            "title": " ".join(passage[:8]),
            "text": " ".join(passage),
            "published": time.strftime("%Y-%m-%dT%H:%M:%SZ", moment),
            "source": f"Outlet {outlet:03d}",
        }


def judge_articles(corpus: Sequence[Row], sizes: Sequence[int], folder: Path) -> Part:
    """Measures whole runs over increasing numbers of articles."""
    found: list[Spent] = []
    for size in sizes:
        rows, output = folder / "rows.jsonl", folder / f"of-{size}"
        write_rows(rows, articles(corpus, size))
        found.append(newsfold(rows, output))
        shutil.rmtree(output)
    table = Table(
        "one run over new articles; the last columns are shares of its wall time",
        ("articles", "processor s", "seconds", "times", "GB", *_STAGES, "rest"),
        [
            (
                f"{size:,}",
                spent.processor,
                spent.seconds,
                spent.processor / found[place - 1].processor if place else None,
                spent.peak_bytes / 2**30,
                *_shares(spent),
            )
            for place, (size, spent) in enumerate(zip(sizes, found, strict=True))
        ],
    )
    steps = [after.processor / before.processor for before, after in pairwise(found)]
    checks = [Check(f"4.4 / (time x for articles x 4, {sizes[-1]:,})", 1.0, 4.4 / steps[-1])] if steps else []
    return Part([table], checks, {"sizes": {str(s): one._asdict() for s, one in zip(sizes, found, strict=True)}})


def _shares(spent: Spent) -> list[float]:
    named = [spent.stages.get(stage, 0.0) / spent.seconds for stage in _STAGES]
    return [*named, 1 - sum(named)]


def judge_stored(corpus: Sequence[Row], few: int, many: int, rounds: int, folder: Path) -> Part:
    """Measures runs over new articles with few and with many stored ones, in turn."""
    rows, output = folder / "rows.jsonl", folder / "store"
    stores = {}
    for batch in range(many // _BATCH):
        # All articles are within some days, so that every story is active. The first ones are related to the new
        # articles; the others fill the store with texts that share only the language.
        related = (batch + 1) * _BATCH <= few
        day = batch * _BATCH / many * 5
        write_rows(rows, short_articles(corpus, _BATCH, 100 + batch, day, 0.1 if related else 1.0))
        newsfold(rows, output)
        if (batch + 1) * _BATCH in (few, many):
            stores[(batch + 1) * _BATCH] = shutil.copytree(output, folder / f"store-{batch + 1}")
    write_rows(rows, short_articles(corpus, NEW, 7, 5, 0.1))
    found: dict[int, list[Spent]] = {few: [], many: []}
    for _ in range(rounds):
        for stored, kept in stores.items():
            shutil.rmtree(output)
            shutil.copytree(kept, output)
            found[stored].append(newsfold(rows, output))
    ratio = median(b.processor / a.processor for a, b in zip(found[few], found[many], strict=True))
    stages = {stored: _median_stages(spent) for stored, spent in found.items()}
    table = Table(
        f"{NEW:,} new articles, by the number of active stored ones, median of {rounds}",
        ("active", "processor s", "seconds", "GB", "all stages s", *(f"{stage} s" for stage in _STAGES)),
        [
            (
                f"{stored:,}",
                median(one.processor for one in spent),
                median(one.seconds for one in spent),
                max(one.peak_bytes for one in spent) / 2**30,
                sum(stages[stored].values()),
                *(stages[stored].get(stage, 0.0) for stage in _STAGES),
            )
            for stored, spent in found.items()
        ],
    )
    all_stages = sum(stages[many].values()) / sum(stages[few].values())
    note = f"times: whole command {ratio:.2f}, its stages {all_stages:.2f}"
    figures = {"active": {str(stored): [one._asdict() for one in spent] for stored, spent in found.items()}}
    checks = [Check(f"1.5 / (time with {many:,} / with {few:,})", 1.0, 1.5 / ratio)]
    return Part([table], checks, {**figures, "ratio": ratio, "stages_ratio": all_stages}, [note])


def _median_stages(spent: Sequence[Spent]) -> dict[str, float]:
    return {stage: median(one.stages[stage] for one in spent) for stage in spent[0].stages}


def main(words: Sequence[str] | None = None) -> None:
    """Runs the requested parts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--only", choices=("articles", "stored"), help="one part; both without it")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(_SIZES), help="articles of each run")
    parser.add_argument("--few", type=int, default=FEW, help="stored articles, a multiple of 10,000")
    parser.add_argument("--many", type=int, default=_MANY, help="stored articles, a multiple of 10,000")
    parser.add_argument("--rounds", type=int, default=3, help="runs over new articles")
    parser.add_argument("--output", type=Path, help="file for the line of JSON")
    options = parser.parse_args(words)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    result: dict[str, Any] = {"benchmark": "growth", "python": platform.python_version(), "machine": platform.machine()}
    data = shared_data()
    if data is None:
        raise SkippedError("no real material: set NEWSFOLD_SHARED to a folder that holds data/")
    corpus = read_rows(data / "corpus" / "articles_8k.jsonl.gz")
    parts = {
        "articles": lambda folder: judge_articles(corpus, options.sizes, folder),
        "stored": lambda folder: judge_stored(corpus, options.few, options.many, options.rounds, folder),
    }
    for name, judge in parts.items():
        if options.only in (None, name):
            with TemporaryDirectory() as folder:
                part = judge(Path(folder))
            show(name, part, console)
            result[name] = part.as_json()
    write_line(result, options.output)


if __name__ == "__main__":
    main()
