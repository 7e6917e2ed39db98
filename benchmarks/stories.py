"""Runs `make bench-stories`: each part prints tables, then all figures follow as one line of JSON."""

import argparse
import logging
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import stories_adversarial, stories_cost, stories_order, stories_quality
from benchmarks.material import Row, read_rows
from benchmarks.report import Part, SkippedError, show, write_line
from benchmarks.stories_runs import material
from pipeline.config import load

_TARGETS = {"ECB+": 0.92, "UCI headlines": 0.72}
"""Least BCubed F1 of each set."""


def _corpus(options: argparse.Namespace) -> list[Row]:
    return read_rows(material("corpus", "articles_8k.jsonl.gz"))[: options.articles]


def _ecbplus() -> list[Row]:
    return read_rows(material("clusters", "ecbplus.jsonl"))


def _quality(options: argparse.Namespace) -> dict[str, Part]:
    sets = {"ECB+": _ecbplus(), "UCI headlines": read_rows(material("clusters", "uci_headlines.jsonl"))}
    pairs = {language: material("pairs", f"tg_pairs_{language}.json") for language in ("en", "ru")}
    return {"quality": stories_quality.judge_sets(sets, _TARGETS, pairs, load(options.config))}


def _noise(options: argparse.Namespace) -> dict[str, Part]:
    return {"noise": stories_quality.judge_noise(_ecbplus(), _corpus(options), load(options.config))}


def _order(options: argparse.Namespace) -> dict[str, Part]:
    order, stability = stories_order.judge(_ecbplus(), stories_order.RUNS, stories_order.ORDERS, load(options.config))
    return {"order": order, "stability": stability}


def _cost(options: argparse.Namespace) -> dict[str, Part]:
    sizes = stories_cost.Sizes(options.sizes, few=10_000, many=options.stored, new=1_000)
    return {"cost": stories_cost.judge(_corpus(options), sizes, options.rounds, load(options.config))}


def _adversarial(options: argparse.Namespace) -> dict[str, Part]:
    invented = stories_adversarial.articles()
    return {"adversarial": stories_adversarial.judge(invented, _corpus(options), load(options.config))}


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Part]]] = {
    "quality": _quality,
    "noise": _noise,
    "order": _order,
    "cost": _cost,
    "adversarial": _adversarial,
}
"""The parts by name; `order` also reports `stability`, from the same runs."""


def main(words: Sequence[str] | None = None) -> None:
    """Runs the requested parts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stories", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be repeated; all without it")
    parser.add_argument("--output", type=Path, help="file for the line of JSON")
    parser.add_argument("--config", type=Path, help="newsfold's configuration instead of its defaults")
    parser.add_argument("--articles", type=int, default=8000, help="articles of the corpus")
    parser.add_argument("--sizes", type=int, nargs="+", default=[12_000, 48_000], help="articles of each window timed")
    parser.add_argument("--stored", type=int, default=100_000, help="stored articles, a multiple of 10,000")
    parser.add_argument("--rounds", type=int, default=3, help="how often each time is measured")
    options = parser.parse_args(words)
    logging.disable(logging.WARNING)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    result: dict[str, Any] = {
        "benchmark": "stories",
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    for name in options.only or PARTS:
        try:
            parts = PARTS[name](options)
        except SkippedError as error:
            console.print(f"{name}: skipped: {error}", soft_wrap=True)
            result[name] = {"skipped": str(error)}
            continue
        for title, part in parts.items():
            show(title, part, console)
            result[title] = part.as_json()
    write_line(result, options.output)


if __name__ == "__main__":
    main()
