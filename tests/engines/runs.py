"""The same articles on one engine and another, at one time, so that the stores can be compared."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.material import Row, edited_copies, read_rows, shared_data
from benchmarks.press import script
from tests.engines.cluster import Cluster
from tests.support.command import ROOT, Outcome
from tests.support.stores import content

NOW = 1_794_000_000
"""The time of all runs."""


def articles(count: int) -> list[Row]:
    """Real ones and edited copies of them, two to one, where there are any; else invented ones."""
    found = shared_data()
    if found is None:
        return [
            {"url": piece.url, "title": piece.title, "text": piece.text}
            for piece in script(feeds=40, seconds=1, articles=count)
        ]
    rows = read_rows(found / "corpus" / "articles_8k.jsonl.gz")[: count - count // 3]
    return [*rows, *(copy.row for copy in edited_copies(rows, count - len(rows), seed=1))]


def begun(inputs: Sequence[str | Path], output: Path, options: Sequence[str]) -> "subprocess.Popen[str]":
    """Begins `newsfold run`."""
    words = ["run", *map(str, inputs), f"--output={output}", "--quiet", *options]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.process", str(NOW), "", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=dict(os.environ),
    )  # fmt: skip


def is_alive(process: "subprocess.Popen[str]") -> bool:
    """Whether a run goes on."""
    return process.poll() is None


def ended(process: "subprocess.Popen[str]", seconds: float = 900) -> Outcome:
    """Waits for the end of a run."""
    out, err = process.communicate(timeout=seconds)
    return Outcome(process.returncode, out, err)


def killed_at_work(cluster: Cluster, job: str, step: str, alive: Callable[[], bool]) -> str | None:
    """Kills a TaskManager that works at a step of a job as soon as there is one; its name, None if there was none."""
    while alive():
        if at_work := sorted(cluster.at_work(job, step)):
            cluster.kill_task_manager(at_work[0])
            return at_work[0]
        time.sleep(0.2)
    return None


def newest_job(cluster: Cluster, before: int, alive: Callable[[], bool]) -> str | None:
    """The id of the job that follows so many others, None when there comes none while somebody is alive."""
    while alive():
        if len(jobs := cluster.jobs()) > before:
            return str(jobs[-1]["jid"])
        time.sleep(0.2)
    return None


def differing_tables(one: str, other: str) -> list[str]:
    """The tables in which two stores differ, run history aside, by their addresses."""
    left, right = content(one), content(other)
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
