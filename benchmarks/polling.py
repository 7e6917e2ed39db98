"""Measures how far slow servers delay a run: many feeds, each on its own host, with and without some that drip.

All feeds are served by one process on this machine, each at its own address of the loopback network.
"""

import argparse
import itertools
import json
import multiprocessing
import random
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import yaml

from pipeline.inputs.opml import Outline, write_opml

_ENTRIES, _WORDS = 5, 60
_DRIP_SECONDS = 0.2
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("a", "en", "i", "or", "us")]
_VOCABULARY = ["".join(syllables) for syllables in itertools.product(_SYLLABLES, repeat=3)]


def feed_of(number: int) -> bytes:
    """Generates a feed whose articles occur in no other."""
    words = random.Random(number)  # noqa: S311 - the same articles in every run
    entries = "".join(
        f"<item><title>{' '.join(words.choices(_VOCABULARY, k=8))}</title>"
        f"<link>https://paper{number}.example/{entry}</link><guid>{number}-{entry}</guid>"
        f"<pubDate>Mon, 26 Oct 2026 {entry:02}:00:00 GMT</pubDate>"
        f"<description>{' '.join(words.choices(_VOCABULARY, k=_WORDS))}</description></item>"
        for entry in range(_ENTRIES)
    )
    return f"<rss version='2.0'><channel><title>Paper {number}</title>{entries}</channel></rss>".encode()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name, _, number = self.path.strip("/").partition("/")
        self.send_response(200)
        self.end_headers()
        if name == "feed":
            self.wfile.write(feed_of(int(number)))
            return
        try:
            while True:
                self.wfile.write(b" ")
                time.sleep(_DRIP_SECONDS)
        except OSError:
            pass  # the client has closed the connection

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


def _serve(port: Any) -> None:
    with _Server(("0.0.0.0", 0), _Handler) as server:  # noqa: S104 - one port at every address of the loopback network
        port.send(server.server_port)
        server.serve_forever()


def addresses(port: int, feeds: int, dripping: int) -> list[str]:
    """Returns one address per feed; those that drip are spread evenly among the others."""
    step = feeds // dripping if dripping else feeds + 1
    kinds = ["drip" if number % step == step - 1 else "feed" for number in range(feeds)]
    return [
        f"http://127.1.{number // 250}.{number % 250 + 1}:{port}/{kind}/{number}" for number, kind in enumerate(kinds)
    ]


def seconds_of_run(folder: Path, urls: list[str]) -> tuple[float, dict[str, int]]:
    """Runs `newsfold run` over an OPML list with the default configuration; returns its wall time and fetch counts."""
    folder.mkdir()
    (folder / "feeds.opml").write_bytes(write_opml(Outline(url, "", ()) for url in urls))
    (folder / "config.yaml").write_text(yaml.safe_dump({"fetch": {"private_addresses": True}}), encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        "from pipeline.commands.main import main; main()",
        "run",
        str(folder / "feeds.opml"),
    ]
    started = time.monotonic()
    subprocess.run(  # noqa: S603
        [*command, "--output", str(folder / "output"), "--config", str(folder / "config.yaml"), "--quiet"], check=True
    )
    seconds = time.monotonic() - started
    (run,) = (folder / "output" / "runs").iterdir()
    counts: dict[str, int] = orjson.loads((run / "manifest.json").read_bytes())["counts"]["fetch"]
    return seconds, counts


def main() -> None:
    """Runs newsfold with and without dripping servers, and prints the ratio of the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--dripping", type=float, default=0.05, help="share of the feeds")
    arguments = parser.parse_args()
    receiving, sending = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.Process(target=_serve, args=(sending,), daemon=True)
    server.start()
    port = receiving.recv()
    print(f"{'feeds':>8} {'dripping':>9} {'read':>8} {'timeouts':>9} {'seconds':>9}")
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for dripping in (0, round(arguments.feeds * arguments.dripping)):
            seconds, counts = seconds_of_run(Path(folder) / str(dripping), addresses(port, arguments.feeds, dripping))
            timeouts = counts.get("rejected_timeout", 0)
            print(f"{arguments.feeds:8} {dripping:9} {counts['out']:8} {timeouts:9} {seconds:9.1f}")
            times.append(seconds)
    server.terminate()
    ratio = times[1] / times[0]
    print(f"with drips the run takes {ratio:.2f} times as long (target: at most 3)")
    print(json.dumps({"benchmark": "polling", "feeds": arguments.feeds, "seconds": times, "ratio": round(ratio, 3)}))


if __name__ == "__main__":
    main()
