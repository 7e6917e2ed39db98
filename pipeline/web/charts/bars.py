"""Bar charts: columns over time, rows by name, or a single bar in a table cell."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from pipeline.inspect.listing import Bar
from pipeline.web.charts import ticks
from pipeline.web.text import shown

_GUTTER = 9.0
"""Percentage of the width reserved for the axis labels."""
_FOOT = 20
"""Height in pixels reserved for time labels below the bars."""
_HEAD = 14
_TICKS = 4


def columns(bars: Sequence[Bar], title: str, height: int = 88) -> Markup:
    """Draws articles per day or hour, copies stacked on originals; returns '' if there are none.

    Args:
        bars: bars in order of time.
        title: title of the figure.
        height: height of the tallest bar in pixels.
    """
    if not bars:
        return Markup()
    most = max(bar.originals + bar.copies for bar in bars)
    axis = ticks.around(0, most or 1, ticks.step_of(most or 1, _TICKS, least=1))
    scale, floor = height / axis[-1], height + _HEAD
    step = (100 - _GUTTER) / len(bars)
    label_places = set(ticks.labelled([bar.time for bar in bars]))
    parts = [_level(tick, floor - tick * scale) for tick in axis]
    for place, bar in enumerate(bars):
        x, own, copied = _GUTTER + place * step, bar.originals * scale, bar.copies * scale
        when = ticks.day_or_hour(bar.time) if len(bar.time) == 10 else bar.time.replace("T", " ") + ":00"
        said = f"{when}: {bar.originals + bar.copies:,} articles, {bar.copies:,} of them copies"
        left, width = f"{x + step * 0.1:.2f}%", f"{step * 0.8:.2f}%"
        parts.append(
            Markup(
                '<g><title>{0}</title><rect class="hit" x="{1}" width="{2}" y="0" height="{3}"/>'
                '<rect class="own" x="{1}" width="{2}" y="{4:.1f}" height="{5:.1f}"/>'
                '<rect class="copied" x="{1}" width="{2}" y="{6:.1f}" height="{7:.1f}"/></g>'
            ).format(said, left, width, floor, floor - own, own, floor - own - copied, copied)
        )
        if place in label_places:
            middle = x + step / 2
            anchor = "end" if middle > 94 else "middle"
            at = 100 if anchor == "end" else middle
            parts.append(_text(at, floor + 15, ticks.day_or_hour(bar.time), anchor))
    copies = sum(bar.copies for bar in bars)
    originals = sum(bar.originals for bar in bars)
    first, last = (bar.time.replace("T", " ") for bar in (bars[0], bars[-1]))
    amount = f"{originals + copies:,} articles, {copies:,} of them copies"
    said = f"{title}: {amount}, from {first} to {last}, {most:,} at most"
    return Markup('<figure class="chart">{}<svg height="{}" role="img" aria-label="{}">{}</svg></figure>').format(
        _caption(title, {"own": f"originals {originals:,}", "copied": f"copies, on top, {copies:,}"}),
        floor + _FOOT,
        said,
        Markup().join(parts),
    )


def _level(tick: float, y: float) -> Markup:
    line = Markup('<line class="grid" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>').format(y + 0.5)
    return line + _text(0, y - 2, f"{tick:,.0f}", "start") if tick else line


def _text(x: float, y: float, words: str, anchor: str) -> Markup:
    return Markup('<text x="{:.2f}%" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, words)


def _caption(title: str, key: Mapping[str, str]) -> Markup:
    swatches = Markup(" ").join(
        Markup('<span class="key"><i class="swatch {}"></i>{}</span>').format(kind, name) for kind, name in key.items()
    )
    return Markup("<figcaption><b>{}</b> {}</figcaption>").format(title, swatches)


def bar(shares: Mapping[str, float], label: str = "") -> Markup:
    """Draws one stacked horizontal bar on its track.

    Args:
        shares: fraction of the track, 0 to 1, by kind: `own`, `copied`, `dropped` or `rejected`.
        label: text alternative; '' if adjacent text says the same.
    """
    named = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    parts, x = [], 0.0
    for kind, share in shares.items():
        if share:
            rect = Markup('<rect class="{}" x="{:.2f}%" width="{:.2f}%" height="10"/>')
            parts.append(rect.format(kind, 100 * x, 100 * share))
            x += share
    rail = Markup('<rect class="rail" width="100%" height="10"/>')
    return Markup('<svg class="bar" height="10" {}>{}{}</svg>').format(named, rail, Markup().join(parts))


class Row(NamedTuple):
    """One bar of a table."""

    name: str
    parts: Mapping[str, float]
    """Amounts by kind; the kinds are those of `bar`."""
    said: str
    """The amounts as text."""


def rows(found: Sequence[Row], title: str, *, key: Mapping[str, str], whole: float = 0.0) -> Markup:
    """Draws a table with a bar in each row; returns '' if there are no rows.

    Args:
        found: rows in display order.
        title: title of the table.
        key: legend: a name for each kind; may be empty.
        whole: amount that fills the track; 0 for the largest amount.
    """
    if not found:
        return Markup()
    whole = whole or max(sum(row.parts.values()) for row in found) or 1.0
    lines = Markup().join(
        Markup('<tr><th scope="row"><bdi>{}</bdi></th><td>{}</td><td class="num">{}</td></tr>').format(
            shown(row.name, 60), bar({kind: amount / whole for kind, amount in row.parts.items()}), row.said
        )
        for row in found
    )
    table = Markup('<table class="bars" aria-label="{}"><tbody>{}</tbody></table>').format(title, lines)
    return Markup('<figure class="chart">{}{}</figure>').format(_caption(title, key), table)
