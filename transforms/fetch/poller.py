"""Feeds that are asked again and again, each when it is due, while others wait for slow servers."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import NamedTuple

from transforms.fetch.health import Intervals, after, is_due, request
from transforms.fetch.host_limiter import HostLimiter, Politeness
from transforms.fetch.http import host_of, open_session
from transforms.fetch.poll import FetchOptions, PollResult, deferred, poll_feed
from transforms.records import FeedState, Request


class _Job(NamedTuple):
    request: Request
    fetch_options: FetchOptions


class Poller:
    """Asks many hosts at once, each one thing at a time, in threads of its own; nobody waits for an answer.

    What a feed was like after its last answer is remembered here until the commit of that answer can be read from the
    store, which may be later than the next question. A new poller has only the store: what an earlier one had asked and
    nobody committed is asked again, with the validators of the last answer whose entries are kept.

    Args:
        feeds: their addresses as named, by address without credentials.
        known: gives what the store remembers of some of them.
        fetch_options: how addresses are asked; its time is not used.
        politeness: towards hosts.
        intervals: between polls.
    """

    def __init__(
        self,
        feeds: Mapping[str, str],
        known: Callable[[Sequence[str]], Mapping[str, FeedState]],
        *,
        fetch_options: FetchOptions,
        politeness: Politeness,
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
        self._turns = HostLimiter(politeness.gap_seconds)
        self._pool = ThreadPoolExecutor(politeness.hosts_at_once)

    def begin(self, now: int) -> int:
        """Puts the feeds that are due in the queues of their hosts.

        Args:
            now: UTC epoch seconds; becomes the time of their polls.

        Returns:
            How many.
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
        """What was answered since the last call."""
        found: list[PollResult] = []
        while True:
            try:
                polled = self._done.get_nowait()
            except Empty:
                return found
            self._under_way.discard(polled.poll.feed)
            self._states[polled.poll.feed] = after(self._states[polled.poll.feed], polled.poll)
            found.append(polled)

    def close(self) -> None:
        """Forgets what is under way: its answers were never given to anybody, and are asked for again."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _put(self, host: str, job: _Job) -> None:
        with self._lock:
            self._queues[host].append(job)
            if len(self._queues[host]) == 1:
                self._pool.submit(self._serve, host)

    def _serve(self, host: str) -> None:
        """Asks for the first feed of a host's queue; the others get a thread when it is done."""
        with self._lock:
            job = self._queues[host][0]
        if not hasattr(self._local, "session"):
            self._local.session = open_session(private_addresses=job.fetch_options.private_addresses)
        polled = poll_feed(self._local.session, job.request, job.fetch_options, self._turns.turn)
        self._done.put(polled)
        with self._lock:
            queue = self._queues[host]
            queue.popleft()
            if polled.poll.reason == "throttled":
                for put_off in queue:
                    self._done.put(PollResult(deferred(put_off.request, put_off.fetch_options.now, polled.poll), None))
                queue.clear()
            if queue:
                self._pool.submit(self._serve, host)
