"""Serves feeds that publish invented articles at scheduled times, for the benchmarks of streams."""

import bisect
import contextlib
import email.utils
import hashlib
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from xml.sax.saxutils import escape

SLOW_SECONDS = 20
"""How long the server of the slow feed waits before it answers."""
_SHOWN = 20
"""Most articles that a feed shows at once."""
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstv" for vowel in "aeiou"]
_PLAIN = (
    "the on of to in after before with and as its while for an from by over under against during without since until"
).split()


class Piece(NamedTuple):
    """One article of the schedule."""

    feed: int
    at: float
    """Time of publication in seconds after the start."""
    url: str
    title: str
    text: str
    event: int


def script(*, feeds: int, seconds: float, articles: int, seed: int = 1) -> list[Piece]:
    """Schedules articles about events in several feeds: reports in different words, and reprints.

    Args:
        feeds: number of feeds.
        seconds: time over which they publish.
        articles: number of articles in all, four per event.
        seed: of all random choices.

    Returns:
        The articles in order of time.
    """
    chance = random.Random(seed)  # noqa: S311
    pieces: list[Piece] = []
    for event in range(articles // 4):
        names = [_word(chance).title() for _ in range(5)]
        words = [_word(chance) for _ in range(20)]
        begins = chance.uniform(0, seconds * 0.8)
        outlets = chance.sample(range(feeds), 4)
        texts: list[str] = []
        for place, feed in enumerate(outlets):
            reprinted = texts and chance.random() < 0.3
            text = chance.choice(texts) if reprinted else _report(names, words, chance)
            texts.append(text)
            title = " ".join([names[0], chance.choice(words), chance.choice(names), chance.choice(words)])
            at = min(begins + place * chance.uniform(0, seconds * 0.05), seconds)
            pieces.append(Piece(feed, at, f"http://outlet{feed}.example/{event}-{place}", title, text, event))
    return sorted(pieces, key=lambda piece: (piece.at, piece.url))


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(4))


def _report(names: Sequence[str], words: Sequence[str], chance: random.Random) -> str:
    sentences = []
    for _ in range(10):
        drawn = [*chance.sample(names, 2), *chance.sample(words, 6), *chance.choices(_PLAIN, k=5)]
        chance.shuffle(drawn)
        sentences.append(" ".join(drawn).capitalize() + ".")
    return " ".join(sentences)


class Press(ThreadingHTTPServer):
    """Serves `/<feed>.xml` with the articles published so far, and `/slow.xml` after `SLOW_SECONDS`.

    It listens on all addresses 127.0.1.n, so that every feed has its own host.

    Args:
        pieces: the schedule.
        pace: seconds of news per second.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, pieces: Sequence[Piece], pace: float) -> None:
        super().__init__(("", 0), _Handler)
        self._by_feed: dict[int, list[Piece]] = defaultdict(list)
        for piece in pieces:
            self._by_feed[piece.feed].append(piece)
        self._pace, self._length = pace, max(piece.at for piece in pieces)
        self.began = time.time()
        self.finished = False
        self.requested = threading.Event()
        """Set by the first request."""

    def feed(self, number: int) -> str:
        """Returns the address of a feed."""
        return f"http://127.0.1.{number + 1}:{self.server_port}/{number}.xml"

    def slow_feed(self) -> str:
        """Returns the address of the feed whose server is slow."""
        return f"http://127.0.2.1:{self.server_port}/slow.xml"

    def published(self, number: int) -> list[Piece]:
        """Returns the articles that a feed shows now, the newest first."""
        own = self._by_feed[number]
        if self.finished:
            return own[::-1]
        passed = bisect.bisect_right(own, time.time() - self.began, key=lambda piece: piece.at)
        return own[max(passed - _SHOWN, 0) : passed][::-1]

    def dated(self, piece: Piece) -> float:
        """Returns the date of an article, as if the schedule at its pace ended when it ends in real time."""
        return self.began + self._length - (self._length - piece.at) * self._pace

    def finish(self) -> None:
        """Publishes all remaining articles at once, and shows all articles from now on."""
        self.finished = True


class _Handler(BaseHTTPRequestHandler):
    server: Press

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.requested.set()
        name = self.path.strip("/").removesuffix(".xml")
        if name == "slow":
            time.sleep(SLOW_SECONDS)
        shown = self.server.published(int(name)) if name.isdecimal() else []
        items = "".join(
            f"<item><link>{piece.url}</link><title>{escape(piece.title)}</title>"
            f"<description>{escape(piece.text)}</description>"
            f"<pubDate>{email.utils.formatdate(self.server.dated(piece))}</pubDate></item>"
            for piece in shown
        )
        content = f"<rss version='2.0'><channel><title>Outlet {name}</title>{items}</channel></rss>".encode()
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        unchanged = self.headers.get("If-None-Match") == etag
        self.send_response(304 if unchanged else 200)
        self.send_header("ETag", etag)
        if not unchanged:
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if not unchanged:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(content)


@contextmanager
def press(pieces: Sequence[Piece], pace: float = 1) -> Iterator[Press]:
    """Runs a press in a background thread; the schedule starts now.

    Args:
        pieces: in order of time.
        pace: seconds of news per second; with 600, one hour brings articles with the dates of 25 days.
    """
    with Press(pieces, pace) as server:
        threading.Thread(target=server.serve_forever, name="press", daemon=True).start()
        yield server
        server.shutdown()
