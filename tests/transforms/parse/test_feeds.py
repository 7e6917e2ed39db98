"""Tests parsing feeds with feedparser, and the workarounds for what it gets wrong."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.fetch.kinds import FEED, recognise
from transforms.parse.entries import Parsed
from transforms.parse.feeds import parse_feed
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
        "T &amp; U", "/1", "g1", "Courier", "en-gb",
    )  # fmt: skip
    assert item.base == "https://a.example/feed"
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


def test_a_link_that_several_entries_share_names_none() -> None:
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
    assert found.truncated == 3


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
    """A document whose bytes are a path or an address is still parsed as a document."""
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


def test_a_caption_that_a_text_mentions_stays() -> None:
    assert only(rss("<item><title>On media:description</title></item>")).title == "On media:description"


def test_a_picture_does_not_win_over_words() -> None:
    picture = f"<content:encoded>&lt;img src='{'x' * 200}'&gt;</content:encoded>"
    assert only(rss(f"<item><description>Told in words.</description>{picture}</item>")).body == "Told in words."


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("<title>A</title>", "<title>B</title>", True),
        ("<title>A</title><description>x</description>", "<title>A</title><description>y</description>", True),
        ("<title>A</title><guid>1</guid>", "<title>A</title><guid>2</guid>", False),
    ],
)
def test_an_entry_that_stands_twice_keeps_its_link(first: str, second: str, shared: bool) -> None:
    items = parsed(rss(f"<item><link>/x</link>{first}</item><item><link>/x</link>{second}</item>")).items
    assert [item.shared_url for item in items] == [shared, shared]
    without = parsed(rss(f"<item>{first}</item><item>{second}</item>".replace("guid", "category"))).items
    assert not any(item.shared_url for item in without)


@pytest.mark.parametrize(
    ("head", "base"),
    [
        ('<link href="https://b.example/"/>', "https://b.example/"),
        ('<link href="/x/"/><link rel="self" href="https://b.example/x/feed"/>', "https://b.example/x/feed"),
        ('<link href="/x/"/>', ""),
    ],
)
def test_links_of_a_feed_in_a_file_stand_on_its_own_address(head: str, base: str) -> None:
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}<entry><title>A</title><link href="/1"/></entry></feed>'
    item = only(feed, location="saved/feed.xml")
    assert (item.base, item.url) == (base, "/1")


@pytest.mark.parametrize("reference", ["&#xD800;", "&#57343;", "&#x110000;", "&#99999999999999999999;", "&#x0;"])
def test_references_to_no_character(reference: str) -> None:
    assert only(rss(f"<item><title>Fe{reference}rry</title></item>")).title in ("Fe\ufffdrry", "Fe\0rry")


def test_a_failure_of_the_parser_is_the_document_s(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("links")

    monkeypatch.setattr("feedparser.parse", fail)
    with pytest.raises(RejectError, match="malformed: feedparser fails with KeyError"):
        parsed(rss(""))


def test_a_feed_that_breaks_off_before_its_first_entry() -> None:
    with pytest.raises(RejectError, match="malformed: truncated"):
        parsed(rss("")[:-20])
    assert parsed("<rss version='2.0'><channel><title>caf&eacute;</title></channel></rss>").items == []


def test_entities_are_bounded() -> None:
    """Billion laughs: ten levels with ten references each."""
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{levels}]>' + rss("<item><title>A &l9;</title></item>")
    assert len(only(bomb).title) < 100


PIECES = st.sampled_from(
    [
        *(
            piece.encode()
            for piece in ("<item>", "</item>", "<title>", "</title>", "<link>", "<guid>", "x", " ", "&", "]]>")
        ),
        *(
            b"<![CDATA[",
            b"<!--",
            b"-->",
            b"<!DOCTYPE x [",
            b"&#xD800;",
            b"&#1114112;",
            b"&eacute;",
            b"\x00",
            b"\xff\xfe",
        ),
        *(
            b"<source>",
            b"<image>",
            b"<textinput>",
            b"<georss:where>",
            b"<media:credit>",
            b"<cloud/>",
            b"http://[",
            b"\xc3",
        ),
        *(b"<pubDate>Mon, 99 Foo 99999</pubDate>", b"<updated>2004-W99-9</updated>", b'<content mode="base64">!'),
    ]
)


@given(st.lists(PIECES, max_size=20))
def test_broken_feeds_are_read_or_rejected(pieces: list[bytes]) -> None:
    document = Document("f", "f", FEED, rss("").encode().replace(b"</channel>", b"".join(pieces)), "", 1, 9)
    with contextlib.suppress(RejectError):
        for item in parse_feed(document, max_entries=10).items:
            json.dumps(item, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [
        ("", 0),
        ("<ttl>30</ttl>", 1800),
        ("<ttl> 30 </ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 900),
        ("<sy:updatePeriod>Dayly</sy:updatePeriod>", 86_400),
        ("<sy:updatePeriod>always</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 0),
        ("<ttl>soon</ttl><sy:updatePeriod>weekly</sy:updatePeriod><sy:updateFrequency>x</sy:updateFrequency>", 604_800),
        ("<ttl>-5</ttl>", 0),
    ],
)
def test_the_requested_interval(channel: str, seconds: int) -> None:
    content = rss("<item><title>T</title></item>", channel).replace(
        "<rss ", "<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' "
    )
    assert parsed(content).requested_interval_seconds == seconds


@pytest.mark.parametrize(
    ("entries", "weak"),
    [
        ([("g1", "/1"), ("g2", "/2")], 0),
        ([("", "/1"), ("g2", "/2")], 1),
        ([("g", "/1"), ("g", "/2"), ("h", "/3")], 2),
    ],
)
def test_ids_that_are_none(entries: list[tuple[str, str]], weak: int) -> None:
    items = "".join(f"<item><title>{url}</title><link>{url}</link><guid>{guid}</guid></item>" for guid, url in entries)
    found = parsed(rss(items).replace("<guid></guid>", ""))
    assert found.weak_ids == weak
    assert (found.title, found.parse_warning, found.truncated) == ("Courier", "", 0)


def test_a_parse_warning_is_recorded() -> None:
    assert parsed(rss("<item><title>T</title></item>").replace("</rss>", "")).parse_warning == "SAXParseException"
