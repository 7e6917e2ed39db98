"""A bounded GET: whatever a server does, it ends by the deadline and within the limit."""

import gzip
import io
import re
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPException
from threading import Event, Timer
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from transforms.fetch.addresses import is_public
from transforms.fetch.files import GZIP
from transforms.fetch.kinds import is_url, recognise
from transforms.records import Document
from transforms.rejects import RejectError

_MAX_REDIRECTS = 5
_CHUNK = 64 * 1024
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, text/html;q=0.7, */*;q=0.5"
)
_USER_INFO = re.compile(r"\A([a-z][a-z0-9+.-]*://)[^/?#]*@", re.IGNORECASE)


class Limits(NamedTuple):
    """How long and how large an answer may be."""

    connect_seconds: float
    """Longest wait for a connection to one address of a host."""
    read_seconds: float
    """Longest wait for the headers, and longest silence in the middle of an answer."""
    total_seconds: float
    """From the request to the last byte, redirects included."""
    max_bytes: int
    """After decompression."""


def without_credentials(url: str) -> str:
    """The URL without user name and password: what may appear in keys, files and logs. Never fails."""
    return _USER_INFO.sub(r"\1", url)


def open_session(*, private_addresses: bool) -> requests.Session:
    """A session for `get`: it bounds the wait for headers too, and reads no body of a redirect.

    Args:
        private_addresses: whether it may connect to addresses that are not of the open internet. What counts is the
            address that a connection reached, of every redirect; a proxy of the environment connects for itself.
    """
    session = _Session()
    for scheme in ("http", "https"):
        session.mount(f"{scheme}://", _Adapter(private_addresses))
    return session


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
    them, and its redirects are read to their end. So redirects are followed here, without their bodies; the body is
    read in pieces as they come and decompressed piece by piece, against one deadline; and a timer closes the
    connection under a read that does not return. A gzip file sent as such is inflated within the same limit.

    Args:
        session: of `open_session`, used by one thread at a time; its cookies are forgotten first.
        url: of http or https; user name and password in it are sent to its own host only.
        limits: of time and size.
        user_agent: sent with every request.
        now: becomes `fetched_at`, UTC epoch seconds.
        clock: seconds that only grow.

    Raises:
        RejectError: 'not_found', 'http_error', 'timeout', 'network', 'too_large', 'unreadable', 'empty' or
            'not_recognised', or 'forbidden_address'; its detail holds no credentials.
    """
    deadline = clock() + limits.total_seconds
    headers = {"User-Agent": user_agent, "Accept": _ACCEPT}
    session.cookies.clear()
    try:
        address, credentials = without_credentials(url), _credentials(url)
        for _ in range(_MAX_REDIRECTS + 1):
            left = deadline - clock()
            if left <= 0:
                raise _late(limits)
            with session.get(
                address,
                headers=headers,
                auth=credentials,
                timeout=(min(limits.connect_seconds, left), min(limits.read_seconds, left)),
                allow_redirects=False,
                stream=True,
            ) as response:
                target = session.get_redirect_target(response)
                if target is None:
                    content = _read(response, deadline, limits, clock)
                    content_type = response.headers.get("Content-Type", "")
                    break
            previous, address = address, urljoin(address, target)
            if not is_url(address):
                raise RejectError("http_error", "redirect to something other than http and https")
            if session.should_strip_auth(previous, address):
                credentials = None
        else:
            raise RejectError("http_error", f"more than {_MAX_REDIRECTS} redirects")
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
        raise RejectError("timeout", "no answer in time") from error
    except urllib3.exceptions.DecodeError as error:
        raise RejectError("unreadable", "broken compression") from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        raise RejectError("network", type(error).__name__) from error
    content = _inflated(content, limits)
    location = without_credentials(address)
    kind = recognise(content, location, content_type)
    return Document(location, without_credentials(url), kind, content, content_type, 1, now)


def _credentials(url: str) -> tuple[str, str] | None:
    parts = urlsplit(url)
    if parts.username is None and parts.password is None:
        return None
    return unquote(parts.username or ""), unquote(parts.password or "")


def _read(response: requests.Response, deadline: float, limits: Limits, clock: Callable[[], float]) -> bytes:
    if response.status_code in (requests.codes.not_found, requests.codes.gone):
        raise RejectError("not_found", f"HTTP status {response.status_code}")
    if response.status_code != requests.codes.ok:
        raise RejectError("http_error", f"HTTP status {response.status_code}")
    content = bytearray()
    with _cut_after(deadline - clock(), response.raw.shutdown) as late:
        try:
            while piece := response.raw.read1(_CHUNK, decode_content=True):
                content += piece
                if len(content) > limits.max_bytes:
                    raise _large(limits)
                if clock() > deadline:
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


@contextmanager
def _cut_after(seconds: float, cut: Callable[[], object]) -> Iterator[Event]:
    """Calls `cut` from another thread unless the block ends in time; yields whether it came to that."""
    late = Event()

    def end() -> None:
        late.set()
        with suppress(OSError, ValueError):  # closed meanwhile
            cut()

    timer = Timer(max(seconds, 0), end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _prompt(connection: HTTPConnection, answer: Callable[[], Any]) -> Any:
    """The headers of a response, all of them within the time that is otherwise granted to each read."""
    if connection.timeout is None:
        return answer()
    with _cut_after(connection.timeout, partial(connection.sock.shutdown, socket.SHUT_RDWR)) as late:
        response = None
        try:
            response = answer()
        except (OSError, HTTPException):
            if not late.is_set():
                raise
        if late.is_set():
            if response is not None:  # headers that were cut off can look complete
                response.close()
            raise TimeoutError("headers not complete in time")
    return response


class _Session(requests.Session):
    def resolve_redirects(self, *_: Any, **__: Any) -> Any:
        return iter(())  # requests would read the body of a redirect to its end, even to follow none


def _only_public(connected: socket.socket) -> socket.socket:
    """The connection, if it leads to the open internet: what a name resolved to earlier proves nothing."""
    address = connected.getpeername()[0]
    if is_public(address):
        return connected
    connected.close()
    raise RejectError("forbidden_address", f"{address} is not an address of the open internet")


class _Prompt:
    """A connection that bounds the wait for headers."""

    def getresponse(self) -> Any:
        return _prompt(self, super().getresponse)  # type: ignore[misc, arg-type]


class _Public:
    """A connection that leads to the open internet or to nothing."""

    def _new_conn(self) -> socket.socket:
        return _only_public(super()._new_conn())  # type: ignore[misc]


class _Adapter(HTTPAdapter):
    def __init__(self, private_addresses: bool) -> None:
        self._traits = (_Prompt,) if private_addresses else (_Prompt, _Public)
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": self._pool(urllib3.HTTPConnectionPool, HTTPConnection),
            "https": self._pool(urllib3.HTTPSConnectionPool, HTTPSConnection),
        }

    def _pool(self, pool: type, connection: type) -> type:
        """This kind of pool, of this kind of connection with the traits of the adapter."""
        return type("_Pool", (pool,), {"ConnectionCls": type("_Connection", (*self._traits, connection), {})})
