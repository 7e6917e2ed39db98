"""Serves many hosts at once, each with one request at a time and a pause in between."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import NamedTuple, TypeVar

from transforms.fetch.http import host_of

_Work = TypeVar("_Work")
_Result = TypeVar("_Result")


class Politeness(NamedTuple):
    """How much is demanded of servers."""

    hosts_at_once: int = 128
    """Most hosts that are contacted at the same time."""
    gap_seconds: float = 1
    """Pause between the end of one response of a host and the next request to it."""


class HostLimiter:
    """Lets one request at a time through to each host, some time after the one before. Threads may share it.

    Args:
        gap_seconds: pause between the end of one request to a host and the start of the next.
    """

    def __init__(self, gap_seconds: float) -> None:
        self._gap = gap_seconds
        self._gaps: dict[str, float] = {}
        self._locks: dict[str, Lock] = defaultdict(Lock)
        self._free_at: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Waits until the host may be contacted, and reserves it while the block runs."""
        with self._locks[host]:
            time.sleep(max(self._free_at.get(host, 0) - time.monotonic(), 0))
            try:
                yield
            finally:
                self._free_at[host] = time.monotonic() + self._gaps.get(host, self._gap)

    def admit(self, url: str) -> AbstractContextManager[None]:
        """Returns a turn for the host of `url`, as `transforms.fetch.http.get` wants it."""
        return self.turn(host_of(url))

    def slow_down(self, host: str, gap_seconds: float) -> None:
        """Lengthens the pause for a host; a shorter one than it has already changes nothing."""
        self._gaps[host] = max(gap_seconds, self._gaps.get(host, self._gap))


def run_queues(
    queues: Iterable[Iterable[_Work]],
    work: Callable[[_Work], _Result],
    *,
    at_once: int,
) -> Iterator[tuple[_Result, deque[_Work]]]:
    """Works through all queues concurrently, and through each queue in order, one element at a time.

    At most twice `at_once` results wait for the caller, so that a slow one neither starves the workers nor fills the
    memory.

    Args:
        queues: in the order in which they are started.
        work: called for each element, in a thread of the pool.
        at_once: size of the pool.

    Yields:
        Each result as soon as it is ready, with the rest of its queue, which the caller may clear.
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
