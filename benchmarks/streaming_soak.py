"""Hours of a stream: whether the memory of every process and the latency stay as they are."""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.press import Piece, press, script
from benchmarks.processes import psutil_in
from benchmarks.report import Check, Part, Table
from benchmarks.streams import Shown, Stream, Wait, desk, quantile, waits_of
from pipeline.web.charts import Line, lines, svg_file

FEEDS = 100
ARTICLES_PER_SECOND = 50
POLL_SECONDS = 10
PACE = 600
"""Seconds of news a second: an hour brings 25 days of it, so that stories close and the store comes to rest."""
_LOOK_SECONDS = 5
_FLAT = 1.05


class Look(NamedTuple):
    """One moment of a stream."""

    at: float
    """Seconds since the beginning."""
    megabytes: Mapping[str, float]
    """Resident memory of its processes, by name."""


def judge_soak(seconds: float, prism: str, cache: Path, plot: Path | None) -> Part:
    """Fifty articles a second: memory and latency of the last quarter against those of the third.

    Args:
        seconds: how long.
        prism: path of Prism.
        cache: where psutil is installed.
        plot: of the figures, as SVG; None for none.
    """
    psutil = psutil_in(cache)
    pieces = script(feeds=FEEDS, seconds=seconds, articles=round(seconds * ARTICLES_PER_SECOND))
    looks: list[Look] = []
    shown: list[Shown] = []
    with desk(poll_seconds=POLL_SECONDS) as folder, press(pieces, PACE) as server:
        stream = Stream(folder, [server.feed(number) for number in range(FEEDS)], prism)
        root = psutil.Process(stream.process.pid)
        while time.time() < server.began + seconds + 2 * POLL_SECONDS:
            time.sleep(_LOOK_SECONDS)
            looks.append(Look(time.time() - server.began, _memory(root, psutil)))
            shown += [Shown(line.at, {"articles": line.change.get("articles", ())}) for line in stream.shown()]
        code = stream.end()
        if code:
            raise AssertionError(f"the stream ended with {code}: {stream.log.read_text()[-2000:]}")
        shown += stream.shown()
        with sqlite3.connect(folder / "out" / "newsfold.db") as database:
            urls = dict(database.execute("SELECT id, url FROM articles").fetchall())
            active = dict(database.execute("SELECT state, count(*) FROM stories GROUP BY state").fetchall())
    waits = waits_of(pieces, shown, urls, server.began)
    if plot is not None:
        draw_soak(plot, looks, waits)
    return _judged(seconds, pieces, looks, waits, len(urls), active)


def _memory(root: Any, psutil: Any) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for process in [root, *root.children(recursive=True)]:
        try:
            found[process.name()] += process.memory_info().rss / 1e6
        except psutil.NoSuchProcess:
            continue
    return {name: size for name, size in found.items() if size > 10}


def _judged(
    seconds: float,
    pieces: Sequence[Piece],
    looks: Sequence[Look],
    waits: Sequence[Wait],
    kept: int,
    stories: Mapping[str, int],
) -> Part:
    quarters = [(seconds * place / 4, seconds * (place + 1) / 4) for place in range(4)]
    names = sorted({name for look in looks for name in look.megabytes})
    rows: list[tuple[str | float, ...]] = []
    checks = []
    for name in names:
        sizes = [
            median(look.megabytes.get(name, 0.0) for look in looks if low <= look.at < high) for low, high in quarters
        ]
        rows.append((f"{name}, MB", *sizes))
        checks.append(
            Check(f"{name}: memory of the third quarter + 5 % / of the last", 1.0, _FLAT * sizes[2] / sizes[3])
        )
    for label, share in (("latency p50, s", 0.5), ("latency p99, s", 0.99)):
        found = [quantile([wait.seconds for wait in waits if low <= wait.at < high], share) for low, high in quarters]
        rows.append((label, *found))
        checks.append(Check(f"{label}: third quarter + 1 s / last", 1.0, (found[2] + 1) / found[3]))
    table = Table(
        f"{seconds:.0f} s at {ARTICLES_PER_SECOND} articles a second",
        ("median", "first quarter", "second", "third", "last"),
        rows,
    )
    checks.append(Check("articles that arrived", 1.0, kept / len(pieces)))
    figures = {"articles": len(pieces), "kept": kept, "stories": dict(stories), "rows": rows}
    return Part([table], checks, figures)


def draw_soak(path: Path, looks: Sequence[Look], waits: Sequence[Wait]) -> None:
    """Writes memory and latency over time as SVG.

    Args:
        path: of the file.
        looks: at memory.
        waits: of articles, of which the median and the 99th percentile of each minute are drawn.
    """
    names = sorted({name for look in looks for name in look.megabytes})
    sizes = [
        Line(name, [(look.at / 60, look.megabytes[name]) for look in looks if name in look.megabytes]) for name in names
    ]
    minutes: dict[int, list[float]] = defaultdict(list)
    for wait in waits:
        minutes[int(wait.at // 60)].append(wait.seconds)
    lags = [
        Line(label, [(minute, quantile(found, share)) for minute, found in sorted(minutes.items())])
        for label, share in (("median", 0.5), ("99th percentile", 0.99))
    ]
    memory = lines(sizes, "Memory of each process", x="minute", y="resident MB")
    latency = lines(lags, "From publication to a story", x="minute", y="seconds")
    path.write_text(svg_file(memory, latency), encoding="utf-8")
