"""The list of outlets and the page of one outlet."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from pipeline.inspect import listing, reading
from pipeline.inspect.reading import UnknownIdError
from pipeline.web import charts
from pipeline.web.query import PageNumber
from pipeline.web.site import CurrentSite

_PAGE = 30
"""Articles per page."""
_DAYS = 90
_SHOWN = 500

routes = APIRouter(include_in_schema=False)


@routes.get("/sources")
def all_sources(request: Request, site: CurrentSite) -> Response:
    """Lists the outlets, those with most articles first."""
    with site.inspector.reading() as sources:
        outlets = site.inspector.keep("outlets", sources.at, lambda: listing.outlets(sources.stories))
    return site.page(
        request,
        "sources.html",
        outlets=outlets[:_SHOWN],
        total=len(outlets),
        most=outlets[0].articles if outlets else 1,
    )


@routes.get("/source")
def one_source(
    request: Request,
    site: CurrentSite,
    name: Annotated[str, Query(max_length=4000)],
    page_number: PageNumber = 1,
) -> Response:
    """Shows one outlet with its newest articles."""
    with site.inspector.reading() as sources:
        outlets = listing.outlets(sources.stories, name)
        if not outlets:
            raise UnknownIdError(f"no source {name[:100]!r} in this store")
        since = listing.days_before(outlets[0].last, _DAYS)
        bars = listing.coverage(sources.stories, max(outlets[0].first, since), source=name)
        latest = reading.cards(sources.store, listing.latest(sources.stories, name, _PAGE, (page_number - 1) * _PAGE))
    return site.page(
        request, "source.html", outlet=outlets[0], chart=charts.columns(bars, "Its articles by day"),
        articles=latest, number=page_number, pages=-(-outlets[0].articles // _PAGE),
    )  # fmt: skip
