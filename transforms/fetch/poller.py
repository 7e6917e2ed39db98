"""Polls a list of feeds again and again in background threads, each feed when it is due."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import NamedTuple

from transforms.fetch.connections import open_session
from transforms.fetch.health import Intervals, after, is_due, request
from transforms.fetch.host_limiter import HostLimiter
from transforms.fetch.http import host_of
from transforms.fetch.poll import FetchOptions, PollResult, deferred, poll_feed
from transforms.records import FeedState, Request


class _Job(NamedTuple):
    request: Request
    fetch_options: FetchOptions


class Poller:
    """Polls many hosts at once, each with one request at a time; the caller never waits for a response.

    The state of a feed after its last poll is kept here until that poll is committed and can be read from the store,
    which may be later than the next poll. A new poller starts from the store alone: polls of an earlier one that were
    never committed are repeated, with the validators of the last response whose entries were stored.

    Args:
        feeds: addresses as the user named them, by address without credentials.
        known: returns the stored states of the given feeds.
        fetch_options: options of every request; its time is not used.
        intervals: waits between polls.
    """

    def __init__(
        self,
        feeds: Mapping[str, str],
        known: Callable[[Sequence[str]], Mapping[str, FeedState]],
        *,
        fetch_options: FetchOptions,
        intervals: Intervals,
    ) -> None:
        self._feeds = feeds
        self._known = known
        self._states = {feed: FeedState(feed) for feed in feeds}
        self._fetch_options = fetch_options
        self._intervals = intervals
        self._under_way: set[str] = set()
        self._queues: dict[str, deque[_Job]] = defaultdict(deque)
        self._done: SimpleQueue[PollResult] = SimpleQueue()
        self._lock = threading.Lock()
        self._local = threading.local()
        self._limiter = HostLimiter(fetch_options.politeness.gap_seconds)
        self._pool = ThreadPoolExecutor(fetch_options.politeness.hosts_at_once)

    def begin(self, now: int) -> int:
        """Starts polling the feeds that are due, by adding each to the queue of its host.

        Args:
            now: UTC epoch seconds; becomes the time of their polls.

        Returns:
            How many feeds were added.
        """
        waiting = [feed for feed in self._feeds if feed not in self._under_way and is_due(self._states[feed], now)]
        stored = self._known(waiting)
        for feed in waiting:
            if feed in stored and stored[feed].polled_at >= self._states[feed].polled_at:
                self._states[feed] = stored[feed]
        due = [self._states[feed] for feed in waiting if is_due(self._states[feed], now)]
        fetch_options = self._fetch_options._replace(now=now)
        for state in due:
            self._under_way.add(state.feed)
            wanted = request(state, self._feeds[state.feed], self._intervals.of(state.feed), now)
            self._put(host_of(wanted.address), _Job(wanted, fetch_options))
        return len(due)

    def finished(self) -> list[PollResult]:
        """Returns the results of all polls that finished since the last call."""
        results: list[PollResult] = []
        while True:
            try:
                result = self._done.get_nowait()
            except Empty:
                return results
            feed = result.poll.feed
            self._under_way.discard(feed)
            self._states[feed] = after(self._states[feed], result.poll)
            results.append(result)

    def close(self) -> None:
        """Abandons the polls under way; nobody has seen their results, so a later poller repeats them."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _put(self, host: str, job: _Job) -> None:
        with self._lock:
            self._queues[host].append(job)
            if len(self._queues[host]) == 1:
                self._pool.submit(self._serve, host)

    def _serve(self, host: str) -> None:
        """Polls the first feed in the queue of a host, then submits the next one to the pool."""
        with self._lock:
            job = self._queues[host][0]
        if not hasattr(self._local, "session"):
            self._local.session = open_session(private_addresses=job.fetch_options.private_addresses)
        result = poll_feed(self._local.session, job.request, job.fetch_options, self._limiter.admit)
        self._done.put(result)
        with self._lock:
            queue = self._queues[host]
            queue.popleft()
            if result.poll.reason == "throttled":
                for put_off in queue:
                    self._done.put(PollResult(deferred(put_off.request, put_off.fetch_options.now, result.poll), None))
                queue.clear()
            if queue:
                self._pool.submit(self._serve, host)
