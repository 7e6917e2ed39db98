"""Runs `make bench-copies`: each part prints tables, then all figures follow as one line of JSON."""

import argparse
import logging
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import end_to_end, identity, recall, signatures
from benchmarks.material import Row, edited_copies, read_rows, shared_data
from benchmarks.report import Part, SkippedError, show, write_line
from pipeline.config import load

SEED = 1


def _material(*names: str) -> list[Row]:
    """Reads the rows of a file of the shared data."""
    folder = shared_data()
    if folder is None:
        raise SkippedError("no real material: set NEWSFOLD_SHARED to a folder that holds data/")
    return read_rows(folder.joinpath(*names))


def _corpus(options: argparse.Namespace) -> list[Row]:
    rows = _material("corpus", "articles_8k.jsonl.gz")
    return rows[: options.articles]


def _recall(options: argparse.Namespace) -> Part:
    rows = _corpus(options)
    return recall.judge(rows, edited_copies(rows, options.copies, SEED), load(options.config))


def _identity(options: argparse.Namespace) -> Part:
    return identity.judge(_material("items", "recrawled_items.jsonl"), load(options.config))


def _signatures(options: argparse.Namespace) -> Part:
    return signatures.judge(_corpus(options), options.cache, options.rounds + 2)


def _end_to_end(options: argparse.Namespace) -> Part:
    rows = _corpus(options)
    every = [*rows, *(copy.row for copy in edited_copies(rows, options.copies, SEED))]
    return end_to_end.judge(every, load(options.config), options.cache, options.rounds, options.beam.split())


PARTS: dict[str, Callable[[argparse.Namespace], Part]] = {
    "recall": _recall,
    "identity": _identity,
    "signatures": _signatures,
    "end-to-end": _end_to_end,
}


def main(words: Sequence[str] | None = None) -> None:
    """Runs the requested parts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.copies", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be repeated; all without it")
    parser.add_argument("--output", type=Path, help="file for the line of JSON")
    parser.add_argument("--cache", type=Path, default=Path(".benchmarks"), help="folder of other projects' packages")
    parser.add_argument("--config", type=Path, help="newsfold's configuration instead of its defaults")
    parser.add_argument("--rounds", type=int, default=3, help="how often each contestant runs")
    parser.add_argument("--articles", type=int, default=8000, help="articles of the corpus")
    parser.add_argument("--copies", type=int, default=4000, help="number of edited copies of them")
    parser.add_argument("--beam", default="", help="Beam options for newsfold, such as '--direct_num_workers 2'")
    options = parser.parse_args(words)
    options.cache = options.cache.resolve()
    logging.disable(logging.WARNING)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    result: dict[str, Any] = {"benchmark": "copies", "python": platform.python_version(), "machine": platform.machine()}
    for name in options.only or PARTS:
        try:
            part = PARTS[name](options)
        except SkippedError as error:
            console.print(f"{name}: skipped: {error}", soft_wrap=True)
            result[name] = {"skipped": str(error)}
            continue
        show(name, part, console)
        result[name] = part.as_json()
    write_line(result, options.output)


if __name__ == "__main__":
    main()
