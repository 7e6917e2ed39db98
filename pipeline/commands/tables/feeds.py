"""Terminal tables of feeds."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pipeline.commands.tables.terminal import frameless, plain
from pipeline.inspect.feed_health import FeedHealth, by_urgency, why
from transforms.records import FeedState, Item

_SHOWN = 10


def feeds_table(feeds: Sequence[FeedHealth], now: int) -> Table:
    """Lists all feeds, those that need attention first."""
    table = frameless()
    table.add_column("feed", overflow="ellipsis", no_wrap=True, min_width=24)
    table.add_column("state", no_wrap=True)
    table.add_column("last success", no_wrap=True)
    table.add_column("next poll", no_wrap=True)
    table.add_column("a day", justify="right", no_wrap=True)
    table.add_column("duplicates", justify="right", no_wrap=True)
    table.add_column("failures", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for state, articles, duplicates in by_urgency(feeds):
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


def feed_page(state: FeedState, items: Sequence[Item]) -> Group:
    """Lays out a feed with its first entries, and the state that a run would store."""
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
