"""Tests that a stripped feed yields the same items."""

from pathlib import Path

import pytest

from transforms.fetch.kinds import FEED, recognise
from transforms.parse import feeds
from transforms.parse.entries import Parsed
from transforms.parse.feeds import parse_feed
from transforms.parse.slim import slim
from transforms.records import Document
from transforms.rejects import RejectError

FEED_OF_ALL = """<?xml version="1.0" encoding="iso-8859-1"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Courier</title><image><title>Logo</title></image><item>
<title>Caf\u00e9 &amp; harbour</title><author>ann@courier.example</author><category>Local</category>
<media:content url="a.jpg"><media:title>Other</media:title>
<media:description>A caption</media:description></media:content><dc:creator>Ann</dc:creator>
<dc:date>2026-11-06</dc:date><description>&lt;p&gt;Text &amp;amp; more&lt;/p&gt;</description>
</item></channel></rss>"""


BETTER = ("item_category_image.xml",)
"""Files whose items become better: feedparser takes the title of a picture within a category for that of the entry."""


def items(document: Document) -> Parsed | str:
    try:
        return parse_feed(document, max_entries=1000)._replace(parse_warning="")
    except RejectError as error:
        return str(error)


def test_what_is_dropped_and_what_stays() -> None:
    slimmed = slim(FEED_OF_ALL.encode("iso-8859-1"), "").decode()
    assert not any(name in slimmed for name in ("media:", "author", "category", "creator", "caption"))
    assert all(name in slimmed for name in ("Café", "dc:date", "<image>", "Text &amp; more"))


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (FEED_OF_ALL.encode("iso-8859-1"), "text/xml; charset=iso-8859-1"),
        (b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel><item><author>a</author></item></channel></rss>", ""),
        (b"<rss><channel><item><author>a</author>", ""),
    ],
)
def test_what_is_left_as_it_is(content: bytes, content_type: str) -> None:
    assert slim(content, content_type) == content


@pytest.mark.slow
def test_real_feeds_give_the_same_items(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slimmed = 0
    for path in sorted((shared_data / "feeds").rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        try:
            if recognise(content, path.name, "") != FEED or path.name in BETTER:
                continue
        except RejectError:
            continue
        document = Document("https://captured.example/feed", path.name, FEED, content, "application/xml", 1, 9)
        found = items(document)
        with monkeypatch.context() as whole:
            whole.setattr(feeds, "slim", lambda content, _: content)
            assert items(document) == found, path
        slimmed += slim(content, "") != content
    assert slimmed > 1000
