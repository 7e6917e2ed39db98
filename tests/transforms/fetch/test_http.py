"""A bounded GET against a server that misbehaves."""

import contextlib
import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from transforms.fetch.http import Limits, get, open_session, without_credentials
from transforms.rejects import RejectError

FEED = b"<rss version='2.0'><channel><title>A</title></channel></rss>"
LIMITS = Limits(connect_seconds=2, read_seconds=1, total_seconds=1.5, max_bytes=10_000)


class Server(BaseHTTPRequestHandler):
    """Answers by the path."""

    def do_GET(self) -> None:
        answer = getattr(self, "answer_" + self.path.strip("/").split("/")[0])
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            answer()

    def send(self, content: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in (
            {"Content_Type": "application/rss+xml", "Content_Length": str(len(content))} | headers
        ).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def answer_feed(self) -> None:
        self.send(FEED)

    def answer_who(self) -> None:
        self.send(f"<rss><channel><title>{self.headers['User-Agent']}</title></channel></rss>".encode())

    def answer_secret(self) -> None:
        if self.headers.get("Authorization"):
            self.send(FEED)
        else:
            self.send(b"", 401)

    def answer_moved(self) -> None:
        self.send(b"", 301, Location="/feed")

    def answer_loop(self) -> None:
        self.send(b"", 302, Location="/loop")

    def answer_gone(self) -> None:
        self.send(b"", 410)

    def answer_broken(self) -> None:
        self.send(b"", 500)

    def answer_gzip(self) -> None:
        self.send(gzip.compress(FEED), Content_Encoding="gzip")

    def answer_bomb(self) -> None:
        self.send(gzip.compress(b"<rss>" + b" " * 50_000_000), Content_Encoding="gzip")

    def answer_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.05)

    def answer_silent(self) -> None:
        time.sleep(2)

    def answer_short(self) -> None:
        self.send(FEED, Content_Length="9999")

    def answer_headers(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
        self.drip()

    def answer_chunks(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        self.drip()

    def answer_moving(self) -> None:
        self.wfile.write(b"HTTP/1.0 302 Found\r\nLocation: /feed\r\n\r\n")
        self.drip()

    def drip(self) -> None:
        for _ in range(100):
            self.wfile.write(b"0")
            time.sleep(0.05)

    def answer_elsewhere(self) -> None:
        self.send(b"", 307, Location="file:///etc/passwd")

    def answer_home(self) -> None:
        self.send(b"", 302, Location="/secret")

    def answer_abroad(self) -> None:
        self.send(b"", 302, Location=f"http://localhost:{self.server.server_port}/secret")  # type: ignore[attr-defined]

    def answer_file(self) -> None:
        self.send(gzip.compress(FEED), Content_Type="application/gzip")

    def answer_large_file(self) -> None:
        self.send(gzip.compress(b"<rss>" + b" " * 50_000_000))

    def answer_garbage(self) -> None:
        self.send(b"no gzip at all", Content_Encoding="gzip")

    def answer_cookie(self) -> None:
        if self.headers.get("Cookie"):
            self.send(b"", 403)
        else:
            self.send(FEED, Set_Cookie="seen=1")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def fetch(url: str):  # type: ignore[no-untyped-def]
    with open_session(private_addresses=True) as session:
        return get(session, url, limits=LIMITS, user_agent="newsfold/test (+me)", now=7)


@pytest.mark.parametrize("path", ["feed", "moved", "moving", "gzip"])
def test_read(address: str, path: str) -> None:
    document = fetch(f"http://{address}/{path}")
    assert document.content == FEED
    assert document.feed == f"http://{address}/{path}"
    assert document.location.endswith("/gzip" if path == "gzip" else "/feed")
    assert (document.kind, document.content_type, document.fetched_at) == ("feed", "application/rss+xml", 7)


def test_the_server_learns_who_asks(address: str) -> None:
    assert b"newsfold/test (+me)" in fetch(f"http://{address}/who").content


def test_credentials_work_and_are_not_kept(address: str) -> None:
    document = fetch(f"http://me:pass@{address}/secret")
    assert document.content == FEED
    assert "pass" not in document.feed + document.location
    assert without_credentials("https://a:b@c.example:8443/d?e=@") == "https://c.example:8443/d?e=@"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("loop", "http_error"),
        ("gone", "not_found"),
        ("broken", "http_error"),
        ("secret", "http_error"),
        ("bomb", "too_large"),
        ("drip", "timeout"),
        ("silent", "timeout"),
        ("short", "network"),
        ("headers", "timeout"),
        ("chunks", "timeout"),
        ("elsewhere", "http_error"),
        ("abroad", "http_error"),
        ("large_file", "too_large"),
        ("garbage", "unreadable"),
    ],
)
def test_rejected_in_time(address: str, path: str, reason: str) -> None:
    started = time.monotonic()
    with pytest.raises(RejectError) as error:
        fetch(f"http://user:pass@{address}/{path}" if path != "secret" else f"http://{address}/{path}")
    assert error.value.reason == reason
    assert "pass" not in str(error.value)
    assert time.monotonic() - started < LIMITS.total_seconds + LIMITS.read_seconds + 0.5


def test_credentials_follow_within_their_host(address: str) -> None:
    assert fetch(f"http://me:p%40ss@{address}/home").location == f"http://{address}/secret"


def test_a_gzip_file(address: str) -> None:
    assert fetch(f"http://{address}/file").content == FEED


def test_cookies_are_not_carried_from_feed_to_feed(address: str) -> None:
    with open_session(private_addresses=True) as session:
        for _ in range(2):
            get(session, f"http://{address}/cookie", limits=LIMITS, user_agent="a", now=7)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/feed", "http://user:pass@[broken/feed", "http://user:pass@/feed", "http://a..example/"]
)
def test_no_connection(url: str) -> None:
    with pytest.raises(RejectError) as error:
        fetch(url)
    assert "pass" not in str(error.value) + without_credentials(url)
    assert error.value.reason == "network"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]"])
def test_private_addresses_are_refused_unless_they_are_wanted(address: str, host: str) -> None:
    port = address.rpartition(":")[2]
    with open_session(private_addresses=False) as session, pytest.raises(RejectError) as error:
        get(session, f"http://{host}:{port}/feed", limits=LIMITS, user_agent="a", now=7)
    assert error.value.reason == "forbidden_address"
