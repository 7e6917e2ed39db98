"""Measures how fast feeds are parsed, from bytes to items, compared with feedparser alone in the same process.

The material is captured feeds of publishers, most of which have one entry, so that the cost per feed dominates, and
ordinary news feeds of fifty entries that are generated here.
"""

import argparse
import io
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import feedparser

from transforms.fetch.kinds import FEED, recognise
from transforms.parse.feeds import parse_feed
from transforms.records import Document
from transforms.rejects import RejectError

_TARGET = 5000
"""Entries per second of CPU time."""
_ENTRIES = 50
"""Entries of a generated feed."""
_SPACES = (
    "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
    "xmlns:media='http://search.yahoo.com/mrss/'"
)


def made_feed(number: int) -> bytes:
    """Generates a feed as a newspaper's CMS writes it: teaser, full text, author, categories and a picture."""
    paragraphs = "<p>The council of the harbour town voted on the wall on Monday, part {}.</p>" * 12
    entries = "".join(
        f"<item><title>Council votes on the harbour wall, part {entry}</title>"
        f"<link>https://paper{number}.example/{entry}</link><guid isPermaLink='false'>{number}-{entry}</guid>"
        "<pubDate>Mon, 26 Oct 2026 08:00:00 GMT</pubDate><dc:creator><![CDATA[Ann Other]]></dc:creator>"
        "<category>News</category><category>Local</category>"
        "<description><![CDATA[<p>The council voted on the wall on Monday &amp; left.</p>]]></description>"
        f"<content:encoded><![CDATA[{paragraphs}]]></content:encoded>"
        f"<media:content url='https://paper{number}.example/{entry}.jpg' medium='image'>"
        "<media:description>The wall in spring</media:description><media:credit>Ann Other</media:credit>"
        "</media:content></item>"
        for entry in range(_ENTRIES)
    )
    channel = f"<title>Paper {number}</title><link>https://paper{number}.example/</link><ttl>60</ttl>"
    return f"<rss version='2.0' {_SPACES}><channel>{channel}{entries}</channel></rss>".encode()


def documents(contents: Sequence[bytes]) -> list[Document]:
    """Keeps the contents that are feeds with entries."""
    found = []
    for content in contents:
        try:
            kind = recognise(content, "feed.xml", "")
            document = Document("https://paper.example/feed", "feed", kind, content, "application/rss+xml", 1, 0)
            if kind == FEED and parse_feed(document, max_entries=1000).items:
                found.append(document)
        except RejectError:
            continue
    return found


def entries_per_second(feeds: Sequence[Document], parse: Callable[[Document], int], rounds: int) -> float:
    """Returns entries per second of CPU time, the best of some rounds."""
    best = float("inf")
    entries = 0
    for _ in range(rounds):
        started = time.process_time()
        entries = sum(parse(feed) for feed in feeds)
        best = min(best, time.process_time() - started)
    return entries / best


def _newsfold(document: Document) -> int:
    return len(parse_feed(document, max_entries=1000).items)


def _plain(document: Document) -> int:
    return len(feedparser.parse(io.BytesIO(document.content)).entries)


def _lean(document: Document) -> int:
    parsed = feedparser.parse(io.BytesIO(document.content), sanitize_html=False, resolve_relative_uris=False)
    return len(parsed.entries)


def main() -> None:
    """Prints one line per material, and the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    shared = Path(os.environ.get("NEWSFOLD_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    folders = [shared / "data/feeds" / name for name in ("feed-rs", "miniflux", "rss-fetcher")]
    captured = sorted(path for folder in folders for path in folder.rglob("*"))
    materials = {
        "made": [made_feed(number) for number in range(20)],
        "captured": [path.read_bytes() for path in captured if path.is_file()],
    }
    print(f"{'material':10} {'feeds':>6} {'newsfold':>9} {'feedparser':>11} {'without cleaning':>17}  entries/s of CPU")
    rates = {}
    for name, contents in materials.items():
        feeds = documents(contents)
        if not feeds:
            print(f"{name:10} skipped: no feeds at {shared / 'data/feeds'}")
            continue
        figures = [entries_per_second(feeds, parse, arguments.rounds) for parse in (_newsfold, _plain, _lean)]
        print(f"{name:10} {len(feeds):6} {figures[0]:9.0f} {figures[1]:11.0f} {figures[2]:17.0f}")
        rates[name] = [round(figure) for figure in figures]
    print(f"target: at least {_TARGET}, from bytes to items")
    print(json.dumps({"benchmark": "parsing", "entries_per_second": rates}))


if __name__ == "__main__":
    main()
