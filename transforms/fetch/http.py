"""A bounded GET: whatever a server does, it ends by the deadline and within the limit."""

import gzip
import http.client
import io
import re
import socket
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from threading import Event, Timer
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from transforms.fetch.addresses import is_public
from transforms.fetch.files import GZIP
from transforms.fetch.kinds import is_url
from transforms.rejects import RejectError

_MAX_REDIRECTS = 5
_PERMANENT = (requests.codes.moved_permanently, requests.codes.permanent_redirect)
_CHUNK = 64 * 1024
_MAX_ADDRESSES = 4
"""Addresses of one host that are tried: a host with many dead ones must not use up its time on each."""
_USER_INFO = re.compile(r"\A([a-z][a-z0-9+.-]*://)[^/?#]*@", re.IGNORECASE)

# Python refuses more than 100 headers; some publishers send more (rss-fetcher and NewsBlur raise the bound too).
http.client._MAXHEADERS = 1024  # type: ignore[attr-defined]


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


class Answer(NamedTuple):
    """What a server said at the end of its redirects."""

    status: int
    location: str
    """The last address, without credentials."""
    moved_to: str
    """The last address, when every redirect on the way was permanent; '' without a redirect."""
    headers: Mapping[str, str]
    """Their names in any case."""
    content: bytes
    """Decompressed; empty unless the status is 200."""


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
    headers: Mapping[str, str],
    credentials: tuple[str, str] | None = None,
    permit: Callable[[str], None] | None = None,
    turn: Callable[[str], AbstractContextManager[Any]] = nullcontext,
    clock: Callable[[], float] = time.monotonic,
) -> Answer:
    """Asks for one document.

    The timeouts of requests bound a single wait, not an answer: a server that sends a byte now and then outlives
    them, and its redirects are read to their end. So redirects are followed here, without their bodies; the body is
    read in pieces as they come and decompressed piece by piece, against one deadline; and a timer closes the
    connection under a read that does not return. A gzip file sent as such is inflated within the same limit.

    Args:
        session: of `open_session`, used by one thread at a time; its cookies are forgotten first.
        url: of http or https, without credentials.
        limits: of time and size.
        headers: sent with every request.
        credentials: user name and password, sent to the host of `url` only.
        permit: called with each address before it is asked; what it raises ends the request. Like the wait for a
            turn, its time does not count as the server's.
        turn: entered with the name of the host for each request.
        clock: seconds that only grow.

    Raises:
        RejectError: 'http_error' for redirects that lead nowhere, 'timeout', 'network', 'unknown_host',
            'host_lookup', 'forbidden_address', 'too_large' or 'unreadable'; its detail holds no credentials.
    """
    deadline = clock() + limits.total_seconds
    session.cookies.clear()
    address, permanent = url, True
    try:
        for _ in range(_MAX_REDIRECTS + 1):
            asked = clock()
            if permit:
                permit(address)
            with turn(host_of(address)):
                deadline += clock() - asked
                left = deadline - clock()
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
                        content = _inflated(_read(response, deadline, limits, clock), limits) if found else b""
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
        raise RejectError("timeout", "no answer in time") from error
    except urllib3.exceptions.DecodeError as error:
        raise RejectError("unreadable", "broken compression") from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        raise RejectError("network", _innermost(error)) from error
    raise RejectError("http_error", f"more than {_MAX_REDIRECTS} redirects")


def host_of(url: str) -> str:
    """The host that a URL names, in lower case; '' when none can be found."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def credentials_of(url: str) -> tuple[str, str] | None:
    """User name and password that a URL holds.

    Raises:
        RejectError: 'network' for a URL that cannot be taken apart.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise RejectError("network", "not a valid address") from error
    if parts.username is None and parts.password is None:
        return None
    return unquote(parts.username or ""), unquote(parts.password or "")


def _innermost(error: BaseException) -> str:
    """What went wrong at the bottom, in the system's words: the outer errors repeat the address."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__


def _read(response: requests.Response, deadline: float, limits: Limits, clock: Callable[[], float]) -> bytes:
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


class _Session(requests.Session):
    def resolve_redirects(self, *_: Any, **__: Any) -> Any:
        return iter(())  # requests would read the body of a redirect to its end, even to follow none


class _Prompt:
    """A connection whose handshake and whose headers each end within the time that urllib3 grants to every read."""

    timeout: float | None
    sock: socket.socket | None

    def connect(self) -> None:
        self._within(super().connect)  # type: ignore[misc]

    def getresponse(self) -> Any:
        return self._within(super().getresponse)  # type: ignore[misc]

    def _within(self, step: Callable[[], Any]) -> Any:
        if self.timeout is None:
            return step()
        with _cut_after(self.timeout, self._cut) as late:
            result = None
            try:
                result = step()
            except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError):
                if not late.is_set():
                    raise
            if late.is_set():
                if result is not None:  # headers that were cut off can look complete
                    result.close()
                raise TimeoutError("not complete in time")
        return result

    def _cut(self) -> None:
        connected = self.sock
        if connected is not None:
            connected.shutdown(socket.SHUT_RDWR)


class _Guarded:
    """A connection to an address that was looked at before: what a name resolved to earlier proves nothing.

    It shares the time for connecting among the first few addresses of a host.
    """

    private_addresses: bool
    _dns_host: str
    port: int
    timeout: float | None
    socket_options: Any

    def _new_conn(self) -> socket.socket:
        addresses = self._addresses()
        deadline = time.monotonic() + self.timeout if self.timeout is not None else None
        for left, (family, kind, protocol, _, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
            connection = socket.socket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    connection.setsockopt(*option)
                if deadline is not None:
                    connection.settimeout(max(deadline - time.monotonic(), 0.001) / left)
                connection.connect(address)
                connection.settimeout(self.timeout)
            except OSError as error:
                connection.close()
                failure = error
            else:
                sys.audit("http.client.connect", self, self._dns_host, self.port)
                return connection
        if isinstance(failure, TimeoutError):
            raise RejectError("timeout", "no connection in time") from failure
        raise RejectError("network", _innermost(failure)) from failure

    def _addresses(self) -> list[Any]:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise RejectError("host_lookup", "the name server did not answer") from error
            raise RejectError("unknown_host", "no address for this host") from error
        except UnicodeError as error:
            raise RejectError("unknown_host", "not a valid name of a host") from error
        allowed = [one for one in found if self.private_addresses or is_public(str(one[4][0]))]
        if not allowed:
            raise RejectError("forbidden_address", f"{found[0][4][0]} is not an address of the open internet")
        return allowed[:_MAX_ADDRESSES]


class _Adapter(HTTPAdapter):
    def __init__(self, private_addresses: bool) -> None:
        self._private_addresses = private_addresses
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": self._pool(urllib3.HTTPConnectionPool, HTTPConnection),
            "https": self._pool(urllib3.HTTPSConnectionPool, HTTPSConnection),
        }

    def _pool(self, pool: type, connection: type) -> type:
        """This kind of pool, of this kind of connection with the traits of newsfold."""
        traits = {"private_addresses": self._private_addresses}
        return type("_Pool", (pool,), {"ConnectionCls": type("_Connection", (_Prompt, _Guarded, connection), traits)})
