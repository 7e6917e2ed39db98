"""What newsfold does on a Flink cluster, undisturbed and disturbed, beside what was asked of it."""

import math
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.material import write_rows
from benchmarks.press import press, script
from benchmarks.streaming import agreement, bounded, stories_in, urls_of
from benchmarks.streams import Stream, desk, quantile, waits_of
from tests.engines.cluster import Cluster
from tests.engines.runs import articles, begun, differing_tables, ended, is_alive, killed_at_work, newest_job
from tests.support.command import newsfold
from tests.support.postgresql import Server
from tests.support.stores import content

WINDOW_SECONDS = 10
_OVER = ("FINISHED", "FAILED", "CANCELED")
_END_SECONDS = 180


class Figure(NamedTuple):
    """One line of the table."""

    what: str
    asked: str
    got: str
    holds: bool


def judge_runs(cluster: Cluster, server: Server, folder: Path, count: int, kill_at: str) -> Iterator[Figure]:
    """A bounded run in one process, on the cluster, and on the cluster with a TaskManager killed.

    Args:
        cluster: with two TaskManagers; has two again afterwards.
        server: of the stores.
        folder: of the outputs.
        count: of articles.
        kill_at: part of the name of the step at which the TaskManager dies.
    """
    rows = folder / "rows.jsonl"
    write_rows(rows, articles(count))
    stores = {name: server.new_database() for name in ("in one process", "on Flink", "TaskManager killed")}
    for name, store in stores.items():
        options = [f"--store={store}", *(() if name == "in one process" else cluster.options)]
        before = len(cluster.jobs())
        began = time.monotonic()
        process = begun([rows], folder / name.replace(" ", "-"), options)
        killed = None
        if name == "TaskManager killed":
            alive = partial(is_alive, process)
            job = newest_job(cluster, before, alive)
            killed = job and killed_at_work(cluster, job, kill_at, alive)
        outcome = ended(process)
        seconds = time.monotonic() - began
        what = f"run of {count:,} articles, {name}"
        if outcome.code:
            yield Figure(what, "exit code 0", f"{outcome.code}: {outcome.err[-400:]}", holds=False)
            continue
        if name == "in one process":
            yield Figure(what, "exit code 0", f"0, {seconds:.0f} s", holds=True)
            continue
        differing = differing_tables(stores["in one process"], store)
        equal = f"differ: {', '.join(differing)}" if differing else "all tables equal"
        yield Figure(what, "store as in one process", f"{equal}, {seconds:.0f} s", holds=not differing)
        if name == "TaskManager killed":
            yield Figure(f"{what}: died at {kill_at}", "one of two", killed or "none", holds=killed is not None)
            if killed:
                cluster.start_task_manager()
                cluster.wait_for_slots()


