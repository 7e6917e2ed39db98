"""Keeps the history of a feed in a few numbers, and decides when it is polled next.

Requirements: a feed that moves, stalls or dies costs little and is never dropped silently; one that comes back is
noticed; a server is polled no more often than it wants. The time is never read from a clock: every poll carries it.

Theory of operation: `after` adds one poll to a `FeedState`; nothing else changes one. Failures have weights and the
wait grows linearly with their sum, as in Media Cloud's rss-fetcher, whose weights these are; permanent redirects are
adopted after several in a row, as in NewsBlur and Feedbin; a wait that a server or a feed asks for is capped at a day.
"""

from collections.abc import Mapping
from typing import NamedTuple

from transforms.fetch.freshness import DAY_SECONDS
from transforms.records import FeedState, Poll, Request

READ, UNCHANGED, REFUSED, DEFERRED = "read", "unchanged", "refused", "deferred"
OUTCOMES = {
    READ: "a new body was read",
    UNCHANGED: "the server or the body said that nothing is new",
    REFUSED: "nothing could be read, `reason` says why",
    DEFERRED: "not requested: its host had just asked for fewer requests",
}

NEW, ACTIVE, FAILING, THROTTLED, GONE = "new", "active", "failing", "throttled", "gone"
STATES = {
    NEW: "never polled yet",
    ACTIVE: "the last poll succeeded",
    FAILING: "the last polls failed; it is polled less and less often",
    THROTTLED: "its server asked for fewer requests",
    GONE: "its server said that it is gone for good; it is polled once a week",
}

_WEIGHTS = dict.fromkeys(("not_found", "server_error", "timeout", "network", "unreadable", "empty", "throttled"), 0.5)
_WEIGHTS["host_lookup"] = 0.25
_HARD = 1.0
"""Weight of every other reason: failures that rarely go away by themselves."""

_LONGEST_SECONDS = 30 * DAY_SECONDS
"""Longest wait after failures."""
_GONE_SECONDS = 7 * DAY_SECONDS
"""Wait after status 410."""
_MOVES = 10
"""Permanent redirects in a row before a new address is adopted."""
_MOVING_SECONDS = 3 * DAY_SECONDS
"""Least time between the first and the last of them."""
_FULL_POLLS = 100
"""Conditional requests in a row before an unconditional one, as in NewsBlur: some servers answer 304 for ever."""
_FULL_SECONDS = 7 * DAY_SECONDS
"""Longest time without a whole body before an unconditional request."""
_PUNCTUAL_SECONDS = 60
"""How much too early a feed may be polled, so that a schedule that fires some seconds early does not skip it."""


class Intervals(NamedTuple):
    """The configured waits between polls, in seconds."""

    default: int
    by_feed: Mapping[str, int]
    """Exceptions from the default, by address without credentials."""

    def of(self, feed: str) -> int:
        """Returns the wait of a feed."""
        return self.by_feed.get(feed, self.default)


def is_due(state: FeedState, now: int) -> bool:
    """Tells whether a feed may be polled at `now`: when its wait is over, but never earlier than its server allows."""
    early = _PUNCTUAL_SECONDS if state.state == ACTIVE else 0
    return now >= state.next_poll - min(early, state.wait_seconds // 10)


def request(state: FeedState, named: str, interval_seconds: int, now: int, *, refresh: bool = False) -> Request:
    """Builds the next request for a feed: conditional, except at regular intervals and on refresh.

    Args:
        state: of the feed.
        named: its address as the user named it, with credentials if it has any.
        interval_seconds: the configured wait between polls.
        now: UTC epoch seconds.
        refresh: whether to read the feed again even if it has not changed.
    """
    address = state.address or state.feed
    if refresh:
        return Request(state.feed, named, address, "", "", "", interval_seconds)
    stale = state.conditional_polls >= _FULL_POLLS or now - state.read_at >= _FULL_SECONDS
    validators = ("", "") if stale else (state.etag, state.last_modified)
    return Request(state.feed, named, address, *validators, state.digest, interval_seconds)


def after(state: FeedState, poll: Poll) -> FeedState:
    """Returns the state of a feed after a poll; a poll that is not newer than the last one changes nothing.

    Args:
        state: before the poll; `FeedState(feed)` before the first.
        poll: of this feed.
    """
    if poll.at <= state.polled_at:
        return state
    if poll.outcome == DEFERRED:
        return state._replace(next_poll=poll.at + max(poll.retry_seconds, poll.interval_seconds))
    if poll.outcome == REFUSED:
        return _failed(state, poll)
    return _succeeded(_moved(state, poll), poll)


def _failed(state: FeedState, poll: Poll) -> FeedState:
    weight = _WEIGHTS.get(poll.reason, _HARD)
    failures = state.failures + weight
    wait = min((state.wait_seconds or poll.interval_seconds) * max(failures, 1), _LONGEST_SECONDS)
    name = FAILING
    if poll.reason == "throttled":
        name = THROTTLED
    elif poll.reason == "gone":
        name, wait = GONE, _GONE_SECONDS
    return state._replace(
        state=name,
        # A feed that moved for good and then vanished there is requested at its original address again.
        address="" if weight == _HARD or poll.reason == "not_found" else state.address,
        moves=0,
        moved_to="",
        polled_at=poll.at,
        next_poll=poll.at + max(round(wait), poll.retry_seconds),
        failures=failures,
        status=poll.status,
        reason=poll.reason,
        detail=poll.detail,
    )


def _moved(state: FeedState, poll: Poll) -> FeedState:
    if not poll.moved_to:
        return state._replace(moved_to="", moves=0)
    if poll.moved_to != state.moved_to:
        return state._replace(moved_to=poll.moved_to, moves=1, moved_since=poll.at)
    moves = state.moves + 1
    if moves >= _MOVES and poll.at - state.moved_since >= _MOVING_SECONDS:
        return state._replace(address=poll.moved_to, moved_to="", moves=0)
    return state._replace(moves=moves)


def _succeeded(state: FeedState, poll: Poll) -> FeedState:
    read = poll.outcome == READ
    requested = poll.requested_interval_seconds if read else state.requested_interval_seconds
    longest = max(DAY_SECONDS, poll.interval_seconds)
    wait = min(max(poll.interval_seconds, requested, poll.fresh_seconds), longest)
    whole = poll.status != 304  # an identical body counts as whole too
    state = state._replace(
        state=ACTIVE,
        etag=poll.etag or ("" if whole else state.etag),
        last_modified=poll.last_modified or ("" if whole else state.last_modified),
        read_at=poll.at if whole else state.read_at,
        conditional_polls=0 if whole else state.conditional_polls + 1,
        polled_at=poll.at,
        succeeded_at=poll.at,
        next_poll=poll.at + wait,
        requested_interval_seconds=requested,
        wait_seconds=wait,
        failures=0.0,
        status=poll.status,
        reason="",
        detail="",
    )
    if not read:
        return state
    return state._replace(
        title=poll.title or state.title,
        kind=poll.kind,
        digest=poll.digest,
        entries=poll.entries,
        truncated=poll.truncated,
        weak_ids=poll.weak_ids,
        parse_warning=poll.parse_warning,
    )
