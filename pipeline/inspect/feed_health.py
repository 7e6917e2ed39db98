"""How each feed is: its record, and what a person should know of it."""

from collections.abc import Iterable
from typing import Any

from pipeline.store.subscriptions import FeedHealth
from transforms.fetch.health import ACTIVE, NEW
from transforms.records import FeedState
from transforms.records.times import iso

_TIMES = ("read_at", "moved_since", "polled_at", "succeeded_at", "next_poll")


def feed_record(state: FeedState) -> dict[str, Any]:
    """A feed's state as JSON: its times in ISO 8601, null for never."""
    record = state._asdict()
    return record | {name: iso(record[name]) if record[name] else None for name in _TIMES}


def health_record(health: FeedHealth) -> dict[str, Any]:
    """One line of `newsfold feeds --json`."""
    counted = {
        "articles_per_day": round(health.articles_per_day, 2),
        "duplicates": round(health.duplicates, 3),
    }
    return feed_record(health.state) | counted


def needs_attention(health: FeedHealth) -> bool:
    """Whether a person should look at a feed: it is neither active nor new."""
    return health.state.state not in (ACTIVE, NEW)


def by_urgency(feeds: Iterable[FeedHealth]) -> list[FeedHealth]:
    """The feeds by address, those that need attention before all others."""
    return sorted(feeds, key=lambda one: (not needs_attention(one), one.state.feed))


def why(state: FeedState) -> str:
    """What a person should know of a feed, in one line."""
    parts = []
    if state.reason:
        parts.append(f"{state.reason}: {state.detail}" if state.detail else state.reason)
    if state.address:
        parts.append(f"moved to {state.address}")
    elif state.moves:
        parts.append(f"redirects to {state.moved_to} ({state.moves} polls in a row)")
    if state.parse_warning:
        parts.append(f"read in spite of {state.parse_warning}")
    if state.truncated:
        parts.append(f"{state.truncated:,} older entries left out")
    if state.weak_ids:
        parts.append(f"{state.weak_ids:,} entries without an id of their own")
    return "; ".join(parts)
