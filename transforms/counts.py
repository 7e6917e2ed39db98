"""Counts what each stage does, as Beam metrics and in a tally of this process that the progress line shows."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from apache_beam.metrics import Metrics

TALLY: Counter[tuple[str, str]] = Counter()
"""Counts by (stage, name) in this process: those of the whole run on an in-process runner, none on any other."""

_Item = TypeVar("_Item")

MICROSECONDS = "microseconds"
"""Name of the counter that holds the time a stage took, summed over all workers."""


def count(stage: str, name: str, amount: int = 1) -> None:
    """Adds to a counter of a stage; every stage keeps `in` = `out` + `rejected_*` + `dropped_*`.

    Args:
        stage: the stage, which is the namespace of the Beam metric.
        name: a plural noun, `in`, `out`, `rejected_<reason>` or `dropped_<reason>`.
        amount: how much to add; 0 does not create the counter.
    """
    if amount:
        Metrics.counter(stage, name).inc(amount)
        TALLY[stage, name] += amount


@contextmanager
def timed(stage: str) -> Iterator[None]:
    """Adds the duration of its block to the time of a stage."""
    started = time.perf_counter_ns()
    try:
        yield
    finally:
        count(stage, MICROSECONDS, (time.perf_counter_ns() - started) // 1000)


def timed_each(stage: str, items: Iterable[_Item]) -> Iterator[_Item]:
    """Yields each item, and adds the time spent waiting for it to the time of a stage."""
    iterator = iter(items)
    while True:
        with timed(stage):
            try:
                item = next(iterator)
            except StopIteration:
                return
        yield item
