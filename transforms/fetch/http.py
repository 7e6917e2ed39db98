"""A bounded GET: whatever a server does, it ends by the deadline and within the limit."""

import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3

from transforms.fetch.kinds import recognise
from transforms.records import Document
from transforms.rejects import RejectError

_MAX_REDIRECTS = 5
_CHUNK = 64 * 1024
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, text/html;q=0.7, */*;q=0.5"
)


class Limits(NamedTuple):
    """How long and how large an answer may be."""

    connect_seconds: float
    read_seconds: float
    """Longest silence in the middle of an answer."""
    total_seconds: float
    """From the request to the last byte, redirects included."""
    max_bytes: int
    """After decompression."""


def without_credentials(url: str) -> str:
    """The URL without user name and password: what may appear in keys, files and logs."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def get(
    session: requests.Session,
    url: str,
    *,
    limits: Limits,
    user_agent: str,
    now: int,
    clock: Callable[[], float] = time.monotonic,
) -> Document:
    """Fetches one document.

    The timeouts of requests bound a single wait, not an answer: a server that sends a byte now and then outlives
    them. So the body is read in pieces as they come, decompressed piece by piece, against one deadline.

    Raises:
        RejectError: 'not_found', 'http_error', 'timeout', 'network', 'too_large', 'unreadable', 'empty' or
            'not_recognised'; its detail holds no credentials.
    """
    shown = without_credentials(url)
    deadline = clock() + limits.total_seconds
    session.max_redirects = _MAX_REDIRECTS
    try:
        with session.get(
            url,
            headers={"User-Agent": user_agent, "Accept": _ACCEPT},
            timeout=(limits.connect_seconds, limits.read_seconds),
            stream=True,
        ) as response:
            if response.status_code in (404, 410):
                raise RejectError("not_found", f"HTTP status {response.status_code}")
            if response.status_code != requests.codes.ok:
                raise RejectError("http_error", f"HTTP status {response.status_code}")
            content = _read(response.raw, deadline, limits, clock)
            content_type = response.headers.get("Content-Type", "")
            location = without_credentials(response.url)
    except requests.TooManyRedirects as error:
        raise RejectError("http_error", f"more than {_MAX_REDIRECTS} redirects") from error
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
        raise RejectError("timeout", "no answer in time") from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, UnicodeError) as error:
        raise RejectError("network", type(error).__name__) from error
    return Document(location, shown, recognise(content, location, content_type), content, content_type, 1, now)


def _read(body: urllib3.BaseHTTPResponse, deadline: float, limits: Limits, clock: Callable[[], float]) -> bytes:
    content = bytearray()
    while piece := body.read1(_CHUNK, decode_content=True):
        content += piece
        if len(content) > limits.max_bytes:
            raise RejectError("too_large", f"more than {limits.max_bytes} bytes")
        if clock() > deadline:
            raise RejectError("timeout", f"not complete after {limits.total_seconds:g} s")
    return bytes(content)
