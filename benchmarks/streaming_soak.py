"""Runs a stream for an hour, and checks that the memory of each process and the latency do not grow."""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.press import press, script
from benchmarks.processes import psutil_in
from benchmarks.report import Check, Part, Table
from benchmarks.streams import Shown, Stream, Wait, desk, quantile, waits_of
from pipeline.web.charts import Line, lines, svg_file

FEEDS = 100
ARTICLES_PER_SECOND = 50
POLL_SECONDS = 10
PACE = 600
"""Seconds of news per second: an hour brings 25 days of news, so that stories close and the store stops growing."""
_SAMPLE_SECONDS = 5
_FLAT = 1.05


class Sample(NamedTuple):
    """The memory of a stream at one moment."""

    at: float
    """Seconds since the start."""
    megabytes: Mapping[str, float]
    """Resident memory of its processes, by name."""


class Observed(NamedTuple):
    """What a soak has measured."""

    samples: Sequence[Sample]
    waits: Sequence[Wait]
    kept: int
    """Number of stored articles."""
    stories: Mapping[str, int]
    """Number of stories by state."""


def judge_soak(seconds: float, prism: str, cache: Path, plot: Path | None) -> Part:
    """Streams fifty articles per second; compares memory and latency of the last quarter with those of the third.

    Args:
        seconds: length of the schedule.
        prism: path of the Prism binary.
        cache: folder in which psutil is installed.
        plot: SVG file to write the figures to; None for none.
    """
    psutil = psutil_in(cache)
    pieces = script(feeds=FEEDS, seconds=seconds, articles=round(seconds * ARTICLES_PER_SECOND))
    samples: list[Sample] = []
    shown: list[Shown] = []
    with desk(poll_seconds=POLL_SECONDS) as folder, press(pieces, PACE) as server:
        stream = Stream(folder, [server.feed(number) for number in range(FEEDS)], prism)
        root = psutil.Process(stream.process.pid)
        while time.time() < server.began + seconds + 2 * POLL_SECONDS:
            time.sleep(_SAMPLE_SECONDS)
            samples.append(Sample(time.time() - server.began, _memory(root, psutil)))
            shown += [Shown(line.at, {"articles": line.change.get("articles", ())}) for line in stream.shown()]
        code = stream.end()
        if code:
            raise AssertionError(f"the stream ended with {code}: {stream.log.read_text()[-2000:]}")
        shown += stream.shown()
        with sqlite3.connect(folder / "out" / "newsfold.db") as database:
            urls = dict(database.execute("SELECT id, url FROM articles").fetchall())
            active = dict(database.execute("SELECT state, count(*) FROM stories GROUP BY state").fetchall())
    observed = Observed(samples, waits_of(pieces, shown, urls, server.began), len(urls), active)
    if plot is not None:
        draw_soak(plot, samples, observed.waits)
    return _judged(seconds, len(pieces), observed)


def _memory(root: Any, psutil: Any) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for process in [root, *root.children(recursive=True)]:
        try:
            found[process.name()] += process.memory_info().rss / 1e6
        except psutil.NoSuchProcess:
            continue
    return {name: size for name, size in found.items() if size > 10}


def _judged(seconds: float, articles: int, observed: Observed) -> Part:
    samples, waits, kept, stories = observed
    quarters = [(seconds * place / 4, seconds * (place + 1) / 4) for place in range(4)]
    names = sorted({name for sample in samples for name in sample.megabytes})
    rows: list[tuple[str | float, ...]] = []
    checks = []
    for name in names:
        sizes = [
            median(sample.megabytes.get(name, 0.0) for sample in samples if low <= sample.at < high)
            for low, high in quarters
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
        f"{seconds:.0f} s at {ARTICLES_PER_SECOND} articles per second",
        ("median", "first quarter", "second", "third", "last"),
        rows,
    )
    checks.append(Check("articles that arrived", 1.0, kept / articles))
    figures = {"articles": articles, "kept": kept, "stories": dict(stories), "rows": rows}
    return Part([table], checks, figures)


def draw_soak(path: Path, samples: Sequence[Sample], waits: Sequence[Wait]) -> None:
    """Draws memory and latency over time as SVG.

    Args:
        path: file to write.
        samples: of memory.
        waits: of articles; the median and the 99th percentile of each minute are drawn.
    """
    names = sorted({name for sample in samples for name in sample.megabytes})
    sizes = [
        Line(name, [(sample.at / 60, sample.megabytes[name]) for sample in samples if name in sample.megabytes])
        for name in names
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
