"""A year of daily runs over scripted feeds, what is older than a month purged after each: the store stays of one size.

python -m tests.chaos.year [--days 365] [--feeds 50] [--keep 30]
"""

import argparse
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import orjson
from sqlalchemy import func, select

from pipeline.outputs.folder import OutputFolder
from pipeline.runs.batch import run
from pipeline.runs.request import RunRequest
from pipeline.store import schema
from pipeline.store.purge import purge
from pipeline.store.segments import DAY
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.chaos.newspapers import Newspapers
from tests.chaos.soak import CONFIG, SEED, START
from tests.support.fault_server import FaultServer, fault_server

_MONTH = 30
_SETTLED = 90
"""Days after which the window is full and its content has been replaced at least once."""


class Day(NamedTuple):
    """The store at the end of a day, after its purge."""

    shown: int
    """Articles that feeds have shown so far."""
    bytes: int
    rows: dict[str, int]
    """By table."""


class Year(NamedTuple):
    """What the days were like."""

    days: list[Day]
    returned: int
    """Articles that were brought back by a feed after it had not shown them for as long as they are kept."""
    wrong: list[str]

    @property
    def growth(self) -> float:
        """Bytes in the last month over those in the month after the store had settled, medians."""
        settled = [day.bytes for day in self.days[_SETTLED : _SETTLED + _MONTH]]
        return median(day.bytes for day in self.days[-_MONTH:]) / median(settled)


def live(days: int, feeds: int, keep: int, output: Path, server: FaultServer) -> Year:
    """Reads the feeds once a day, and purges once a day.

    Args:
        days: how many.
        feeds: how many are polled.
        keep: days after which a closed story goes.
        output: folder of the runs.
        server: of the feeds.
    """
    papers = Newspapers(feeds, SEED, START)
    server.script = papers.answer
    url = OutputFolder(output).store_url
    inputs = [server.url(f"script/{name}", f"127.2.0.{place + 1}") for place, name in enumerate(papers.names)]
    found, stored, gone, wrong, returned = [], set[str](), dict[str, int](), list[str](), 0
    for day in range(days):
        before = dict(papers.shown_at)
        papers.pass_hours(24)
        run(
            RunRequest(OutputFolder(output), inputs, config=CONFIG),
            clock=lambda: papers.now,
        )
        with SqlStoreFactory(url, "")() as store:
            now = _addresses(store)
            for address in (now - stored) & gone.keys():
                returned += 1
                if papers.now - before[address] < keep * DAY:
                    wrong.append(f"day {day}: {address} came back, though a feed held it all the time")
            horizon = round(CONFIG.stories.close_after_days * DAY)
            purge(store, before=papers.now - keep * DAY, horizon_seconds=horizon)
            stored = _addresses(store)
            gone |= dict.fromkeys(now - stored, day)
            rows = _rows(store)
        size = sum(path.stat().st_size for path in output.glob("newsfold.db*"))
        found.append(Day(len(papers.versions), size, rows))
    return Year(found, returned, wrong)


def _addresses(store: SqlStore) -> set[str]:
    with store.reading() as connection:
        return set(connection.scalars(select(schema.articles.c.url)))


def _rows(store: SqlStore) -> dict[str, int]:
    with store.reading() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in schema.metadata.sorted_tables
        }


def main() -> None:
    """Reads the command line; exits with 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.year", description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--feeds", type=int, default=50)
    parser.add_argument("--keep", type=int, default=30, help="days")
    given = parser.parse_args()
    with TemporaryDirectory() as folder, fault_server() as server:
        year = live(given.days, given.feeds, given.keep, Path(folder) / "output", server)
    for number, day in enumerate(year.days):
        if number % _MONTH == _MONTH - 1:
            rows = ", ".join(f"{day.rows[name]:,} {name}" for name in ("articles", "stories", "tombstones", "runs"))
            sys.stdout.write(f"day {number + 1:3}: {day.shown:6,} shown, {rows}, {day.bytes / 2**20:.1f} MB\n")
    for what in year.wrong[:20]:
        sys.stdout.write(f"WRONG {what}\n")
    summary = {"days": given.days, "returned": year.returned, "wrong": len(year.wrong)}
    if given.days >= _SETTLED + 2 * _MONTH:
        summary["growth"] = round(year.growth, 3)
    sys.stdout.write(orjson.dumps(summary).decode() + "\n")
    sys.exit(bool(year.wrong))


if __name__ == "__main__":
    main()
