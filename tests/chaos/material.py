"""What the runs read: invented articles that make stories, join them, change and bring them together."""

import json
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.support.fault_server import Answer, FaultServer, feed, sentences

NOW = 1_793_000_000
"""The time of all runs."""
RUNS_BEFORE = 7
"""The next one's segments are the eighth of their day, and are merged."""


def row(name: str, text: str, *, source: str = "Courier") -> dict[str, str]:
    """An article as a line of JSON Lines."""
    site = source.lower()
    published = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW - 600))
    return {
        "url": f"https://{site}.example/{name}",
        "title": f"{name.title()} speaks of its year",
        "text": text,
        "published": published,
        "source": source,
    }


def write_rows(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    """A JSON Lines file."""
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return path


def before(folder: Path, run: int) -> list[Path]:
    """The inputs of the runs before the one that is killed."""
    return [write_rows(folder / f"before-{run}.jsonl", [row(f"{n}-of-{run}", _text(run, n)) for n in range(4)])]


def attacked(folder: Path, server: FaultServer) -> list[str]:
    """The inputs of the run that is killed: files, one of them broken, and feeds of several hosts."""
    longer = [row(f"0-of-{run}", _text(run, 0) + "\nThe day after, all was well.") for run in range(2)]
    copies = [row(f"wire-{run}", _text(run, 1), source="Gazette") for run in range(3)]
    both = row("both", _text(0, 2) + "\n" + _text(1, 2), source="Herald")
    fresh = [row(f"fresh-{number}", _text(99, number), source="Ledger") for number in range(8)]
    rows = write_rows(folder / "rows.jsonl", [*longer, *copies, both, *fresh])
    others = write_rows(folder / "others.jsonl", [row("other", _text(98, 1), source="Argus")])
    broken = folder / "broken.xml"
    broken.write_text("<?xml version='1.0'?><rss version='2.0", encoding="utf-8")
    feeds = [
        server.url(f"tagged/{name}", f"127.1.0.{place}") for place, name in enumerate(("alder", "birch", "elm"), 1)
    ]
    others_at = [server.url("absent/oak", "127.1.0.9"), server.url("script/gate", "127.1.0.4")]
    return [str(rows), str(others), str(broken), *feeds, *others_at]


class Gate:
    """A feed that is answered as long as the gate is open, and as soon as it opens again.

    Args:
        server: whose script it becomes.
    """

    def __init__(self, server: FaultServer) -> None:
        self._opened = threading.Event()
        self.open = self._opened.set
        self.close = self._opened.clear
        self.open()
        server.script = self._answer

    def _answer(self, _path: str, _headers: Mapping[str, str]) -> Answer:
        self._opened.wait()
        return Answer(200, feed("gate"))


def _text(run: int, number: int) -> str:
    return sentences(f"town {run * 100 + number} of county {run * 7 + number}", 150)
