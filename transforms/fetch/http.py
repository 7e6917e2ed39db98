"""Sends a GET request that ends by its deadline and within its size limit, whatever the server does."""

import gzip
import io
import re
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import requests
import urllib3

from transforms.fetch.connections import cut_after, root_cause
from transforms.fetch.files import GZIP
from transforms.fetch.kinds import is_url
from transforms.rejects import RejectError

_MAX_REDIRECTS = 5
_PERMANENT = (requests.codes.moved_permanently, requests.codes.permanent_redirect)
_CHUNK = 64 * 1024
"""Bytes that are read at a time."""
_USER_INFO = re.compile(r"\A([a-z][a-z0-9+.-]*://)[^/?#]*@", re.IGNORECASE)


class Limits(NamedTuple):
    """How long and how large a response may be."""

    connect_seconds: float
    """Longest wait for a connection to one address of a host."""
    read_seconds: float
    """Longest wait for the headers, and longest silence in the middle of a response."""
    total_seconds: float
    """From the request to the last byte, redirects included."""
    max_bytes: int
    """Size after decompression."""


class Answer(NamedTuple):
    """The response at the end of all redirects."""

    status: int
    location: str
    """The last address, without credentials."""
    moved_to: str
    """The last address if every redirect on the way was permanent; '' without a redirect."""
    headers: Mapping[str, str]
    """Case-insensitive."""
    content: bytes
    """Decompressed; empty unless the status is 200."""


def without_credentials(url: str) -> str:
    """Returns the URL without user name and password, fit for keys, files and logs; never fails."""
    return _USER_INFO.sub(r"\1", url)


def get(
    session: requests.Session,
    url: str,
    *,
    limits: Limits,
    headers: Mapping[str, str],
    credentials: tuple[str, str] | None = None,
    admit: Callable[[str], AbstractContextManager[Any]] = nullcontext,
) -> Answer:
    """Fetches one document.

    The timeouts of requests bound a single wait, not a response: a server that sends a byte now and then outlives
    them, and the bodies of its redirects are read to their end. So redirects are followed here, without their bodies;
    the body is read in pieces as they arrive and decompressed piece by piece, against one deadline; and a timer closes
    the connection under a read that does not return. A gzip file sent as such is inflated within the same limit.

    Args:
        session: as returned by `transforms.fetch.connections.open_session`, used by one thread at a time; its cookies
            are cleared first.
        url: an http or https address without credentials.
        limits: of time and size.
        headers: sent with every request.
        credentials: user name and password, sent only to the host of `url`.
        admit: called with each address before it is requested; the context that it returns is held during the request.
            Whatever it raises ends the fetch, and the time that it takes does not count against the limits.

    Raises:
        RejectError: 'http_error' for redirects that lead nowhere, 'timeout', 'network', 'unknown_host',
            'host_lookup', 'forbidden_address', 'too_large' or 'unreadable'; its detail holds no credentials.
    """
    deadline = time.monotonic() + limits.total_seconds
    session.cookies.clear()
    address, permanent = url, True
    try:
        for _ in range(_MAX_REDIRECTS + 1):
            waiting_since = time.monotonic()
            with admit(address):
                deadline += time.monotonic() - waiting_since
                left = deadline - time.monotonic()
                if left <= 0:
                    raise _late(limits)
                with session.get(
                    address,
                    headers=dict(headers),
                    auth=credentials,
                    timeout=(min(limits.connect_seconds, left), min(limits.read_seconds, left)),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    target = session.get_redirect_target(response)
                    if target is None:
                        found = response.status_code == requests.codes.ok
                        content = _inflated(_read(response, deadline, limits), limits) if found else b""
                        location = without_credentials(address)
                        moved_to = location if permanent and address != url else ""
                        return Answer(response.status_code, location, moved_to, response.headers, content)
            permanent &= response.status_code in _PERMANENT
            previous, address = address, urljoin(address, target)
            if not is_url(address):
                raise RejectError("http_error", "redirect to something other than http and https")
            if session.should_strip_auth(previous, address):
                credentials = None
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
        raise RejectError("timeout", "no response in time") from error
    except urllib3.exceptions.DecodeError as error:
        raise RejectError("unreadable", "broken compression") from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        raise RejectError("network", root_cause(error)) from error
    raise RejectError("http_error", f"more than {_MAX_REDIRECTS} redirects")


def host_of(url: str) -> str:
    """Returns the host of a URL in lower case, '' when there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def credentials_of(url: str) -> tuple[str, str] | None:
    """Returns the user name and password in a URL, None without any.

    Raises:
        RejectError: 'network' for a URL that cannot be parsed.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise RejectError("network", "not a valid address") from error
    if parts.username is None and parts.password is None:
        return None
    return unquote(parts.username or ""), unquote(parts.password or "")


def _read(response: requests.Response, deadline: float, limits: Limits) -> bytes:
    content = bytearray()
    with cut_after(deadline - time.monotonic(), response.raw.shutdown) as late:
        try:
            while piece := response.raw.read1(_CHUNK, decode_content=True):
                content += piece
                if len(content) > limits.max_bytes:
                    raise _large(limits)
                if time.monotonic() > deadline:
                    raise _late(limits)
        except urllib3.exceptions.HTTPError as error:
            if late.is_set():
                raise _late(limits) from error
            raise
        if late.is_set():
            raise _late(limits)  # a connection that was cut here ends like one that the server closed
    return bytes(content)


def _inflated(content: bytes, limits: Limits) -> bytes:
    if not content.startswith(GZIP):
        return content
    try:
        inflated = gzip.GzipFile(fileobj=io.BytesIO(content)).read(limits.max_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise RejectError("unreadable", "broken compression") from error
    if len(inflated) > limits.max_bytes:
        raise _large(limits)
    return inflated


def _late(limits: Limits) -> RejectError:
    return RejectError("timeout", f"not complete after {limits.total_seconds:g} s")


def _large(limits: Limits) -> RejectError:
    return RejectError("too_large", f"more than {limits.max_bytes} bytes")
