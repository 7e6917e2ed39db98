"""The page that explains why two articles are in one story or in two."""

from fastapi import APIRouter, Request, Response

from pipeline.inspect import labels, reading
from pipeline.inspect.evidence import gather_evidence
from pipeline.web.query import ArticleId
from pipeline.web.site import CurrentSite

routes = APIRouter(include_in_schema=False)


@routes.get("/compare")
def compare(request: Request, site: CurrentSite, a: ArticleId, b: ArticleId, labelled: bool = False) -> Response:
    """Shows two articles side by side, with the decision about them and its reasons."""
    with site.inspector.reading() as sources:
        store = sources.store
        left, right = reading.articles(store, [reading.resolve_article(store, a), reading.resolve_article(store, b)])
        evidence = gather_evidence(store, left, right)
        between = {step.b for step in evidence.path} | {step.a for step in evidence.path}
        named = {one["id"]: one for one in reading.cards(store, sorted(between))}
    judged = next((one for one in labels.read(site.inspector.labels) if {one.a, one.b} == {left.id, right.id}), None)
    return site.page(
        request, "compare.html", evidence=evidence, named=named, token=site.token.value, judged=judged,
        labelled=labelled, most=max((term.weight for term in evidence.terms), default=1.0),
    )  # fmt: skip
