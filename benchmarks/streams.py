"""Runs `newsfold stream` in a process and reads what it prints, for benchmarks."""

import json
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from benchmarks.press import Piece

COMMAND = [sys.executable, "-c", "from pipeline.commands.main import main; main()"]
PROJECT = Path(__file__).resolve().parents[1]
WINDOW_SECONDS = 10


class Shown(NamedTuple):
    """One line of the stream's standard output."""

    at: float
    """UTC epoch seconds at which it was read."""
    change: Mapping[str, Any]


class Stream:
    """Runs one process of `newsfold stream`.

    Args:
        folder: as returned by `desk`.
        addresses: of the feeds.
        prism: path of the Prism binary.
        extra: further options.
    """

    def __init__(self, folder: Path, addresses: Sequence[str], prism: str, extra: Sequence[str] = ()) -> None:
        words = ["stream", *addresses, "--output", str(folder / "out"), "--config", str(folder / "c.yaml"), *extra]
        self.log = folder / "log.txt"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                [*COMMAND, *words, f"--prism_location={prism}"], cwd=PROJECT, stdout=subprocess.PIPE, stderr=log
            )
        self._lines: queue.SimpleQueue[Shown] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(Shown(time.time(), orjson.loads(line)))

    def shown(self) -> list[Shown]:
        """Returns the lines printed since the last call."""
        return [self._lines.get() for _ in range(self._lines.qsize())]

    def end(self) -> int:
        """Sends SIGTERM, waits for the end, and returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(120)


@contextmanager
def desk(window_seconds: float = WINDOW_SECONDS, poll_seconds: float = 2) -> Iterator[Path]:
    """Creates a temporary folder with a configuration for feeds on this machine, `c.yaml`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fetch: dict[str, float] = {
            "interval_minutes": poll_seconds / 60,
            "private_addresses": True,
            "gap_seconds": 0,
            "total_seconds": 30,
        }
        config = {"fetch": fetch, "stream": {"window_seconds": window_seconds}}
        (folder / "c.yaml").write_text(json.dumps(config), encoding="utf-8")
        yield folder


class Wait(NamedTuple):
    """The latency of one article."""

    at: float
    """Time of publication in seconds since the start."""
    seconds: float
    """Time from publication until the change of its story was printed."""


def waits_of(pieces: Iterable[Piece], shown: Iterable[Shown], urls: Mapping[str, str], began: float) -> list[Wait]:
    """Computes the latency of each article that was printed, in order of publication.

    Args:
        pieces: in order of time.
        shown: lines of the stream.
        urls: URLs of articles by id.
        began: start of the schedule in UTC epoch seconds.
    """
    first: dict[str, float] = {}
    for line in shown:
        for article in line.change.get("articles", ()):
            if article in urls:
                first.setdefault(urls[article], line.at)
    return [Wait(piece.at, first[piece.url] - began - piece.at) for piece in pieces if piece.url in first]


def quantile(values: Iterable[float], share: float) -> float:
    """Returns the value below which this share of all values lies, NaN without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
