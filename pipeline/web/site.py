"""What all pages of the web inspector share."""

from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from pipeline.web.guard import Token
from pipeline.web.inspector import Inspector


class Site(NamedTuple):
    """What a route works with."""

    inspector: Inspector
    templates: Environment
    token: Token
    """That forms carry."""

    def page(self, request: Request, name: str, code: int = 200, **values: Any) -> HTMLResponse:
        """A template as a response.

        Args:
            request: that is answered.
            name: of the template.
            code: of HTTP.
            values: that the template shows.
        """
        html = self.templates.get_template(name).render(path=request.url.path, **values)
        return HTMLResponse(html, status_code=code)


async def _site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


CurrentSite = Annotated[Site, Depends(_site_of)]
