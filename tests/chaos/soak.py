"""The command behind `make soak`: a month of hourly runs over scripted feeds, checked after every run.

python -m tests.chaos.soak [--hours 720] [--feeds 50] [--store URL]
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson
from sqlalchemy import select

from pipeline.config import Config
from pipeline.outputs.folder import OutputFolder
from pipeline.runs.batch import run
from pipeline.runs.request import RunRequest
from pipeline.store import schema
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.chaos.newspapers import Newspapers
from tests.support.fault_server import FaultServer, fault_server

START = 1_793_000_000
SEED = 8
_WEEK = 7 * 24
CONFIG = Config.model_validate({"fetch": {"private_addresses": True, "gap_seconds": 0, "hosts_at_once": 8}})


class Figures(NamedTuple):
    """What a soak found."""

    runs: int
    articles: int
    versions: int
    """Of all articles."""
    stories: int
    merged: int
    seconds: list[float]
    """Of the processor, run by run, the server's included."""
    bytes: list[int]
    """Most memory of this process, run by run."""
    store_bytes: int
    wrong: list[str]

    @property
    def growth(self) -> float:
        """Time of a run in the last week over that in the first, medians."""
        return median(self.seconds[-_WEEK:]) / median(self.seconds[:_WEEK])


class Checker:
    """Compares the store with the script's truth after every run, and with itself over time."""

    def __init__(self, papers: Newspapers) -> None:
        self._papers = papers
        self._ids: dict[str, str] = {}
        self._stories: dict[int, tuple[str, str]] = {}

    def check(self, store: SqlStore, changed: set[str]) -> list[str]:
        """What is wrong after a run that found these addresses changed."""
        articles, stories = schema.articles.c, schema.stories.c
        with store.reading() as connection:
            found = connection.execute(select(articles.url, articles.id, articles.version, articles.story)).all()
            told = connection.execute(select(stories.number, stories.id, stories.state, stories.merged_into)).all()
            texts = connection.execute(select(articles.url, articles.text).where(articles.url.in_(sorted(changed))))
            shown = {url: " ".join(text.split()) for url, text in texts}
        return [*self._articles(found), *self._texts(shown, changed), *self._lives(told, {row.story for row in found})]

    def _articles(self, found: Any) -> list[str]:
        truth = self._papers.versions
        counts = {row.url: row.version for row in found}
        wrong = [] if len(found) == len(counts) else ["an address has two articles"]
        wrong += [f"{url} is missing" for url in truth.keys() - counts.keys()]
        wrong += [f"{url} was never shown" for url in counts.keys() - truth.keys()]
        wrong += [
            f"{url} has {counts[url]} versions, not {len(texts)}"
            for url, texts in truth.items()
            if counts.get(url, len(texts)) != len(texts)
        ]
        wrong += [
            f"{row.url} was {known}, is {row.id}"
            for row in found
            if (known := self._ids.get(row.url, row.id)) != row.id
        ]
        self._ids = {row.url: row.id for row in found}
        return wrong

    def _texts(self, shown: dict[str, str], changed: set[str]) -> list[str]:
        truth = self._papers.versions
        return [f"{url} has another text" for url in sorted(changed) if shown.get(url) != truth[url][-1]]

    def _lives(self, told: Any, inhabited: set[int]) -> list[str]:
        now = {row.number: (row.id, row.state) for row in told}
        wrong = [f"story {number} is no more" for number in self._stories.keys() - now.keys()]
        for number, (identity, state) in self._stories.items():
            new_identity, new_state = now.get(number, (identity, state))
            if new_identity != identity:
                wrong.append(f"{identity} became {new_identity}")
            if state != "active" and new_state != state:
                wrong.append(f"{identity} was {state}, is {new_state}")
        living = {number for number, (_, state) in now.items() if state != "merged"}
        wrong += [f"{row.id} leads nowhere" for row in told if row.state == "merged" and row.merged_into not in living]
        wrong += [f"story {number} has members and is merged" for number in inhabited - living]
        self._stories = now
        return wrong


def soak(
    hours: int,
    feeds: int,
    output: Path,
    server: FaultServer,
    store_url: str = "",
    tell: Callable[[int, float, int], None] | None = None,
) -> Figures:
    """Polls scripted feeds every hour and checks after every run.

    Args:
        hours: runs, one an hour.
        feeds: how many are polled.
        output: folder of the runs.
        server: of the feeds.
        store_url: '' for SQLite.
        tell: called after each run with its number, its seconds and the articles so far.
    """
    papers = Newspapers(feeds, SEED, START)
    checker = Checker(papers)
    server.script = papers.answer
    store_url = store_url or OutputFolder(output).store_url
    inputs = [server.url(f"script/{name}", f"127.2.0.{place + 1}") for place, name in enumerate(papers.names)]
    seconds, memory, wrong = [], [], []
    for hour in range(hours):
        changed = papers.pass_hours(1)
        began, asked = time.process_time(), len(server.asked)
        run(
            RunRequest(OutputFolder(output), inputs, store_url, CONFIG),
            clock=lambda: papers.now,
        )
        seconds.append(time.process_time() - began)
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
        if len(server.asked) - asked != feeds:
            wrong.append(f"hour {hour}: {len(server.asked) - asked} feeds were asked")
        with SqlStoreFactory(store_url, "")() as store:
            wrong += [f"hour {hour}: {what}" for what in checker.check(store, changed)]
        if tell is not None:
            tell(hour, seconds[-1], len(papers.versions))
    stories = checker._stories.values()
    return Figures(
        hours,
        len(papers.versions),
        sum(map(len, papers.versions.values())),
        len(stories),
        sum(state == "merged" for _, state in stories),
        seconds,
        memory,
        sum(path.stat().st_size for path in output.glob("newsfold.db*")),
        wrong,
    )


def main() -> None:
    """Reads the command line; exits with 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    parser.add_argument("--hours", type=int, default=720)
    parser.add_argument("--feeds", type=int, default=50)
    parser.add_argument("--store", default="", help="SQLAlchemy address of an empty store instead of SQLite")
    given = parser.parse_args()

    def tell(hour: int, seconds: float, articles: int) -> None:
        if hour % 24 == 23:
            sys.stdout.write(f"day {hour // 24 + 1:2}: {articles:6,} articles, {seconds:.3f} s\n")
            sys.stdout.flush()

    with TemporaryDirectory() as folder, fault_server() as server:
        found = soak(given.hours, given.feeds, Path(folder) / "output", server, given.store, tell)
    for what in found.wrong[:20]:
        sys.stdout.write(f"WRONG {what}\n")
    megabytes = [held / 2**20 for held in found.bytes]
    summary = {
        "runs": found.runs,
        "articles": found.articles,
        "versions": found.versions,
        "stories": found.stories,
        "merged": found.merged,
        "wrong": len(found.wrong),
        "first_week_seconds": round(median(found.seconds[:_WEEK]), 4),
        "last_week_seconds": round(median(found.seconds[-_WEEK:]), 4),
        "growth": round(found.growth, 3),
        "store_megabytes": round(found.store_bytes / 2**20, 1),
        "peak_megabytes": {str(at): round(megabytes[at - 1]) for at in (10, 50, 100, 720) if at <= len(megabytes)},
    }
    sys.stdout.write(orjson.dumps(summary).decode() + "\n")
    sys.exit(bool(found.wrong))


if __name__ == "__main__":
    main()
