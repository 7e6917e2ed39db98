"""Tests the history of a feed, poll by poll."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.fetch.health import (
    ACTIVE,
    DEFERRED,
    FAILING,
    GONE,
    OUTCOMES,
    READ,
    REFUSED,
    STATES,
    THROTTLED,
    UNCHANGED,
    after,
    is_due,
    request,
)
from transforms.records import FeedState, Poll
from transforms.rejects import REASONS

HOUR, DAY = 3600, 86_400
START = 1_793_000_000
FEED = "https://paper.example/feed"


def poll(at: int, outcome: str = READ, **fields: Any) -> Poll:
    status = {"status": 200} if outcome == READ else {"status": 304} if outcome == UNCHANGED else {}
    return Poll(FEED, START + at, outcome, HOUR, **(status | fields))


def history(*polls: Poll) -> FeedState:
    state = FeedState(FEED)
    for one in polls:
        state = after(state, one)
    return state


def wait(state: FeedState) -> int:
    return state.next_poll - state.polled_at


def test_a_feed_that_was_never_polled_is_due() -> None:
    assert is_due(FeedState(FEED), START)
    assert request(FeedState(FEED), "https://me:pw@paper.example/feed", HOUR, START) == (
        FEED, "https://me:pw@paper.example/feed", FEED, "", "", "", HOUR,
    )  # fmt: skip


def test_validators_are_kept_verbatim_and_sent_back() -> None:
    state = history(poll(0, etag='W/"a b"', last_modified="yesterday", digest="d"))
    sent = request(state, FEED, HOUR, START + HOUR)
    assert (sent.etag, sent.last_modified, sent.digest) == ('W/"a b"', "yesterday", "d")
    state = after(state, poll(HOUR, UNCHANGED))
    assert (state.etag, state.last_modified) == ('W/"a b"', "yesterday")
    state = after(state, poll(2 * HOUR, UNCHANGED, etag='"new"'))
    assert (state.etag, state.last_modified) == ('"new"', "yesterday")
    state = after(state, poll(3 * HOUR))
    assert (state.etag, state.last_modified, state.digest) == ("", "", "")


def test_what_was_not_read_leaves_no_validators() -> None:
    state = history(
        poll(0, etag='"1"', digest="a"), poll(HOUR, REFUSED, reason="malformed", etag='"2"', digest="b", status=200)
    )
    assert (state.etag, state.digest, state.state) == ('"1"', "a", FAILING)


def test_a_server_that_always_says_304_gets_unconditional_requests_at_times() -> None:
    state = history(poll(0, etag='"1"'))
    for number in range(1, 101):
        assert request(state, FEED, HOUR, START + number * HOUR).etag == '"1"', number
        state = after(state, poll(number * HOUR, UNCHANGED))
    assert request(state, FEED, HOUR, START + 101 * HOUR).etag == ""
    slow = history(poll(0, etag='"1"'), poll(6 * DAY, UNCHANGED))
    assert request(slow, FEED, HOUR, START + 7 * DAY - 1).etag == '"1"'
    assert request(slow, FEED, HOUR, START + 7 * DAY).etag == ""
    whole = after(slow, poll(7 * DAY, UNCHANGED, status=200, etag='"1"'))  # the same body again
    assert request(whole, FEED, HOUR, START + 8 * DAY).etag == '"1"'


def test_a_refresh_reads_whatever_comes() -> None:
    sent = request(history(poll(0, etag='"1"', digest="d")), FEED, HOUR, START, refresh=True)
    assert (sent.etag, sent.digest) == ("", "")


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({}, HOUR),
        ({"requested_interval_seconds": 2 * HOUR}, 2 * HOUR),
        ({"fresh_seconds": 3 * HOUR, "requested_interval_seconds": 2 * HOUR}, 3 * HOUR),
        ({"requested_interval_seconds": 60}, HOUR),
        ({"requested_interval_seconds": 99 * DAY}, DAY),
    ],
)
def test_the_longest_wait_that_anyone_asks_for_within_a_day(fields: dict[str, Any], seconds: int) -> None:
    assert wait(history(poll(0, **fields))) == seconds


def test_the_interval_that_a_feed_requests_is_kept_while_nothing_changes() -> None:
    assert wait(history(poll(0, requested_interval_seconds=2 * HOUR), poll(2 * HOUR, UNCHANGED))) == 2 * HOUR


def test_a_configured_wait_of_days_is_kept() -> None:
    assert wait(after(FeedState(FEED), poll(0)._replace(interval_seconds=3 * DAY))) == 3 * DAY


def test_a_schedule_some_seconds_early_is_punctual() -> None:
    state = history(poll(0))
    assert not is_due(state, START + HOUR - 61)
    assert is_due(state, START + HOUR - 60)
    throttled = history(poll(0, REFUSED, reason="throttled", retry_seconds=HOUR))
    assert not is_due(throttled, START + HOUR - 1)
    assert is_due(throttled, START + HOUR)


@pytest.mark.parametrize(
    ("reason", "waits"),
    [
        ("malformed", [1, 2, 3, 4, 5]),
        ("denied", [1, 2, 3, 4, 5]),
        ("unknown_host", [1, 2, 3, 4, 5]),
        ("not_found", [1, 1, 1.5, 2, 2.5]),
        ("server_error", [1, 1, 1.5, 2, 2.5]),
        ("timeout", [1, 1, 1.5, 2, 2.5]),
        ("host_lookup", [1, 1, 1, 1, 1.25]),
    ],
)
def test_failures_wait_longer_and_longer(reason: str, waits: list[float]) -> None:
    state = history(poll(0))
    for hours in waits:
        state = after(state, poll(state.next_poll - START, REFUSED, reason=reason))
        assert wait(state) == hours * HOUR
    assert (state.state, state.reason) == (FAILING, reason)
    state = after(state, poll(state.next_poll - START))
    assert (state.state, state.reason, state.failures, wait(state)) == (ACTIVE, "", 0, HOUR)


def test_a_dead_feed_is_polled_once_a_month_for_ever() -> None:
    state = FeedState(FEED)
    for _ in range(2000):
        state = after(state, poll(state.next_poll - START if state.next_poll else 0, REFUSED, reason="denied"))
    assert wait(state) == 30 * DAY


def test_a_gone_feed_is_polled_once_a_week_and_may_come_back() -> None:
    state = history(poll(0), poll(HOUR, REFUSED, reason="gone", status=410))
    assert (state.state, wait(state)) == (GONE, 7 * DAY)
    state = after(state, poll(state.next_poll - START))
    assert (state.state, wait(state)) == (ACTIVE, HOUR)


def test_retry_after_is_obeyed() -> None:
    assert wait(history(poll(0, REFUSED, reason="throttled", retry_seconds=5 * HOUR))) == 5 * HOUR
    assert history(poll(0, REFUSED, reason="throttled")).state == THROTTLED
    assert wait(history(poll(0, REFUSED, reason="server_error", retry_seconds=60))) == HOUR
    put_off = history(poll(0), poll(HOUR, DEFERRED, retry_seconds=5 * HOUR))
    assert put_off.next_poll == START + 6 * HOUR
    assert (put_off.state, put_off.failures) == (ACTIVE, 0)


def moved(at: int, to: str = "https://new.example/feed", **fields: Any) -> Poll:
    return poll(at, moved_to=to, **fields)


def test_a_move_is_adopted_after_ten_times_over_three_days() -> None:
    state = history(*(moved(number * HOUR) for number in range(11)))
    assert (state.address, state.moves) == ("", 11)  # many, but within a day
    state = history(*(moved(number * 8 * HOUR) for number in range(9)))
    assert state.address == ""
    state = after(state, moved(72 * HOUR))
    assert state.address == "https://new.example/feed"
    assert request(state, FEED, HOUR, START + 73 * HOUR).address == "https://new.example/feed"
    assert request(state, FEED, HOUR, START + 73 * HOUR).feed == FEED


@pytest.mark.parametrize(
    "interruption",
    [
        poll(40 * HOUR),
        moved(40 * HOUR, "https://other.example/feed"),
        poll(40 * HOUR, REFUSED, reason="timeout"),
    ],
)
def test_an_interruption_restarts_the_count(interruption: Poll) -> None:
    state = history(
        *(moved(number * 8 * HOUR) for number in range(5)),
        interruption,
        *(moved(number * 8 * HOUR) for number in range(6, 14)),
    )
    assert (state.address, state.moves) == ("", 8)


def test_a_feed_that_vanishes_where_it_moved_is_requested_at_its_original_address() -> None:
    adopted = FeedState(FEED, address="https://new.example/feed", wait_seconds=HOUR)
    assert after(adopted, poll(0, REFUSED, reason="timeout")).address == "https://new.example/feed"
    assert after(adopted, poll(0, REFUSED, reason="server_error")).address == "https://new.example/feed"
    assert after(adopted, poll(0, REFUSED, reason="gone")).address == ""
    assert after(adopted, poll(0, REFUSED, reason="not_found")).address == ""


POLLS = st.builds(
    Poll,
    feed=st.just(FEED),
    at=st.integers(START, START + 90 * DAY),
    outcome=st.sampled_from(sorted(OUTCOMES)),
    interval_seconds=st.integers(60, 3 * DAY),
    status=st.sampled_from([0, 200, 304, 404]),
    reason=st.sampled_from(sorted(REASONS)),
    moved_to=st.sampled_from(["", "https://new.example/feed"]),
    fresh_seconds=st.integers(0, DAY),
    retry_seconds=st.integers(0, DAY),
    requested_interval_seconds=st.integers(0, 10**9),
)


@given(st.lists(POLLS, max_size=30))
def test_no_feed_is_ever_dropped_or_hammered(polls: list[Poll]) -> None:
    state = FeedState(FEED)
    for one in polls:
        before, state = state, after(state, one)
        assert after(state, one) == state  # a poll counts once, however often it is delivered
        if state.polled_at > before.polled_at:
            assert one.interval_seconds <= wait(state) <= 30 * DAY or state.wait_seconds <= wait(state) <= 30 * DAY
        assert state.state in STATES
