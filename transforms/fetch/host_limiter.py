"""Many hosts at once, each asked one thing at a time and with a pause in between."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Lock
from typing import NamedTuple, TypeVar

_Work = TypeVar("_Work")
_Result = TypeVar("_Result")


class Politeness(NamedTuple):
    """How servers are treated."""

    hosts_at_once: int
    """Most hosts that are asked at the same time."""
    gap_seconds: float
    """Pause between the end of one answer of a host and the next request to it."""


class HostLimiter:
    """Grants turns to ask a host: one at a time, each some time after the one before."""

    def __init__(self, gap_seconds: float) -> None:
        self._gap = gap_seconds
        self._gaps: dict[str, float] = {}
        self._locks: dict[str, Lock] = defaultdict(Lock)
        self._free_at: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Waits for a turn, and keeps it while the block runs; a redirect to another host needs one there."""
        with self._locks[host]:
            time.sleep(max(self._free_at.get(host, 0) - time.monotonic(), 0))
            try:
                yield
            finally:
                self._free_at[host] = time.monotonic() + self._gaps.get(host, self._gap)

    def slow_down(self, host: str, gap_seconds: float) -> None:
        """Makes the pauses for a host longer, never shorter."""
        self._gaps[host] = max(gap_seconds, self._gaps.get(host, self._gap))


def run_queues(
    queues: Iterable[Iterable[_Work]],
    work: Callable[[_Work], _Result],
    *,
    at_once: int,
) -> Iterator[tuple[_Result, deque[_Work]]]:
    """Works through all queues at once, through each in its order and one by one.

    Results come as they are done, each with what is left of its queue, which the caller may empty. At most twice
    `at_once` results wait for the caller, so that a slow one neither starves the workers nor fills the memory.

    Args:
        queues: in the order in which they are begun.
        work: run in a thread of its own.
        at_once: most threads.
    """
    waiting = deque(queue for queue in map(deque, queues) if queue)
    running: dict[Future[_Result], deque[_Work]] = {}
    pool = ThreadPoolExecutor(at_once)
    try:
        while waiting or running:
            while waiting and len(running) < 2 * at_once:
                queue = waiting.popleft()
                running[pool.submit(work, queue.popleft())] = queue
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                queue = running.pop(future)
                yield future.result(), queue
                if queue:
                    waiting.append(queue)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
