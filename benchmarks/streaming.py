"""Measures `newsfold stream` over feeds that publish on schedule: latency, slow servers, kills, a soak of an hour."""

import argparse
import json
import random
import subprocess
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import orjson
from rich.console import Console

from benchmarks.press import Piece, Press, press, script
from benchmarks.report import Check, Part, Table, show
from benchmarks.streaming_soak import judge_soak
from benchmarks.streams import COMMAND, PROJECT, WINDOW_SECONDS, Shown, Stream, desk, quantile, waits_of
from pipeline.evaluate.scores import compare
from transforms.records.times import iso


def stories_in(output: Path) -> dict[str, str]:
    """Returns the story id of each article URL in an output folder."""
    lines = (output / "stories.jsonl").read_bytes().splitlines()
    found: dict[str, str] = {}
    for story in map(orjson.loads, lines):
        for article in story["articles"]:
            if article["url"] in found:
                raise AssertionError(f"{article['url']} is in two stories")
            found[article["url"]] = story["id"]
    return found


def urls_of(output: Path) -> dict[str, str]:
    """Returns the URL of each article id in an output folder."""
    lines = (output / "stories.jsonl").read_bytes().splitlines()
    return {article["id"]: article["url"] for line in lines for article in orjson.loads(line)["articles"]}


def copies_in(output: Path) -> dict[str, frozenset[str]]:
    """Returns, for each article URL in an output folder, the URLs of all articles with the same text."""
    groups: dict[str, set[str]] = defaultdict(set)
    originals: dict[str, str] = {}
    for line in (output / "stories.jsonl").read_bytes().splitlines():
        articles = {article["id"]: article for article in orjson.loads(line)["articles"]}
        for article in articles.values():
            original = article
            while original["copy_of"] in articles:
                original = articles[original["copy_of"]]
            originals[article["url"]] = original["url"]
            groups[original["url"]].add(article["url"])
    return {url: frozenset(groups[original]) for url, original in originals.items()}


def agreement(left: Mapping[str, str], right: Mapping[str, str]) -> float:
    """Returns the adjusted Rand index of two groupings, 0 if they do not have the same articles."""
    if left.keys() != right.keys():
        return 0.0
    keys = sorted(left)
    return compare([left[key] for key in keys], [right[key] for key in keys]).ari


def bounded(server: Press, feeds: int, folder: Path) -> Path:
    """Runs `newsfold run` once over everything that was published; returns the output folder."""
    server.finish()
    return _run([server.feed(number) for number in range(feeds)], folder, "bounded")


def in_batches(server: Press, pieces: Sequence[Piece], batches: int, folder: Path) -> Path:
    """Runs newsfold several times over the same articles as rows, in order of time; returns the output folder."""
    output = folder / "batches"
    for part in np.array_split(np.arange(len(pieces)), batches):
        rows = folder / f"rows{part[0]}.jsonl"
        with rows.open("wb") as file:
            for piece in (pieces[place] for place in part):
                row = {"url": piece.url, "title": piece.title, "text": piece.text, "source": f"Outlet {piece.feed}"}
                file.write(orjson.dumps(row | {"published": iso(int(server.dated(piece)))}) + b"\n")
        _run([str(rows)], folder, output.name)
    return output


def _run(inputs: Sequence[str], folder: Path, name: str) -> Path:
    words = ["run", *inputs, "--quiet", "--refresh", "--output", str(folder / name), "--config", str(folder / "c.yaml")]
    subprocess.run([*COMMAND, *words], cwd=PROJECT, check=True)  # noqa: S603
    return folder / name


class Trial(NamedTuple):
    """One stream over a whole schedule."""

    pieces: Sequence[Piece]
    seconds: float
    """Length of the schedule."""
    feeds: int
    slow: bool = False
    """Whether one more feed has a slow server."""
    kills: int = 0
    """How often the stream is killed and started again."""
    batches: int = 1
    """Number of bounded runs, each over a part of the articles, that the stream is compared with too."""
    window_seconds: float = WINDOW_SECONDS


