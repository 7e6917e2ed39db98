"""Timelines with a dot per article: one lane per outlet, or the whole story on one line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from markupsafe import Markup

from pipeline.web.text import shown

_LANES = 14
_LANE = 34
"""Height of a lane in pixels."""
_DAYS = 5 * 86_400
"""Span in seconds from which the axis labels only days."""


def timeline(articles: Sequence[Mapping[str, Any]]) -> Markup:
    """Draws when each outlet published: one lane per outlet, the earliest on top.

    Args:
        articles: articles of the story's record, at least one.
    """
    timed = sorted(articles, key=lambda one: (_time(one), one["id"]))
    times = [_seconds(_time(one)) for one in timed]
    low, span = times[0], times[-1] - times[0]
    counts = Counter(one["source"] for one in timed)
    first = list(dict.fromkeys(one["source"] for one in timed))
    most = dict(counts.most_common(_LANES))
    lanes = {name: place for place, name in enumerate(name for name in first if name in most)}
    parts = [_tick(x, words, anchor, len(lanes) * _LANE) for x, words, anchor in _ticks(low, span)]
    for name, place in lanes.items():
        many = f" · {counts[name]}" if counts[name] > 1 else ""
        parts.append(
            Markup(
                '<text class="lane" x="0" y="{0}">{2}{3}</text><line class="grid" x1="0" x2="100%" y1="{1}" y2="{1}"/>'
            ).format(place * _LANE + 12, place * _LANE + 23, shown(name, 60), many)
        )
    for one, second in zip(timed, times, strict=True):
        if one["source"] in lanes:
            x = 2 + 96 * (second - low) / span if span else 2.0
            words = shown(f"{_time(one)[:16].replace('T', ' ')} {one['title']}", 160)
            dot = Markup('<circle class="{}" cx="{:.2f}%" cy="{}" r="5"><title>{}</title></circle>')
            parts.append(dot.format(_kind(one["copy_of"]), x, lanes[one["source"]] * _LANE + 23, words))
    others = f"and {len(first) - len(lanes)} more sources" if len(first) > len(lanes) else ""
    said = f"Timeline: {len(articles)} articles of {len(first)} sources; the list below has the same in words"
    return Markup(
        '<figure class="chart"><svg height="{}" role="img" aria-label="{}">{}</svg>'
        '<figcaption><span class="key"><i class="swatch own"></i>original</span> '
        '<span class="key"><i class="swatch copied ring"></i>copy</span>{}</figcaption></figure>'
    ).format(len(lanes) * _LANE + 26, said, Markup().join(parts), others)


def spark(times: Sequence[tuple[str, bool]], label: str) -> Markup:
    """Draws the articles of one story as dots on one line.

    Args:
        times: (RFC 3339 time, is a copy) of each article, in order.
        label: text alternative.
    """
    if not times:
        return Markup()
    seconds = [_seconds(time) for time, _ in times]
    span = seconds[-1] - seconds[0]
    places = [round(4 + 92 * (second - seconds[0]) / span) if span else 4 for second in seconds]
    dots = dict.fromkeys((place, _kind(copy)) for place, (_, copy) in zip(places, times, strict=True))
    return Markup(
        '<svg class="spark" height="10" role="img" aria-label="{}">'
        '<line class="grid" x1="0" x2="100%" y1="5" y2="5"/>{}</svg>'
    ).format(
        label,
        Markup().join(Markup('<circle class="{1}" cx="{0}%" cy="5" r="3"/>').format(*dot) for dot in dots),
    )


def _kind(copied: Any) -> str:
    return "copied" if copied else "own"


def _time(article: Mapping[str, Any]) -> str:
    time: str = article["published"] or article["first_seen"]
    return time


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def _ticks(low: float, span: float) -> list[tuple[float, str, str]]:
    if not span:
        return [(2.0, _moment(low, 0), "start")]
    places = ((2.0, 0.0, "start"), (50.0, 0.5, "middle"), (98.0, 1.0, "end"))
    return [(x, _moment(low + span * share, span), anchor) for x, share, anchor in places]


def _tick(x: float, words: str, anchor: str, y: int) -> Markup:
    return Markup(
        '<line class="grid" x1="{0:.2f}%" x2="{0:.2f}%" y1="{1}" y2="{2}"/>'
        '<text x="{0:.2f}%" y="{3}" text-anchor="{4}">{5}</text>'
    ).format(x, y - 4, y + 5, y + 18, anchor, words)


def _moment(second: float, span: float) -> str:
    moment = datetime.fromtimestamp(second, timezone.utc)
    return f"{moment.day} {moment:%b %H:%M}" if span < _DAYS else f"{moment.day} {moment:%b %Y}"