def judge_stream(
    cluster: Cluster, server: Server, seconds: float, feeds: int, *, kill: bool, window: float = WINDOW_SECONDS
) -> Iterator[Figure]:
    """A stream over a script that begins with the first request; SIGTERM ends it; then a run over the same.

    Args:
        cluster: with two TaskManagers; has two again afterwards.
        server: of the stores.
        seconds: over which two articles a second are published.
        feeds: how many.
        kill: whether the TaskManager that polls dies in the midst.
        window: length of the stream's windows in seconds.
    """
    pieces = script(feeds=feeds, seconds=seconds, articles=round(seconds * 2))
    name = f"stream of {feeds} feeds, {len(pieces)} articles in {seconds:.0f} s" + (
        ", TaskManager killed" if kill else ""
    )
    with desk(window) as folder, press(pieces) as paper:
        paper.began = math.inf
        extra = [f"--store={server.new_database()}", *cluster.options]
        before = len(cluster.jobs())
        stream = Stream(folder, [paper.feed(number) for number in range(feeds)], "", extra)
        if not paper.requested.wait(_END_SECONDS):
            yield Figure(name, "feeds are asked", stream.log.read_text()[-400:], holds=False)
            stream.process.kill()
            return
        paper.began = time.time()
        killed = None
        if kill:
            time.sleep(seconds / 2)
            job = str(cluster.jobs()[before]["jid"])
            killed = killed_at_work(cluster, job, "KeepPolling", lambda: stream.process.poll() is None)
            yield Figure(f"{name}: died while it polled", "one of two", killed or "none", holds=killed is not None)
        time.sleep(max(paper.began + seconds + 2 * window + 5 - time.time(), 0) + (30 if kill else 0))
        began = time.monotonic()
        code = stream.end()
        drained = time.monotonic() - began
        yield Figure(f"{name}: SIGTERM", "exit code 0", f"{code}, after {drained:.0f} s", holds=code == 0)
        if code:
            yield Figure(name, "no error", stream.log.read_text()[-1000:], holds=False)
            return
        time.sleep(0.5)
        streamed = stories_in(folder / "out")
        waits = [wait.seconds for wait in waits_of(pieces, stream.shown(), urls_of(folder / "out"), paper.began)]
        p50, p99 = median(waits), quantile(waits, 0.99)
        asked = "-" if kill else f"p99 <= {window + 5:.0f} s"
        told = f"{p50:.1f} s, {p99:.1f} s"
        yield Figure(f"{name}: publish to story, p50, p99", asked, told, holds=kill or p99 <= window + 5)
        whole = stories_in(bounded(paper, feeds, folder))
    lost = sum(piece.url not in streamed for piece in pieces)
    yield Figure(f"{name}: lost, doubled", "0, 0", f"{lost}, {len(streamed) - len(pieces) + lost}", holds=not lost)
    agreed = agreement(streamed, whole)
    told = f"{agreed:.3f} ({len(set(streamed.values()))} and {len(set(whole.values()))} stories)"
    yield Figure(f"{name}: adjusted Rand index with a run", ">= 0.98", told, holds=agreed >= 0.98)
    if killed:
        cluster.start_task_manager()
        cluster.wait_for_slots()


def judge_orphan(cluster: Cluster, server: Server) -> Iterator[Figure]:
    """A stream whose client is killed goes on until another run begins; from then on it writes nothing."""
    feeds, seconds = 10, 20.0
    pieces = script(feeds=feeds, seconds=seconds, articles=40)
    with desk(3) as folder, press(pieces) as paper:
        store = server.new_database()
        before = len(cluster.jobs())
        addresses = [paper.feed(number) for number in range(feeds)]
        stream = Stream(folder, addresses, "", [f"--store={store}", *cluster.options])
        while not stream.shown() and stream.process.poll() is None:
            time.sleep(0.5)
        stream.process.kill()
        stream.process.wait()
        job = cluster.jobs()[before]["jid"]
        left = cluster.ask(f"jobs/{job}")["state"]
        yield Figure("client of a stream killed: its job", "goes on", left, holds=left == "RUNNING")
        paper.finish()
        words = ["run", *addresses, "--refresh", f"--store={store}", f"--output={folder / 'out'}"]
        overtaker = newsfold(*words, f"--config={folder / 'c.yaml'}", "--quiet")
        after = content(store)
        until = time.monotonic() + _END_SECONDS
        while (state := cluster.ask(f"jobs/{job}")["state"]) not in _OVER and time.monotonic() < until:
            time.sleep(0.5)
        yield Figure("the next run", "exit code 0", f"{overtaker.code} {overtaker.err}", holds=overtaker.code == 0)
        yield Figure("then the job that was left", "ends", state, holds=state in _OVER)
        found = len(stories_in(folder / "out"))
        told = f"{found} of {len(pieces)} articles, " + ("unchanged" if content(store) == after else "changed")
        holds = found == len(pieces) and content(store) == after
        yield Figure("and the store since that run", f"{len(pieces)} articles, unchanged", told, holds=holds)