def run_trial(trial: Trial, prism: str) -> dict[str, Any]:
    """Runs the stream, then one bounded run over the same articles, and several runs over a part each.

    Args:
        trial: what to run.
        prism: path of the Prism binary.

    Returns:
        Latencies in seconds, the number of articles lost, the agreement of the groupings with that of the bounded run,
        and the share of articles that have the same copies in all three.
    """
    pieces, seconds, feeds = trial.pieces, trial.seconds, trial.feeds
    chance = random.Random(trial.kills)  # noqa: S311
    with desk(trial.window_seconds) as folder, press(pieces) as server:
        addresses = [server.feed(number) for number in range(feeds)] + ([server.slow_feed()] if trial.slow else [])
        stream = Stream(folder, addresses, prism)
        shown: list[Shown] = []
        moments = sorted(chance.uniform(5, seconds) for _ in range(trial.kills))
        for moment in moments:
            time.sleep(max(server.began + moment - time.time(), 0))
            stream.process.kill()
            stream.process.wait()
            shown += stream.shown()
            stream = Stream(folder, addresses, prism)
        time.sleep(max(server.began + seconds + 2 * trial.window_seconds + 5 - time.time(), 0))
        code = stream.end()
        time.sleep(0.5)
        shown += stream.shown()
        if code:
            raise AssertionError(f"the stream ended with {code}: {stream.log.read_text()[-2000:]}")
        streamed, urls = stories_in(folder / "out"), urls_of(folder / "out")
        copies = copies_in(folder / "out")
        once, several = bounded(server, feeds, folder), in_batches(server, pieces, trial.batches, folder)
        whole, parts, batch_copies = stories_in(once), stories_in(several), copies_in(several)
        same = [copies.get(url) == group == batch_copies.get(url) for url, group in copies_in(once).items()]
        began = server.began
    waits = [wait.seconds for wait in waits_of(pieces, shown, urls, began)]
    lost = [piece.url for piece in pieces if piece.url not in streamed]
    return {
        "articles": len(pieces),
        "seen": len(waits),
        "lost": len(lost),
        "p50": median(waits),
        "p99": quantile(waits, 0.99),
        "most": max(waits),
        "agreement": agreement(streamed, whole),
        "agreement_of_batches": agreement(parts, whole),
        "same_copies": float(np.mean(same)),
        "stories": len(set(streamed.values())),
        "bounded_stories": len(set(whole.values())),
        "events": len({piece.event for piece in pieces}),
    }


def judge_latency(seconds: float, prism: str) -> Part:
    """Streams forty feeds, with and without one host that takes twenty seconds."""
    feeds = 40
    pieces = script(feeds=feeds, seconds=seconds, articles=round(seconds * 2))
    found = {"all quick": run_trial(Trial(pieces, seconds, feeds, batches=10), prism)}
    found["one slow"] = run_trial(Trial(pieces, seconds, feeds, slow=True), prism)
    columns = (
        "articles", "lost", "p50", "p99", "most", "agreement", "agreement_of_batches", "same_copies", "stories",
        "bounded_stories", "events",
    )  # fmt: skip
    table = Table(
        f"{feeds} feeds, {seconds:.0f} s",
        ("hosts", *columns),
        [(name, *(float(one[column]) for column in columns)) for name, one in found.items()],
    )
    quick, slow = found["all quick"], found["one slow"]
    checks = [
        Check("15 s / p99 of publish to story", 1.0, 15 / quick["p99"]),
        Check("articles that arrived", 1.0, 1 - quick["lost"] / quick["articles"]),
        Check("adjusted Rand index with the bounded run", 0.98, quick["agreement"]),
        Check("adjusted Rand index of ten batches with the bounded run", 0.98, quick["agreement_of_batches"]),
        Check("articles with the same copies in stream, batches and bounded run", 1.0, quick["same_copies"]),
        Check("p99 of all quick + 2 s / p99 beside a slow host", 1.0, (quick["p99"] + 2) / slow["p99"]),
    ]
    return Part([table], checks, found)


def judge_kills(seconds: float, prism: str) -> Part:
    """Kills a stream ten times, and compares it with the bounded run."""
    feeds, kills = 20, 10
    pieces = script(feeds=feeds, seconds=seconds, articles=round(seconds))
    found = run_trial(Trial(pieces, seconds, feeds, kills=kills), prism)
    table = Table(
        f"{kills} times kill -9", ("figure", "value"), [(name, float(value)) for name, value in found.items()]
    )
    checks = [
        Check("articles that arrived", 1.0, 1 - found["lost"] / found["articles"]),
        Check("adjusted Rand index with the bounded run", 0.98, found["agreement"]),
    ]
    return Part([table], checks, found)


def main() -> None:
    """Runs `make bench-streaming`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streaming", description=__doc__)
    parser.add_argument("--only", action="append", choices=("latency", "kills", "soak"), help="one part; repeatable")
    parser.add_argument("--seconds", type=float, help="length of the schedule instead of 180, 120 and 3600")
    parser.add_argument("--prism", required=True, help="path of the prism binary")
    parser.add_argument("--cache", type=Path, default=Path(".benchmarks"), help="where other projects are installed")
    parser.add_argument("--plot", type=Path, help="SVG file that takes memory and latency of the soak over time")
    given = parser.parse_args()
    console = Console(width=140)
    parts = {}
    for name in given.only or ("latency", "kills", "soak"):
        if name == "latency":
            part = judge_latency(given.seconds or 180, given.prism)
        elif name == "kills":
            part = judge_kills(given.seconds or 120, given.prism)
        else:
            part = judge_soak(given.seconds or 3600, given.prism, given.cache, given.plot)
        show(name, part, console)
        parts[name] = part.as_json()
    print(json.dumps({"benchmark": "streaming"} | parts))


if __name__ == "__main__":
    main()
