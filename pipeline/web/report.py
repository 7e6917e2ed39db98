"""The report: one page that needs nothing else, to keep, to send and to print.

Charts are drawn by Vega-Lite as SVG (https://altair-viz.github.io, https://github.com/vega/vl-convert), without a
browser and without the network; the page has no script, and its policy lets nothing load.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
import orjson
import vl_convert
from markupsafe import Markup

from pipeline.inspect import listing, reading
from pipeline.inspect.feed_health import needs_attention, why
from pipeline.inspect.listing import Filter
from pipeline.store.sql_store import SqlStore
from pipeline.store.subscriptions import feeds_health
from pipeline.web.rendering import environment, shown

_STORIES = 30
_SOURCES = 12
_RUNS = 100
"""Runs among which the last is looked for that read anything: what people do by hand are runs too."""
_FEWEST = 5
"""Articles of an outlet of which a share of copies says anything."""
_WIDTH = 400
_SICK = 40
_OWN, _COPIED = "#3b7d98", "#d39a4a"
"""Legible on white and on black."""
_KINDS = alt.Scale(domain=["originals", "copies"], range=[_OWN, _COPIED])


class Charts(NamedTuple):
    """SVG of each chart, '' where there is nothing to draw."""

    day: Markup
    month: Markup
    volume: Markup
    originality: Markup
    languages: Markup
    funnel: Markup


def render(store: SqlStore, index: Any, now: int) -> str:
    """The report of a store as HTML.

    The day that it reports on ends with the newest article, so that an archive has one, too.

    Args:
        store: to be read.
        index: of the store, up to date.
        now: UTC epoch seconds, when it is written.
    """
    newest = listing.newest(index)
    day, month = (listing.days_before(newest, days) if newest else "" for days in (1, 30))
    chosen = Filter(since=day)
    lines = listing.list_stories(index, chosen, now, _STORIES)
    stories = [orjson.loads(record) for record in listing.records_of(store, [line.number for line in lines])]
    health = feeds_health(store, now)
    sick = [one for one in health if needs_attention(one)]
    last = next((run for run in reading.runs(store, _RUNS) if "counts" in run.manifest), None)
    steps = reading.funnel(last) if last else []
    outlets = listing.outlets(index)
    charts = Charts(
        day=_columns(listing.coverage(index, day, by_hour=True) if day else [], by_hour=True),
        month=_columns(listing.coverage(index, month) if month else [], by_hour=False),
        volume=_volume(outlets[:_SOURCES]),
        originality=_copied_shares(outlets),
        languages=_languages(listing.languages(index, Filter(), now)[:_SOURCES]),
        funnel=_funnel(steps),
    )
    template = environment("pipeline.web").get_template("report.html")
    style = environment("pipeline.web").get_template("report.css").render()
    return template.render(
        style=Markup(style),  # noqa: S704  # a file of this package
        hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        newest=newest,
        totals=listing.totals(index),
        of_the_day=listing.count_stories(index, chosen, now),
        stories=stories,
        charts=charts,
        health=health,
        sick=sick[:_SICK],
        sick_total=len(sick),
        run=last,
        steps=steps,
        why=why,
        now=now,
    )


def _svg(chart: Any) -> Markup:
    """A chart as SVG, whose strings the library has escaped and whose colours the page decides."""
    drawn = chart.configure(
        background="transparent",
        font="system-ui, sans-serif",
        axis=alt.AxisConfig(labelFontSize=12, titleFontSize=12, titleFontWeight="normal", domain=False, ticks=False),
        legend=alt.LegendConfig(labelFontSize=12, orient="top", title=None),
        view=alt.ViewConfig(stroke=None),
    )
    return Markup(vl_convert.vegalite_to_svg(drawn.to_dict()))  # noqa: S704


def _stacked(rows: Sequence[Mapping[str, Any]]) -> Any:
    data = [
        {**row, "kind": kind, "articles": row[kind], "order": order}
        for row in rows
        for order, kind in enumerate(("originals", "copies"))
    ]
    return alt.Chart(alt.Data(values=data))


def _columns(bars: Sequence[listing.Bar], *, by_hour: bool) -> Markup:
    if not bars:
        return Markup()
    rows = [bar._asdict() | {"time": bar.time + (":00:00" if by_hour else "T00:00:00")} for bar in bars]
    form = "%H:%M" if by_hour else "%d %b"
    step = _WIDTH / len(bars)
    return _svg(
        _stacked(rows)
        .mark_bar(size=max(1, 0.8 * step))
        .encode(
            x=alt.X(
                "time:T",
                title=None,
                axis=alt.Axis(format=form, grid=False, tickCount=6, labelOverlap="greedy", labelSeparation=8),
            ),
            y=alt.Y("articles:Q", title="articles", axis=alt.Axis(tickCount=4)),
            color=alt.Color("kind:N", scale=_KINDS),
            order="order:Q",
        )
        .properties(width=_WIDTH, height=150)
    )


def _volume(outlets: Sequence[listing.Outlet]) -> Markup:
    if not outlets:
        return Markup()
    rows = [
        {"source": shown(one.source, 40), "originals": one.articles - one.copies, "copies": one.copies}
        for one in outlets
    ]
    return _svg(
        _stacked(rows)
        .mark_bar()
        .encode(
            x=alt.X("articles:Q", title="articles", axis=alt.Axis(tickCount=4)),
            y=alt.Y("source:N", title=None, sort=[str(row["source"]) for row in rows], axis=alt.Axis(labelLimit=150)),
            color=alt.Color("kind:N", scale=_KINDS),
            order="order:Q",
        )
        .properties(width=_WIDTH - 140, height=alt.Step(20))
    )


def _copied_shares(outlets: Sequence[listing.Outlet]) -> Markup:
    telling = [one for one in outlets if one.articles >= _FEWEST and one.copies]
    telling.sort(key=lambda one: (one.originality, -one.articles))
    rows = [{"source": shown(one.source, 40), "share": 1 - one.originality} for one in telling[:_SOURCES]]
    return _shares(rows, "source", "share of copies", _COPIED)


def _languages(counts: Sequence[listing.Count]) -> Markup:
    total = sum(one.stories for one in counts) or 1
    rows = [{"language": shown(one.value, 12), "share": one.stories / total} for one in counts]
    return _shares(rows, "language", "share of stories", _OWN)


def _shares(rows: Sequence[Mapping[str, Any]], name: str, title: str, colour: str) -> Markup:
    if not rows:
        return Markup()
    return _svg(
        alt.Chart(alt.Data(values=list(rows)))
        .mark_bar(color=colour)
        .encode(
            x=alt.X("share:Q", title=title, axis=alt.Axis(format="%", tickCount=4)),
            y=alt.Y(f"{name}:N", title=None, sort=[str(row[name]) for row in rows], axis=alt.Axis(labelLimit=150)),
        )
        .properties(width=_WIDTH - 140, height=alt.Step(20))
    )


def _funnel(steps: Sequence[reading.Step]) -> Markup:
    if not steps:
        return Markup()
    parts = ("went on", "dropped", "rejected")
    data = [
        {"stage": step.stage, "part": part, "count": count, "order": order}
        for step in steps
        for order, (part, count) in enumerate(
            zip(parts, (step.came - step.dropped - step.rejected, step.dropped, step.rejected), strict=True)
        )
    ]
    scale = alt.Scale(domain=list(parts), range=[_OWN, "#9a958b", "#c2452d"])
    return _svg(
        alt.Chart(alt.Data(values=data))
        .mark_bar()
        .encode(
            x=alt.X("count:Q", title="came in", axis=alt.Axis(tickCount=4)),
            y=alt.Y("stage:N", title=None, sort=[step.stage for step in steps]),
            color=alt.Color("part:N", scale=scale),
            order="order:Q",
        )
        .properties(width=_WIDTH - 140, height=alt.Step(20))
    )
