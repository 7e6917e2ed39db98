"""What keeps the inspector to the person who started it: headers, names of hosts, a token for judgements.

The pages hold strings of strangers, so nothing of them may run, load or send (Content Security Policy,
https://www.w3.org/TR/CSP3/). The server may stand on the same machine as a browser full of other sites: a request for
another host's name is one of theirs (DNS rebinding), and a judgement without the token of a page was sent from one.
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
    "Referrer-Policy": "same-origin",  # with none at all a browser says Origin: null of its own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared with, never bound to here

Answer = Callable[[Request], Awaitable[Response]]


def allowed_hosts(host: str) -> Collection[str]:
    """The names by which the server may be asked, none for any.

    Args:
        host: what it is bound to.
    """
    return () if host in _EVERYWHERE else _LOOPBACK | {host.casefold()}


def host_of(request: Request) -> str:
    """The name by which a request asks, without port; '' where it is none."""
    try:
        return (urlsplit("//" + request.headers.get("host", "")).hostname or "").casefold()
    except ValueError:
        return ""


def guarding(hosts: Collection[str]) -> Callable[[Request, Answer], Awaitable[Response]]:
    """A middleware that refuses other hosts' names and sets `HEADERS` on every response."""

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
    """What only a page of this very server knows."""

    def __init__(self) -> None:
        self.value = secrets.token_urlsafe(32)

    def admits(self, request: Request, given: str) -> bool:
        """Whether a request comes from one of the server's own pages."""
        origin = request.headers.get("origin")
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        if origin is not None and urlsplit(origin).netloc.casefold() != request.headers.get("host", "").casefold():
            return False
        return secrets.compare_digest(given.encode("utf-8", "replace"), self.value.encode())
