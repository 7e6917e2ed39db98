"""Opens HTTP sessions whose connections keep to their timeouts and reach only the addresses that they may.

The timeouts of requests and urllib3 bound a single read, so a server that sends a byte now and then holds a handshake
or the headers open for ever; and they check a host by its name, which may resolve to something else a moment later.
"""

import http.client
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from transforms.fetch.addresses import is_public
from transforms.rejects import RejectError

_MAX_ADDRESSES = 4
"""How many addresses of one host are tried: a host with many dead ones must not spend the whole timeout on them."""

# Python refuses more than 100 headers; some publishers send more (rss-fetcher and NewsBlur raise the limit too).
http.client._MAXHEADERS = 1024  # type: ignore[attr-defined]


def open_session(*, private_addresses: bool) -> requests.Session:
    """Opens a session for `transforms.fetch.http.get`: it bounds the wait for headers, and reads no body of a redirect.

    Args:
        private_addresses: whether the session may connect to addresses that are not public. The address that a
            connection actually reaches is checked, at every redirect; a proxy from the environment connects by itself.
    """
    session = _Session()
    for scheme in ("http", "https"):
        session.mount(f"{scheme}://", _Adapter(private_addresses))
    return session


@contextmanager
def cut_after(seconds: float, cut: Callable[[], object]) -> Iterator[Event]:
    """Calls `cut` from another thread unless the block ends in time.

    Args:
        seconds: how long the block may take; 0 or less cuts at once.
        cut: closes whatever the block waits for.

    Yields:
        An event that is set once `cut` has been called.
    """
    late = Event()

    def end() -> None:
        late.set()
        with suppress(OSError, ValueError):  # closed in the meantime
            cut()

    timer = Timer(max(seconds, 0), end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def root_cause(error: BaseException) -> str:
    """Describes the innermost cause of an error in the system's words; the outer errors repeat the address."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__


class _Session(requests.Session):
    def resolve_redirects(self, *_: Any, **__: Any) -> Any:
        return iter(())  # requests would read the whole body of a redirect, even when told to follow none


class _Prompt:
    """Makes a connection finish its handshake and its headers each within the timeout that urllib3 allows per read."""

    timeout: float | None
    sock: socket.socket | None

    def connect(self) -> None:
        self._within(super().connect)  # type: ignore[misc]

    def getresponse(self) -> Any:
        return self._within(super().getresponse)  # type: ignore[misc]

    def _within(self, step: Callable[[], Any]) -> Any:
        if self.timeout is None:
            return step()
        with cut_after(self.timeout, self._cut) as late:
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
    """Makes a connection resolve its host itself and connect only to addresses that it has checked.

    An earlier lookup of the same name proves nothing. The timeout for connecting is shared among the first few
    addresses of the host.
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
        raise RejectError("network", root_cause(failure)) from failure

    def _addresses(self) -> list[Any]:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise RejectError("host_lookup", "the name server did not answer") from error
            raise RejectError("unknown_host", "the host name has no address") from error
        except UnicodeError as error:
            raise RejectError("unknown_host", "not a valid host name") from error
        allowed = [one for one in found if self.private_addresses or is_public(str(one[4][0]))]
        if not allowed:
            raise RejectError("forbidden_address", f"{found[0][4][0]} is not a public address")
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
        """Derives a pool class whose connections are prompt and guarded."""
        attributes = {"private_addresses": self._private_addresses}
        guarded = type("_Connection", (_Prompt, _Guarded, connection), attributes)
        return type("_Pool", (pool,), {"ConnectionCls": guarded})
