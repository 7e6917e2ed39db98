"""A server that misbehaves in every way that feeds on the web do; what it does is in the path."""

import contextlib
import gzip
import math
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import brotli

NOW = 1_793_000_000
"""The time at which the tests poll."""
DRIP_SECONDS = 0.05
BOMB = gzip.compress(b"<rss>") + gzip.compress(b" " * 500_000) * 100
"""50 MB in 50 kB; joined from gzip members, so that no request waits for its compression."""


def feed(name: str) -> bytes:
    """A feed with one article of its own."""
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>The {name} paper</title><item>"
        f"<title>Council of {name} votes on the harbour wall</title><link>https://{name}.example/wall</link>"
        f"<guid>{name}-1</guid><pubDate>Mon, 26 Oct 2026 08:00:00 GMT</pubDate>"
        f"<description>The council of {name} voted on the wall on Monday.</description></item></channel></rss>"
    ).encode()


def sentences(name: str, words: int) -> str:
    """An invented text of so many words, in paragraphs of 60, that are hardly repeated."""
    places = ("quay", "market", "mill", "bridge", "school", "library", "station", "orchard", "chapel", "lighthouse")
    deeds = ("inspected", "repaired", "painted", "measured", "reopened", "flooded", "fenced", "sold", "named", "lit")
    text = [
        f"{word} "
        for number in range(words // 10 + 1)
        for word in (
            f"On day {number} the people of {name} saw the {places[number % 10]} {deeds[number * 7 % 10]}.".split()
        )
    ][:words]
    return "\n".join("".join(text[low : low + 60]).strip() for low in range(0, words, 60))


def page(name: str, words: int, head: str = "") -> bytes:
    """An article's page with what stands around an article."""
    paragraphs = "".join(f"<p>{line}</p>" for line in sentences(name, words).split("\n"))
    return (
        f"<!doctype html><html lang='en'><head><title>News of {name}</title>{head}</head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
        f"<main><article><h1>News of {name}</h1>{paragraphs}</article></main>"
        "<footer><p>All rights reserved.</p></footer></body></html>"
    ).encode()


@dataclass
class Asked:
    """One request as the server saw it."""

    host: str
    path: str
    headers: dict[str, str]
    at: float
    until: float = math.inf


class Answer(NamedTuple):
    """What a script says to a request."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = {}


class FaultServer(ThreadingHTTPServer):
    """Listens at every address of the loopback network: 127.0.0.1 and 127.9.8.7 are two hosts to a client."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("0.0.0.0", 0), _Handler)
        self.asked: list[Asked] = []
        self.script: Callable[[str, Mapping[str, str]], Answer] = lambda *_: Answer(404)
        self.robots: dict[str, tuple[int, str]] = {}
        """Status and content of robots.txt by host; 404 for others."""
        self.edition = 1
        """Of the entries' texts in papers."""

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}/{path}"

    def paths(self, start: str = "") -> list[str]:
        """The paths that were asked for, robots.txt aside."""
        return [one.path for one in self.asked if one.path.startswith(f"/{start}") and one.path != "/robots.txt"]

    def handle_error(self, *_: object) -> None:
        """A client that hung up is no news."""


