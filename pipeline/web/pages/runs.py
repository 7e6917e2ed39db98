"""The list of runs, the page of one run, and the differences between two."""

from fastapi import APIRouter, Request, Response

from pipeline.inspect import reading
from pipeline.web.query import RunId
from pipeline.web.site import CurrentSite

_RUNS = 200
_SHOWN = 100

routes = APIRouter(include_in_schema=False)


@routes.get("/runs")
def runs(request: Request, site: CurrentSite) -> Response:
    """Lists the runs, the newest first."""
    with site.inspector.reading() as sources:
        found = reading.runs(sources.store, _RUNS)
    return site.page(request, "runs.html", runs=found)


@routes.get("/runs/{run}")
def one_run(request: Request, site: CurrentSite, run: str) -> Response:
    """Shows one run: its stages, the stories that it changed, what it rejected."""
    with site.inspector.reading() as sources:
        found = reading.run(sources.store, run)
        kinds = reading.changes_by_kind(sources.store, found)
        changes = reading.changes(sources.store, found.id, _SHOWN)
        letters = reading.dead_letters(sources.store, found.id, _SHOWN)
    steps = reading.funnel(found)
    return site.page(
        request, "run.html", run=found, steps=steps, kinds=kinds, changes=changes, letters=letters,
        most=max((step.came for step in steps), default=1) or 1,
    )  # fmt: skip


@routes.get("/difference")
def difference(request: Request, site: CurrentSite, a: RunId, b: RunId) -> Response:
    """Shows where two runs differ."""
    with site.inspector.reading() as sources:
        left, right = reading.run(sources.store, a), reading.run(sources.store, b)
    return site.page(request, "difference.html", a=left, b=right, found=reading.difference(left, right))
