"""The report: one self-contained HTML page to keep, to send and to print.

The page has no script, and its Content Security Policy blocks all loading.
"""

import base64
import hashlib
from collections.abc import Sequence
from importlib import resources
from typing import Any, NamedTuple

import orjson
from markupsafe import Markup

from pipeline.inspect import listing, reading
from pipeline.inspect.feed_health import feeds_health, needs_attention, why
from pipeline.inspect.listing import Filter
from pipeline.store.sql_store import SqlStore
from pipeline.web import charts
from pipeline.web.charts import Row
from pipeline.web.rendering import environment

_STORIES = 30
_SOURCES = 12
_RUNS = 100
"""Number of runs searched for the last one that read anything: manual edits are runs too."""
_FEWEST = 5
"""Fewest articles of an outlet for which a share of copies is meaningful."""
_SICK = 40
_HEIGHT = 130
"""Height of the tallest column in pixels."""


class Charts(NamedTuple):
    """The charts of the report, each '' if there is nothing to draw."""

    day: Markup
    month: Markup
    volume: Markup
    originality: Markup
    languages: Markup
    funnel: Markup


def render(store: SqlStore, index: Any, now: int) -> str:
    """Renders the report of a store as HTML.

    The reported day ends with the newest article, so that a report of an archive is not empty.

    Args:
        store: the store to report on.
        index: up-to-date index of the store.
        now: time of the report in UTC epoch seconds.
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
    drawn = Charts(
        day=charts.columns(listing.coverage(index, day, by_hour=True) if day else [], "The day by the hour", _HEIGHT),
        month=charts.columns(listing.coverage(index, month) if month else [], "Thirty days", _HEIGHT),
        volume=_volume(outlets),
        originality=_copied_shares(outlets),
        languages=_languages(listing.languages(index, Filter(), now)),
        funnel=_funnel(steps),
    )
    template = environment("pipeline.web").get_template("report.html")
    static = resources.files("pipeline.web").joinpath("static")
    style = "".join(static.joinpath(name).read_text(encoding="utf-8") for name in ("charts.css", "report.css"))
    return template.render(
        style=Markup(style),  # noqa: S704  # files of this package
        hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        newest=newest,
        totals=listing.totals(index),
        of_the_day=listing.count_stories(index, chosen, now),
        stories=stories,
        charts=drawn,
        health=health,
        sick=sick[:_SICK],
        sick_total=len(sick),
        run=last,
        steps=steps,
        why=why,
        now=now,
    )


def _volume(outlets: Sequence[listing.Outlet]) -> Markup:
    found = [
        Row(
            one.source,
            {"own": one.articles - one.copies, "copied": one.copies},
            f"{one.articles:,}" + (f", {one.copies:,} copied" if one.copies else ""),
        )
        for one in outlets[:_SOURCES]
    ]
    return charts.rows(found, "Sources by volume", key={"own": "originals", "copied": "copies"})


def _copied_shares(outlets: Sequence[listing.Outlet]) -> Markup:
    telling = [one for one in outlets if one.articles >= _FEWEST and one.copies]
    telling.sort(key=lambda one: (one.originality, -one.articles))
    found = [Row(one.source, {"copied": 1 - one.originality}, f"{1 - one.originality:.0%}") for one in telling]
    title = "Sources that copy most, of five articles and more"
    return charts.rows(found[:_SOURCES], title, key={"copied": "share of copies"}, whole=1.0)


def _languages(counts: Sequence[listing.Count]) -> Markup:
    total = sum(one.stories for one in counts) or 1
    found = [Row(one.value, {"own": one.stories / total}, f"{one.stories / total:.1%}") for one in counts[:_SOURCES]]
    return charts.rows(found, "Languages of active stories", key={"own": "share of stories"}, whole=1.0)


def _funnel(steps: Sequence[reading.Step]) -> Markup:
    key = {"own": "went on", "dropped": "dropped", "rejected": "rejected"}
    return charts.rows([_stage(step) for step in steps], "The last run, stage by stage", key=key)


def _stage(step: reading.Step) -> Row:
    lost = {"dropped": step.dropped, "rejected": step.rejected}
    said = [f"{step.came:,}"] + [f"{amount:,} {name}" for name, amount in lost.items() if amount]
    return Row(step.stage, {"own": step.came - step.dropped - step.rejected} | lost, ", ".join(said))
