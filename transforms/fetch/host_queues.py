"""Wiring shared by what asks for feeds and what asks for pages: the hosts that a bundle brings."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any, Generic, TypeVar

import requests
from apache_beam.pvalue import TaggedOutput
from apache_beam.utils.windowed_value import WindowedValue

from transforms.counts import timed_each
from transforms.fetch.host_limiter import HostLimiter, Politeness, run_queues
from transforms.fetch.http import open_session
from transforms.fetch.poll import FetchOptions

_Work = TypeVar("_Work")
_Result = TypeVar("_Result")


class HostQueues(Generic[_Work, _Result]):
    """What a bundle asks of hosts, gathered and asked at its end, so that a slow host holds up no other.

    A DoFn makes one in `start_bundle`, adds to it in `process` and empties it in `finish_bundle`.

    Args:
        stage: whose time is counted.
        fetch_options: how hosts are asked.
        politeness: towards them.
    """

    def __init__(self, stage: str, fetch_options: FetchOptions, politeness: Politeness) -> None:
        self._stage = stage
        self._fetch_options = fetch_options
        self._politeness = politeness
        self._queues: list[tuple[float, list[tuple[_Work, Any]]]] = []

    def add(self, work: Iterable[_Work], window: Any, *, failures: float = 0) -> None:
        """Adds what one host is asked for, one by one.

        Args:
            work: in this order.
            window: of Beam, that the work belongs to.
            failures: hosts with more come later: what they take is not taken from the others.
        """
        self._queues.append((failures, [(one, window) for one in work]))

    def results(
        self, ask: Callable[[requests.Session, _Work, HostLimiter], _Result]
    ) -> Iterator[tuple[_Result, Any, deque[tuple[_Work, Any]]]]:
        """Asks, and gives each result as it comes with its window and with what is left for its host.

        Args:
            ask: run in threads, each with a session of its own.
        """
        limiter = HostLimiter(self._politeness.gap_seconds)
        local = threading.local()

        def work(one: tuple[_Work, Any]) -> tuple[_Result, Any]:
            if not hasattr(local, "session"):
                local.session = open_session(private_addresses=self._fetch_options.private_addresses)
            return ask(local.session, one[0], limiter), one[1]

        queues = [queue for _, queue in sorted(self._queues, key=itemgetter(0))]
        answers = run_queues(queues, work, at_once=self._politeness.hosts_at_once)
        for (result, window), rest in timed_each(self._stage, answers):
            yield result, window, rest


def in_window(output: Any, window: Any) -> Any:
    """An output of `finish_bundle`, which must say what window it belongs to."""
    if isinstance(output, TaggedOutput):
        return TaggedOutput(output.tag, in_window(output.value, window))
    return WindowedValue(output, window.max_timestamp(), (window,))
