"""The web inspector's pages. Every page has its JSON beside it, in `pipeline.web.api`."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.staticfiles import StaticFiles

from pipeline.inspect import labels, listing, reading
from pipeline.inspect.evidence import gather_evidence
from pipeline.inspect.feed_health import by_urgency, why
from pipeline.inspect.listing import Filter, WrongFilterError
from pipeline.inspect.reading import UnknownIdError
from pipeline.store.subscriptions import feeds_health
from pipeline.web import api, charts, syndication
from pipeline.web.guard import Token, allowed_hosts, guarding
from pipeline.web.inspector import Inspector, Sources
from pipeline.web.rendering import environment, rendered_article

PAGE = 30
"""Stories of a page."""
_DAYS = 30
_BODY = 16_384
"""Bytes of a form."""
_DATA = (".csv", ".json", ".jsonl", ".xml")
"""Ends of addresses that are no pages."""
_STATIC = Path(__file__).parent / "static"


def chosen_stories(
    q: Annotated[str, Query(max_length=500, description='Words, "phrases", beginnings* and -not these')] = "",
    source: Annotated[str, Query(max_length=500, description="Name of an outlet")] = "",
    language: Annotated[str, Query(max_length=20, description="BCP 47 primary subtag")] = "",
    since: Annotated[str, Query(max_length=40, description="24h, 7d, 2026-11-20 or 2026-11-20T06:00Z")] = "",
    size: Annotated[int, Query(ge=1, le=1_000_000, description="Least number of articles")] = 1,
    sort: Annotated[str, Query(json_schema_extra={"enum": ["", *listing.SORTS]})] = "",
    state: Annotated[str, Query(json_schema_extra={"enum": list(listing.STATES)})] = "active",
) -> Filter:
    """The filter that a request's parameters name."""
    return Filter(since, source, language, size, q, sort, state)


Chosen = Annotated[Filter, Depends(chosen_stories)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000, description="Counted from 1")]
Article = Annotated[str, Query(max_length=4000, description="An article's id, its beginning, or its URL")]


def parameters(chosen: Filter, **changed: str | int) -> str:
    """The filter as a query string; what is as usual is left out."""
    values: dict[str, Any] = {
        "q": chosen.query, "source": chosen.source, "language": chosen.language, "since": chosen.since,
        "size": chosen.min_size, "sort": chosen.sort, "state": chosen.state,
    } | changed  # fmt: skip
    usual: dict[str, str | int] = {"size": 1, "state": "active", "page": 1}
    kept = {name: value for name, value in values.items() if value not in ("", usual.get(name))}
    return "?" + urlencode(kept) if kept else "?"


