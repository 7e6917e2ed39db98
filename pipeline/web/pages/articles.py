"""The page of one article: its text, and the parts that cleaning removed."""

from fastapi import APIRouter, Request, Response

from pipeline.inspect import reading
from pipeline.web.query import ArticleId
from pipeline.web.rendering import rendered_article
from pipeline.web.site import CurrentSite

routes = APIRouter(include_in_schema=False)


@routes.get("/article")
def one_article(request: Request, site: CurrentSite, id: ArticleId) -> Response:  # noqa: A002
    """Shows one article."""
    with site.inspector.reading() as sources:
        article = reading.article(sources.store, reading.resolve_article(sources.store, id))
    return site.page(
        request,
        "article.html",
        article=article,
        paragraphs=rendered_article(article),
        removed=reading.removed(article),
    )
