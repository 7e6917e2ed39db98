"""Computes the figures of docs/scaling.md: the cost of one article, and of ten million a day.

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
"""Ratio of the busiest hour to the average."""
DAYS = 7
"""Days for which a story stays open: `stories.close_after_days`."""
_SPREAD = ("fetch", "parse", "clean", "unite", "recognise", "strip", "sketch")
"""Stages that any number of workers share."""
_COMMIT = ("match", "fold", "write")
"""Stages of the one worker that commits."""


class Costs(NamedTuple):
    """The cost of one article."""

    milliseconds: Mapping[str, float]
    """Time of one worker by stage; fetching is from a file."""
    text_bytes: float
    row_bytes: float
    """Size of its row in the store, with text and boilerplate."""
    sketch_bytes: float
    """Size of its sketch, which crosses the shuffle too."""
    index_bytes: float
    """Its share of the index segments, which the worker that commits reads."""
    store_bytes: float
    """Its share of the database file."""


def measured(run: Spent, database: Path) -> Costs:
    """Computes the cost of an article from a run into an empty store."""
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
    """Measures the milliseconds of matching a new article among few stored ones, and among many."""
    active = judge_stored(corpus, few, many, 1, folder).figures["active"]
    small, large = (1000 * active[str(stored)][0]["stages"]["match"] / NEW for stored in (few, many))
    return small, large


def judge(articles: int, stored: int, folder: Path) -> Part:
    """Measures the cost of an article and multiplies it.

    Args:
        articles: number of articles in the run into an empty store.
        stored: number of articles in the large store that new ones are matched against.
        folder: empty; takes all files.

    Raises:
        SkippedError: there is no real material.
    """
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
    commit = sum(costs.milliseconds.get(name, 0.0) for name in _COMMIT)
    grows = (many - few) / (stored - FEW)
    one = Table(
        f"one article of {costs.text_bytes:,.0f} bytes of text",
        ("what", "value"),
        [
            *((f"{name}, ms", value) for name, value in costs.milliseconds.items()),
            ("row of the store, bytes", costs.row_bytes),
            ("sketch, bytes", costs.sketch_bytes),
            ("index, bytes", costs.index_bytes),
            ("store on disk, bytes", costs.store_bytes),
            (f"match among {FEW:,} stored, ms", few),
            (f"match among {stored:,} stored, ms", many),
        ],
    )
    much = Table(
        f"{A_DAY:,} articles per day, {busiest:,.0f} per second in the busiest hour",
        ("what", "value"),
        [
            ("cores from fetch to sketch", busiest * spread / 1000),
            ("cores from match to write with an empty store", busiest * commit / 1000),
            (f"cores to match among {DAYS} days", busiest * (few + grows * DAYS * A_DAY) / 1000),
            ("GB shuffled per day, text once and sketches once", A_DAY * (costs.row_bytes + costs.sketch_bytes) / 1e9),
            (f"GB of index for {DAYS} days", DAYS * A_DAY * costs.index_bytes / 1e9),
            (f"GB of store for {DAYS} days", DAYS * A_DAY * costs.store_bytes / 1e9),
            ("articles per second of one committing worker", 1000 / commit),
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
