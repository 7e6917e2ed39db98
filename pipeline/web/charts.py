"""Charts as numbers: where bars and dots stand. Templates draw them as SVG, which needs no script and no library.

Widths are in per cent, so that a chart fills its column while its letters keep their size; heights are in pixels.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple

from pipeline.inspect.listing import Bar

_LANES = 14
_BAR_HEIGHT = 88


class Column(NamedTuple):
    """One column of a bar chart."""

    x: float
    width: float
    original_y: float
    original_height: float
    copy_y: float
    copy_height: float
    label: str


class Columns(NamedTuple):
    """A bar chart of originals with copies on top of them."""

    columns: list[Column]
    most: int
    first: str
    last: str
    articles: int
    copies: int


def columns(bars: Sequence[Bar]) -> Columns:
    """Bars side by side."""
    most = max((bar.originals + bar.copies for bar in bars), default=0)
    step = 100 / max(len(bars), 1)
    scale = _BAR_HEIGHT / max(most, 1)
    found = []
    for place, bar in enumerate(bars):
        own, copied = bar.originals * scale, bar.copies * scale
        label = f"{bar.time.replace('T', ' ')}: {bar.originals + bar.copies:,} articles, {bar.copies:,} of them copies"
        x = place * step + step * 0.1
        found.append(Column(x, step * 0.8, _BAR_HEIGHT - own, own, _BAR_HEIGHT - own - copied, copied, label))
    first, last = (bars[0].time, bars[-1].time) if bars else ("", "")
    return Columns(
        found, most, first, last, sum(bar.originals + bar.copies for bar in bars), sum(bar.copies for bar in bars)
    )


class Dot(NamedTuple):
    """An article at its time."""

    x: float
    copy: bool
    label: str
    id: str


class Lane(NamedTuple):
    """The articles of one outlet."""

    source: str
    articles: int
    dots: list[Dot]


class Lanes(NamedTuple):
    """Who told a story when."""

    lanes: list[Lane]
    others: int
    """Outlets without a lane of their own."""
    ticks: list[tuple[float, str]]
    """Where the axis says what time it is."""


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def lanes(articles: Sequence[Mapping[str, Any]]) -> Lanes:
    """One lane an outlet, the first to tell the story on top."""
    timed = sorted(articles, key=lambda one: (one["published"] or one["first_seen"], one["id"]))
    times = [_seconds(one["published"] or one["first_seen"]) for one in timed]
    low, span = times[0], (times[-1] - times[0]) or 1.0
    counts = Counter(one["source"] for one in timed)
    first = list(dict.fromkeys(one["source"] for one in timed))
    shown = first if len(first) <= _LANES else [name for name in first if name in dict(counts.most_common(_LANES))]
    found: dict[str, Lane] = {name: Lane(name, counts[name], []) for name in shown}
    for one, second in zip(timed, times, strict=True):
        if one["source"] in found:
            when = (one["published"] or one["first_seen"])[:16].replace("T", " ")
            x = 2 + 96 * (second - low) / span if times[-1] > low else 2.0
            found[one["source"]].dots.append(Dot(x, one["copy_of"] is not None, f"{when} {one['title']}", one["id"]))
    ticks = (
        [(2.0, _tick(times[0], span)), (98.0, _tick(times[-1], span))] if times[-1] > low else [(2.0, _tick(low, 0))]
    )
    if times[-1] > low:
        ticks.insert(1, (50.0, _tick(low + span / 2, span)))
    return Lanes(list(found.values()), len(first) - len(shown), ticks)


def _tick(second: float, span: float) -> str:
    moment = datetime.fromtimestamp(second, timezone.utc)
    return moment.strftime("%d %b %H:%M" if span < 5 * 86_400 else "%d %b %Y").lstrip("0")


def spark(times: Sequence[tuple[str, bool]]) -> list[tuple[float, bool]]:
    """Dots of one story on a line of its own, in per cent."""
    if not times:
        return []
    seconds = [_seconds(time) for time, _ in times]
    span = seconds[-1] - seconds[0]
    places = [(4 + 92 * (second - seconds[0]) / span if span else 4.0) for second in seconds]
    rounded = dict.fromkeys((float(round(place)), copy) for place, (_, copy) in zip(places, times, strict=True))
    return list(rounded)
