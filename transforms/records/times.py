"""Times of articles."""

from datetime import datetime, timezone


def iso(seconds: int | None) -> str | None:
    """Formats a time as RFC 3339 in UTC, to the second; returns None for None."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def event_time(published: int | None, first_seen: int) -> int:
    """Returns the event time of an article: its publication time, but never later than it was first seen."""
    return min(published, first_seen) if published is not None else first_seen
