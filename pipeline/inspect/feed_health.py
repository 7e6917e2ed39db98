"""Describes the health of each feed: its record, and what a person should know about it."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from pipeline.store import schema
from pipeline.store.sql_store import SqlStore
from pipeline.store.subscriptions import subscriptions
from transforms.fetch.health import ACTIVE, NEW
from transforms.records import FeedState
from transforms.records.times import iso

_TIMES = ("read_at", "moved_since", "polled_at", "succeeded_at", "next_poll")
_DAYS = 7
"""The articles of so many days are counted."""


class FeedHealth(NamedTuple):
    """One line of the health table."""

    state: FeedState
    articles_per_day: float
    """Articles of the last seven days that it held, a day."""
    duplicates: float
    """Share of these that another feed brought first or that copy another article, 0 to 1."""


def feeds_health(store: SqlStore, now: int) -> Sequence[FeedHealth]:
    """Reads the health of every feed that was ever polled or is subscribed to, by address.

    Args:
        store: to be read.
        now: UTC epoch seconds, the end of the days that are counted.
    """
    articles, sightings = schema.articles.c, schema.sightings.c
    pairs = select(sightings.article, sightings.feed).distinct().subquery()
    foreign = case(((articles.feed != pairs.c.feed) | (articles.copy_of != 0), 1), else_=0)
    statement = (
        select(pairs.c.feed, func.count(), func.sum(foreign))
        .join(schema.articles, articles.number == pairs.c.article)
        .where(func.coalesce(articles.published, articles.first_seen) > now - _DAYS * 86_400)
        .group_by(pairs.c.feed)
    )
    with store.reading() as connection:
        states = {row.feed: FeedState(**row._mapping) for row in connection.execute(select(schema.feeds))}
        counts = {feed: (total, other) for feed, total, other in connection.execute(statement)}
    for one in subscriptions(store):
        states.setdefault(one.feed, FeedState(one.feed, title=one.title))
    return [
        FeedHealth(state, total / _DAYS, other / total if total else 0.0)
        for feed, state in sorted(states.items())
        for total, other in [counts.get(feed, (0, 0))]
    ]


def feed_record(state: FeedState) -> dict[str, Any]:
    """Returns the state of a feed as JSON, with times in ISO 8601, or null for never."""
    record = state._asdict()
    return record | {name: iso(record[name]) if record[name] else None for name in _TIMES}


def health_record(health: FeedHealth) -> dict[str, Any]:
    """Returns one line of `newsfold feeds --json`."""
    counted = {
        "articles_per_day": round(health.articles_per_day, 2),
        "duplicates": round(health.duplicates, 3),
    }
    return feed_record(health.state) | counted


def needs_attention(health: FeedHealth) -> bool:
    """Tells whether a person should look at a feed, because it is neither active nor new."""
    return health.state.state not in (ACTIVE, NEW)


def by_urgency(feeds: Iterable[FeedHealth]) -> list[FeedHealth]:
    """Sorts feeds by address, with those that need attention before all others."""
    return sorted(feeds, key=lambda one: (not needs_attention(one), one.state.feed))


def why(state: FeedState) -> str:
    """Says in one line what a person should know about a feed, '' if there is nothing."""
    parts = []
    if state.reason:
        parts.append(f"{state.reason}: {state.detail}" if state.detail else state.reason)
    if state.address:
        parts.append(f"moved to {state.address}")
    elif state.moves:
        parts.append(f"redirects to {state.moved_to} ({state.moves} polls in a row)")
    if state.parse_warning:
        parts.append(f"read despite {state.parse_warning}")
    if state.truncated:
        parts.append(f"{state.truncated:,} older entries left out")
    if state.weak_ids:
        parts.append(f"{state.weak_ids:,} entries without an id of their own")
    return "; ".join(parts)
