"""Tests the background polling: when feeds are polled, and that a slow host delays no other."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.fault_server import FaultServer
from transforms.fetch.health import ACTIVE, Intervals
from transforms.fetch.host_limiter import Politeness
from transforms.fetch.http import Limits
from transforms.fetch.poll import FetchOptions, PollResult
from transforms.fetch.poller import Poller
from transforms.records import FeedState

NOW = 1_793_000_000
OPTIONS = FetchOptions(
    NOW, Limits(60, 60, 60, 10**6), "newsfold-test", private_addresses=True, politeness=Politeness(8, 0)
)


def poller(server: FaultServer, *paths: str, states: dict[str, FeedState] | None = None, gap: float = 0) -> Poller:
    feeds = {server.url(path): server.url(path) for path in paths}
    known = states or {}
    return Poller(
        feeds,
        lambda wanted: {feed: known[feed] for feed in wanted if feed in known},
        fetch_options=OPTIONS._replace(politeness=Politeness(8, gap)),
        intervals=Intervals(60, {}),
    )


def wait_for(found: Poller, number: int) -> list[PollResult]:
    results: list[PollResult] = []
    until = time.monotonic() + 120
    while len(results) < number and time.monotonic() < until:
        results += found.finished()
        time.sleep(0.01)
    return results


@pytest.fixture
def closing() -> Iterator[Callable[[Poller], Poller]]:
    opened: list[Poller] = []

    def keep(one: Poller) -> Poller:
        opened.append(one)
        return one

    yield keep
    for one in opened:
        one.close()


def test_a_feed_is_polled_when_it_is_due_and_not_before(
    server: FaultServer, closing: Callable[[Poller], Poller]
) -> None:
    found = closing(poller(server, "feed/a"))
    assert found.begin(NOW) == 1
    assert found.begin(NOW + 1) == 0, "it is under way"
    (result,) = wait_for(found, 1)
    assert result.poll.at == NOW
    assert result.document is not None
    assert found.begin(NOW + 30) == 0, "its interval is a minute"
    assert found.begin(NOW + 60) == 1
    (again,) = wait_for(found, 1)
    assert again.poll.outcome == "unchanged", "its last response is remembered before anybody commits it"


def test_what_the_store_knows_counts_when_it_is_newer(server: FaultServer, closing: Callable[[Poller], Poller]) -> None:
    feed = server.url("feed/a")
    later = FeedState(feed, state=ACTIVE, polled_at=NOW, next_poll=NOW + 3600, wait_seconds=3600)
    found = closing(poller(server, "feed/a", states={feed: later}))
    assert found.begin(NOW + 600) == 0
    assert found.begin(NOW + 3600) == 1


def test_a_slow_host_delays_no_other(server: FaultServer, closing: Callable[[Poller], Poller]) -> None:
    slow, quick = server.url("slow/a", "127.0.2.1"), server.url("feed/a", "127.0.2.2")
    found = closing(
        Poller(
            {slow: slow, quick: quick},
            lambda _: {},
            fetch_options=OPTIONS,
            intervals=Intervals(60, {}),
        )
    )
    found.begin(NOW)
    assert [one.poll.feed for one in wait_for(found, 1)] == [quick]


def test_after_429_the_feeds_of_the_same_host_are_put_off(
    server: FaultServer, closing: Callable[[Poller], Poller]
) -> None:
    found = closing(poller(server, "throttled/a", "feed/b", "feed/c"))
    found.begin(NOW)
    outcomes = {one.poll.feed: one.poll.outcome for one in wait_for(found, 3)}
    assert outcomes[server.url("feed/b")] == outcomes[server.url("feed/c")] == "deferred"
