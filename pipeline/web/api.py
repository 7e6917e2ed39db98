"""The JSON beside every page, described by `/openapi.json`."""

import time
from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from pipeline.inspect import labels, listing, reading
from pipeline.inspect.evidence import gather_evidence
from pipeline.inspect.feed_health import health_record
from pipeline.inspect.listing import Filter
from pipeline.store.subscriptions import feeds_health
from pipeline.web.inspector import Inspector

_MOST = 200


class Problem(BaseModel):
    """Why a request has no answer."""

    detail: str


class StoryLine(BaseModel):
    """One story of a list."""

    id: str
    state: str
    headline: str
    size: int
    source_count: int
    language: str
    first: str
    last: str
    updated: str


class Value(BaseModel):
    """How many stories have a value."""

    value: str
    stories: int


class StoryList(BaseModel):
    """One page of stories, with what they are about."""

    total: int
    page: int
    stories: list[StoryLine]
    languages: list[Value]
    sources: list[Value]


class OutletLine(BaseModel):
    """How much an outlet brought."""

    source: str
    articles: int
    copies: int
    stories: int
    first: str
    last: str
    originality: float


Record = dict[str, Any]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "A parameter means nothing"},
    404: {"model": Problem, "description": "Nothing of this id"},
    421: {"description": "Asked by a name that is not served here"},
}


def problem(status: int, message: str) -> Response:
    """Why a request has no answer."""
    return Response(orjson.dumps({"detail": message}), status_code=status, media_type="application/json")


def parsed(record: bytes) -> Record:
    """A line of stories.jsonl."""
    found: Record = orjson.loads(record)
    return found


def router(inspector: Inspector, chosen_stories: Callable[..., Filter]) -> APIRouter:
    """The routes under /api."""
    routes = APIRouter(prefix="/api", responses=_PROBLEMS)

    @routes.get("/stories")
    def stories(
        chosen: Annotated[Filter, Depends(chosen_stories)],
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 30,
    ) -> StoryList:
        """List stories, as `newsfold stories` does."""
        now = time.time()
        with inspector.reading() as sources:
            index = sources.stories
            chosen = listing.checked(index, chosen)
            return StoryList(
                total=listing.count_stories(index, chosen, now),
                page=page,
                stories=[
                    StoryLine(**line._asdict())
                    for line in listing.list_stories(index, chosen, now, limit, (page - 1) * limit)
                ],
                languages=[Value(**one._asdict()) for one in listing.languages(index, chosen, now)],
                sources=[Value(**one._asdict()) for one in listing.sources(index, chosen, now, 30)],
            )

    @routes.get("/stories/{story}")
    def one_story(story: str) -> Record:
        """Give the record of one story, or of the one that it was merged into."""
        with inspector.reading() as sources:
            return reading.story(sources.store, reading.resolve_story(sources.store, story))

    @routes.get("/article")
    def one_article(id: Annotated[str, Query(max_length=4000)]) -> Record:  # noqa: A002
        """Give one article, with what cleaning took out of it."""
        with inspector.reading() as sources:
            found = reading.article(sources.store, reading.resolve_article(sources.store, id))
        return found._asdict() | {"removed": reading.removed(found)}

    @routes.get("/compare")
    def compare(a: Annotated[str, Query(max_length=4000)], b: Annotated[str, Query(max_length=4000)]) -> Record:
        """Say why two articles are together or apart."""
        with inspector.reading() as sources:
            store = sources.store
            pair = reading.articles(store, [reading.resolve_article(store, one) for one in (a, b)])
            return gather_evidence(store, *pair).record()

    @routes.get("/sources")
    def all_sources() -> list[OutletLine]:
        """List all outlets, those with most articles first."""
        with inspector.reading() as sources:
            outlets = inspector.keep("outlets", sources.at, lambda: listing.outlets(sources.stories))
        return [OutletLine(**one._asdict(), originality=one.originality) for one in outlets]

    @routes.get("/feeds")
    def feeds() -> list[Record]:
        """Say how every feed is."""
        with inspector.reading() as sources:
            return [health_record(one) for one in feeds_health(sources.store, int(time.time()))]

    @routes.get("/runs")
    def runs(limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[Record]:
        """List the runs, the newest first."""
        with inspector.reading() as sources:
            return [run.record() for run in reading.runs(sources.store, limit)]

    @routes.get("/runs/{run}")
    def one_run(run: str) -> Record:
        """Give one run, with how many stories it changed and how."""
        with inspector.reading() as sources:
            found = reading.run(sources.store, run)
            return found.record() | {"changes_by_kind": reading.changes_by_kind(sources.store, found)}

    @routes.get("/difference")
    def difference(a: Annotated[str, Query(max_length=100)], b: Annotated[str, Query(max_length=100)]) -> list[Record]:
        """Say where two runs differ."""
        with inspector.reading() as sources:
            left, right = reading.run(sources.store, a), reading.run(sources.store, b)
        return [one._asdict() for one in reading.difference(left, right)]

    @routes.get("/labels")
    def judgements() -> list[Record]:
        """List the judgements by hand that count."""
        return [one._asdict() for one in labels.read(inspector.folder)]

    return routes