@contextmanager
def fault_server() -> Iterator[FaultServer]:
    """A running server."""
    server = FaultServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def slow_tls() -> Iterator[int]:
    """The port of a server that begins a handshake and never ends it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=drip, args=(connection,), daemon=True).start()

        def drip(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                connection.sendall(b"\x16\x03\x03\x40\x00")  # a handshake record of 16 KiB is to come
                while True:
                    connection.sendall(b"\x00")
                    time.sleep(DRIP_SECONDS)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


class _Handler(BaseHTTPRequestHandler):
    server: FaultServer

    def do_GET(self) -> None:
        started = time.monotonic()
        answer = getattr(self, "answer_" + self.path.strip("/").split("/")[0].partition("?")[0].replace(".", "_"))
        host = self.headers["Host"].rpartition(":")[0]
        asked = Asked(host, self.path, dict(self.headers), started)
        self.server.asked.append(asked)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            answer()
        asked.until = time.monotonic()

    def send(self, content: bytes, status: int = 200, /, **headers: str) -> None:
        self.send_response(status)
        defaults = {"Content_Type": "application/rss+xml", "Content_Length": str(len(content))}
        for name, value in (defaults | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def name(self) -> str:
        """What the feed is called: the second part of the path, else the host."""
        parts = self.path.strip("/").split("/")
        return parts[1] if len(parts) > 1 else self.headers["Host"].partition(":")[0].replace(".", "-")

    def drip(self, seconds: float = 120) -> None:
        for _ in range(round(seconds / DRIP_SECONDS)):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(DRIP_SECONDS)

    def answer_script(self) -> None:
        answer = self.server.script(self.path, dict(self.headers))
        self.send(answer.content, answer.status, **answer.headers)

    # What works.

    def answer_feed(self) -> None:
        self.send(feed(self.name()))

    def answer_tagged(self) -> None:
        if self.headers.get("If-None-Match") == '"v1"' and self.headers.get("If-Modified-Since") == "yesterday":
            self.send(b"", 304)
        else:
            self.send(feed(self.name()), ETag='"v1"', Last_Modified="yesterday")

    def answer_liar(self) -> None:
        """Says that nothing is new, whatever is."""
        if self.headers.get("If-None-Match"):
            self.send(b"", 304)
        else:
            self.send(feed(f"liar-{len(self.server.asked)}"), ETag='"always"')

    def answer_unasked(self) -> None:
        self.send(b"", 304)

    def answer_patient(self) -> None:
        self.send(feed(self.name()), Cache_Control="public, max-age=7200")

    def answer_gzip(self) -> None:
        self.send(gzip.compress(feed(self.name())), Content_Encoding="gzip")

    def answer_br(self) -> None:
        self.send(brotli.compress(feed(self.name())), Content_Encoding="br")

    def answer_file(self) -> None:
        self.send(gzip.compress(feed(self.name())), Content_Type="application/gzip")

    def answer_utf16(self) -> None:
        text = feed(self.name()).decode().replace("<?xml version='1.0'?>", "<?xml version='1.0' encoding='utf-8'?>")
        self.send(text.encode("utf-16"))

    def answer_many_headers(self) -> None:
        self.send(feed(self.name()), **{f"X_Header_{number}": "a" for number in range(1000)})

    def answer_who(self) -> None:
        self.send(f"<rss><channel><title>{self.headers['User-Agent']}</title></channel></rss>".encode())

    def answer_secret(self) -> None:
        if self.headers.get("Authorization"):
            self.send(feed(self.name()))
        else:
            self.send(b"", 401)

    # Articles' pages, and feeds that link to them.

    def answer_paper(self) -> None:
        """A feed whose entries link to the paths behind this one, which are parted by commas.

        Their texts have as many words as `words` says, 20 without; `undated` has no date.
        """
        split = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(split.query).items()}
        date = "" if "undated" in asked else "<pubDate>Mon, 26 Oct 2026 08:00:00 GMT</pubDate>"
        text = sentences(f"edition {self.server.edition}", int(asked.get("words", "20")))
        items = "".join(
            f"<item><title>News of {path}</title><link>http://{self.headers['Host']}/{path}</link>{date}"
            f"<description>{path} {text}</description></item>"
            for path in split.path.removeprefix("/paper/").split(",")
        )
        self.send(f"<rss version='2.0'><channel><title>A paper</title>{items}</channel></rss>".encode())

    def send_page(self, words: int, head: str = "") -> None:
        self.send(page(self.name(), words, head), Content_Type="text/html; charset=utf-8")

    def answer_story(self) -> None:
        self.send_page(200)

    def answer_brief(self) -> None:
        self.send_page(15)

    def answer_dated(self) -> None:
        self.send_page(200, "<meta property='article:published_time' content='2026-10-25T07:30:00+00:00'>")

    def answer_link(self) -> None:
        """A page that says that it is at home under /story."""
        self.send_page(200, f"<link rel='canonical' href='http://{self.headers['Host']}/story/{self.name()}'>")

    def answer_astray(self) -> None:
        """Pages that name impossible homes."""
        homes = {"abroad": "http://other.example/a", "home": "/", "broken": "http://[", "file": "file:///a"}
        self.send_page(200, f"<link rel='canonical' href='{homes[self.name()]}'>")

    def answer_rss(self) -> None:
        self.send(feed(self.name()))

    def answer_(self) -> None:
        self.send(page("the front", 300), Content_Type="text/html")

    def answer_robots_txt(self) -> None:
        host = self.headers["Host"].rpartition(":")[0]
        status, content = self.server.robots.get(host, (404, ""))
        self.send(content.encode(), status, Content_Type="text/plain")

    # Redirects.

    def answer_removed(self) -> None:
        self.send(b"", 302, Location="/")

    def answer_hop(self) -> None:
        """To another host."""
        self.send(b"", 302, Location=f"http://127.0.9.9:{self.server.server_port}/story/{self.name()}")

    def answer_moved(self) -> None:
        self.send(b"", 301, Location=f"/moved_on/{self.name()}")

    def answer_moved_on(self) -> None:
        self.send(b"", 308, Location=f"/feed/{self.name()}")

    def answer_permanent(self) -> None:
        self.send(b"", 308, Location=f"/feed/{self.name()}")

    def answer_found(self) -> None:
        self.send(b"", 302, Location=f"/feed/{self.name()}")

    def answer_loop(self) -> None:
        self.send(b"", 302, Location="/loop")

    def answer_moving(self) -> None:
        self.wfile.write(f"HTTP/1.0 302 Found\r\nLocation: /feed/{self.name()}\r\n\r\n".encode())
        self.drip()

    def answer_elsewhere(self) -> None:
        self.send(b"", 307, Location="file:///etc/passwd")

    def answer_inward(self) -> None:
        self.send(b"", 302, Location="http://192.168.255.254:9/feed")

    def answer_home(self) -> None:
        self.send(b"", 302, Location="/secret")

    def answer_abroad(self) -> None:
        self.send(b"", 302, Location=f"http://localhost:{self.server.server_port}/secret")

    # Refusals.

    def answer_denied(self) -> None:
        self.send(b"", 401)

    def answer_absent(self) -> None:
        self.send(b"", 404)

    def answer_gone(self) -> None:
        self.send(b"", 410)

    def answer_throttled(self) -> None:
        self.send(b"", 429, Retry_After="7200")

    def answer_throttled_until(self) -> None:
        self.send(b"", 429, Retry_After=formatdate(NOW + 10_000, usegmt=True))

    def answer_throttled_long(self) -> None:
        self.send(b"", 429, Retry_After="9999999")

    def answer_broken(self) -> None:
        self.send(b"", 500)

    def answer_busy(self) -> None:
        self.send(b"", 503, Retry_After="5000")

    # Answers that are not what they seem.

    def answer_empty(self) -> None:
        self.send(b"")

    def answer_page(self) -> None:
        self.send(
            b"<!doctype html><html><head><title>A paper</title>"
            b"<link rel='alternate' type='application/rss+xml' href='/feed/advertised'></head><body>News</body></html>",
            Content_Type="text/html",
        )

    def answer_bomb(self) -> None:
        self.send(BOMB, Content_Encoding="gzip")

    def answer_large_file(self) -> None:
        self.send(BOMB)

    def answer_garbage(self) -> None:
        self.send(b"no gzip at all", Content_Encoding="gzip")

    def answer_short(self) -> None:
        self.send(feed(self.name()), Content_Length="9999")

    def answer_reset(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "9999")
        self.end_headers()
        self.wfile.write(b"<rss>")
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.wfile.close()
        self.connection.close()

    def answer_cookie(self) -> None:
        if self.headers.get("Cookie"):
            self.send(b"", 403)
        else:
            self.send(feed(self.name()), Set_Cookie="seen=1")

    # Slowness.

    def answer_silent(self) -> None:
        time.sleep(120)

    def answer_slow(self) -> None:
        time.sleep(0.2)
        self.send(feed(self.name()))

    def answer_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.drip()

    def answer_drip_long(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.drip(120)

    def answer_headers(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
        self.drip()

    def answer_chunks(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        self.drip()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""
