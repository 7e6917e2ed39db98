"""Tests captured feeds of real publishers against items that a person has checked against the XML.

No text of a publisher is kept: the golden file holds digests, lengths and dates. NEWSFOLD_ACCEPT=1 rewrites it; check
the difference by eye afterwards.
"""

import hashlib
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from transforms.clean.dates import read_date
from transforms.clean.urls import canonical_url, resolve, url_key
from transforms.fetch.kinds import recognise
from transforms.parse.document import Contents, parse_document
from transforms.parse.entries import Parsed
from transforms.records import Document, Item
from transforms.rejects import RejectError

GOLDEN = Path(__file__).parents[2] / "data/captured_feeds.json"
FOLDERS = ("feed-rs", "miniflux", "rss-fetcher")
NOW = 1_793_000_000


def short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def described(item: Item) -> list[Any]:
    published = read_date(item.published or item.updated, NOW)[0]
    return [
        short(item.id),
        short(item.url),
        published,
        len(item.title),
        short(item.title),
        len(item.body),
        short(item.body),
    ]


def contents_of(path: Path) -> Contents:
    content = path.read_bytes()
    try:
        kind = recognise(content, path.name, "")
    except RejectError as error:
        return Contents([], [error.rejected("fetch", path.name)], Parsed(), None)
    document = Document("https://captured.example/feed", path.name, kind, content, "", 1, NOW)
    return parse_document(document, max_entries=1000)


def items_of(path: Path) -> list[Any] | str:
    """Returns the items of a file, or the reason for which it was rejected."""
    contents = contents_of(path)
    return contents.rejected[0].reason if contents.refused else [described(item) for item in contents.items]


def test_the_items_are_those_that_were_checked(shared_data: Path) -> None:
    files = sorted(path for folder in FOLDERS for path in (shared_data / "feeds" / folder).rglob("*") if path.is_file())
    found = {str(path.relative_to(shared_data / "feeds")): items_of(path) for path in files}
    if os.environ.get("NEWSFOLD_ACCEPT"):
        lines = (f" {json.dumps(name)}: {json.dumps(items)}" for name, items in found.items())
        GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    expected = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert found.keys() == expected.keys()
    for name, items in found.items():
        assert items == expected[name], name


def test_no_two_articles_have_one_canonical_url(shared_data: Path) -> None:
    named: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path in sorted(path for path in (shared_data / "feeds").rglob("*") if path.is_file()):
        for item in contents_of(path).items:
            key = url_key(canonical_url(resolve(item.base, item.url)))
            if key and not item.shared_url:
                named[key].add((item.url, item.title))
    assert len(named) > 500
    for key, articles in named.items():
        urls, titles = ({article[part] for article in articles} for part in (0, 1))
        assert len(urls) == 1 or len(titles) == 1, key


@pytest.mark.parametrize("folder", FOLDERS)
def test_most_of_them_are_feeds(folder: str) -> None:
    expected = json.loads(GOLDEN.read_text(encoding="utf-8"))
    kept = [items for name, items in expected.items() if name.startswith(folder)]
    assert sum(bool(items) and isinstance(items, list) for items in kept) >= 0.6 * len(kept)
