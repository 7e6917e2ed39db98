"""The command behind docs/scaling.md: what one article costs, and what ten million a day would.

python -m benchmarks.scaling [--articles 8000] [--stored 50000]
"""

import argparse
import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rich.console import Console

from benchmarks.growth import FEW, NEW, Spent, judge_stored, newsfold
from benchmarks.material import Row, read_rows, shared_data, write_rows
from benchmarks.report import Part, SkippedError, Table, show

A_DAY = 10_000_000
PEAK = 3
"""Times the average that the busiest hour brings."""
DAYS = 7
"""For which a story stays open: `stories.close_after_days`."""
_SPREAD = ("fetch", "parse", "clean", "unite", "recognise", "strip", "sketch")
"""Stages that any number of workers share."""
_SETTLE = ("match", "fold", "write")
"""Those of the one worker that commits."""


class Costs(NamedTuple):
    """What one article takes."""

    milliseconds: Mapping[str, float]
    """Of one worker, by stage; fetching from a file."""
    text_bytes: float
    row_bytes: float
    """Of its row in the store, text and boilerplate included."""
    sketch_bytes: float
    """Which cross the shuffle too."""
    index_bytes: float
    """Of index segments: read by the worker that commits."""
    store_bytes: float
    """Of the whole database file."""


def measured(run: Spent, database: Path) -> Costs:
    """The costs of an article, from a run into an empty store."""
    with sqlite3.connect(database) as store:
        (count, text) = store.execute("SELECT count(*), sum(length(CAST(text AS BLOB))) FROM articles").fetchone()
        (row,) = store.execute(
            "SELECT sum(length(CAST(text AS BLOB)) + length(title) + length(url) + length(key) + length(boilerplate) "
            "+ length(line_hashes)) FROM articles"
        ).fetchone()
        (sketch,) = store.execute(
            "SELECT sum(length(signature) + length(shingles) + length(terms) + length(frequencies)) FROM sketches"
        ).fetchone()
        (index,) = store.execute('SELECT sum(length(keys) + length("values")) FROM segments').fetchone()
    size = database.stat().st_size
    stages = {name: 1000 * seconds / count for name, seconds in run.stages.items()}
    return Costs(stages, text / count, row / count, sketch / count, index / count, size / count)


def look_ups(corpus: Sequence[Row], few: int, many: int, folder: Path) -> tuple[float, float]:
    """Milliseconds of matching a new article among few stored ones, and among many."""
    active = judge_stored(corpus, few, many, 1, folder).figures["active"]
    small, large = (1000 * active[str(stored)][0]["stages"]["match"] / NEW for stored in (few, many))
    return small, large


def judge(articles: int, stored: int, folder: Path) -> Part:
    """Measures an article, and multiplies."""
    data = shared_data()
    if data is None:
        raise SkippedError("no real material: set NEWSFOLD_SHARED to a folder that holds data/")
    corpus = read_rows(data / "corpus" / "articles_8k.jsonl.gz")
    rows = folder / "rows.jsonl"
    write_rows(rows, corpus[:articles])
    costs = measured(newsfold(rows, folder / "all"), folder / "all" / "newsfold.db")
    few, many = look_ups(corpus, FEW, stored, folder)
    busiest = PEAK * A_DAY / 86_400
    spread = sum(costs.milliseconds.get(name, 0.0) for name in _SPREAD)
    settle = sum(costs.milliseconds.get(name, 0.0) for name in _SETTLE)
    grows = (many - few) / (stored - FEW)
    one = Table(
        f"one article of {costs.text_bytes:,.0f} bytes of text",
        ("what", "value"),
        [
            *((f"{name}, ms", value) for name, value in costs.milliseconds.items()),
            ("row of the store, bytes", costs.row_bytes),
            ("sketch, bytes", costs.sketch_bytes),
            ("index, bytes", costs.index_bytes),
            ("store on the disk, bytes", costs.store_bytes),
            (f"match among {FEW:,} stored, ms", few),
            (f"match among {stored:,} stored, ms", many),
        ],
    )
    much = Table(
        f"{A_DAY:,} articles a day, {busiest:,.0f} a second in the busiest hour",
        ("what", "value"),
        [
            ("cores from fetch to sketch", busiest * spread / 1000),
            ("cores to settle, were the store empty", busiest * settle / 1000),
            (f"cores to look up among {DAYS} days", busiest * (few + grows * DAYS * A_DAY) / 1000),
            ("GB shuffled a day, text once and sketches once", A_DAY * (costs.row_bytes + costs.sketch_bytes) / 1e9),
            (f"GB of index for {DAYS} days", DAYS * A_DAY * costs.index_bytes / 1e9),
            (f"GB of store for {DAYS} days", DAYS * A_DAY * costs.store_bytes / 1e9),
            ("articles a second that one committing worker settles", 1000 / settle),
        ],
    )
    figures = {**costs._asdict(), "match_few": few, "match_many": many}
    return Part([one, much], [], figures)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--articles", type=int, default=8_000)
    parser.add_argument("--stored", type=int, default=50_000)
    given = parser.parse_args()
    console = Console(width=140)
    with TemporaryDirectory() as folder:
        try:
            part = judge(given.articles, given.stored, Path(folder))
        except SkippedError as error:
            console.print(f"skipped: {error}")
            return
    show("scaling", part, console)
    print(json.dumps({"benchmark": "scaling"} | part.as_json()))


if __name__ == "__main__":
    main()
