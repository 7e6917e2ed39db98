"""Query parameters of requests: a filter of stories, a page of a list, an article."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query

from pipeline.inspect import listing
from pipeline.inspect.listing import Filter


def chosen_stories(
    q: Annotated[str, Query(max_length=500, description='Words, "phrases", beginnings* and -not these')] = "",
    source: Annotated[str, Query(max_length=500, description="Name of an outlet")] = "",
    language: Annotated[str, Query(max_length=20, description="BCP 47 primary subtag")] = "",
    since: Annotated[str, Query(max_length=40, description="24h, 7d, 2026-11-20 or 2026-11-20T06:00Z")] = "",
    size: Annotated[int, Query(ge=1, le=1_000_000, description="Least number of articles")] = 1,
    sort: Annotated[str, Query(json_schema_extra={"enum": ["", *listing.SORTS]})] = "",
    state: Annotated[str, Query(json_schema_extra={"enum": list(listing.STATES)})] = "active",
) -> Filter:
    """Returns the filter given by the query parameters of a request."""
    return Filter(since, source, language, size, q, sort, state)


Chosen = Annotated[Filter, Depends(chosen_stories)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000, description="Counted from 1")]
ArticleId = Annotated[str, Query(max_length=4000, description="An article's id, its beginning, or its URL")]
RunId = Annotated[str, Query(max_length=100)]


def parameters(chosen: Filter, **changed: str | int) -> str:
    """Formats a filter as a query string, without parameters that have their default value."""
    values: dict[str, Any] = {
        "q": chosen.query, "source": chosen.source, "language": chosen.language, "since": chosen.since,
        "size": chosen.min_size, "sort": chosen.sort, "state": chosen.state,
    } | changed  # fmt: skip
    usual: dict[str, str | int] = {"size": 1, "state": "active", "page": 1}
    kept = {name: value for name, value in values.items() if value not in ("", usual.get(name))}
    return "?" + urlencode(kept) if kept else "?"
