"""Collects the requests of a Beam bundle by host; the DoFns that fetch feeds and article pages share it."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any, Generic, TypeVar

import requests
from apache_beam.pvalue import TaggedOutput
from apache_beam.utils.windowed_value import WindowedValue

from transforms.counts import timed_each
from transforms.fetch.connections import open_session
from transforms.fetch.host_limiter import HostLimiter, run_queues
from transforms.fetch.poll import FetchOptions

_Work = TypeVar("_Work")
_Result = TypeVar("_Result")


class HostQueues(Generic[_Work, _Result]):
    """Queues the work of a bundle per host and does it all at the end, so that a slow host delays no other.

    A DoFn makes one in `start_bundle`, adds to it in `process` and works through it in `finish_bundle`.

    Args:
        stage: the stage that the time is counted for.
        fetch_options: options of every request.
    """

    def __init__(self, stage: str, fetch_options: FetchOptions) -> None:
        self._stage = stage
        self._fetch_options = fetch_options
        self._queues: list[tuple[float, list[tuple[_Work, Any]]]] = []

    def add(self, work: Iterable[_Work], window: Any, *, failures: float = 0) -> None:
        """Adds the queue of one host.

        Args:
            work: done one by one, in this order.
            window: the Beam window that the work belongs to.
            failures: hosts with more recent failures are started later, so that they do not delay the others.
        """
        self._queues.append((failures, [(one, window) for one in work]))

    def results(
        self, do: Callable[[requests.Session, _Work, HostLimiter], _Result]
    ) -> Iterator[tuple[_Result, Any, deque[tuple[_Work, Any]]]]:
        """Does the work of all queues.

        Args:
            do: called for each element in a thread, with the session of that thread.

        Yields:
            Each result as soon as it is ready, its window, and what is left in the queue of its host as
            (work, window), which the caller may clear.
        """
        limiter = HostLimiter(self._fetch_options.politeness.gap_seconds)
        local = threading.local()

        def work(one: tuple[_Work, Any]) -> tuple[_Result, Any]:
            if not hasattr(local, "session"):
                local.session = open_session(private_addresses=self._fetch_options.private_addresses)
            return do(local.session, one[0], limiter), one[1]

        queues = [queue for _, queue in sorted(self._queues, key=itemgetter(0))]
        results = run_queues(queues, work, at_once=self._fetch_options.politeness.hosts_at_once)
        for (result, window), rest in timed_each(self._stage, results):
            yield result, window, rest


def in_window(output: Any, window: Any) -> Any:
    """Assigns an output of `finish_bundle` to a window, which Beam requires there."""
    if isinstance(output, TaggedOutput):
        return TaggedOutput(output.tag, in_window(output.value, window))
    return WindowedValue(output, window.max_timestamp(), (window,))
