"""Access control of the inspector: security headers, allowed host names, and a CSRF token for judgements.

Pages show untrusted strings, so nothing in them may run, load or send (Content Security Policy,
https://www.w3.org/TR/CSP3/). The server may run on the same machine as a browser with other sites open: a request
with another host name comes from one of them (DNS rebinding), and so does a judgement without the token of a page.
"""

import secrets
from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.responses import PlainTextResponse

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers send "Origin: null" even for the server's own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared with, never bound to here

Answer = Callable[[Request], Awaitable[Response]]


def allowed_hosts(host: str) -> Collection[str]:
    """Returns the host names that requests may use; empty if any is allowed.

    Args:
        host: address that the server is bound to.
    """
    return () if host in _EVERYWHERE else _LOOPBACK | {host.casefold()}


def host_of(request: Request) -> str:
    """Returns the host name of a request without its port, '' if it is missing or invalid."""
    try:
        return (urlsplit("//" + request.headers.get("host", "")).hostname or "").casefold()
    except ValueError:
        return ""


def guarding(hosts: Collection[str]) -> Callable[[Request, Answer], Awaitable[Response]]:
    """Returns a middleware that refuses other host names and sets `HEADERS` on every response."""

    async def guard(request: Request, answer: Answer) -> Response:
        response: Response
        if hosts and host_of(request) not in hosts:
            response = PlainTextResponse("this host is not served here", status_code=421)
        else:
            response = await answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return guard


class Token:
    """CSRF token that only the pages of this server process contain."""

    def __init__(self) -> None:
        self.value = secrets.token_urlsafe(32)

    def admits(self, request: Request, given: str) -> bool:
        """Tells whether a request comes from one of the server's own pages."""
        origin = request.headers.get("origin")
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        if origin is not None and urlsplit(origin).netloc.casefold() != request.headers.get("host", "").casefold():
            return False
        return secrets.compare_digest(given.encode("utf-8", "replace"), self.value.encode())
