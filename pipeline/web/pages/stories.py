"""The list of stories, with its search and filters, and the page of one story."""

import time
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from pipeline.inspect import listing, reading
from pipeline.inspect.listing import Filter
from pipeline.web import api, charts
from pipeline.web.inspector import Inspector, Sources
from pipeline.web.query import Chosen, PageNumber, parameters
from pipeline.web.site import CurrentSite
from pipeline.web.text import when

PAGE = 30
"""Stories per page."""
_DAYS = 30

routes = APIRouter(include_in_schema=False)


@routes.get("/")
def stories(request: Request, site: CurrentSite, chosen: Chosen, page_number: PageNumber = 1) -> Response:
    """Lists stories."""
    now = time.time()
    with site.inspector.reading() as sources:
        chosen = listing.checked(sources.stories, chosen)
        lines = listing.list_stories(sources.stories, chosen, now, PAGE, (page_number - 1) * PAGE)
        records = listing.records_of(sources.store, [line.number for line in lines])
        times = listing.times(sources.stories, [line.number for line in lines])
        plain = chosen == Filter() and page_number == 1
        key = repr(chosen._replace(sort="", since=listing.instant(chosen.since, now)[:16] if chosen.since else ""))
        total, languages, outlets = site.inspector.keep(
            "facets", sources.at + key, lambda: _facets(sources, chosen, now)
        )
        return site.page(
            request,
            "stories.html",
            stories=[
                (line, api.parsed(record), _spark(line, times[line.number]))
                for line, record in zip(lines, records, strict=True)
            ],
            chosen=chosen,
            total=total,
            languages=languages,
            outlets=outlets,
            number=page_number,
            pages=-(-total // PAGE),
            sorts=listing.SORTS,
            here=lambda **changed: "/" + parameters(chosen, **changed),
            overview=_overview(site.inspector, sources) if plain else None,
        )


def _spark(line: listing.Line, times: Sequence[tuple[str, bool]]) -> Markup:
    if line.first == line.last:
        return Markup()
    return charts.spark(times, f"from {when(line.first)} to {when(line.last)}")


def _facets(sources: Sources, chosen: Filter, now: float) -> tuple[int, list[listing.Count], list[listing.Count]]:
    index = sources.stories
    return (
        listing.count_stories(index, chosen, now),
        listing.languages(index, chosen, now),
        listing.sources(index, chosen, now, 12),
    )


def _overview(inspector: Inspector, sources: Sources) -> dict[str, Any]:
    def read() -> dict[str, Any]:
        newest = listing.newest(sources.stories)
        since = listing.days_before(newest, _DAYS) if newest else ""
        return {
            "totals": listing.totals(sources.stories),
            "chart": charts.columns(listing.coverage(sources.stories, since), "Coverage by day"),
            "newest": newest,
        }

    return inspector.keep("overview", sources.at, read)


@routes.get("/stories/{story}")
def one_story(request: Request, site: CurrentSite, story: str) -> Response:
    """Shows one story, or redirects to it from a prefix of its id."""
    with site.inspector.reading() as sources:
        found = reading.resolve_story(sources.store, story)
        record = reading.story(sources.store, found)
    if record["id"] != story:
        return RedirectResponse(f"/stories/{record['id']}", status_code=307)
    titles = {article["id"]: article for article in record["articles"]}
    links = sorted(record["links"], key=lambda one: (one["kind"] != "copy", -one["score"]))
    return site.page(
        request, "story.html", story=record, members=reading.nested(record),
        timeline=charts.timeline(record["articles"]), links=links, titles=titles,
    )  # fmt: skip
