"""The page of feed health."""

import time

from fastapi import APIRouter, Request, Response

from pipeline.inspect.feed_health import by_urgency, feeds_health, why
from pipeline.web.site import CurrentSite

_STATES = ("active", "failing", "throttled", "gone", "new")
_SHOWN = 1000

routes = APIRouter(include_in_schema=False)


@routes.get("/feeds")
def feeds(request: Request, site: CurrentSite) -> Response:
    """Lists the feeds, those that need attention first."""
    now = int(time.time())
    with site.inspector.reading() as sources:
        health = site.inspector.keep("feeds", f"{sources.at}{now // 60}", lambda: feeds_health(sources.store, now))
    states = {name: sum(one.state.state == name for one in health) for name in _STATES}
    shown = by_urgency(health)[:_SHOWN]
    return site.page(request, "feeds.html", feeds=shown, total=len(health), states=states, why=why, now=now)
