"""The ASGI application of the web inspector: routes, shared state and error handlers."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.staticfiles import StaticFiles

from pipeline.inspect.listing import WrongFilterError
from pipeline.inspect.reading import UnknownIdError
from pipeline.web import api, syndication
from pipeline.web.guard import Token, allowed_hosts, guarding
from pipeline.web.inspector import Inspector
from pipeline.web.pages import articles, compare, feeds, labels, runs, sources, stories
from pipeline.web.rendering import environment
from pipeline.web.site import Site

_DATA = (".csv", ".json", ".jsonl", ".xml")
"""Suffixes of paths that return data, not pages."""
_STATIC = Path(__file__).parent / "static"


def create_app(inspector: Inspector, host: str = "127.0.0.1") -> FastAPI:
    """Creates the application of the web inspector.

    Args:
        inspector: opens the store and its index.
        host: address that the server is bound to, which determines the allowed host names.
    """
    app = FastAPI(
        title="newsfold",
        description="Stories folded from news feeds. The API is read-only.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.site = Site(inspector, environment("pipeline.web"), Token())
    app.add_middleware(BaseHTTPMiddleware, dispatch=guarding(allowed_hosts(host)))
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    for subject in (api, syndication, stories, compare, articles, sources, feeds, runs, labels):
        app.include_router(subject.routes)
    _answer_failures(app)
    return app


def _answer_failures(app: FastAPI) -> None:
    @app.exception_handler(UnknownIdError)
    def unknown(request: Request, error: UnknownIdError) -> Response:
        return _failed(request, 404, str(error))

    @app.exception_handler(WrongFilterError)
    def wrong(request: Request, error: WrongFilterError) -> Response:
        return _failed(request, 400, str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        parts = [f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()]
        return _failed(request, 400, "; ".join(parts))

    @app.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> Response:
        response = _failed(request, error.status_code, str(error.detail))
        response.headers.update(error.headers or {})
        return response


def _failed(request: Request, status: int, message: str) -> Response:
    if request.url.path.startswith("/api/") or request.url.path.endswith(_DATA):
        return api.problem(status, message)
    site: Site = request.app.state.site
    return site.page(request, "problem.html", status, message=message, status=status)
