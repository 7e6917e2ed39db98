"""Tests the bounded GET against a server that misbehaves."""

import math
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

import pytest

from tests.support.fault_server import FaultServer, fault_server, feed, slow_tls
from transforms.fetch.connections import open_session
from transforms.fetch.http import Answer, Limits, credentials_of, get, without_credentials
from transforms.rejects import RejectError

LIMITS = Limits(connect_seconds=60, read_seconds=60, total_seconds=60, max_bytes=10_000)
HASTY = LIMITS._replace(connect_seconds=1, read_seconds=1, total_seconds=1.5)


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with fault_server() as running:
        yield running


def fetch(
    url: str,
    *,
    private_addresses: bool = True,
    credentials: tuple[str, str] | None = None,
    limits: Limits = LIMITS,
) -> Answer:
    with open_session(private_addresses=private_addresses) as session:
        return get(session, url, limits=limits, headers={"User-Agent": "newsfold/test (+me)"}, credentials=credentials)


@pytest.mark.parametrize("path", ["feed/a", "gzip/a", "br/a", "file/a", "many_headers/a"])
def test_read(server: FaultServer, path: str) -> None:
    answer = fetch(server.url(path))
    assert (answer.status, answer.content) == (200, feed("a"))
    assert (answer.location, answer.moved_to) == (server.url(path), "")
    assert answer.headers["content-type"].startswith("application/")


@pytest.mark.parametrize(
    ("path", "permanent"), [("moved", True), ("permanent", True), ("found", False), ("moving", False)]
)
def test_redirects_are_followed(server: FaultServer, path: str, permanent: bool) -> None:
    answer = fetch(server.url(f"{path}/a"))
    assert (answer.content, answer.location) == (feed("a"), server.url("feed/a"))
    assert answer.moved_to == (server.url("feed/a") if permanent else "")


@pytest.mark.parametrize(
    ("path", "status"), [("absent", 404), ("gone", 410), ("broken", 500), ("secret", 401), ("abroad", 401)]
)
def test_a_status_is_an_answer(server: FaultServer, path: str, status: int) -> None:
    answer = fetch(server.url(path), credentials=("me", "pass") if path == "abroad" else None)
    assert (answer.status, answer.content) == (status, b"")


def test_every_address_on_the_way_must_be_admitted(server: FaultServer) -> None:
    def admit(address: str) -> AbstractContextManager[None]:
        requested.append(address)
        if "moved_on" in address:
            raise RejectError("denied")
        return nullcontext()

    requested: list[str] = []
    with open_session(private_addresses=True) as session, pytest.raises(RejectError, match="denied"):
        get(session, server.url("moved/a"), limits=LIMITS, headers={}, admit=admit)
    assert requested == [server.url("moved/a"), server.url("moved_on/a")]


def test_the_user_agent_is_sent(server: FaultServer) -> None:
    assert b"newsfold/test (+me)" in fetch(server.url("who")).content


@pytest.mark.parametrize("path", ["secret/a", "home"])
def test_credentials_follow_within_their_host(server: FaultServer, path: str) -> None:
    assert fetch(server.url(path), credentials=("me", "p@ss")).location.startswith(server.url("secret"))


def test_credentials_of_an_address() -> None:
    assert credentials_of("https://a:b%40@c.example:8443/d?e=@") == ("a", "b@")
    assert credentials_of("https://c.example/") is None
    assert without_credentials("https://a:b@c.example:8443/d?e=@") == "https://c.example:8443/d?e=@"
    assert without_credentials("http://user:pass@[broken/feed") == "http://[broken/feed"
    with pytest.raises(RejectError, match="network"):
        credentials_of("http://user:pass@[broken/feed")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("loop", "http_error"),
        ("elsewhere", "http_error"),
        ("bomb", "too_large"),
        ("large_file", "too_large"),
        ("garbage", "unreadable"),
        ("short", "network"),
        ("reset", "network"),
    ],
)
def test_refused(server: FaultServer, path: str, reason: str) -> None:
    with pytest.raises(RejectError) as error:
        fetch(server.url(path), credentials=("user", "pass"))
    assert error.value.reason == reason
    assert "pass" not in str(error.value)


@pytest.mark.parametrize("path", ["drip", "silent", "headers", "chunks"])
def test_refused_in_time(server: FaultServer, path: str) -> None:
    with pytest.raises(RejectError) as error:
        fetch(server.url(path), credentials=("user", "pass"), limits=HASTY)
    assert error.value.reason == "timeout", "not what the server's answer is worth when it ends at last"
    assert "pass" not in str(error.value)


def test_a_handshake_that_never_ends() -> None:
    with slow_tls() as port, pytest.raises(RejectError) as error:
        fetch(f"https://127.0.0.1:{port}/feed", limits=HASTY)
    assert error.value.reason == "timeout"


def test_cookies_are_not_carried_from_feed_to_feed(server: FaultServer) -> None:
    with open_session(private_addresses=True) as session:
        for _ in range(2):
            assert get(session, server.url("cookie"), limits=LIMITS, headers={}).status == 200


def test_no_connection() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(RejectError) as error:
            fetch(f"http://127.0.0.1:{unused.getsockname()[1]}/feed")
    assert (error.value.reason, error.value.detail) == ("network", "Connection refused")


@pytest.mark.parametrize(
    ("failure", "reason"), [(socket.EAI_AGAIN, "host_lookup"), (socket.EAI_NONAME, "unknown_host")]
)
def test_no_such_host(monkeypatch: pytest.MonkeyPatch, failure: int, reason: str) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise socket.gaierror(failure, "no")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(RejectError) as error:
        fetch("http://papers.example/feed")
    assert error.value.reason == reason


@pytest.mark.parametrize("url", ["http:///feed", "http://a..example/", "http://[broken/feed"])
def test_no_address(url: str) -> None:
    with pytest.raises(RejectError) as error:
        fetch(url)
    assert error.value.reason in ("network", "unknown_host")


def test_a_dead_address_does_not_use_up_the_time_of_the_others(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = socket.create_server(("127.0.0.1", 0), backlog=0)
    fillers = [socket.socket() for _ in range(3)]
    for filler in fillers:  # a full backlog leaves connections unanswered
        filler.setblocking(False)
        filler.connect_ex(dead.getsockname())
    live = ("127.0.0.1", server.server_port)
    addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", at) for at in (dead.getsockname(), live)]
    waits: list[float] = []

    class Connection(socket.socket):
        def settimeout(self, seconds: float | None, /) -> None:
            waits.append(seconds or math.inf)
            super().settimeout(seconds)

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)
    monkeypatch.setattr(socket, "socket", Connection)
    limits = LIMITS._replace(connect_seconds=4)
    assert fetch("http://papers.example/feed/a", limits=limits).content == feed("a")
    assert waits[0] <= 2, "half of the time is for the other address"
    for one in (dead, *fillers):
        one.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]"])
def test_private_addresses_are_refused_unless_they_are_wanted(server: FaultServer, host: str) -> None:
    with pytest.raises(RejectError) as error:
        fetch(server.url("feed", host), private_addresses=False)
    assert error.value.reason == "forbidden_address"


def test_a_redirect_to_a_private_address(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from transforms.fetch import connections

    monkeypatch.setattr(connections, "is_public", lambda address: address == "127.0.0.1")
    with pytest.raises(RejectError) as error:
        fetch(server.url("inward"), private_addresses=False)
    assert error.value.reason == "forbidden_address"
