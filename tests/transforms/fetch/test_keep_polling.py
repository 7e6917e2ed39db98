"""Tests the source of a stream: one check per tick on any engine, until the store says that it is to end."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from transforms.fetch import keep_polling
from transforms.fetch.health import Intervals
from transforms.fetch.host_limiter import Politeness
from transforms.fetch.http import Limits
from transforms.fetch.keep_polling import KeepPolling, _Ticks
from transforms.fetch.poll import FetchOptions


class Store:
    ending = False

    def feeds(self, _feeds: Any) -> dict[str, Any]:
        return {}

    def draining(self) -> bool:
        return self.ending


STORE = Store()


class Factory(NamedTuple):
    @contextmanager
    def __call__(self) -> Iterator[Store]:
        yield STORE


class Tracker:
    """Stands in for the tracker that Beam passes to a splittable DoFn, on an engine that resumes it at once."""

    def __init__(self) -> None:
        self.start = 0
        self.delays: list[float] = []

    def current_restriction(self) -> "Tracker":
        return self

    def try_claim(self, position: int) -> bool:
        self.start = position + 1
        return True

    def defer_remainder(self, delay: Any) -> None:
        self.delays.append(float(delay))

    def set_watermark(self, _time: Any) -> None:
        pass


def test_an_engine_that_resumes_at_once_waits_for_the_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    fetch_options = FetchOptions(0, Limits(1, 1, 1, 1000), "test", False, Politeness(1, 0))
    transform = KeepPolling(
        feeds=[],
        store=Factory(),
        fetch_options=fetch_options,
        intervals=Intervals(60, {}),
        tick_seconds=0.2,
    )
    source, tracker = transform._poll, Tracker()
    source.setup()
    slept: list[float] = []
    monkeypatch.setattr(keep_polling, "time", SimpleNamespace(sleep=slept.append, monotonic=lambda: 1000.0))
    for _ in range(4):
        assert list(source.process(0, tracker, tracker)) == []
    assert slept == pytest.approx([0, 0.2, 0.2, 0.2])
    assert tracker.delays == [0.2] * 4
    STORE.ending = True
    assert list(source.process(0, tracker, tracker)) == []
    assert len(tracker.delays) == 4
    assert tracker.start > 1 << 60
    source.teardown()


def test_ticks_are_deferred_and_never_split() -> None:
    ticks = _Ticks()
    tracker = ticks.create_tracker(ticks.initial_restriction(0))
    assert tracker.try_claim(0)
    assert tracker.try_split(0.5) is None
    now, later = tracker.try_split(0)
    assert (now.start, now.stop, later.start) == (0, 1, 1)
    assert later.stop == ticks.initial_restriction(0).stop
    tracker.check_done()
