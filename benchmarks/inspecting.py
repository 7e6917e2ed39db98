"""Runs `make bench-inspecting`: how fast stories are listed, shown and reported in a large store.

Prints tables, then all figures as one line of JSON. CPU times are given beside wall times, since other work on the
machine disturbs them less.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from rich.console import Console

from benchmarks.archive import build
from benchmarks.report import Check, Part, SkippedError, Table, show, write_line

_ARTICLES = 100_000
_LIST_SECONDS, _REPORT_SECONDS, _PAGE_SECONDS = 1.0, 10.0, 0.1


class Spent(NamedTuple):
    """The time of one command or request, as the median of several."""

    seconds: float
    processor: float


def newsfold(rounds: int, *words: str | Path) -> Spent:
    """Measures `newsfold WORDS...` in a new process.

    Raises:
        RuntimeError: it failed.
    """
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", "from pipeline.commands.main import main; main()", *map(str, words)],
            stdout=subprocess.DEVNULL,
        )
        _, code, usage = os.wait4(process.pid, 0)
        process.returncode = code
        if code:
            raise RuntimeError(f"newsfold {words[0]} ended with {code}")
        found.append(Spent(time.perf_counter() - started, usage.ru_utime + usage.ru_stime))
    return _median(found)


def _median(found: Sequence[Spent]) -> Spent:
    return Spent(median(one.seconds for one in found), median(one.processor for one in found))


def judge_commands(output: Path, rounds: int) -> Part:
    """Measures the commands that list and report."""
    first = newsfold(1, "stories", "--output", output)
    words: dict[str, list[str | Path]] = {
        "stories": ["stories"],
        "stories --query": ["stories", "--query", "bofa", "--since", "2026-01-20"],
        "stories --language --min-size": ["stories", "--language", "de", "--min-size", "2"],
    }
    newsfold(1, "stories", "--query", "bofa", "--output", output)
    rows = {name: newsfold(rounds, *line, "--output", output) for name, line in words.items()}
    checks = [
        Check(f"{_LIST_SECONDS} s / processor s of {name}", 1.0, _LIST_SECONDS / spent.processor)
        for name, spent in rows.items()
    ]
    rows = {"stories, building the index": first, **rows}
    if _has("jinja2"):
        rows["report"] = newsfold(rounds, "report", "--output", output)
        checks.append(
            Check(f"{_REPORT_SECONDS} s / processor s of report", 1.0, _REPORT_SECONDS / rows["report"].processor)
        )
    return _part("commands", rows, checks)


def judge_pages(output: Path, rounds: int) -> Part:
    """Measures the pages of the web inspector, requested without a network.

    Raises:
        SkippedError: the extra web is not installed.
    """
    if not _has("fastapi", "httpx2"):
        raise SkippedError("the extra web and httpx2 are not installed")
    from starlette.testclient import TestClient

    from pipeline.outputs.folder import OutputFolder
    from pipeline.web.app import create_app
    from pipeline.web.inspector import Inspector

    folder = OutputFolder(output)
    inspector = Inspector(folder.store_url, folder.index, folder.labels)
    web = TestClient(create_app(inspector), base_url="http://127.0.0.1")
    story = web.get("/api/stories").json()["stories"][0]["id"]
    a, b = (one["id"] for one in web.get(f"/api/stories/{story}").json()["articles"][:2])
    paths = (
        "/", "/?q=bofa", "/?q=bofa+-beta&sort=size", "/?language=de&size=2", "/?sort=newest&page=40",
        f"/stories/{story}",
        f"/compare?a={a}&b={b}", f"/article?id={a}", "/sources", "/source?name=Outlet+003", "/feeds", "/runs",
        "/runs/last", "/feed.xml", "/api/stories",
    )  # fmt: skip
    rows = {path: _median([_timed(partial(web.get, path)) for _ in range(rounds + 1)][1:]) for path in paths}
    slowest = max(spent.processor for spent in rows.values())
    check = Check(f"{_PAGE_SECONDS} s / processor s of the slowest page", 1.0, _PAGE_SECONDS / slowest)
    return _part("pages", rows, [check])


def _timed(request: Callable[[], Any]) -> Spent:
    started, processor = time.perf_counter(), time.process_time()
    request()
    return Spent(time.perf_counter() - started, time.process_time() - processor)


def _has(*modules: str) -> bool:
    from importlib.util import find_spec

    return all(find_spec(module) for module in modules)


def _part(title: str, rows: dict[str, Spent], checks: Sequence[Check]) -> Part:
    table = Table(title, ("what", "seconds", "processor s"), [(name, *spent) for name, spent in rows.items()])
    return Part([table], checks, {name: spent._asdict() for name, spent in rows.items()})


def main(words: Sequence[str] | None = None) -> None:
    """Builds the store and runs the parts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inspecting", description=__doc__)
    parser.add_argument("--articles", type=int, default=_ARTICLES, help="a multiple of 5,000")
    parser.add_argument("--rounds", type=int, default=5, help="how often each command and page is measured")
    parser.add_argument("--store", type=Path, help="folder of a store that an earlier call has built")
    parser.add_argument("--output", type=Path, help="file for the line of JSON")
    options = parser.parse_args(words)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    result: dict[str, Any] = {"benchmark": "inspecting", "python": platform.python_version()}
    result["articles"] = options.articles
    with TemporaryDirectory() as temporary:
        folder = options.store or Path(temporary)
        if not (folder / "newsfold.db").exists():
            build(folder, options.articles)
        for name, judge in (("commands", judge_commands), ("pages", judge_pages)):
            try:
                part = judge(folder, options.rounds)
            except SkippedError as error:
                console.print(f"{name}: skipped: {error}")
                continue
            show(name, part, console)
            result[name] = part.as_json()
    write_line(result, options.output)


if __name__ == "__main__":
    main()
