"""What each stage counts: Beam metrics, and a tally of this process for a progress line."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from apache_beam.metrics import Metrics

TALLY: Counter[tuple[str, str]] = Counter()
"""Counts of (stage, name) in this process: all of a run on an in-process runner, else nothing of it."""

_Item = TypeVar("_Item")

MICROSECONDS = "microseconds"
"""Name of the counter that holds the time a stage took, over all workers."""


def count(stage: str, name: str, amount: int = 1) -> None:
    """Adds to the counter `name` of a stage; every stage keeps `in` = `out` + `rejected_*` + `dropped_*`."""
    if amount:
        Metrics.counter(stage, name).inc(amount)
        TALLY[stage, name] += amount


@contextmanager
def timed(stage: str) -> Iterator[None]:
    """Adds the time of its block to the stage's."""
    started = time.perf_counter_ns()
    try:
        yield
    finally:
        count(stage, MICROSECONDS, (time.perf_counter_ns() - started) // 1000)


def timed_each(stage: str, items: Iterable[_Item]) -> Iterator[_Item]:
    """Gives each item, and adds the time that it took to come to the stage's."""
    iterator = iter(items)
    while True:
        with timed(stage):
            try:
                item = next(iterator)
            except StopIteration:
                return
        yield item
