"""State and rendering shared by all pages of the web inspector."""

from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from pipeline.web.guard import Token
from pipeline.web.inspector import Inspector


class Site(NamedTuple):
    """The dependencies of every route."""

    inspector: Inspector
    templates: Environment
    token: Token
    """CSRF token that every form carries."""

    def page(self, request: Request, name: str, code: int = 200, **values: Any) -> HTMLResponse:
        """Renders a template as a response.

        Args:
            request: the request to respond to.
            name: file name of the template.
            code: HTTP status code.
            values: variables of the template.
        """
        html = self.templates.get_template(name).render(path=request.url.path, **values)
        return HTMLResponse(html, status_code=code)


async def _site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


CurrentSite = Annotated[Site, Depends(_site_of)]
