"""Tests one feed over a month: which requests are sent, when, and with what result."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest

from tests.support.fault_server import NOW, Answer, FaultServer, fault_server, feed
from transforms.fetch.connections import open_session
from transforms.fetch.health import after, is_due, request
from transforms.fetch.http import Limits
from transforms.fetch.poll import FetchOptions, PollResult, poll_feed
from transforms.records import FeedState

MINUTE, HOUR, DAY = 60, 3600, 86_400
LIMITS = Limits(connect_seconds=60, read_seconds=60, total_seconds=60, max_bytes=100_000)


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with fault_server() as running:
        yield running


def poll_at(state: FeedState, now: int) -> PollResult:
    with open_session(private_addresses=True) as session:
        options = FetchOptions(now, LIMITS, "newsfold/test", private_addresses=True)
        return poll_feed(session, request(state, state.feed, HOUR, now), options)


def test_a_document_carries_its_poll(server: FaultServer) -> None:
    url = server.url("tagged/a")
    poll, document = poll_at(FeedState(url), NOW)
    assert document is not None
    assert document.poll == poll
    assert (document.content, document.feed, document.address, document.kind) == (feed("a"), url, url, "feed")
    assert (poll.outcome, poll.status, poll.etag, poll.last_modified) == ("read", 200, '"v1"', "yesterday")
    assert poll_at(after(FeedState(url), poll), NOW + HOUR) == (
        poll._replace(at=NOW + HOUR, outcome="unchanged", status=304, etag="", last_modified="", digest="", kind=""),
        None,
    )


def test_relative_links_are_of_the_last_address(server: FaultServer) -> None:
    _, document = poll_at(FeedState(server.url("found/a")), NOW)
    assert document is not None
    assert (document.feed, document.address) == (server.url("found/a"), server.url("feed/a"))


class Sent(NamedTuple):
    """One request of the month, in hours since its beginning."""

    at: float
    path: str
    conditional: bool
    status: int


class Month:
    """Plays a feed that changes every six hours, fails, asks for a wait, moves, vanishes and comes back."""

    def __init__(self) -> None:
        self.hours = 0.0
        self.sent: list[Sent] = []

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        answer = self.decide(path, headers.get("If-None-Match"))
        self.sent.append(Sent(self.hours, path, "If-None-Match" in headers, answer.status))
        return answer

    def decide(self, path: str, tag: str | None) -> Answer:
        day = self.hours / 24
        if 5 <= day < 5.5:
            return Answer(500)
        if 8 <= day < 8.04:
            return Answer(429, headers={"Retry_After": "21600"})
        if day >= 10 and path == "/script":
            return Answer(301, headers={"Location": "/script/new"})
        if 20 <= day < 23:
            return Answer(410)
        edition = f'"{int(self.hours // 6)}"'
        if tag == edition:
            return Answer(304)
        return Answer(200, feed(edition.strip('"')), {"ETag": edition})


def hourly(first: float, last: float) -> list[float]:
    return [first + step for step in range(round(last - first) + 1)]


OUTAGE = [120, 121, 122, 123.5, 125.5, 128, 131]
"""Waits of 1, 1, 1.5, 2, 2.5, 3 and 3.5 hours: each failure has the weight .5, and the interval is an hour."""
HOME = [*hourly(0, 119), *OUTAGE, *hourly(134.5, 192.5), *hourly(198.5, 239.5)]
"""The end of the outage, then six hours of Retry-After from 192.5 on."""
MOVING = hourly(240.5, 312.5)
"""Three days of redirects."""
ADOPTED = hourly(313.5, 480.5)
BACK = hourly(648.5, 719.5)
"""A week after status 410, at its original address, which still redirects."""


def test_thirty_days(server: FaultServer) -> None:
    month = Month()
    server.script = month.answer
    state = FeedState(server.url("script"))
    read = []
    for quarter in range(30 * 24 * 4):
        month.hours = quarter / 4
        now = NOW + quarter * 15 * MINUTE
        if is_due(state, now):
            poll, document = poll_at(state, now)
            state = after(state, poll)
            if document is not None:
                read.append(month.hours)
    assert [sent.at for sent in month.sent if sent.path == "/script"] == [*HOME, *MOVING, *BACK]
    assert [sent.at for sent in month.sent if sent.path == "/script/new"] == [*MOVING, *ADOPTED, *BACK]
    assert [sent.at for sent in month.sent if sent.status == 500] == OUTAGE
    assert [sent.at for sent in month.sent if not sent.conditional] == [0, 648.5, 648.5]
    editions = {int(sent.at // 6) for sent in month.sent if sent.status in (200, 304)}
    assert [int(hours // 6) for hours in read] == sorted(editions)
