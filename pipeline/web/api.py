"""The JSON API, one resource for every page, described by `/openapi.json`."""

import time
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from pipeline.inspect import labels, listing, reading
from pipeline.inspect.evidence import gather_evidence
from pipeline.inspect.feed_health import feeds_health, health_record
from pipeline.web.query import ArticleId, Chosen, RunId
from pipeline.web.site import CurrentSite

_MOST = 200


class Problem(BaseModel):
    """Error response."""

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
    """One page of stories, with their sources and languages."""

    total: int
    page: int
    stories: list[StoryLine]
    languages: list[Value]
    sources: list[Value]


class OutletLine(BaseModel):
    """Number of articles of an outlet."""

    source: str
    articles: int
    copies: int
    stories: int
    first: str
    last: str
    originality: float


Record = dict[str, Any]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "A parameter is invalid"},
    404: {"model": Problem, "description": "Unknown id"},
    421: {"description": "This host name is not served"},
}


def problem(status: int, message: str) -> Response:
    """Returns an error response."""
    return Response(orjson.dumps({"detail": message}), status_code=status, media_type="application/json")


def parsed(record: bytes) -> Record:
    """Parses a line of stories.jsonl."""
    found: Record = orjson.loads(record)
    return found


routes = APIRouter(prefix="/api", responses=_PROBLEMS)


@routes.get("/stories")
def stories(
    site: CurrentSite,
    chosen: Chosen,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 30,
) -> StoryList:
    """List stories, as `newsfold stories` does."""
    now = time.time()
    with site.inspector.reading() as sources:
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
def one_story(site: CurrentSite, story: str) -> Record:
    """Get the record of one story, or of the one that it was merged into."""
    with site.inspector.reading() as sources:
        return reading.story(sources.store, reading.resolve_story(sources.store, story))


@routes.get("/article")
def one_article(site: CurrentSite, id: ArticleId) -> Record:  # noqa: A002
    """Get one article, with the parts that cleaning removed."""
    with site.inspector.reading() as sources:
        found = reading.article(sources.store, reading.resolve_article(sources.store, id))
    return found._asdict() | {"removed": reading.removed(found)}


@routes.get("/compare")
def compare(site: CurrentSite, a: ArticleId, b: ArticleId) -> Record:
    """Explain why two articles are in one story or in two."""
    with site.inspector.reading() as sources:
        store = sources.store
        pair = reading.articles(store, [reading.resolve_article(store, one) for one in (a, b)])
        return gather_evidence(store, *pair).record()


@routes.get("/sources")
def all_sources(site: CurrentSite) -> list[OutletLine]:
    """List all outlets, those with most articles first."""
    with site.inspector.reading() as sources:
        outlets = site.inspector.keep("outlets", sources.at, lambda: listing.outlets(sources.stories))
    return [OutletLine(**one._asdict(), originality=one.originality) for one in outlets]


@routes.get("/feeds")
def feeds(site: CurrentSite) -> list[Record]:
    """List the feeds with their health."""
    with site.inspector.reading() as sources:
        return [health_record(one) for one in feeds_health(sources.store, int(time.time()))]


@routes.get("/runs")
def runs(site: CurrentSite, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[Record]:
    """List the runs, the newest first."""
    with site.inspector.reading() as sources:
        return [run.record() for run in reading.runs(sources.store, limit)]


@routes.get("/runs/{run}")
def one_run(site: CurrentSite, run: str) -> Record:
    """Get one run, with the number of stories it changed by kind of change."""
    with site.inspector.reading() as sources:
        found = reading.run(sources.store, run)
        return found.record() | {"changes_by_kind": reading.changes_by_kind(sources.store, found)}


@routes.get("/difference")
def difference(site: CurrentSite, a: RunId, b: RunId) -> list[Record]:
    """List the differences between two runs."""
    with site.inspector.reading() as sources:
        left, right = reading.run(sources.store, a), reading.run(sources.store, b)
    return [one._asdict() for one in reading.difference(left, right)]


@routes.get("/labels")
def judgements(site: CurrentSite) -> list[Record]:
    """List the human judgements in force."""
    return [one._asdict() for one in labels.read(site.inspector.labels)]
