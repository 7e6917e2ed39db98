"""A bounded GET against a server that misbehaves."""

import contextlib
import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from transforms.fetch.http import Limits, get, without_credentials
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
    with requests.Session() as session:
        return get(session, url, limits=LIMITS, user_agent="newsfold/test (+me)", now=7)


@pytest.mark.parametrize("path", ["feed", "moved", "gzip"])
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
    ],
)
def test_rejected_in_time(address: str, path: str, reason: str) -> None:
    started = time.monotonic()
    with pytest.raises(RejectError) as error:
        fetch(f"http://user:pass@{address}/{path}" if path != "secret" else f"http://{address}/{path}")
    assert error.value.reason == reason
    assert "pass" not in str(error.value)
    assert time.monotonic() - started < LIMITS.total_seconds + LIMITS.read_seconds + 0.5


def test_no_connection() -> None:
    with pytest.raises(RejectError) as error:
        fetch("http://127.0.0.1:9/feed")
    assert error.value.reason == "network"
