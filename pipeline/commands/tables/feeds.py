"""How feeds are, as tables for a terminal and as records."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pipeline.commands.tables.stories import plain
from pipeline.store.subscriptions import FeedHealth
from transforms.fetch.health import ACTIVE, NEW, FeedState
from transforms.fold.story_record import iso
from transforms.records import Item

_TIMES = ("read_at", "moved_since", "polled_at", "succeeded_at", "next_poll")
_SHOWN = 10


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


def feeds_table(feeds: Sequence[FeedHealth], now: int) -> Table:
    """All feeds, those that need a person first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("feed", overflow="ellipsis", no_wrap=True, min_width=24)
    table.add_column("state", no_wrap=True)
    table.add_column("last success", no_wrap=True)
    table.add_column("next poll", no_wrap=True)
    table.add_column("a day", justify="right", no_wrap=True)
    table.add_column("duplicates", justify="right", no_wrap=True)
    table.add_column("failures", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for state, articles, duplicates in sorted(
        feeds, key=lambda one: (one.state.state in (ACTIVE, NEW), one.state.feed)
    ):
        table.add_row(
            plain(state.feed),
            state.state,
            _ago(state.succeeded_at, now),
            _ahead(state.next_poll, now),
            f"{articles:.1f}",
            f"{duplicates:.0%}" if articles else "",
            f"{state.failures:g}" if state.failures else "",
            plain(why(state)),
        )
    return table


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


def feed_page(state: FeedState, items: Sequence[Item]) -> Group:
    """One feed with its first entries, and what a run would remember of it."""
    lines = [
        ("feed", state.feed),
        ("title", state.title),
        ("state", state.state),
        ("kind", state.kind),
        ("why", why(state)),
        ("entries", f"{state.entries:,}" if state.kind else ""),
        ("etag", state.etag),
        ("last modified", state.last_modified),
        ("next poll", f"{_duration(state.next_poll - state.polled_at)} after this one"),
    ]
    parts: list[Any] = [Text(f"{label:14}", style="bold").append_text(plain(value)) for label, value in lines if value]
    if items:
        parts.append(Text())
    for item in items[:_SHOWN]:
        parts.append(plain(f"{item.published or item.updated or 'undated':32.32}  {item.title}"))
        parts.append(Text("    ").append_text(plain(item.url)))
    if len(items) > _SHOWN:
        parts.append(Text(f"and {len(items) - _SHOWN:,} more"))
    return Group(*parts)


def _ago(seconds: int, now: int) -> str:
    return f"{_duration(now - seconds)} ago" if seconds else "never"


def _ahead(seconds: int, now: int) -> str:
    return f"in {_duration(seconds - now)}" if seconds > now else "now"


def _duration(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if abs(seconds) >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds} s"
