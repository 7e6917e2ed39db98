"""Feeds by feedparser, and what it mixes up."""

from typing import Any

import pytest

from transforms.fetch.kinds import FEED, recognise
from transforms.parse.feeds import Parsed, parse_feed
from transforms.records import Document, Item
from transforms.rejects import RejectError


def parsed(content: str | bytes, *, max_entries: int = 100, **fields: Any) -> Parsed:
    raw = content.encode() if isinstance(content, str) else content
    location = fields.get("location", "https://a.example/feed")
    assert recognise(raw, location, "") == FEED
    document = Document(location, location, FEED, raw, fields.get("content_type", ""), 1, 9)
    return parse_feed(document, max_entries=max_entries)


def only(content: str, **fields: Any) -> Item:
    (item,) = parsed(content, **fields).items
    return item


def rss(inner: str, channel: str = "<title>Courier</title>") -> str:
    media = 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<rss version="2.0" {media}><channel>{channel}{inner}</channel></rss>'


CAPTION = "<media:description>A long caption of the picture, longer than the text</media:description>"


def test_rss() -> None:
    item = only(
        rss(
            "<item><title>T &amp;amp; U</title><link>/1</link><guid isPermaLink='false'>g1</guid>"
            "<pubDate>Fri, 06 Nov 2026 22:41:00 BST</pubDate><description>&lt;p&gt;D&lt;/p&gt;</description></item>",
            "<title>Courier</title><language>en-gb</language>",
        )
    )
    assert (item.title, item.url, item.id, item.source, item.language) == (
        "T &amp; U", "https://a.example/1", "g1", "Courier", "en-gb",
    )  # fmt: skip
    assert (item.body, item.body_type, item.published) == ("<p>D</p>", "html", "Fri, 06 Nov 2026 22:41:00 BST")
    assert (item.kind, item.feed, item.fetched_at) == (FEED, "https://a.example/feed", 9)


@pytest.mark.parametrize("order", ["before", "after"])
def test_a_caption_is_not_the_text(order: str) -> None:
    text = "<description>The text.</description>"
    item = only(rss(f"<item>{CAPTION + text if order == 'before' else text + CAPTION}</item>"))
    assert item.body == "The text."


def test_the_fuller_of_summary_and_content_is_the_text() -> None:
    short, full = "<description>Short.</description>", "<content:encoded>The whole of it.</content:encoded>"
    assert only(rss(f"<item>{short}{full}</item>")).body == "The whole of it."
    assert only(rss("<item><description>The whole.</description><content:encoded>x</content:encoded></item>")).body == (
        "The whole."
    )


def test_atom_with_relative_links_and_two_dates() -> None:
    item = only(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://b.example/x/"><title>Bote</title>'
        '<entry><id>urn:1</id><title type="html">A &lt;b&gt;B&lt;/b&gt;</title><link href="y"/>'
        "<published>2026-11-05T20:05:00Z</published><updated>2026-11-06T06:40:00Z</updated>"
        '<content type="text">plain &lt; text</content></entry></feed>'
    )
    assert (item.url, item.language, item.source) == ("https://b.example/x/y", "de", "Bote")
    assert (item.published, item.updated) == ("2026-11-05T20:05:00Z", "2026-11-06T06:40:00Z")
    assert (item.body, item.body_type) == ("plain < text", "text")


def test_a_link_that_several_entries_bear_names_none() -> None:
    items = parsed(
        rss("<item><title>A</title><link>/x</link></item><item><title>B</title><link>/x</link></item>")
    ).items
    assert [item.shared_url for item in items] == [True, True]


def test_the_newest_entries_are_taken() -> None:
    entries = "".join(
        f"<item><title>{day}</title><pubDate>{day:02} Nov 2026 00:00:00 GMT</pubDate></item>" for day in range(1, 6)
    )
    found = parsed(rss(entries), max_entries=2)
    assert [item.title for item in found.items] == ["4", "5"]
    assert found.dropped == 3


def test_a_feed_that_breaks_off_gives_what_it_holds() -> None:
    whole = rss("<item><title>A</title></item><item><title>B</title></item>")
    assert parsed(whole[: whole.index("B")]).items[0].title == "A"


def test_a_feed_without_entries_is_read() -> None:
    assert parsed(rss("")).items == []
    assert parsed("<CHANNEL HREF='http://a.example/'></CHANNEL>").items == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [("<catalog><book/></catalog>", "not_a_feed"), ("<?xml version='1.0'?><rss version='2", "malformed")],
)
def test_rejected(content: str, reason: str) -> None:
    with pytest.raises(RejectError) as error:
        parsed(content)
    assert error.value.reason == reason


def test_nothing_is_fetched_or_opened(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A document whose bytes are a path or an address is a document, not a hint."""
    secret = tmp_path / "secret.xml"
    secret.write_text(rss("<item><title>Secret</title></item>"), encoding="utf-8")
    with pytest.raises(RejectError):
        parse_feed(Document("f", "f", FEED, str(secret).encode(), "", 1, 9), max_entries=5)


def test_encodings() -> None:
    latin = rss("<item><title>Café</title></item>").encode("iso-8859-1")
    declared = b"<?xml version='1.0' encoding='iso-8859-1'?>" + latin
    assert parsed(declared).items[0].title == "Café"
    declared = f"<?xml version='1.0' encoding='utf-16'?>{rss('<item><title>Café</title></item>')}".encode("utf-16")
    assert parsed(declared).items[0].title == "Café"