def create_app(inspector: Inspector, host: str = "127.0.0.1") -> FastAPI:
    """The web inspector.

    Args:
        inspector: what it reads.
        host: that it is bound to, which decides by which names it may be asked.
    """
    app = FastAPI(
        title="newsfold",
        description="Stories folded from news feeds. Everything is read-only.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.folder = inspector.folder
    token = Token()
    templates = environment("pipeline.web")

    def page(request: Request, name: str, code: int = 200, **values: Any) -> HTMLResponse:
        html = templates.get_template(name).render(path=request.url.path, **values)
        return HTMLResponse(html, status_code=code)

    def failed(request: Request, status: int, message: str) -> Response:
        if request.url.path.startswith("/api/") or request.url.path.endswith(_DATA):
            return api.problem(status, message)
        return page(request, "problem.html", status, message=message, status=status)

    @app.exception_handler(UnknownIdError)
    def unknown(request: Request, error: UnknownIdError) -> Response:
        return failed(request, 404, str(error))

    @app.exception_handler(WrongFilterError)
    def wrong(request: Request, error: WrongFilterError) -> Response:
        return failed(request, 400, str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        parts = [f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()]
        return failed(request, 400, "; ".join(parts))

    @app.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> Response:
        response = failed(request, error.status_code, str(error.detail))
        response.headers.update(error.headers or {})
        return response

    app.add_middleware(BaseHTTPMiddleware, dispatch=guarding(allowed_hosts(host)))
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.include_router(api.router(inspector, chosen_stories))
    app.include_router(syndication.router(inspector, chosen_stories))

    @app.get("/", include_in_schema=False)
    def stories(request: Request, chosen: Chosen, page_number: PageNumber = 1) -> Response:
        now = time.time()
        with inspector.reading() as sources:
            chosen = listing.checked(sources.stories, chosen)
            lines = listing.list_stories(sources.stories, chosen, now, PAGE, (page_number - 1) * PAGE)
            records = listing.records_of(sources.store, [line.number for line in lines])
            times = listing.times(sources.stories, [line.number for line in lines])
            plain = chosen == Filter() and page_number == 1
            key = repr(chosen._replace(sort="", since=listing.instant(chosen.since, now)[:16] if chosen.since else ""))
            total, languages, outlets = inspector.keep(
                "facets", sources.at + key, lambda: _facets(sources, chosen, now)
            )
            return page(
                request,
                "stories.html",
                stories=[
                    (line, api.parsed(record), charts.spark(times[line.number]))
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
                overview=_overview(inspector, sources) if plain else None,
            )

    @app.get("/stories/{story}", include_in_schema=False)
    def one_story(request: Request, story: str) -> Response:
        with inspector.reading() as sources:
            found = reading.resolve_story(sources.store, story)
            record = reading.story(sources.store, found)
        if record["id"] != story:
            return RedirectResponse(f"/stories/{record['id']}", status_code=307)
        titles = {article["id"]: article for article in record["articles"]}
        links = sorted(record["links"], key=lambda one: (one["kind"] != "copy", -one["score"]))
        return page(
            request, "story.html", story=record, members=reading.nested(record), lanes=charts.lanes(record["articles"]),
            links=links, titles=titles,
        )  # fmt: skip

    @app.get("/compare", include_in_schema=False)
    def compare(request: Request, a: Article, b: Article, labelled: bool = False) -> Response:
        with inspector.reading() as sources:
            store = sources.store
            left, right = reading.articles(
                store, [reading.resolve_article(store, a), reading.resolve_article(store, b)]
            )
            evidence = gather_evidence(store, left, right)
            between = {step.b for step in evidence.path} | {step.a for step in evidence.path}
            named = {one["id"]: one for one in reading.cards(store, sorted(between))}
        judged = next((one for one in labels.read(inspector.folder) if {one.a, one.b} == {left.id, right.id}), None)
        return page(
            request, "compare.html", evidence=evidence, named=named, token=token.value, judged=judged,
            labelled=labelled, most=max((term.weight for term in evidence.terms), default=1.0),
        )  # fmt: skip

    @app.get("/article", include_in_schema=False)
    def one_article(request: Request, id: Article) -> Response:  # noqa: A002
        with inspector.reading() as sources:
            article = reading.article(sources.store, reading.resolve_article(sources.store, id))
        return page(
            request,
            "article.html",
            article=article,
            paragraphs=rendered_article(article),
            removed=reading.removed(article),
        )

    @app.get("/sources", include_in_schema=False)
    def all_sources(request: Request) -> Response:
        with inspector.reading() as sources:
            outlets = inspector.keep("outlets", sources.at, lambda: listing.outlets(sources.stories))
        return page(
            request,
            "sources.html",
            outlets=outlets[:500],
            total=len(outlets),
            most=outlets[0].articles if outlets else 1,
        )

    @app.get("/source", include_in_schema=False)
    def one_source(
        request: Request, name: Annotated[str, Query(max_length=4000)], page_number: PageNumber = 1
    ) -> Response:
        with inspector.reading() as sources:
            outlets = listing.outlets(sources.stories, name)
            if not outlets:
                raise UnknownIdError(f"no source {name[:100]!r} in this store")
            since = listing.days_before(outlets[0].last, 90)
            bars = listing.coverage(sources.stories, max(outlets[0].first, since), source=name)
            latest = reading.cards(sources.store, listing.latest(sources.stories, name, PAGE, (page_number - 1) * PAGE))
        return page(
            request, "source.html", outlet=outlets[0], bars=charts.columns(bars), articles=latest, number=page_number,
            pages=-(-outlets[0].articles // PAGE),
        )  # fmt: skip

    @app.get("/feeds", include_in_schema=False)
    def feeds(request: Request) -> Response:
        now = int(time.time())
        with inspector.reading() as sources:
            health = inspector.keep("feeds", f"{sources.at}{now // 60}", lambda: feeds_health(sources.store, now))
        states = {
            name: sum(one.state.state == name for one in health)
            for name in ("active", "failing", "throttled", "gone", "new")
        }
        return page(
            request, "feeds.html", feeds=by_urgency(health)[:1000], total=len(health), states=states, why=why, now=now
        )

    @app.get("/runs", include_in_schema=False)
    def runs(request: Request) -> Response:
        with inspector.reading() as sources:
            found = reading.runs(sources.store, 200)
        return page(request, "runs.html", runs=found)

    @app.get("/runs/{run}", include_in_schema=False)
    def one_run(request: Request, run: str) -> Response:
        with inspector.reading() as sources:
            found = reading.run(sources.store, run)
            kinds = reading.changes_by_kind(sources.store, found)
            changes = reading.changes(sources.store, found.id, 100)
            letters = reading.dead_letters(sources.store, found.id, 100)
        steps = reading.funnel(found)
        return page(
            request, "run.html", run=found, steps=steps, kinds=kinds, changes=changes, letters=letters,
            most=max((step.came for step in steps), default=1) or 1,
        )  # fmt: skip

    @app.get("/difference", include_in_schema=False)
    def difference(
        request: Request, a: Annotated[str, Query(max_length=100)], b: Annotated[str, Query(max_length=100)]
    ) -> Response:
        with inspector.reading() as sources:
            left, right = reading.run(sources.store, a), reading.run(sources.store, b)
        return page(request, "difference.html", a=left, b=right, found=reading.difference(left, right))

    @app.get("/labels", include_in_schema=False)
    def judgements(request: Request) -> Response:
        found = labels.read(inspector.folder)[::-1]
        with inspector.reading() as sources:
            ids = sorted({one for label in found[:200] for one in (label.a, label.b)})
            named = {one["id"]: one for one in reading.cards(sources.store, ids)}
        return page(request, "labels.html", labels=found[:200], total=len(found), named=named)

    @app.post("/labels", include_in_schema=False)
    async def judge(request: Request) -> Response:
        if int(request.headers.get("content-length") or _BODY + 1) > _BODY:
            raise HTTPException(413, "the form is too long")
        body = (await request.body()).decode("utf-8", "replace")
        form = {name: values[0] for name, values in parse_qs(body, max_num_fields=10).items()}
        if not token.admits(request, form.get("token", "")):
            raise HTTPException(403, "judgements are taken from this server's own pages only: load the page again")
        if form.get("answer") not in labels.ANSWERS:
            raise HTTPException(400, "the answer is yes or no")
        return await run_in_threadpool(_judged, inspector, form)

    return app


def _judged(inspector: Inspector, form: Mapping[str, str]) -> Response:
    with inspector.reading() as sources:
        a, b = reading.articles(sources.store, [form.get("a", ""), form.get("b", "")])
    try:
        labels.add(inspector.folder, a, b, form["answer"], int(time.time()))
    except labels.WrongLabelError as error:
        raise HTTPException(400, str(error)) from error
    return RedirectResponse("/compare?" + urlencode({"a": a.id, "b": b.id, "labelled": "true"}), status_code=303)


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
            "bars": charts.columns(listing.coverage(sources.stories, since)),
            "newest": newest,
        }

    return inspector.keep("overview", sources.at, read)
